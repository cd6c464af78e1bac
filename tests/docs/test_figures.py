"""The figures of the documentation are those of the real files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.records import BuildRecord, SplitRecord
from klue_hub.datasets.klue.sources import FolderSource

from ..conftest import ROOT


@pytest.fixture(scope="module")
def record(upstream: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildRecord:
    return build(
        tmp_path_factory.mktemp("built"), FolderSource(upstream), "1.1.0", ("ner", "dp", "ood"), partial=True
    )


def rows(page: str) -> list[list[str]]:
    """Return the cells of all tables of a page."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def broken(split: SplitRecord) -> dict[str, int]:
    return {finding.rule: finding.violations for finding in split.findings if finding.violations}


def test_counts_of_ood_are_those_of_the_files(record: BuildRecord) -> None:
    splits = record.configs["ood"].splits
    labels = splits["train"].statistics.labels, splits["validation"].statistics.labels
    expected = [
        [str(number), name, f"{labels[0][name]:,}", f"{labels[1][name]:,}"]
        for number, name in enumerate(labels[0])
    ]
    expected.append(["", "all", f"{splits['train'].rows:,}", f"{splits['validation'].rows:,}"])
    train, validation = broken(splits["train"]), broken(splits["validation"])
    rules = ("text_is_unique", "text_not_in_train", "one_label_per_text")
    expected += [[f"{of[rule]:,}" if rule in of else "" for of in (train, validation)] for rule in rules]
    shown = rows("ood.md")
    assert [row for row in shown if re.fullmatch(r"\d|", row[0])] + [
        row[1:] for row in shown[-3:]
    ] == expected
    assert set(train) | set(validation) == set(rules)


def test_counts_of_broken_rules_are_those_of_the_files(record: BuildRecord) -> None:
    expected = sorted(
        (config, f"{count:,} of {split.rows:,}")
        for config in ("ner", "dp")
        for split in record.configs[config].splits.values()
        for count in broken(split).values()
    )
    shown = [(row[0][1:].split("`")[0], row[-1]) for row in rows("data-versions.md") if " of " in row[-1]]
    assert sorted(shown) == expected
