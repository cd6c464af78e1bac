"""One repository of the Hub: its git side, its large files, its settings and its pull requests."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.hub import attributes, errors
from tests.hub.cards import check_card
from tests.hub.git import GitRepo, write_whole

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n", re.ASCII
)


class Large(NamedTuple):
    """What a pointer file says."""

    sha256: str
    size: int
    pointer_size: int


class Blob(NamedTuple):
    """A file as listings show it; `size` is the one of the content, also for a large file."""

    oid: str
    size: int
    large: Large | None


@dataclass(frozen=True)
class Operation:
    """One line of a commit. `sha256` for a large file, `data` for a regular one, neither to delete."""

    path: str
    data: bytes | None = None
    sha256: str = ""
    size: int | None = None
    folder: bool = False


def pointer(sha256: str, size: int) -> bytes:
    """The text that git holds in place of a large file."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


@lru_cache(maxsize=100_000)
def _blob(git_dir: Path, oid: str) -> Blob:
    data = GitRepo(git_dir).read(oid)
    match = _POINTER.fullmatch(data) if len(data) < 200 else None
    if match is None:
        return Blob(oid, len(data), None)
    return Blob(oid, int(match[2]), Large(match[1].decode(), int(match[2]), len(data)))


def _check_path(path: str) -> None:
    parts = path.split("/")
    if not path or any(part in ("", ".", "..", ".git") for part in parts) or "\0" in path:
        raise errors.HubError(400, f"Invalid file path: {path}")


