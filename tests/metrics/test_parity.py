"""The official numbers: golden cases through `evaluate`, and random cases against slow references."""

from __future__ import annotations

import gzip
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klue_hub.metrics.klue_metric.pipeline import score

from .conftest import SHARED, Load
from .oracles import ORACLES, normalize, rouge_w
from .strategies import CONFIGS, VALID

TOLERANCE = 1e-9
GOLDEN = ("ynat", "nli", "sts", "ner", "re", "dp", "mrc", "wos")  # ood has no official scorer

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def golden(config: str) -> list[Any]:
    path = SHARED / "golden" / f"{config}.json.gz"
    if not path.is_file():
        skip = pytest.mark.skip(reason="needs the official outputs in ../shared/golden, not on this machine")
        return [pytest.param(config, {}, id=f"{config}-golden", marks=skip)]
    with gzip.open(path) as file:
        return [pytest.param(config, case, id=f"{config}-{case['name']}") for case in json.load(file)]


def same(result: dict[str, float], expected: dict[str, float]) -> bool:
    return list(result) == list(expected) and all(
        (math.isnan(result[name]) and math.isnan(value)) or abs(result[name] - value) <= TOLERANCE
        for name, value in expected.items()
    )


@pytest.mark.parametrize(("config", "case"), [case for config in GOLDEN for case in golden(config)])
def test_golden_case_through_evaluate(load: Load, config: str, case: dict[str, Any]) -> None:
    result = load(config).compute(**case["inputs"])
    assert same(result, case["expected"]), (result, case["expected"])


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_scores_equal_the_slow_reference(config: str, data: st.DataObject) -> None:
    example = data.draw(VALID[config])
    expected = ORACLES[config](example["predictions"], example["references"])
    assert same(score(config, **example), expected)


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_compute_equals_the_slow_reference(load: Load, config: str, data: st.DataObject) -> None:
    example = data.draw(VALID[config])
    expected = ORACLES[config](example["predictions"], example["references"])
    assert same(load(config).compute(**example), expected)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_positions_on_spaces_are_left_out(data: st.DataObject) -> None:
    example = data.draw(VALID["ner"])
    tokens = [
        [data.draw(st.sampled_from(["가", " ", "  ", "\u3000"])) for _ in row]
        for row in example["references"]
    ]
    expected = ORACLES["ner"](*example.values(), tokens)
    assert same(score("ner", **example, tokens=tokens), expected)


@settings(max_examples=60, deadline=None)
@given(st.text("가나다 라마", min_size=150, max_size=420), st.data())
def test_long_answers_follow_the_popularity_rule_of_difflib(gold: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, 200))
    text = data.draw(st.sampled_from([gold[start : start + 60], gold, gold[::-1], gold + "가"]))
    row = {"guid": "q", "answers": {"text": [gold]}, "question_type": 1, "is_impossible": False}
    result = score("mrc", [{"guid": "q", "prediction_text": text}], [row])
    assert result["rouge_w"] == pytest.approx(100 * rouge_w(normalize(text), normalize(gold)), abs=TOLERANCE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text("가나다abc", max_size=40), st.text("가나다abc", max_size=40)), min_size=1))
def test_common_runs_of_many_lengths_at_once(pairs: list[tuple[str, str]]) -> None:
    from klue_hub.metrics.klue_metric.matching import common_run_lengths

    texts, golds = [text for text, _ in pairs], [gold for _, gold in pairs]
    runs = common_run_lengths(texts, golds)
    expected = [rouge_w(text, gold) * (len(text) + len(gold)) / 2 if gold else 0 for text, gold in pairs]
    assert runs.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e8, -1e300])
def test_correlation_far_from_the_scale_keeps_its_digits(offset: float) -> None:
    spread = 1.0 if abs(offset) < 1e10 else 1e299
    predictions = [offset + spread * value for value in (0.0, 1.0, 2.0, 4.0)]
    result = score("sts", predictions, [0.0, 2.0, 1.0, 5.0])
    exact = score("sts", [(value - offset) / spread for value in predictions], [0.0, 2.0, 1.0, 5.0])
    assert result["pearsonr"] == pytest.approx(exact["pearsonr"], abs=1e-6)


def test_the_official_bracket_pattern_matches_only_the_run_it_spells() -> None:
    row = {"guid": "q", "answers": {"text": ["가 나"]}, "question_type": 1, "is_impossible": False}
    assert score("mrc", [{"guid": "q", "prediction_text": "가<()‘’나"}], [row])["exact_match"] == 100.0
    assert score("mrc", [{"guid": "q", "prediction_text": "가()‘’나"}], [row])["exact_match"] == 0.0
