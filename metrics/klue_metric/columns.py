"""Validated input as columns, and the way of columns through rows and Arrow.

`evaluate` stores one row per example in an Arrow file. Encoded columns become rows to be stored there, and
come back from Arrow as the same columns without a Python object per value. pyarrow is not imported: its
arrays bring their own methods.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple, Union

import numpy as np
from numpy.typing import NDArray

# Rows turned into Python objects at once. Few enough not to wake the garbage collector, whose passes over all
# that the caller holds would make time grow faster than the input.
BLOCK = 256

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Ragged(NamedTuple):
    """Rows of differing length, laid end to end.

    Attributes:
        values: All values, shape (values,) or a list of str.
        offsets: Where each row starts, shape (rows + 1,).
    """

    values: NDArray[Any] | list[str]
    offsets: IntArray

    @property
    def lengths(self) -> IntArray:
        """Length of each row, shape (rows,)."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> IntArray:
        """Row that each value belongs to, shape (values,)."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.lengths)


# A column of numbers, of texts, of rows, or a group of named columns.
Column = Union[NDArray[Any], "list[str]", Ragged, "dict[str, Column]"]  # `|` needs no strings


class Pair(NamedTuple):
    """What both sides were encoded to; each side has the form that its task documents."""

    predictions: Any
    references: Any


def offsets_of(lengths: list[int] | IntArray) -> IntArray:
    """Turn row lengths into row starts, shape (rows + 1,)."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def size(column: Column) -> int:
    """Count the rows of a column."""
    if isinstance(column, dict):
        return size(next(iter(column.values())))
    return len(column.offsets) - 1 if isinstance(column, Ragged) else len(column)


def blocks(pair: Pair) -> Iterator[Pair]:
    """Split the columns of both sides into blocks of `BLOCK` rows, at least one."""
    for start in range(0, max(size(pair.references), 1), BLOCK):
        yield Pair(*(_part(column, start, start + BLOCK) for column in pair))


def _part(column: Column, start: int, stop: int) -> Column:
    if isinstance(column, dict):
        return {name: _part(part, start, stop) for name, part in column.items()}
    if not isinstance(column, Ragged):
        return column[start:stop]
    offsets = column.offsets[start : stop + 1]
    return Ragged(column.values[offsets[0] : offsets[-1]], offsets - offsets[0])


def to_rows(column: Column) -> list[Any]:
    """Turn a column into one plain Python object per row."""
    if isinstance(column, dict):
        names = list(column)
        return [
            dict(zip(names, row, strict=True)) for row in zip(*map(to_rows, column.values()), strict=True)
        ]
    if isinstance(column, Ragged):
        return list(iterate(column))
    return column.tolist() if isinstance(column, np.ndarray) else column


def iterate(column: Ragged) -> Iterator[list[Any]]:
    """Yield each row as a list."""
    values = column.values.tolist() if isinstance(column.values, np.ndarray) else column.values
    for start, end in pairwise(column.offsets.tolist()):
        yield values[start:end]


def from_arrow(array: Any) -> Column:
    """Turn an Arrow array back into the column that `to_rows` was given.

    Args:
        array: A pyarrow Array or ChunkedArray of numbers, strings, lists or structs.
    """
    if hasattr(array, "combine_chunks"):
        array = array.combine_chunks()
    kind = str(array.type)
    if kind.startswith("struct"):
        return {field.name: from_arrow(part) for field, part in zip(array.type, array.flatten(), strict=True)}
    if kind.startswith(("list", "large_list")):
        values = from_arrow(array.flatten())
        assert isinstance(values, np.ndarray | list)
        return Ragged(values, offsets_of(np.diff(array.offsets.to_numpy())))
    if kind in ("string", "large_string"):
        texts: list[str] = array.to_pylist()
        return texts
    numbers: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return numbers
