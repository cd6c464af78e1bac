"""nli: natural language inference between a premise and a hypothesis (NLI)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..agreement import fleiss, votes
from ..errors import RawDataError
from ..features import STRING, class_label, table
from ..readers.json_rows import encode_labels, read_rows
from ..task import Agreement, Invariant, Mask, RawSplit, Task
from .common import pair_text

VALIDATORS = ("label2", "label3", "label4", "label5")
MAJORITY = 3

FEATURES = {
    "guid": STRING,
    "source": STRING,
    "premise": STRING,
    "hypothesis": STRING,
    "label": class_label(labels.NLI),
    "author_label": class_label(labels.NLI),
    "annotator_labels": [class_label(labels.NLI)],
}


class _Row(msgspec.Struct):
    guid: str
    premise: str
    hypothesis: str
    gold_label: str
    source: str | None = None
    genre: str | None = None  # what the train files call the source
    author: str | None = None
    label2: str | None = None
    label3: str | None = None
    label4: str | None = None
    label5: str | None = None


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    for start, rows in read_rows(raw.path, _Row, raw.batch_rows):
        yield table(FEATURES, _columns(raw.path, start, rows))


def _columns(path: Path, start: int, rows: list[_Row]) -> dict[str, pa.Array]:
    sources = [row.source if row.source is not None else row.genre for row in rows]
    if None in sources:
        raise RawDataError(path, f"row {start + sources.index(None)}", "expected a key 'source' or 'genre'")

    def ids(column: str) -> pa.Array:
        values = pa.array([getattr(row, column) for row in rows], pa.string())
        return encode_labels(path, start, column, values, labels.NLI)

    # Rows times validators, read row by row; a label that nobody gave is dropped from its list.
    validators = np.stack([np.asarray(ids(column).fill_null(-1)) for column in VALIDATORS], axis=1)
    given = validators >= 0
    offsets = np.concatenate([[0], np.cumsum(given.sum(axis=1))]).astype(np.int32)
    return {
        "guid": pa.array([row.guid for row in rows], pa.string()),
        "source": pa.array(sources, pa.string()),
        "premise": pa.array([row.premise for row in rows], pa.string()),
        "hypothesis": pa.array([row.hypothesis for row in rows], pa.string()),
        "label": ids("gold_label"),
        "author_label": ids("author"),
        "annotator_labels": pa.ListArray.from_arrays(offsets, pa.array(validators[given], pa.int64())),
    }


def _votes(rows: pa.Table) -> npt.NDArray[np.int64]:
    """Return the votes of the author and the validators a row and label, shape (n, 3)."""
    counts = votes(rows["annotator_labels"].to_pylist(), range(len(labels.NLI)))
    author = rows["author_label"].combine_chunks()
    given = np.flatnonzero(pc.is_valid(author).to_numpy(zero_copy_only=False))
    counts[given, author.drop_null().to_numpy()] += 1
    return counts


def _no_majority(rows: pa.Table) -> Mask:
    counts = _votes(rows)
    gold = np.asarray(rows["label"].combine_chunks())
    return (counts.sum(axis=1) > 0) & (counts[np.arange(len(gold)), gold] < MAJORITY)


def _votes_and_agreeing(rows: pa.Table) -> npt.NDArray[np.int64]:
    """Return the votes and, in a fourth column, how many validators chose the gold label."""
    gold = np.asarray(rows["label"].combine_chunks())
    counts = votes(rows["annotator_labels"].to_pylist(), range(len(labels.NLI)))
    return np.column_stack([_votes(rows), counts[np.arange(len(gold)), gold]])


def _agreement(counts: npt.NDArray[np.int64]) -> dict[str, float]:
    raters = len(VALIDATORS) + 1
    counts = counts[counts[:, :-1].sum(axis=1) == raters]
    if not len(counts):
        return {}
    per_label, agreeing = counts[:, :-1], counts[:, -1]
    return {
        "unanimous_percent": 100.0 * float(np.mean(per_label.max(axis=1) == raters)),
        "validators_agree_with_gold_percent": 100.0 * float(agreeing.mean()) / len(VALIDATORS),
        **fleiss(per_label),
    }


TASK = Task(
    config="nli",
    features=FEATURES,
    read=read,
    text=lambda rows: pair_text(rows, "premise", "hypothesis"),
    labels=lambda rows: rows["label"],
    label_names=labels.NLI,
    one_label_per_row=True,
    invariants=(
        Invariant("gold_is_majority", "the gold label has at least three of five votes", _no_majority),
    ),
    agreement=Agreement(count=_votes_and_agreeing, score=_agreement),
)
