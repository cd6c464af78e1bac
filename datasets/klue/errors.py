"""What can go wrong with a user's data, each as one sentence that says how to mend it."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path


class KlueError(ValueError):
    """Base of every error that a user can mend; its text is meant to be shown as it is."""


class UnknownNameError(KlueError):
    """A config, split or data version that does not exist."""

    def __init__(self, kind: str, name: object, known: list[str]) -> None:
        super().__init__(
            f"unknown {kind} {name!r}{nearest(str(name), known)}; choose from {', '.join(known)}"
        )


class RawDataError(KlueError):
    """A raw file that cannot be read as its format demands.

    Args:
        path: the file.
        where: the place in it, as `line 7` or `row 3, field $.label`; empty for the whole file.
        found: what stands there and what was expected.
        fix: what the user can do about it.
    """

    def __init__(self, path: Path | str, where: str, found: str, fix: str = "") -> None:
        place = f"{path}: {where}" if where else str(path)
        super().__init__(f"{place}: {found}" + (f"; {fix}" if fix else ""))


class MissingFilesError(KlueError):
    """Raw files that a source does not hold; all of them are listed at once."""

    def __init__(self, source: str, missing: list[str], *, found_any: bool) -> None:
        self.missing = missing
        listing = "".join(f"\n  {path}" for path in missing)
        fix = (
            "add them, or use --partial (partial=True) to go on with the files that are there"
            if found_any
            else "point at a folder laid out like upstream (klue_benchmark/..., 3i4k/...)"
        )
        count = "1 file is" if len(missing) == 1 else f"{len(missing)} files are"
        super().__init__(f"{count} missing in {source}:{listing}\n{fix}")


class ChangedFileError(KlueError):
    """Raw files whose git blob id is not the pinned one."""

    def __init__(self, changed: list[tuple[Path, str, str]]) -> None:
        listing = "".join(
            f"\n  {path}\n    expected git blob id {expected}\n    found    git blob id {found}"
            for path, expected, found in changed
        )
        count = "1 file is" if len(changed) == 1 else f"{len(changed)} files are"
        super().__init__(
            f"{count} not what upstream published for this data version:{listing}\n"
            "restore the pinned content, choose the other --data-version, or accept the change on purpose "
            "with --accept-changed (accept_changed=True)"
        )


class DownloadError(KlueError):
    """A pinned file that could not be fetched."""


def nearest(name: str, known: list[str]) -> str:
    """Return ` (did you mean 'x'?)` for the closest known name, or an empty string."""
    close = get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
