"""KLUE's JSON files as Arrow tables, a batch of rows at a time.

A file is split into the bytes of its rows without building an object for any of them; Arrow's own
parser then turns a batch of rows into columns. Arrow's messages do not name a row, so where it refuses
a batch, or leaves out a key that is required, the rows are decoded one by one to find the first
offender and to say what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from ..errors import RawDataError, nearest
from ..features import Feature, Features, arrow_type
from ..task import RawSplit
from .text import line_at, utf8_error

_MIN_BLOCK_BYTES = 1 << 20
_OBJECT = ord("{")
_PYTHON_TYPES = {"string": str, "int32": int, "float64": float, "bool": bool}


class _Wrapped(msgspec.Struct):
    data: list[msgspec.Raw]


@dataclass(frozen=True)
class RowFormat:
    """The form of a raw row.

    Attributes:
        features: the keys that are read, in the spelling of `features.py`; other keys are ignored.
        optional: dotted paths of the keys that may be missing or null, as `annotations.agreement`.
        wrapped: whether the file is an object that holds the rows under `data`.
    """

    features: Features
    optional: frozenset[str] = frozenset()
    wrapped: bool = False


def read_rows(raw: RawSplit, form: RowFormat) -> Iterator[tuple[int, pa.Table]]:
    """Yield the rows of a file in batches, with the index of the first row of each.

    Raises:
        RawDataError: no UTF-8, no JSON, cut off, or a row of another form.
    """
    data = raw.path.read_bytes()
    if bad := utf8_error(data):  # also in keys that nobody reads: no parser below looks there
        raise RawDataError(raw.path, *bad)
    rows = _split(raw.path, data, wrapped=form.wrapped)
    for start in range(0, len(rows), raw.batch_rows):
        yield start, _parse(raw.path, start, rows[start : start + raw.batch_rows], form)


def _split(path: Path, data: bytes, *, wrapped: bool) -> list[msgspec.Raw]:
    try:
        if wrapped:
            return msgspec.json.decode(data, type=_Wrapped).data
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    except msgspec.ValidationError as error:
        shape = "an object with a list of rows under 'data'" if wrapped else "a list of rows"
        raise RawDataError(path, "", f"expected {shape}: {error}") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _syntax_error(path, data, error) from None


def _syntax_error(path: Path, data: bytes, error: Exception) -> RawDataError:
    text = str(error)
    if "truncated" in text:
        where = f"line {line_at(data, len(data))}"
        return RawDataError(path, where, "the JSON breaks off before its end", "fetch the file again")
    where = ""
    if at := re.search(r"\(byte (\d+)\)", text):
        where = f"line {line_at(data, int(at[1]))}"
    return RawDataError(path, where, f"no valid JSON: {text}", "fetch the file again")


def _parse(path: Path, start: int, rows: list[msgspec.Raw], form: RowFormat) -> pa.Table:
    if not all(memoryview(row)[0] == _OBJECT for row in rows):  # Arrow's parser crashes at a row that is null
        raise _first_offender(path, start, rows, form)
    try:
        table = _to_arrow(rows, form)
    except pa.ArrowInvalid:
        raise _first_offender(path, start, rows, form) from None
    if table.num_rows != len(rows) or any(
        _lacks_required(table[name].combine_chunks(), feature, name, form.optional)
        for name, feature in form.features.items()
    ):
        raise _first_offender(path, start, rows, form)
    return table


def _to_arrow(rows: list[msgspec.Raw], form: RowFormat) -> pa.Table:
    schema = pa.schema([(name, arrow_type(feature)) for name, feature in form.features.items()])
    # A row must fit into a block.
    block = max(_MIN_BLOCK_BYTES, 2 * max(memoryview(row).nbytes for row in rows))
    table = pyarrow.json.read_json(
        pa.BufferReader(b"\n".join(rows)),
        read_options=pyarrow.json.ReadOptions(block_size=block),
        parse_options=pyarrow.json.ParseOptions(
            explicit_schema=schema, newlines_in_values=True, unexpected_field_behavior="ignore"
        ),
    ).combine_chunks()
    table.validate(full=True)
    return table


def _lacks_required(array: pa.Array, feature: Feature, path: str, optional: frozenset[str]) -> bool:
    """Whether a value that must be there is null, at any depth."""
    if path not in optional and array.null_count:
        return True
    if isinstance(feature, list):
        return _lacks_required(array.flatten(), feature[0], f"{path}[]", optional)
    if "_type" in feature:
        return False
    present = array.drop_null() if array.null_count else array
    return any(
        _lacks_required(child, feature[name], f"{path}.{name}", optional)
        for name, child in zip(feature, present.flatten(), strict=True)
    )


def _first_offender(path: Path, start: int, rows: list[msgspec.Raw], form: RowFormat) -> RawDataError:
    decoder = msgspec.json.Decoder(_struct("Row", form.features, "", form.optional))
    for index, row in enumerate(rows, start):
        data = bytes(row)
        guid = re.search(rb'"guid"\s*:\s*"([^"\\]{1,80})"', data)
        where = f"row {index} ({guid[1].decode()})" if guid else f"row {index}"
        try:
            decoder.decode(data)
            _to_arrow([row], form)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            # The first names the field; the second refuses a key that stands twice, or a number too large.
            return RawDataError(path, where, str(error))
    return RawDataError(path, f"rows {start} to {start + len(rows) - 1}", "the parser lost a row")


def _struct(
    name: str, fields: Mapping[str, Any], path: str, optional: frozenset[str]
) -> type[msgspec.Struct]:
    """Derive the strict Python form of a raw row, for its messages."""
    required, others, names = [], [], {}
    for number, (key, feature) in enumerate(fields.items()):
        here = f"{path}.{key}" if path else key
        attribute = f"field_{number}"
        names[attribute] = key
        kind = _python_type(feature, here, optional)
        if here in optional:
            others.append((attribute, kind | None, None))
        else:
            required.append((attribute, kind))
    return msgspec.defstruct(name, [*required, *others], rename=names)


def _python_type(feature: Feature, path: str, optional: frozenset[str]) -> Any:
    if isinstance(feature, list):
        return list[_python_type(feature[0], f"{path}[]", optional)]  # type: ignore[misc]
    if feature.get("_type") == "Value":
        return _PYTHON_TYPES[feature["dtype"]]
    return _struct("Item", feature, path, optional)


def encode_labels(path: Path, start: int, column: str, values: pa.Array, names: tuple[str, ...]) -> pa.Array:
    """Turn label names into ids; null stays null.

    Args:
        path: the file, for the message.
        start: index of the first row of this batch in the file.
        column: name of the raw field, for the message.
        values: label names, shape (n,).
        names: the closed set in order.

    Raises:
        RawDataError: a name that is not in the set; the nearest one is offered.
    """
    ids = pc.index_in(values, value_set=pa.array(names, pa.string())).cast(pa.int64())
    if ids.null_count > values.null_count:
        row = pc.index(pc.and_(pc.is_null(ids), pc.is_valid(values)), True).as_py()
        name = values[row].as_py()
        raise RawDataError(
            path,
            f"row {start + row}, field {column}",
            f"unknown label {name!r}{nearest(name, list(names))}; expected one of {', '.join(names)}",
        )
    return ids
