"""Wrong input never yields a number: each kind of fault, with its whole message."""

# long: a table of whole messages, one row a fault.
from __future__ import annotations

import math
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import pytest

from klue_hub.metrics.klue_metric.errors import ScoreInputError
from klue_hub.metrics.klue_metric.pipeline import score

from .conftest import Load

QUESTION = {
    "guid": "a",
    "answers": {"text": ["가"], "answer_start": [0]},
    "question_type": 1,
    "is_impossible": False,
}
ANSWER = {"guid": "a", "prediction_text": "가"}
UNIFORM = [1 / 30] * 30
TREE = {"head": [2, 0], "deprel": ["NP", "VP"]}

NLI = "a label id from 0 to 2 or a label name (entailment, neutral, contradiction)"
YNAT = "a label id from 0 to 6 or a label name (IT과학, 경제, 사회, 생활문화, 세계, 스포츠, 정치)"
RE = "a label id from 0 to 29 or a label name (no_relation, org:dissolved, org:founded, org:place_of_headquarters, org:alternate_names, org:member_of, org:members, org:political/religious_affiliation, org:product, org:founded_by, org:top_members/employees, org:number_of_employees/members, per:date_of_birth and 17 more)"
NER = "a label id from 0 to 12 or a label name (B-DT, I-DT, B-LC, I-LC, B-OG, I-OG, B-PS, I-PS, B-QT, I-QT, B-TI, I-TI, O)"
DP = "a label id from 0 to 37 or a label name (NP, NP_AJT, VP, NP_SBJ, VP_MOD, NP_OBJ, AP, NP_CNJ, NP_MOD, VNP, DP, VP_AJT, VNP_MOD and 25 more)"

