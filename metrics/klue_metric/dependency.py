"""dp: F1 of heads (UAS) and of heads with labels (LAS)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from .arrays import check_lengths, ragged_labels, read_integers, read_rows
from .columns import FloatArray, IntArray, Pair, Ragged
from .counts import Scores, class_table, divide, macro_f1, percent, tally, total
from .errors import Place
from .labels import DP, DP_OTHERS_FROM
from .records import read_records
from .task import Raw, Task, check_sizes

# The official code marks rare labels as -3 and a label under a wrong head as -2; here they are the two
# classes behind the first 15 labels.
OTHERS: Final = DP_OTHERS_FROM
WRONG_HEAD: Final = DP_OTHERS_FROM + 1
CLASSES: Final = DP_OTHERS_FROM + 2
CLASS_NAMES: Final = (*DP[:DP_OTHERS_FROM], "others")

# Distances of a word from its head; `root` is distance 0 here.
DISTANCES: Final = (("root", 0), ("1", 1), ("2", 2), ("3-6", 3), ("7+", 7))


class ArcCounts(NamedTuple):
    """Counts per head position and per label class.

    Attributes:
        head_hits: Words with the right head, by head position, shape (..., positions).
        head_predicted: Words by predicted head position, shape (..., positions).
        head_gold: Words by reference head position, shape (..., positions).
        label_hits: Words with the right head and class, shape (..., 17).
        label_predicted: Words by predicted class, `WRONG_HEAD` where the head is wrong, shape (..., 17).
        label_gold: Words by reference class, shape (..., 17).
    """

    head_hits: FloatArray
    head_predicted: FloatArray
    head_gold: FloatArray
    label_hits: FloatArray
    label_predicted: FloatArray
    label_gold: FloatArray


def encode(raw: Raw) -> Pair:
    """Read heads and labels of each sentence.

    Returns:
        `{"head": Ragged, "deprel": Ragged}` each.

    Raises:
        ScoreInputError: A head is out of range, a label unknown, or sentences differ in length.
    """
    sides = [
        _read_side(values, raw.place(side))
        for side, values in (("predictions", raw.predictions), ("references", raw.references))
    ]
    pair = check_sizes(raw, Pair(*sides))
    fix = "give one head and one label per word of the reference"
    have, want = (side["head"].offsets for side in sides)
    check_lengths(have, want, raw.place("predictions"), "words", fix)
    return pair


def _read_side(rows: Any, place: Place) -> dict[str, Ragged]:
    columns = read_records(rows, ("head", "deprel"), place)
    at_head = place.of(".head")
    flat, offsets = read_rows(columns["head"], at_head)
    inner = at_head.of(".head", offsets)
    heads = read_integers(flat, inner, "a head as an integer", "give 0 for the root, else the word's number")
    head = Ragged(heads, offsets)
    empty = np.flatnonzero(head.lengths == 0)
    if empty.size:
        raise at_head.errors(
            empty.tolist(), "no words", "at least one word", "leave the sentence out on both sides"
        )
    limit = np.repeat(head.lengths, head.lengths)
    bad = np.flatnonzero((heads < 0) | (heads > limit))
    if bad.size:
        expected = f"0 for the root, or a word's number from 1 to {limit[bad[0]]}"
        raise inner.errors(bad.tolist(), f"head {heads[bad[0]]}", expected, "correct this head")
    label = ragged_labels(columns["deprel"], DP, place.of(".deprel"))
    check_lengths(label.offsets, offsets, place.of(".deprel"), "labels", "give one label per head")
    return {"head": head, "deprel": label}


def fold(labels: IntArray) -> IntArray:
    """Fold labels from index 15 of the official order on into one class, `others`.

    Source: KLUE-baseline, metrics/functional.py, klue_dp_las_macro_f1.
    """
    return np.minimum(labels, OTHERS)


def count(predictions: dict[str, Ragged], references: dict[str, Ragged]) -> ArcCounts:
    """Count per sentence.

    Args:
        predictions: Heads and labels.
        references: Heads and labels of sentences as long.

    Returns:
        Fields of shape (sentences, positions) and (sentences, 17).
    """
    owners = references["head"].owners
    head, gold_head = np.asarray(predictions["head"].values), np.asarray(references["head"].values)
    gold = fold(np.asarray(references["deprel"].values))
    right = head == gold_head
    label = np.where(right, fold(np.asarray(predictions["deprel"].values)), WRONG_HEAD)
    both = label == gold
    rows = len(references["head"].offsets) - 1
    by_head = (rows, int(max(head.max(initial=0), gold_head.max(initial=0))) + 1)
    by_label = (rows, CLASSES)
    return ArcCounts(
        tally(owners[right], head[right], by_head),
        tally(owners, head, by_head),
        tally(owners, gold_head, by_head),
        tally(owners[both], label[both], by_label),
        tally(owners, label, by_label),
        tally(owners, gold, by_label),
    )


def uas_macro_f1(counts: ArcCounts) -> Any:
    """Mean F1 over head positions (0 is the root), percent, as if positions were classes.

    Source: KLUE-baseline, metrics/functional.py, klue_dp_uas_macro_f1.
    """
    return percent(macro_f1(counts.head_hits, counts.head_predicted, counts.head_gold))


def uas_micro_f1(counts: ArcCounts) -> Any:
    """Share of words with the right head, percent: micro F1 over all classes is accuracy.

    Source: KLUE-baseline, metrics/functional.py, klue_dp_uas_micro_f1.
    """
    return percent(counts.head_hits.sum(axis=-1) / counts.head_gold.sum(axis=-1))


def las_macro_f1(counts: ArcCounts) -> Any:
    """Mean F1 over label classes, percent.

    Labels from index 15 on are one class. A word with a wrong head gets a class of its own as its label,
    which no reference has: its F1 is 0, and it counts in the mean as soon as one head is wrong.

    Source: KLUE-baseline, metrics/functional.py, klue_dp_las_macro_f1.
    """
    return percent(macro_f1(counts.label_hits, counts.label_predicted, counts.label_gold))


def las_micro_f1(counts: ArcCounts) -> Any:
    """Share of words with the right head and the right label class, percent.

    Source: KLUE-baseline, metrics/functional.py, klue_dp_las_micro_f1.
    """
    return percent(counts.label_hits.sum(axis=-1) / counts.label_gold.sum(axis=-1))


def score(counts: ArcCounts) -> Scores:
    """All four official scores from totals."""
    return {
        "uas_macro_f1": uas_macro_f1(counts),
        "uas_micro_f1": uas_micro_f1(counts),
        "las_macro_f1": las_macro_f1(counts),
        "las_micro_f1": las_micro_f1(counts),
    }


def detail(pair: Pair) -> dict[str, Any]:
    """Per label class (right only with the right head), and per distance of the reference head."""
    sums = total(count(*pair))
    return {
        "per_label": class_table(CLASS_NAMES, sums.label_hits, sums.label_predicted, sums.label_gold),
        "per_distance": _per_distance(pair),
        "wrong_heads": int(sums.label_predicted[WRONG_HEAD]),
    }


def _per_distance(pair: Pair) -> dict[str, dict[str, float | int]]:
    head, gold = (np.asarray(side["head"].values) for side in pair)
    labels, gold_labels = (fold(np.asarray(side["deprel"].values)) for side in pair)
    rows: Ragged = pair.references["head"]
    position = np.arange(len(gold)) - rows.offsets[rows.owners] + 1
    distance = np.where(gold == 0, 0, np.abs(gold - position))
    bins = np.searchsorted([start for _, start in DISTANCES], distance, side="right") - 1
    right = head == gold
    support, uas, las = (
        np.bincount(bins[chosen], minlength=len(DISTANCES))
        for chosen in (np.ones(len(gold), dtype=bool), right, right & (labels == gold_labels))
    )
    return {
        name: {
            "uas": percent(divide(uas, support, 0.0)[i]),
            "las": percent(divide(las, support, 0.0)[i]),
            "support": int(support[i]),
        }
        for i, (name, _) in enumerate(DISTANCES)
    }


ARC = {"head": ["int64"], "deprel": [DP]}
DEPENDENCY = Task(
    config="dp",
    scores=("uas_macro_f1", "uas_micro_f1", "las_macro_f1", "las_micro_f1"),
    example="sentence",
    storage=Pair(ARC, ARC),
    encode=encode,
    count=lambda pair: count(*pair),
    score=score,
    undefined=lambda counts: [],
    detail=detail,
)
