"""Looking at repositories of a Hub: heads, file lists, tags. Nothing is downloaded to compare files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from . import manifest as manifests
from .errors import PublishError
from .hub_calls import HubCalls
from .hub_errors import explain
from .manifest import Manifest
from .plan import MAIN, FileState, Ownership
from .repository import Observed, owned_files

Result = TypeVar("Result")

PAGES = {"dataset": "datasets/", "space": "spaces/", "model": ""}


class HubView:
    """Repositories of a Hub, as they are."""

    def __init__(self, endpoint: str, calls: HubCalls) -> None:
        """Take the Hub's address, without a slash at its end, and the way to call it."""
        self.endpoint = endpoint
        self.api = HfApi(endpoint=endpoint)  # finds the token itself, as all Hugging Face tools do
        self.calls = calls

    @property
    def name(self) -> str:
        """The Hub's address."""
        return self.endpoint

    def location(self, kind: str, repo_id: str) -> str:
        """Return the page of a repository."""
        return f"{self.endpoint}/{PAGES[kind]}{repo_id}"

    def check_token(self) -> str:
        """Return who the token belongs to.

        Raises:
            PublishError: there is none, it is not valid, or it may only read.
        """
        account: dict[str, Any] = self.call("", "asking who the token belongs to", self.api.whoami)
        role = account.get("auth", {}).get("accessToken", {}).get("role")
        if role == "read":
            raise PublishError(
                f"the token of {account['name']} may only read; make one with write access at "
                f"{self.endpoint}/settings/tokens and sign in with: hf auth login"
            )
        return str(account["name"])

    def observe(self, kind: str, repo_id: str, revision: str = MAIN) -> Observed:
        """Look at a repository: head, file list, tags and manifest; no other file is downloaded.

        Raises:
            PublishError: the Hub refuses, or does not answer.
            ManifestError: the manifest cannot be read.
        """
        head = self.head(kind, repo_id, revision)
        if head is None:
            exists = revision != MAIN or self._exists(kind, repo_id)
            return Observed(exists=exists, tree={}, manifest=None, owned=Ownership({}))
        tree = self._tree(kind, repo_id, head)
        manifest = self._manifest(kind, repo_id, head) if manifests.PATH in tree else None
        return Observed(
            exists=True,
            tree=tree,
            manifest=manifest,
            owned=owned_files(manifest, None, tree),
            head=head,
            tags=self.tags(kind, repo_id),
        )

    def head(self, kind: str, repo_id: str, revision: str) -> str | None:
        """Return the commit of a revision; None if there is no such revision or repository."""

        def ask() -> str | None:
            try:
                return self.api.repo_info(repo_id, repo_type=kind, revision=revision).sha
            except GatedRepoError:
                raise
            except (RepositoryNotFoundError, RevisionNotFoundError):
                return None

        return self.call(repo_id, f"looking at {revision}", ask)

    def tags(self, kind: str, repo_id: str) -> dict[str, str]:
        """Return the commit of every tag."""
        refs = self.call(repo_id, "reading tags", lambda: self.api.list_repo_refs(repo_id, repo_type=kind))
        return {tag.name: tag.target_commit for tag in refs.tags}

    def _exists(self, kind: str, repo_id: str) -> bool:
        return self.call(repo_id, "looking for it", lambda: self.api.repo_exists(repo_id, repo_type=kind))

    def _tree(self, kind: str, repo_id: str, head: str) -> dict[str, FileState]:
        entries = self.call(
            repo_id,
            "reading the file list",
            lambda: list(self.api.list_repo_tree(repo_id, recursive=True, repo_type=kind, revision=head)),
        )
        return {entry.path: _state(entry) for entry in entries if isinstance(entry, RepoFile)}

    def _manifest(self, kind: str, repo_id: str, head: str) -> Manifest:
        content = self.read(kind, repo_id, manifests.PATH, head)
        return manifests.load(content, f"{self.location(kind, repo_id)}/blob/{MAIN}/{manifests.PATH}")

    def read(self, kind: str, repo_id: str, path: str, revision: str | None) -> bytes:
        """Return the content of a file."""
        url = hf_hub_url(repo_id, path, repo_type=kind, revision=revision, endpoint=self.endpoint)

        def get() -> bytes:
            response = get_session().get(url, headers=build_hf_headers())
            hf_raise_for_status(response)
            return bytes(response.content)

        return self.call(repo_id, f"reading {path}", get)

    def call(self, repo_id: str, doing: str, function: Callable[[], Result]) -> Result:
        """Call the Hub with patience.

        Raises:
            PublishError: it refused, or did not answer in time.
        """
        try:
            return self.calls.call(f"{repo_id}: {doing}" if repo_id else doing, function)
        except Exception as error:
            raise explain(error, doing, repo_id, self.endpoint) from error


def _state(entry: RepoFile) -> FileState:
    if entry.lfs:
        return FileState(entry.lfs.size, sha256=entry.lfs.sha256)
    return FileState(entry.size, blob_id=entry.blob_id)
