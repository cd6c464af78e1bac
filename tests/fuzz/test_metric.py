"""Metric inputs of any shape: a ScoreInputError or, where they are valid by chance, a true score."""

from __future__ import annotations

import copy
import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klue_hub.metrics.klue_metric import labels
from klue_hub.metrics.klue_metric.errors import ScoreInputError
from klue_hub.metrics.klue_metric.pipeline import METRIC_VERSION, score

from ..metrics.conftest import Load
from ..metrics.oracles import ORACLES
from ..metrics.strategies import CONFIGS, VALID, Example
from .mutations import TreeEdit, edit_tree, tree_edits
from .target import target

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
@target()
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
@target()
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
@target()
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
@target()
@given(data=st.data())
def test_a_refused_call_leaves_nothing_behind(load: Load, config: str, data: st.DataObject) -> None:
    metric, example = load(config), data.draw(VALID[config])
    with pytest.raises(ValueError, match=f"{config}: "):
        metric.compute(
            predictions=[*example["predictions"], object()], references=[*example["references"], 0]
        )
    result = metric.compute(**example)
    assert result == pytest.approx(score(config, **example), nan_ok=True)


NEAR: list[Any] = [
    None, True, 0, 1, 2, 5, 12, 13, 29, 30, 37, 38, -1, 2.5, 3.0, math.nan, 10**30, 2**63, "", " ", "a", "0", "\ud800",
    "IT과학", "경제", "neutral", "B-PS", "I-PS", "O", "per:title", "no_relation", "NP", "VP_OBJ", "q0", [], {}, [0], [""],
    np.int64(1), np.float32(0.5), np.array([1, 0]), (1, 0), {"text": ["a"]}, {"head": [0], "deprel": ["NP"]},
]  # fmt: skip
LABELS = {
    "ynat": labels.YNAT,
    "nli": labels.NLI,
    "ood": labels.OOD,
    "ner": labels.NER,
    "re": labels.RE,
    "dp": labels.DP,
}


def changed(example: Example, edits: list[TreeEdit]) -> Example:
    """Return both sides, changed; edits are of what the sides hold, or of a whole side."""
    document = edit_tree(example, edits)
    return {side: document.get(side) for side in example} if isinstance(document, dict) else {}


def as_ids(config: str, value: Any) -> Any:
    """Spell an input as the oracles take it: plain Python values, and ids for the names of labels."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, dict):
        if config == "mrc" and isinstance(value.get("answers"), list | tuple):  # the other form that is taken
            value = {**value, "answers": {"text": [answer["text"] for answer in value["answers"]]}}
        return {key: as_ids(config, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_ids(config, item) for item in value]
    names = LABELS.get(config, ())
    return names.index(value) if isinstance(value, str) and value in names else value


@pytest.mark.parametrize("config", CONFIGS)
@target()
@given(example=st.data(), edits=tree_edits(NEAR))
def test_nearly_valid_input_is_refused_or_scored_as_the_definition_says(
    config: str, example: st.DataObject, edits: list[TreeEdit]
) -> None:
    sides = changed(example.draw(VALID[config]), edits)
    assume(sides)
    try:
        result = score(config, **sides)
    except ScoreInputError as error:
        assert str(error).startswith(f"{config}: ")
    else:
        expected = ORACLES[config](*as_ids(config, sides).values())
        assert result == pytest.approx(expected, abs=1e-6, nan_ok=True)


TOKENS = st.lists(st.sampled_from(["가", " ", "  ", ""]), max_size=10)


@target()
@given(example=VALID["ner"], tokens=st.lists(TOKENS, max_size=6), fits=st.booleans())
def test_tokens_are_refused_or_taken_as_the_definition_says(
    example: Example, tokens: list[list[str]], fits: bool
) -> None:
    if fits:
        flat = [token for row in tokens for token in row] + ["가", " "] * 40
        tokens = [[flat.pop() for _ in row] for row in example["references"]]
    try:
        result = score("ner", **example, tokens=tokens)
    except ScoreInputError as error:
        assert not fits
        assert str(error).startswith("ner: ")
    else:
        assert result == pytest.approx(ORACLES["ner"](**example, tokens=tokens), abs=1e-9, nan_ok=True)


OPTION = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(NEVER_VALID),
)
OPTIONS = st.fixed_dictionaries(
    {"n_resamples": OPTION | st.integers(1, 4)},
    optional={
        "detailed": OPTION,
        "confidence_level": OPTION | st.floats(0, 1),
        "seed": OPTION,
        "signature": OPTION,
        "data_version": OPTION,
    },
)


@pytest.mark.parametrize("config", CONFIGS)
@target()
@given(example=st.data(), options=OPTIONS)
def test_any_options_are_refused_or_change_no_score(
    config: str, example: st.DataObject, options: dict[str, Any]
) -> None:
    rows = example.draw(VALID[config])
    scores = score(config, **rows)
    try:
        result = score(config, **rows, **options)
    except ScoreInputError as error:
        assert re.match(rf"{config}: ({'|'.join(options)}): found ", str(error))
        return
    added = {
        "detailed": options.get("detailed") is not None and bool(options["detailed"]),
        "confidence_intervals": options.get("confidence_level") is not None,
        "signature": options.get("signature") is not None and bool(options["signature"]),
    }
    assert result.keys() == scores.keys() | {name for name, wanted in added.items() if wanted}
    assert {name: result[name] for name in scores} == pytest.approx(scores, nan_ok=True)
    for interval in result.get("confidence_intervals", {}).values():
        assert not interval["low"] > interval["high"]
    if added["signature"]:
        assert result["signature"].startswith(f"klue_metric|task:{config}|version:{METRIC_VERSION}|")


@pytest.mark.parametrize("config", CONFIGS)
@target(cases=len(CONFIGS))
@given(example=st.data(), edits=st.just([]) | tree_edits(NEAR))
def test_compute_says_what_score_says(
    load: Load, config: str, example: st.DataObject, edits: list[TreeEdit]
) -> None:
    sides = changed(example.draw(VALID[config]), edits)
    assume(sides.get("predictions") is not None)  # evaluate takes that for no call of add
    expected: Any
    try:
        expected = score(config, **sides)
    except ScoreInputError as error:
        expected = str(error)
    found: Any
    try:
        found = load(config).compute(**sides)
    except ValueError as error:
        found = str(error)
    assert found == (expected if isinstance(expected, str) else pytest.approx(expected, nan_ok=True))
