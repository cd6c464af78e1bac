"""The form of a Hub's answers. huggingface_hub takes it for granted, and would hand on whatever came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import msgspec
from huggingface_hub import GitRefInfo
from huggingface_hub.hf_api import RepoFile

from .hub_errors import UNLIKE_A_HUB
from .plan import FileState

Answer = TypeVar("Answer")
Size = Annotated[int, msgspec.Meta(ge=0)]
Hash = Annotated[str, msgspec.Meta(min_length=1)]
Commit = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40}$")]


class Token(msgspec.Struct, frozen=True):
    """The token that asks, and what it may do."""

    role: str | None = None


class Auth(msgspec.Struct, frozen=True):
    """How the account was recognised."""

    token: Token | None = msgspec.field(default=None, name="accessToken")


class Account(msgspec.Struct, frozen=True):
    """Who a token belongs to."""

    name: str
    auth: Auth | None = None


class Refs(msgspec.Struct, frozen=True):
    """Branches and tags, each with its commit."""

    branches: dict[str, str]
    tags: dict[str, str]


def as_expected(answer: Any, kind: type[Answer]) -> Answer:
    """Return an answer, if it has the expected form.

    Raises:
        ValueError: it has another one.
    """
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{UNLIKE_A_HUB} ({error})") from None


def commits(refs: Iterable[GitRefInfo]) -> dict[str, str]:
    """Return the commit of each branch or tag."""
    return dict(as_expected((ref.name, ref.target_commit), tuple[str, Commit]) for ref in refs)


def file_of(entry: RepoFile) -> tuple[str, FileState]:
    """Return a file's path and what the Hub tells of its content: its size, and one hash.

    Raises:
        ValueError: one of them is missing or of another form; without a hash nobody could tell whose
            content it is.
    """
    told = (entry.lfs.size, entry.lfs.sha256) if entry.lfs else (entry.size, entry.blob_id)
    path, size, content = as_expected((entry.path, *told), tuple[str, Size, Hash])
    return path, FileState(size, sha256=content) if entry.lfs else FileState(size, blob_id=content)
