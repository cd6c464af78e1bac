"""sts: semantic textual similarity of sentence pairs (STS)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from .. import labels
from ..agreement import krippendorff_interval, votes
from ..errors import RawDataError
from ..features import FLOAT64, INT32, STRING, class_label, columns, table
from ..readers.json_rows import RowFormat, read_rows
from ..task import Agreement, Invariant, Mask, RawSplit, Task
from .common import pair_text

SCORES = range(6)
# 0.05 is half a unit of the rounded label; the rest absorbs the last digit of a decimal fraction.
_ROUNDING = 0.05 + 1e-9

FEATURES = {
    "guid": STRING,
    "source": STRING,
    "sentence1": STRING,
    "sentence2": STRING,
    "labels": {"label": FLOAT64, "real-label": FLOAT64, "binary-label": class_label(labels.STS_BINARY)},
    "annotations": {"agreement": STRING, "annotators": [STRING], "annotations": [INT32]},
}


_RAW = RowFormat(
    {**FEATURES, "labels": {"label": FLOAT64, "real-label": FLOAT64, "binary-label": INT32}},
    optional=frozenset(
        {"annotations", *(f"annotations.{name}" for name in ("agreement", "annotators", "annotations"))}
    ),
)


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    for start, rows in read_rows(raw, _RAW):
        scores = rows["labels"].combine_chunks()
        binary = scores.field("binary-label")
        unknown = np.flatnonzero(~np.isin(binary, (0, 1)))
        if unknown.size:
            found = f"unknown label {binary[unknown[0]]}; expected 0 (negative) or 1 (positive)"
            raise RawDataError(raw.path, f"row {start + unknown[0]}, field labels.binary-label", found)
        for name in ("label", "real-label"):
            odd = np.flatnonzero(~np.isfinite(np.asarray(scores.field(name))))
            if odd.size:
                found = f"{scores.field(name)[odd[0]]} is no finite number; expected a similarity, 0 to 5"
                raise RawDataError(raw.path, f"row {start + odd[0]}, field labels.{name}", found)
        arrays = [scores.field("label"), scores.field("real-label"), binary.cast("int64")]
        merged = pa.StructArray.from_arrays(arrays, names=["label", "real-label", "binary-label"])
        yield table(FEATURES, {**columns(rows), "labels": merged})


def _ratings(rows: pa.Table) -> list[list[int] | None]:
    ratings: list[list[int] | None] = rows["annotations"].combine_chunks().field("annotations").to_pylist()
    return ratings


def _score(rows: pa.Table, name: str) -> np.ndarray:
    return np.asarray(rows["labels"].combine_chunks().field(name))


def _not_the_mean(rows: pa.Table) -> Mask:
    means = [np.mean(ratings) if ratings else np.nan for ratings in _ratings(rows)]
    return np.abs(_score(rows, "real-label") - means) > 1e-9


def _not_the_rounded_mean(rows: pa.Table) -> Mask:
    return np.abs(_score(rows, "label") - _score(rows, "real-label")) > _ROUNDING


def _not_cut_at_threshold(rows: pa.Table) -> Mask:
    return (_score(rows, "real-label") >= labels.STS_POSITIVE_FROM) != _score(rows, "binary-label").astype(
        bool
    )


def _tally_differs(rows: pa.Table) -> Mask:
    annotations = rows["annotations"].combine_chunks()
    triples = zip(
        annotations.field("agreement").to_pylist(),
        annotations.field("annotators").to_pylist(),
        _ratings(rows),
        strict=True,
    )
    return np.array([_tally(*triple) for triple in triples], bool)


def _tally(agreement: str | None, annotators: list[str] | None, ratings: list[int] | None) -> bool:
    if ratings is None or agreement is None:
        return False
    tally = ":".join(str(ratings.count(score)) for score in SCORES)
    return tally != agreement or len(annotators or ratings) != len(ratings)


TASK = Task(
    config="sts",
    features=FEATURES,
    read=read,
    text=lambda rows: pair_text(rows, "sentence1", "sentence2"),
    labels=lambda rows: rows["labels"].combine_chunks().field("binary-label"),
    label_names=labels.STS_BINARY,
    one_label_per_row=True,
    invariants=(
        Invariant("real_label_is_mean", "real-label is the mean of the annotators' scores", _not_the_mean),
        Invariant("label_is_rounded", "label is real-label to one decimal", _not_the_rounded_mean),
        Invariant("binary_label_cut", "binary-label is 1 from a real-label of 3 on", _not_cut_at_threshold),
        Invariant("tally_matches", "agreement counts the annotators' scores, one each", _tally_differs),
    ),
    agreement=Agreement(
        count=lambda rows: votes(_ratings(rows), SCORES),
        score=lambda counts: krippendorff_interval(counts, np.array(SCORES, float)),
    ),
)
