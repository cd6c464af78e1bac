"""The bundled sample: complete, pinned, sound but for the faults placed on purpose."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.pin_sample import dump, pin
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.datasets.klue.sources import SAMPLE, sample_source
from klue_hub.datasets.klue.tasks import TASKS

# What the sample's README lists, by data version: (config, split, rule) to rows.
ON_PURPOSE = {
    "1.1.0": {
        ("dp", "train", "words_match_sentence"): [14],
        ("dp", "train", "morphemes_match_pos"): [11, 14],
        ("ner", "train", "no_conjoining_jamo"): [7, 8],
        ("nli", "validation", "text_not_in_train"): [2],
        ("ood", "validation", "text_not_in_train"): [10],
    },
    "1.0.0": {
        ("dp", "train", "words_match_sentence"): [14],
        ("dp", "train", "morphemes_match_pos"): [11, 14],
        ("ner", "train", "no_conjoining_jamo"): [7, 8],
        ("ner", "train", "tokens_match_sentence"): [3],
        ("ner", "train", "tags_match_marks"): [3],
        ("ner", "validation", "tags_are_bio"): [3],
        ("mrc", "train", "plausible_answers_match_context"): [4],
        ("mrc", "validation", "plausible_answers_match_context"): [2],
        ("nli", "validation", "text_not_in_train"): [2],
        ("ood", "validation", "text_not_in_train"): [10],
    },
}

HANGUL = re.compile("[가-힣]")

# Rare classes that a made-up validation split of a dozen rows does not hold.
NOT_IN_VALIDATION = {"re", "dp"}


@pytest.fixture(scope="module", params=["1.1.0", "1.0.0"])
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BuildRecord:
    return build(tmp_path_factory.mktemp("sample"), sample_source(), request.param)


def test_pins_are_those_of_the_files() -> None:
    pinned = (SAMPLE / "sources.json").read_bytes()
    assert dump(pin(SAMPLE)) == pinned, "run: python -m klue_hub.datasets.klue.pin_sample"


@pytest.mark.parametrize("config", TASKS)
def test_every_split_has_a_dozen_rows(record: BuildRecord, config: str) -> None:
    assert {split: item.rows >= 12 for split, item in record.configs[config].splits.items()} == {
        "train": True,
        "validation": True,
    }


@pytest.mark.parametrize("config", TASKS)
def test_all_labels_occur(record: BuildRecord, config: str) -> None:
    for split, item in record.configs[config].splits.items():
        absent = [label for label, count in item.statistics.labels.items() if not count]
        assert absent == [] or (config in NOT_IN_VALIDATION and split == "validation")


def test_only_the_faults_placed_on_purpose_are_found(record: BuildRecord) -> None:
    found = {
        (config, finding.split, finding.rule): [example.row for example in finding.examples]
        for config, item in record.configs.items()
        for split in item.splits.values()
        for finding in split.findings
        if finding.violations
    }
    assert found == ON_PURPOSE[record.data_version]


def test_licence_stands_in_the_folder() -> None:
    assert "CC0 1.0" in (SAMPLE / "LICENSE").read_text(encoding="utf-8")
    assert "CC0 1.0" in (SAMPLE / "README.md").read_text(encoding="utf-8")


def raw(name: str) -> bytes:
    return (SAMPLE / name).read_bytes()


def test_eccentricities_of_the_raw_formats_are_there() -> None:
    nli = json.loads(raw("klue_benchmark/klue-nli-v1.1/klue-nli-v1.1_train.json"))
    assert all("genre" in row and "source" not in row for row in nli)
    wos = json.loads(raw("klue_benchmark/wos-v1.1/wos-v1.1_train.json"))
    assert all("state" not in turn for row in wos for turn in row["dialogue"] if turn["role"] == "sys")
    mrc = json.loads(raw("klue_benchmark/klue-mrc-v1.1/klue-mrc-v1.1_train.json"))["data"]
    questions = [question for article in mrc for part in article["paragraphs"] for question in part["qas"]]
    assert any(question["is_impossible"] and question["plausible_answers"] for question in questions)
    assert any(part["context"][0].isspace() for article in mrc for part in article["paragraphs"])
    ner = raw("klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_train.tsv").decode()
    assert "\n#\tO\n" in ner
    assert "\n\u110f\tO\n" in ner
    assert "_wikitree\t" in raw("klue_benchmark/klue-ner-v1/klue-ner-v1_train.tsv").decode()
    for name in ("fci_train_val", "fci_test"):
        text = raw(f"3i4k/data/train_val_test/{name}.txt")
        assert text.count(b"\r\n") == text.count(b"\n")
        assert not text.endswith(b"\n")
    assert b"\r\n" in raw("klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_dev.json")


def texts(value: Any) -> set[str]:
    """All strings of a JSON value that are long enough to be a text."""
    if isinstance(value, dict):
        return set().union(*map(texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts, value))
    return {value} if isinstance(value, str) and len(value) > 20 and HANGUL.search(value) else set()


def sentences(path: Path) -> set[str]:
    """The texts of a raw file."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return texts(json.loads(content))
    if path.suffix == ".tsv":
        return {line.split("\t", 1)[1] for line in content.split("\n") if line.startswith("## klue-")}
    return {line.split("\t")[1].strip() for line in content.split("\n")}


def test_no_sentence_is_taken_from_the_real_files(upstream: Path) -> None:
    real_files = [path for path in upstream.rglob("*_*.*") if path.suffix in (".json", ".tsv", ".txt")]
    real = set().union(*(sentences(path) for path in real_files if path.name != "relation_list.json"))
    assert len(real) > 60_000
    for path in SAMPLE.rglob("*_*.*"):
        assert sentences(path) & real == set(), path
