"""What can go wrong while publishing, each as text that is meant to be shown as it is."""

from __future__ import annotations

import errno
from pathlib import Path

from klue_hub.datasets.klue import KlueError

from .plan import Plan


class PublishError(KlueError):
    """Publishing cannot go on; the text says what to do."""


class TargetError(PublishError):
    """The target folder cannot be used."""


class ManifestError(PublishError):
    """A manifest in the target that this tool cannot read."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}; it says which files this tool wrote, so nothing was changed. "
            "Restore it from a backup, or publish to another folder"
        )


class EditedFilesError(PublishError):
    """Files in the target that this tool did not write, or that a person changed since."""

    def __init__(self, repository: str, paths: list[str]) -> None:
        listing = "".join(f"\n  {path}" for path in paths)
        count = "1 file" if len(paths) == 1 else f"{len(paths)} files"
        super().__init__(
            f"{repository}: {count} not written by this tool, or edited since:{listing}\n"
            "nothing was written; move them away, or add --overwrite-edited to replace them"
        )


class MovedError(PublishError):
    """The repository changed while the run was on, so that the plan no longer fits.

    Attributes:
        plan: what it would take now, to be shown.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            f"{plan.repo_id} changed since the plan was shown, and it would now do other things; "
            "nothing was written there, look at the new plan and run again"
        )
        self.plan = plan


class StoppedError(PublishError):
    """The person at the keyboard stopped the run."""


class VerifyError(PublishError):
    """The target does not hold what was planned, after applying."""


def describe_os_error(error: OSError, doing: str) -> str:
    """Return one line for a failed file operation: what, where, and what to do.

    Args:
        error: what the system said.
        doing: the operation, as `writing to hub`.
    """
    path = f" {error.filename}" if error.filename else ""
    fixes = {
        errno.ENOSPC: "no space left; free some and run again, finished files are kept",
        errno.EDQUOT: "the disk quota is used up; free some space and run again, finished files are kept",
        errno.EACCES: "not permitted; see who may read or write there",
        errno.EPERM: "not permitted; see who may read or write there",
        errno.EROFS: "the file system is read-only; choose a place you may write to",
        errno.ENOTDIR: "a part of the path is a file; choose a folder",
        errno.ENAMETOOLONG: "the path is too long; choose a shorter one",
    }
    # Arrow's writer gives the number only in its text.
    number = error.errno or (errno.ENOSPC if f"[Errno {errno.ENOSPC}]" in str(error) else 0)
    problem = fixes.get(number, error.strerror or str(error))
    return f"{doing} failed at{path}: {problem}" if path else f"{doing} failed: {problem}"
