"""Inter-annotator agreement from counts of votes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import numpy.typing as npt


def votes(
    choices: Iterable[Sequence[Hashable] | None], categories: Iterable[Hashable]
) -> npt.NDArray[np.int64]:
    """Count votes.

    Args:
        choices: for each of n items the annotators' choices; None where they are not published.
        categories: the k categories; other choices are not counted.

    Returns:
        Votes for each item and category, shape (n, k).
    """
    column = {category: index for index, category in enumerate(categories)}
    items = list(choices)
    counts = np.zeros((len(items), len(column)), np.int64)
    for row, item in enumerate(items):
        for choice in item or ():
            if choice in column:
                counts[row, column[choice]] += 1
    return counts


def fleiss(counts: npt.NDArray[np.int64]) -> dict[str, int | float]:
    """Fleiss' kappa over the items with the most frequent number of votes.

    Kappa is defined for a constant number of raters; items with another number of votes are left out
    and their share is visible in `items`. One category only leaves it undefined: no figure then.

    Args:
        counts: votes for each item and category, shape (n, k).

    Returns:
        `fleiss_kappa`, `raters` and `items`, or nothing.

    Source:
        Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971).
    """
    totals = counts.sum(axis=1)
    rated = totals[totals >= 2]
    if not rated.size:
        return {}
    raters = int(np.bincount(rated).argmax())
    kept = counts[totals == raters].astype(float)
    observed = float((((kept**2).sum(axis=1) - raters) / (raters * (raters - 1))).mean())
    chance = float(((kept.sum(axis=0) / kept.sum()) ** 2).sum())
    if chance == 1.0:
        return {}
    return {"fleiss_kappa": (observed - chance) / (1.0 - chance), "raters": raters, "items": len(kept)}


def krippendorff_interval(
    counts: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> dict[str, int | float]:
    """Krippendorff's alpha with the interval metric; the number of raters may vary.

    Args:
        counts: votes for each item and value, shape (n, k).
        values: the k values.

    Returns:
        `krippendorff_alpha` and `items` (those with two votes or more), or nothing where all votes are equal.

    Source:
        Krippendorff, Computing Krippendorff's alpha-reliability (2011).
    """
    totals = counts.sum(axis=1)
    kept = counts[totals >= 2].astype(float)
    if not len(kept):
        return {}
    raters = kept.sum(axis=1)
    distance = (values[:, None] - values[None, :]) ** 2
    within = float((np.einsum("ij,jk,ik->i", kept, distance, kept) / (raters - 1)).sum())
    pooled, total = kept.sum(axis=0), float(kept.sum())
    expected = float(pooled @ distance @ pooled) / (total - 1)
    if expected == 0.0:
        return {}
    return {"krippendorff_alpha": 1.0 - within / expected, "items": len(kept)}
