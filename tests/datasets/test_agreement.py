"""Agreement figures against slow definitions of ours, and against the known figures of the real files."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klue_hub.datasets.klue.agreement import fleiss, krippendorff_interval, votes

VALUES = np.array([0.0, 1.0, 2.0, 5.0])


def slow_fleiss(items: list[list[int]]) -> float:
    """Kappa by looking at every pair of raters of every item."""
    pairs = [[a == b for a, b in permutations(item, 2)] for item in items]
    observed = sum(sum(pair) / len(pair) for pair in pairs) / len(items)
    flat = [vote for item in items for vote in item]
    chance = sum((flat.count(category) / len(flat)) ** 2 for category in set(flat))
    return (observed - chance) / (1 - chance)


def slow_alpha(items: list[list[int]]) -> float:
    """Alpha by looking at every pair of votes, within items and over all."""
    items = [item for item in items if len(item) > 1]
    flat = [VALUES[vote] for item in items for vote in item]
    within = sum(
        (VALUES[a] - VALUES[b]) ** 2 / (len(item) - 1) for item in items for a, b in permutations(item, 2)
    ) / len(flat)
    over_all = sum((a - b) ** 2 for a, b in permutations(flat, 2)) / (len(flat) * (len(flat) - 1))
    return float(1 - within / over_all)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=12))
def test_fleiss_agrees_with_its_definition(items: list[list[int]]) -> None:
    result = fleiss(votes(items, range(3)))
    if len({vote for item in items for vote in item}) == 1:
        assert result == {}
    else:
        assert result["fleiss_kappa"] == pytest.approx(slow_fleiss(items), abs=1e-12)
        assert (result["raters"], result["items"]) == (4, len(items))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), max_size=5), min_size=1, max_size=12))
def test_alpha_agrees_with_its_definition(items: list[list[int]]) -> None:
    result = krippendorff_interval(votes(items, range(4)), VALUES)
    used = {vote for item in items if len(item) > 1 for vote in item}
    if len(used) < 2:
        assert result == {}
    else:
        assert result["krippendorff_alpha"] == pytest.approx(slow_alpha(items), abs=1e-12)


def test_fleiss_leaves_out_items_with_another_number_of_votes() -> None:
    three = [[0, 0, 1], [1, 1, 1]]
    assert fleiss(votes([*three, [0, 1]], range(2))) == fleiss(votes(three, range(2)))


def test_votes_ignore_unpublished_and_unknown_choices() -> None:
    assert votes([None, ["a", "x"], []], ["a", "b"]).tolist() == [[0, 0], [1, 0], [0, 0]]
