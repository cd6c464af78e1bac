"""The real upstream files: rows field by field against the raw text, and the counts of every rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.card import render_checks
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.datasets.klue.sources import FolderSource
from klue_hub.datasets.klue.tasks import get_task

ROWS = {
    ("ner", "validation"): 5000,
    ("dp", "validation"): 2000,
    ("nli", "validation"): 3000,
    ("sts", "validation"): 519,
    ("ood", "train"): 55134,
    ("ood", "validation"): 6121,
}

# Counted on the real files and looked at; what the rows are stands in the report's notes.
VIOLATIONS = {
    ("ner", "validation", "no_entity_begins_on_space"): (2, ["01601", "02091"]),
    ("ner", "validation", "no_mark_in_tokens"): (2, ["01115", "03639"]),
    ("ner", "validation", "no_conjoining_jamo"): (316, ["00058", "00061", "00095", "00101", "00118"]),
    ("dp", "validation", "words_match_sentence"): (6, ["00173", "00252", "00280", "00702", "00730"]),
    ("dp", "validation", "morphemes_match_pos"): (5, ["00244", "00512", "00746", "00866", "00962"]),
    ("ood", "train", "text_is_unique"): (3339, ["00058", "00072", "00138", "00263", "00269"]),
    ("ood", "validation", "text_is_unique"): (57, ["00211", "00231", "00253", "00259", "00264"]),
    ("ood", "validation", "text_not_in_train"): (617, ["00002", "00007", "00015", "00017", "00022"]),
    ("ood", "train", "one_label_per_text"): (493, ["00090", "00109", "00330", "00363", "00521"]),
    ("ood", "validation", "one_label_per_text"): (43, ["00692", "00890", "01019", "01056", "01241"]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("built")


@pytest.fixture(scope="module")
def record(upstream: Path, folder: Path) -> BuildRecord:
    return build(folder, FolderSource(upstream), "1.1.0", partial=True)


def parquet_rows(folder: Path, config: str, split: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(
        folder / config / f"{split}-00000-of-00001.parquet"
    ).to_pylist()
    return rows


def raw_json(upstream: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((upstream / "klue_benchmark" / name).read_bytes())
    return rows


def raw_sentences(upstream: Path, name: str) -> list[tuple[str, list[list[str]]]]:
    """Headers and lines of a TSV file, read in the plainest way."""
    text = (upstream / "klue_benchmark" / name).read_bytes().decode()
    blocks = [block.split("\n") for block in text[text.index("## klue-") :].strip("\n").split("\n\n")]
    return [(block[0].removeprefix("## "), [line.split("\t") for line in block[1:]]) for block in blocks]


def test_published_row_counts(record: BuildRecord) -> None:
    counted = {
        (config, split): built.rows
        for config, item in record.configs.items()
        for split, built in item.splits.items()
    }
    assert counted == ROWS


@pytest.mark.parametrize("row", [0, -1])
def test_ner_rows_equal_the_raw_text(upstream: Path, record: BuildRecord, folder: Path, row: int) -> None:
    header, lines = raw_sentences(upstream, "klue-ner-v1.1/klue-ner-v1.1_dev.tsv")[row]
    name, sentence = header.split("\t")
    built = parquet_rows(folder, "ner", "validation")[row]
    assert built["sentence"] == sentence
    assert built["tokens"] == [token for token, _ in lines]
    assert [get_task("ner").label_names[tag] for tag in built["ner_tags"]] == [tag for _, tag in lines]
    assert f"{built['guid']}-{built['source']}" == name


def test_every_ner_token_and_tag_equals_the_raw_text(
    upstream: Path, record: BuildRecord, folder: Path
) -> None:
    raw = raw_sentences(upstream, "klue-ner-v1.1/klue-ner-v1.1_dev.tsv")
    names = get_task("ner").label_names
    built = parquet_rows(folder, "ner", "validation")
    assert [
        [[token, names[tag]] for token, tag in zip(row["tokens"], row["ner_tags"], strict=True)]
        for row in built
    ] == [lines for _, lines in raw]


@pytest.mark.parametrize("row", [0, -1])
def test_dp_rows_equal_the_raw_text(upstream: Path, record: BuildRecord, folder: Path, row: int) -> None:
    header, lines = raw_sentences(upstream, "klue-dp-v1.1/klue-dp-v1.1_dev.tsv")[row]
    name, sentence = header.split("\t")
    guid, source = name.rsplit("_", 1)
    index, word_form, lemma, pos, head, deprel = (list(column) for column in zip(*lines, strict=True))
    assert parquet_rows(folder, "dp", "validation")[row] == {
        "sentence": sentence,
        "index": [int(item) for item in index],
        "word_form": word_form,
        "lemma": lemma,
        "pos": pos,
        "head": [int(item) for item in head],
        "deprel": deprel,
        "guid": guid,
        "source": source,
    }


@pytest.mark.parametrize("row", [0, -1])
def test_nli_rows_equal_the_raw_text(upstream: Path, record: BuildRecord, folder: Path, row: int) -> None:
    raw = raw_json(upstream, "klue-nli-v1.1/klue-nli-v1.1_dev.json")[row]
    ids = {name: index for index, name in enumerate(("entailment", "neutral", "contradiction"))}
    assert parquet_rows(folder, "nli", "validation")[row] == {
        "guid": raw["guid"],
        "source": raw["source"],
        "premise": raw["premise"],
        "hypothesis": raw["hypothesis"],
        "label": ids[raw["gold_label"]],
        "author_label": ids[raw["author"]],
        "annotator_labels": [ids[raw[f"label{number}"]] for number in (2, 3, 4, 5)],
    }


@pytest.mark.parametrize("row", [0, -1])
def test_sts_rows_equal_the_raw_text(upstream: Path, record: BuildRecord, folder: Path, row: int) -> None:
    # The raw form has the columns' names and nesting.
    assert (
        parquet_rows(folder, "sts", "validation")[row]
        == raw_json(upstream, "klue-sts-v1.1/klue-sts-v1.1_dev.json")[row]
    )


@pytest.mark.parametrize(("split", "name"), [("train", "fci_train_val"), ("validation", "fci_test")])
def test_ood_rows_equal_the_raw_text(
    upstream: Path, record: BuildRecord, folder: Path, split: str, name: str
) -> None:
    raw = (upstream / f"3i4k/data/train_val_test/{name}.txt").read_bytes().decode().split("\n")
    built = parquet_rows(folder, "ood", split)
    assert [(str(row["label"]), row["text"]) for row in built] == [
        (line.split("\t")[0], line.split("\t")[1].strip()) for line in raw
    ]
    assert built[0]["guid"] == f"ood-v1_{split}_00000"
    assert built[-1]["guid"] == f"ood-v1_{split}_{len(raw) - 1:05d}"


def test_counted_violations_are_those_that_were_looked_at(record: BuildRecord) -> None:
    found = {
        (config, finding.split, finding.rule): (
            finding.violations,
            [example.guid.rpartition("_")[2] for example in finding.examples],
        )
        for config, item in record.configs.items()
        for split in item.splits.values()
        for finding in split.findings
        if finding.violations
    }
    assert found == VIOLATIONS


def test_report_tells_what_the_offending_rows_are(record: BuildRecord) -> None:
    report = json.loads(render_checks(record))
    text = json.dumps(report, ensure_ascii=False)
    assert '"note": ""' not in text
    for (config, split, rule), (violations, _) in VIOLATIONS.items():
        findings = {finding["rule"]: finding for finding in report["configs"][config][split]}
        assert findings[rule]["violations"] == violations
        assert len(findings[rule]["note"]) > 20, (config, split, rule)


def test_agreement_is_computed_to_the_known_figures(record: BuildRecord) -> None:
    nli = record.configs["nli"].splits["validation"].statistics.agreement
    assert nli["unanimous_percent"] == pytest.approx(76.3, abs=0.05)
    assert nli["validators_agree_with_gold_percent"] == pytest.approx(92.6, abs=0.05)
    assert nli["fleiss_kappa"] == pytest.approx(0.838, abs=0.0005)
    assert nli["raters"] == 5
    sts = record.configs["sts"].splits["validation"].statistics
    assert sts.agreement["krippendorff_alpha"] == pytest.approx(0.748, abs=0.0005)
    assert sts.labels == {"negative": 299, "positive": 220}


def test_sources_are_counted_to_the_known_figures(record: BuildRecord) -> None:
    def sources(config: str) -> dict[str, int]:
        return record.configs[config].splits["validation"].statistics.sources

    assert sources("ner") == {"wikitree": 2534, "nsmc": 2466}
    assert sources("dp") == {"airbnb": 1000, "wikitree": 1000}
    assert sources("nli") == {
        "NSMC": 600, "airbnb": 600, "policy": 450, "wikinews": 450, "wikipedia": 450, "wikitree": 450,
    }  # fmt: skip


def test_intention_classes_are_counted_to_the_published_figures(shared: Path, record: BuildRecord) -> None:
    facts = json.loads((shared / "facts/upstream.json").read_text(encoding="utf-8"))["ood"]["label_counts"]
    for split, counts in facts.items():
        assert list(record.configs["ood"].splits[split].statistics.labels.values()) == list(counts.values())


OLD_ROWS = {"ynat": 5, "sts": 5, "nli": 5, "ner": 2, "re": 5, "dp": 2, "mrc": 1, "wos": 5}


@pytest.mark.parametrize("config", OLD_ROWS)
def test_real_samples_of_the_old_layout_build(upstream: Path, tmp_path: Path, config: str) -> None:
    built = build(
        tmp_path,
        FolderSource(upstream / "v1_samples"),
        "1.0.0",
        [config],
        accept_changed=True,
        accept_faults=True,
    )
    assert {split: item.rows for split, item in built.configs[config].splits.items()} == {
        "train": OLD_ROWS[config],
        "validation": OLD_ROWS[config],
    }


def test_real_unanswerable_question_keeps_its_plausible_answers_apart(upstream: Path, tmp_path: Path) -> None:
    source = FolderSource(upstream / "v1.1_samples")
    build(tmp_path, source, "1.1.0", ["mrc"], partial=True, accept_changed=True)
    rows = parquet_rows(tmp_path, "mrc", "validation")
    assert [row["guid"][-5:] for row in rows] == ["03566", "02673", "05664"]
    assert rows[0]["answers"] == {"answer_start": [], "text": []}
    assert rows[0]["plausible_answers"] == {"answer_start": [151, 151], "text": ["2014년", "2014"]}
    assert rows[0]["context"][151:].startswith("2014년")
    assert rows[1]["answers"] == {"answer_start": [543], "text": ["페이스북"]}
