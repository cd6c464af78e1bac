"""Rows that are dicts, as dp and mrc have them: from any of the forms users hold to one list per key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import Place, show
from .sequences import as_sequence


def read_records(rows: Any, keys: tuple[str, ...], place: Place) -> dict[str, list[Any]]:
    """Read one list per key; further keys of the published data are passed over.

    Args:
        rows: A list of dicts, a Dataset (which reads only these columns), or a dict of columns such as
            `ds[:]`.
        keys: Keys that every row has.
        place: Where the rows stand.

    Returns:
        For each key, one value per row.

    Raises:
        ScoreInputError: Rows are no dicts, lack a key, or columns differ in length.
    """
    is_table = hasattr(rows, "select_columns") and hasattr(rows, "__len__")  # a stream has no length
    if is_table and set(keys) <= set(rows.column_names):
        rows = rows.with_format(None).select_columns(list(keys))[:]
    if isinstance(rows, Mapping):
        return _read_columns(rows, keys, place)
    rows = as_sequence(rows, place)
    expected, fix = f"a dict with {_listed(keys)}", "give one dict per example"
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise place.error(i, show(row), expected, fix)
    try:
        return {key: [row[key] for row in rows] for key in keys}
    except KeyError:
        bad = next(i for i, row in enumerate(rows) if any(key not in row for key in keys))
    missing = tuple(key for key in keys if key not in rows[bad])
    raise place.error(bad, f"no {_listed(missing)}", expected, "add what is missing")


def _read_columns(columns: Mapping[str, Any], keys: tuple[str, ...], place: Place) -> dict[str, list[Any]]:
    missing = tuple(key for key in keys if key not in columns)
    if missing:
        raise place.error(None, f"no {_listed(missing)}", f"columns {_listed(keys)}", "add what is missing")
    read = {key: list(as_sequence(columns[key], place.of(f".{key}"))) for key in keys}
    lengths = {key: len(values) for key, values in read.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{count} {key}" for key, count in lengths.items())
        raise place.error(None, found, "columns of one length", "give one dict per example, or equal columns")
    return read


def _listed(keys: tuple[str, ...]) -> str:
    return " and ".join(
        [", ".join(map(repr, keys[:-1])), repr(keys[-1])] if len(keys) > 1 else [repr(keys[0])]
    )
