"""Reading a file of predictions or references: JSON, JSON Lines, CSV, TSV, Parquet.

A file can be anything: too large, of another encoding, cut off, made to exhaust memory.
What comes of it are entries, or a `FileInputError` that names the file and the line.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from .entries import Entries, to_entries
from .errors import FileInputError
from .layouts import GUID, LAYOUTS, OWN, TOKENS, Layout
from .origin import SIDES, Origin
from .parsing import MAX_ROWS, Table, check_rows, check_values, parse_csv, parse_json, parse_json_lines
from .task import Task

MAX_BYTES: Final = 50_000_000
MAX_UNPACKED_BYTES: Final = 500_000_000  # of the Parquet columns that are read
MAX_VALUES: Final = 30_000_000  # in them
BATCH_ROWS: Final = 256  # few, so that a batch of enormous texts is noticed early
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
        table = _read_parquet(path, origin) if suffix == ".parquet" else _read_text(path, origin, suffix)
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


def _read_parquet(path: Path, origin: Origin) -> Table:
    import pyarrow as pa  # takes longer to import than most files take to read
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            check_rows(file.metadata.num_rows, origin)
            columns = _wanted_columns(file.schema_arrow.names, origin)
            _check_unpacked(file.metadata, columns, origin)
            rows = list(_rows(file, columns, origin))
    except FileInputError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        # pyarrow reports a damaged file by any of these; its text may hold bytes of it.
        found = f"no readable Parquet ({type(error).__name__})"
        fix = "write it again, for example with pandas.DataFrame.to_parquet"
        raise origin.error(found, "a whole Parquet file", fix) from None
    check_values(rows, origin)
    return Table(rows)


def _wanted_columns(names: list[str], origin: Origin) -> list[str]:
    layout = LAYOUTS[origin.config]
    known = [name.partition(".")[0] for name in (*OWN[origin.side], *layout.columns(origin.side))]
    columns = [name for name in dict.fromkeys((*known, GUID, TOKENS)) if name in names]
    if not set(columns) & set(known):
        found = f"only {', '.join(repr(name[:30]) for name in names[:8])}" if names else "no columns"
        expected = f"a column {' or '.join(map(repr, layout.columns(origin.side)))}"
        raise origin.error(found, expected, "name the column so")
    return columns


def _check_unpacked(metadata: Any, columns: list[str], origin: Origin) -> None:
    """Refuse what would unpack to more than fits, before a page of it is read."""
    size = values = 0
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            if chunk.path_in_schema.partition(".")[0] in columns:
                size, values = size + chunk.total_uncompressed_size, values + chunk.num_values
    if size > MAX_UNPACKED_BYTES or values > MAX_VALUES:
        raise _bomb(origin)


def _bomb(origin: Origin) -> FileInputError:
    expected = f"at most {MAX_UNPACKED_BYTES // 1_000_000} MB and {MAX_VALUES} values when unpacked"
    return origin.error(
        "a Parquet file that unpacks to more", expected, "leave out columns that scoring does not need"
    )


def _rows(file: Any, columns: list[str], origin: Origin) -> Iterator[dict[str, Any]]:
    unpacked = 0
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
        unpacked += batch.nbytes
        if unpacked > MAX_UNPACKED_BYTES:
            raise _bomb(origin)
        yield from batch.to_pylist()
