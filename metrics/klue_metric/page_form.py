"""The parts of the form that Gradio has no component for, as escaped HTML."""

from __future__ import annotations

import json
from typing import Final

from .examples import example_file, template_file
from .files import MAX_BYTES, MAX_ROWS
from .layouts import LAYOUTS
from .origin import SIDES
from .page_html import Markup, download, join, tag
from .page_texts import Words
from .tasks import TASKS

MEGABYTE: Final = 1_000_000
UNOFFICIAL: Final = "ood"
MEDIA: Final = "application/octet-stream"


def header(words: Words) -> Markup:
    """Title, what this is, and the switch of the theme."""
    switch = tag("button", "◐ ", words("theme"), type="button", class_="theme", data_theme_switch=True)
    # The words in the box for files are Gradio's, in the browser's language: ours stand over them.
    drop = Markup(f"<style>.klue-file {{ --drop: {json.dumps(words('drop'), ensure_ascii=False)}; }}</style>")
    return tag(
        "header",
        tag("div", tag("h1", words("title")), switch, class_="titleline"),
        tag("p", words("intro")),
        tag("p", words("privacy"), class_="soft"),
        drop,
        lang=words.language,
    )


def heading(text: str, words: Words) -> Markup:
    """The heading of a step."""
    return tag("h2", text, lang=words.language)


def tasks(config: str, words: Words) -> Markup:
    """The nine tasks as radio buttons, grouped by kind."""
    groups = []
    for title, configs in words.groups():
        choices = join(_choice(name, name == config, words) for name in configs)
        groups.append(tag("fieldset", tag("legend", title), choices))
    return tag("div", *groups, class_="tasks", lang=words.language)


def _choice(config: str, checked: bool, words: Words) -> Markup:
    button = Markup(f'<input type="radio" name="klue-task" value="{config}"{" checked" if checked else ""}>')
    mark = tag("span", words("unofficial"), class_="mark") if config == UNOFFICIAL else ""
    return tag("label", button, tag("span", tag("code", config), " ", words("tasks", config), mark))


def about_task(config: str, words: Words) -> Markup:
    """What a row of the files is, and files to start from."""
    links = [
        download(words(f"{kind}_{side}"), *make(config, side), MEDIA)
        for kind, make in (("template", template_file), ("example", example_file))
        for side in SIDES
    ]
    official = tag("p", words("unofficial_note"), class_="notes") if config == UNOFFICIAL else ""
    return tag(
        "div",
        official,
        tag("p", tag("b", words("each_row"), ": "), tag("span", words("rows", config))),
        tag("p", tag("b", words("files_to_start"), ": "), join(links), class_="downloads"),
        lang=words.language,
    )


def hint(config: str, side: str, words: Words) -> Markup:
    """Formats and limits, and the place for the browser's own check of the size."""
    formats = words("formats_flat" if side in LAYOUTS[config].flat else "formats_nested")
    limits = words("limits", formats=formats, megabytes=MAX_BYTES // MEGABYTE, rows=f"{MAX_ROWS:,}")
    refused = tag(
        "p",
        class_="error",
        role="alert",
        hidden=True,
        data_limit=MAX_BYTES,
        data_too_large=words("too_large"),
    )
    return tag("div", tag("p", limits, class_="soft"), refused, lang=words.language)


def known(config: str) -> str:
    """Check the name of a task that a browser sent."""
    return config if config in TASKS else next(iter(TASKS))
