"""A bare git repository: objects named by their content, references moved by rename."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

FILE, FOLDER = "100644", "40000"


class Entry(NamedTuple):
    """One row of a tree object."""

    mode: str
    oid: str


@dataclass(frozen=True)
class Commit:
    """One commit; `time` is in seconds since 1970."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    time: int
    title: str
    message: str


def object_id(kind: str, data: bytes) -> str:
    """The git name of an object."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)


class GitRepo:
    """Objects and references of one bare repository."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def init(self) -> None:
        """Make the folder one that git itself accepts."""
        (self.path / "objects").mkdir(parents=True, exist_ok=True)
        (self.path / "refs" / "heads").mkdir(parents=True, exist_ok=True)
        write_whole(self.path / "HEAD", b"ref: refs/heads/main\n")
        write_whole(self.path / "config", b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n")

    def lock(self) -> FileLock:
        """What a change of references holds, in this process and in others."""
        return FileLock(self.path / "lock", poll_interval=0.005)

    # Objects

    def write(self, kind: str, data: bytes) -> str:
        """Store an object and return its name."""
        oid = object_id(kind, data)
        path = self.path / "objects" / oid[:2] / oid[2:]
        if not path.exists():
            write_whole(path, zlib.compress(b"%s %d\0" % (kind.encode(), len(data)) + data, 1))
        return oid

    def read(self, oid: str) -> bytes:
        """The content of an object."""
        raw = zlib.decompress((self.path / "objects" / oid[:2] / oid[2:]).read_bytes())
        return raw[raw.index(b"\0") + 1 :]

    def write_tree(self, files: dict[str, str]) -> str:
        """Store nested trees for `{path: blob id}` and return the root's name."""
        folders: dict[str, dict[str, str]] = {}
        rows: dict[str, Entry] = {}
        for path, oid in files.items():
            head, _, rest = path.partition("/")
            if rest:
                folders.setdefault(head, {})[rest] = oid
            else:
                rows[head] = Entry(FILE, oid)
        for name, below in folders.items():
            rows[name] = Entry(FOLDER, self.write_tree(below))
        # git sorts a folder as if its name ended in a slash.
        ordered = sorted(rows.items(), key=lambda row: (row[0] + "/" * (row[1].mode == FOLDER)).encode())
        body = b"".join(
            f"{entry.mode} {name}".encode() + b"\0" + bytes.fromhex(entry.oid) for name, entry in ordered
        )
        return self.write("tree", body)

    def read_tree(self, oid: str) -> dict[str, Entry]:
        """The rows of one tree, by name."""
        data, at, rows = self.read(oid), 0, {}
        while at < len(data):
            space, zero = data.index(b" ", at), data.index(b"\0", at)
            name = data[space + 1 : zero].decode()
            rows[name] = Entry(data[at:space].decode(), data[zero + 1 : zero + 21].hex())
            at = zero + 21
        return rows

    def walk(self, tree: str, below: str = "") -> Iterator[tuple[str, Entry]]:
        """Every folder and file under a tree, folders before what they hold."""
        for name, entry in self.read_tree(tree).items():
            yield below + name, entry
            if entry.mode == FOLDER:
                yield from self.walk(entry.oid, f"{below}{name}/")

    def files(self, tree: str) -> dict[str, str]:
        """`{path: blob id}` of every file under a tree."""
        return {path: entry.oid for path, entry in self.walk(tree) if entry.mode != FOLDER}

    def write_commit(self, tree: str, parents: tuple[str, ...], author: str, title: str, message: str) -> str:
        """Store a commit made now and return its name."""
        who = f"{author} <{author}@users.noreply.hub.test> {int(time.time())} +0000"
        lines = [
            f"tree {tree}",
            *(f"parent {parent}" for parent in parents),
            f"author {who}",
            f"committer {who}",
        ]
        text = f"{title}\n\n{message}".strip() + "\n"
        return self.write("commit", ("\n".join(lines) + "\n\n" + text).encode())

    def commit(self, sha: str) -> Commit:
        """Read a commit."""
        head, _, text = self.read(sha).decode().partition("\n\n")
        fields = [line.split(" ", 1) for line in head.splitlines()]
        signed = re.fullmatch(
            r"(.*) <.*> (\d+) \+0000", next(value for key, value in fields if key == "author")
        )
        assert signed is not None
        title, _, message = text.strip().partition("\n\n")
        return Commit(
            sha=sha,
            tree=next(value for key, value in fields if key == "tree"),
            parents=tuple(value for key, value in fields if key == "parent"),
            author=signed[1],
            time=int(signed[2]),
            title=title,
            message=message,
        )

    def log(self, sha: str) -> Iterator[Commit]:
        """The commit and its first parents, newest first."""
        at: str | None = sha
        while at:
            commit = self.commit(at)
            yield commit
            at = commit.parents[0] if commit.parents else None

    # References

    def refs(self) -> dict[str, str]:
        """`{"refs/heads/main": sha, ...}`, sorted by name."""
        base = self.path / "refs"
        found = (path for path in base.rglob("*") if path.is_file() and not path.name.startswith("."))
        return {path.relative_to(self.path).as_posix(): path.read_text().strip() for path in sorted(found)}

    def ref(self, name: str) -> str | None:
        """What a full reference name points to."""
        path = self.path / name
        try:
            return path.read_text().strip() if path.is_file() else None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:  # so nothing has that name
                return None
            raise

    def set_ref(self, name: str, sha: str) -> None:
        """Point a reference to a commit. The caller holds the lock."""
        write_whole(self.path / name, f"{sha}\n".encode())

    def delete_ref(self, name: str) -> None:
        """Remove a reference. The caller holds the lock."""
        (self.path / name).unlink()

    def resolve(self, revision: str) -> str | None:
        """The commit that a branch, tag, `refs/...` name or (shortened) commit id means."""
        if ".." in revision:
            return None
        for name in (
            (revision,)
            if revision.startswith("refs/")
            else (f"refs/heads/{revision}", f"refs/tags/{revision}")
        ):
            if sha := self.ref(name):
                return sha
        if not re.fullmatch(r"[0-9a-f]{7,40}", revision):
            return None
        found = list((self.path / "objects" / revision[:2]).glob(f"{revision[2:]}*"))
        return revision[:2] + found[0].name if len(found) == 1 and self._is_commit(found[0]) else None

    @staticmethod
    def _is_commit(path: Path) -> bool:
        return zlib.decompress(path.read_bytes()).startswith(b"commit ")
