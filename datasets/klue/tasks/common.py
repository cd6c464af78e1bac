"""What several tasks need to look at their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..task import SEPARATOR, Mask


def pair_text(rows: pa.Table, first: str, second: str) -> pa.Array:
    """Join two text columns into one key a row."""
    return pc.binary_join_element_wise(rows[first], rows[second], SEPARATOR)


def mask(flags: Iterable[bool]) -> Mask:
    """Collect one flag a row."""
    return np.fromiter(flags, bool)


def list_offsets(lengths: Sequence[int] | npt.NDArray[np.int32]) -> pa.Array:
    """Return where each of n lists begins in the flat values, and the last one's end; shape (n + 1,)."""
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.array(offsets)


def any_in_list(lists: pa.ListArray, flags: Mask) -> Mask:
    """Return which lists hold a flagged element.

    Args:
        lists: n lists; flags follow `lists.flatten()`.
        flags: shape (elements,).
    """
    counts = np.asarray(pc.list_value_length(lists).fill_null(0))
    row = np.repeat(np.arange(len(counts)), counts)
    return np.bincount(row[flags], minlength=len(counts)) > 0
