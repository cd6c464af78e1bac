"""The area under the precision-recall curve, for a sample and for weighted resamples of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .columns import FloatArray, IntArray
from .counts import divide, percent

# scikit-learn sets recall to 1 at every threshold where a class has no reference; the trapezoid between
# (recall 0, precision 1) and (recall 1, precision 0) is a half.
ABSENT_AREA: Final = 0.5

# Sums of drawn examples are whole numbers, exact in single precision below 2**24 examples.
_COUNT: Final = np.float32
_BLOCK: Final = 32  # resamples worked on at once; keeps the drawn counts in cache

Area = Callable[["NDArray[np.float32] | None"], FloatArray]


def curve_areas(probabilities: FloatArray, references: IntArray) -> list[Area]:
    """Sort each class once, for any number of resamples.

    Args:
        probabilities: Shape (n, classes).
        references: Ids, shape (n,).

    Returns:
        For each class, a function from drawn counts, shape (n, resamples) (None for one of each), to areas,
        shape (resamples,), 0 to 1.
    """
    return [_class_area(column, references == i) for i, column in enumerate(probabilities.T)]


def auprc(areas: list[Area], weights: FloatArray | None) -> Any:
    """Mean area over all classes, percent; a class without references has the area 0.5.

    Args:
        areas: As `curve_areas` returns them.
        weights: How often each example was drawn, shape (resamples, n); None scores the sample itself.

    Returns:
        A float, or one value per resample.

    Source: KLUE-baseline, metrics/functional.py, klue_re_auprc (scikit-learn's `precision_recall_curve`
    and `auc`, which joins the points by straight lines).
    """
    if weights is None:
        return percent(np.mean([area(None)[0] for area in areas]))
    means = []
    for start in range(0, len(weights), _BLOCK):
        drawn = np.ascontiguousarray(weights[start : start + _BLOCK].T, dtype=_COUNT)
        means.append(np.mean([area(drawn) for area in areas], axis=0))
    return percent(np.concatenate(means))


def _class_area(scores: FloatArray, positive: Any) -> Area:
    """Prepare one class.

    Recall moves only at scores that a positive example has, so the area is a sum over these scores alone,
    each with the precision just before and just after. All that it takes is the number of examples and of
    positives above each of them.
    """
    if not positive.any():
        return lambda drawn: np.full(1 if drawn is None else drawn.shape[1], ABSENT_AREA)
    marks = np.unique(scores[positive])[::-1]  # descending
    reached = np.flatnonzero(scores >= marks[-1])
    order = reached[np.argsort(-scores[reached], kind="stable")]
    ranked = -scores[order]
    before = np.searchsorted(ranked, -marks, side="left")
    after = np.searchsorted(ranked, -marks, side="right")
    bounds = np.unique(np.concatenate([before, after]))
    at_before, at_after = np.searchsorted(bounds, before), np.searchsorted(bounds, after)
    positives = order[positive[order]]
    own = np.searchsorted(-scores[positives], -marks, side="left")  # first positive at each mark

    def area(drawn: NDArray[np.float32] | None) -> FloatArray:
        if drawn is None:
            drawn = np.ones((len(scores), 1), dtype=_COUNT)
        above = _running_sums(drawn[order], bounds)
        hits = np.cumsum(np.add.reduceat(drawn[positives], own, axis=0), axis=0)
        return _trapezoids(hits.astype(np.float64), above[at_before], above[at_after])

    return area


def _running_sums(drawn: NDArray[np.float32], bounds: IntArray) -> NDArray[np.float32]:
    """Sums of the first `bounds[i]` rows, shape (bounds, resamples)."""
    starts = bounds[:-1] if bounds[0] == 0 else np.concatenate([[0], bounds[:-1]])
    sums = np.cumsum(np.add.reduceat(drawn, starts, axis=0), axis=0)
    return sums if bounds[0] else np.concatenate([np.zeros_like(sums[:1]), sums])


def _trapezoids(hits: FloatArray, all_before: NDArray[Any], all_after: NDArray[Any]) -> FloatArray:
    """Area from the positives up to each mark, and the examples before and up to it; (marks, resamples)."""
    hits_before = np.concatenate([np.zeros_like(hits[:1]), hits[:-1]])
    # Before the first drawn example the curve stands at recall 0, precision 1; where none is drawn up to a
    # mark, recall does not move and the precision does not matter.
    precision = hits_before / np.maximum(all_before, 1.0)
    precision += all_before == 0
    precision += hits / np.maximum(all_after, 1.0)
    precision *= hits - hits_before
    return divide(precision.sum(axis=0) / 2.0, hits[-1], ABSENT_AREA)
