"""Plans: what would change in a repository, and why. Pure data and pure functions.

Observe, diff, apply: a target tells what is there, `diff` decides, the target does it. Applying a plan
and planning again gives a plan without changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum

import msgspec

MAIN = "main"


class FileState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file by its content. A Hub tells one of the two hashes, a local file has both.

    Attributes:
        size: bytes.
        sha256: hash of the content, in hexadecimal; the Hub tells it of large files (LFS).
        blob_id: git's id of the content, in hexadecimal; the Hub tells it of all others.
    """

    size: int
    sha256: str | None = None
    blob_id: str | None = None

    def same(self, other: FileState | None) -> bool:
        """Whether two files have the same content, by a hash that both tell."""
        if other is None:
            return False
        if self.sha256 and other.sha256:
            return self.sha256 == other.sha256
        return self.blob_id is not None and self.blob_id == other.blob_id


Tree = Mapping[str, FileState]
"""The files of a repository by path, `/` as separator."""


class Ownership(msgspec.Struct, frozen=True):
    """What this tool wrote into a repository before: for each path every content that it may have left.

    More than one content is possible where a run was killed half-way.
    """

    files: Mapping[str, tuple[FileState, ...]]

    def wrote(self, path: str, state: FileState) -> bool:
        """Whether a file's present content is one that this tool wrote."""
        return any(state.same(written) for written in self.files.get(path, ()))


class Action(str, Enum):
    """What a plan does with a file."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"
    SAME = "same"
    BLOCKED = "blocked"
    """The file is somebody else's, or was edited; the whole repository waits for consent."""
    STALE = "stale"
    """Published before, not any more; kept unless pruning was asked for."""


class Change(msgspec.Struct, frozen=True):
    """One file of a plan: what happens to it, why, and its size in bytes."""

    path: str
    action: Action
    reason: str
    size: int


class Plan(msgspec.Struct, frozen=True):
    """What would change in one repository by one commit.

    Attributes:
        kind: `dataset`, `space` or `model`.
        repo_id: as `klue/klue`.
        location: where it is, for people.
        changes: every file of the wanted tree, and every own file that is no longer wanted, sorted by path.
        foreign: files in the target that are not ours; never touched.
        creates: whether the repository has to be made first.
        finishes: whether a run that was killed has left something to clean up.
        branch: what the commit goes to.
        tag: the tag to set on the result, if it is to get one.
        notes: what else a maintainer should know, a sentence each.
    """

    kind: str
    repo_id: str
    location: str
    changes: tuple[Change, ...]
    foreign: tuple[str, ...] = ()
    creates: bool = False
    finishes: bool = False
    branch: str = MAIN
    tag: str | None = None
    notes: tuple[str, ...] = ()

    def select(self, *actions: Action) -> list[Change]:
        """Return the changes of some kinds."""
        return [change for change in self.changes if change.action in actions]

    @property
    def writes(self) -> list[Change]:
        """The changes that touch the target's files."""
        return self.select(Action.ADD, Action.UPDATE, Action.DELETE)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.writes or self.tag or self.creates or self.finishes)

    @property
    def blocked(self) -> list[str]:
        """Paths that need consent first."""
        return [change.path for change in self.select(Action.BLOCKED)]

    @property
    def counts(self) -> dict[str, int]:
        """How many files each action concerns."""
        counted = Counter(change.action for change in self.changes)
        return {action.value: counted[action] for action in Action}

    @property
    def bytes_to_write(self) -> int:
        """Bytes that applying writes."""
        return sum(change.size for change in self.select(Action.ADD, Action.UPDATE))


def diff(
    wanted: Tree,
    observed: Tree,
    owned: Ownership,
    *,
    overwrite_edited: bool = False,
    prune: bool = False,
) -> tuple[list[Change], list[str]]:
    """Decide what to do with every file.

    Args:
        wanted: what the repository should hold.
        observed: what it holds.
        owned: what this tool wrote there before.
        overwrite_edited: replace files that somebody else wrote or edited.
        prune: delete own files that are no longer wanted.

    Returns:
        The changes sorted by path, and the paths that are somebody else's.
    """
    changes = [
        _wanted_file(path, state, observed.get(path), owned, overwrite_edited)
        for path, state in wanted.items()
    ]
    foreign = []
    for path, state in observed.items():
        if path in wanted:
            continue
        if not owned.wrote(path, state):
            foreign.append(path)
        elif prune:
            changes.append(Change(path, Action.DELETE, "no longer published", state.size))
        else:
            changes.append(Change(path, Action.STALE, "no longer published; --prune deletes it", state.size))
    return sorted(changes, key=lambda change: change.path), sorted(foreign)


def _wanted_file(
    path: str, wanted: FileState, there: FileState | None, owned: Ownership, overwrite_edited: bool
) -> Change:
    if there is None:
        return Change(path, Action.ADD, "new", wanted.size)
    if wanted.same(there):
        return Change(path, Action.SAME, "unchanged", wanted.size)
    if owned.wrote(path, there):
        return Change(path, Action.UPDATE, "content changed", wanted.size)
    whose = "edited since it was published" if path in owned.files else "not written by this tool"
    if overwrite_edited:
        return Change(path, Action.UPDATE, f"{whose}; replaced as asked", wanted.size)
    return Change(path, Action.BLOCKED, f"{whose}; --overwrite-edited replaces it", wanted.size)


def applied(changes: tuple[Change, ...], wanted: Tree, observed: Tree) -> dict[str, FileState]:
    """Return the tree that a plan leads to."""
    tree = dict(observed)
    for change in changes:
        if change.action in (Action.ADD, Action.UPDATE):
            tree[change.path] = wanted[change.path]
        elif change.action is Action.DELETE:
            del tree[change.path]
    return tree


def still_holds(new: Plan, approved: Plan, now: Tree, then: Tree) -> bool:
    """Whether a plan made anew touches only what an approved one was going to touch.

    Args:
        new: the plan for the repository as it is now.
        approved: the plan that a person saw.
        now: the files that the new one was made for.
        then: those that the approved one was made for.

    Returns:
        True where each write of the new plan was in the approved one and replaces the very same content.
    """
    if new.blocked:
        return False
    seen = {change.path: change.action for change in approved.writes}
    return all(
        seen.get(change.path) is change.action
        and _same_or_absent(now.get(change.path), then.get(change.path))
        for change in new.writes
    )


def _same_or_absent(left: FileState | None, right: FileState | None) -> bool:
    return left.same(right) if left else right is None


def is_covered(new: Plan, now: Tree, then: Tree, approved: Sequence[Tree]) -> bool:
    """Whether a plan made anew replaces nothing but what was seen, or was going to be written anyway.

    Somebody else may be publishing the same: then part of the work is done, and the rest is as approved.

    Args:
        new: the plan for the repository as it is now.
        now: the files that it was made for.
        then: the files when the approved plans were made.
        approved: the trees that those were to lead to.
    """
    if new.blocked:
        return False
    for change in new.writes:
        there = now.get(change.path)
        expected = [then.get(change.path), *(tree.get(change.path) for tree in approved)]
        if not (any(there.same(state) for state in expected) if there else then.get(change.path) is None):
            return False
    return True
