"""Broken input of any shape gives a ScoreInputError or, where it is valid by chance, a true score."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klue_hub.metrics.klue_metric.errors import ScoreInputError
from klue_hub.metrics.klue_metric.pipeline import score

from .conftest import Load
from .strategies import CONFIGS, VALID

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

NEVER_VALID: list[Any] = [
    None,
    True,
    False,
    math.nan,
    math.inf,
    -1,
    10**30,
    1.5 + 0j,
    b"a",
    bytearray(b"a"),
    np.timedelta64(1, "ns"),
    np.datetime64(0, "ns"),
    np.array([0, 1], dtype="M8[ns]"),
    object(),
    {},
    np.bool_(True),
]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 40)
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(NEVER_VALID),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["guid", "head", "deprel", "text", "answers", "x"]), inner, max_size=4
        )
        | st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=12,
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values that are no containers, but for those that no score reads."""
    if isinstance(value, dict):
        # What is impossible has no answers, and starts do not count.
        keys = [
            key
            for key in value
            if key != "answer_start" and not (key == "answers" and value["is_impossible"])
        ]
        return [leaf for key in keys for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [leaf for i, part in enumerate(value) for leaf in leaves(part, (*path, i))]
    return [path]


def replace(example: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        example = example[key]
    example[path[-1]] = value


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_one_bad_value_anywhere_is_refused(config: str, data: st.DataObject) -> None:
    example = copy.deepcopy(data.draw(VALID[config]))
    paths = leaves(example)
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    bad = data.draw(st.sampled_from(NEVER_VALID))
    allowed = (path[-1] == "is_impossible" and isinstance(bad, bool | np.bool_)) or (
        config == "sts" and type(bad) is int
    )
    if allowed:
        return
    replace(example, path, bad)
    with pytest.raises(ScoreInputError) as caught:
        score(config, **example)
    assert str(caught.value).startswith(f"{config}: {path[0]}")


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_lost_or_doubled_row_is_refused(config: str, data: st.DataObject) -> None:
    example = dict(data.draw(VALID[config]))
    side = data.draw(st.sampled_from(["predictions", "references"]))
    rows = list(example[side])
    row = data.draw(st.integers(0, len(rows) - 1))
    example[side] = data.draw(st.sampled_from([rows[:row] + rows[row + 1 :], [*rows, rows[row]], []]))
    with pytest.raises(ScoreInputError):
        score(config, **example)


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=150, deadline=None)
@given(predictions=JUNK, references=JUNK, tokens=st.none() | JUNK)
def test_junk_is_refused_or_scored_but_fails_in_no_other_way(
    config: str, predictions: Any, references: Any, tokens: Any
) -> None:
    try:
        result = score(config, predictions, references, tokens)
    except ScoreInputError as error:
        assert str(error).startswith(f"{config}: ")
    else:
        assert all(math.isnan(value) or -100 <= value <= 100 for value in result.values())


@pytest.mark.parametrize("config", ["nli", "sts", "ner", "re", "dp", "mrc", "wos"])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_refused_call_leaves_nothing_behind(load: Load, config: str, data: st.DataObject) -> None:
    metric, example = load(config), data.draw(VALID[config])
    with pytest.raises(ValueError, match=f"{config}: "):
        metric.compute(
            predictions=[*example["predictions"], object()], references=[*example["references"], 0]
        )
    result = metric.compute(**example)
    assert result == pytest.approx(score(config, **example), nan_ok=True)
