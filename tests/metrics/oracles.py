"""Slow, plain references for every score: loops over Python objects, one example at a time.

They follow the definitions and share no code with the scorers that they check.
"""

from __future__ import annotations

import difflib
import math
import string
from collections.abc import Callable, Sequence
from typing import Any

TYPES = ("DT", "LC", "OG", "PS", "QT", "TI")
OUTSIDE = 12


def _f1(hits: int, predicted: int, gold: int, empty: float = 0.0) -> float:
    return 2 * hits / (predicted + gold) if predicted + gold else empty


def macro_over(
    predicted: Sequence[Any], gold: Sequence[Any], classes: Sequence[Any], empty: float = 0.0
) -> float:
    values = []
    for label in classes:
        hits = sum(p == g == label for p, g in zip(predicted, gold, strict=True))
        values.append(_f1(hits, list(predicted).count(label), list(gold).count(label), empty))
    return 100 * sum(values) / len(values) if values else math.nan


def present(*sides: Sequence[Any]) -> list[Any]:
    return sorted({label for side in sides for label in side})


def labels(predictions: list[int], references: list[int]) -> dict[str, float]:
    right = sum(p == g for p, g in zip(predictions, references, strict=True))
    return {
        "macro_f1": macro_over(predictions, references, present(predictions, references)),
        "accuracy": 100 * right / len(references),
    }


def sts(predictions: list[float], references: list[float]) -> dict[str, float]:
    n = len(references)
    mean_x, mean_y = math.fsum(predictions) / n, math.fsum(references) / n
    dx, dy = [x - mean_x for x in predictions], [y - mean_y for y in references]
    norm = math.sqrt(math.fsum(x * x for x in dx)) * math.sqrt(math.fsum(y * y for y in dy))
    constant = len(set(predictions)) == 1 or len(set(references)) == 1
    pearson = math.nan if constant else 100 * math.fsum(x * y for x, y in zip(dx, dy, strict=True)) / norm
    cut = [(x >= 3, y >= 3) for x, y in zip(predictions, references, strict=True)]
    hits = sum(x and y for x, y in cut)
    return {"pearsonr": pearson, "f1": 100 * _f1(hits, sum(x for x, _ in cut), sum(y for _, y in cut))}


