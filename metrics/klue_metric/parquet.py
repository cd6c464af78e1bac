"""Parquet files of anybody: read in a process of their own, within limits. See `parquet_reader.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from .errors import FileInputError
from .layouts import GUID, LAYOUTS, OWN, TOKENS
from .origin import Origin
from .parsing import MAX_ROWS, Table, check_rows, check_values

MAX_UNPACKED_BYTES: Final = 500_000_000  # of the columns that are read
MAX_VALUES: Final = 30_000_000  # in them
PATIENCE: Final = 60.0  # seconds; the largest file that is allowed takes a fraction
READER: Final = Path(__file__).with_name("parquet_reader.py")


def parse_parquet(path: Path, origin: Origin) -> Table:
    """Read the columns that hold entries.

    Raises:
        FileInputError: It is no Parquet, has no such column, or unpacks to too much.
    """
    wanted = LAYOUTS[origin.config].columns(origin.side)
    entries = [name.partition(".")[0] for name in (*OWN[origin.side], *wanted)]
    order = {
        "entries": entries,
        "columns": list(dict.fromkeys((*entries, GUID, TOKENS))),
        "rows": MAX_ROWS,
        "bytes": MAX_UNPACKED_BYTES,
        "values": MAX_VALUES,
    }
    answer = _ask(path, order)
    if "fault" in answer:
        raise _refused(answer["fault"], answer["found"], wanted, origin)
    rows = answer["rows"]
    check_values(rows, origin)
    return Table(rows)


def _ask(path: Path, order: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(read_apart([str(path.resolve()), json.dumps(order)]))
    except TimeoutError:
        return {"fault": "damaged", "found": "it takes too long to read"}
    except ValueError:  # the process ended before it could say anything
        return {"fault": "damaged", "found": "it ends the process that reads it"}
    return answer


def read_apart(arguments: list[str]) -> bytes:
    """Run the reader in a process of its own; return what it printed.

    Raises:
        TimeoutError: It took too long, and was ended.
    """
    command = [sys.executable, str(READER), *arguments]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    return done.stdout


def _refused(fault: str, found: Any, wanted: tuple[str, ...], origin: Origin) -> FileInputError:
    """Say what a file is refused for."""
    if fault == "rows":
        try:
            check_rows(found, origin)
        except FileInputError as error:
            return error
    if fault == "columns":
        named = f"only {', '.join(repr(name[:30]) for name in found)}" if found else "no columns"
        return origin.error(named, f"a column {' or '.join(map(repr, wanted))}", "name the column so")
    if fault == "bomb":
        expected = f"at most {MAX_UNPACKED_BYTES // 1_000_000} MB and {MAX_VALUES} values when unpacked"
        fix = "leave out columns that scoring does not need"
        return origin.error("a Parquet file that unpacks to more", expected, fix)
    fix = "write it again, for example with pandas.DataFrame.to_parquet"
    return origin.error(f"no readable Parquet ({found})", "a whole Parquet file", fix)
