"""A folder and a run that ends badly: whole files, and the next run finishes."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from klue_hub.publish import folder
from klue_hub.publish.cli import main
from klue_hub.publish.errors import VerifyError
from klue_hub.publish.manifest import FORMAT, Manifest, this_tool
from klue_hub.publish.repository import Consent, Release, file_state, plan_release

from ..conftest import ROOT, Run
from .folders import REPO, contents, dataset_command


def can_mount() -> bool:
    return (
        subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
        if shutil.which("unshare")
        else False
    )


def test_no_space_left_leaves_whole_files_and_the_next_run_finishes(
    publish_dataset: Run, published: Path, tmp_path: Path
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
    publish_dataset: Run, published: Path, tmp_path: Path, delay: float
) -> None:
    command = dataset_command(tmp_path / "hub")
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
    publish_dataset("--source", "sample", "--to", tmp_path / "hub")
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
    publish_dataset: Run,
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: int,
    then: int | None,
) -> None:
    target = ("--source", "sample", "--only", "datasets", "--yes", "--to", tmp_path)
    publish_dataset(*target)
    killed_after(first, monkeypatch, *target, "--data-version", "1.0.0")
    if then is not None:
        killed_after(then, monkeypatch, *target, "--benchmark")
    publish_dataset(*target, "--prune")
    assert contents(tmp_path) == contents(published)


@pytest.mark.parametrize("renames", [2, 10, 19])
def test_files_of_a_killed_first_run_are_pruned_as_ours(
    publish_dataset: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    target = ("--source", "sample", "--only", "datasets", "--yes", "--to", tmp_path)
    killed_after(renames, monkeypatch, *target)
    publish_dataset(*target, "--config", "dp", "--prune")
    left = {path.split("klue/klue/")[1] for path in contents(tmp_path)}
    assert {path.split("/")[0] for path in left if path.endswith(".parquet")} == {"dp"}


def test_card_and_manifest_come_after_the_data_they_describe(
    publish_dataset: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = ("--source", "sample", "--only", "datasets", "--yes", "--to", tmp_path)
    killed_after(19, monkeypatch, *target)  # the journal, and the 18 Parquet files
    left = {path.split("klue/klue/")[1] for path in contents(tmp_path) if ".klue/tmp" not in path}
    assert len(left) == 19
    assert {path for path in left if not path.endswith(".parquet")} == {".klue/applying.json"}


def test_interrupt_ends_cleanly_and_the_next_run_finishes(
    publish_dataset: Run, published: Path, tmp_path: Path
) -> None:
    command = dataset_command(tmp_path / "hub")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("built ")  # from here on it works
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.endswith("stopped; what is done is whole, and running again finishes the work\n")
    assert "Traceback" not in error
    publish_dataset("--source", "sample", "--to", tmp_path / "hub")
    assert contents(tmp_path / "hub") == contents(published)


def test_content_that_is_not_what_was_planned_is_found(publish_dataset: Run, tmp_path: Path) -> None:
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
