"""Sufficient statistics: per example, in total, over resamples, and from many processes.

A task counts into a NamedTuple of arrays whose first axis is the example. Totals are sums over that axis, so
the totals of parts add up to the total of the whole, and a resample's totals are one matrix product. Scores
are functions of totals with any leading shape, so one function serves them all.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from .columns import FloatArray, IntArray

Counts = TypeVar("Counts", bound="tuple[FloatArray, ...]")
Scores = dict[str, Any]  # a float each, or an array with one value a resample


def total(counts: Counts) -> Counts:
    """Sum counts over examples: fields of shape (n, ...) become (...)."""
    return _make(counts, [field.sum(axis=0) for field in counts])


def add(left: Counts, right: Counts) -> Counts:
    """Add the totals of two parts; a field over open-ended classes is padded with zeros on its last axis."""
    return _make(left, [_padded_sum(a, b) for a, b in zip(left, right, strict=True)])


def weigh(counts: Counts, weights: FloatArray) -> Counts:
    """Total of each resample.

    Args:
        counts: Per example, fields of shape (n,) or (n, k).
        weights: How often each example was drawn, shape (resamples, n).

    Returns:
        Fields of shape (resamples,) or (resamples, k).
    """
    flat = np.concatenate([field.reshape(len(field), -1) for field in counts], axis=1)
    totals = weights @ flat
    ends = np.cumsum([int(np.prod(field.shape[1:])) for field in counts])[:-1]
    parts = np.split(totals, ends, axis=1)
    return _make(
        counts, [part.reshape(-1, *field.shape[1:]) for part, field in zip(parts, counts, strict=True)]
    )


def _make(counts: Counts, fields: list[FloatArray]) -> Counts:
    return cast("Counts", cast("Any", counts)._make(fields))


def _padded_sum(left: FloatArray, right: FloatArray) -> FloatArray:
    if left.shape == right.shape:
        return left + right
    long, short = (left, right) if left.shape[-1] > right.shape[-1] else (right, left)
    out = long.copy()
    out[..., : short.shape[-1]] += short
    return out


def one_hot(labels: IntArray, classes: int) -> FloatArray:
    """Indicator matrix, shape (n, classes)."""
    hot = np.zeros((len(labels), classes))
    hot[np.arange(len(labels)), labels] = 1.0
    return hot


def tally(rows: IntArray, classes: IntArray, shape: tuple[int, int]) -> FloatArray:
    """Count how often each class occurs in each row, as a matrix of that shape."""
    flat = np.bincount(rows * shape[1] + classes, minlength=shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float64)


def divide(numerator: NDArray[Any], denominator: NDArray[Any], empty: float) -> FloatArray:
    """Divide, with `empty` where the denominator is 0."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    quotient: FloatArray = np.divide(
        numerator, denominator, out=np.full(shape, empty), where=np.asarray(denominator) != 0
    )
    return quotient


def f1(hits: FloatArray, predicted: FloatArray, gold: FloatArray, empty: float = 0.0) -> FloatArray:
    """F1 of each class, 0 to 1; `empty` where a class is neither predicted nor gold."""
    return divide(2.0 * hits, predicted + gold, empty)


def macro_f1(hits: FloatArray, predicted: FloatArray, gold: FloatArray) -> FloatArray:
    """Mean F1 over the classes that are predicted or gold, 0 to 1.

    Args:
        hits: Right predictions per class, shape (..., classes).
        predicted: Predictions per class, same shape.
        gold: References per class, same shape.

    Returns:
        Shape (...); NaN where there is no class at all.
    """
    present = (predicted + gold) > 0
    return divide(f1(hits, predicted, gold).sum(axis=-1), present.sum(axis=-1), np.nan)


def percent(value: Any) -> Any:
    """Scale to 0..100; a scalar becomes a Python float."""
    scaled = np.asarray(value, dtype=np.float64) * 100.0
    return scaled if scaled.ndim else float(scaled)


def class_table(
    names: tuple[str, ...], hits: FloatArray, predicted: FloatArray, gold: FloatArray
) -> dict[str, dict[str, float | int]]:
    """Precision, recall, F1 (percent, 0 where undefined) and support of each class.

    Args:
        names: Class names.
        hits: Right predictions, shape (classes,).
        predicted: Predictions, shape (classes,).
        gold: References, shape (classes,).
    """
    precision, recall = divide(hits, predicted, 0.0), divide(hits, gold, 0.0)
    both = f1(hits, predicted, gold)
    return {
        name: {
            "precision": percent(precision[i]),
            "recall": percent(recall[i]),
            "f1": percent(both[i]),
            "support": int(gold[i]),
        }
        for i, name in enumerate(names)
    }


def confusion(predicted: IntArray, gold: IntArray, names: tuple[str, ...]) -> dict[str, Any]:
    """Confusion matrix; a row is a reference class, a column a predicted one."""
    matrix = tally(gold, predicted, (len(names), len(names))).astype(int)
    return {"labels": list(names), "matrix": matrix.tolist()}
