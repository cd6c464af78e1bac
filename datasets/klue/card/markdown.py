"""Markdown from values that may hold anything: nothing in the data can break the card's structure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

LONGEST_STRING = 160
LONGEST_LIST = 12
MOST_TURNS = 4
_HARMLESS = re.compile(r"[\w .,:%+=/@-]+")
_BACKTICKS = re.compile(r"`+")


def code(text: str) -> str:
    """Return text of any content as inline code, safe in a table too.

    Backticks cannot quote every text inside a table (`|`, backticks, backslashes, line ends); where they
    cannot, every character that is no letter or digit becomes a character reference.
    """
    if not text:
        return "*empty*"
    if text == text.strip() and _HARMLESS.fullmatch(text):
        return f"`{text}`"
    return "<code>" + re.sub(r"\W|_", lambda found: f"&#{ord(found[0])};", text) + "</code>"


def fence(text: str, language: str = "") -> str:
    """Return text as a fenced block whose fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{text.rstrip()}\n{marks}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown cells; a header that ends in a colon is of a column of numbers."""
    ruler = ["---:" if name.endswith(":") else "---" for name in header]
    lines = [[name.removesuffix(":") for name in header], ruler, *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(markdown: str) -> str:
    return " ".join(markdown.split()).replace("|", r"\|")


def example(row: dict[str, Any]) -> str:
    """Return a row as a fenced block of JSON, with long strings and lists cut where an ellipsis shows it."""
    return fence(_pretty(shorten(row), ""), "json")


def shorten(value: Any) -> Any:
    """Cut strings and lists that are too long to read."""
    if isinstance(value, str) and len(value) > LONGEST_STRING:
        return f"{value[:LONGEST_STRING]}… ({len(value) - LONGEST_STRING:,} more characters)"
    if isinstance(value, dict):
        return {name: shorten(item) for name, item in value.items()}
    if isinstance(value, list):
        most = MOST_TURNS if value and isinstance(value[0], dict) else LONGEST_LIST
        rest = [f"… ({len(value) - most:,} more)"] if len(value) > most else []
        return [*map(shorten, value[:most]), *rest]
    return value


def _pretty(value: Any, indent: str) -> str:
    """Return JSON with a line for each field, and lists of plain values on one line."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        fields = (
            f"{inner}{json.dumps(name, ensure_ascii=False)}: {_pretty(item, inner)}"
            for name, item in value.items()
        )
        return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(inner + _pretty(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
