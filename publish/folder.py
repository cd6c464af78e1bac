"""The folder target: repositories below a local folder, which the libraries load as they are.

All content is written under temporary names on the same file system first, and then renamed into place, so a
full disk changes nothing and a killed run leaves the old or the new file, never half of one. Before the
first rename a journal names all that is ours; the next run knows by it which files are its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from . import manifest as manifests
from .errors import PublishError, TargetError, VerifyError
from .manifest import Journal, Manifest
from .plan import MAIN, Action, Plan
from .repository import Consent, Observed, Release, Step, file_state
from .target import Moved, Pushed

KIND_FOLDERS = {"dataset": "datasets", "space": "spaces", "model": "models"}
_TEMPORARY = f"{manifests.FOLDER}/tmp"


class FolderTarget:
    """Repositories below a folder: `datasets/OWNER/NAME`, `spaces/OWNER/NAME`, `models/OWNER/NAME`."""

    is_local = True
    keeps_history = False

    def __init__(self, root: Path) -> None:
        self.root = root
        if root.exists() and not root.is_dir():
            raise TargetError(f"--to {root}: is a file; expected a folder or a path where one can be made")

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.root)

    def folder(self, kind: str, repo_id: str) -> Path:
        """Return the folder of a repository."""
        return self.root / KIND_FOLDERS[kind] / repo_id

    def location(self, kind: str, repo_id: str) -> str:
        """Return the folder of a repository, as text."""
        return str(self.folder(kind, repo_id))

    def observe(self, kind: str, repo_id: str, revision: str = MAIN) -> Observed:
        """Look at a repository; one that does not exist is empty.

        Raises:
            ManifestError: its manifest cannot be read.
        """
        folder = self.folder(kind, repo_id)
        manifest = _read_manifest(folder / manifests.PATH)  # now: a broken one stops before anything is built
        journal = _read_journal(folder / manifests.JOURNAL)
        tree = {
            path.relative_to(folder).as_posix(): file_state(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not _is_ours_while_applying(path.relative_to(folder))
        }
        return Observed(
            exists=folder.is_dir(),
            tree=tree,
            read_manifest=lambda: manifest,
            journal=journal,
            is_unfinished=_is_folder(folder / _TEMPORARY) or journal is not None,
        )

    def read(self, kind: str, repo_id: str, path: str, revision: str | None) -> bytes:
        """Return the content of a file."""
        return (self.folder(kind, repo_id) / path).read_bytes()

    def push(self, step: Step, consent: Consent, moved: Moved) -> Pushed:
        """Write what a step says, compare, and forget the journal.

        Raises:
            PublishError: the folder is not any more as the plan found it, or not as it was written.
            OSError: a file could not be written.
        """
        if step.plan.writes:
            self.apply(step, moved)
            self.verify(step.release)
        self.settle(step.plan)
        return Pushed(step.plan.location)

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

    def apply(self, step: Step, moved: Moved = lambda count: None) -> None:
        """Do what a plan says; blocked changes must have been refused before.

        Raises:
            PublishError: the folder is not any more as the plan found it; nothing was written.
            OSError: a file could not be written; those that were are whole, and the next run goes on.
        """
        plan = step.plan
        folder = self.folder(plan.kind, plan.repo_id)
        self._check_unchanged(folder, plan, step.observed)
        temporary = folder / _TEMPORARY
        _clear(temporary)
        temporary.mkdir(parents=True)
        try:
            # All content is on the disk before the first file is replaced: a full disk changes nothing.
            parts = _write_parts(step, temporary, moved)
            _write(_journal(step).dump(), temporary / "journal").replace(folder / manifests.JOURNAL)
            for path in sorted(parts, key=_cards_last):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                parts[path].replace(folder / path)
            for change in plan.select(Action.DELETE):
                _delete(folder, change.path)
        finally:
            _clear(temporary)

    def _check_unchanged(self, folder: Path, plan: Plan, observed: Observed) -> None:
        now = self.observe(plan.kind, plan.repo_id).tree
        changed = sorted(
            path for path in now.keys() | observed.tree.keys() if now.get(path) != observed.tree.get(path)
        )
        if changed:
            raise PublishError(
                f"{folder}: {', '.join(changed)} appeared or changed behind this run; "
                "look at it and run again"
            )
        # What stands behind a linked folder is not observed, and so not ours to replace.
        in_the_way = [
            change.path
            for change in plan.select(Action.ADD)
            if os.path.lexists(folder / change.path) or _is_behind_link(folder, change.path)
        ]
        if in_the_way:
            raise PublishError(
                f"{folder}: {', '.join(in_the_way)} is a folder, a link, or behind one; "
                "expected a file or nothing, move it away and run again"
            )

    def settle(self, plan: Plan) -> None:
        """Forget the journal, once the repository is as wanted."""
        folder = self.folder(plan.kind, plan.repo_id)
        _clear(folder / _TEMPORARY)
        (folder / manifests.JOURNAL).unlink(missing_ok=True)

    def verify(self, release: Release) -> None:
        """Observe again and compare.

        Raises:
            VerifyError: a file is not as wanted.
        """
        observed = self.observe(release.kind, release.repo_id)
        wrong = [path for path, state in release.tree.items() if not state.same(observed.tree.get(path))]
        if wrong:
            location = self.folder(release.kind, release.repo_id)
            raise VerifyError(
                f"{location}: {', '.join(sorted(wrong))} not as written; "
                "did something else write there? run again"
            )


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself: one that is only linked was not made by this tool."""
    return path.is_dir() and not path.is_symlink()


