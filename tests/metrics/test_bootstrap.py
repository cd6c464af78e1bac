"""Intervals from counts equal those from scoring every resample from scratch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klue_hub.metrics.klue_metric.bootstrap import draw, resample
from klue_hub.metrics.klue_metric.errors import UndefinedScoreWarning
from klue_hub.metrics.klue_metric.pipeline import encode, score, score_resamples
from klue_hub.metrics.klue_metric.task import Raw
from klue_hub.metrics.klue_metric.tasks import TASKS

from .conftest import Load
from .oracles import ORACLES
from .strategies import CONFIGS, VALID

LEVEL = 0.9


def drawn_rows(example: dict[str, list[Any]], weights: np.ndarray[Any, Any]) -> dict[str, list[Any]]:
    """A resample as input; guids are made unique, as each drawn question is one of its own."""
    by_guid = {row["guid"]: row for row in example["predictions"] if isinstance(row, dict) and "guid" in row}
    rows: dict[str, list[Any]] = {"predictions": [], "references": []}
    for i, times in enumerate(weights.astype(int)):
        for copy in range(times):
            reference = example["references"][i]
            prediction = by_guid[reference["guid"]] if by_guid else example["predictions"][i]
            if by_guid:
                prediction, reference = ({**row, "guid": f"{i}-{copy}"} for row in (prediction, reference))
            rows["predictions"].append(prediction)
            rows["references"].append(reference)
    return rows


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=12, deadline=None)
@given(data=st.data(), seed=st.integers(0, 5))
def test_each_resample_equals_scoring_it_from_scratch(config: str, data: st.DataObject, seed: int) -> None:
    example = data.draw(VALID[config])
    n, resamples = len(example["references"]), 8
    task = TASKS[config]
    samples = score_resamples(
        task, encode(task, Raw(config, example["predictions"], example["references"])), resamples, seed
    )
    assert set(samples) == set(task.scores)
    weights = np.concatenate(list(draw(n, resamples, seed)))
    for i in range(resamples):
        expected = ORACLES[config](*drawn_rows(example, weights[i]).values())
        for name, value in expected.items():
            assert samples[name][i] == pytest.approx(value, abs=1e-8, nan_ok=True), name


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("config", CONFIGS)
def test_intervals_are_percentiles_of_the_resamples(load: Load, config: str) -> None:
    example = fixed(config)
    result = load(config).compute(**example, confidence_level=LEVEL, n_resamples=200, seed=3)
    assert result == score(config, **example, confidence_level=LEVEL, n_resamples=200, seed=3)
    task = TASKS[config]
    samples = score_resamples(
        task, encode(task, Raw(config, example["predictions"], example["references"])), 200, 3
    )
    assert set(result["confidence_intervals"]) == set(task.scores)
    for name, interval in result["confidence_intervals"].items():
        low, high = np.nanquantile(samples[name], [0.05, 0.95])
        assert interval["low"] == pytest.approx(low)
        assert interval["high"] == pytest.approx(high)
        assert interval["standard_error"] == pytest.approx(np.nanstd(samples[name], ddof=1))
        assert interval["low"] <= interval["high"]


def fixed(config: str) -> dict[str, list[Any]]:
    """Forty examples of a config, two thirds right."""
    rng = np.random.default_rng(1)
    if config == "sts":
        similar = rng.uniform(0, 5, 40)
        return {"predictions": (similar + rng.normal(0, 1, 40)).tolist(), "references": similar.tolist()}
    if config == "ner":
        return {
            "predictions": rng.choice([0, 1, 12], (40, 6)).tolist(),
            "references": rng.choice([0, 1, 12], (40, 6)).tolist(),
        }
    if config == "re":
        return {
            "predictions": rng.dirichlet(np.ones(30), 40).tolist(),
            "references": rng.integers(0, 30, 40).tolist(),
        }
    if config == "dp":
        sides = [
            [
                {"head": rng.integers(0, 4, 3).tolist(), "deprel": rng.integers(0, 20, 3).tolist()}
                for _ in range(40)
            ]
            for _ in range(2)
        ]
        return {"predictions": sides[0], "references": sides[1]}
    if config == "mrc":
        texts = rng.choice(["가", "가나", "나다", ""], (2, 40)).tolist()
        questions = [
            {
                "guid": str(i),
                "answers": {"text": [text]},
                "question_type": i % 3 + 1,
                "is_impossible": not text,
            }
            for i, text in enumerate(texts[0])
        ]
        answers = [{"guid": str(i), "prediction_text": text} for i, text in enumerate(texts[1])]
        return {"predictions": answers, "references": questions}
    if config == "wos":
        entries = np.array(["식당-이름-가", "식당-이름-나", "숙소-지역-다"])
        return {
            side: [entries[rng.random(3) < 0.6].tolist() for _ in range(40)]
            for side in ("predictions", "references")
        }
    classes = 3 if config == "nli" else 7
    gold = rng.integers(0, classes, 40)
    return {"predictions": np.where(rng.random(40) < 0.6, gold, 0).tolist(), "references": gold.tolist()}


def test_draws_are_multinomial_and_depend_on_the_seed_alone() -> None:
    first, again, other = (np.concatenate(list(draw(50, 300, seed))) for seed in (7, 7, 8))
    assert (first == again).all()
    assert (first != other).any()
    assert (first.sum(axis=1) == 50).all()
    assert first.mean() == 1.0
    assert first.var() == pytest.approx(1.0, abs=0.05)


def test_fewer_resamples_are_the_first_of_more() -> None:
    few, many = (np.concatenate(list(draw(9, count, 0))) for count in (130, 1000))
    assert (few == many[:130]).all()


def test_large_samples_are_drawn_in_small_blocks() -> None:
    assert next(draw(3_000_000, 1, 0)).shape == (1, 3_000_000)


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng, hits = np.random.default_rng(0), 0
    for _ in range(100):
        right = rng.random(200) < 0.8
        result = score("nli", right.astype(int), [1] * 200, confidence_level=LEVEL, n_resamples=200)
        interval = result["confidence_intervals"]["accuracy"]
        hits += interval["low"] <= 80 <= interval["high"]
    assert 80 <= hits <= 98


def test_resamples_without_a_score_are_left_out_and_told() -> None:
    rows: list[list[int]] = [[0], *[[12]] * 4]
    with pytest.warns(UndefinedScoreWarning) as caught:
        result = score("ner", rows, rows, confidence_level=0.95, n_resamples=100)
    left_out = sum(bool(w[0] == 0) for block in draw(5, 100, 0) for w in block)
    assert str(caught[0].message) == (
        f"ner: entity_macro_f1 is undefined in {left_out} of 100 resamples, left out of its interval"
    )
    assert result["confidence_intervals"]["entity_macro_f1"]["low"] == 100.0


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_resample_with_a_score_gives_nan() -> None:
    with pytest.warns(UndefinedScoreWarning, match="undefined"):
        result = score("sts", [1.0], [2.0], confidence_level=0.95)
    assert all(math.isnan(value) for value in result["confidence_intervals"]["pearsonr"].values())


def test_resample_keeps_every_score() -> None:
    samples = resample(lambda weights: {"n": weights.sum(axis=1)}, 10, 300, 0)
    assert samples["n"].tolist() == [10.0] * 300
