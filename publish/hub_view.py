"""Looking at repositories of a Hub: heads, file lists, tags. Nothing is downloaded to compare files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from . import manifest as manifests
from .errors import PublishError
from .hub_answers import Account, Commit, Refs, as_expected, commits, file_of
from .hub_calls import HubCalls
from .hub_errors import explain
from .manifest import Manifest
from .plan import MAIN, FileState
from .repository import Observed

Result = TypeVar("Result")

# What the Hub gives to a new Space.
INITIAL_FILES = {".gitattributes", "README.md"}
INITIAL_TITLE = "initial commit"
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
        account = self.call(
            "", "asking who the token belongs to", lambda: as_expected(self.api.whoami(), Account)
        )
        token = account.auth.token if account.auth else None
        if token and token.role == "read":
            raise PublishError(
                f"the token of {account.name} may only read; make one with write access at "
                f"{self.endpoint}/settings/tokens and sign in with: hf auth login"
            )
        return account.name

    def observe(self, kind: str, repo_id: str, revision: str = MAIN) -> Observed:
        """Look at a repository: head, file list, tags and manifest; no other file is downloaded.

        Raises:
            PublishError: the Hub refuses, or does not answer.
            ManifestError: the manifest cannot be read.
        """
        refs = self._refs(kind, repo_id)
        if refs is None:
            return Observed(exists=False, tree={})
        tags, heads = refs.tags, refs.branches
        head = heads.get(revision) or (self.head(kind, repo_id, revision) if "/" in revision else None)
        if head is None:
            return Observed(exists=True, tree={}, tags=tags)
        tree = self._tree(kind, repo_id, head)
        return Observed(
            exists=True,
            tree=tree,
            read_manifest=partial(self._manifest, kind, repo_id, head, tree),
            head=head,
            tags=tags,
            is_initial=kind == "space" and set(tree) <= INITIAL_FILES and self._is_new(repo_id, head),
        )

    def _is_new(self, repo_id: str, head: str) -> bool:
        """Whether the history of a Space is the one commit that the Hub makes with it."""
        commits = self.call(
            repo_id,
            "reading the history",
            lambda: self.api.list_repo_commits(repo_id, repo_type="space", revision=head),
        )
        return [commit.title for commit in commits] == [INITIAL_TITLE]

    def head(self, kind: str, repo_id: str, revision: str) -> str | None:
        """Return the commit of a revision; None if there is no such revision or repository."""

        def ask() -> str | None:
            try:
                info = self.api.repo_info(repo_id, repo_type=kind, revision=revision)
                return as_expected(info.sha, Commit)
            except GatedRepoError:
                raise
            except (RepositoryNotFoundError, RevisionNotFoundError):
                return None

        return self.call(repo_id, f"looking at {revision}", ask)

    def _refs(self, kind: str, repo_id: str) -> Refs | None:
        """Return branches and tags with their commits; None if there is no such repository."""

        def ask() -> Refs | None:
            try:
                refs = self.api.list_repo_refs(repo_id, repo_type=kind)
            except GatedRepoError:
                raise
            except RepositoryNotFoundError:
                return None
            return Refs(commits(refs.branches), commits(refs.tags))

        return self.call(repo_id, "looking at it", ask)

    def tags(self, kind: str, repo_id: str) -> dict[str, str]:
        """Return the commit of every tag."""
        refs = self._refs(kind, repo_id)
        return refs.tags if refs else {}

    def _tree(self, kind: str, repo_id: str, head: str) -> dict[str, FileState]:
        def ask() -> dict[str, FileState]:
            entries = self.api.list_repo_tree(repo_id, recursive=True, repo_type=kind, revision=head)
            return dict(file_of(entry) for entry in entries if isinstance(entry, RepoFile))

        return self.call(repo_id, "reading the file list", ask)

    def _manifest(self, kind: str, repo_id: str, head: str, tree: Mapping[str, FileState]) -> Manifest | None:
        if manifests.PATH not in tree:
            return None
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
