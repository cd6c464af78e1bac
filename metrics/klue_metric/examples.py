"""A made-up example and a template to fill in for each config, as files."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from .layouts import GUID, LAYOUTS

FILE: Final = Path(__file__).with_name("examples.json")
KEPT: Final = (GUID, "role")  # what a template says already
Row = dict[str, Any]


@cache
def _examples() -> dict[str, dict[str, list[Row]]]:
    examples: dict[str, dict[str, list[Row]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return examples


def example_file(config: str, side: str) -> tuple[str, bytes]:
    """Return name and content of a filled file; the rows are made up, and some predictions are wrong.

    Args:
        config: Name of the config.
        side: `predictions` or `references`.
    """
    return _file(config, side, "example", _examples()[config][side])


def template_file(config: str, side: str) -> tuple[str, bytes]:
    """Return name and content of a file with the right columns, to be filled in."""
    rows = [{name: _emptied(name, value) for name, value in row.items()} for row in _examples()[config][side]]
    return _file(config, side, "template", rows)


def _emptied(name: str, value: Any) -> Any:
    if name in KEPT:
        return value
    if isinstance(value, dict):
        return {key: _emptied(key, part) for key, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_emptied(name, part) for part in value]
    return [] if isinstance(value, list) else "" if isinstance(value, str) else None


def _file(config: str, side: str, kind: str, rows: list[Row]) -> tuple[str, bytes]:
    layout = LAYOUTS[config]
    is_table = side in layout.flat and not any(isinstance(part, list | dict) for part in rows[0].values())
    name = f"{config}-{side}-{kind}{'.csv' if is_table else '.jsonl'}"
    if not is_table:
        return name, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # Spreadsheets take UTF-8 for what it is only behind a mark.
    return name, ("\ufeff" + text.getvalue()).encode()
