"""A plan as operations of huggingface_hub, with its files open and their bytes counted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete

from . import manifest as manifests
from .plan import Action
from .repository import Step
from .target import Moved


class CountedFile(io.BufferedReader):
    """A file that tells how far it was read, each byte once.

    Attributes:
        moved: told of bytes that are read for the first time; set once hashing, which reads too, is done.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb", buffering=0))
        self.moved: Moved | None = None
        self._furthest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and tell."""
        content = super().read(-1 if size is None else size)
        if self.moved and self.tell() > self._furthest:
            self.moved(self.tell() - self._furthest)
            self._furthest = self.tell()
        return content


@contextmanager
def operations(step: Step, moved: Moved) -> Iterator[list[CommitOperationAdd | CommitOperationDelete]]:
    """Open the files of a plan.

    They are handed over as binary buffers: those go the LFS way, which Hubs with and without Xet have,
    while a path makes the client insist on Xet wherever `hf_xet` is installed.
    """
    with ExitStack() as stack:
        changes: list[CommitOperationAdd | CommitOperationDelete] = []
        for change in step.plan.select(Action.ADD, Action.UPDATE):
            if change.path == manifests.PATH:
                changes.append(CommitOperationAdd(change.path, step.release.manifest.dump()))
                continue
            file = stack.enter_context(CountedFile(step.release.files[change.path]))
            changes.append(CommitOperationAdd(change.path, file))
            file.moved = moved
        changes += [CommitOperationDelete(change.path) for change in step.plan.select(Action.DELETE)]
        yield changes
