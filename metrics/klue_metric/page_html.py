"""Escaped HTML: the only place where text becomes markup."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Iterable, Sequence
from typing import Final

DECIMALS: Final = 2
LONGEST_TEXT: Final = 300  # of a name from an upload; the rest is cut, the page stays usable
LONGEST_MESSAGE: Final = 2000  # of an error, which may quote several of them


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(text: object, longest: int = LONGEST_TEXT) -> Markup:
    """Turn any text into HTML that shows it, cut where it is too long; markup stays as it is."""
    if isinstance(text, Markup):
        return text
    shown = str(text)
    if len(shown) > longest:
        shown = f"{shown[: longest - 1]}…"
    return Markup(html.escape(shown))


def tag(name: str, *content: object, **attributes: object) -> Markup:
    """Build an element.

    Args:
        name: Its name.
        *content: Texts, which are escaped, and markup.
        **attributes: Their values; an underscore is a hyphen, one at the end is dropped. True is an attribute
            without a value, False and None none.
    """
    inner = "".join(map(escape, content))
    return Markup(f"<{name}{_attributes(attributes)}>{inner}</{name}>")


def _attributes(attributes: dict[str, object]) -> str:
    parts = []
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        parts.append(f" {key}" if value is True else f' {key}="{html.escape(str(value))}"')
    return "".join(parts)


def join(parts: Iterable[object]) -> Markup:
    """Put parts behind each other."""
    return Markup("".join(map(escape, parts)))


def pre(text: str, **attributes: object) -> Markup:
    """Show text as it stands, whole."""
    return tag("pre", tag("code", Markup(html.escape(text))), tabindex="0", **attributes)


def shown(value: float) -> str:
    """Write a score for reading."""
    return "–" if math.isnan(value) else f"{value:.{DECIMALS}f}"


def number(value: float | int) -> Markup:
    """Show a number, with all its digits for machines."""
    text = f"{value:,}" if isinstance(value, int) else shown(value)
    return tag("data", text, value=repr(value))


def share(value: float, whole: float = 100.0) -> float:
    """Place a value on a bar, in percent of its length; what is outside or undefined stands at the end."""
    return 0.0 if math.isnan(value) or not whole else min(max(100.0 * value / whole, 0.0), 100.0)


def bar(value: float, kind: str = "") -> Markup:
    """Draw a percentage beside its number, so that no one has to see a colour."""
    fill = tag("i", style=f"width:{share(value):.2f}%")
    return tag("span", tag("span", fill, class_="track"), number(value), class_=f"bar {kind}".strip())


def table(head: Sequence[object], rows: Iterable[Markup], caption: object = None) -> Markup:
    """Build a table that scrolls inside its box where it is wide.

    Args:
        head: Names of the columns; the first names the rows.
        rows: `tr` elements.
        caption: What it shows, for readers of the screen.
    """
    cells = join(tag("th", name, scope="col", class_=None if i == 0 else "n") for i, name in enumerate(head))
    parts = [
        tag("caption", caption) if caption else "",
        tag("thead", tag("tr", cells)),
        tag("tbody", join(rows)),
    ]
    return tag("div", tag("table", *parts), class_="scroll", tabindex="0", role="region", aria_label=caption)


def label(name: str) -> Markup:
    """Show a name that may break behind its parts, as in `org:place_of_headquarters`."""
    return tag("span", Markup(re.sub(r"([_/:-])(?=\w)", r"\1<wbr>", escape(name))), class_="name")


def row(name: object, *cells: object, class_: str | None = None) -> Markup:
    """Build a row of a table."""
    inner = join(tag("td", cell, class_="n") for cell in cells)
    return tag("tr", tag("th", name, scope="row"), inner, class_=class_)


def download(label: str, name: str, content: bytes, media: str) -> Markup:
    """Offer bytes as a file: they are in the link itself, so the server keeps none."""
    link = f"data:{media};base64,{base64.b64encode(content).decode()}"
    return tag("a", label, href=link, download=name, class_="download")
