"""From the text of a file to its rows: JSON, JSON Lines, CSV and TSV. Pure, and safe with hostile text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .origin import Origin

MAX_ROWS: Final = 200_000
MAX_DEPTH: Final = 12  # a row of the published data has 6 levels
MAX_CHARACTERS: Final = 100_000  # of one text; below the limit of the csv module
LONG_NUMBER: Final = "a number with thousands of digits"

_JSON: Final = "valid JSON"
_JSON_FIX: Final = "write the file with json.dump"


class Table(NamedTuple):
    """The rows of a file.

    Attributes:
        rows: One value per row: a dict, a list, a label, a number.
        lines: The line that each row starts at, counted from 1; None where rows have no lines of their own.
        is_flat: Whether all values are cells, and so texts.
    """

    rows: list[Any]
    lines: list[int] | None = None
    is_flat: bool = False


def parse_json(text: str, origin: Origin) -> Table:
    """Read a JSON document: a list of rows, or an object that holds columns or one text per guid.

    Raises:
        FileInputError: It is no JSON, or holds neither.
    """
    try:
        document = _load(text, origin, line=1)
    except _SeveralDocumentsError:
        return parse_json_lines(text, origin)  # named .json by habit
    if isinstance(document, dict):
        document = _rows_of_object(document, origin)
    if not isinstance(document, list):
        raise origin.error(
            f"one value ({type(document).__name__})", "a list with one entry per example", "put it in a list"
        )
    check_rows(len(document), origin)
    check_values(document, origin)
    return Table(document)


def parse_json_lines(text: str, origin: Origin) -> Table:
    """Read JSON Lines: one value a line; blank lines are passed over.

    Raises:
        FileInputError: A line is no JSON.
    """
    rows, lines = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(_load(line, origin, line=number))
            except _SeveralDocumentsError:
                raise origin.error(
                    "two values", "one JSON value a line", "put each on a line of its own", line=number
                ) from None
            lines.append(number)
    check_rows(len(rows), origin)
    check_values(rows, origin, lines)
    return Table(rows, lines)


class _SeveralDocumentsError(Exception):
    """Behind the first JSON value stands another."""


class _DoubledKeyError(ValueError):
    """An object has a key twice, and only one value could be kept."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _DoubledKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _load(text: str, origin: Origin, line: int) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise _SeveralDocumentsError from None
        found = f"no JSON at column {error.colno} ({error.msg})"
        raise origin.error(found, _JSON, _JSON_FIX, line=line + error.lineno - 1) from None
    except _DoubledKeyError as error:
        found, fix = f"the key {str(error)[:60]!r} twice in one object", "keep one of them"
        raise origin.error(found, "each key once", fix, line=line if line > 1 else None) from None
    except RecursionError:
        raise _too_deep(origin) from None
    except ValueError:  # Python refuses to read such an integer
        raise origin.error(LONG_NUMBER, _JSON, "correct this number") from None


def _too_deep(origin: Origin) -> Exception:
    found = f"values nested more than {MAX_DEPTH} deep"
    return origin.error(found, "rows as the data has them", "give one plain entry per example")


def _rows_of_object(document: dict[str, Any], origin: Origin) -> list[Any]:
    if origin.side in document and isinstance(document[origin.side], list):
        rows: list[Any] = document[origin.side]
        return rows
    values = list(document.values())
    if origin.config == "mrc" and values and all(isinstance(value, str) for value in values):
        return [{"guid": guid, "prediction_text": text} for guid, text in document.items()]
    if values and all(isinstance(value, list) for value in values):
        lengths = {key: len(value) for key, value in document.items()}
        if len(set(lengths.values())) > 1:
            found = ", ".join(f"{count} {key[:30]}" for key, count in list(lengths.items())[:6])
            raise origin.error(
                f"columns of different lengths ({found})",
                "columns of one length",
                "give equal columns, or a list of rows",
            )
        return [dict(zip(document, row, strict=True)) for row in zip(*values, strict=True)]
    found = "an object that is no table"
    raise origin.error(
        found, "a list with one entry per example", f"give a list, or {{'{origin.side}': [...]}}"
    )


