"""Counts of parts add up, whatever the split; two real processes give what one gives."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klue_hub.metrics.klue_metric import similarity
from klue_hub.metrics.klue_metric.counts import add, total
from klue_hub.metrics.klue_metric.pipeline import encode, score
from klue_hub.metrics.klue_metric.task import Raw
from klue_hub.metrics.klue_metric.tasks import TASKS

from .conftest import Load
from .strategies import CONFIGS, VALID
from .test_inputs import EXAMPLES
from .test_parity import TOLERANCE

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def part_of(config: str, example: dict[str, list[Any]], rows: slice) -> Raw:
    return Raw(config, example["predictions"][rows], example["references"][rows])


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_counts_of_uneven_parts_add_up_to_the_whole(config: str, data: st.DataObject) -> None:
    task, example = TASKS[config], data.draw(VALID[config])
    if config == "mrc":  # parts hold matching guids
        by_guid = {row["guid"]: row for row in example["predictions"]}
        example = {**example, "predictions": [by_guid[row["guid"]] for row in example["references"]]}
    n = len(example["references"])
    cuts = [0, *sorted(data.draw(st.lists(st.integers(0, n), max_size=3))), n]
    parts = [
        total(task.count(encode(task, part_of(config, example, slice(a, b)))))
        for a, b in itertools.pairwise(cuts)
        if a < b
    ]
    summed = parts[0]
    for part in parts[1:]:
        summed = add(summed, part)
    whole = total(task.count(encode(task, part_of(config, example, slice(None)))))
    for left, right in zip(summed, whole, strict=True):
        assert left == pytest.approx(right, abs=1e-12)
    expected = {name: value for name, value in score(config, **example).items() if name != "auprc"}
    assert {k: float(v) for k, v in task.score(summed).items()} == pytest.approx(
        expected, abs=1e-6, nan_ok=True
    )


def test_counts_of_parts_keep_the_digits_of_the_official_scale() -> None:
    rng = np.random.default_rng(0)
    gold = rng.uniform(0, 5, 519)
    predictions = gold + rng.normal(0, 0.5, 519)
    parts = [total(similarity.count(predictions[a:b], gold[a:b])) for a, b in ((0, 7), (7, 300), (300, 519))]
    summed = add(add(parts[0], parts[1]), parts[2])
    assert similarity.score(summed) == pytest.approx(score("sts", predictions, gold), abs=TOLERANCE)


PROCESS = """
import json, sys
import evaluate
where, config, process, experiment, cache, rows = sys.argv[1:]
metric = evaluate.load(where, config, num_process=2, process_id=int(process), experiment_id=experiment, cache_dir=cache)
share = json.loads(rows)
half = len(share["references"]) // 2
for a, b in ((0, half), (half, None)):
    metric.add_batch(**{side: values[a:b] for side, values in share.items()})
print(json.dumps(metric.compute(signature=True)))
"""


def run_both(
    space: Path, cache: Path, config: str, shares: list[dict[str, Any]]
) -> list[tuple[int, str, str]]:
    """Score shares in two real processes; exit status, output and errors of each."""
    where = str(space / "metrics" / "klue_metric")
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, where, config, str(i), "test", str(cache), json.dumps(share)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i, share in enumerate(shares)
    ]
    ended = [run.communicate(timeout=60) for run in runs]
    return [(run.returncode, out, error) for run, (out, error) in zip(runs, ended, strict=True)]


@pytest.mark.parametrize("first", [1, 0], ids=["uneven", "first process empty"])
@pytest.mark.parametrize("config", ["nli", "sts", "ner", "re", "mrc"])
def test_two_processes_give_the_result_of_one(
    load: Load, space: Path, tmp_path: Path, config: str, first: int
) -> None:
    example = EXAMPLES[config]
    shares = [
        {side: rows[cut] for side, rows in example.items()} for cut in (slice(first), slice(first, None))
    ]
    if config == "mrc" and first:  # the first process predicts what the second holds the reference of
        assert shares[0]["predictions"][0]["guid"] != shares[0]["references"][0]["guid"]
    ended = run_both(space, tmp_path, config, shares)
    assert [status for status, _, _ in ended] == [0, 0], ended
    results = [json.loads(out) for _, out, _ in ended]
    assert results == [load(config).compute(**example, signature=True), None]


TAGS = {"predictions": [["B-LC", "O", "I-LC"]], "references": [["B-LC", "O", "I-LC"]]}
TOKENS = {"tokens": [["서", " ", "울"]]}


def test_tokens_of_one_process_are_in_the_signature_of_the_other(space: Path, tmp_path: Path) -> None:
    nothing: dict[str, Any] = {"predictions": [], "references": [], "tokens": []}
    ended = run_both(space, tmp_path, "ner", [nothing, {**TAGS, **TOKENS}])
    assert [status for status, _, _ in ended] == [0, 0], ended
    assert json.loads(ended[0][1])["signature"].endswith("|n:1|spaces:dropped")


def test_tokens_in_one_process_only_give_no_number(space: Path, tmp_path: Path) -> None:
    ended = run_both(space, tmp_path, "ner", [{**TAGS, **TOKENS}, TAGS])
    assert ended[0][0] == 1
    assert (
        "ner: tokens: found tokens in some batches only; expected tokens in every batch or in none"
        in ended[0][2]
    )
