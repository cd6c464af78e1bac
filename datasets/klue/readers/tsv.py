"""KLUE's TSV: sentences of one unit a line, each headed by `## GUID-SOURCE<TAB>SENTENCE`.

Comment lines before the first sentence describe the format. A blank line ends a sentence. In the
train files of 1.0 and in dp the guid and the source are joined by `_`, elsewhere by `-`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from ..errors import RawDataError
from .fields import Block, Ints, read_blocks, split_fields

_HEADER = re.compile(r"## (?P<guid>\S+?_\d{5,})[-_](?P<source>[^\t]+)\t(?P<sentence>.*)")
_COMMENT = b"## "


@dataclass(frozen=True)
class Sentences:
    """Some sentences of a file.

    Attributes:
        block: the lines they were read from, for messages.
        lines: index in the block of each unit's line, shape (units,).
        guid, source, sentence: from the header line, shape (sentences,).
        offsets: where each sentence's units begin and the last one's end, shape (sentences + 1,).
        fields: one string array of shape (units,) a field.
    """

    block: Block
    lines: Ints
    guid: pa.Array
    source: pa.Array
    sentence: pa.Array
    offsets: pa.Array
    fields: list[pa.StringArray]

    def lists(self, values: pa.Array) -> pa.ListArray:
        """Group a column of units by sentence."""
        return pa.ListArray.from_arrays(self.offsets, values)


def read_sentences(path: Path, names: tuple[str, ...]) -> Iterator[Sentences]:
    """Yield the sentences of a file in batches, one a block.

    Args:
        path: the file.
        names: the fields of a unit's line.

    Raises:
        RawDataError: a line that fits neither form, or no sentence at all.
    """
    found = False
    for block in read_blocks(path, cut_at=b"\n\n"):
        if (sentences := _sentences(block, names, preamble=not found)) is not None:
            found = True
            yield sentences
    if not found:
        raise RawDataError(path, "", "no sentence; expected '## GUID-SOURCE<TAB>SENTENCE' lines")


def _sentences(block: Block, names: tuple[str, ...], *, preamble: bool) -> Sentences | None:
    is_comment = block.starts_with(_COMMENT)
    heads: list[int] = []
    headers: list[re.Match[str]] = []
    for index in np.flatnonzero(is_comment).tolist():
        header = _HEADER.fullmatch(block.line(index))
        if header:
            heads.append(index)
            headers.append(header)
        elif heads or not preamble:
            raise block.error(index, "expected '## GUID-SOURCE<TAB>SENTENCE' at the head of a sentence")
    lines = np.flatnonzero(~is_comment & (block.ends > block.starts))
    if lines.size and (not heads or lines[0] < heads[0]):
        raise block.error(int(lines[0]), "stands before the first '## GUID-SOURCE<TAB>SENTENCE' line")
    if not heads:
        return None
    offsets = np.append(np.searchsorted(lines, heads), len(lines))
    empty = np.flatnonzero(np.diff(offsets) == 0)
    if empty.size:
        raise block.error(heads[int(empty[0])], "a sentence without a line below it; expected its units")
    return Sentences(
        block=block,
        lines=lines,
        guid=pa.array([header["guid"] for header in headers], pa.string()),
        source=pa.array([header["source"] for header in headers], pa.string()),
        sentence=pa.array([header["sentence"] for header in headers], pa.string()),
        offsets=pa.array(offsets, pa.int32()),
        fields=split_fields(block, lines, names),
    )