class Repo:
    """A repository on disk. Every method may be called from many threads and processes."""

    def __init__(self, kind: str, repo_id: str, path: Path) -> None:
        self.kind, self.repo_id, self.path = kind, repo_id, path
        self.git = GitRepo(path)

    @property
    def namespace(self) -> str:
        """The user or organization that owns it."""
        return self.repo_id.partition("/")[0]

    # Settings and pull requests, both small JSON files

    @property
    def settings(self) -> dict[str, Any]:
        """private, gated, disabled, sdk and the time of creation."""
        return json.loads((self.path / "hub.json").read_bytes())

    def change_settings(self, **changes: object) -> None:
        """Change some settings."""
        with self.git.lock():
            write_whole(self.path / "hub.json", json.dumps({**self.settings, **changes}).encode())

    @property
    def pulls(self) -> dict[int, dict[str, Any]]:
        """Pull requests by number."""
        path = self.path / "pulls.json"
        return (
            {int(key): value for key, value in json.loads(path.read_bytes()).items()} if path.exists() else {}
        )

    def change_pull(self, number: int, **changes: object) -> None:
        """Change or open a pull request. The caller holds the lock."""
        pulls = self.pulls
        pulls[number] = {**pulls.get(number, {}), **changes}
        write_whole(self.path / "pulls.json", json.dumps(pulls).encode())

    # Large files

    def large_path(self, sha256: str) -> Path:
        """Where a large file's content lies, as git-lfs lays it out."""
        return self.path / "lfs" / "objects" / sha256[:2] / sha256[2:4] / sha256

    def store_large(self, data: bytes) -> str:
        """Store content and return its sha256."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.large_path(sha256).exists():
            write_whole(self.large_path(sha256), data)
        return sha256

    # Reading

    def resolve(self, revision: str) -> str:
        """The commit that a revision means."""
        sha = self.git.resolve(revision)
        if sha is None:
            raise errors.no_revision(revision)
        return sha

    def blob(self, oid: str) -> Blob:
        """What listings show of a file."""
        return _blob(self.path, oid)

    def paths(self, sha: str) -> dict[str, str]:
        """`{path: blob id}` at a commit."""
        return self.git.files(self.git.commit(sha).tree)

    def content(self, oid: str) -> bytes:
        """A file's content, large or not."""
        large = self.blob(oid).large
        return self.large_path(large.sha256).read_bytes() if large else self.git.read(oid)

    def text(self, sha: str, path: str) -> str:
        """A regular text file at a commit, empty when there is none."""
        oid = self.paths(sha).get(path)
        return self.git.read(oid).decode() if oid else ""

    # Writing

    def commit(
        self,
        operations: Sequence[Operation],
        *,
        author: str,
        title: str,
        message: str = "",
        ref: str = "refs/heads/main",
        parent: str | None = None,
    ) -> str:
        """Check the operations, store them, and move the reference in one step.

        Raises:
            HubError: an operation is refused or, looked at last, the head is no longer `parent`.
        """
        with self.git.lock():
            head = self.git.ref(ref)
            sha = self._write_commit(operations, head, author, title, message)
            if parent is not None and parent != head:
                raise errors.moved_head()
            self.git.set_ref(ref, sha)
        return sha

    def open_pull(
        self, operations: Sequence[Operation], *, author: str, title: str, message: str = "", base: str
    ) -> tuple[int, str]:
        """Commit on a new `refs/pr/N` that starts at the commit `base`."""
        with self.git.lock():
            sha = self._write_commit(operations, base, author, title, message)
            number = max(self.pulls, default=0) + 1
            self.git.set_ref(f"refs/pr/{number}", sha)
            self.change_pull(
                number,
                title=title,
                description=message,
                author=author,
                status="open",
                base=base,
                time=int(time.time()),
            )
        return number, sha

    def _write_commit(
        self, operations: Sequence[Operation], head: str | None, author: str, title: str, message: str
    ) -> str:
        files = self.paths(head) if head else {}
        for operation in operations:
            _check_path(operation.path.rstrip("/") if operation.folder else operation.path)
            self._apply(operation, files)
        _check_clashes(files)
        tree = self.git.write_tree(files)
        return self.git.write_commit(tree, (head,) if head else (), author, title, message)

    def _apply(self, operation: Operation, files: dict[str, str]) -> None:
        path = operation.path
        if operation.sha256:
            files[path] = self.git.write("blob", self._pointer(operation))
        elif operation.data is not None:
            self._check_regular(path, operation.data)
            files[path] = self.git.write("blob", operation.data)
        elif operation.folder:
            below = [name for name in files if name.startswith(path.rstrip("/") + "/")]
            if not below:
                raise errors.no_entry("A folder with this name doesn't exist")
            for name in below:
                del files[name]
        elif files.pop(path, None) is None:
            raise errors.no_entry("A file with this name doesn't exist")

    def _pointer(self, operation: Operation) -> bytes:
        content = self.large_path(operation.sha256)
        if not content.exists() or operation.size not in (None, content.stat().st_size):
            raise errors.HubError(
                400,
                "Your push was rejected because an LFS pointer pointed to a file that does not exist. For instance, "
                f"this can happen if you used git push --no-verify to push your changes. Offending file: - {operation.path}",
            )
        return pointer(operation.sha256, content.stat().st_size)

    def _check_regular(self, path: str, data: bytes) -> None:
        if len(data) > attributes.REGULAR_LIMIT:
            raise errors.HubError(
                400,
                "Your push was rejected because it contains files larger than 10 MiB. Please use "
                f"https://git-lfs.github.com/ to store larger files. Offending files: - {path}",
            )
        if attributes.is_binary(data):
            raise errors.HubError(
                400,
                "Your push was rejected because it contains binary files. Please use "
                f"https://huggingface.co/docs/hub/xet to store binary files. Offending files: - {path}",
            )
        if path == "README.md" and (problems := check_card(data.decode(), self.kind).errors):
            raise errors.HubError(400, "Invalid metadata in README.md", body={"errors": _messages(problems)})


def _messages(problems: Iterable[str]) -> list[dict[str, str]]:
    return [{"message": problem} for problem in problems]


def _check_clashes(files: dict[str, str]) -> None:
    for path in files:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if "/".join(parts[:depth]) in files:
                raise errors.HubError(400, f"{'/'.join(parts[:depth])} is a file and a folder")


def decode_operation(key: str, value: dict[str, Any]) -> Operation:
    """One line of the body of a commit request.

    Raises:
        HubError: the line is of no known kind.
    """
    path = str(value.get("path", ""))
    if key == "file":
        encoded = value.get("encoding", "utf-8") == "base64"
        text = str(value.get("content", ""))
        return Operation(path, data=base64.b64decode(text) if encoded else text.encode())
    if key == "lfsFile":
        return Operation(path, sha256=str(value.get("oid", "")), size=value.get("size"))
    if key in ("deletedFile", "deletedFolder"):
        return Operation(path, folder=key == "deletedFolder")
    raise errors.HubError(
        400, f'"key" must be one of [header, file, lfsFile, deletedFile, deletedFolder], got {key}'
    )