# Config and arguments, message.
FAULTS: list[tuple[tuple[Any, ...], str]] = [
    (
        ("nli", [0, 1], [0]),
        "nli: predictions[1]: found 2 predictions and 1 references; expected as many predictions as references; give both in the same order, none left out",
    ),
    (
        ("nli", [0], [0, 1]),
        "nli: references[1]: found 1 predictions and 2 references; expected as many predictions as references; give both in the same order, none left out",
    ),
    (
        ("nli", [], []),
        "nli: predictions: found no examples; expected at least one example; check that the split was read and filtered as intended",
    ),
    (("nli", [3], [0]), f"nli: predictions[0]: found label id 3; expected {NLI}; correct this label"),
    (
        ("nli", [0, -1, 0, 5], [0] * 4),
        f"nli: predictions[1]: found label id -1 (the same fault at predictions[3]); expected {NLI}; correct this label",
    ),
    (
        ("nli", ["entailed"], [0]),
        f"nli: predictions[0]: found 'entailed' (str); expected {NLI}; did you mean 'entailment'?",
    ),
    (
        ("ynat", ["경재"], [0]),
        f"ynat: predictions[0]: found '경재' (str); expected {YNAT}; did you mean '경제'?",
    ),
    (
        ("ynat", [unicodedata.normalize("NFD", "경제")], [0]),
        f"ynat: predictions[0]: found '경제' (str); expected {YNAT}; did you mean '경제'?",
    ),
    (("ynat", ["x"], [0]), f"ynat: predictions[0]: found 'x' (str); expected {YNAT}; check the spelling"),
    (
        ("nli", [1.5], [0]),
        f"nli: predictions[0]: found 1.5 (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first",
    ),
    (
        ("nli", [0, 1.0], [0, 1]),
        f"nli: predictions[1]: found 1.0 (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first",
    ),
    (
        ("nli", np.array([0.0, 1.0]), [0, 1]),
        f"nli: predictions[0]: found 0.0 (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first",
    ),
    (("nli", [True], [0]), f"nli: predictions[0]: found True (bool); expected {NLI}; correct this label"),
    (
        ("nli", np.array([True]), [0]),
        f"nli: predictions[0]: found True (bool); expected {NLI}; correct this label",
    ),
    (("nli", [None], [0]), f"nli: predictions[0]: found None; expected {NLI}; correct this label"),
    (("nli", None, [0]), "nli: predictions: found None; expected one entry per example; give predictions"),
    (("nli", [0], None), "nli: references: found None; expected one entry per example; give references"),
    (
        ("nli", [math.nan], [0]),
        f"nli: predictions[0]: found nan (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first",
    ),
    (
        ("nli", np.zeros((2, 3)), [0, 1]),
        "nli: predictions: found an array of shape (2, 3); expected one label per example; take the argmax of scores first",
    ),
    (
        ("nli", [[0.1, 0.2, 0.7]], [0]),
        f"nli: predictions[0]: found [0.1, 0.2, 0.7] (list); expected {NLI}; correct this label",
    ),
    (
        ("nli", "entailment", [0]),
        "nli: predictions: found 'entailment' (str); expected a sequence; give one entry per example, in order",
    ),
    (
        ("nli", 0, [0]),
        "nli: predictions: found 0 (int); expected a sequence; give one entry per example, in order",
    ),
    (
        ("nli", [2**70], [0]),
        f"nli: predictions[0]: found 1180591620717411303424 (int); expected {NLI}; correct this label",
    ),
    (("nli", [b"x"], [0]), f"nli: predictions[0]: found b'x' (bytes); expected {NLI}; correct this label"),
    (
        ("re", ["per:titel"], [0]),
        f"re: predictions[0]: found 'per:titel' (str); expected {RE}; did you mean 'per:title'?",
    ),
    (
        ("sts", [1.0, math.nan], [1, 2]),
        "sts: predictions[1]: found nan; expected a finite number; give the similarity as a float",
    ),
    (
        ("sts", [math.inf], [1]),
        "sts: predictions[0]: found inf; expected a finite number; give the similarity as a float",
    ),
    (
        ("sts", ["3"], [1]),
        "sts: predictions[0]: found '3' (str); expected a finite number; give the similarity as a float",
    ),
    (
        ("sts", [True], [1]),
        "sts: predictions[0]: found True (bool); expected a finite number; give the similarity as a float",
    ),
    (
        ("sts", [None], [1]),
        "sts: predictions[0]: found None; expected a finite number; give the similarity as a float",
    ),
    (
        ("sts", np.zeros((2, 1)), [0, 1]),
        "sts: predictions: found an array of shape (2, 1); expected a finite number per example; flatten it",
    ),
    (
        ("sts", [10**400], [1]),
        "sts: predictions[0]: found inf; expected a finite number; give the similarity as a float",
    ),
    (
        ("sts", [1.0], [{"real-label": 2.0}]),
        "sts: references[0]: found {'real-label': 2.0} (dict); expected a finite number; give labels.real-label",
    ),
    (
        ("re", [UNIFORM[:29]], [0]),
        "re: predictions[0]: found 29 values; expected 30 probabilities; give one per relation, in the order of the label ids",
    ),
    (
        ("re", [UNIFORM, [0] * 29], [0, 0]),
        "re: predictions[1]: found 29 values; expected 30 probabilities; give one per relation, in the order of the label ids",
    ),
    (
        ("re", [UNIFORM, 3], [0, 0]),
        "re: predictions[1]: found a label, 3; expected 30 probabilities; give probabilities in every row or in none",
    ),
    (
        ("re", [3, UNIFORM], [0, 0]),
        "re: predictions[1]: found 30 values; expected a label, as in the rows before; give probabilities in every row or in none",
    ),
    (
        ("re", [[*UNIFORM[:29], 1.2]], [0]),
        "re: predictions[0][29]: found 1.2; expected a probability from 0 to 1; apply softmax to the logits first",
    ),
    (
        ("re", [[*UNIFORM[:29], -0.1]], [0]),
        "re: predictions[0][29]: found -0.1; expected a probability from 0 to 1; apply softmax to the logits first",
    ),
    (
        ("re", [[*UNIFORM[:29], math.nan]], [0]),
        "re: predictions[0][29]: found nan; expected a probability from 0 to 1; give softmax outputs",
    ),
    (
        ("re", [[*UNIFORM[:29], None]], [0]),
        "re: predictions[0][29]: found None; expected a probability from 0 to 1; give softmax outputs",
    ),
    (
        ("re", [[*UNIFORM[:29], True]], [0]),
        "re: predictions[0][29]: found True (bool); expected a probability from 0 to 1; give softmax outputs",
    ),
    (("re", [UNIFORM], [30]), f"re: references[0]: found label id 30; expected {RE}; correct this label"),
    (
        ("re", np.zeros((1, 29)), [0]),
        "re: predictions[0]: found 29 values; expected 30 probabilities; give one per relation, in the order of the label ids",
    ),
    (
        ("ner", [[0, 1]], [[0]]),
        "ner: predictions[0]: found 2 tags; expected 1, as in its reference; give one tag per character on both sides; where characters are cut off, fill up with O",
    ),
    (
        ("ner", [[0], [1, 2]], [[0], [1]]),
        "ner: predictions[1]: found 2 tags; expected 1, as in its reference; give one tag per character on both sides; where characters are cut off, fill up with O",
    ),
    (
        ("ner", [[0, 13]], [[0, 1]]),
        f"ner: predictions[0][1]: found label id 13; expected {NER}; correct this label",
    ),
    (
        ("ner", [["B-DT", "B-XX"]], [[0, 1]]),
        f"ner: predictions[0][1]: found 'B-XX' (str); expected {NER}; check the spelling",
    ),
    (
        ("ner", ["O"], [[12]]),
        "ner: predictions[0]: found 'O' (str); expected a sequence; give one entry per example, in order",
    ),
    (
        ("ner", [[0.0]], [[0]]),
        f"ner: predictions[0][0]: found 0.0 (float); expected {NER}; give ids as integers; if these are scores, take their argmax first",
    ),
    (
        ("ner", [[[0]]], [[0]]),
        f"ner: predictions[0][0]: found [0] (list); expected {NER}; correct this label",
    ),
    (
        ("ner", [0], [[0]]),
        "ner: predictions[0]: found 0 (int); expected a sequence; give one entry per example, in order",
    ),
    (
        ("ner", [None], [[0]]),
        "ner: predictions[0]: found None; expected a sequence; give one entry per example, in order",
    ),
    (
        ("ner", [[0]], [[0]], [["가", "나"]]),
        "ner: tokens[0]: found 2 tokens; expected 1, as in its reference; give one token per tag, spaces included",
    ),
    (
        ("ner", [[0]], [[0]], [[1]]),
        "ner: tokens[0][0]: found 1 (int); expected a token as text; give the characters that the tags stand for",
    ),
    (
        ("ner", [[0]], [[0]], [["가"], ["나"]]),
        "ner: tokens[1]: found 2 tokens and 1 references; expected as many tokens as references; give both in the same order, none left out",
    ),
    (
        ("ner", [[0]], [[0]], ["가"]),
        "ner: tokens[0]: found '가' (str); expected a sequence; give one entry per example, in order",
    ),
    (
        ("nli", [0], [0], ["가"]),
        "nli: tokens: found tokens; expected predictions and references; leave tokens to config ner",
    ),
    (
        ("dp", [{"head": [3, 0], "deprel": [0, 0]}], [TREE]),
        "dp: predictions[0].head[0]: found head 3; expected 0 for the root, or a word's number from 1 to 2; correct this head",
    ),
    (
        ("dp", [{"head": [-1, 0], "deprel": [0, 0]}], [TREE]),
        "dp: predictions[0].head[0]: found head -1; expected 0 for the root, or a word's number from 1 to 2; correct this head",
    ),
    (
        ("dp", [{"head": [0], "deprel": [0]}], [TREE]),
        "dp: predictions[0]: found 1 words; expected 2, as in its reference; give one head and one label per word of the reference",
    ),
    (
        ("dp", [{"head": [0, 1], "deprel": [0]}], [TREE]),
        "dp: predictions[0].deprel: found 1 labels; expected 2, as in its reference; give one label per head",
    ),
    (
        ("dp", [{"head": [0, 1]}], [TREE]),
        "dp: predictions[0]: found no 'deprel'; expected a dict with 'head' and 'deprel'; add what is missing",
    ),
    (
        ("dp", [[0, 1]], [TREE]),
        "dp: predictions[0]: found [0, 1] (list); expected a dict with 'head' and 'deprel'; give one dict per example",
    ),
    (
        ("dp", [{"head": [0, 1.0], "deprel": [0, 0]}], [TREE]),
        "dp: predictions[0].head[1]: found 1.0 (float); expected a head as an integer; give 0 for the root, else the word's number",
    ),
    (
        ("dp", [{"head": [0, 1], "deprel": ["NP", "NPP"]}], [TREE]),
        f"dp: predictions[0].deprel[1]: found 'NPP' (str); expected {DP}; did you mean 'NP' or 'VNP' or 'NP_CMP'?",
    ),
    (
        ("dp", [{"head": [], "deprel": []}], [TREE]),
        "dp: predictions[0].head: found no words; expected at least one word; leave the sentence out on both sides",
    ),
    (
        ("dp", {"head": [[0]], "deprel": []}, [TREE]),
        "dp: predictions: found 1 head, 0 deprel; expected columns of one length; give one dict per example, or equal columns",
    ),
    (
        ("mrc", [{**ANSWER, "guid": "b"}], [QUESTION]),
        "mrc: references[0].guid: found no prediction for 'a'; expected one prediction per reference; give the empty text where the model finds no answer",
    ),
    (
        ("mrc", [ANSWER, ANSWER], [QUESTION, {**QUESTION, "guid": "b"}]),
        "mrc: predictions[1].guid: found 'a' a second time (first at predictions[0]); expected each guid once; keep one row per question",
    ),
    (
        ("mrc", [ANSWER, {**ANSWER, "guid": "b"}], [QUESTION, QUESTION]),
        "mrc: references[1].guid: found 'a' a second time (first at references[0]); expected each guid once; keep one row per question",
    ),
    (
        ("mrc", [ANSWER], [QUESTION, {**QUESTION, "guid": "b"}]),
        "mrc: references[1].guid: found no prediction for 'b'; expected one prediction per reference; give the empty text where the model finds no answer",
    ),
    (
        ("mrc", [ANSWER, {**ANSWER, "guid": "b"}], [QUESTION]),
        "mrc: predictions[1].guid: found no reference for 'b'; expected guids of the references; score against the split that was predicted",
    ),
    (
        ("mrc", [{"guid": "a"}], [QUESTION]),
        "mrc: predictions[0]: found no 'prediction_text'; expected a dict with 'guid' and 'prediction_text'; add what is missing",
    ),
    (
        ("mrc", [{**ANSWER, "prediction_text": None}], [QUESTION]),
        "mrc: predictions[0].prediction_text: found None; expected a text; give the empty text for 'no answer'",
    ),
    (
        ("mrc", [{**ANSWER, "guid": 3}], [QUESTION]),
        "mrc: predictions[0].guid: found 3 (int); expected a guid as text; give the guid of the question",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "question_type": 4}]),
        "mrc: references[0].question_type: found question type 4; expected a question type from 1 to 3; give question_type of the data",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "question_type": "1"}]),
        "mrc: references[0].question_type: found '1' (str); expected a question type from 1 to 3; give question_type of the data",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "is_impossible": 0}]),
        "mrc: references[0].is_impossible: found 0 (int); expected True or False; give is_impossible of the data",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "answers": "가"}]),
        "mrc: references[0].answers: found '가' (str); expected a sequence; give one entry per example, in order",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "answers": {"text": [1]}}]),
        "mrc: references[0].answers: found 1 (int); expected answers as texts; give answers of the data",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "answers": None}]),
        "mrc: references[0].answers: found None; expected a sequence; give one entry per example, in order",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "answers": ["가"]}]),
        "mrc: references[0].answers: found ['가'] (list); expected {'text': [...], 'answer_start': [...]} or a list of {'text': ...}; give answers of the data",
    ),
    (
        ("mrc", [{**ANSWER, "prediction_text": "\ud800"}], [QUESTION]),
        "mrc: predictions[0].prediction_text: found '\\ud800' (str); expected a text; remove the lone surrogate",
    ),
    (
        ("mrc", ["가"], [QUESTION]),
        "mrc: predictions[0]: found '가' (str); expected a dict with 'guid' and 'prediction_text'; give one dict per example",
    ),
    (
        ("mrc", [ANSWER], [{**QUESTION, "answers": {"text": None}}]),
        "mrc: references[0].answers: found None; expected a sequence; give one entry per example, in order",
    ),
    (
        ("wos", [["a"]], [["a"], []]),
        "wos: references[1]: found 1 predictions and 2 references; expected as many predictions as references; give both in the same order, none left out",
    ),
    (
        ("wos", [[1]], [["a"]]),
        "wos: predictions[0][0]: found 1 (int); expected 'domain-slot-value' as text; give the state of each user turn as a list of texts",
    ),
    (
        ("wos", ["식당-이름-가"], [["a"]]),
        "wos: predictions[0]: found '식당-이름-가' (str); expected a sequence; give one entry per example, in order",
    ),
    (
        ("wos", [None], [[]]),
        "wos: predictions[0]: found None; expected a sequence; give one entry per example, in order",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "message"), FAULTS, ids=[f"{a[0]}-{i}" for i, (a, _) in enumerate(FAULTS)]
)
def test_fault(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ScoreInputError) as caught:
        score(*arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            {"confidence_level": 95},
            "confidence_level: found 95 (int); expected a share between 0 and 1; give 0.95, not 95",
        ),
        (
            {"confidence_level": 1.0},
            "confidence_level: found 1.0 (float); expected a share between 0 and 1; give 0.95, not 95",
        ),
        (
            {"n_resamples": 0},
            "n_resamples: found 0 (int); expected an integer from 1 to 1,000,000; give an integer",
        ),
        (
            {"n_resamples": 10**9, "confidence_level": 0.95},
            "n_resamples: found 1000000000 (int); expected an integer from 1 to 1,000,000; give an integer",
        ),
        ({"seed": -1}, "seed: found -1 (int); expected an integer from 0; give an integer"),
        (
            {"data_version": "a|b"},
            "data_version: found 'a|b' (str); expected a version such as '1.1.0'; give it as text",
        ),
    ],
)
def test_option_out_of_range(load: Load, option: dict[str, Any], message: str) -> None:
    for compute in (lambda **given: score("nli", **given), load("nli").compute):
        with pytest.raises(ValueError, match="nli: ") as caught:
            compute(predictions=[0], references=[0], **option)
        assert str(caught.value) == f"nli: {message}"


def test_many_faults_are_counted() -> None:
    with pytest.raises(ScoreInputError) as caught:
        score("sts", [math.nan] * 20, [1.0] * 20)
    others = ", ".join(f"predictions[{i}]" for i in range(1, 6))
    assert str(caught.value) == (
        f"sts: predictions[0]: found nan (the same fault at {others} and 14 more); expected a finite number; "
        "give the similarity as a float"
    )


@pytest.mark.parametrize(
    ("arguments", "message"), FAULTS, ids=[f"{a[0]}-{i}" for i, (a, _) in enumerate(FAULTS)]
)
def test_fault_through_evaluate(load: Load, arguments: tuple[Any, ...], message: str) -> None:
    config, predictions, references, *tokens = arguments
    metric = load(config)
    if predictions is None and references is None:
        pytest.skip("compute() without input is another case")
    with pytest.raises(ValueError, match=rf"^{config}: ") as caught:
        metric.compute(predictions=predictions, references=references, tokens=tokens[0] if tokens else None)
    assert str(caught.value) == message
    assert len(metric) == 0  # nothing of it is left for the next call


def test_rows_are_counted_over_batches(load: Load) -> None:
    metric = load("nli", keep_in_memory=True)
    metric.add_batch(predictions=[0, 1], references=[0, 1])
    with pytest.raises(
        ValueError, match=r"nli: predictions\[3\]: found 7|nli: predictions\[3\]: found label id 7"
    ):
        metric.add_batch(predictions=[0, 7], references=[0, 1])
    with pytest.raises(ValueError, match=r"nli: references\[2\]: found 1.5"):
        metric.add(prediction=0, reference=1.5)
    assert metric.compute() == {"accuracy": 100.0}


def test_compute_without_input(load: Load) -> None:
    for config, examples in {"wos": "turn", "ner": "sentence", "re": "example", "mrc": "question"}.items():
        with pytest.raises(ValueError, match=rf"^{config}: ") as caught:
            load(config).compute()
        assert str(caught.value) == (
            f"{config}: predictions: found no {examples}s; expected at least one {examples}; "
            "check that the split was read and filtered as intended"
        )


def test_tokens_in_some_batches_only(load: Load) -> None:
    metric = load("ner", keep_in_memory=True)
    metric.add_batch(predictions=[[0, 12]], references=[[0, 12]], tokens=[["가", " "]])
    with pytest.raises(ValueError, match=r"^ner: ") as caught:
        metric.add_batch(predictions=[[0]], references=[[0]])
    assert str(caught.value) == (
        "ner: tokens: found tokens in some batches only; expected tokens in every batch or in none; add the tokens"
    )


def test_probabilities_in_some_batches_only(load: Load) -> None:
    metric = load("re", keep_in_memory=True)
    metric.add_batch(predictions=[UNIFORM], references=[0])
    metric.add_batch(predictions=[3], references=[0])
    with pytest.raises(ValueError, match=r"^re: ") as caught:
        metric.compute()
    assert str(caught.value) == (
        "re: predictions[1]: found a label; expected 30 probabilities, as in the rows before; "
        "give probabilities in every batch or in none"
    )


