"""What a scorer says about bad input and about scores that are undefined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

SHOWN_ROWS = 5  # further rows with the same fault are counted, not listed
SHOWN_CHARACTERS = 60  # of a value quoted in a message


class ScoreInputError(ValueError):
    """The input cannot be scored; the message names config, row, found, expected and the fix.

    Attributes:
        config: Name of the config.
        where: The place in the input, as `predictions[3]`.
        found: What stands there.
        expected: What should.
        fix: What to do.
    """

    config = where = found = expected = fix = ""


class FileInputError(ScoreInputError):
    """A file cannot be read or scored; `where` names the file and the line or row in it."""


Error = TypeVar("Error", bound=ScoreInputError)


class UndefinedScoreWarning(UserWarning):
    """A score is undefined for this input; the message says what is returned instead and why."""


class Place(NamedTuple):
    """Where values stand in the caller's input, so that an error can point at them.

    Attributes:
        config: Name of the config, such as `ner`.
        side: Name of the argument, such as `predictions`.
        start: Rows that earlier batches hold; added to each row number shown.
        offsets: For flattened rows, where each row starts; shape (rows + 1,).
        suffix: Key inside a row, such as `.head`.
    """

    config: str
    side: str
    start: int = 0
    offsets: NDArray[np.int64] | None = None
    suffix: str = ""

    def of(self, suffix: str, offsets: NDArray[np.int64] | None = None) -> Place:
        """The same argument, at a key or flattened."""
        return self._replace(suffix=suffix, offsets=offsets)

    def at(self, index: int) -> str:
        """Name one value: `predictions[3]`, `predictions[3].head[0]`."""
        if self.offsets is None:
            return f"{self.side}[{self.start + index}]{self.suffix}"
        row = int(np.searchsorted(self.offsets, index, side="right")) - 1
        return f"{self.side}[{self.start + row}]{self.suffix}[{index - int(self.offsets[row])}]"

    def error(self, index: int | None, found: str, expected: str, fix: str) -> ScoreInputError:
        """Build the error for one value, or for the whole argument where `index` is None."""
        where = f"{self.side}{self.suffix}" if index is None else self.at(index)
        return bad_input(self.config, where, found, expected, fix)

    def errors(self, indices: Sequence[int], found: str, expected: str, fix: str) -> ScoreInputError:
        """Build the error for the first of `indices`; the others are listed behind what was found."""
        return self.error(int(indices[0]), found + self._others(indices), expected, fix)

    def _others(self, indices: Sequence[int]) -> str:
        if len(indices) < 2:
            return ""
        shown = ", ".join(self.at(int(i)) for i in indices[1 : SHOWN_ROWS + 1])
        more = len(indices) - 1 - SHOWN_ROWS
        return f" (the same fault at {shown}{f' and {more} more' if more > 0 else ''})"


def bad_input(config: str, where: str, found: str, expected: str, fix: str) -> ScoreInputError:
    """Build an error in the one form that all messages have."""
    return fill(ScoreInputError, config, where, found, expected, fix)


def fill(kind: type[Error], config: str, where: str, found: str, expected: str, fix: str) -> Error:
    """Build an error of some kind in the form of `bad_input`."""
    error = kind(f"{config}: {where}: found {found}; expected {expected}; {fix}")
    error.config, error.where, error.found, error.expected, error.fix = config, where, found, expected, fix
    return error


def show(value: Any) -> str:
    """Quote a value with its type, shortened: `1.5 (float)`."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write out an integer of thousands of digits
        return f"a value too long to show ({type(value).__name__})"
    if len(text) > SHOWN_CHARACTERS:
        text = f"{text[: SHOWN_CHARACTERS - 3]}..."
    return text if value is None else f"{text} ({type(value).__name__})"
