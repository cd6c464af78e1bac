"""ood: intention of a conversational utterance, from 3i4K. Not an official KLUE task."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import STRING, class_label, table
from ..readers.fields import label_ids, read_blocks, split_fields
from ..task import RawSplit, Task

FIELDS = ("LABEL", "UTTERANCE")
# 3i4K writes the class number; these are its names as they stand in the file.
_NUMBERS = tuple(str(number) for number in range(len(labels.OOD)))

FEATURES = {
    "guid": STRING,
    "text": STRING,
    "label": class_label(labels.OOD),
}


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`; a block of the file is a batch.

    The guid carries the split's name and the row's number: upstream has none. White space around an
    utterance, the CR of its line end included, is removed.
    """
    row = 0
    for block in read_blocks(raw.path):
        lines = np.arange(len(block.starts))
        numbers, utterances = split_fields(block, lines, FIELDS)
        columns = {
            "guid": pa.array(
                [f"ood-v1_{raw.split}_{i:05d}" for i in range(row, row + len(lines))], pa.string()
            ),
            "text": pc.utf8_trim_whitespace(utterances),
            "label": label_ids(block, lines, numbers, _NUMBERS),
        }
        row += len(lines)
        yield table(FEATURES, columns)


TASK = Task(
    config="ood",
    features=FEATURES,
    read=read,
    text=lambda rows: rows["text"],
    labels=lambda rows: rows["label"],
    label_names=labels.OOD,
    one_label_per_row=True,
    is_official=False,
)
