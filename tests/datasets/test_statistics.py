"""Figures of the card, counted once more from the published files, in plain Python."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

# The columns whose characters a card counts.
MEASURED = {
    "ynat": ["title"],
    "sts": ["sentence1", "sentence2"],
    "nli": ["premise", "hypothesis"],
    "ner": ["sentence"],
    "re": ["sentence"],
    "dp": ["sentence"],
    "mrc": ["context"],
    "ood": ["text"],
}
LABELLED = {"ynat": "label", "nli": "label", "re": "label", "ood": "label"}


def plain_text(config: str, row: dict[str, Any], column: str) -> str:
    text: str = row[column]
    return "".join(row["tokens"]) if config == "ner" and column == "sentence" else text


@pytest.mark.parametrize("split", ["train", "validation"])
@pytest.mark.parametrize("config", MEASURED)
def test_lengths_and_labels_are_those_of_the_published_rows(published: Path, config: str, split: str) -> None:
    repo = published / "datasets/klue/klue"
    record = json.loads((repo / ".klue/manifest.json").read_bytes())["build"]["configs"][config]["splits"][
        split
    ]
    rows = pq.read_table(repo / record["path"]).to_pylist()
    lengths = sorted(sum(len(plain_text(config, row, column)) for column in MEASURED[config]) for row in rows)
    found = record["statistics"]["lengths"]
    assert found["mean"] == pytest.approx(sum(lengths) / len(lengths), abs=0.0501)
    assert found["median"] == lengths[math.ceil(0.5 * len(lengths)) - 1]
    assert found["p95"] == lengths[math.ceil(0.95 * len(lengths)) - 1]
    assert found["max"] == lengths[-1]
    if config in LABELLED:
        counted = Counter(row[LABELLED[config]] for row in rows)
        names = list(record["statistics"]["labels"])
        assert {name: counted[index] for index, name in enumerate(names)} == record["statistics"]["labels"]
