"""From sequences of Python values to arrays, with nothing cast in silence.

Each reader checks every value: a float where an id belongs, a boolean, None or NaN is an error that names
the row, not a number that looks like a score.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .columns import FloatArray, IntArray, Ragged, offsets_of
from .errors import Place, show
from .sequences import as_sequence, plain

LISTED_NAMES = 13  # a longer label set is shortened in messages


def read_labels(values: list[Any] | NDArray[Any], names: Sequence[str], place: Place) -> IntArray:
    """Read label ids, label names, or both mixed.

    Args:
        values: One label per example, flattened if rows hold several.
        names: Label names in id order.
        place: Where the values stand.

    Returns:
        Ids, shape (n,).

    Raises:
        ScoreInputError: A value is no id from 0 to `len(names) - 1` and no name in `names`.
    """
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise place.error(
                None,
                f"an array of shape {values.shape}",
                "one label per example",
                "take the argmax of scores first",
            )
        if values.dtype.kind in "iu":
            return _in_range(values, names, place)
    flat: list[Any] = values.tolist() if isinstance(values, np.ndarray) else values
    kinds = set(map(type, flat))
    if kinds <= {str}:
        table = {name: i for i, name in enumerate(names)}
        ids = [table.get(value, -1) for value in flat]
        if -1 in ids:
            raise _bad_label(flat, ids.index(-1), names, place)
        return np.array(ids, dtype=np.int64)
    if kinds != {int}:
        flat = [_label_id(flat, i, names, place) for i in range(len(flat))]
    try:
        return _in_range(np.array(flat, dtype=np.int64), names, place)
    except OverflowError:
        bad = next(i for i, value in enumerate(flat) if not 0 <= value < len(names))
        raise _bad_label(flat, bad, names, place) from None


def _in_range(ids: NDArray[Any], names: Sequence[str], place: Place) -> IntArray:
    if ids.size and not (int(ids.min()) >= 0 and int(ids.max()) < len(names)):
        bad = np.flatnonzero((ids < 0) | (ids >= len(names)))
        raise place.errors(bad.tolist(), f"label id {ids[bad[0]]}", *_expected(names))
    return ids.astype(np.int64, copy=False)


def _label_id(values: list[Any], index: int, names: Sequence[str], place: Place) -> int:
    value = plain(values[index])
    if type(value) is int:
        return value
    if isinstance(value, str) and value in names:
        return list(names).index(value)
    raise _bad_label(values, index, names, place)


def _bad_label(values: list[Any], index: int, names: Sequence[str], place: Place) -> Exception:
    value = plain(values[index])
    expected, fix = _expected(names)
    if isinstance(value, float):
        fix = "give ids as integers; if these are scores, take their argmax first"
    if isinstance(value, str):
        near = _nearest(value, names)
        fix = f"did you mean {' or '.join(map(repr, near))}?" if near else "check the spelling"
    return place.error(index, show(value), expected, fix)


def _nearest(name: str, names: Sequence[str]) -> list[str]:
    """Names spelled alike, compared by Hangul letters rather than by syllables."""
    spelled = {unicodedata.normalize("NFD", known): known for known in names}
    return [
        spelled[near] for near in difflib.get_close_matches(unicodedata.normalize("NFD", name), spelled, n=3)
    ]


def _expected(names: Sequence[str]) -> tuple[str, str]:
    shown = ", ".join(names[:LISTED_NAMES])
    more = f" and {len(names) - LISTED_NAMES} more" if len(names) > LISTED_NAMES else ""
    return f"a label id from 0 to {len(names) - 1} or a label name ({shown}{more})", "correct this label"


def _of_types(
    values: list[Any] | NDArray[Any], types: set[type], place: Place, what: str, fix: str
) -> list[Any]:
    """Return plain values of these types; the first of another one is an error."""
    found: list[Any] = values.tolist() if isinstance(values, np.ndarray) else values
    if set(map(type, found)) <= types:
        return found
    found = [plain(value) for value in found]
    bad = next((i for i, value in enumerate(found) if type(value) not in types), None)
    if bad is not None:
        raise place.error(bad, show(found[bad]), what, fix)
    return found


def read_integers(values: list[Any] | NDArray[Any], place: Place, what: str, fix: str) -> IntArray:
    """Read integers, such as heads.

    Args:
        values: Flat values.
        place: Where they stand.
        what: What is expected, for messages.
        fix: What to do, for messages.

    Returns:
        Shape (n,).

    Raises:
        ScoreInputError: A value is no integer, or does not fit 64 bits.
    """
    if (
        isinstance(values, np.ndarray)
        and values.ndim == 1
        and values.dtype.kind in "iu"
        and values.dtype != np.uint64
    ):
        return values.astype(np.int64, copy=False)
    values = _of_types(values, {int}, place, what, fix)
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        bad = next(i for i, value in enumerate(values) if abs(value) >= 2**63)
        raise place.error(bad, show(values[bad]), what, fix) from None


def read_numbers(values: list[Any] | NDArray[Any], place: Place, what: str, fix: str) -> FloatArray:
    """Read finite real numbers.

    Args:
        values: Flat values.
        place: Where they stand.
        what: What is expected, for messages.
        fix: What to do, for messages.

    Returns:
        Shape (n,).

    Raises:
        ScoreInputError: A value is no number, a boolean, NaN or infinite.
    """
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise place.error(None, f"an array of shape {values.shape}", f"{what} per example", "flatten it")
    if not (isinstance(values, np.ndarray) and values.dtype.kind in "iuf"):
        values = _of_types(values, {float, int}, place, what, fix)
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except OverflowError:  # an integer beyond the range of floats
        numbers = np.array([float(value) if abs(value) < 2**1000 else np.inf for value in values])
    infinite = np.flatnonzero(~np.isfinite(numbers))
    if infinite.size:
        raise place.errors(infinite.tolist(), str(numbers[infinite[0]]), what, fix)
    return numbers


def read_rows(values: Any, place: Place) -> tuple[list[Any] | NDArray[Any], IntArray]:
    """Flatten rows of values, such as the tags of each sentence.

    Args:
        values: A sequence of sequences.
        place: Where it stands.

    Returns:
        The flat values, and where each row starts, shape (rows + 1,).

    Raises:
        ScoreInputError: A row is not a sequence of values.
    """
    rows = as_sequence(values, place)
    if isinstance(rows, np.ndarray) and rows.ndim == 2:
        return rows.ravel(), offsets_of([rows.shape[1]] * len(rows))
    if set(map(type, rows)) != {list}:
        rows = [row if type(row) is list else _row(row, place, i) for i, row in enumerate(rows)]
    return list(chain.from_iterable(rows)), offsets_of(list(map(len, rows)))


def _row(row: Any, place: Place, index: int) -> list[Any]:
    values = as_sequence(row, place, index)
    return values.tolist() if isinstance(values, np.ndarray) else values


def read_texts(values: list[Any], place: Place, what: str, fix: str) -> list[str]:
    """Read texts that can be stored as UTF-8.

    Args:
        values: Flat values.
        place: Where they stand.
        what: What is expected, for messages.
        fix: What to do, for messages.

    Raises:
        ScoreInputError: A value is no text, or holds a lone surrogate.
    """
    if not set(map(type, values)) <= {str}:
        bad = next((i for i, value in enumerate(values) if not isinstance(value, str)), None)
        if bad is not None:
            raise place.error(bad, show(values[bad]), what, fix)
        values = [str(value) for value in values]  # np.str_ and other subclasses
    try:
        "".join(values).encode()
    except UnicodeEncodeError:
        bad = next(i for i, value in enumerate(values) if any("\ud800" <= c <= "\udfff" for c in value))
        raise place.error(bad, show(values[bad]), what, "remove the lone surrogate") from None
    return values


def check_lengths(predictions: IntArray, references: IntArray, place: Place, what: str, fix: str) -> None:
    """Check that each prediction has as many values as its reference.

    Args:
        predictions: Row starts of the predictions, shape (rows + 1,).
        references: Row starts of the references, shape (rows + 1,).
        place: Where the predictions stand.
        what: Name of the values, in the plural.
        fix: What to do, for messages.

    Raises:
        ScoreInputError: A row differs in length.
    """
    have, want = np.diff(predictions), np.diff(references)
    bad = np.flatnonzero(have != want)
    if bad.size:
        first = int(bad[0])
        raise place.errors(bad.tolist(), f"{have[first]} {what}", f"{want[first]}, as in its reference", fix)


def ragged_labels(values: Any, names: Sequence[str], place: Place) -> Ragged:
    """Read rows of labels; see `read_rows` and `read_labels`."""
    flat, offsets = read_rows(values, place)
    return Ragged(read_labels(flat, names, place.of(place.suffix, offsets)), offsets)