def check_rows(count: int, origin: Origin) -> None:
    """Refuse a file without rows, or with too many.

    Raises:
        FileInputError: There are none, or more than `MAX_ROWS`.
    """
    if not count:
        raise origin.error("no rows", "one entry per example", "check that the file was written whole")
    if count > MAX_ROWS:
        raise origin.error(f"{count} rows", f"at most {MAX_ROWS} rows", "score one split at a time")


def check_values(rows: list[Any], origin: Origin, lines: list[int] | None = None) -> None:
    """Refuse texts and nesting that no row of the data comes near.

    Args:
        rows: Values as they were read.
        origin: The file.
        lines: The line that each starts at, if they have lines.

    Raises:
        FileInputError: A text is longer than `MAX_CHARACTERS`, or a row is nested deeper than `MAX_DEPTH`.
    """
    for index, row in enumerate(rows):
        level, depth = [row], 0
        while level:
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_deep(origin)
            for value in level:
                if isinstance(value, str) and len(value) > MAX_CHARACTERS:
                    raise _too_long(len(value), origin, index, lines)
            level = [part for value in level for part in _parts(value)]


def _parts(value: Any) -> Any:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()


def _too_long(length: int, origin: Origin, index: int, lines: list[int] | None) -> Exception:
    return origin.error(
        f"a text of {length} characters",
        f"at most {MAX_CHARACTERS} characters",
        "check that the file was written whole",
        line=lines[index] if lines else None,
        row=None if lines else index + 1,
    )


def parse_csv(text: str, origin: Origin, delimiter: str, names: frozenset[str]) -> Table:
    """Read CSV or TSV; a file of one column may come without a header.

    Args:
        text: The file.
        origin: Where it comes from.
        delimiter: Between cells.
        names: Columns that are understood; a first line with none of them is no header.

    Returns:
        Rows as dicts of texts, or as texts where there is no header.

    Raises:
        FileInputError: A line has too few or too many cells, a quote stays open, or the header is unknown.
    """
    records = list(_records(text, origin, delimiter))
    check_rows(len(records), origin)
    header = [cell.strip() for cell in records[0][1]]
    if names.isdisjoint(header):
        if len(header) > 1:
            found = f"the columns {', '.join(repr(cell[:30]) for cell in header[:6])}"
            raise origin.error(
                found, f"a column {_either(names)}", "name the column in the first line", line=1
            )
        check_rows(len(records), origin)
        return Table([cells[0] for _, cells in records], [line for line, _ in records], is_flat=True)
    doubled = next((name for name in header if name in names and header.count(name) > 1), None)
    if doubled:
        raise origin.error(f"the column {doubled!r} twice", "each column once", "keep one of them", line=1)
    check_rows(len(records) - 1, origin)
    rows = [dict(zip(header, cells, strict=True)) for _, cells in records[1:]]
    return Table(rows, [line for line, _ in records[1:]], is_flat=True)


def _either(names: frozenset[str]) -> str:
    *most, last = sorted(map(repr, names))
    return f"{', '.join(most)} or {last}" if most else last


def _records(text: str, origin: Origin, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width, start = None, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found, fix = f"no table row ({error})", "close the quote, and double quotes inside a cell"
            raise origin.error(found, "cells with closed quotes", fix, line=start) from None
        if cells:
            width = width or len(cells)
            if len(cells) != width:
                found, fix = f"{len(cells)} cells", "quote cells that hold the separator"
                raise origin.error(found, f"{width} cells, as in the first line", fix, line=start)
            if (longest := max(map(len, cells))) > MAX_CHARACTERS:
                raise _too_long(longest, origin, 0, [start])
            yield start, cells
        start = reader.line_num + 1
