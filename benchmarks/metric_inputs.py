"""Inputs for the metric's benchmark: of the official sizes, made up but for ner where the data is here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from klue_hub.metrics.klue_metric import labels

# Rows of the validation splits; wos counts user turns.
SIZES = {
    "ynat": 9107,
    "sts": 519,
    "nli": 3000,
    "ner": 5000,
    "re": 7765,
    "dp": 2000,
    "mrc": 5841,
    "wos": 7224,
    "ood": 6121,
}
RIGHT = 0.85  # share of right labels, about that of a good model
NER_FILE = (
    Path(__file__).resolve().parents[2] / "shared/upstream/klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_dev.tsv"
)
TEXT = (
    "서울은 한강을 끼고 자리한 도시로 오래된 궁궐과 새로 지은 건물이 함께 있으며 인구는 약 천만 명이다. " * 20
)

Sides = dict[str, Any]


def make(config: str, times: int = 1) -> Sides:
    """Make `times` the validation split of a config, as keyword arguments of `compute`."""
    rng = np.random.default_rng(0)
    sides: Sides = MAKERS[config](rng, SIZES[config] * times)
    return sides


def _noisy(rng: np.random.Generator, gold: Any, classes: int) -> Any:
    return np.where(rng.random(gold.shape) < RIGHT, gold, rng.integers(0, classes, gold.shape))


def _labels(classes: int) -> Any:
    def build(rng: np.random.Generator, n: int) -> Sides:
        gold = rng.integers(0, classes, n)
        return {"predictions": _noisy(rng, gold, classes).tolist(), "references": gold.tolist()}

    return build


def _similarities(rng: np.random.Generator, n: int) -> Sides:
    gold = rng.integers(0, 36, n) / 7
    return {"predictions": (gold + rng.normal(0, 0.6, n)).tolist(), "references": gold.tolist()}


def real_sentences() -> tuple[list[list[str]], list[list[str]]] | None:
    """Tokens and tags of the real validation file, where it is on this machine."""
    if not NER_FILE.is_file():
        return None
    blocks = NER_FILE.read_text(encoding="utf-8").strip().split("\n\n")
    rows = [[line.split("\t") for line in block.split("\n") if not line.startswith("##")] for block in blocks]
    rows = [row for row in rows if row]
    return [[cells[0] for cells in row] for row in rows], [[cells[-1] for cells in row] for row in rows]


def _sentences(rng: np.random.Generator, n: int) -> Sides:
    real = real_sentences()
    if real:
        tags = [[labels.NER.index(tag) for tag in row] for row in real[1]]
    else:
        tags = [
            rng.choice([*range(12), *[12] * 60], int(length)).tolist()
            for length in rng.integers(30, 90, 5000)
        ]
    gold = (tags * (n // len(tags) + 1))[:n]
    flat = np.concatenate([np.array(row) for row in gold])
    guess = np.where(rng.random(len(flat)) < 0.97, flat, rng.integers(0, 13, len(flat)))
    ends = np.cumsum([len(row) for row in gold])[:-1]
    return {"predictions": [part.tolist() for part in np.split(guess, ends)], "references": gold}


def _relations(rng: np.random.Generator, n: int) -> Sides:
    gold = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 30, n))
    logits = rng.normal(size=(n, 30))
    logits[np.arange(n), gold] += 3
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return {"predictions": probabilities.tolist(), "references": gold.tolist()}


def _trees(rng: np.random.Generator, n: int) -> Sides:
    sides: Sides = {"predictions": [], "references": []}
    for length in rng.integers(4, 22, n).tolist():
        head, label = rng.integers(0, length + 1, length), rng.integers(0, 20, length)
        guesses = _noisy(rng, head, length + 1), _noisy(rng, label, 20)
        for side, (heads, types) in zip(sides, (guesses, (head, label)), strict=True):
            sides[side].append({"head": heads.tolist(), "deprel": [labels.DP[i] for i in types]})
    return sides


def _questions(rng: np.random.Generator, n: int) -> Sides:
    sides: Sides = {"predictions": [], "references": []}
    for i in range(n):
        start, length = int(rng.integers(10, len(TEXT) - 60)), int(rng.integers(2, 30))
        shift = 0 if rng.random() < 0.6 else int(rng.integers(-4, 8))
        guid, impossible = f"klue-mrc-v1_dev_{i:06d}", bool(rng.random() < 0.3)
        answers = {
            "text": [] if impossible else [TEXT[start : start + length]],
            "answer_start": [start][impossible:],
        }
        text = TEXT[start + min(shift, 0) : start + length + shift]
        kind = int(rng.integers(1, 4))
        sides["predictions"].append({"guid": guid, "prediction_text": text})
        sides["references"].append(
            {"guid": guid, "answers": answers, "question_type": kind, "is_impossible": impossible}
        )
    return sides


def _states(rng: np.random.Generator, n: int) -> Sides:
    slots = [
        f"{d}-{s}"
        for d in ("관광", "숙소", "식당", "지하철", "택시")
        for s in ("이름", "지역", "종류", "시간")
    ]
    sides: Sides = {"predictions": [], "references": []}
    for size in rng.integers(1, 12, n).tolist():
        gold = [f"{slots[i]}-{rng.integers(0, 9)}" for i in rng.permutation(len(slots))[:size]]
        sides["references"].append(gold)
        sides["predictions"].append([entry if rng.random() < 0.96 else f"{entry}0" for entry in gold])
    return sides


MAKERS = {
    "ynat": _labels(7),
    "sts": _similarities,
    "nli": _labels(3),
    "ner": _sentences,
    "re": _relations,
    "dp": _trees,
    "mrc": _questions,
    "wos": _states,
    "ood": _labels(7),
}
