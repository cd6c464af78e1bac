"""Yardsticks: each score as the official run computes it, by scikit-learn, seqeval, scipy and difflib."""

from __future__ import annotations

import difflib
import string
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats
from seqeval.metrics import f1_score as entity_f1
from seqeval.scheme import IOB2
from sklearn import metrics as sk

from klue_hub.metrics.klue_metric import labels

OUTSIDE = labels.NER.index("O")


def topic(predictions: Any, references: Any) -> list[float]:
    """Macro F1 of ynat."""
    return [sk.f1_score(references, predictions, average="macro")]


def inference(predictions: Any, references: Any) -> list[float]:
    """Accuracy of nli."""
    return [float((np.array(predictions) == np.array(references)).mean())]


def intention(predictions: Any, references: Any) -> list[float]:
    """Accuracy and macro F1 of ood."""
    return [sk.accuracy_score(references, predictions), sk.f1_score(references, predictions, average="macro")]


def similarity(predictions: Any, references: Any) -> list[float]:
    """Pearson's correlation and F1 of sts."""
    cut = [np.where(np.array(side) >= 3, 1, 0) for side in (references, predictions)]
    return [float(stats.pearsonr(predictions, references)[0]), sk.f1_score(*cut)]


def entities(predictions: Any, references: Any) -> list[float]:
    """Entity and character macro F1 of ner."""
    flat = [[tag for row in side for tag in (OUTSIDE, *row, OUTSIDE)] for side in (references, predictions)]
    names = [[[labels.NER[tag] for tag in side]] for side in flat]
    return [
        entity_f1(*names, average="macro", mode="strict", scheme=IOB2),
        sk.f1_score(*flat, labels=list(range(13)), average="macro", zero_division=1.0),
    ]


def relations(predictions: Any, references: Any) -> list[float]:
    """Micro F1 and area under the curve of re."""
    rows, hot = np.array(predictions), np.eye(30)[references]
    areas = []
    for i in range(30):
        precision, recall, _ = sk.precision_recall_curve(hot[:, i], rows[:, i])
        areas.append(sk.auc(recall, precision))
    chosen = rows.argmax(axis=1)
    return [
        sk.f1_score(references, chosen, labels=list(range(1, 30)), average="micro"),
        float(np.mean(areas)),
    ]


def trees(predictions: Any, references: Any) -> list[float]:
    """Macro and micro F1 of heads and of labels of dp."""
    numbers = {name: i for i, name in enumerate(labels.DP)}
    heads, types = [], []
    for side in (references, predictions):
        heads.append([head for row in side for head in row["head"]])
        types.append([numbers[name] for row in side for name in row["deprel"]])
    types = [[-3 if label >= 15 else label for label in side] for side in types]
    types[1] = [label if p == g else -2 for label, p, g in zip(types[1], heads[1], heads[0], strict=True)]
    return [sk.f1_score(*side, average=mean) for side in (heads, types) for mean in ("macro", "micro")]


def _normalize(text: str) -> str:
    return " ".join("".join(c for c in text.lower() if c not in set(string.punctuation)).split())


def questions(predictions: Any, references: Any) -> list[float]:
    """Exact match and ROUGE-W of mrc."""
    texts = {row["guid"]: row["prediction_text"] for row in predictions}
    exact, rouge = [], []
    for row in references:
        text = _normalize(texts[row["guid"]])
        golds = [_normalize(gold) for gold in row["answers"]["text"]] or [""]
        exact.append(max(float(text == gold) for gold in golds))
        rouge.append(max(_run_f1(text, gold) for gold in golds))
    return [float(np.mean(exact)), float(np.mean(rouge))]


def _run_f1(text: str, gold: str) -> float:
    if not gold:
        return float(text == gold)
    size = difflib.SequenceMatcher(None, text, gold).find_longest_match(0, len(text), 0, len(gold)).size
    return 2 * size / (len(text) + len(gold))


def states(predictions: Any, references: Any) -> list[float]:
    """Joint accuracy and mean F1 of wos."""
    joint, total = 0, 0.0
    for state, gold in zip(predictions, references, strict=True):
        joint += set(state) == set(gold)
        hits = sum(entry in state for entry in gold)
        wrong = sum(entry not in gold for entry in state)
        total += 2 * hits / (hits + wrong + len(gold)) if state or gold else 1.0
    return [joint / len(references), total / len(references)]


YARDSTICKS: dict[str, Callable[[Any, Any], list[float]]] = {
    "ynat": topic,
    "sts": similarity,
    "nli": inference,
    "ner": entities,
    "re": relations,
    "dp": trees,
    "mrc": questions,
    "wos": states,
    "ood": intention,
}
