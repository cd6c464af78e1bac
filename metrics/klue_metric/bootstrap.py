"""Percentile bootstrap over examples, from per-example counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from .columns import FloatArray
from .counts import Scores

BLOCK_CELLS: Final = 1 << 21  # draws held at once: resamples are drawn in blocks, so memory does not grow
MOST_IN_BLOCK: Final = 128


def draw(n: int, resamples: int, seed: int) -> Iterator[FloatArray]:
    """Draw resamples of `n` examples with replacement.

    Args:
        n: Examples.
        resamples: Resamples in all.
        seed: Seed of numpy's default generator.

    Yields:
        How often each example was drawn, shape (block, n). Blocks depend on `n` alone, and the draws on
        `n` and `seed`.
    """
    generator = np.random.default_rng(seed)
    size = int(np.clip(BLOCK_CELLS // n, 1, MOST_IN_BLOCK))
    for start in range(0, resamples, size):
        rows = min(size, resamples - start)
        drawn = generator.integers(n, size=(rows, n))
        drawn += np.arange(rows)[:, None] * n
        counted = np.bincount(drawn.ravel(), minlength=rows * n)
        yield counted.reshape(rows, n).astype(np.float64)


def resample(
    score: Callable[[FloatArray], Scores], n: int, resamples: int, seed: int
) -> dict[str, FloatArray]:
    """Score every resample.

    Args:
        score: From weights of shape (block, n) to scores of shape (block,).
        n: Examples.
        resamples: Resamples in all.
        seed: Seed of the draws.

    Returns:
        For each score, shape (resamples,).
    """
    blocks = [score(weights) for weights in draw(n, resamples, seed)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def intervals(samples: dict[str, FloatArray], level: float) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Percentile intervals.

    Args:
        samples: For each score, its value in each resample; NaN where it is undefined there.
        level: Share of resamples inside, between 0 and 1.

    Returns:
        `low`, `high` and `standard_error` of each score in percent, NaN where no resample has one; and what
        to tell about resamples that were left out.
    """
    tail = (1.0 - level) / 2.0
    table, told = {}, []
    for name, values in samples.items():
        defined = values[~np.isnan(values)]
        if len(defined) < len(values):
            left_out = len(values) - len(defined)
            told.append(
                f"{name} is undefined in {left_out} of {len(values)} resamples, left out of its interval"
            )
        table[name] = _interval(defined, tail)
    return table, told


def _interval(values: Any, tail: float) -> dict[str, float]:
    if not len(values):
        return {"low": float("nan"), "high": float("nan"), "standard_error": float("nan")}
    low, high = np.quantile(values, [tail, 1.0 - tail])
    error = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return {"low": float(low), "high": float(high), "standard_error": error}