def test_guids_are_matched_over_batches(load: Load) -> None:
    metric = load("mrc")
    metric.add(prediction=ANSWER, reference={**QUESTION, "guid": "b"})
    metric.add(prediction={**ANSWER, "guid": "b"}, reference=QUESTION)
    assert metric.compute()["exact_match"] == 100.0
    metric.add(prediction=ANSWER, reference={**QUESTION, "guid": "b"})
    with pytest.raises(ValueError, match=r"found no prediction for 'b'"):
        metric.compute()
    assert metric.compute(predictions=[ANSWER], references=[QUESTION])["exact_match"] == 100.0


def test_errors_and_their_type_survive_a_process_border() -> None:
    import pickle

    with pytest.raises(ScoreInputError) as caught:
        score("nli", [7], [0])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(copy, ScoreInputError)
    assert str(copy) == str(caught.value)


@pytest.mark.parametrize(
    ("config", "predictions", "message"),
    [
        (
            "nli",
            np.array([0], dtype="M8[ns]"),
            "found an array of datetime64[ns]; expected labels, numbers or texts",
        ),
        (
            "sts",
            np.array([0], dtype="m8[ns]"),
            "found an array of timedelta64[ns]; expected labels, numbers or texts",
        ),
        ("nli", [np.timedelta64(1, "ns")], "predictions[0]: found np.timedelta64(1,'ns') (timedelta64)"),
        ("nli", bytearray([0]), "found bytearray(b'\\x00') (bytearray); expected a sequence"),
        ("nli", memoryview(b"\x00"), "(memoryview); expected a sequence"),
        ("nli", np.array(0), "found array(0) (ndarray); expected a sequence"),
        ("sts", np.array(1.0), "found array(1.) (ndarray); expected a sequence"),
        ("ner", [np.array(3)], "predictions[0]: found array(3) (ndarray); expected a sequence"),
        ("nli", [10**5000], "found a value too long to show (int); expected a label id from 0 to 2"),
    ],
)
def test_what_only_looks_like_labels_is_refused(config: str, predictions: Any, message: str) -> None:
    with pytest.raises(ScoreInputError) as caught:
        score(config, predictions, [[0]] if config == "ner" else [0])
    assert message in str(caught.value)


def test_missing_value_of_a_pandas_column_is_named_by_its_row() -> None:
    column = pd.Series([1, pd.NA], dtype="Int64")
    with pytest.raises(ScoreInputError, match=r"^nli: predictions\[1\]: found <NA> "):
        score("nli", column, [0, 1])


def test_config_that_is_no_name_is_refused() -> None:
    with pytest.raises(ScoreInputError, match=r"^klue_metric: config_name: found \['nli'\] \(list\)"):
        score(["nli"], [0], [0])  # type: ignore[arg-type]


@pytest.mark.parametrize("option", [{"detailed": "no"}, {"signature": 1}])
def test_switch_that_is_no_boolean_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ScoreInputError, match=r"expected True or False; leave it out for False$"):
        score("nli", [0], [0], **option)
