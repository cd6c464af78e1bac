"""The longest run of characters that two texts share, for many pairs at once."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .columns import FloatArray, IntArray

# difflib, SequenceMatcher.__chain_b: from this length of the second text on, its frequent characters do not
# start a run. The run it then finds is often not the longest, and the official score is made of it.
POPULARITY_FROM: Final = 200
CELLS: Final = 1 << 20  # table cells worked on at once; keeps them in cache
STEP: Final = 8  # texts are grouped by length in steps of this


def common_run_lengths(texts: list[str], golds: list[str]) -> FloatArray:
    """Length of the longest run of characters that each pair shares.

    Args:
        texts: First texts.
        golds: Second texts, as many.

    Returns:
        Shape (pairs,).

    Source: KLUE-baseline, metrics/utils.py, rouge_w_score_for_klue_mrc (difflib's `find_longest_match`).
    """
    runs = np.zeros(len(texts))
    open_pairs = []
    for i, (text, gold) in enumerate(zip(texts, golds, strict=True)):
        if text == gold:
            runs[i] = len(text)
        elif len(gold) >= POPULARITY_FROM:
            runs[i] = SequenceMatcher(None, text, gold).find_longest_match(0, len(text), 0, len(gold)).size
        elif text in gold or gold in text:
            runs[i] = min(len(text), len(gold))
        else:
            open_pairs.append(i)
    for chosen in _groups(open_pairs, texts, golds):
        runs[chosen] = _group_runs([texts[i] for i in chosen], [golds[i] for i in chosen])
    return runs


def _groups(pairs: list[int], texts: list[str], golds: list[str]) -> Iterator[list[int]]:
    """Split pairs into groups of similar lengths, small enough for one table."""
    by_size: dict[tuple[int, int], list[int]] = {}
    for i in pairs:
        by_size.setdefault((len(texts[i]) // STEP, len(golds[i]) // STEP), []).append(i)
    for lengths, members in by_size.items():  # the table lies along the longer side
        most = max(1, CELLS // ((max(lengths) + 1) * STEP))
        for start in range(0, len(members), most):
            yield members[start : start + most]


def _group_runs(texts: list[str], golds: list[str]) -> IntArray:
    """Dynamic programming over the characters of all first texts in step."""
    left, right = _code_points(texts, padding=-1), _code_points(golds, padding=-2)
    if left.shape[1] > right.shape[1]:
        left, right = right, left
    run = np.zeros((len(texts), right.shape[1] + 1), dtype=np.int32)
    best = np.zeros(len(texts), dtype=np.int32)
    for column in left.T:
        # A run that ends here is one longer than the run that ended one character earlier in both texts.
        run[:, 1:] = (run[:, :-1] + 1) * (right == column[:, None])
        np.maximum(best, run.max(axis=1), out=best)
    return best.astype(np.int64)


def _code_points(texts: list[str], padding: int) -> NDArray[Any]:
    """Code points of each text, filled up with `padding`, shape (texts, longest)."""
    lengths = np.array([len(text) for text in texts])
    table = np.full((len(texts), int(lengths.max())), padding, dtype=np.int32)
    points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.int32)
    table[np.arange(table.shape[1]) < lengths[:, None]] = points
    return table