def _clear(temporary: Path) -> None:
    """Remove the folder of a run that is through or was killed; opening anything else could wait for ever."""
    if _is_folder(temporary):
        shutil.rmtree(temporary, ignore_errors=True)


def _is_behind_link(folder: Path, path: str) -> bool:
    """Whether a file would be written to another place than its path says."""
    return any((folder / parent).is_symlink() for parent in list(PurePosixPath(path).parents)[:-1])


def _is_ours_while_applying(path: Path) -> bool:
    return path.as_posix() == manifests.JOURNAL or path.as_posix().startswith(_TEMPORARY + "/")


def _read_manifest(path: Path) -> Manifest | None:
    return manifests.load(path.read_bytes(), str(path)) if path.is_file() else None


def _read_journal(path: Path) -> Journal | None:
    return manifests.load_journal(path.read_bytes(), str(path)) if path.is_file() else None


def _journal(step: Step) -> Journal:
    """Return all that is ours until the step is through: what was, and what it writes."""
    owned = {path: list(states) for path, states in step.observed.owned.files.items()}
    for path, state in step.release.manifest.files.items():
        owned[path] = [*owned.get(path, []), state]
    return Journal(manifests.FORMAT, owned)


def _cards_last(path: str) -> tuple[int, str]:
    """Order files so that what describes the others comes after them, and the manifest last of all."""
    return (2 if path == manifests.PATH else int("/" not in path or path.startswith(manifests.FOLDER)), path)


def _write_parts(step: Step, temporary: Path, moved: Moved) -> dict[str, Path]:
    """Write the content of every changed file under a temporary name; return those by path."""
    parts = {}
    for number, change in enumerate(step.plan.select(Action.ADD, Action.UPDATE)):
        path = change.path
        content = step.release.manifest.dump() if path == manifests.PATH else step.release.files[path]
        parts[path] = _write(content, temporary / str(number))
        moved(change.size)
    return parts


def _write(content: Path | bytes, part: Path) -> Path:
    """Write a file and flush it to the disk."""
    with part.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as original:
                shutil.copyfileobj(original, file)
        file.flush()
        os.fsync(file.fileno())
    return part


def _delete(folder: Path, path: str) -> None:
    (folder / path).unlink()
    parent = (folder / path).parent
    while parent != folder and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent
