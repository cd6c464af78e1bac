"""Make the metric's example files from the bundled sample: `python metrics/make_examples.py`.

References are columns of the sample's validation split, which is made up by us; predictions are the same with
some of them wrong, drawn with a seed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from klue_hub.datasets.klue import Klue
from klue_hub.metrics.klue_metric import labels
from klue_hub.metrics.klue_metric.tasks import TASKS

TARGET: Final = Path(__file__).resolve().parent / "klue_metric" / "examples.json"
WRONG: Final = 0.3  # share of predictions, roughly
SEED: Final = 2021

Row = dict[str, Any]
Names = tuple[str, ...]


def make_examples(cache: Path) -> dict[str, dict[str, list[Row]]]:
    """Build the sample and return rows of both sides by config.

    Args:
        cache: A folder for what is built.
    """
    found = {}
    for config in TASKS:
        builder = Klue(config_name=config, source="sample", cache_dir=str(cache))
        builder.download_and_prepare()
        rows = builder.as_dataset(split="validation").to_list()
        draw = random.Random(f"{SEED} {config}")
        pairs = [MAKERS[config](row, draw) for row in rows]
        found[config] = {
            "predictions": [{"guid": _guid(row), **mine} for row, (mine, _) in zip(rows, pairs, strict=True)],
            "references": [{"guid": _guid(row), **gold} for row, (_, gold) in zip(rows, pairs, strict=True)],
        }
    return found


def _guid(row: Row) -> str:
    return str(row["guid"])


def _label(names: Names) -> Callable[[Row, random.Random], tuple[Row, Row]]:
    def make(row: Row, draw: random.Random) -> tuple[Row, Row]:
        gold = names[row["label"]]
        mine = draw.choice(names) if draw.random() < WRONG else gold
        return {"label": mine}, {"label": gold}

    return make


def _similarity(row: Row, draw: random.Random) -> tuple[Row, Row]:
    gold = row["labels"]["real-label"]
    return {"score": round(min(5.0, max(0.0, gold + draw.gauss(0, 0.7))), 2)}, {"real-label": gold}


def _relation(row: Row, draw: random.Random) -> tuple[Row, Row]:
    likely = draw.randrange(len(labels.RE)) if draw.random() < WRONG else row["label"]
    sure = round(draw.uniform(0.5, 0.9), 2)
    rest = round((1 - sure) / (len(labels.RE) - 1), 6)
    return (
        {"probabilities": [sure if i == likely else rest for i in range(len(labels.RE))]},
        {"label": labels.RE[row["label"]]},
    )


def _entities(row: Row, draw: random.Random) -> tuple[Row, Row]:
    gold = [labels.NER[tag] for tag in row["ner_tags"]]
    mine = ["O"] * len(gold) if draw.random() < WRONG else gold
    return {"tags": mine}, {"tags": gold, "tokens": row["tokens"]}


def _arcs(row: Row, draw: random.Random) -> tuple[Row, Row]:
    head = [draw.randrange(len(row["head"]) + 1) if draw.random() < WRONG / 3 else at for at in row["head"]]
    deprel = [draw.choice(labels.DP[:6]) if draw.random() < WRONG / 3 else name for name in row["deprel"]]
    return {"head": head, "deprel": deprel}, {"head": row["head"], "deprel": row["deprel"]}


def _answer(row: Row, draw: random.Random) -> tuple[Row, Row]:
    texts = [] if row["is_impossible"] else row["answers"]["text"]
    mine = texts[0] if texts else ""
    if draw.random() < WRONG:
        mine = f"{mine} 등" if mine else row["context"].split()[0]
    gold = {key: row[key] for key in ("answers", "question_type", "is_impossible")}
    return {"prediction_text": mine}, gold


def _states(row: Row, draw: random.Random) -> tuple[Row, Row]:
    turns = [{"role": turn["role"], "state": turn["state"]} for turn in row["dialogue"]]
    mine = [
        {**turn, "state": turn["state"][:-1] if draw.random() < WRONG else turn["state"]} for turn in turns
    ]
    return {"dialogue": mine}, {"dialogue": turns}


MAKERS: Final[dict[str, Callable[[Row, random.Random], tuple[Row, Row]]]] = {
    "ynat": _label(labels.YNAT),
    "nli": _label(labels.NLI),
    "ood": _label(labels.OOD),
    "sts": _similarity,
    "re": _relation,
    "ner": _entities,
    "dp": _arcs,
    "mrc": _answer,
    "wos": _states,
}


def main() -> None:
    """Write the file."""
    import tempfile

    with tempfile.TemporaryDirectory() as cache:
        text = dump(make_examples(Path(cache)))
    TARGET.write_text(text, encoding="utf-8")


def dump(examples: dict[str, dict[str, list[Row]]]) -> str:
    """Write a row a line, so that a difference shows where it is."""
    configs = []
    for config, sides in examples.items():
        lists = []
        for side, rows in sides.items():
            lines = ",\n".join(f"      {json.dumps(row, ensure_ascii=False)}" for row in rows)
            lists.append(f'    "{side}": [\n{lines}\n    ]')
        configs.append(f'  "{config}": {{\n' + ",\n".join(lists) + "\n  }")
    return "{\n" + ",\n".join(configs) + "\n}\n"


if __name__ == "__main__":
    main()
