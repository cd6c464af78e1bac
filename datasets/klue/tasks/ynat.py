"""ynat: topic classification of news headlines (TC)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow as pa

from .. import labels
from ..agreement import fleiss, votes
from ..features import STRING, class_label, struct, table
from ..readers.json_rows import encode_labels, read_rows
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


class _Choices(
    msgspec.Struct, rename={"first": "first-scope", "second": "second-scope", "third": "third-scope"}
):
    first: list[str] | None = None
    second: list[str] | None = None
    third: list[str] | None = None


class _Annotations(msgspec.Struct):
    annotators: list[str] | None = None
    annotations: _Choices = msgspec.field(default_factory=_Choices)


class _Row(msgspec.Struct):
    guid: str
    title: str
    label: str
    url: str
    date: str
    predefined_news_category: str | None = None
    annotations: _Annotations = msgspec.field(default_factory=_Annotations)


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    strings = pa.list_(pa.string())
    for start, rows in read_rows(raw.path, _Row, raw.batch_rows):
        names = pa.array([row.label for row in rows], pa.string())
        choices = [row.annotations.annotations for row in rows]
        scopes = pa.StructArray.from_arrays(
            [
                pa.array([choice.first for choice in choices], strings),
                pa.array([choice.second for choice in choices], strings),
                pa.array([choice.third for choice in choices], strings),
            ],
            names=list(_SCOPES),
        )
        annotators = pa.array([row.annotations.annotators for row in rows], strings)
        yield table(
            FEATURES,
            {
                "guid": pa.array([row.guid for row in rows], pa.string()),
                "title": pa.array([row.title for row in rows], pa.string()),
                "label": encode_labels(raw.path, start, "label", names, labels.YNAT),
                "url": pa.array([row.url for row in rows], pa.string()),
                "date": pa.array([row.date for row in rows], pa.string()),
                "predefined_news_category": pa.array(
                    [row.predefined_news_category for row in rows], pa.string()
                ),
                "annotations": struct(annotators=annotators, annotations=scopes),
            },
        )


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
