"""`python publish/push_all.py` as a maintainer meets it: what it writes, says and refuses."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from klue_hub.datasets.klue import TASKS
from klue_hub.publish import folder

from ..conftest import ROOT, Run
from .folders import REPO, contents, dataset_command, refused, snapshot


def test_repository_holds_data_card_report_and_manifest(published: Path) -> None:
    expected = {
        f"{config}/{split}-00000-of-00001.parquet" for config in TASKS for split in ("train", "validation")
    }
    assert set(contents(published / REPO)) == expected | {
        "README.md",
        ".klue/manifest.json",
        ".klue/checks.json",
    }


def test_manifest_names_origin_ids_rows_hashes_and_tool(published: Path) -> None:
    manifest = json.loads((published / REPO / ".klue/manifest.json").read_bytes())
    assert manifest["tool"]["name"] == "klue-hub"
    split = manifest["build"]["configs"]["sts"]["splits"]["validation"]
    path = published / REPO / split["path"]
    assert (
        split["file_sha256"]
        == manifest["files"][split["path"]]["sha256"]
        == hashlib.sha256(path.read_bytes()).hexdigest()
    )
    assert split["rows"] == 13
    assert split["raw"]["blob_id"] == split["raw"]["expected_blob_id"]
    assert set(manifest["files"]) == set(contents(published / REPO)) - {".klue/manifest.json"}


def test_two_builds_give_identical_bytes(publish_dataset: Run, published: Path, tmp_path: Path) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path / "again")
    assert contents(tmp_path / "again") == contents(published)


def test_applying_twice_changes_no_byte_and_says_so(publish_dataset: Run, tmp_path: Path) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path)
    before = snapshot(tmp_path)
    done = publish_dataset("--source", "sample", "--to", tmp_path)
    assert "Nothing to do: the target is as wanted, no byte was changed." in done.stdout
    assert "0 to add, 0 to update, 0 to delete, 21 unchanged\n" in done.stdout
    assert snapshot(tmp_path) == before


def test_dry_run_shows_the_plan_and_writes_nothing(publish_dataset: Run, tmp_path: Path) -> None:
    done = publish_dataset("--source", "sample", "--to", tmp_path / "hub", "--dry-run")
    assert re.search(r"add +README.md +\d", done.stdout)
    assert "Dry run: nothing was written." in done.stdout
    assert not (tmp_path / "hub").exists()


def test_json_is_the_only_thing_on_stdout(publish_dataset: Run, tmp_path: Path) -> None:
    done = publish_dataset("--source", "sample", "--to", tmp_path, "--json", "--config", "sts")
    document = json.loads(done.stdout)
    assert document["repositories"][0]["result"] == "done"
    repository = document["repositories"][0]["steps"][0]
    assert repository["counts"]["add"] == 5
    assert {change["path"] for change in repository["changes"]} == {
        "README.md",
        ".klue/checks.json",
        ".klue/manifest.json",
        "sts/train-00000-of-00001.parquet",
        "sts/validation-00000-of-00001.parquet",
    }
    assert "built sts: 14 train, 13 validation" in done.stderr


def test_last_line_tells_how_to_load(publish_dataset: Run, tmp_path: Path) -> None:
    done = publish_dataset("--source", "sample", "--to", tmp_path / "a folder")
    command = done.stdout.splitlines()[-1].strip()
    assert 'load_dataset("klue", "sts")' in command
    loaded = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "DatasetDict" in loaded.stdout


def test_plan_fits_a_terminal_of_80_columns(publish_dataset: Run, tmp_path: Path) -> None:
    done = publish_dataset("--source", "sample", "--to", "h", "--dry-run", cwd=tmp_path)
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


def test_help_has_examples_and_fits_80_columns(publish_dataset: Run) -> None:
    text = publish_dataset("--help").stdout
    assert "klue-publish --source sample --to hub" in text
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_version_is_printed(publish_dataset: Run) -> None:
    assert re.fullmatch(r"klue-publish, version \d+\.\d+\.\d+\n", publish_dataset("--version").stdout)


def test_one_config_more_leaves_the_others_as_they_are(publish_dataset: Run, tmp_path: Path) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path, "--config", "sts", "--config", "ner")
    before = snapshot(tmp_path / REPO)
    publish_dataset("--source", "sample", "--to", tmp_path, "--config", "dp")
    after = snapshot(tmp_path / REPO)
    assert {path: after[path] for path in before if path.endswith(".parquet")} == {
        path: state for path, state in before.items() if path.endswith(".parquet")
    }
    card = (tmp_path / REPO / "README.md").read_text(encoding="utf-8")
    assert [line for line in card.splitlines() if line.startswith("- config_name: ")][:3] == [
        "- config_name: sts",
        "- config_name: ner",
        "- config_name: dp",
    ]


def test_whole_again_after_publishing_config_by_config(
    publish_dataset: Run, published: Path, tmp_path: Path
) -> None:
    for config in TASKS:
        publish_dataset("--source", "sample", "--to", tmp_path, "--config", config)
    assert contents(tmp_path) == contents(published)


def test_other_data_version_of_some_configs_is_refused(publish_dataset: Run, tmp_path: Path) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path)
    before = snapshot(tmp_path)
    done = publish_dataset(
        "--source", "sample", "--to", tmp_path, "--config", "ner", "--data-version", "1.0.0", check=False
    )
    assert done.returncode == 1
    assert (
        "the target holds data version 1.1.0 of the made-up sample, this run builds data version 1.0.0"
        in done.stderr
    )
    assert snapshot(tmp_path) == before


def test_other_data_version_updates_what_differs(publish_dataset: Run, tmp_path: Path) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path)
    done = publish_dataset("--source", "sample", "--to", tmp_path, "--data-version", "1.0.0", "--json")
    changed = [
        change["path"]
        for change in json.loads(done.stdout)["repositories"][0]["steps"][0]["changes"]
        if change["action"] == "update"
    ]
    assert [path for path in changed if path.endswith(".parquet")] == [
        "dp/train-00000-of-00001.parquet",
        "mrc/train-00000-of-00001.parquet",
        "mrc/validation-00000-of-00001.parquet",
        "ner/train-00000-of-00001.parquet",
        "ner/validation-00000-of-00001.parquet",
    ]


def test_benchmark_file_only_on_request(publish_dataset: Run, published: Path, tmp_path: Path) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path, "--benchmark")
    assert (tmp_path / REPO / "eval.yaml").is_file()
    assert not (published / REPO / "eval.yaml").exists()
    stale = publish_dataset("--source", "sample", "--to", tmp_path)
    assert re.search(r"stale +eval.yaml", stale.stdout)
    assert (tmp_path / REPO / "eval.yaml").is_file()
    publish_dataset("--source", "sample", "--to", tmp_path, "--prune")
    assert contents(tmp_path) == contents(published)


def test_edited_card_is_kept_until_overwriting_is_asked_for(
    publish_dataset: Run, published: Path, tmp_path: Path
) -> None:
    publish_dataset("--source", "sample", "--to", tmp_path)
    card = tmp_path / REPO / "README.md"
    original = card.read_bytes()
    card.write_bytes(original + b"\n## A section by hand\n")
    before = snapshot(tmp_path)
    refused = publish_dataset("--source", "sample", "--to", tmp_path, "--data-version", "1.0.0", check=False)
    assert refused.returncode == 1
    assert re.search(
        r"blocked +README.md .*\n +edited since it was published; --overwrite-edited replaces", refused.stdout
    )
    assert "nothing was written; move them away, or add --overwrite-edited" in refused.stderr
    assert snapshot(tmp_path) == before
    publish_dataset("--source", "sample", "--to", tmp_path, "--overwrite-edited")
    assert contents(tmp_path) == contents(published)


def test_files_of_others_are_untouched_and_counted(publish_dataset: Run, tmp_path: Path) -> None:
    theirs = tmp_path / REPO / "notes" / "mine.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    done = publish_dataset("--source", "sample", "--to", tmp_path, "--prune", "--overwrite-edited")
    assert theirs.read_text() == "mine"
    assert "1 not ours, untouched" in done.stdout


def test_folder_with_files_of_somebody_else_in_our_places_is_refused(
    publish_dataset: Run, tmp_path: Path
) -> None:
    card = tmp_path / REPO / "README.md"
    card.parent.mkdir(parents=True)
    card.write_text("# theirs")
    done = publish_dataset("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert "not written by this tool" in done.stdout
    assert contents(tmp_path) == {f"{REPO.as_posix()}/README.md": hashlib.sha256(b"# theirs").hexdigest()}


def test_files_behind_a_linked_folder_are_not_replaced(publish_dataset: Run, tmp_path: Path) -> None:
    theirs = tmp_path / "elsewhere" / "train-00000-of-00001.parquet"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    repo = tmp_path / "hub" / REPO
    repo.mkdir(parents=True)
    (repo / "sts").symlink_to(theirs.parent)
    done = publish_dataset("--source", "sample", "--to", tmp_path / "hub", check=False)
    assert done.returncode == 1
    assert (
        "sts/train-00000-of-00001.parquet, sts/validation-00000-of-00001.parquet is a folder, a link"
        in done.stderr
    )
    assert theirs.read_text() == "mine"


@pytest.mark.parametrize("linked", [".klue", "sts"])
def test_nothing_is_written_behind_a_linked_folder(publish_dataset: Run, tmp_path: Path, linked: str) -> None:
    elsewhere, repo = tmp_path / "elsewhere", tmp_path / "hub" / REPO
    elsewhere.mkdir()
    repo.mkdir(parents=True)
    (repo / linked).symlink_to(elsewhere)
    done = publish_dataset(
        "--source", "sample", "--config", "sts", "--to", tmp_path / "hub", "--only", "datasets", check=False
    )
    assert done.returncode == 1
    assert f"{linked}/" in done.stderr
    assert "is a folder, a link, or behind one" in done.stderr
    assert list(elsewhere.iterdir()) == []
    assert [path.name for path in repo.iterdir()] == [linked]


def test_pipe_where_the_tool_works_is_told_and_not_waited_for(publish_dataset: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "spaces/evaluate-metric/klue_metric/.klue/tmp"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    done = publish_dataset("--only", "metrics", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert f"failed at {pipe}: File exists" in done.stderr
    assert [path.name for path in pipe.parent.parent.iterdir()] == [".klue"]


def test_second_run_into_the_same_folder_waits_for_its_turn(publish_dataset: Run, tmp_path: Path) -> None:
    with folder.FolderTarget(tmp_path).locked():
        done = publish_dataset("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert (
        done.stderr == f"error: another run is publishing to {tmp_path}; wait for it to end, and run again\n"
    )


def test_folder_where_a_file_belongs_is_one_line(publish_dataset: Run, tmp_path: Path) -> None:
    (tmp_path / REPO / "README.md").mkdir(parents=True)
    done = publish_dataset("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert (
        "README.md is a folder, a link, or behind one; expected a file or nothing, move it away"
        in done.stderr
    )


def test_broken_manifest_stops_before_anything_is_written(publish_dataset: Run, tmp_path: Path) -> None:
    manifest = tmp_path / REPO / ".klue" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"format": 99}')
    done = publish_dataset("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert f"error: {manifest}: no manifest of this tool" in done.stderr
    assert len(contents(tmp_path)) == 1


def test_asks_at_a_terminal_and_no_means_no(tmp_path: Path) -> None:
    script = (
        "import pty, os, sys\n"
        "status = pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 1024), lambda fd: b'n\\n')\n"
        "sys.exit(os.waitstatus_to_exitcode(status))\n"
    )
    command = dataset_command(tmp_path / "hub")
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, timeout=120, input="n\n"
    )
    assert "Write 21 files (300" in done.stdout
    assert done.returncode == 1
    assert not (tmp_path / "hub").exists()


def test_real_files_are_published_from_the_upstream_folder(
    publish_dataset: Run, upstream: Path, tmp_path: Path
) -> None:
    done = publish_dataset("--source", upstream, "--partial", "--to", tmp_path, "--json")
    manifest = json.loads((tmp_path / REPO / ".klue/manifest.json").read_bytes())
    rows = {
        (config, split): record["rows"]
        for config, item in manifest["build"]["configs"].items()
        for split, record in item["splits"].items()
    }
    assert rows == {
        ("sts", "validation"): 519,
        ("nli", "validation"): 3000,
        ("ner", "validation"): 5000,
        ("dp", "validation"): 2000,
        ("ood", "train"): 55134,
        ("ood", "validation"): 6121,
    }
    assert (
        "ner/validation: 316 of 5,000 rows break the rule that the text holds no conjoining Hangul jamo"
        in "\n".join(json.loads(done.stdout)["known_issues"])
    )


def test_where_the_files_came_from_leaves_no_trace(
    publish_dataset: Run, upstream: Path, tmp_path: Path
) -> None:
    (tmp_path / "a-checkout").symlink_to(upstream)
    for source, target in ((upstream, "one"), (tmp_path / "a-checkout", "two")):
        publish_dataset("--source", source, "--partial", "--config", "sts", "--to", tmp_path / target)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "two").rglob("*.[jm][sd]*")]
    assert len(texts) == 3
    assert not any("a-checkout" in text or str(tmp_path) in text for text in texts)


def test_script_says_what_to_do_where_the_package_is_not_installed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "publish/push_all.py")],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == "klue-hub is not installed in this Python; run `make demo` once, or `pip install -e .`\n"
    )


def test_sample_is_not_mixed_into_real_data(publish_dataset: Run, upstream: Path, tmp_path: Path) -> None:
    publish_dataset("--source", upstream, "--partial", "--config", "sts", "--to", tmp_path)
    status, error = refused(publish_dataset, "--source", "sample", "--config", "ner", "--to", tmp_path)
    assert status == 1
    assert (
        "the target holds data version 1.1.0, this run builds data version 1.1.0 of the made-up sample"
        in error
    )


def test_last_line_names_a_config_that_is_there(publish_dataset: Run, tmp_path: Path) -> None:
    done = publish_dataset("--source", "sample", "--config", "ner", "--to", tmp_path)
    assert 'load_dataset("klue", "ner")' in done.stdout.splitlines()[-1]
