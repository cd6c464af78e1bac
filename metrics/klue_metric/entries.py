"""From the rows of a file to what `score` takes: entries, and for ner their tokens. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

from .layouts import DIALOGUE, GUID, LAYOUTS, OWN, TOKENS, Layout
from .origin import Origin
from .parsing import Table

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MISSING: Final = object()


class Entries(NamedTuple):
    """One side, as `score` takes it.

    Attributes:
        values: One entry per example.
        origin: The file.
        tokens: ner: the characters of each sentence, if the file has them.
        guids: What each entry belongs to, if the file says so.
        rows: The row of the file that each entry stands in, counted from 0.
        lines: The line that each row of the file starts at.
    """

    values: list[Any]
    origin: Origin
    tokens: list[Any] | None = None
    guids: list[Any] | None = None
    rows: list[int] | None = None
    lines: list[int] | None = None

    def place(self, index: int, where: str) -> str:
        """Name the place of an entry in the file."""
        row = self.rows[index] if self.rows and index < len(self.rows) else index
        if self.lines and row < len(self.lines):
            return self.origin.place(line=self.lines[row], where=where)
        return self.origin.place(row=row + 1, where=where)


def to_entries(table: Table, origin: Origin) -> Entries:
    """Take the entries out of the rows.

    Args:
        table: The rows of a file.
        origin: The file.

    Returns:
        Entries in the order of the file, not yet validated: `score` does that.

    Raises:
        FileInputError: A row has no column that holds an entry.
    """
    layout, values, rows = LAYOUTS[origin.config], [], []
    for index, row in enumerate(table.rows):
        found = _entries_of(row, layout, origin, table, index)
        values += found
        rows += [index] * len(found)
    if table.is_flat:
        values = [_cell(value, layout.cell) for value in values]
    return Entries(
        values,
        origin,
        _column(table.rows, TOKENS) if origin.config == "ner" else None,
        None if layout.record and origin.config == "mrc" else _repeated(_column(table.rows, GUID), rows),
        rows,
        table.lines,
    )


def _entries_of(row: Any, layout: Layout, origin: Origin, table: Table, index: int) -> list[Any]:
    """Return the entries of a row: one, or one per user turn of a dialogue."""
    if not isinstance(row, dict):
        return [row]
    if layout.record:
        own = next((row[name] for name in OWN[origin.side] if isinstance(row.get(name), dict)), None)
        return [row if own is None else own]
    for name in layout.columns(origin.side):
        value = _look_up(row, name)
        if value is not _MISSING:
            return _user_turns(value) if name == DIALOGUE and isinstance(value, list) else [value]
    found = f"only {', '.join(repr(str(key)[:30]) for key in list(row)[:8])}" if row else "an empty row"
    raise origin.error(
        found,
        f"a column {' or '.join(map(repr, layout.columns(origin.side)))}",
        "name the column so",
        line=table.lines[index] if table.lines else None,
        row=None if table.lines else index + 1,
    )


def _look_up(row: dict[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    outer, _, inner = name.partition(".")
    if inner and isinstance(row.get(outer), dict):
        return row[outer].get(inner, _MISSING)
    return _MISSING


def _user_turns(dialogue: list[Any]) -> list[Any]:
    """Return the state of each user turn; the system's have none. Turns of no known form stay as they are."""
    if not all(isinstance(turn, dict) for turn in dialogue):
        return [dialogue]
    return [turn.get("state") for turn in dialogue if turn.get("role") != "sys"]


def _column(rows: list[Any], name: str) -> list[Any] | None:
    """Return a column that all rows have."""
    if all(isinstance(row, dict) and name in row for row in rows):
        return [row[name] for row in rows]
    return None


def _repeated(column: list[Any] | None, rows: list[int]) -> list[Any] | None:
    return None if column is None else [column[row] for row in rows]


def _cell(value: Any, kind: str) -> Any:
    """Read a cell: an id or a number where it looks like one, probabilities where it is a list."""
    if not isinstance(value, str) or kind == "text":
        return value
    text = value.strip()
    if kind == "label" and _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if text.startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