def entities(tags: list[int]) -> set[tuple[int, int, int]]:
    found: set[tuple[int, int, int]] = set()
    start, kind = None, -1
    for i, tag in enumerate([*tags, OUTSIDE]):
        inside = tag != OUTSIDE and tag % 2 == 1
        if start is not None and not (inside and tag // 2 == kind):
            found.add((start, i, kind))
            start = None
        if tag != OUTSIDE and tag % 2 == 0:
            start, kind = i, tag // 2
    return found


def ner(
    predictions: list[list[int]], references: list[list[int]], tokens: list[list[str]] | None = None
) -> dict[str, float]:
    flat: list[list[int]] = [[], []]
    for i, pair in enumerate(zip(predictions, references, strict=True)):
        for side, tags in zip(flat, pair, strict=True):
            kept = [tag for j, tag in enumerate(tags) if tokens is None or tokens[i][j] != " "]
            side += [OUTSIDE, *kept, OUTSIDE]
    predicted, gold = entities(flat[0]), entities(flat[1])
    values = []
    for kind in {kind for *_, kind in predicted | gold}:
        sides = [{span for span in spans if span[2] == kind} for spans in (predicted, gold)]
        values.append(_f1(len(sides[0] & sides[1]), len(sides[0]), len(sides[1])))
    return {
        "entity_macro_f1": 100 * sum(values) / len(values) if values else math.nan,
        "character_macro_f1": macro_over(flat[0], flat[1], range(13), empty=1.0),
    }


def curve_area(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Trapezoids under precision over recall, one point per distinct score, from (0, 1) on."""
    if not any(positive):
        return 0.5
    area, recall, precision = 0.0, 0.0, 1.0
    for cut in sorted(set(scores), reverse=True):
        chosen = [p for s, p in zip(scores, positive, strict=True) if s >= cut]
        now = sum(chosen) / sum(positive), sum(chosen) / len(chosen)
        area += (now[0] - recall) * (now[1] + precision) / 2
        recall, precision = now
    return area


def re(predictions: list[Any], references: list[int]) -> dict[str, float]:
    with_rows = isinstance(predictions[0], list)
    chosen = [row.index(max(row)) for row in predictions] if with_rows else predictions
    hits = sum(p == g != 0 for p, g in zip(chosen, references, strict=True))
    result = {"micro_f1": 100 * _f1(hits, sum(p != 0 for p in chosen), sum(g != 0 for g in references))}
    if with_rows:
        areas = [curve_area([row[c] for row in predictions], [g == c for g in references]) for c in range(30)]
        result["auprc"] = 100 * sum(areas) / 30
    return result


def dp(predictions: list[dict[str, Any]], references: list[dict[str, Any]]) -> dict[str, float]:
    """Labels are ids; see `labels.DP`."""
    heads: list[list[int]] = [
        [head for row in side for head in row["head"]] for side in (predictions, references)
    ]
    types: list[list[int]] = [
        [-3 if label >= 15 else label for row in side for label in row["deprel"]]
        for side in (predictions, references)
    ]
    types[0] = [label if p == g else -2 for label, p, g in zip(types[0], *heads, strict=True)]
    micro = [100 * sum(p == g for p, g in zip(*side, strict=True)) / len(side[1]) for side in (heads, types)]
    macro = [macro_over(side[0], side[1], present(*side)) for side in (heads, types)]
    return dict(
        zip(("uas_macro_f1", "uas_micro_f1", "las_macro_f1", "las_micro_f1"),
            (macro[0], micro[0], macro[1], micro[1]), strict=True)
    )  # fmt: skip


def normalize(text: str) -> str:
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(kept.split())


def rouge_w(text: str, gold: str) -> float:
    if not gold:
        return float(text == gold)
    matcher = difflib.SequenceMatcher(None, text, gold)
    size = matcher.find_longest_match(0, len(text), 0, len(gold)).size
    return 2 * size / (len(text) + len(gold))


def mrc(predictions: list[dict[str, Any]], references: list[dict[str, Any]]) -> dict[str, float]:
    texts = {row["guid"]: normalize(row["prediction_text"]) for row in predictions}
    exact, rouge = [], []
    for row in references:
        golds = [] if row["is_impossible"] else [normalize(text) for text in row["answers"]["text"]]
        text = texts[row["guid"]]
        exact.append(max(float(text == gold) for gold in golds or [""]))
        rouge.append(max(rouge_w(text, gold) for gold in golds or [""]))
    return {"exact_match": 100 * sum(exact) / len(exact), "rouge_w": 100 * sum(rouge) / len(rouge)}


def wos(predictions: list[list[str]], references: list[list[str]]) -> dict[str, float]:
    joint, f1 = 0, 0.0
    for state, gold in zip(predictions, references, strict=True):
        joint += set(state) == set(gold)
        hits = sum(entry in state for entry in gold)
        wrong = sum(entry not in gold for entry in state)
        f1 += _f1(hits, hits + wrong, len(gold), empty=1.0)
    n = len(references)
    return {"joint_goal_acc": 100 * joint / n, "slot_micro_f1": 100 * f1 / n}


def only(function: Callable[..., dict[str, float]], *names: str) -> Callable[..., dict[str, float]]:
    return lambda *sides: {name: function(*sides)[name] for name in names}


ORACLES: dict[str, Callable[..., dict[str, float]]] = {
    "ynat": only(labels, "macro_f1"),
    "nli": only(labels, "accuracy"),
    "ood": only(labels, "accuracy", "macro_f1"),
    "sts": sts,
    "ner": ner,
    "re": re,
    "dp": dp,
    "mrc": mrc,
    "wos": wos,
}
