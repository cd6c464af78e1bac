"""nli: natural language inference between a premise and a hypothesis (NLI)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..agreement import fleiss, votes
from ..errors import RawDataError
from ..features import STRING, class_label, columns, table
from ..readers.json_rows import RowFormat, encode_labels, read_rows
from ..task import Agreement, Invariant, Mask, RawSplit, Task
from .common import list_offsets, pair_text

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


# The train files call the source `genre`.
_RAW = RowFormat(
    dict.fromkeys(
        ("guid", "premise", "hypothesis", "gold_label", "source", "genre", "author", *VALIDATORS), STRING
    ),
    optional=frozenset({"source", "genre", "author", *VALIDATORS}),
)


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    for start, rows in read_rows(raw, _RAW):
        yield table(FEATURES, _columns(raw.path, start, columns(rows)))


def _columns(path: Path, start: int, raw: dict[str, pa.Array]) -> dict[str, pa.Array]:
    source = pc.coalesce(raw["source"], raw["genre"])
    if source.null_count:
        row = pc.index(pc.is_null(source), True).as_py()
        raise RawDataError(path, f"row {start + row}", "expected a key 'source' or 'genre'")

    def ids(column: str) -> pa.Array:
        return encode_labels(path, start, column, raw[column], labels.NLI)

    # Rows times validators, read row by row; a label that nobody gave is dropped from its list.
    validators = np.stack([np.asarray(ids(column).fill_null(-1)) for column in VALIDATORS], axis=1)
    given = validators >= 0
    return {
        **{name: raw[name] for name in ("guid", "premise", "hypothesis")},
        "source": source,
        "label": ids("gold_label"),
        "author_label": ids("author"),
        "annotator_labels": pa.ListArray.from_arrays(
            list_offsets(given.sum(axis=1)), pa.array(validators[given], pa.int64())
        ),
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


def _agreement(counts: npt.NDArray[np.int64]) -> dict[str, int | float]:
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
