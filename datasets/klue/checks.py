"""Counting what does not hold, without changing a row.

A `SplitCheck` looks at the tables of one split as they pass; `compare_splits` then looks across the
splits of a config. The result is a list of findings, one for every rule, also for those that hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pyarrow as pa

from .task import Invariant, Task

EXAMPLES = 5
ROW_COUNT = "row_count"


class Example(msgspec.Struct, frozen=True):
    """A row that breaks a rule: its index from 0, its guid, and what was found, where the rule tells."""

    row: int
    guid: str
    detail: str = ""


class Finding(msgspec.Struct, frozen=True):
    """The result of one rule on one split.

    Attributes:
        split: name of the split.
        rule: identifier of the rule.
        says: the rule as a sentence.
        violations: rows that break it.
        rows: rows that were looked at.
        examples: the first offenders.
        fatal: such a row is unusable; see `task.Invariant`.
    """

    split: str
    rule: str
    says: str
    violations: int
    rows: int
    examples: tuple[Example, ...] = ()
    fatal: bool = False

    def __str__(self) -> str:
        if self.rule == ROW_COUNT:
            return f"{self.split}: its {self.rows:,} rows break the rule that {self.says}"
        return f"{self.split}: {self.violations:,} of {self.rows:,} rows break the rule that {self.says}"


@dataclass
class _Tally:
    violations: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, invariant: Invariant, table: pa.Table, first_row: int) -> None:
        rows = np.flatnonzero(invariant.violations(table))
        self.violations += len(rows)
        for row in rows[: EXAMPLES - len(self.examples)].tolist():
            offender = table.slice(row, 1).to_pylist()[0]
            detail = invariant.explain(offender) if invariant.explain else ""
            self.examples.append(Example(first_row + row, offender["guid"], detail))


class SplitCheck:
    """Counts violations over the tables of one split.

    Args:
        task: the task whose rules apply.
        split: name of the split.
        expected_rows: published number of rows, or None.
    """

    def __init__(self, task: Task, split: str, expected_rows: int | None = None) -> None:
        self.task = task
        self.split = split
        self.rows = 0
        self.guids: list[str] = []
        # Hashes within one process: enough to compare, and small beside the texts.
        self.texts: list[int] = []
        self.labels: list[int] = []
        self._expected_rows = expected_rows
        self._tallies = {invariant.name: _Tally() for invariant in task.invariants}

    def add(self, table: pa.Table) -> None:
        """Look at the next table of the split."""
        for invariant in self.task.invariants:
            self._tallies[invariant.name].add(invariant, table, self.rows)
        self.guids += table["guid"].to_pylist()
        self.texts += map(hash, self.task.text(table).to_pylist())
        if self.task.one_label_per_row and self.task.labels:
            self.labels += self.task.labels(table).to_pylist()
        self.rows += table.num_rows

    def findings(self) -> list[Finding]:
        """Return the findings about this split alone."""
        found = [
            self._finding(invariant.name, invariant.says, tally, fatal=invariant.fatal)
            for invariant in self.task.invariants
            for tally in [self._tallies[invariant.name]]
        ]
        found.append(
            self.offenders("guid_is_unique", "no guid stands twice in a split", repeated(self.guids))
        )
        if not self.task.shared_text:
            found.append(
                self.offenders("text_is_unique", "no text stands twice in a split", repeated(self.texts))
            )
        if self._expected_rows is not None:
            found.append(
                Finding(
                    self.split,
                    ROW_COUNT,
                    f"the split has the published {self._expected_rows:,} rows",
                    abs(self.rows - self._expected_rows),
                    self.rows,
                )
            )
        return found

    def offenders(self, rule: str, says: str, rows: Iterable[int]) -> Finding:
        """Return a finding about some rows of this split."""
        tally = _Tally()
        listed = list(rows)
        tally.violations = len(listed)
        tally.examples = [Example(row, self.guids[row]) for row in listed[:EXAMPLES]]
        return self._finding(rule, says, tally)

    def _finding(self, rule: str, says: str, tally: _Tally, *, fatal: bool = False) -> Finding:
        return Finding(self.split, rule, says, tally.violations, self.rows, tuple(tally.examples), fatal)


def repeated(values: list[str] | list[int]) -> list[int]:
    """Return the rows whose value stands in an earlier row."""
    seen: set[object] = set()
    rows = []
    for row, item in enumerate(values):
        if item in seen:
            rows.append(row)
        seen.add(item)
    return rows


def compare_splits(checks: Mapping[str, SplitCheck]) -> list[Finding]:
    """Look for rows of later splits that repeat an earlier one.

    Args:
        checks: finished checks of one config by split, in order.
    """
    found: list[Finding] = []
    earlier: list[SplitCheck] = []
    for split, check in checks.items():
        for other in earlier:
            guids, texts = set(other.guids), set(other.texts)
            found.append(
                check.offenders(
                    f"guid_not_in_{other.split}",
                    f"no guid of {split} stands in {other.split}",
                    (row for row, guid in enumerate(check.guids) if guid in guids),
                )
            )
            found.append(
                check.offenders(
                    f"text_not_in_{other.split}",
                    f"no text of {split} stands in {other.split}",
                    (row for row, text in enumerate(check.texts) if text in texts),
                )
            )
        earlier.append(check)
    return found + _contradictions(checks)


def _contradictions(checks: Mapping[str, SplitCheck]) -> list[Finding]:
    """Look for rows whose text has another label elsewhere in the config."""
    labels: dict[int, set[int]] = {}
    for check in checks.values():
        for text, label in zip(check.texts, check.labels, strict=False):
            labels.setdefault(text, set()).add(label)
    return [
        check.offenders(
            "one_label_per_text",
            "no text has different labels in different rows of the config",
            (row for row, text in enumerate(check.texts) if len(labels[text]) > 1),
        )
        for check in checks.values()
        if check.labels
    ]
