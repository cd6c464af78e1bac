"""What a config is: one frozen row that the builder, the checks and the card all derive from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .features import Features

# A character that no text of the corpus holds, so that two texts joined by it stay two texts.
SEPARATOR = "\x1f"

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RawSplit:
    """A raw file to read.

    Attributes:
        path: where it is; the name may be that of a cache.
        split: the split that it becomes.
        batch_rows: about how many rows (mrc: articles) a table should have.
    """

    path: Path
    split: str
    batch_rows: int


Reader: TypeAlias = Callable[[RawSplit], Iterator[pa.Table]]


@dataclass(frozen=True)
class Invariant:
    """Something that should hold for every row.

    Attributes:
        name: stable identifier, in snake_case.
        says: the rule as a sentence.
        violations: maps a table of n rows to a boolean mask of shape (n,), true where the rule is broken.
        fatal: the row is unusable where it is broken; such a row in a changed file stops publishing.
        explain: says what was found in an offending row; every fatal rule has it.
    """

    name: str
    says: str
    violations: Callable[[pa.Table], Mask]
    fatal: bool = False
    explain: Callable[[dict[str, Any]], str] | None = None


@dataclass(frozen=True)
class Agreement:
    """Inter-annotator agreement, computed from the annotators' columns.

    Attributes:
        count: maps a table to ratings per item and category, shape (n, k), integer.
        score: maps those counts, stacked over the whole split, to named figures.
    """

    count: Callable[[pa.Table], npt.NDArray[np.int64]]
    score: Callable[[npt.NDArray[np.int64]], dict[str, int | float]]


@dataclass(frozen=True)
class Task:
    """One config of the dataset.

    Attributes:
        config: name on the Hub.
        features: columns in order, in the spelling of `features.py`.
        read: streams a raw file as tables of `features`.
        text: maps a table to the text that should not repeat, one string a row.
        measured: the text whose characters are counted, where that is another one.
        labels: maps a table to label names, one per labelled unit; None where there is no closed set.
        label_names: the closed set, in official order.
        invariants: the rules of this task beside the common ones.
        agreement: how far the annotators agree, where their votes are published.
        rows_per_group: rows of a Parquet row group; small for long texts, so that the Hub's viewer works.
        shared_text: rows of a split share their text by design, as questions about one passage do.
        one_label_per_row: repeated text with another label is then a contradiction worth counting.
        is_official: a task of KLUE; one that is not never counts in a KLUE average.
    """

    config: str
    features: Features
    read: Reader
    text: Callable[[pa.Table], pa.Array]
    measured: Callable[[pa.Table], pa.Array] | None = None
    labels: Callable[[pa.Table], pa.Array] | None = None
    label_names: tuple[str, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    agreement: Agreement | None = None
    rows_per_group: int = 5000
    one_label_per_row: bool = False
    shared_text: bool = False
    is_official: bool = True
