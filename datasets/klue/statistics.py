"""Figures about a split that the card shows: labels, sources, lengths, agreement."""

from __future__ import annotations

from collections import Counter

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .task import SEPARATOR, Task


class Lengths(msgspec.Struct, frozen=True):
    """Characters of the task's text: mean, median, 95th percentile (nearest rank) and maximum."""

    mean: float
    median: int
    p95: int
    max: int


class Statistics(msgspec.Struct, frozen=True):
    """Figures of one split.

    Attributes:
        labels: how often each label of the closed set occurs, in official order; empty without a set.
        sources: how often each source occurs, most frequent first; empty where rows name none.
        lengths: characters of the task's text.
        agreement: named figures; empty where no votes are published.
    """

    labels: dict[str, int]
    sources: dict[str, int]
    lengths: Lengths
    agreement: dict[str, int | float]


class SplitStatistics:
    """Collects figures over the tables of one split."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._labels: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._lengths: list[npt.NDArray[np.int32]] = []
        self._votes: list[npt.NDArray[np.int64]] = []

    def add(self, table: pa.Table) -> None:
        """Look at the next table of the split."""
        task = self._task
        if task.labels:
            for item in pc.value_counts(task.labels(table)).to_pylist():
                if item["values"] is not None:
                    self._labels[self._name(item["values"])] += item["counts"]
        if "source" in table.column_names:
            for item in pc.value_counts(table["source"]).to_pylist():
                self._sources[item["values"]] += item["counts"]
        text = (task.measured or task.text)(table)
        joints = pc.count_substring(text, SEPARATOR)
        self._lengths.append(pc.subtract(pc.utf8_length(text), joints).to_numpy())
        if task.agreement:
            self._votes.append(task.agreement.count(table))

    def _name(self, label: int | str) -> str:
        names = self._task.label_names
        if isinstance(label, str):
            return label
        return names[label] if 0 <= label < len(names) else str(label)

    def result(self) -> Statistics:
        """Return the figures of all tables added."""
        lengths = np.sort(np.concatenate(self._lengths))
        rank = {share: int(lengths[max(0, int(np.ceil(share * len(lengths))) - 1)]) for share in (0.5, 0.95)}
        agreement = self._task.agreement
        others = sorted(self._labels.keys() - set(self._task.label_names))
        return Statistics(
            labels={name: self._labels[name] for name in (*self._task.label_names, *others)},
            sources=dict(sorted(self._sources.items(), key=lambda item: (-item[1], item[0]))),
            lengths=Lengths(round(float(lengths.mean()), 1), rank[0.5], rank[0.95], int(lengths[-1])),
            agreement=agreement.score(np.concatenate(self._votes)) if agreement else {},
        )
