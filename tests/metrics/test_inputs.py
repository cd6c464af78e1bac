"""Everything users hold goes in: names, arrays, tensors, dataset columns, one by one or in batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from datasets import ClassLabel, Dataset, Features, IterableDataset, Sequence, Value

from klue_hub.metrics.klue_metric import labels
from klue_hub.metrics.klue_metric.pipeline import score

from .conftest import Load
from .strategies import CONFIGS

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

QUESTION = {
    "guid": "a",
    "answers": {"text": ["가"], "answer_start": [0]},
    "question_type": 1,
    "is_impossible": False,
}
EXAMPLES: dict[str, dict[str, list[Any]]] = {
    "ynat": {"predictions": [0, 1, 2, 6], "references": [0, 1, 1, 6]},
    "nli": {"predictions": [0, 1, 2], "references": [0, 2, 2]},
    "ood": {"predictions": [0, 1, 5], "references": [0, 6, 5]},
    "sts": {"predictions": [0.5, 3.5, 4.0], "references": [1.0, 2.5, 5.0]},
    "ner": {"predictions": [[0, 1, 12], [12, 4]], "references": [[0, 1, 12], [12, 6]]},
    "re": {"predictions": np.eye(30)[[0, 5, 7]].tolist(), "references": [0, 5, 8]},
    "dp": {
        "predictions": [{"head": [2, 0], "deprel": ["NP", "VP"]}, {"head": [0], "deprel": [2]}],
        "references": [{"head": [2, 0], "deprel": ["NP_SBJ", "VP"]}, {"head": [0], "deprel": ["VP"]}],
    },
    "mrc": {
        "predictions": [{"guid": "b", "prediction_text": ""}, {"guid": "a", "prediction_text": "가나"}],
        "references": [QUESTION, {**QUESTION, "guid": "b", "is_impossible": True}],
    },
    "wos": {"predictions": [["식당-이름-가"], []], "references": [["식당-이름-가", "식당-지역-나"], []]},
}


@pytest.mark.parametrize("config", CONFIGS)
def test_add_add_batch_and_compute_agree(load: Load, config: str) -> None:
    metric, example = load(config), EXAMPLES[config]
    expected = metric.compute(**example)
    for prediction, reference in zip(*example.values(), strict=True):
        metric.add(prediction=prediction, reference=reference)
    assert metric.compute() == expected
    metric.add_batch(**{side: rows[:1] for side, rows in example.items()})
    metric.add(predictions=example["predictions"][1], references=example["references"][1])
    assert len(metric) == 2
    assert metric.compute(**{side: rows[2:] for side, rows in example.items()}) == expected
    assert score(config, **example) == expected


@pytest.mark.parametrize("config", CONFIGS)
def test_keep_in_memory(load: Load, config: str) -> None:
    expected = score(config, **EXAMPLES[config])
    assert load(config, keep_in_memory=True).compute(**EXAMPLES[config]) == expected


@pytest.mark.parametrize(
    ("config", "names"), [("ynat", labels.YNAT), ("nli", labels.NLI), ("ood", labels.OOD), ("re", labels.RE)]
)
def test_ids_and_names_mix(config: str, names: tuple[str, ...]) -> None:
    ids = score(config, [0, 1, 2], [0, 2, 2])
    assert score(config, [names[0], 1, np.int64(2)], (names[0], names[2], names[2])) == ids
    assert score(config, np.array(names)[[0, 1, 2]], np.array([0, 2, 2], dtype=np.uint8)) == ids


def test_tags_by_name_and_as_arrays() -> None:
    expected = score("ner", [[0, 1, 12], [6]], [[0, 1, 12], [12]])
    assert score("ner", [["B-DT", "I-DT", 12], ["B-PS"]], [np.array([0, 1, 12]), ("O",)]) == expected


def test_equal_lengths_as_one_matrix() -> None:
    rows = [[0, 1, 12], [12, 4, 5]]
    assert score("ner", np.array(rows), np.array(rows)) == score("ner", rows, rows)


def test_relation_takes_probabilities_or_labels() -> None:
    rows = np.eye(30)[[0, 5, 7]]
    with_rows = score("re", rows, ["no_relation", 5, 8])
    assert score("re", rows.astype(np.float32), [0, 5, 8]) == with_rows
    assert score("re", [row.astype(int) for row in rows], [0, 5, 8]) == with_rows
    assert score("re", [0, 5, 7], [0, 5, 8]) == {"micro_f1": with_rows["micro_f1"]}


def test_references_straight_from_a_dataset(load: Load) -> None:
    features = Features(
        {
            "label": ClassLabel(names=list(labels.YNAT)),
            "ner_tags": Sequence(ClassLabel(names=list(labels.NER))),
            "tokens": Sequence(Value("string")),
            "labels": {"label": Value("float64"), "real-label": Value("float64")},
        }
    )
    rows = {
        "label": [0, 3],
        "ner_tags": [[0, 1, 12], [12, 12]],
        "tokens": [["서", "울", " "], ["은", " "]],
        "labels": [{"label": 1.0, "real-label": 1.25}, {"label": 4.0, "real-label": 4.5}],
    }
    ds = Dataset.from_dict(rows, features=features)
    assert load("ynat").compute(predictions=[0, 3], references=ds["label"]) == {"macro_f1": 100.0}
    result = load("ner").compute(predictions=ds["ner_tags"], references=ds["ner_tags"], tokens=ds["tokens"])
    assert result == {"entity_macro_f1": 100.0, "character_macro_f1": 100.0}
    # A column of structs is a lazy column in new releases and a list of dicts in old ones.
    real = ds["labels"]["real-label"] if not isinstance(ds["labels"], list) else [1.25, 4.5]
    assert load("sts").compute(predictions=[1.0, 5.0], references=real)["pearsonr"] == pytest.approx(100)


@pytest.mark.parametrize("kind", ["numpy", "arrow", "pandas"])
def test_formatted_dataset_columns(kind: str) -> None:
    rows = {"label": [0, 2], "tags": [[0, 1], [12]]}
    ds = Dataset.from_dict(rows).with_format(kind)
    assert score("nli", ds["label"], rows["label"]) == {"accuracy": 100.0}
    assert score("ner", ds["tags"], rows["tags"])["entity_macro_f1"] == 100.0


def test_datasets_and_their_slices_as_dicts() -> None:
    example = EXAMPLES["mrc"]
    expected = score("mrc", **example)
    ds = Dataset.from_list([{**row, "context": "..."} for row in example["references"]])
    assert score("mrc", example["predictions"], ds) == expected
    assert score("mrc", example["predictions"], ds[:]) == expected
    assert score("mrc", example["predictions"], list(ds)) == expected
    trees = Dataset.from_list([{"head": [2, 0], "deprel": ["NP", "VP"], "pos": ["x", "y"]}])
    assert score("dp", trees, trees[:])["las_micro_f1"] == 100.0


def test_answers_as_a_list_of_dicts() -> None:
    listed = {**QUESTION, "answers": [{"text": "가", "answer_start": 0}]}
    prediction = [{"guid": "a", "prediction_text": "가"}]
    assert score("mrc", prediction, [listed]) == score("mrc", prediction, [QUESTION])


def test_impossible_questions_have_no_answers_whatever_they_bring() -> None:
    impossible = {**QUESTION, "is_impossible": True}
    assert score("mrc", [{"guid": "a", "prediction_text": "가"}], [impossible])["exact_match"] == 0.0
    assert score("mrc", [{"guid": "a", "prediction_text": ""}], [impossible])["exact_match"] == 100.0


def test_torch_tensors(load: Load) -> None:
    torch = pytest.importorskip("torch")
    probabilities = torch.eye(30)[[0, 5, 7]].requires_grad_()
    assert score("re", probabilities, torch.tensor([0, 5, 8])) == score(
        "re", np.eye(30)[[0, 5, 7]], [0, 5, 8]
    )
    assert score("sts", torch.tensor([1.0, 4.0], dtype=torch.bfloat16), [1, 4])["pearsonr"] == pytest.approx(
        100
    )
    assert score("nli", list(torch.tensor([0, 1])), [0, 1]) == {"accuracy": 100.0}
    assert (
        score("ner", [torch.tensor([0, 1]), torch.tensor([12])], [[0, 1], [12]])["entity_macro_f1"] == 100.0
    )
    assert load("nli").compute(predictions=torch.tensor([0, 1]), references=[0, 2]) == {"accuracy": 50.0}
    with pytest.raises(ValueError, match="found True"):
        score("nli", torch.tensor([True]), [0])


def test_combine_with_other_configs(load: Load) -> None:
    import evaluate

    both = evaluate.combine([load("nli"), load("ynat", keep_in_memory=True)])
    assert both.compute(predictions=[0, 1], references=[0, 1]) == {"accuracy": 100.0, "macro_f1": 100.0}


def test_generators_and_ranges() -> None:
    assert score("nli", (i for i in range(3)), range(3)) == {"accuracy": 100.0}


def test_references_may_be_streamed() -> None:
    rows = EXAMPLES["mrc"]["references"]
    streamed = IterableDataset.from_generator(lambda: iter(rows))
    predictions = EXAMPLES["mrc"]["predictions"]
    assert score("mrc", predictions, streamed) == score("mrc", predictions, rows)
