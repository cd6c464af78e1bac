"""What `detailed`, `signature` and warnings tell."""

from __future__ import annotations

import json
import math
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from klue_hub.metrics.klue_metric import labels
from klue_hub.metrics.klue_metric.errors import UndefinedScoreWarning
from klue_hub.metrics.klue_metric.pipeline import score

from .conftest import Load
from .oracles import curve_area
from .strategies import CONFIGS
from .test_bootstrap import fixed

quiet = pytest.mark.filterwarnings("ignore::UserWarning")
NAMES = {"ynat": labels.YNAT, "nli": labels.NLI, "ood": labels.OOD, "re": labels.RE}


def detail(config: str, *sides: Any) -> dict[str, Any]:
    result: dict[str, Any] = score(config, *sides, detailed=True)["detailed"]
    json.dumps(result)
    return result


@quiet
@pytest.mark.parametrize("config", CONFIGS)
def test_detail_adds_to_the_scores_and_changes_none(load: Load, config: str) -> None:
    example = fixed(config)
    result = load(config).compute(**example, detailed=True)
    assert result.pop("detailed")
    assert result == load(config).compute(**example)


@quiet
@pytest.mark.parametrize("config", NAMES)
def test_classes_agree_with_scikit_learn(config: str) -> None:
    example = fixed(config)
    gold = example["references"]
    chosen = np.argmax(example["predictions"], axis=1) if config == "re" else example["predictions"]
    result = detail(config, chosen, gold)
    ids = range(len(NAMES[config]))
    rows = np.array(sk.precision_recall_fscore_support(gold, chosen, labels=ids, zero_division=0))
    assert list(result["per_class"]) == list(NAMES[config])
    for i, row in enumerate(result["per_class"].values()):
        assert list(row.values()) == pytest.approx([*(100 * rows[:3, i]), rows[3, i]])
    assert result["confusion_matrix"]["matrix"] == sk.confusion_matrix(gold, chosen, labels=ids).tolist()
    assert result["confusion_matrix"]["labels"] == list(NAMES[config])


@quiet
def test_area_of_each_relation() -> None:
    example = fixed("re")
    rows, gold = np.array(example["predictions"]), np.array(example["references"])
    result = detail("re", rows, gold)["per_class"]
    for i, name in enumerate(labels.RE):
        assert result[name]["auprc"] == pytest.approx(
            100 * curve_area(rows[:, i].tolist(), (gold == i).tolist())
        )
    assert "auprc" not in detail("re", rows.argmax(axis=1), gold)["per_class"]["per:title"]


def test_similarity_after_the_cut() -> None:
    result = detail("sts", [3.0, 1.0, 4.0, 2.0], [3.0, 3.5, 1.0, 0.0])
    assert result["confusion_matrix"] == {"labels": ["negative", "positive"], "matrix": [[1, 1], [1, 1]]}
    assert result["per_class"]["positive"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "support": 2}
    assert result["per_class"]["negative"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "support": 2}


@pytest.mark.filterwarnings("ignore::Warning")
def test_entity_types_agree_with_seqeval() -> None:
    seqeval = pytest.importorskip("seqeval.metrics")
    scheme = pytest.importorskip("seqeval.scheme")
    rng = np.random.default_rng(0)
    sides = rng.choice(13, (2, 60, 8), p=[*([0.06] * 12), 0.28])
    result = detail("ner", *sides)["per_entity_type"]
    names = [[[labels.NER[tag] for tag in row] for row in side] for side in sides]
    report = seqeval.classification_report(
        names[1], names[0], mode="strict", scheme=scheme.IOB2, output_dict=True, zero_division=0
    )
    for name, row in result.items():
        expected = report[name]
        assert row["support"] == expected["support"]
        for ours, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert row[ours] == pytest.approx(100 * expected[theirs])


def test_tags_count_the_two_special_tokens() -> None:
    result = detail("ner", [[0, 1], [12]], [[0, 1], [0]])
    assert result["per_tag"]["O"]["support"] == 4
    assert result["per_tag"]["B-DT"] == {
        "precision": 100.0,
        "recall": 50.0,
        "f1": pytest.approx(66.6666667),
        "support": 2,
    }
    assert result["entity_micro_f1"] == pytest.approx(66.6666667)


def test_dependency_labels_and_distances() -> None:
    gold = {"head": [2, 0, 2, 1, 1, 1, 1, 1], "deprel": ["NP", "VP", "NP", "L", "R", "X", "NP", "NP"]}
    guess = {"head": [2, 0, 1, 1, 1, 1, 1, 1], "deprel": ["NP", "VP", "NP", "X", "NP", "X", "NP", "NP"]}
    result = detail("dp", [guess], [gold])
    assert result["wrong_heads"] == 1
    assert result["per_label"]["others"] == {
        "precision": 100.0,
        "recall": pytest.approx(66.6666667),
        "f1": pytest.approx(80.0),
        "support": 3,
    }
    assert list(result["per_label"]) == [*labels.DP[:15], "others"]
    assert {name: row["support"] for name, row in result["per_distance"].items()} == {
        "root": 1,
        "1": 2,
        "2": 0,
        "3-6": 4,
        "7+": 1,
    }
    assert result["per_distance"]["1"] == {"uas": 50.0, "las": 50.0, "support": 2}
    assert result["per_distance"]["3-6"] == {"uas": 100.0, "las": 75.0, "support": 4}


