"""KLUE's JSON files, decoded against a typed row and handed on in batches.

The file is split into raw rows first, without building objects for them; only the rows of one batch
are ever decoded at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import RawDataError, nearest
from .text import line_at, utf8_error

Row = TypeVar("Row", bound=msgspec.Struct)

WRAPPED_IN = "data"


class _Wrapped(msgspec.Struct):
    data: list[msgspec.Raw]


def read_rows(
    path: Path, row_type: type[Row], batch_rows: int, *, wrapped: bool = False
) -> Iterator[tuple[int, list[Row]]]:
    """Yield batches of decoded rows with the index of their first row in the file.

    Args:
        path: a JSON array of objects, or, if `wrapped`, an object that holds it under `data`.
        row_type: the expected form of a row; keys it does not name are ignored.
        batch_rows: rows a batch.
        wrapped: whether the array stands under `data`.

    Raises:
        RawDataError: no UTF-8, no JSON, cut off, or a row of another form.
    """
    data = path.read_bytes()
    raw = _raw_rows(path, data, wrapped)
    decoder = msgspec.json.Decoder(row_type)
    for start in range(0, len(raw), batch_rows):
        batch: list[Row] = []
        for index, item in enumerate(raw[start : start + batch_rows], start):
            try:
                batch.append(decoder.decode(item))
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                raise _row_error(path, index, item, error) from None
        yield start, batch


def _raw_rows(path: Path, data: bytes, wrapped: bool) -> list[msgspec.Raw]:
    try:
        if wrapped:
            return msgspec.json.decode(data, type=_Wrapped).data
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    except msgspec.ValidationError as error:
        shape = f"an object with a list of rows under {WRAPPED_IN!r}" if wrapped else "a list of rows"
        raise RawDataError(path, "", f"expected {shape}: {error}") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _syntax_error(path, data, error) from None


def _syntax_error(path: Path, data: bytes, error: Exception) -> RawDataError:
    if bad := utf8_error(data):
        return RawDataError(path, *bad)
    text = str(error)
    if "truncated" in text:
        return RawDataError(
            path,
            f"line {line_at(data, len(data))}",
            "the JSON breaks off before its end",
            "fetch the file again",
        )
    where = ""
    if at := re.search(r"\(byte (\d+)\)", text):
        where = f"line {line_at(data, int(at[1]))}"
    return RawDataError(path, where, f"no valid JSON: {text}", "fetch the file again")


def _row_error(path: Path, index: int, item: msgspec.Raw, error: Exception) -> RawDataError:
    raw = bytes(item)
    if bad := utf8_error(raw):
        return RawDataError(path, f"row {index}", bad[1])
    guid = re.search(rb'"guid"\s*:\s*"([^"\\]{1,80})"', raw)
    name = f" ({guid[1].decode()})" if guid else ""
    return RawDataError(path, f"row {index}{name}", str(error))


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
