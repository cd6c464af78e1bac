"""Where something was read: which file, on which side, at which line. Errors about files are built here."""

from __future__ import annotations

from typing import NamedTuple

from .errors import FileInputError, fill

PREDICTIONS, REFERENCES = SIDES = ("predictions", "references")


class Origin(NamedTuple):
    """A file of one side.

    Attributes:
        config: Name of the config.
        side: `predictions` or `references`.
        name: What the person calls the file.
    """

    config: str
    side: str
    name: str

    def error(
        self, found: str, expected: str, fix: str, *, line: int | None = None, row: int | None = None
    ) -> FileInputError:
        """Build the error for the whole file, or for a line or a row of it, both counted from 1."""
        return fill(FileInputError, self.config, self.place(line, row), found, expected, fix)

    def place(self, line: int | None = None, row: int | None = None, where: str | None = None) -> str:
        """Name a place in the file: `predictions (line 3 of a.csv)`."""
        inside = f"line {line} of " if line else f"row {row} of " if row else ""
        return f"{where or self.side} ({inside}{self.name})"
