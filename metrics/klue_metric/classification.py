"""ynat, nli and ood: one label per example."""

from __future__ import annotations

from typing import Any, NamedTuple

from .arrays import read_labels
from .columns import FloatArray, IntArray, Pair
from .counts import Scores, class_table, confusion, macro_f1, one_hot, percent, total
from .labels import NLI, OOD, YNAT, Names
from .sequences import as_sequence
from .task import Raw, Task, check_sizes


class LabelCounts(NamedTuple):
    """Counts per class.

    Attributes:
        hits: Right predictions, shape (..., classes).
        predicted: Predictions, shape (..., classes).
        gold: References, shape (..., classes).
    """

    hits: FloatArray
    predicted: FloatArray
    gold: FloatArray


def encode_labels(raw: Raw, names: Names) -> Pair:
    """Read label ids or names on both sides.

    Returns:
        Ids, shape (n,) each.

    Raises:
        ScoreInputError: An entry is no label, or the lengths differ.
    """
    sides = []
    for side, values in (("predictions", raw.predictions), ("references", raw.references)):
        place = raw.place(side)
        sides.append(read_labels(as_sequence(values, place), names, place))
    return check_sizes(raw, Pair(*sides))


def count_labels(predictions: IntArray, references: IntArray, classes: int) -> LabelCounts:
    """Count per example.

    Args:
        predictions: Ids, shape (n,).
        references: Ids, shape (n,).
        classes: Number of classes.

    Returns:
        Fields of shape (n, classes).
    """
    predicted, gold = one_hot(predictions, classes), one_hot(references, classes)
    return LabelCounts(predicted * gold, predicted, gold)


def label_macro_f1(counts: LabelCounts) -> Any:
    """Macro F1, percent, over the classes that are predicted or gold.

    A class that is in neither does not count, so the mean is over fewer classes on small inputs.

    Source: KLUE-baseline, metrics/functional.py, ynat_macro_f1 (scikit-learn's `f1_score` without `labels`).
    """
    return percent(macro_f1(*counts))


def accuracy(counts: LabelCounts) -> Any:
    """Share of right labels, percent.

    Source: KLUE-baseline, metrics/functional.py, klue_nli_acc.
    """
    return percent(counts.hits.sum(axis=-1) / counts.gold.sum(axis=-1))


SCORES = {"macro_f1": label_macro_f1, "accuracy": accuracy}


def label_task(config: str, names: Names, scores: tuple[str, ...]) -> Task:
    """Describe a task with one label per example."""

    def count(pair: Pair) -> LabelCounts:
        return count_labels(pair.predictions, pair.references, len(names))

    def score(counts: LabelCounts) -> Scores:
        return {name: SCORES[name](counts) for name in scores}

    def detail(pair: Pair) -> dict[str, Any]:
        return {
            "per_class": class_table(names, *total(count(pair))),
            "confusion_matrix": confusion(pair.predictions, pair.references, names),
        }

    return Task(
        config=config,
        scores=scores,
        example="example",
        storage=Pair(names, names),
        encode=lambda raw: encode_labels(raw, names),
        count=count,
        score=score,
        undefined=lambda counts: [],
        detail=detail,
    )


TOPIC = label_task("ynat", YNAT, ("macro_f1",))
INFERENCE = label_task("nli", NLI, ("accuracy",))
# There is no official scorer for ood: it is no KLUE task (the data comes from 3i4K).
INTENTION = label_task("ood", OOD, ("accuracy", "macro_f1"))
