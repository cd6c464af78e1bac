"""`python publish/push_all.py` as a maintainer meets it: what it writes, says and refuses."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from klue_hub.datasets.klue import TASKS
from klue_hub.datasets.klue.sources import SAMPLE
from klue_hub.publish import folder
from klue_hub.publish.cli import main
from klue_hub.publish.errors import VerifyError
from klue_hub.publish.manifest import FORMAT, Manifest, this_tool
from klue_hub.publish.repository import Consent, Release, file_state, plan_release

from ..conftest import ROOT, Run

REPO = Path("datasets/klue/klue")


def snapshot(root: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder by content hash and modification time."""
    return {
        path.relative_to(root).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def contents(root: Path) -> dict[str, str]:
    return {path: digest for path, (digest, _) in snapshot(root).items()}


@pytest.fixture(scope="session")
def publish(publish: Run) -> Run:
    """Publish the dataset alone, unless a test says otherwise."""

    def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        only = () if "--only" in arguments or "--to" not in arguments else ("--only", "datasets")
        return publish(*arguments, *only, **options)

    return run


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A copy of the sample to spoil."""
    copy = tmp_path / "raw"
    shutil.copytree(SAMPLE, copy)
    return copy


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


def test_two_builds_give_identical_bytes(publish: Run, published: Path, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path / "again")
    assert contents(tmp_path / "again") == contents(published)


def test_applying_twice_changes_no_byte_and_says_so(publish: Run, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path)
    before = snapshot(tmp_path)
    done = publish("--source", "sample", "--to", tmp_path)
    assert "Nothing to do: the target is as wanted, no byte was changed." in done.stdout
    assert "0 to add, 0 to update, 0 to delete, 21 unchanged\n" in done.stdout
    assert snapshot(tmp_path) == before


def test_dry_run_shows_the_plan_and_writes_nothing(publish: Run, tmp_path: Path) -> None:
    done = publish("--source", "sample", "--to", tmp_path / "hub", "--dry-run")
    assert re.search(r"add +README.md +\d", done.stdout)
    assert "Dry run: nothing was written." in done.stdout
    assert not (tmp_path / "hub").exists()


def test_json_is_the_only_thing_on_stdout(publish: Run, tmp_path: Path) -> None:
    done = publish("--source", "sample", "--to", tmp_path, "--json", "--config", "sts")
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


def test_last_line_tells_how_to_load(publish: Run, tmp_path: Path) -> None:
    done = publish("--source", "sample", "--to", tmp_path / "a folder")
    command = done.stdout.splitlines()[-1].strip()
    assert 'load_dataset("klue", "sts")' in command
    loaded = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "DatasetDict" in loaded.stdout


def test_plan_fits_a_terminal_of_80_columns(publish: Run, tmp_path: Path) -> None:
    done = publish("--source", "sample", "--to", "h", "--dry-run", cwd=tmp_path)
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


def test_help_has_examples_and_fits_80_columns(publish: Run) -> None:
    text = publish("--help").stdout
    assert "klue-publish --source sample --to hub" in text
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_version_is_printed(publish: Run) -> None:
    assert re.fullmatch(r"klue-publish, version \d+\.\d+\.\d+\n", publish("--version").stdout)


def test_one_config_more_leaves_the_others_as_they_are(publish: Run, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path, "--config", "sts", "--config", "ner")
    before = snapshot(tmp_path / REPO)
    publish("--source", "sample", "--to", tmp_path, "--config", "dp")
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


def test_whole_again_after_publishing_config_by_config(publish: Run, published: Path, tmp_path: Path) -> None:
    for config in TASKS:
        publish("--source", "sample", "--to", tmp_path, "--config", config)
    assert contents(tmp_path) == contents(published)


def test_other_data_version_of_some_configs_is_refused(publish: Run, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path)
    before = snapshot(tmp_path)
    done = publish(
        "--source", "sample", "--to", tmp_path, "--config", "ner", "--data-version", "1.0.0", check=False
    )
    assert done.returncode == 1
    assert (
        "the target holds data version 1.1.0 of the made-up sample, this run builds data version 1.0.0"
        in done.stderr
    )
    assert snapshot(tmp_path) == before


def test_other_data_version_updates_what_differs(publish: Run, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path)
    done = publish("--source", "sample", "--to", tmp_path, "--data-version", "1.0.0", "--json")
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


def test_benchmark_file_only_on_request(publish: Run, published: Path, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path, "--benchmark")
    assert (tmp_path / REPO / "eval.yaml").is_file()
    assert not (published / REPO / "eval.yaml").exists()
    stale = publish("--source", "sample", "--to", tmp_path)
    assert re.search(r"stale +eval.yaml", stale.stdout)
    assert (tmp_path / REPO / "eval.yaml").is_file()
    publish("--source", "sample", "--to", tmp_path, "--prune")
    assert contents(tmp_path) == contents(published)


def test_edited_card_is_kept_until_overwriting_is_asked_for(
    publish: Run, published: Path, tmp_path: Path
) -> None:
    publish("--source", "sample", "--to", tmp_path)
    card = tmp_path / REPO / "README.md"
    original = card.read_bytes()
    card.write_bytes(original + b"\n## A section by hand\n")
    before = snapshot(tmp_path)
    refused = publish("--source", "sample", "--to", tmp_path, "--data-version", "1.0.0", check=False)
    assert refused.returncode == 1
    assert re.search(
        r"blocked +README.md .*\n +edited since it was published; --overwrite-edited replaces", refused.stdout
    )
    assert "nothing was written; move them away, or add --overwrite-edited" in refused.stderr
    assert snapshot(tmp_path) == before
    publish("--source", "sample", "--to", tmp_path, "--overwrite-edited")
    assert contents(tmp_path) == contents(published)


def test_files_of_others_are_untouched_and_counted(publish: Run, tmp_path: Path) -> None:
    theirs = tmp_path / REPO / "notes" / "mine.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    done = publish("--source", "sample", "--to", tmp_path, "--prune", "--overwrite-edited")
    assert theirs.read_text() == "mine"
    assert "1 not ours, untouched" in done.stdout


def test_folder_with_files_of_somebody_else_in_our_places_is_refused(publish: Run, tmp_path: Path) -> None:
    card = tmp_path / REPO / "README.md"
    card.parent.mkdir(parents=True)
    card.write_text("# theirs")
    done = publish("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert "not written by this tool" in done.stdout
    assert contents(tmp_path) == {f"{REPO.as_posix()}/README.md": hashlib.sha256(b"# theirs").hexdigest()}


def test_files_behind_a_linked_folder_are_not_replaced(publish: Run, tmp_path: Path) -> None:
    theirs = tmp_path / "elsewhere" / "train-00000-of-00001.parquet"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    repo = tmp_path / "hub" / REPO
    repo.mkdir(parents=True)
    (repo / "sts").symlink_to(theirs.parent)
    done = publish("--source", "sample", "--to", tmp_path / "hub", check=False)
    assert done.returncode == 1
    assert (
        "sts/train-00000-of-00001.parquet, sts/validation-00000-of-00001.parquet is a folder, a link"
        in done.stderr
    )
    assert theirs.read_text() == "mine"


@pytest.mark.parametrize("linked", [".klue", "sts"])
def test_nothing_is_written_behind_a_linked_folder(publish: Run, tmp_path: Path, linked: str) -> None:
    elsewhere, repo = tmp_path / "elsewhere", tmp_path / "hub" / REPO
    elsewhere.mkdir()
    repo.mkdir(parents=True)
    (repo / linked).symlink_to(elsewhere)
    done = publish(
        "--source", "sample", "--config", "sts", "--to", tmp_path / "hub", "--only", "datasets", check=False
    )
    assert done.returncode == 1
    assert f"{linked}/" in done.stderr
    assert "is a folder, a link, or behind one" in done.stderr
    assert list(elsewhere.iterdir()) == []
    assert [path.name for path in repo.iterdir()] == [linked]


def test_pipe_where_the_tool_works_is_told_and_not_waited_for(publish: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "spaces/evaluate-metric/klue_metric/.klue/tmp"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    done = publish("--only", "metrics", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert f"failed at {pipe}: File exists" in done.stderr
    assert [path.name for path in pipe.parent.parent.iterdir()] == [".klue"]


def test_second_run_into_the_same_folder_waits_for_its_turn(publish: Run, tmp_path: Path) -> None:
    with folder.FolderTarget(tmp_path).locked():
        done = publish("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert (
        done.stderr == f"error: another run is publishing to {tmp_path}; wait for it to end, and run again\n"
    )


def test_folder_where_a_file_belongs_is_one_line(publish: Run, tmp_path: Path) -> None:
    (tmp_path / REPO / "README.md").mkdir(parents=True)
    done = publish("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert (
        "README.md is a folder, a link, or behind one; expected a file or nothing, move it away"
        in done.stderr
    )


def test_broken_manifest_stops_before_anything_is_written(publish: Run, tmp_path: Path) -> None:
    manifest = tmp_path / REPO / ".klue" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"format": 99}')
    done = publish("--source", "sample", "--to", tmp_path, check=False)
    assert done.returncode == 1
    assert f"error: {manifest}: no manifest of this tool" in done.stderr
    assert len(contents(tmp_path)) == 1


def test_asks_at_a_terminal_and_no_means_no(tmp_path: Path) -> None:
    script = (
        "import pty, os, sys\n"
        "status = pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 1024), lambda fd: b'n\\n')\n"
        "sys.exit(os.waitstatus_to_exitcode(status))\n"
    )
    command = [
        sys.executable,
        str(ROOT / "publish/push_all.py"),
        "--source",
        "sample",
        "--to",
        str(tmp_path / "hub"),
        "--only",
        "datasets",
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, timeout=120, input="n\n"
    )
    assert "Write 21 files (300" in done.stdout
    assert done.returncode == 1
    assert not (tmp_path / "hub").exists()


# --- bad input: one message, no trace, nothing written ------------------------------------------


def refused(publish: Run, *arguments: str | Path) -> tuple[int, str]:
    done = publish(*arguments, check=False)
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, done.stderr


def edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_wrong_blob_id_stops(publish: Run, raw: Path, tmp_path: Path) -> None:
    status, error = refused(publish, "--source", raw, "--config", "sts", "--to", tmp_path / "hub")
    assert status == 1
    assert error.startswith("error: 2 files are not what upstream published for this data version:\n")
    assert "accept the change on purpose with --accept-changed" in error
    assert not (tmp_path / "hub").exists()


SPOILED = [
    ("ynat", "klue_benchmark/ynat-v1.1/ynat-v1.1_dev.json", None, "the JSON breaks off before its end"),
    (
        "dp",
        "klue_benchmark/klue-dp-v1.1/klue-dp-v1.1_dev.tsv",
        (b"\tNP_SBJ\n", b"\n"),
        "too few fields: 5, expected 6, tab-separated: INDEX WORD_FORM LEMMA POS HEAD DEPREL",
    ),
    (
        "ner",
        "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_dev.tsv",
        (b"\tB-PS\n", b"\tB-XX\n"),
        "unknown label 'B-XX'; expected one of B-DT, I-DT",
    ),
    (
        "nli",
        "klue_benchmark/klue-nli-v1.1/klue-nli-v1.1_train.json",
        (b'"gold_label": "neutral"', b'"gold_label": "netural"'),
        "unknown label 'netural' (did you mean 'neutral'?); expected one of entailment, neutral, contradiction",
    ),
    (
        "ner",
        "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_train.tsv",
        (b"\tO\n", b"\xff\tO\n"),
        "byte 0xff is not UTF-8; expected a UTF-8 file",
    ),
    (
        "ner",
        "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_train.tsv",
        (b"", b"\xef\xbb\xbf"),
        "line 1: begins with a byte order mark; expected UTF-8 without one",
    ),
    (
        "sts",
        "klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_train.json",
        (b"", b"\xef\xbb\xbf"),
        "line 1: begins with a byte order mark; expected UTF-8 without one",
    ),
    (
        "sts",
        "klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_train.json",
        (b'"real-label": ', b'"real-label": 1e999'[:14] + b"9" * 400),
        "is no finite number; expected a similarity, 0 to 5",
    ),
    (
        "dp",
        "klue_benchmark/klue-dp-v1.1/klue-dp-v1.1_dev.tsv",
        (b"## klue-dp-v1_dev_00001", b"## klue-dp-v1_dev_99999_wikitree\tempty\n\n## klue-dp-v1_dev_00001"),
        "a sentence without a line below it; expected its units",
    ),
]


@pytest.mark.parametrize(("config", "name", "change", "message"), SPOILED)
def test_spoiled_file_stops_with_its_place(
    publish: Run,
    raw: Path,
    tmp_path: Path,
    config: str,
    name: str,
    change: tuple[bytes, bytes] | None,
    message: str,
) -> None:
    if change:
        edit(raw / name, *change)
    else:
        (raw / name).write_bytes((raw / name).read_bytes()[:-300])
    arguments = ("--source", raw, "--accept-changed", "--config", config, "--to", tmp_path / "hub")
    status, error = refused(publish, *arguments)
    assert status == 1
    assert re.search(rf"error: {re.escape(str(raw / name))}: (line|row) \d+.*", error)
    assert message in error
    assert not (tmp_path / "hub").exists()


def test_head_out_of_range_stops_with_line_row_and_the_way_out(
    publish: Run, raw: Path, tmp_path: Path
) -> None:
    path = raw / "klue_benchmark/klue-dp-v1.1/klue-dp-v1.1_dev.tsv"
    lines = path.read_text(encoding="utf-8").split("\n")
    header = next(i for i, line in enumerate(lines) if "dev_00002" in line)
    fields = lines[header + 1].split("\t")
    fields[4] = "99"
    lines[header + 1] = "\t".join(fields)
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    words = lines.index("", header) - header - 1
    arguments = ("--source", raw, "--accept-changed", "--config", "dp", "--to", tmp_path / "hub")
    status, error = refused(publish, *arguments)
    assert status == 1
    assert (
        f"error: {path}: line {header + 1}, row 2 (klue-dp-v1_dev_00002): word 1 has head 99 in a sentence of {words} words; "
        "expected that every head lies in 0..n for n words; mend the file, or publish it with the fault as a known issue: "
        "--accept-faults (accept_faults=True)"
    ) in error
    assert not (tmp_path / "hub").exists()
    accepted = publish(*arguments, "--accept-faults")
    assert "dp/validation: 1 of 13 rows break the rule that every head lies in 0..n for n words" in " ".join(
        accepted.stdout.split()
    )


def test_tag_and_token_counts_that_differ_stop(publish: Run, raw: Path, tmp_path: Path) -> None:
    path = raw / "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_dev.tsv"
    lines = path.read_text(encoding="utf-8").split("\n")
    header = next(i for i, line in enumerate(lines) if "dev_00003" in line)
    tokens = lines.index("", header) - header - 1
    del lines[header + tokens]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    status, error = refused(
        publish, "--source", raw, "--accept-changed", "--config", "ner", "--to", tmp_path / "hub"
    )
    assert status == 1
    place = f"error: {path}: line {header + 1}, row 3 (klue-ner-v1_dev_00003): "
    assert f"{place}{tokens - 1} tokens with tags for a sentence of {tokens} characters" in error


def test_missing_files_are_all_listed_and_partial_is_offered(publish: Run, raw: Path, tmp_path: Path) -> None:
    for name in ("klue-sts-v1.1_dev.json", "klue-sts-v1.1_train.json"):
        (raw / "klue_benchmark/klue-sts-v1.1" / name).unlink()
    arguments = ("--source", raw, "--config", "sts", "--config", "nli", "--to", tmp_path / "hub")
    status, error = refused(publish, *arguments)
    assert status == 1
    assert error.startswith("error: 2 files are missing in ")
    assert "klue-sts-v1.1_dev.json\n" in error
    assert "klue-sts-v1.1_train.json\n" in error
    assert "--partial" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--config", "stss"), "'ynat', 'sts', 'nli', 'ner', 're', 'dp', 'mrc', 'wos', 'ood'"),
        (("--data-version", "1.2"), "'1.1.0', '1.0.0'"),
        (("--source", "nowhere"), "source nowhere does not exist; expected 'official', 'sample'"),
        (("--only", "weights"), "'datasets', 'metrics', 'models'"),
        (("--too", "x"), "No such option"),
    ],
)
def test_wrong_use_ends_with_status_2(
    publish: Run, tmp_path: Path, arguments: tuple[str, str], message: str
) -> None:
    status, error = refused(publish, "--to", tmp_path / "hub", *arguments)
    assert status == 2
    assert message in error
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--source", "sample"), "the sample is made up and must not become klue/klue"),
        (("--only", "metrics"), "no token for https://huggingface.co; sign in with: hf auth login"),
        (("--endpoint", "huggingface.co"), "'huggingface.co' is no address of a Hub; expected https://HOST"),
        (("--endpoint", "http://["), "'http://[' is no address of a Hub; expected https://HOST"),
        (("--endpoint", "http://hub:port"), "is no address of a Hub"),
        (("--endpoint", "https://user:secret@hub"), "is no address of a Hub"),
        (("--metric-id", "klue_metric"), "'klue_metric' has no owner; expected OWNER/NAME"),
        (("--namespace", "a/b"), "a/b/klue"),
        (("--namespace", "no spaces"), "no spaces/klue"),
        (("--jobs", "0"), "0 is not in the range 1<=x<=32"),
        (("--model", "bert-huge"), "'bert-base'"),
        (("--to", "hub", "--create-pr"), "--create-pr is for the Hub, and --to is a folder"),
        (("--to", "hub", "--private"), "--private is for the Hub, and --to is a folder"),
        (
            ("--to", "hub", "--data-version", "1.0.0", "--data-version", "1.1.0"),
            "a folder holds one data version",
        ),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(
    publish: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = publish(*arguments, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_target_that_is_a_file_is_wrong_use(publish: Run, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    status, error = refused(publish, "--source", "sample", "--to", path)
    assert status == 2
    assert f"--to {path}: is a file; expected a folder or a path where one can be made" in error
    assert path.read_text() == "mine"


@pytest.mark.parametrize("target", ["/proc/klue", "{file}/hub"])
def test_unwritable_target_is_one_line(publish: Run, tmp_path: Path, target: str) -> None:
    (tmp_path / "file").touch()
    place = target.format(file=tmp_path / "file")
    status, error = refused(publish, "--source", "sample", "--config", "sts", "--to", place)
    assert status == 1
    assert f"error: publishing to {place} failed" in error


def can_mount() -> bool:
    return (
        subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
        if shutil.which("unshare")
        else False
    )


def test_no_space_left_leaves_whole_files_and_the_next_run_finishes(
    publish: Run, published: Path, tmp_path: Path
) -> None:
    if not can_mount():
        pytest.skip("needs unshare to mount a small file system of its own")
    target = tmp_path / "small"
    target.mkdir()
    # One shell in one mount namespace: fill it up, look, make room, finish.
    script = f"""
    mount -t tmpfs -o size=150k tmpfs {target}
    {sys.executable} {ROOT}/publish/push_all.py --only datasets --source sample --to {target}; echo first: $?
    cp -r {target} {tmp_path}/half
    mount -o remount,size=4m {target}
    {sys.executable} {ROOT}/publish/push_all.py --only datasets --source sample --to {target}; echo second: $?
    cp -r {target} {tmp_path}/whole
    """
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, timeout=120)
    assert "first: 1\n" in done.stdout
    assert "no space left; free some and run again" in done.stderr
    assert "Traceback" not in done.stderr
    assert "second: 0\n" in done.stdout
    wanted = contents(published)
    assert contents(tmp_path / "half") == {}  # nothing half-written, and nothing that claims to be whole
    assert contents(tmp_path / "whole") == wanted


@pytest.mark.parametrize("delay", [0.0, 0.002, 0.005, 0.01, 0.02, 0.04])
def test_killed_run_leaves_whole_files_and_the_next_one_finishes(
    publish: Run, published: Path, tmp_path: Path, delay: float
) -> None:
    command = [
        sys.executable,
        str(ROOT / "publish/push_all.py"),
        "--source",
        "sample",
        "--to",
        str(tmp_path / "hub"),
        "--only",
        "datasets",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = tmp_path / "hub" / REPO / ".klue"
    while not journal.exists() and process.poll() is None:
        pass
    time.sleep(delay)  # a moment of the writing to be killed in, not a synchronisation
    process.send_signal(signal.SIGKILL)
    process.wait()
    wanted = contents(published)
    left = contents(tmp_path / "hub")
    whole = {
        path: digest for path, digest in left.items() if "/.klue/tmp/" not in path and "applying" not in path
    }
    assert {path: digest for path, digest in whole.items() if wanted.get(path) != digest} == {}
    publish("--source", "sample", "--to", tmp_path / "hub")
    assert contents(tmp_path / "hub") == wanted


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the tool catches it."""


def killed_after(renames: int, monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> None:
    """Run the command in this process and end it after some files were renamed into place."""
    done = 0
    rename, remove = Path.replace, shutil.rmtree

    def count(path: Path, target: Path) -> Path:
        nonlocal done
        if done == renames:
            raise Killed
        done += 1
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", count)
        # What cleans up on the way out would not run either.
        patch.setattr(shutil, "rmtree", lambda *a, **k: None if done == renames else remove(*a, **k))
        with contextlib.suppress(Killed):
            main([*map(str, arguments)], standalone_mode=False)


@pytest.mark.parametrize("first", [1, 3, 12, 21, 22])
@pytest.mark.parametrize("then", [None, 1, 4])
def test_runs_killed_one_after_another_lose_track_of_nothing(
    publish: Run,
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: int,
    then: int | None,
) -> None:
    target = ("--source", "sample", "--only", "datasets", "--yes", "--to", tmp_path)
    publish(*target)
    killed_after(first, monkeypatch, *target, "--data-version", "1.0.0")
    if then is not None:
        killed_after(then, monkeypatch, *target, "--benchmark")
    publish(*target, "--prune")
    assert contents(tmp_path) == contents(published)


@pytest.mark.parametrize("renames", [2, 10, 19])
def test_files_of_a_killed_first_run_are_pruned_as_ours(
    publish: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    target = ("--source", "sample", "--only", "datasets", "--yes", "--to", tmp_path)
    killed_after(renames, monkeypatch, *target)
    publish(*target, "--config", "dp", "--prune")
    left = {path.split("klue/klue/")[1] for path in contents(tmp_path)}
    assert {path.split("/")[0] for path in left if path.endswith(".parquet")} == {"dp"}


def test_card_and_manifest_come_after_the_data_they_describe(
    publish: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = ("--source", "sample", "--only", "datasets", "--yes", "--to", tmp_path)
    killed_after(19, monkeypatch, *target)  # the journal, and the 18 Parquet files
    left = {path.split("klue/klue/")[1] for path in contents(tmp_path) if ".klue/tmp" not in path}
    assert len(left) == 19
    assert {path for path in left if not path.endswith(".parquet")} == {".klue/applying.json"}


def test_interrupt_ends_cleanly_and_the_next_run_finishes(
    publish: Run, published: Path, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        str(ROOT / "publish/push_all.py"),
        "--source",
        "sample",
        "--to",
        str(tmp_path / "hub"),
        "--only",
        "datasets",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("built ")  # from here on it works
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.endswith("stopped; what is done is whole, and running again finishes the work\n")
    assert "Traceback" not in error
    publish("--source", "sample", "--to", tmp_path / "hub")
    assert contents(tmp_path / "hub") == contents(published)


def test_real_files_are_published_from_the_upstream_folder(
    publish: Run, upstream: Path, tmp_path: Path
) -> None:
    done = publish("--source", upstream, "--partial", "--to", tmp_path, "--json")
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


def test_where_the_files_came_from_leaves_no_trace(publish: Run, upstream: Path, tmp_path: Path) -> None:
    (tmp_path / "a-checkout").symlink_to(upstream)
    for source, target in ((upstream, "one"), (tmp_path / "a-checkout", "two")):
        publish("--source", source, "--partial", "--config", "sts", "--to", tmp_path / target)
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


def test_sample_is_not_mixed_into_real_data(publish: Run, upstream: Path, tmp_path: Path) -> None:
    publish("--source", upstream, "--partial", "--config", "sts", "--to", tmp_path)
    status, error = refused(publish, "--source", "sample", "--config", "ner", "--to", tmp_path)
    assert status == 1
    assert (
        "the target holds data version 1.1.0, this run builds data version 1.1.0 of the made-up sample"
        in error
    )


def test_content_that_is_not_what_was_planned_is_found(publish: Run, tmp_path: Path) -> None:
    """As if the disk had lied: the file that is copied is not the one that was described."""
    target = folder.FolderTarget(tmp_path / "hub")
    local = tmp_path / "README.md"
    local.write_text("one")
    manifest = Manifest(FORMAT, this_tool(), "model", "me/model", {"README.md": file_state(local)})
    release = Release(
        kind="model", repo_id="me/model", files={"README.md": local}, manifest=manifest, title=""
    )
    step = plan_release(release, target.observe("model", "me/model"), "there", Consent())
    local.write_text("two")
    with pytest.raises(VerifyError, match=r"README.md not as written"):
        target.push(step, Consent(), lambda count: None)


@pytest.mark.parametrize("option", ["--to", "--source"])
@pytest.mark.parametrize("value", ["a" * 300, "", "a\udcff"], ids=["too long", "empty", "no text"])
def test_path_that_cannot_be_one_is_wrong_use(publish: Run, option: str, value: str) -> None:
    target = () if option == "--to" else ("--to", "hub")
    done = publish(option, value, *target, "--dry-run", check=False)
    assert done.returncode == 2
    assert f"Invalid value for '{option}'" in done.stderr
    assert "Traceback" not in done.stderr


def test_last_line_names_a_config_that_is_there(publish: Run, tmp_path: Path) -> None:
    done = publish("--source", "sample", "--config", "ner", "--to", tmp_path)
    assert 'load_dataset("klue", "ner")' in done.stdout.splitlines()[-1]
