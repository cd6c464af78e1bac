"""What every kind of repository has in common: contents are staged as files, and become releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from . import manifest as manifests
from .manifest import Manifest
from .plan import MAIN
from .repository import Observed, Release, file_state, full_tree

Say = Callable[[str], None]
"""Takes a line for the person who waits."""


class Content(Protocol):
    """One repository and what it should hold."""

    @property
    def kind(self) -> str:
        """`dataset`, `space` or `model`."""

    @property
    def repo_id(self) -> str:
        """As `klue/klue`."""

    def releases(
        self, observed: Observed, tags: Mapping[str, str] | None, stage: Path, say: Say
    ) -> list[Release]:
        """Build the states that the repository should go through, the last being what it should hold.

        Args:
            observed: the repository as it is.
            tags: its tags; None for a target that keeps no history.
            stage: an empty folder for the files.
            say: told of each part that is done.

        Raises:
            KlueError: it cannot be built; the text says what to do.
        """


def stage_files(stage: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    """Write contents below a staging folder and return where each is."""
    files = {}
    for path, content in contents.items():
        files[path] = stage / path
        files[path].parent.mkdir(parents=True, exist_ok=True)
        files[path].write_bytes(content)
    return files


def make_release(
    content: Content,
    contents: Mapping[str, bytes],
    stage: Path,
    observed: Observed,
    *,
    prune: bool,
    libraries: tuple[str, ...] = (),
    tag: str | None = None,
    title: str,
) -> Release:
    """Stage contents and describe them, for a repository of which every file is written each time."""
    files = stage_files(stage, contents)
    states = {path: file_state(local) for path, local in sorted(files.items())}
    manifest = Manifest(
        format=manifests.FORMAT,
        tool=manifests.this_tool(*libraries),
        kind=content.kind,
        repo_id=content.repo_id,
        files=states,
    )
    if not prune:
        manifest = with_left_behind(manifest, observed)
    return Release(
        kind=content.kind,
        repo_id=content.repo_id,
        files=files,
        manifest=manifest,
        title=title,
        tag=tag,
        branch=MAIN,
    )


def with_left_behind(manifest: Manifest, observed: Observed) -> Manifest:
    """Add to a manifest what is ours and there, and is not published any more."""
    if observed.is_settled(full_tree(manifest)):
        return manifest
    stale = {
        path: state
        for path, state in sorted(observed.tree.items())
        if path not in manifest.files and path != manifests.PATH and observed.owned.wrote(path, state)
    }
    return msgspec.structs.replace(manifest, stale=stale)
