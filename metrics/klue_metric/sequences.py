"""What users hold (lists, numpy, torch, pandas, dataset columns) as sequences and plain Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import Place, show


def as_sequence(values: Any, place: Place, index: int | None = None) -> list[Any] | NDArray[Any]:
    """Accept any sequence: list, tuple, array, tensor, Series, Arrow array, column of a Dataset.

    Args:
        values: What the caller passed.
        place: Where it stands.
        index: Row it stands in, where it is a row.

    Returns:
        A list, or an array of at least one dimension.

    Raises:
        ScoreInputError: It is None, text, a mapping or a single value.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = values.tolist()  # masked values become None, which every reader refuses
    if isinstance(values, list):
        return values
    if isinstance(values, np.ndarray) and values.ndim:
        if values.dtype.kind in "mM":  # dates and durations would be read as their numbers
            found, fix = f"an array of {values.dtype}", "give one entry per example, in order"
            raise place.error(index, found, "labels, numbers or texts", fix)
        return values
    if hasattr(values, "detach"):
        return as_sequence(_tensor_to_array(values), place, index)
    if hasattr(values, "to_pylist"):
        return as_sequence(values.to_pylist(), place, index)
    if not isinstance(getattr(values, "dtype", np.dtype(int)), np.dtype) and is_row(values):
        return as_sequence(values.tolist(), place, index)  # a pandas type of its own, which keeps its NA
    if hasattr(values, "__array__") and is_row(values):
        return as_sequence(np.asarray(values), place, index)
    if (
        isinstance(values, str | bytes | bytearray | memoryview | Mapping | set | frozenset)
        or not hasattr(values, "__iter__")
        or getattr(values, "ndim", None) == 0
    ):
        raise place.error(index, show(values), "a sequence", "give one entry per example, in order")
    whole = (
        values[:] if isinstance(values, Sequence) else values
    )  # a lazy column reads itself faster by slice
    return list(whole) if type(whole) is type(values) else as_sequence(whole, place, index)


def _tensor_to_array(tensor: Any) -> NDArray[Any]:
    tensor = tensor.detach().cpu()
    try:
        return np.asarray(tensor.numpy())
    except TypeError:  # bfloat16 has no numpy counterpart
        return np.asarray(tensor.float().numpy())


def plain(value: Any) -> Any:
    """Take the Python value out of a numpy scalar or a tensor without dimensions; dates stay dates."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return value
    return value.item() if hasattr(value, "item") and not is_row(value) else value


def is_row(value: Any) -> bool:
    """Whether a value is a row of values: a list, a tuple, or an array or tensor with dimensions."""
    return isinstance(value, list | tuple) or getattr(value, "ndim", 0) != 0
