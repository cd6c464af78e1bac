"""Reading a file of predictions or references: JSON, JSON Lines, CSV, TSV, Parquet.

A file can be anything: too large, of another encoding, cut off, made to exhaust memory.
What comes of it are entries, or a `FileInputError` that names the file and the line.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from .entries import Entries, to_entries
from .layouts import LAYOUTS, Layout
from .origin import SIDES, Origin
from .parquet import parse_parquet
from .parsing import MAX_ROWS, Table, parse_csv, parse_json, parse_json_lines
from .task import Task

MAX_BYTES: Final = 50_000_000
FORMATS: Final = (".json", ".jsonl", ".csv", ".tsv", ".parquet")
DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}

__all__ = ["FORMATS", "MAX_BYTES", "MAX_ROWS", "read_entries"]


def read_entries(path: str | Path, task: Task | str, side: str, name: str | None = None) -> Entries:
    """Read one side.

    Args:
        path: The file.
        task: The task, or the name of its config.
        side: `predictions` or `references`.
        name: What the person calls the file, if not by its path; its ending tells the format.

    Returns:
        The entries, in the order of the file.

    Raises:
        FileInputError: It cannot be read; the message names file, line, found, expected and the fix.
        ValueError: `side` is neither.
    """
    if side not in SIDES:
        raise ValueError(f"side is {side!r}; expected one of {', '.join(SIDES)}")
    path = Path(path)
    origin = Origin(task if isinstance(task, str) else task.config, side, name or path.name)
    suffix = _suffix(path, origin)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            found = f"{size / 1e6:.1f} MB"
            raise origin.error(
                found, f"at most {MAX_BYTES // 1_000_000} MB", "leave out columns, or use Parquet"
            )
        if not size:
            raise origin.error("an empty file", "one entry per example", "check that it was written whole")
        table = parse_parquet(path, origin) if suffix == ".parquet" else _read_text(path, origin, suffix)
    except OSError as error:
        found = f"no readable file ({error.strerror or type(error).__name__})"
        raise origin.error(found, "a file that can be read", "check the path and its rights") from None
    return to_entries(table, origin)


def _suffix(path: Path, origin: Origin) -> str:
    suffix = Path(origin.name).suffix.lower() or path.suffix.lower()
    suffix = ".jsonl" if suffix == ".ndjson" else suffix
    layout = LAYOUTS[origin.config]
    if suffix in DELIMITERS and origin.side not in layout.flat:
        fix = "use JSON, JSON Lines or Parquet for lists and structures"
        raise origin.error(f"a table ({suffix})", f"{', '.join(_formats(layout, origin.side))}", fix)
    if suffix not in FORMATS:
        found = f"a name ending in {suffix[:20]!r}" if suffix else "a name without an ending"
        raise origin.error(found, ", ".join(_formats(layout, origin.side)), "name the file after its format")
    return suffix


def _formats(layout: Layout, side: str) -> list[str]:
    return [suffix for suffix in FORMATS if suffix not in DELIMITERS or side in layout.flat]


def _read_text(path: Path, origin: Origin, suffix: str) -> Table:
    text = _decode(path.read_bytes(), origin)
    if suffix in DELIMITERS:
        names = frozenset(LAYOUTS[origin.config].columns(origin.side))
        return parse_csv(text, origin, DELIMITERS[suffix], names)
    return parse_json(text, origin) if suffix == ".json" else parse_json_lines(text, origin)


def _decode(data: bytes, origin: Origin) -> str:
    expected, fix = "UTF-8", "save the file as UTF-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise origin.error("UTF-16", expected, fix)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        data.decode("cp949")
        found = "bytes that are no UTF-8 (they may be CP949)"
    except UnicodeDecodeError:
        found = "bytes that are no UTF-8"
    raise origin.error(found, expected, fix, line=line)