def test_question_types_and_answerability() -> None:
    questions = [
        {"guid": str(i), "answers": {"text": ["가나"]}, "question_type": kind, "is_impossible": kind == 3}
        for i, kind in enumerate([1, 1, 3])
    ]
    answers = [{"guid": str(i), "prediction_text": text} for i, text in enumerate(["가나", "가", ""])]
    assert detail("mrc", answers, questions) == {
        "per_question_type": {
            "1": {"exact_match": 50.0, "rouge_w": pytest.approx(83.3333333), "support": 2},
            "2": {"exact_match": 0.0, "rouge_w": 0.0, "support": 0},
            "3": {"exact_match": 100.0, "rouge_w": 100.0, "support": 1},
        },
        "per_answerability": {
            "answerable": {"exact_match": 50.0, "rouge_w": pytest.approx(83.3333333), "support": 2},
            "unanswerable": {"exact_match": 100.0, "rouge_w": 100.0, "support": 1},
        },
    }


def test_domains_and_slots() -> None:
    predictions = [["식당-이름-가-나", "식당-지역-서울"], ["숙소-이름-다"], ["x"]]
    references = [["식당-이름-가-나", "식당-지역-부산"], ["숙소-이름-다", "식당-이름-가"], []]
    with pytest.warns(UndefinedScoreWarning, match="1 entry is no domain-slot-value"):
        result = detail("wos", predictions, references)
    assert result["per_domain"] == {
        "(other)": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0, "joint_goal_acc": 0.0},
        "숙소": {"precision": 100.0, "recall": 100.0, "f1": 100.0, "support": 1, "joint_goal_acc": 100.0},
        "식당": {
            "precision": 50.0,
            "recall": pytest.approx(33.3333333),
            "f1": pytest.approx(40.0),
            "support": 3,
            "joint_goal_acc": 0.0,
        },
    }
    assert {name: row["support"] for name, row in result["per_slot"].items()} == {
        "(other)": 0,
        "숙소-이름": 1,
        "식당-이름": 2,
        "식당-지역": 1,
    }
    assert detail("wos", [[]], [[]]) == {"per_domain": {}, "per_slot": {}}


@quiet
@pytest.mark.parametrize(
    ("config", "inputs", "options", "signature"),
    [
        ("nli", ([0], [0]), {}, "klue_metric|task:nli|version:1.0.0|data:unstated|n:1"),
        (
            "re",
            ([0], [0]),
            {"data_version": "1.1.0"},
            "klue_metric|task:re|version:1.0.0|data:1.1.0|n:1|predictions:labels",
        ),
        (
            "re",
            (np.eye(30), range(30)),
            {},
            "klue_metric|task:re|version:1.0.0|data:unstated|n:30|predictions:probabilities",
        ),
        ("ner", ([[0]], [[0]]), {}, "klue_metric|task:ner|version:1.0.0|data:unstated|n:1|spaces:kept"),
        (
            "ner",
            ([[0]], [[0]], [["가"]]),
            {},
            "klue_metric|task:ner|version:1.0.0|data:unstated|n:1|spaces:dropped",
        ),
        (
            "sts",
            ([1, 2], [1, 2]),
            {"confidence_level": 0.9, "n_resamples": 5, "seed": 7},
            "klue_metric|task:sts|version:1.0.0|data:unstated|n:2|ci:0.9|resamples:5|seed:7",
        ),
    ],
)
def test_signature(load: Load, config: str, inputs: Any, options: dict[str, Any], signature: str) -> None:
    sides = dict(zip(("predictions", "references", "tokens"), inputs, strict=False))
    assert score(config, **sides, **options, signature=True)["signature"] == signature
    assert load(config).compute(**sides, **options, signature=True)["signature"] == signature
    assert "signature" not in score(config, **sides, **options)


@pytest.mark.parametrize(
    ("config", "sides", "message"),
    [
        (
            "ner",
            ([[12]], [[12]]),
            "ner: entity_macro_f1 is NaN: neither predictions nor references hold an entity",
        ),
        (
            "sts",
            ([4, 4], [1, 5]),
            "sts: pearsonr is NaN: it is undefined where predictions or references are constant",
        ),
        ("sts", ([1, 2], [1, 2]), "sts: f1 is 0: no prediction and no reference is 3.0 or more"),
        ("re", ([0], [0]), "re: micro_f1 is 0: no relation but no_relation is predicted or gold"),
        (
            "re",
            (np.eye(30)[[1, 2]], [1, 2]),
            "re: auprc takes 50 for each relation that no reference holds, as the official code does: "
            "no_relation, org:place_of_headquarters, org:alternate_names and 25 more",
        ),
        (
            "mrc",
            (
                [{"guid": "a", "prediction_text": ""}],
                [{"guid": "a", "answers": {"text": []}, "question_type": 1, "is_impossible": False}],
            ),
            "mrc: 1 answerable questions have no answer and are scored as unanswerable, first 'a'",
        ),
    ],
)
def test_a_warning_says_what_is_undefined(load: Load, config: str, sides: Any, message: str) -> None:
    for compute in (lambda **given: score(config, **given), load(config).compute):
        with pytest.warns(UserWarning, match=config) as caught:
            compute(predictions=sides[0], references=sides[1])
        assert [str(warning.message) for warning in caught] == [message]


def test_undefined_scores() -> None:
    with pytest.warns(UndefinedScoreWarning):
        assert math.isnan(score("ner", [[12]], [[12]])["entity_macro_f1"])
    with pytest.warns(UndefinedScoreWarning):
        assert math.isnan(score("sts", [4.0], [4.0])["pearsonr"])


def test_no_warning_where_all_is_defined() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        score("nli", [0], [1], detailed=True, confidence_level=0.95)
        score("wos", [[]], [[]], detailed=True, confidence_level=0.95)
        score("re", np.eye(30), range(30), detailed=True)
