"""re: micro F1 without `no_relation`, and the area under the precision-recall curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from .arrays import read_labels, read_numbers, read_rows
from .classification import count_labels
from .columns import FloatArray, IntArray, Pair, Ragged, offsets_of
from .counts import Scores, class_table, confusion, f1, percent, total
from .curve import auprc, curve_areas
from .errors import Place
from .labels import RE
from .sequences import as_sequence, is_row, plain
from .task import Raw, Task, check_sizes

NO_RELATION: Final = RE.index("no_relation")
RELATIONS: Final = len(RE)  # KLUE-baseline, metrics/functional.py, klue_re_auprc: the literal 30
ROW: Final = f"{RELATIONS} probabilities"


def encode(raw: Raw) -> Pair:
    """Read probabilities, or label ids or names.

    The predicted label is the argmax of the probabilities, the first on ties, as `numpy.argmax` takes it.

    Returns:
        Predictions as `{"label": ids, "probabilities": Ragged}` with rows of 30 or all empty; references as
        ids.

    Raises:
        ScoreInputError: A row is neither 30 probabilities nor a label, kinds are mixed, or lengths differ.
    """
    place, gold = raw.place("predictions"), raw.place("references")
    rows = as_sequence(raw.predictions, place)
    references = read_labels(as_sequence(raw.references, gold), RE, gold)
    if len(rows) and is_row(rows[0]):
        probabilities = _read_probabilities(rows, place)
        labels = probabilities.argmax(axis=1)
        ragged = Ragged(probabilities.ravel(), offsets_of([RELATIONS] * len(rows)))
    else:
        _refuse_rows(rows, place)
        labels = read_labels(rows, RE, place)
        ragged = Ragged(np.zeros(0), offsets_of([0] * len(rows)))
    return check_sizes(raw, Pair({"label": labels, "probabilities": ragged}, references))


def _refuse_rows(rows: Any, place: Place) -> None:
    for i, row in enumerate(rows if isinstance(rows, list) else ()):
        if is_row(row):
            fix = "give probabilities in every row or in none"
            raise place.error(i, f"{len(row)} values", "a label, as in the rows before", fix)


def _read_probabilities(rows: Any, place: Place) -> FloatArray:
    for i, row in enumerate(rows if isinstance(rows, list) else ()):
        if not is_row(row):
            raise place.error(
                i, f"a label, {plain(row)!r}", ROW, "give probabilities in every row or in none"
            )
    flat, offsets = read_rows(rows, place)
    bad = np.flatnonzero(np.diff(offsets) != RELATIONS)
    if bad.size:
        found = f"{np.diff(offsets)[bad[0]]} values"
        raise place.errors(bad.tolist(), found, ROW, "give one per relation, in the order of the label ids")
    inner, expected = place.of("", offsets), "a probability from 0 to 1"
    values = read_numbers(flat, inner, expected, "give softmax outputs")
    outside = np.flatnonzero((values < 0) | (values > 1))
    if outside.size:
        found = str(values[outside[0]])
        raise inner.errors(outside.tolist(), found, expected, "apply softmax to the logits first")
    return values.reshape(-1, RELATIONS)


def probabilities_of(pair: Pair, config: str = "re") -> FloatArray | None:
    """The stored probabilities, shape (n, 30), or None where labels were predicted.

    Raises:
        ScoreInputError: Some batches brought probabilities and others labels.
    """
    rows: Ragged = pair.predictions["probabilities"]
    given = rows.lengths > 0
    if not given.any():
        return None
    if not given.all():
        bad = int(np.flatnonzero(given != given[0])[0])
        kind = "probabilities" if given[bad] else "a label"
        other = "labels" if given[bad] else ROW
        fix = "give probabilities in every batch or in none"
        raise Place(config, "predictions").error(bad, kind, f"{other}, as in the rows before", fix)
    return np.asarray(rows.values, dtype=np.float64).reshape(-1, RELATIONS)


class RelationCounts(NamedTuple):
    """Counts over all relations but `no_relation`; each field has shape (...).

    Attributes:
        hits: Right predictions.
        predicted: Predictions.
        gold: References.
    """

    hits: FloatArray
    predicted: FloatArray
    gold: FloatArray


def count(predictions: IntArray, references: IntArray) -> RelationCounts:
    """Count per example.

    Args:
        predictions: Ids, shape (n,).
        references: Ids, shape (n,).

    Returns:
        Fields of shape (n,).
    """
    predicted, gold = predictions != NO_RELATION, references != NO_RELATION
    hits = gold & (predictions == references)
    return RelationCounts(*(field.astype(np.float64) for field in (hits, predicted, gold)))


def micro_f1(counts: RelationCounts) -> Any:
    """Micro F1 over all relations but `no_relation`, percent.

    Returns:
        0 to 100; 0 where no relation is predicted or gold, as scikit-learn decides there.

    Source: KLUE-baseline, metrics/functional.py, klue_re_micro_f1.
    """
    return percent(f1(*counts))


def undefined(counts: RelationCounts) -> list[str]:
    """Name what is undefined for these totals."""
    if counts.predicted + counts.gold:
        return []
    return ["micro_f1 is 0: no relation but no_relation is predicted or gold"]


def rank(pair: Pair) -> Callable[[FloatArray | None], Scores]:
    """Prepare auprc for the sample and for resamples; without probabilities there is no auprc."""
    probabilities = probabilities_of(pair)
    if probabilities is None:
        return lambda weights: {}
    areas = curve_areas(probabilities, pair.references)
    return lambda weights: {"auprc": auprc(areas, weights)}


def absent_relations(pair: Pair) -> list[str]:
    """Say which relations have no reference; their part of auprc is decided, not measured."""
    if probabilities_of(pair) is None:
        return []
    absent = [name for i, name in enumerate(RE) if not (pair.references == i).any()]
    if not absent:
        return []
    shown = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
    return [f"auprc takes 50 for each relation that no reference holds, as the official code does: {shown}"]


def detail(pair: Pair) -> dict[str, Any]:
    """Per relation, with the area under its curve where there are probabilities; and the confusion matrix."""
    labels, probabilities = pair.predictions["label"], probabilities_of(pair)
    table = class_table(RE, *total(count_labels(labels, pair.references, RELATIONS)))
    if probabilities is not None:
        for name, area in zip(RE, curve_areas(probabilities, pair.references), strict=True):
            table[name]["auprc"] = percent(float(area(None)[0]))
    return {"per_class": table, "confusion_matrix": confusion(labels, pair.references, RE)}


def options(pair: Pair) -> dict[str, str]:
    """Whether probabilities or labels were scored."""
    return {"predictions": "labels" if probabilities_of(pair) is None else "probabilities"}


RELATION = Task(
    config="re",
    scores=("micro_f1", "auprc"),
    example="example",
    storage=Pair({"label": RE, "probabilities": ["float64"]}, RE),
    encode=encode,
    count=lambda pair: count(pair.predictions["label"], pair.references),
    score=lambda counts: {"micro_f1": micro_f1(counts)},
    undefined=undefined,
    detail=detail,
    ranked=rank,
    notes=absent_relations,
    options=options,
)
