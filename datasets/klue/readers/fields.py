"""Tab-separated lines, cut into Arrow columns without a Python object a line.

The work is done on the bytes of a block: positions of line ends and tabs are found with numpy, and
each field's bytes are gathered into the buffer of one string array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import RawDataError
from .text import line_at, utf8_error

Ints: TypeAlias = "npt.NDArray[np.int64]"

BLOCK_BYTES = 4 << 20
_NEWLINE, _TAB = 10, 9


@dataclass(frozen=True)
class Block:
    """A run of whole lines of a file.

    Attributes:
        path: the file.
        first_line: number of the first line, from 1.
        data: the bytes, valid UTF-8.
        starts, ends: byte positions of each line without its end, shape (lines,).
    """

    path: Path
    first_line: int
    data: bytes
    starts: Ints
    ends: Ints

    def line(self, index: int) -> str:
        """Return the text of a line of this block."""
        return self.data[self.starts[index] : self.ends[index]].decode()

    def error(self, index: int, found: str) -> RawDataError:
        """Return an error about a line of this block."""
        return RawDataError(self.path, f"line {self.first_line + index}", found)

    def starts_with(self, prefix: bytes) -> npt.NDArray[np.bool_]:
        """Return which lines begin with some bytes, shape (lines,)."""
        padded = np.frombuffer(self.data + bytes(len(prefix)), np.uint8)
        return np.logical_and.reduce([padded[self.starts + i] == byte for i, byte in enumerate(prefix)])


def read_blocks(path: Path, cut_at: bytes = b"\n", block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Yield a file in blocks that end where `cut_at` ends; the last line may lack its end.

    Raises:
        RawDataError: a block is not UTF-8.
    """
    rest, line = b"", 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(block_bytes)
            data = rest + chunk
            cut = data.rfind(cut_at) + len(cut_at) if chunk else len(data)
            if chunk and cut < len(cut_at):
                rest = data
                continue
            data, rest = data[:cut], data[cut:]
            if data:
                yield _block(path, line, data)
                line += line_at(data, len(data)) - 1
            if not chunk:
                return


def _block(path: Path, first_line: int, data: bytes) -> Block:
    if bad := utf8_error(data):
        line = first_line + int(bad[0].removeprefix("line ")) - 1
        raise RawDataError(path, f"line {line}", bad[1])
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE).astype(np.int64)
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    return Block(path, first_line, data, starts, ends)


def split_fields(block: Block, lines: Ints, names: tuple[str, ...]) -> list[pa.StringArray]:
    """Cut some lines of a block at their tabs.

    Args:
        block: the lines.
        lines: indices of the lines to cut, ascending, shape (n,).
        names: the expected fields, for their number and for the message.

    Returns:
        One string array of shape (n,) a field.

    Raises:
        RawDataError: a line has another number of fields.
    """
    starts, ends = block.starts[lines], block.ends[lines]
    tabs = np.flatnonzero(np.frombuffer(block.data, np.uint8) == _TAB).astype(np.int64)
    first = np.searchsorted(tabs, starts)
    count = np.searchsorted(tabs, ends) - first
    wrong = np.flatnonzero(count != len(names) - 1)
    if wrong.size:
        index = int(lines[wrong[0]])
        found = int(count[wrong[0]]) + 1
        few = "too few" if found < len(names) else "too many"
        expected = f"{len(names)}, tab-separated: {' '.join(names)}"
        raise block.error(
            index, f"{few} fields: {found}, expected {expected}; the line is {_short(block.line(index))}"
        )
    inner = [tabs[first + i] for i in range(len(names) - 1)]
    return [
        _gather(block.data, begin, end)
        for begin, end in zip([starts, *(tab + 1 for tab in inner)], [*inner, ends], strict=True)
    ]


def _short(text: str, limit: int = 60) -> str:
    return repr(text if len(text) <= limit else text[: limit - 3] + "...")


def _gather(data: bytes, starts: Ints, ends: Ints) -> pa.StringArray:
    lengths = ends - starts
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    positions = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
    gathered = np.frombuffer(data, np.uint8)[positions]
    return pa.StringArray.from_buffers(
        len(lengths), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(gathered)
    )


def integers(block: Block, lines: Ints, values: pa.StringArray, name: str) -> pa.Int32Array:
    """Read a field as 32-bit integers.

    Raises:
        RawDataError: a value that is none, with its line.
    """
    valid = pc.match_substring_regex(values, r"^-?[0-9]{1,9}$")
    if not pc.all(valid, min_count=0).as_py():
        row = pc.index(valid, False).as_py()
        found = f"{name} is {_short(values[row].as_py())}, expected a whole number"
        raise block.error(int(lines[row]), found)
    return values.cast(pa.int32())


def label_ids(block: Block, lines: Ints, values: pa.StringArray, names: tuple[str, ...]) -> pa.Int64Array:
    """Turn a field of label names into ids.

    Raises:
        RawDataError: a name that is not in the set, with its line.
    """
    ids = pc.index_in(values, value_set=pa.array(names, pa.string())).cast(pa.int64())
    if ids.null_count:
        row = pc.index(pc.is_null(ids), True).as_py()
        found = f"unknown label {_short(values[row].as_py())}; expected one of {', '.join(names)}"
        raise block.error(int(lines[row]), found)
    return ids
