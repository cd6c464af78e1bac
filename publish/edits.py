"""What a person changed in a file that this tool would replace, as a diff."""

from __future__ import annotations

import difflib

from . import manifest as manifests
from .repository import Step
from .target import Target

LONGEST = 1_000_000  # bytes; nobody reads the diff of a larger file
SHOWN = 24  # lines of each diff, unless all are asked for


def edits_text(target: Target, step: Step, *, whole: bool) -> str:
    """Return the differences between the blocked files as they are there and as they would be written.

    Args:
        target: where they are.
        step: the plan that is blocked.
        whole: show every line of every diff.
    """
    parts = []
    for path in step.plan.blocked:
        local = step.release.files.get(path)
        too_large = max(step.observed.tree[path].size, step.release.tree[path].size) > LONGEST
        if path == manifests.PATH or local is None or too_large:
            continue
        theirs = target.read(step.plan.kind, step.plan.repo_id, path, step.observed.head)
        parts.append(_diff(path, theirs, local.read_bytes(), whole))
    return "\n".join(part for part in parts if part)


def _diff(path: str, theirs: bytes, ours: bytes, whole: bool) -> str:
    try:
        before, after = theirs.decode().splitlines(), ours.decode().splitlines()
    except UnicodeDecodeError:
        return ""
    lines = list(difflib.unified_diff(before, after, f"there/{path}", f"wanted/{path}", lineterm=""))
    if len(lines) > SHOWN and not whole:
        more = len(lines) - SHOWN
        lines = [*lines[:SHOWN], f"... {more} more lines; --verbose shows all"]
    return "\n".join(lines)
