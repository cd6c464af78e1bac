"""The folder target: repositories below a local folder, which the libraries load as they are.

Every file is written under a temporary name on the same file system and renamed into place, so a
killed run leaves the old or the new file, never half of one. Before the first change a journal names
what is about to be written; the next run knows by it which files are its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from . import manifest as manifests
from .errors import PublishError, TargetError, VerifyError
from .manifest import Manifest
from .plan import Action, FileState, Ownership, Plan, diff

KIND_FOLDERS = {"dataset": "datasets", "space": "spaces", "model": "models"}
_TEMPORARY = f"{manifests.FOLDER}/tmp"


class WantedRepo(msgspec.Struct, frozen=True):
    """A repository as it should be: its files by path, as local files, and its manifest."""

    kind: str
    repo_id: str
    files: Mapping[str, Path]
    manifest: Manifest

    @property
    def tree(self) -> dict[str, FileState]:
        """Every file that should be there, the manifest included."""
        dump = self.manifest.dump()
        own = FileState(len(dump), hashlib.sha256(dump).hexdigest())
        return {**self.manifest.files, manifests.PATH: own}


class Observed(msgspec.Struct, frozen=True):
    """A repository as it is."""

    tree: dict[str, FileState]
    manifest: Manifest | None
    owned: Ownership


def file_state(path: Path) -> FileState:
    """Return a file's size and hash."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return FileState(path.stat().st_size, digest.hexdigest())


class FolderTarget:
    """Repositories below a folder: `datasets/OWNER/NAME`, `spaces/OWNER/NAME`, `models/OWNER/NAME`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        if root.exists() and not root.is_dir():
            raise TargetError(f"--to {root}: is a file; expected a folder or a path where one can be made")

    def location(self, kind: str, repo_id: str) -> Path:
        """Return the folder of a repository."""
        return self.root / KIND_FOLDERS[kind] / repo_id

    def observe(self, kind: str, repo_id: str) -> Observed:
        """Look at a repository; one that does not exist is empty.

        Raises:
            ManifestError: its manifest cannot be read.
        """
        folder = self.location(kind, repo_id)
        manifest = _read_manifest(folder / manifests.PATH)
        journal = _read_manifest(folder / manifests.JOURNAL)
        tree = {
            path.relative_to(folder).as_posix(): file_state(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not _is_ours_while_applying(path.relative_to(folder))
        }
        owned = dict(manifests.ownership(manifest, journal).files)
        if manifests.PATH in tree:
            owned[manifests.PATH] = frozenset({tree[manifests.PATH].sha256})
        return Observed(tree, manifest, Ownership(owned))

    def plan(
        self, wanted: WantedRepo, observed: Observed, *, overwrite_edited: bool = False, prune: bool = False
    ) -> Plan:
        """Return what it takes to make a repository as wanted.

        Raises:
            PublishError: a file that is wanted as it was published is no longer there to keep.
        """
        changes, foreign = diff(
            wanted.tree, observed.tree, observed.owned, overwrite_edited=overwrite_edited, prune=prune
        )
        location = str(self.location(wanted.kind, wanted.repo_id))
        unavailable = [
            change.path
            for change in changes
            if change.action in (Action.ADD, Action.UPDATE)
            and change.path not in wanted.files
            and change.path != manifests.PATH
        ]
        if unavailable:
            raise PublishError(
                f"{location}: {', '.join(unavailable)} published before, gone or changed since, "
                "and not built by this run; publish everything at once (without --config and --partial)"
            )
        return Plan(wanted.kind, wanted.repo_id, location, tuple(changes), tuple(foreign))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs on this machine away from the folder.

        Raises:
            PublishError: another run has it.
        """
        # A name for this folder and this user: another one's lock file could not even be opened.
        name = hashlib.sha256(f"{Path.home()} {self.root.resolve()}".encode()).hexdigest()[:16]
        lock = FileLock(Path(tempfile.gettempdir()) / f"klue-publish-{name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise PublishError(
                f"another run is publishing to {self.root}; wait for it to end, and run again"
            ) from None
        try:
            yield
        finally:
            lock.release()

    def apply(self, plan: Plan, wanted: WantedRepo, observed: Observed) -> None:
        """Do what a plan says; blocked changes must have been refused before.

        Raises:
            PublishError: the folder is not any more as the plan found it; nothing was written.
            OSError: a file could not be written; those that were are whole, and the next run goes on.
        """
        folder = self.location(plan.kind, plan.repo_id)
        self._check_unchanged(folder, plan, observed)
        temporary = folder / _TEMPORARY
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        try:
            _write(wanted.manifest.dump(), temporary, folder / manifests.JOURNAL)
            for change in plan.select(Action.ADD, Action.UPDATE):
                if change.path != manifests.PATH:
                    _write(wanted.files[change.path], temporary, folder / change.path)
            for change in plan.select(Action.DELETE):
                _delete(folder, change.path)
            _write(wanted.manifest.dump(), temporary, folder / manifests.PATH)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _check_unchanged(self, folder: Path, plan: Plan, observed: Observed) -> None:
        now = self.observe(plan.kind, plan.repo_id).tree
        changed = sorted(
            path for path in now.keys() | observed.tree.keys() if now.get(path) != observed.tree.get(path)
        )
        # What stands behind a linked folder is not observed, and so not ours to replace.
        in_the_way = [
            change.path for change in plan.select(Action.ADD) if os.path.lexists(folder / change.path)
        ]
        if changed or in_the_way:
            paths = ", ".join(dict.fromkeys([*changed, *in_the_way]))
            raise PublishError(
                f"{folder}: {paths} appeared or changed behind this run; look at it and run again"
            )

    def settle(self, plan: Plan) -> None:
        """Forget the journal, once the repository is as wanted."""
        folder = self.location(plan.kind, plan.repo_id)
        shutil.rmtree(folder / _TEMPORARY, ignore_errors=True)
        (folder / manifests.JOURNAL).unlink(missing_ok=True)

    def verify(self, wanted: WantedRepo) -> None:
        """Observe again and compare.

        Raises:
            VerifyError: a file is not as wanted.
        """
        observed = self.observe(wanted.kind, wanted.repo_id)
        wrong = [path for path, state in wanted.tree.items() if observed.tree.get(path) != state]
        if wrong:
            location = self.location(wanted.kind, wanted.repo_id)
            raise VerifyError(
                f"{location}: {', '.join(sorted(wrong))} not as written; "
                "did something else write there? run again"
            )


def _is_ours_while_applying(path: Path) -> bool:
    return path.as_posix() == manifests.JOURNAL or path.as_posix().startswith(_TEMPORARY + "/")


def _read_manifest(path: Path) -> Manifest | None:
    return manifests.load(path.read_bytes(), str(path)) if path.is_file() else None


def _write(content: Path | bytes, temporary: Path, destination: Path) -> None:
    """Write under a temporary name, flush to the disk, and rename."""
    part = temporary / destination.name
    with part.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as original:
                shutil.copyfileobj(original, file)
        file.flush()
        os.fsync(file.fileno())
    destination.parent.mkdir(parents=True, exist_ok=True)
    part.replace(destination)


def _delete(folder: Path, path: str) -> None:
    (folder / path).unlink()
    parent = (folder / path).parent
    while parent != folder and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent
