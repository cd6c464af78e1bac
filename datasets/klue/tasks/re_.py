"""re: relation extraction between two marked entities (RE)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from .. import labels
from ..features import INT32, STRING, Feature, class_label, columns, table
from ..readers.json_rows import RowFormat, encode_labels, read_rows
from ..task import SEPARATOR, Invariant, Mask, RawSplit, Task
from .common import mask

_ENTITY: Feature = {"word": STRING, "start_idx": INT32, "end_idx": INT32, "type": STRING}
SUBJECT_TYPES = {"org": "ORG", "per": "PER"}

FEATURES = {
    "guid": STRING,
    "sentence": STRING,
    "subject_entity": _ENTITY,
    "object_entity": _ENTITY,
    "label": class_label(labels.RE),
    "source": STRING,
}


_RAW = RowFormat({**FEATURES, "label": STRING})


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    for start, rows in read_rows(raw, _RAW):
        names = rows["label"].combine_chunks()
        label = encode_labels(raw.path, start, "label", names, labels.RE)
        yield table(FEATURES, {**columns(rows), "label": label})


def _fields(rows: pa.Table, column: str) -> tuple[list[str], list[int], list[int]]:
    entities = rows[column].combine_chunks()
    words, starts, ends = (entities.field(name).to_pylist() for name in ("word", "start_idx", "end_idx"))
    return words, starts, ends


def _word_not_at_span(rows: pa.Table) -> Mask:
    wrong = np.zeros(len(rows), bool)
    sentences = rows["sentence"].to_pylist()
    for column in ("subject_entity", "object_entity"):
        spans = zip(sentences, *_fields(rows, column), strict=True)
        wrong |= mask(start < 0 or sentence[start : end + 1] != word for sentence, word, start, end in spans)
    return wrong


def _entities_overlap(rows: pa.Table) -> Mask:
    _, subject_start, subject_end = _fields(rows, "subject_entity")
    _, object_start, object_end = _fields(rows, "object_entity")
    return (np.array(subject_start) <= object_end) & (np.array(object_start) <= subject_end)


def _subject_of_other_type(rows: pa.Table) -> Mask:
    expected = [SUBJECT_TYPES.get(name.partition(":")[0]) for name in labels.RE]
    types = rows["subject_entity"].combine_chunks().field("type").to_pylist()
    pairs = zip(rows["label"].to_pylist(), types, strict=True)
    return mask(expected[label] is not None and kind != expected[label] for label, kind in pairs)


def _text(rows: pa.Table) -> pa.Array:
    """The sentence with both entities: one sentence may ask for several relations."""
    parts = [rows["sentence"].to_pylist()]
    for column in ("subject_entity", "object_entity"):
        words, starts, _ = _fields(rows, column)
        parts.append([f"{word}@{start}" for word, start in zip(words, starts, strict=True)])
    return pa.array([SEPARATOR.join(key) for key in zip(*parts, strict=True)], pa.string())


TASK = Task(
    config="re",
    features=FEATURES,
    read=read,
    text=_text,
    measured=lambda rows: rows["sentence"],
    labels=lambda rows: rows["label"],
    label_names=labels.RE,
    one_label_per_row=True,
    invariants=(
        Invariant(
            "words_match_spans", "both entity words stand at their character positions", _word_not_at_span
        ),
        Invariant("entities_are_apart", "the two entities do not overlap", _entities_overlap),
        Invariant(
            "subject_fits_label",
            "an org: or per: relation has a subject of that type",
            _subject_of_other_type,
        ),
    ),
)
