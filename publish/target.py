"""The interface of the places that repositories are published to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from .plan import MAIN
from .repository import Consent, Observed, Step

OFFICIAL_HUB = "https://huggingface.co"

Moved = Callable[[int], None]
"""Takes a number of bytes that reached the target."""


class Pushed(msgspec.Struct, frozen=True):
    """What became of a step.

    Attributes:
        url: where to look at it.
        commit: made or found there, if the target has commits.
        pull_request: the page of the pull request, if it is one.
    """

    url: str
    commit: str | None = None
    pull_request: str | None = None


class Target(Protocol):
    """A place that holds repositories."""

    @property
    def name(self) -> str:
        """The place, for people."""

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""

    @property
    def keeps_history(self) -> bool:
        """Whether it has commits and tags, or just files."""

    def location(self, kind: str, repo_id: str) -> str:
        """Return where a repository is, for people."""

    def observe(self, kind: str, repo_id: str, revision: str = MAIN) -> Observed:
        """Look at a repository."""

    def read(self, kind: str, repo_id: str, path: str, revision: str | None) -> bytes:
        """Return the content of a file, to show what a person changed in it."""

    def push(self, step: Step, consent: Consent, moved: Moved) -> Pushed:
        """Make the repository as the step says, and look again whether it is so."""

    def locked(self) -> AbstractContextManager[None]:
        """Keep other runs away, where the target does not see to it itself."""
