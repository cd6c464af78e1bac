"""Repositories as they should be and as they are, and the step from one to the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import msgspec

from . import manifest as manifests
from .errors import PublishError
from .manifest import Journal, Manifest
from .plan import MAIN, Action, FileState, Ownership, Plan, applied, diff

CARD = "README.md"


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A state that a repository should have: one commit of its history.

    Attributes:
        files: every file that can be written, by path, as local files; the manifest apart.
        manifest: what the repository will say of itself.
        title: of the commit.
        tag: the tag that the commit should have, if any.
        branch: where the commit belongs; a branch other than `main` is made for it and removed after tagging.
        notes: what a maintainer should know, a sentence each.
    """

    kind: str
    repo_id: str
    files: Mapping[str, Path]
    manifest: Manifest
    title: str
    tag: str | None = None
    branch: str = MAIN
    notes: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """Of the commit."""
        tool = self.manifest.tool
        return f"By {tool.name} {tool.version}; {manifests.PATH} says what from."

    @property
    def tree(self) -> dict[str, FileState]:
        """Every file that should be there, the manifest included."""
        return full_tree(self.manifest)


def full_tree(manifest: Manifest) -> dict[str, FileState]:
    """Return every file of a repository that is as a manifest says, the manifest included."""
    return {**manifest.files, manifests.PATH: content_state(manifest.dump())}


@dataclass(frozen=True, kw_only=True)
class Observed:
    """A repository as it is; one that does not exist has no files.

    Attributes:
        read_manifest: fetches what the repository says of itself, if it does. Asked only where it matters: a
            repository whose file list is as wanted needs no more requests.
        journal: of a run that was killed, in a folder.
        head: the commit that was looked at, if the target has commits and the repository has one.
        tags: commit by name.
        is_unfinished: whether a run that was killed has left something to clean up.
        is_initial: whether there is nothing but the Hub's own first commit, which is nobody's work.
    """

    exists: bool
    tree: Mapping[str, FileState]
    read_manifest: Callable[[], Manifest | None] = field(default=lambda: None, repr=False)
    journal: Journal | None = None
    head: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    is_unfinished: bool = False
    is_initial: bool = False

    @cached_property
    def manifest(self) -> Manifest | None:
        """What the repository says of itself."""
        return self.read_manifest()

    @cached_property
    def owned(self) -> Ownership:
        """What this tool wrote: what manifest and journal name, and the manifest itself."""
        owned = dict(manifests.ownership(self.manifest, self.journal).files)
        if manifests.PATH in self.tree:
            owned[manifests.PATH] = (self.tree[manifests.PATH],)
        if self.is_initial and CARD in self.tree:
            owned[CARD] = (self.tree[CARD],)
        return Ownership(owned)

    def saying(self, manifest: Manifest) -> Observed:
        """Return the repository as it will be once it is as a manifest says, for planning ahead."""
        return replace(self, tree={**self.tree, **full_tree(manifest)}, read_manifest=lambda: manifest)

    def is_settled(self, tree: Mapping[str, FileState]) -> bool:
        """Whether every file of a tree is there, its manifest too, and no killed run has left others."""
        return self.journal is None and all(state.same(self.tree.get(path)) for path, state in tree.items())


class Consent(msgspec.Struct, frozen=True):
    """What the maintainer allowed beforehand."""

    overwrite_edited: bool = False
    prune: bool = False


class Step(msgspec.Struct, frozen=True):
    """A plan with all that it was made from."""

    plan: Plan
    release: Release
    observed: Observed


def file_state(path: Path) -> FileState:
    """Return a local file's size and hashes."""
    size = path.stat().st_size
    sha256, blob = hashlib.sha256(), _blob_hash(size)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
            blob.update(chunk)
    return FileState(size, sha256.hexdigest(), blob.hexdigest())


def content_state(content: bytes) -> FileState:
    """Return the size and hashes of a file's content."""
    blob = _blob_hash(len(content))
    blob.update(content)
    return FileState(len(content), hashlib.sha256(content).hexdigest(), blob.hexdigest())


def _blob_hash(size: int) -> hashlib._Hash:
    return hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)


def plan_release(release: Release, observed: Observed, location: str, consent: Consent) -> Step:
    """Return what it takes to make a repository as wanted.

    Raises:
        PublishError: a file that is wanted as it was published is no longer there to keep.
    """
    # Files that the tool left behind are named in the manifest: where that is as wanted, there are none.
    owned = Ownership({}) if observed.is_settled(release.tree) else observed.owned
    changes, foreign = diff(
        release.tree,
        observed.tree,
        owned,
        overwrite_edited=consent.overwrite_edited,
        prune=consent.prune,
    )
    unavailable = [
        change.path
        for change in changes
        if change.action in (Action.ADD, Action.UPDATE)
        and change.path not in release.files
        and change.path != manifests.PATH
    ]
    if unavailable:
        raise PublishError(
            f"{location}: {', '.join(unavailable)} published before, gone or changed since, "
            "and not built by this run; publish everything at once (without --config and --partial)"
        )
    plan = Plan(
        release.kind,
        release.repo_id,
        location,
        tuple(changes),
        tuple(foreign),
        creates=not observed.exists,
        finishes=observed.is_unfinished,
        branch=release.branch,
        tag=release.tag if release.tag not in observed.tags else None,
        notes=release.notes,
    )
    return Step(plan, release, observed)


def after(step: Step) -> Observed:
    """Return the repository as a step leaves it, for planning the next one."""
    if step.release.branch != MAIN:
        return replace(step.observed, tags=_tagged(step))
    return Observed(
        exists=True,
        tree=applied(step.plan.changes, step.release.tree, step.observed.tree),
        read_manifest=lambda: step.release.manifest,
        tags=_tagged(step),
    )


def _tagged(step: Step) -> dict[str, str]:
    return {**step.observed.tags, **({step.plan.tag: ""} if step.plan.tag else {})}
