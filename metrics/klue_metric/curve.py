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

Area = Callable[["NDArray[np.int32] | None"], FloatArray]


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
    drawn = None if weights is None else np.ascontiguousarray(weights.T.astype(np.int32))
    mean = np.mean([area(drawn) for area in areas], axis=0)
    return percent(mean[0] if weights is None else mean)


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
    positives = order[positive[order]]
    own = np.searchsorted(-scores[positives], -marks, side="left")  # first positive at each mark

    def area(drawn: NDArray[np.int32] | None) -> FloatArray:
        if drawn is None:
            drawn = np.ones((len(scores), 1), dtype=np.int32)
        bounds = np.unique(np.concatenate([before, after]))
        above = _running_sums(drawn[order], bounds)
        all_before = above[np.searchsorted(bounds, before)]
        all_after = above[np.searchsorted(bounds, after)]
        hits = np.cumsum(np.add.reduceat(drawn[positives], own, axis=0, dtype=np.int64), axis=0)
        return _trapezoids(hits, all_before, all_after)

    return area


def _running_sums(drawn: Any, bounds: IntArray) -> Any:
    """Sums of the first `bounds[i]` rows, shape (bounds, resamples)."""
    starts = bounds[:-1] if bounds[0] == 0 else np.concatenate([[0], bounds[:-1]])
    sums = np.cumsum(np.add.reduceat(drawn, starts, axis=0, dtype=np.int64), axis=0)
    return sums if bounds[0] else np.concatenate([np.zeros_like(sums[:1]), sums])


def _trapezoids(hits: Any, all_before: Any, all_after: Any) -> FloatArray:
    """Area from the positives up to each mark, and the examples before and up to it; (marks, resamples)."""
    hits_before = np.concatenate([np.zeros_like(hits[:1]), hits[:-1]])
    # Before the first drawn example the curve stands at recall 0, precision 1.
    precision = divide(hits_before, all_before, 1.0) + divide(hits, all_after, 0.0)
    area = ((hits - hits_before) * precision).sum(axis=0) / 2.0
    return divide(area, hits[-1], ABSENT_AREA)
