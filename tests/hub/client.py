"""A test's handle on the Hub: starts the process, looks at its state on disk, orders faults."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hub.faults import Fault, Request
from tests.hub.git import Commit
from tests.hub.repo import Operation, Repo
from tests.hub.store import Identity, Store

ROOT = Path(__file__).resolve().parents[2]

__all__ = ["Fault", "Gate", "Hub"]


@dataclass
class Gate:
    """A request that waits at the server until the test lets it go."""

    hub: Hub
    number: int

    def reached(self, alive: Callable[[], object] = lambda: None) -> bool:
        """Wait until a request stands here; False if `alive` says something else than None first."""
        while alive() is None:
            if self.hub.call("GET", f"gates/{self.number}?wait=0.2")["reached"]:
                return True
        return False

    def release(self) -> None:
        """Let it go on."""
        self.hub.call("POST", f"gates/{self.number}")


class Hub:
    """The Hub as a process of its own."""

    def __init__(self, root: Path, *, offers_xet: bool = False) -> None:
        self.root = root
        self.store = Store(root / "state")
        self.tokens: list[str] = []
        self._homes = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub", "--root", str(root / "state"), *["--xet"] * offers_xet],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.endpoint = self._process.stdout.readline().strip()
        if not self.endpoint:
            raise RuntimeError("the Hub did not start")

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Give an order to the server."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/-/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    # People

    def token(
        self, user: str, *, role: str = "write", orgs: Mapping[str, str] = {}, can_pr_only: bool = False
    ) -> str:
        """Make a token: `role` is what it allows, `orgs` the user's role in organisations."""
        allowed: Any = "pull_requests" if can_pr_only else role
        self.tokens.append(self.store.add_token(Identity(user, allowed, dict(orgs))))
        return self.tokens[-1]

    def env(self, token: str | None = None) -> dict[str, str]:
        """The environment of a fresh process that knows this Hub, and nothing else of Hugging Face."""
        self._homes += 1
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
        return {
            **kept,
            "HF_ENDPOINT": self.endpoint,
            "HF_HOME": str(self.root / f"home-{self._homes}"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_UPDATE_DOWNLOAD_COUNTS": "0",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            **({"HF_TOKEN": token} if token else {}),
        }

    # State, read and changed on disk

    def _repo(self, kind: str, repo_id: str) -> Repo:
        repo = self.store.find(kind, repo_id)
        assert repo is not None, f"there is no {kind} {repo_id}"
        return repo

    def commit(self, kind: str, repo_id: str, files: Mapping[str, bytes | None], *, message: str) -> str:
        """Commit for somebody else; makes the repository if need be. None deletes."""
        repo = self.store.find(kind, repo_id) or self.store.create(
            kind, repo_id, "somebody", sdk="gradio" if kind == "space" else ""
        )
        operations = []
        for path, data in files.items():
            if data is not None and b"\0" in data:
                operations.append(Operation(path, sha256=repo.store_large(data), size=len(data)))
            else:
                operations.append(Operation(path, data=data))
        return repo.commit(operations, author="somebody", title=message)

    def propose(self, kind: str, repo_id: str, files: Mapping[str, bytes], *, title: str) -> int:
        """Open a pull request for somebody else; return its number."""
        repo = self._repo(kind, repo_id)
        operations = [Operation(path, data=data) for path, data in files.items()]
        number, _ = repo.open_pull(operations, base=repo.resolve("main"), author="somebody", title=title, message="")
        return number

    def branch(self, kind: str, repo_id: str, name: str) -> None:
        """Make a branch at the head of `main`, for somebody else."""
        repo = self._repo(kind, repo_id)
        repo.git.set_ref(f"refs/heads/{name}", repo.resolve("main"))

    def commits(self, kind: str, repo_id: str, revision: str = "main") -> list[Commit]:
        """History, newest first."""
        repo = self._repo(kind, repo_id)
        return list(repo.git.log(repo.resolve(revision)))

    def files(self, kind: str, repo_id: str, revision: str = "main") -> dict[str, bytes]:
        """Content by path."""
        repo = self._repo(kind, repo_id)
        return {path: repo.content(oid) for path, oid in repo.paths(repo.resolve(revision)).items()}

    def refs(self, kind: str, repo_id: str, group: str) -> dict[str, str]:
        """Commits by name, of `heads`, `tags` or `pr`."""
        start = f"refs/{group}/"
        found = self._repo(kind, repo_id).git.refs()
        return {ref.removeprefix(start): sha for ref, sha in found.items() if ref.startswith(start)}

    def tags(self, kind: str, repo_id: str) -> dict[str, str]:
        """Commits by tag."""
        return self.refs(kind, repo_id, "tags")

    def branches(self, kind: str, repo_id: str) -> list[str]:
        """Names of branches."""
        return list(self.refs(kind, repo_id, "heads"))

    def pulls(self, kind: str, repo_id: str) -> dict[int, dict[str, Any]]:
        """Pull requests by number."""
        return self._repo(kind, repo_id).pulls

    def repos(self) -> list[tuple[str, str]]:
        """Kind and id of every repository."""
        return [(repo.kind, repo.repo_id) for repo in self.store.repos()]

    def change(self, kind: str, repo_id: str, **settings: object) -> None:
        """Change `private`, `gated` or `disabled`."""
        self._repo(kind, repo_id).change_settings(**settings)

    def rename(self, kind: str, old: str, new: str) -> None:
        """Let an old name, such as `klue`, lead to a repository."""
        self.store.alias(kind, old, new)

    # Faults and the record

    def fault(self, fault: Fault) -> int:
        """Order a fault."""
        return int(self.call("POST", "faults", fault.to_json())["number"])

    def gate(self, path: str, *, method: str = ".*", skip: int = 0, before: bool = True) -> Gate:
        """Let the next matching request wait, before it is handled or before it is answered."""
        action = "gate" if before else "apply-then-gate"
        return Gate(self, self.fault(Fault(method=method, path=path, action=action, skip=skip)))

    def clear_faults(self) -> None:
        """Forget all faults."""
        self.call("DELETE", "faults")

    @property
    def faults_met(self) -> int:
        """How many requests met a fault since the last `clear_faults`."""
        return int(self.call("GET", "faults")["met"])

    @property
    def requests(self) -> list[Request]:
        """Every request since the last `clear_requests`."""
        return [Request(**row) for row in self.call("GET", "requests")]

    def clear_requests(self) -> None:
        """Forget the record."""
        self.call("DELETE", "requests")
