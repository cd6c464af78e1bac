"""What changed between the data versions: counted by hand on the sample, on tables, and on excerpts of real files."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from klue_hub.datasets.klue.compare import SplitChange, compare_rows, compare_versions, main
from klue_hub.datasets.klue.sources import OFFICIAL, FolderSource, sample_source


def table(**columns: list[object]) -> pa.Table:
    return pa.table(columns)


def test_rows_are_matched_by_guid_whatever_their_order() -> None:
    before = table(guid=["a", "b", "c"], text=["1", "2", "3"], tags=[[0], [1, 2], []])
    after = table(guid=["c", "b", "d"], text=["3", "2", "4"], tags=[[], [1, 0], [0]])
    change = compare_rows("ner", "train", before, after)
    assert (change.added, change.removed, change.changed, change.unchanged) == (1, 1, 1, 1)
    assert change.columns == {"tags": 1}
    assert change.examples == ("b",)


def test_guid_that_stands_twice_is_two_rows() -> None:
    before = table(guid=["a", "a"], text=["1", "2"])
    after = table(guid=["a", "a", "a"], text=["1", "3", "4"])
    change = compare_rows("ner", "train", before, after)
    assert (change.added, change.removed, change.changed, change.unchanged) == (1, 0, 1, 1)


def test_versions_of_the_sample_differ_where_its_readme_says() -> None:
    changes = {(c.config, c.split): c for c in compare_versions(sample_source(), sample_source())}
    differing = {key: change for key, change in changes.items() if not change.same_file}
    # sample/README.md lists them, with rows counted from 0.
    assert {key: (c.changed, c.columns) for key, c in differing.items()} == {
        ("ner", "train"): (1, {"tokens": 1, "ner_tags": 1}),
        ("ner", "validation"): (1, {"ner_tags": 1}),
        ("dp", "train"): (3, {"pos": 3}),
        ("mrc", "train"): (1, {"plausible_answers": 1}),
        ("mrc", "validation"): (1, {"plausible_answers": 1}),
    }
    assert all(c.added == c.removed == 0 for c in differing.values())
    assert changes["ner", "train"].examples == ("klue-ner-v1_train_00003",)
    assert changes["ynat", "train"] == SplitChange("ynat", "train", True, 16, 16)


def test_same_files_are_those_that_are_pinned_alike() -> None:
    old, new = OFFICIAL.versions["1.0.0"], OFFICIAL.versions["1.1.0"]
    changed = [
        (config, split)
        for config, splits in new.items()
        for split, file in splits.items()
        if old[config][split].blob_id != file.blob_id
    ]
    assert changed == [
        ("ner", "train"),
        ("ner", "validation"),
        ("dp", "train"),
        ("mrc", "train"),
        ("mrc", "validation"),
    ]


def test_real_excerpts_of_the_old_version_are_unchanged_where_the_file_is(upstream: Path) -> None:
    """The excerpts hold a few whole rows; the last one of ner and dp is cut off."""
    changes = compare_versions(
        FolderSource(upstream / "v1_samples"),
        FolderSource(upstream),
        ["sts", "nli", "ner", "dp"],
        partial=True,
        accept_changed=True,
    )
    found = {(c.config, c.split): (c.rows_before, c.removed, c.unchanged) for c in changes}
    assert found == {
        ("sts", "validation"): (5, 0, 5),
        ("nli", "validation"): (5, 0, 5),
        ("ner", "validation"): (2, 0, 1),
        ("dp", "validation"): (2, 0, 1),
    }


def test_command_prints_a_table_and_what_changed() -> None:
    done = CliRunner().invoke(main, ["--source", "sample", "--config", "dp"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "config split        1.0.0   1.1.0  added  removed  changed  unchanged",
        "dp     train           17      17      0        0        3         14",
        "dp     validation      13      13   same    bytes",
        "",
        "dp/train: pos in 3",
        "  first: klue-dp-v1_train_00001, klue-dp-v1_train_00012, klue-dp-v1_train_00016",
    ]


def test_command_prints_json_for_machines() -> None:
    done = CliRunner().invoke(main, ["--source", "sample", "--config", "ner", "--json"])
    read = json.loads(done.stdout)
    assert [(row["split"], row["changed"]) for row in read] == [("train", 1), ("validation", 1)]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--source", "no-such-folder"], 2, "source no-such-folder does not exist"),
        (["--source", "{empty}"], 1, "files are missing in"),
        (["--config", "nerr"], 2, "'nerr' is not one of"),
    ],
)
def test_wrong_use_and_missing_files_are_one_message(
    tmp_path: Path, arguments: list[str], status: int, told: str
) -> None:
    done = CliRunner().invoke(main, [each.format(empty=tmp_path) for each in arguments])
    assert done.exit_code == status
    assert told in done.output
    assert "Traceback" not in done.output
