"""Facts as Markdown: whatever a fact holds, it is shown as text and changes nothing around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

# Nothing in such a text means anything to Markdown or HTML, wherever it stands in a line.
_PLAIN = re.compile(r"(?!\d+[.)])[^\W_](?:[^\W_]|[ ,.;:'\"()%/+=-])*")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#@!$&'*+,;=%-]+")


def one_line(fact: str) -> str:
    """Return a fact on one line, white space folded.

    What is not printed could still steer (other line ends, directions, NUL) and is replaced.
    """
    return "".join(char if char.isprintable() else "\ufffd" for char in " ".join(fact.split()))


def text(fact: str) -> str:
    """Return a fact as inline Markdown that shows just its characters, on one line."""
    folded = one_line(fact)
    if _PLAIN.fullmatch(folded):
        return folded
    return _PUNCTUATION.sub(r"\\\1", folded)


def is_url(address: str) -> bool:
    """Whether an address can stand in a link as it is."""
    if not _URL_CHARACTERS.fullmatch(address):
        return False
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


def link(label: str, address: str) -> str:
    """Return a link; the address is one that `is_url` accepts."""
    return f"[{text(label)}]({address})"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of inline Markdown; a header that ends in a colon is of a column of numbers."""
    ruler = ["---:" if name.endswith(":") else "---" for name in header]
    lines = [[name.removesuffix(":") for name in header], ruler, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
