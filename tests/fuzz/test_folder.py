"""The folder target over folders in any state: what is published is whole, and what is not ours stays.

What cannot be done is told in one line.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.publish import manifest as manifests
from klue_hub.publish.content import Say, make_release
from klue_hub.publish.folder import FolderTarget
from klue_hub.publish.progress import Reporter
from klue_hub.publish.repository import Consent, Observed, Release
from klue_hub.publish.run import Outcome, Result, Run

from .target import target

# In memory where that can be had: each file is flushed to the disk before it is renamed.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
REPO = "klue/a"
OUTSIDE = b"somebody's own"


class Files(msgspec.Struct, frozen=True):
    """A repository that holds these files."""

    files: dict[str, bytes]
    prune: bool
    repo_id: str = REPO
    kind: str = "model"

    def releases(
        self, observed: Observed, tags: Mapping[str, str] | None, stage: Path, say: Say
    ) -> list[Release]:
        return [make_release(self, self.files, stage, observed, prune=self.prune, title="Publish")]


class FullDisk(Reporter):
    """Fails as a full disk does, once so many files have been written."""

    def __init__(self, files: int | None) -> None:
        super().__init__(bars=False, verbose=False)
        self._left = files

    def moved(self, key: str, count: int) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Place:
    """A folder to publish to, what other people do in it, and what has to be true of it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "hub"
        self.folder = self.root / "models" / REPO
        self.folder.mkdir(parents=True)
        self.outside = root / "outside"
        self.outside.mkdir()
        (self.outside / "a").write_bytes(OUTSIDE)
        self.stages = root / "stages"
        self.published: set[bytes] = set()

    def run(self, content: Files, consent: Consent, fails_after: int | None = None) -> Outcome:
        stage = Path(tempfile.mkdtemp(dir=self.stages.parent))
        reporter = FullDisk(fails_after)
        run = Run(FolderTarget(self.root), consent, reporter, 1, threading.Event())
        outcomes, _ = run.push(run.plan([content], stage), stage)
        return outcomes[0]

    def disturb(self, kind: str, path: str, content: bytes) -> None:
        """Do as a person might; what the system refuses is not done."""
        place = self.folder / path
        try:
            if self.outside in place.resolve().parents:  # a person may, but then it is not ours to watch
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
            if kind == "write":
                place.write_bytes(content)
            elif kind == "folder":
                place.mkdir()
                (place / "inner").write_bytes(content)
            elif kind == "pipe":
                os.mkfifo(place)
            elif kind.startswith("link"):
                place.symlink_to({"link out": self.outside, "link loop": place, "link up": self.folder}[kind])
        except (OSError, RuntimeError):  # the second for a link that leads to itself
            pass

    def state(self) -> dict[str, bytes | str]:
        """Return every file with its content, and everything else by its kind; links are not followed."""
        found: dict[str, bytes | str] = {}
        for folder, folders, files in os.walk(self.folder):
            for name in [*folders, *files]:
                place = Path(folder, name)
                mode = place.lstat().st_mode
                if not stat.S_ISDIR(mode):
                    key = str(place.relative_to(self.folder))
                    found[key] = place.read_bytes() if stat.S_ISREG(mode) else stat.filemode(mode)
        return found

    def publish(self, files: dict[str, bytes], consent: Consent, fails_after: int | None) -> None:
        before = self.state()
        content = Files(files, consent.prune)
        self.published |= set(files.values())
        outcome = self.run(content, consent, fails_after)
        now = self.state()
        assert (self.outside / "a").read_bytes() == OUTSIDE
        assert [path.name for path in self.outside.iterdir()] == ["a"]
        assert "unexpected" not in outcome.error
        for path, found in before.items():
            if now.get(path) != found and not path.startswith(f"{manifests.FOLDER}/"):
                assert found in self.published or (path in files and consent.overwrite_edited)
        for path, found in now.items():
            if not path.startswith(f"{manifests.FOLDER}/"):
                assert found == before.get(path) or found == files.get(path), "half written"
        if outcome.result.is_failure:
            assert outcome.error
            return
        assert {path: now[path] for path in files} == files
        assert not any(path.startswith(f"{manifests.FOLDER}/tmp/") for path in now)
        assert self.run(content, consent).result is Result.UNCHANGED
        assert self.state() == now


@contextmanager
def place() -> Iterator[Place]:
    root = Path(tempfile.mkdtemp(prefix="klue-fuzz-", dir=MEMORY))
    try:
        yield Place(root)
    finally:
        shutil.rmtree(root)


OURS = st.sampled_from(["a", "data/a", "data/b", "README.md", "data/deep/a"])
CONTENTS = st.sampled_from([b"one", b"two", b"", b"three" * 1000])
THEIRS = st.sampled_from([b"theirs", b"their other", b"{}", b'{"format": 1, "owned": {}}'])
ODD_NAMES = [
    "data", "data/a/b", ".klue", ".klue/tmp", ".klue/manifest.json", ".klue/applying.json", ".klue/tmp/0", "a\nb", " ",
    "-rf", "x" * 255, "\u1100\u1161", "가", "A", os.fsdecode(b"\xff\xfe"), "data/" + os.fsdecode(b"\x80"), "weights.bin",
]  # fmt: skip
KINDS = ["write", "write", "write", "remove", "folder", "pipe", "link out", "link loop", "link up"]
PUBLISH = st.tuples(
    st.dictionaries(OURS, CONTENTS, max_size=4),
    st.builds(Consent, overwrite_edited=st.booleans(), prune=st.booleans()),
    st.none() | st.integers(0, 4),
)
DISTURB = st.tuples(st.sampled_from(KINDS), OURS | st.sampled_from(ODD_NAMES), THEIRS)


@target()
@given(steps=st.lists(PUBLISH | DISTURB, min_size=1, max_size=6))
def test_any_folder_is_published_to_whole_or_left_alone(steps: list[tuple[Any, ...]]) -> None:
    with place() as there:
        for step in steps:
            if isinstance(step[0], dict):
                there.publish(*step)
            else:
                there.disturb(*step)
        there.publish({"a": b"last"}, Consent(overwrite_edited=True), None)
