"""The page: which components there are, and what happens when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from .examples import example_file
from .files import MAX_BYTES
from .origin import PREDICTIONS, REFERENCES
from .page_form import about_task, header, heading, hint, known, tasks
from .page_html import Markup
from .page_scoring import (
    FILE,
    HUB,
    VERSIONS,
    Fault,
    Order,
    Outcome,
    attempt,
    show_fault,
    show_result,
)
from .page_texts import LANGUAGE_NAMES, LANGUAGES, Language, Words, choose_language
from .page_uploads import Shelf, Upload, discard

FIRST_TASK: Final = "ynat"
FOLDER: Final = Path(__file__).parent
KEPT_SECONDS: Final = 1800  # a file that nobody scores, and a result that nobody looks at
FONTS: Final = ("system-ui", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", "sans-serif")
CODE_FONTS: Final = ("ui-monospace", "Noto Sans Mono CJK KR", "monospace")
CHOSEN: Final = "element.addEventListener('change', (event) => { props.value = event.target.value; });"
SPEAK: Final = "(language) => { document.documentElement.lang = language; return [language]; }"

Updates = dict[Any, Any]


@dataclass(frozen=True)
class Field:
    """A file of the form, with what stands around it.

    Attributes:
        file: Where it is dropped.
        hint: Formats and limits.
        error: What was wrong with it.
        upload: The file itself, in the session.
    """

    file: gr.File
    hint: gr.HTML
    error: gr.HTML
    upload: gr.State


class Page:
    """The components, and a method for each thing that a visitor does.

    Every event gets what it needs as arguments, and states are the session's: nothing of a visit is kept here.
    """

    def __init__(self) -> None:
        self.shelf = Shelf()
        words = Words("en")
        with gr.Blocks(title=words("title"), analytics_enabled=False, delete_cache=(60, KEPT_SECONDS)) as self.blocks:
            with gr.Row(elem_classes="klue-top"):
                self.header = shown_html(header(words), scale=4)
                self.language = gr.Radio(
                    [(LANGUAGE_NAMES[name], name) for name in LANGUAGES],
                    value="en", label=words("language"), scale=1, min_width=200, elem_id="klue-language",
                )  # fmt: skip
            self.step_task = shown_html(heading(words("step_task"), words))
            self.task = gr.HTML(
                FIRST_TASK, apply_default_css=False, html_template="${markup}", markup=tasks(FIRST_TASK, words), js_on_load=CHOSEN,
                elem_id="klue-task",
            )  # fmt: skip
            self.about = shown_html(about_task(FIRST_TASK, words), elem_id="klue-about")
            self.step_files = shown_html(heading(words("step_files"), words))
            with gr.Row(equal_height=False):
                self.predictions = self._field(PREDICTIONS, words)
                self.references = self._field(REFERENCES, words)
            with gr.Row(elem_classes="klue-options"):
                self.source = gr.Radio(elem_id="klue-source", value=FILE)
                self.version = gr.Radio(elem_id="klue-version", value="")
            with gr.Row(elem_classes="klue-buttons"):
                self.example = gr.Button(words("fill_example"), elem_id="klue-example")
                self.score = gr.Button(words("score"), variant="primary", elem_id="klue-score")
            self.step_score = shown_html(heading(words("step_score"), words))
            self.result = shown_html(show_result(Outcome(), words), elem_id="klue-result")
            self.outcome = gr.State(Outcome(), time_to_live=KEPT_SECONDS)
            self._connect()
        self._name(words)

    @staticmethod
    def _field(side: str, words: Words) -> Field:
        with gr.Column(elem_classes="klue-field", elem_id=f"klue-{side}", min_width=280):
            file = gr.File(label=words(side), elem_classes="klue-file", height=150)
            below, error = shown_html(hint(FIRST_TASK, side, words)), shown_html(elem_classes="klue-error")
            upload = gr.State(None, time_to_live=KEPT_SECONDS, delete_callback=discard)
        return Field(file, below, error, upload)

    def _name(self, words: Words) -> None:
        """Set the labels that also change with the language, before anyone looks."""
        for component, values in self._labels(words).items():
            for name, value in values.items():
                setattr(component, name, value)

    def _labels(self, words: Words) -> dict[Any, dict[str, Any]]:
        versions = [(words("unstated"), ""), *((version, version) for version in VERSIONS)]
        return {
            self.language: {"label": words("language")},
            self.source: {
                "label": words("references_from"),
                "choices": [(words("from_file"), FILE), (words("from_hub"), HUB)],
            },
            self.version: {
                "label": words("data_version"),
                "info": words("data_version_info"),
                "choices": versions,
            },
            self.predictions.file: {"label": words(PREDICTIONS)},
            self.references.file: {"label": words(REFERENCES)},
        }

    def _connect(self) -> None:
        fields, uploads = (self.predictions, self.references), [self.predictions.upload, self.references.upload]
        files = [item for field in fields for item in (field.file, field.upload, field.error)]
        shown = [*files, self.result, self.outcome]
        of_task = [self.about, *(field.hint for field in fields)]
        speaks = [
            *(self.header, self.step_task, self.task, self.about, self.step_files, self.step_score, self.result),
            *(self.source, self.version, self.language, self.example, self.score),
            *(part for field in fields for part in (field.file, field.hint, field.error)),
        ]

        def on(event: Callable[..., Any], act: Callable[..., Any] | None, *args: Any, **options: Any) -> Any:
            return event(act, *args, **{"show_progress": "hidden", "api_visibility": "private", **options})

        on(self.blocks.load, self.open, None, [self.language])
        on(self.language.change, None, [self.language], None, js=SPEAK)
        on(self.language.change, self.speak, [self.language, self.task, self.outcome], speaks)
        # One at a time and in order: a file that was just chosen is there when the next thing happens.
        turn = {"concurrency_id": "form", "concurrency_limit": 1}
        on(self.task.change, self.choose, [self.language, self.task, *uploads], [*shown, *of_task], **turn)
        for field in fields:
            on(
                field.file.upload, self._claimer(field), [self.language, field.file, field.upload],
                [field.file, field.upload, field.error], **turn,
            )  # fmt: skip
            on(field.file.clear, self._dropper(field), [field.upload], [field.upload, field.error], **turn)
        on(self.example.click, self.fill, [self.task, *uploads], [*files, self.source], **turn)
        wanted = [self.language, self.task, *uploads, self.source, self.version]
        after_files = on(self.score.click, lambda: None, None, None, **turn)
        on(
            after_files.then, self.answer, wanted, shown,
            show_progress="minimal", show_progress_on=[self.result], concurrency_limit=2,
        )  # fmt: skip

    def open(self, request: gr.Request) -> str:
        """Choose the language as the browser says."""
        wanted = dict(request.query_params).get("lang")
        return choose_language(wanted, request.headers.get("accept-language"))

    def speak(self, language: Language, config: str, outcome: Outcome) -> Updates:
        """Say everything in another language."""
        words, config = Words(language), known(config)
        return {
            **{part: gr.update(**values) for part, values in self._labels(words).items()},
            self.header: header(words),
            self.step_task: heading(words("step_task"), words),
            self.step_files: heading(words("step_files"), words),
            self.step_score: heading(words("step_score"), words),
            self.task: gr.update(markup=tasks(config, words)),
            self.example: words("fill_example"),
            self.score: words("score"),
            **self._about(config, words),
            **self._faults(outcome, words),
            self.result: show_result(outcome, words),
        }

    def _about(self, config: str, words: Words) -> Updates:
        return {
            self.about: about_task(config, words),
            self.predictions.hint: hint(config, PREDICTIONS, words),
            self.references.hint: hint(config, REFERENCES, words),
        }

    def _faults(self, outcome: Outcome, words: Words) -> Updates:
        return {
            self.predictions.error: show_fault(outcome, PREDICTIONS, words),
            self.references.error: show_fault(outcome, REFERENCES, words),
        }

    def choose(
        self, language: Language, config: str, predictions: Upload | None, references: Upload | None
    ) -> Updates:
        """Begin anew with another task: files and scores belong to the one before."""
        words = Words(language)
        return {
            **self._emptied(self.predictions, predictions),
            **self._emptied(self.references, references),
            **self._faults(Outcome(), words),
            **self._about(known(config), words),
            self.result: show_result(Outcome(), words),
            self.outcome: Outcome(),
        }

    @staticmethod
    def _emptied(field: Field, upload: Upload | None) -> Updates:
        discard(upload)
        return {field.upload: None, field.file: None}

    def _claimer(self, field: Field) -> Callable[..., Updates]:
        def claim(language: Language, cached: str | None, before: Upload | None) -> Updates:
            discard(before)
            upload = self.shelf.claim(Path(cached)) if cached else None
            if upload:
                return {field.upload: upload, field.error: Markup(), field.file: gr.skip()}
            fault = Outcome(fault=Fault(PREDICTIONS, "lost"))
            return {
                field.upload: None, field.error: show_fault(fault, PREDICTIONS, Words(language)), field.file: None,
            }  # fmt: skip

        return claim

    @staticmethod
    def _dropper(field: Field) -> Callable[..., Updates]:
        def drop(upload: Upload | None) -> Updates:
            discard(upload)
            return {field.upload: None, field.error: Markup()}

        return drop

    def fill(self, config: str, predictions: Upload | None, references: Upload | None) -> Updates:
        """Put the example into both fields."""
        updates: Updates = {self.source: FILE}
        for field, before, side in (
            (self.predictions, predictions, PREDICTIONS),
            (self.references, references, REFERENCES),
        ):
            discard(before)
            upload = self.shelf.put(*example_file(known(config), side))
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
        order = Order(known(config), predictions, references, source, version if version in VERSIONS else None)
        outcome, words = attempt(order), Words(language)
        updates = {
            **self._faults(outcome, words),
            self.result: show_result(outcome, words),
            self.outcome: outcome,
        }
        for field, upload, side in (
            (self.predictions, predictions, PREDICTIONS),
            (self.references, references, REFERENCES),
        ):
            if outcome.fault is None or outcome.fault.field in (side, None):
                updates |= self._emptied(field, upload)
        return updates


def shown_html(value: str = "", **options: Any) -> gr.HTML:
    """HTML of ours, with the page's style alone and no event on a click."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, **options)


def launch() -> None:
    """Serve the page, at GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, until interrupted."""
    page = Page()
    page.blocks.queue(default_concurrency_limit=2, max_size=32)
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    page.blocks.launch(
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
    )
