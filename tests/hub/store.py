"""Everything the Hub knows, in one folder: users and their tokens, repositories, old names."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import string
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from tests.hub import attributes, errors
from tests.hub.git import write_whole
from tests.hub.repo import Operation, Repo

KINDS = ("model", "dataset", "space")
Role = Literal["read", "write", "pull_requests"]

_TOKEN = re.compile(r"hf_[A-Za-z0-9]{20,}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Identity:
    """Who a token stands for, and what it allows.

    Attributes:
        user: The user's name; also a namespace of the user's own.
        role: `read`, `write`, or `pull_requests`: fine-grained, and only to open pull requests.
        orgs: The user's role in organizations: `read`, `write` or `admin`.
    """

    user: str
    role: Role = "write"
    orgs: Mapping[str, str] = field(default_factory=dict)

    def owns(self, namespace: str) -> bool:
        """Whether the user may write there, whatever the token allows."""
        return namespace == self.user or self.orgs.get(namespace) in ("write", "admin")

    def member_of(self, namespace: str) -> bool:
        """Whether the user sees private repositories there."""
        return namespace == self.user or namespace in self.orgs


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Store:
    """The folder. Tokens are kept as hashes: no file here holds one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "repos").mkdir(parents=True, exist_ok=True)

    def _read(self, name: str) -> dict[str, Any]:
        path = self.root / name
        return json.loads(path.read_bytes()) if path.exists() else {}

    def _update(self, name: str, key: str, value: object) -> None:
        with FileLock(self.root / "lock", poll_interval=0.005):
            write_whole(self.root / name, json.dumps({**self._read(name), key: value}).encode())

    # Users

    def add_token(self, identity: Identity) -> str:
        """Make a token for somebody and return it."""
        alphabet = string.ascii_letters + string.digits
        token = "hf_" + "".join(secrets.choice(alphabet) for _ in range(34))
        self._update("tokens.json", _key(token), asdict(identity))
        return token

    def identity(self, token: str) -> Identity | None:
        """Whose token it is."""
        found = self._read("tokens.json").get(_key(token))
        return Identity(**found) if found else None

    def has_token(self, text: str) -> bool:
        """Whether a text holds a token that this Hub gave out."""
        return any(self.identity(match) for match in _TOKEN.findall(text))

    # Repositories

    def _path(self, kind: str, repo_id: str) -> Path:
        return self.root / "repos" / f"{kind}s" / f"{repo_id}.git"

    def find(self, kind: str, repo_id: str) -> Repo | None:
        """The repository of exactly this name."""
        parts = repo_id.split("/")
        if len(parts) != 2 or not all(_NAME.fullmatch(part) for part in parts):
            return None
        path = self._path(kind, repo_id)
        return Repo(kind, repo_id, path) if path.is_dir() else None

    def new_name(self, kind: str, repo_id: str) -> str | None:
        """Where a repository with this old name lives now."""
        target = self._read("moved.json").get(f"{kind}s/{repo_id}")
        return target if target and self.find(kind, target) else None

    def repos(self) -> Iterator[Repo]:
        """Every repository."""
        for kind in KINDS:
            base = self.root / "repos" / f"{kind}s"
            for path in sorted(base.glob("*/*.git")):
                yield Repo(kind, f"{path.parent.name}/{path.stem}", path)

    def create(self, kind: str, repo_id: str, author: str, *, private: bool = False, sdk: str = "") -> Repo:
        """Make a repository with the first commit that the Hub gives it.

        Raises:
            HubError: it exists, or the name is no name.
        """
        if not all(_NAME.fullmatch(part) for part in repo_id.split("/")) or repo_id.count("/") != 1:
            raise errors.HubError(400, f'Invalid repository name: "{repo_id}"')
        made = Repo(kind, repo_id, Path(tempfile.mkdtemp(dir=self.root / "repos", prefix=".new-")))
        made.git.init()
        settings = {
            "private": private,
            "gated": False,
            "disabled": False,
            "sdk": sdk,
            "created": int(time.time()),
        }
        write_whole(made.path / "hub.json", json.dumps(settings).encode())
        made.commit(_first_files(kind, repo_id, sdk), author=author, title="initial commit")
        target = self._path(kind, repo_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            made.path.rename(target)
        except OSError:
            shutil.rmtree(made.path)
            raise errors.HubError(409, f"You already created this {kind} repo") from None
        return Repo(kind, repo_id, target)

    def delete(self, repo: Repo) -> None:
        """Remove a repository at once."""
        grave = Path(tempfile.mkdtemp(dir=self.root / "repos", prefix=".gone-"))
        repo.path.rename(grave / "repo")
        shutil.rmtree(grave)


    def alias(self, kind: str, old: str, new: str) -> None:
        """Let an old name, with or without a namespace, redirect."""
        self._update("moved.json", f"{kind}s/{old}", new)


def _first_files(kind: str, repo_id: str, sdk: str) -> list[Operation]:
    files = [Operation(".gitattributes", data=attributes.initial(kind))]
    if kind == "space":
        name = repo_id.rpartition("/")[2]
        title = " ".join(word.capitalize() for word in re.split(r"[-_ ]+", name))
        version = "sdk_version: 6.31.0\napp_file: app.py\n" if sdk == "gradio" else ""
        card = (
            f"---\ntitle: {title}\nemoji: 📊\ncolorFrom: blue\ncolorTo: green\nsdk: {sdk}\n{version}pinned: false\n---\n\n"
            "Check out the configuration reference at https://huggingface.co/docs/hub/spaces-config-reference\n"
        )
        files.append(Operation("README.md", data=card.encode()))
    return files
