"""What stands on the page, and what it is called in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from .origin import PREDICTIONS, REFERENCES
from .page_form import about_task, header, heading, hint, tasks
from .page_scoring import FILE, HUB, VERSIONS, Outcome, show_result
from .page_texts import LANGUAGE_NAMES, LANGUAGES, Words
from .page_uploads import discard

FIRST_TASK: Final = "ynat"
KEPT_SECONDS: Final = 1800  # a file that nobody scores, and a result that nobody looks at
CHOSEN: Final = "element.addEventListener('change', (event) => { props.value = event.target.value; });"


@dataclass(frozen=True)
class Field:
    """A file of the form, with what stands around it.

    Attributes:
        side: `predictions` or `references`.
        file: Where it is dropped.
        hint: Formats and limits.
        error: What was wrong with it.
        upload: The file itself, in the session.
    """

    side: str
    file: gr.File
    hint: gr.HTML
    error: gr.HTML
    upload: gr.State


@dataclass(frozen=True)
class Layout:
    """The components, from top to bottom; `outcome` is the session's and not seen."""

    header: gr.HTML
    language: gr.Radio
    step_task: gr.HTML
    task: gr.HTML
    about: gr.HTML
    step_files: gr.HTML
    predictions: Field
    references: Field
    source: gr.Radio
    version: gr.Radio
    example: gr.Button
    score: gr.Button
    step_score: gr.HTML
    result: gr.HTML
    outcome: gr.State

    @property
    def fields(self) -> tuple[Field, Field]:
        """Both files."""
        return self.predictions, self.references


def lay_out(words: Words) -> Layout:
    """Put the components into the `gr.Blocks` that is open."""
    names = label_options(words)
    with gr.Row(elem_classes="klue-top"):
        top = html(header(words), scale=4)
        languages = [(LANGUAGE_NAMES[name], name) for name in LANGUAGES]
        language = gr.Radio(
            languages, value="en", scale=1, min_width=200, elem_id="klue-language", **names["language"]
        )
    step_task = html(heading(words("step_task"), words))
    task = gr.HTML(
        FIRST_TASK,
        html_template="${markup}",
        markup=tasks(FIRST_TASK, words),
        js_on_load=CHOSEN,
        apply_default_css=False,
        elem_id="klue-task",
    )
    about = html(about_task(FIRST_TASK, words), elem_id="klue-about")
    step_files = html(heading(words("step_files"), words))
    with gr.Row(equal_height=False):
        predictions, references = _field(PREDICTIONS, words), _field(REFERENCES, words)
    with gr.Row(elem_classes="klue-options"):
        source = gr.Radio(value=FILE, elem_id="klue-source", **names["source"])
        version = gr.Radio(value="", elem_id="klue-version", **names["version"])
    with gr.Row(elem_classes="klue-buttons"):
        example = gr.Button(words("fill_example"), elem_id="klue-example")
        score = gr.Button(words("score"), variant="primary", elem_id="klue-score")
    step_score = html(heading(words("step_score"), words))
    result = html(show_result(Outcome(), words), elem_id="klue-result")
    outcome = gr.State(Outcome(), time_to_live=KEPT_SECONDS)
    return Layout(
        header=top,
        language=language,
        step_task=step_task,
        task=task,
        about=about,
        step_files=step_files,
        predictions=predictions,
        references=references,
        source=source,
        version=version,
        example=example,
        score=score,
        step_score=step_score,
        result=result,
        outcome=outcome,
    )


def _field(side: str, words: Words) -> Field:
    with gr.Column(elem_classes="klue-field", elem_id=f"klue-{side}", min_width=280):
        file = gr.File(elem_classes="klue-file", height=150, **label_options(words)[side])
        below, error = html(hint(FIRST_TASK, side, words)), html(elem_classes="klue-error")
        upload = gr.State(None, time_to_live=KEPT_SECONDS, delete_callback=discard)
    return Field(side, file, below, error, upload)


def html(value: str = "", **options: Any) -> gr.HTML:
    """HTML of ours, with the page's style alone and no event on a click."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, **options)


def label_options(words: Words) -> dict[str, dict[str, Any]]:
    """Labels of Gradio's own components, as their arguments."""
    versions = [(words("unstated"), ""), *((version, version) for version in VERSIONS)]
    return {
        "language": {"label": words("language")},
        PREDICTIONS: {"label": words(PREDICTIONS)},
        REFERENCES: {"label": words(REFERENCES)},
        "source": {
            "label": words("references_from"),
            "choices": [(words("from_file"), FILE), (words("from_hub"), HUB)],
        },
        "version": {
            "label": words("data_version"),
            "info": words("data_version_info"),
            "choices": versions,
        },
    }


def labels(page: Layout, words: Words) -> dict[Any, Any]:
    """Update everything that does not depend on the task or the result."""
    options = label_options(words)
    return {
        page.header: header(words),
        page.step_task: heading(words("step_task"), words),
        page.step_files: heading(words("step_files"), words),
        page.step_score: heading(words("step_score"), words),
        page.example: words("fill_example"),
        page.score: words("score"),
        page.language: gr.update(**options["language"]),
        page.source: gr.update(**options["source"]),
        page.version: gr.update(**options["version"]),
        **{field.file: gr.update(**options[field.side]) for field in page.fields},
    }
