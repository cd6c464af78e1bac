"""sts: Pearson's correlation and the F1 of "similar"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from .arrays import read_numbers
from .columns import FloatArray, Pair
from .counts import Scores, class_table, confusion, divide, f1, percent, total, weigh
from .sequences import as_sequence
from .task import Raw, Task, check_sizes

# KLUE-baseline, metrics/functional.py, klue_sts_f1: `>= 3` on both sides.
SIMILAR_FROM: Final = 3.0
SCALE_MIDDLE: Final = 2.5  # similarities run from 0 to 5; moments about a value near the mean lose no digits
OVERFLOWS_FROM: Final = 1e100  # squares of larger numbers, summed, may pass the range of floats
# A variance below this share of the second moment is the rounding error of a constant vector.
CONSTANT_BELOW: Final = 1e-13
NAMES: Final = ("negative", "positive")


class SimilarityCounts(NamedTuple):
    """Moments about fixed points, and counts of "similar"; each field has shape (...).

    Attributes:
        n: Examples.
        x: Sum of predictions.
        y: Sum of references.
        xx: Sum of squared predictions.
        yy: Sum of squared references.
        xy: Sum of products.
        hits: Similar on both sides.
        predicted: Similar by prediction.
        gold: Similar by reference.
    """

    n: FloatArray
    x: FloatArray
    y: FloatArray
    xx: FloatArray
    yy: FloatArray
    xy: FloatArray
    hits: FloatArray
    predicted: FloatArray
    gold: FloatArray


def encode(raw: Raw) -> Pair:
    """Read similarities on both sides.

    Returns:
        Numbers, shape (n,) each.

    Raises:
        ScoreInputError: An entry is no finite number, or the lengths differ.
    """
    sides = []
    for side, values in (("predictions", raw.predictions), ("references", raw.references)):
        place = raw.place(side)
        fix = "give the similarity as a float" if side == "predictions" else "give labels.real-label"
        sides.append(read_numbers(as_sequence(values, place), place, "a finite number", fix))
    return check_sizes(raw, Pair(*sides))


def count(predictions: FloatArray, references: FloatArray, standardize: bool = False) -> SimilarityCounts:
    """Count per example.

    Args:
        predictions: Similarities, shape (n,).
        references: Similarities, shape (n,).
        standardize: Take moments about the mean of these very examples, on their own scale. More exact for
            predictions far from the scale 0 to 5, but such counts add up with no others.

    Returns:
        Fields of shape (n,).
    """
    shift = _standardized if standardize else _about_middle
    x, y = shift(predictions), shift(references)
    similar = (predictions >= SIMILAR_FROM).astype(np.float64)
    gold = (references >= SIMILAR_FROM).astype(np.float64)
    return SimilarityCounts(np.ones_like(x), x, y, x * x, y * y, x * y, similar * gold, similar, gold)


def _about_middle(values: FloatArray) -> FloatArray:
    shifted = values - SCALE_MIDDLE
    return np.where(np.abs(shifted) < OVERFLOWS_FROM, shifted, np.nan)


def _standardized(values: FloatArray) -> FloatArray:
    if (values == values[0]).all():
        return np.zeros_like(values)
    scaled = values / np.abs(values).max()
    centered = scaled - scaled.mean()
    return np.asarray(centered / np.abs(centered).max())


def pearson(counts: SimilarityCounts) -> Any:
    """Pearson's correlation, percent.

    Returns:
        -100 to 100; NaN where either side is constant (one example is), because the correlation is 0/0 there,
        and for totals of numbers beyond 1e100. The official code returns NaN for constants too, and fails on
        one example.

    Source: KLUE-baseline, metrics/functional.py, klue_sts_pearsonr (scipy's `pearsonr`).
    """
    n, x, y = counts.n, counts.x, counts.y
    spread_x = counts.xx - x * x / n
    spread_y = counts.yy - y * y / n
    constant = (spread_x <= CONSTANT_BELOW * counts.xx) | (spread_y <= CONSTANT_BELOW * counts.yy)
    norm = np.where(constant, 0.0, np.sqrt(np.abs(spread_x)) * np.sqrt(np.abs(spread_y)))
    return percent(np.clip(divide(counts.xy - x * y / n, norm, np.nan), -1.0, 1.0))


def exact_pearson(pair: Pair) -> Callable[[FloatArray | None], Scores]:
    """Pearson's correlation from standardized moments, in place of the one from totals.

    Totals about the middle of the scale add up, but lose digits for predictions far from it.

    Returns:
        From weights of shape (resamples, n), or None for the sample itself, to `pearsonr`.
    """
    counts = count(*pair, standardize=True)
    return lambda weights: {"pearsonr": pearson(total(counts) if weights is None else weigh(counts, weights))}


def constant_sides(pair: Pair) -> list[str]:
    """Tell that the correlation is undefined, where it is."""
    if all((side != side[0]).any() for side in pair):
        return []
    return ["pearsonr is NaN: it is undefined where predictions or references are constant"]


def similar_f1(counts: SimilarityCounts) -> Any:
    """F1 of the class "similar", percent; 0 where no example is similar on either side.

    Source: KLUE-baseline, metrics/functional.py, klue_sts_f1.
    """
    return percent(f1(counts.hits, counts.predicted, counts.gold))


def score(counts: SimilarityCounts) -> Scores:
    """Both official scores from totals."""
    return {"pearsonr": pearson(counts), "f1": similar_f1(counts)}


def undefined(counts: SimilarityCounts) -> list[str]:
    """Name what is undefined for these totals."""
    reasons = []
    if counts.predicted + counts.gold == 0:
        reasons.append(f"f1 is 0: no prediction and no reference is {SIMILAR_FROM} or more")
    return reasons


def detail(pair: Pair) -> dict[str, Any]:
    """Per binary class, and the confusion matrix, both after the cut."""
    cut = [(side >= SIMILAR_FROM).astype(np.int64) for side in pair]
    sums = total(count(*pair))
    similar = np.array([sums.hits, sums.predicted, sums.gold])
    apart = np.array(
        [sums.n - sums.predicted - sums.gold + sums.hits, sums.n - sums.predicted, sums.n - sums.gold]
    )
    return {
        "per_class": class_table(NAMES, *np.stack([apart, similar], axis=1)),
        "confusion_matrix": confusion(cut[0], cut[1], NAMES),
    }


SIMILARITY = Task(
    config="sts",
    scores=("pearsonr", "f1"),
    example="example",
    storage=Pair("float64", "float64"),
    encode=encode,
    count=lambda pair: count(*pair),
    score=score,
    undefined=undefined,
    detail=detail,
    ranked=exact_pearson,
    notes=constant_sides,
)
