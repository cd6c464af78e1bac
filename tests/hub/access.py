"""Who may see and do what."""

from __future__ import annotations

from aiohttp import web

from tests.hub import errors
from tests.hub.repo import Repo
from tests.hub.store import Identity, Store

STORE: web.AppKey[Store] = web.AppKey("store", Store)
PREFIXES = {"model": "", "dataset": "datasets/", "space": "spaces/"}
KIND_OF = {"models": "model", "datasets": "dataset", "spaces": "space"}


class MovedRepoError(Exception):
    """The repository has another name now."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(new)
        self.old, self.new = old, new


def identity(request: web.Request) -> Identity | None:
    """Whom the request's token stands for; None without a token.

    Raises:
        HubError: the token is not known.
    """
    value = request.headers.get("Authorization", "")
    if not value.startswith("Bearer "):
        return None
    found = request.app[STORE].identity(value.removeprefix("Bearer "))
    if found is None:
        raise errors.bad_token()
    return found


def repo_of(request: web.Request) -> Repo:
    """The repository of the address, if the asker may know of it.

    Raises:
        HubError: it is absent, or hidden from the asker.
        MovedRepoError: it has another name now.
    """
    store = request.app[STORE]
    kind = KIND_OF[request.match_info.get("kinds") or "models"]
    repo_id = request.match_info["repo"]
    repo, user = store.find(kind, repo_id), identity(request)
    if repo is None:
        new = store.new_name(kind, repo_id)
        if new:
            raise MovedRepoError(repo_id, new)
        raise errors.no_repo() if user else errors.unauthenticated()
    if repo.settings["private"] and not (user and user.member_of(repo.namespace)):
        raise errors.no_repo() if user else errors.unauthenticated()
    if repo.settings["disabled"]:
        raise errors.disabled()
    return repo


def check_gate(request: web.Request, repo: Repo) -> None:
    """Refuse files of a gated repository.

    Raises:
        HubError: the asker has no access.
    """
    user = identity(request)
    if repo.settings["gated"] and not (user and user.member_of(repo.namespace)):
        raise errors.gated(repo.kind, repo.repo_id, user is not None)


def writer(request: web.Request, repo: Repo, *, proposes: bool = False) -> Identity:
    """Whoever may write to a repository, or propose to.

    Raises:
        HubError: nobody, or somebody without the right.
    """
    user = identity(request)
    if user is None:
        raise errors.unauthenticated()
    if user.role == "read":
        raise errors.read_token()
    if proposes:
        return user
    if user.role == "pull_requests":
        raise errors.moved_head()  # what the Hub tells such a token, oddly
    if not user.owns(repo.namespace):
        raise errors.not_yours()
    return user
