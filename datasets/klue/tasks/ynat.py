"""ynat: topic classification of news headlines (TC)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from .. import labels
from ..agreement import fleiss, votes
from ..features import STRING, class_label, columns, table
from ..readers.json_rows import RowFormat, encode_labels, read_rows
from ..task import Agreement, Invariant, Mask, RawSplit, Task

NOT_APPLICABLE = "해당없음"
_SCOPES = ("first-scope", "second-scope", "third-scope")

FEATURES = {
    "guid": STRING,
    "title": STRING,
    "label": class_label(labels.YNAT),
    "url": STRING,
    "date": STRING,
    "predefined_news_category": STRING,
    "annotations": {"annotators": [STRING], "annotations": {scope: [STRING] for scope in _SCOPES}},
}


_RAW = RowFormat(
    {**FEATURES, "label": STRING},
    optional=frozenset(
        {
            "predefined_news_category",
            "annotations",
            "annotations.annotators",
            "annotations.annotations",
            *(f"annotations.annotations.{scope}" for scope in _SCOPES),
        }
    ),
)


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    for start, rows in read_rows(raw, _RAW):
        names = rows["label"].combine_chunks()
        label = encode_labels(raw.path, start, "label", names, labels.YNAT)
        yield table(FEATURES, {**columns(rows), "label": label})


def _first_choices(rows: pa.Table) -> list[list[str] | None]:
    scopes = rows["annotations"].combine_chunks().field("annotations")
    choices: list[list[str] | None] = scopes.field("first-scope").to_pylist()
    return choices


def _nobody_chose_label(rows: pa.Table) -> Mask:
    names = [labels.YNAT[label] for label in rows["label"].to_pylist()]
    pairs = zip(names, _first_choices(rows), strict=True)
    return np.array([choices is not None and name not in choices for name, choices in pairs], bool)


TASK = Task(
    config="ynat",
    features=FEATURES,
    read=read,
    text=lambda rows: rows["title"],
    labels=lambda rows: rows["label"],
    label_names=labels.YNAT,
    one_label_per_row=True,
    invariants=(
        Invariant(
            "label_was_chosen",
            "the label is the first choice of at least one annotator",
            _nobody_chose_label,
        ),
    ),
    agreement=Agreement(
        count=lambda rows: votes(_first_choices(rows), (*labels.YNAT, NOT_APPLICABLE)),
        score=lambda counts: fleiss(counts),
    ),
)
