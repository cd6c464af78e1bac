"""The page: what happens when a visitor does something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import gradio as gr

from .examples import example_file
from .files import MAX_BYTES
from .page_form import about_task, hint, known, tasks
from .page_html import Markup
from .page_layout import KEPT_SECONDS, Field, Layout, labels, lay_out
from .page_scoring import FILE, VERSIONS, Fault, Order, Outcome, attempt, show_fault, show_result
from .page_texts import Language, Words, choose_language
from .page_uploads import Shelf, Upload, discard

FOLDER: Final = Path(__file__).parent
# Fonts of the system: Gradio's own themes fetch theirs from elsewhere.
FONTS: Final = ("system-ui", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "sans-serif")
CODE_FONTS: Final = ("ui-monospace", "Noto Sans Mono CJK KR", "monospace")
SPEAK: Final = "(language) => { document.documentElement.lang = language; return [language]; }"
SCORING_AT_ONCE: Final = 2  # it is bound to the processor

Updates = dict[Any, Any]


class Events:
    """A method for each thing that a visitor does.

    Every one gets what it needs as arguments and returns what changes on the page; files and results are
    states of the session. Nothing of a visit is kept here.
    """

    def __init__(self, page: Layout, shelf: Shelf) -> None:
        self.page = page
        self.shelf = shelf

    def open(self, request: gr.Request) -> str:
        """Choose the language as the address or the browser says."""
        wanted = dict(request.query_params).get("lang")
        return choose_language(wanted, request.headers.get("accept-language"))

    def speak(self, language: Language, config: str, outcome: Outcome) -> Updates:
        """Say everything in another language."""
        words, config = Words(language), known(config)
        return {
            **labels(self.page, words),
            self.page.task: gr.update(markup=tasks(config, words)),
            **self._about(config, words),
            **self._shown(outcome, words),
        }

    def _about(self, config: str, words: Words) -> Updates:
        hints = {field.hint: hint(config, field.side, words) for field in self.page.fields}
        return {self.page.about: about_task(config, words), **hints}

    def _shown(self, outcome: Outcome, words: Words) -> Updates:
        faults = {field.error: show_fault(outcome, field.side, words) for field in self.page.fields}
        return {self.page.result: show_result(outcome, words), **faults}

    def choose(
        self, language: Language, config: str, predictions: Upload | None, references: Upload | None
    ) -> Updates:
        """Begin anew with another task: files and scores belong to the one before."""
        words, config = Words(language), known(config)
        updates = {
            self.page.outcome: Outcome(),
            **self._about(config, words),
            **self._shown(Outcome(), words),
        }
        for field, upload in zip(self.page.fields, (predictions, references), strict=True):
            updates |= _emptied(field, upload)
        return updates

    def claim(self, field: Field) -> Callable[..., Updates]:
        """Take a file that has arrived in a field out of Gradio's cache."""

        def take(language: Language, cached: str | None, before: Upload | None) -> Updates:
            discard(before)
            upload = self.shelf.claim(Path(cached)) if cached else None
            if upload:
                return {field.upload: upload, field.error: Markup(), field.file: gr.skip()}
            lost = Outcome(fault=Fault(field.side, "lost"))
            return {
                field.upload: None,
                field.error: show_fault(lost, field.side, Words(language)),
                field.file: None,
            }

        return take

    @staticmethod
    def drop(field: Field) -> Callable[..., Updates]:
        """Delete the file of a field."""

        def delete(upload: Upload | None) -> Updates:
            discard(upload)
            return {field.upload: None, field.error: Markup()}

        return delete

    def fill(self, config: str, predictions: Upload | None, references: Upload | None) -> Updates:
        """Put the example into both fields."""
        updates: Updates = {self.page.source: FILE}
        for field, before in zip(self.page.fields, (predictions, references), strict=True):
            discard(before)
            upload = self.shelf.put(*example_file(known(config), field.side))
            updates |= {field.upload: upload, field.file: str(upload.path), field.error: Markup()}
        return updates

    def answer(
        self,
        language: Language,
        config: str,
        predictions: Upload | None,
        references: Upload | None,
        source: str,
        version: str,
    ) -> Updates:
        """Score, delete what was scored, and show what came of it.

        After a fault the other file stays, so that only the faulty one has to be chosen again.
        """
        stated = version if version in VERSIONS else None
        outcome = attempt(Order(known(config), predictions, references, source, stated))
        updates = {self.page.outcome: outcome, **self._shown(outcome, Words(language))}
        for field, upload in zip(self.page.fields, (predictions, references), strict=True):
            if outcome.fault is None or outcome.fault.field in (field.side, None):
                updates |= _emptied(field, upload)
        return updates


def _emptied(field: Field, upload: Upload | None) -> Updates:
    discard(upload)
    return {field.upload: None, field.file: None}


def build() -> gr.Blocks:
    """Build the page."""
    words = Words("en")
    with gr.Blocks(title=words("title"), analytics_enabled=False, delete_cache=(60, KEPT_SECONDS)) as blocks:
        page = lay_out(words)
        _connect(blocks, page, Events(page, Shelf()))
    blocks.queue(max_size=32)
    return blocks


def _connect(blocks: gr.Blocks, page: Layout, events: Events) -> None:
    uploads = [field.upload for field in page.fields]
    files = [part for field in page.fields for part in (field.file, field.upload, field.error)]
    about = [page.about, *(field.hint for field in page.fields)]
    shown = [*files, page.result, page.outcome]
    spoken = [
        *(page.header, page.step_task, page.task, page.step_files, page.step_score, page.result, *about),
        *(page.language, page.source, page.version, page.example, page.score),
        *(part for field in page.fields for part in (field.file, field.error)),
    ]
    # One at a time and in order: a file that was just chosen is there when the next thing happens.
    turn = {"concurrency_id": "form", "concurrency_limit": 1}

    _on(blocks.load, events.open, None, [page.language])
    _on(page.language.change, None, [page.language], None, js=SPEAK)
    _on(page.language.change, events.speak, [page.language, page.task, page.outcome], spoken)
    _on(page.task.change, events.choose, [page.language, page.task, *uploads], [*shown, *about], **turn)
    for field in page.fields:
        parts = [field.file, field.upload, field.error]
        given = [page.language, field.file, field.upload]
        _on(field.file.upload, events.claim(field), given, parts, **turn)
        _on(field.file.clear, events.drop(field), [field.upload], parts[1:], **turn)
    _on(page.example.click, events.fill, [page.task, *uploads], [*files, page.source], **turn)
    clicked = _on(page.score.click, lambda: None, None, None, **turn)
    order = [page.language, page.task, *uploads, page.source, page.version]
    waiting = {"show_progress": "minimal", "show_progress_on": [page.result]}
    _on(clicked.then, events.answer, order, shown, concurrency_limit=SCORING_AT_ONCE, **waiting)


def _on(event: Callable[..., Any], act: Callable[..., Any] | None, *args: Any, **options: Any) -> Any:
    """Connect an event; none is for programs, which have the metric itself."""
    return event(act, *args, **{"show_progress": "hidden", "api_visibility": "private", **options})


def launch() -> None:
    """Serve the page, at GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, until interrupted."""
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    blocks = build()
    _, address, _ = blocks.launch(
        theme=gr.themes.Base(font=FONTS, font_mono=CODE_FONTS),
        css_paths=FOLDER / "page.css",
        head=f"<script>{script}</script>",
        footer_links=[],
        max_file_size=MAX_BYTES,
        run_history=False,  # it would keep inputs in the browser
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    print(f"The page is at {address}", flush=True)
    blocks.block_thread()
