"""What the report shows of a build: row counts, charts, known issues, and where the rows come from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from klue_hub.datasets.klue.card.facts import known_issues, note_for, prose
from klue_hub.datasets.klue.checks import ROW_COUNT, Example, Finding
from klue_hub.datasets.klue.records import BuildRecord, ConfigRecord, RawOrigin
from klue_hub.datasets.klue.statistics import Lengths
from klue_hub.datasets.klue.tasks import TASKS

from .dataset_repo import SPLITS

UPSTREAM = "https://github.com"
CUT = 5  # how often more frequent than any other a label is before its bar is cut
MEASURES = {"mean": "mean", "median": "median", "95% within": "p95", "longest": "max"}


class Bar(msgspec.Struct, frozen=True):
    """A figure of one split: its share of the widest bar, and itself as text; `is_cut` if it is wider."""

    split: str
    share: float
    text: str
    is_cut: bool = False


class BarRow(msgspec.Struct, frozen=True):
    """The bars of one label or measure, a split each."""

    name: str
    bars: tuple[Bar, ...]

    @property
    def is_cut(self) -> bool:
        """Whether a bar is shown shorter than it is."""
        return any(bar.is_cut for bar in self.bars)


class Issue(msgspec.Struct, frozen=True):
    """A rule that rows of a split break.

    Attributes:
        count: how many rows, as text.
        note: what those rows are; empty where nobody has looked at them.
        is_fatal: whether such a row is unusable.
        more: how many offenders are not among the examples.
    """

    config: str
    split: str
    says: str
    count: str
    note: str
    is_fatal: bool
    examples: tuple[Example, ...]
    more: int


class TaskView(msgspec.Struct, frozen=True):
    """A config: facts, rows and charts.

    Attributes:
        rows: a bar for each of `SPLITS`, None where it is not there.
        labels_are, length_of: what is counted and measured.
    """

    config: str
    title: str
    is_official: bool
    total: int
    rows: tuple[Bar | None, ...]
    labels_are: str
    labels: tuple[BarRow, ...]
    length_of: str
    lengths: tuple[BarRow, ...]


class RawView(msgspec.Struct, frozen=True):
    """A raw file and the Parquet file made of it; `link` is empty for the sample."""

    raw: RawOrigin
    link: str
    parquet: str
    sha256: str


class Upstream(msgspec.Struct, frozen=True):
    """An upstream repository at a commit."""

    name: str
    commit: str
    link: str


class DataView(msgspec.Struct, frozen=True):
    """A build, as the report shows it; `sample_note` says what the sample's broken rules are."""

    version: str
    is_sample: bool
    sample_note: str
    splits: tuple[str, ...]
    totals: tuple[int, ...]
    tasks: tuple[TaskView, ...]
    issues: tuple[Issue, ...]
    upstream: tuple[Upstream, ...]
    raw_files: tuple[RawView, ...]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.totals)

    @property
    def changed_files(self) -> int:
        """How many raw files are not the pinned ones."""
        return sum(not file.raw.is_pinned for file in self.raw_files)


def data_view(record: BuildRecord) -> DataView:
    """Return what the report shows of a build."""
    built = [split for config in record.configs.values() for split in config.splits.values()]
    most = max((split.rows for split in built), default=1) or 1
    totals = (sum(rows.get(name, 0) for rows in map(_rows, record.configs.values())) for name in SPLITS)
    links = {(split.raw.repo, split.raw.commit): _link(record, split.raw, "tree") for split in built}
    return DataView(
        version=record.data_version,
        is_sample=record.is_sample,
        sample_note=known_issues().sample_note if record.is_sample else "",
        splits=SPLITS,
        totals=tuple(totals),
        tasks=tuple(_task(name, config, most) for name, config in record.configs.items()),
        issues=tuple(issues(record)),
        upstream=tuple(Upstream(repo, commit, link) for (repo, commit), link in links.items()),
        raw_files=tuple(
            RawView(split.raw, _link(record, split.raw, "blob"), split.path, split.file_sha256)
            for split in built
        ),
    )


def _rows(config: ConfigRecord) -> dict[str, int]:
    return {name: split.rows for name, split in config.splits.items()}


def _link(record: BuildRecord, raw: RawOrigin, view: str) -> str:
    if record.is_sample:
        return ""
    path = f"/{raw.path}" if view == "blob" else ""
    return f"{UPSTREAM}/{quote(f'{raw.repo}/{view}/{raw.commit}{path}')}"


def issues(record: BuildRecord) -> list[Issue]:
    """Return the rules that rows break, in the order of configs and splits."""
    return [
        _issue(record, name, finding)
        for name, config in record.configs.items()
        for split in config.splits.values()
        for finding in split.findings
        if finding.violations
    ]


def _issue(record: BuildRecord, config: str, finding: Finding) -> Issue:
    is_count = finding.rule == ROW_COUNT
    return Issue(
        config=config,
        split=finding.split,
        says=finding.says,
        count=f"has {finding.rows:,}" if is_count else f"{finding.violations:,} of {finding.rows:,}",
        note="" if record.is_sample else note_for(record, config, finding) or "",
        is_fatal=finding.fatal,
        examples=finding.examples,
        more=0 if is_count else finding.violations - len(finding.examples),
    )


def _task(name: str, config: ConfigRecord, most: int) -> TaskView:
    facts, rows = prose().configs[name], _rows(config)
    return TaskView(
        config=name,
        title=facts.title,
        is_official=TASKS[name].is_official,
        total=sum(rows.values()),
        rows=tuple(
            Bar(split, rows[split] / most, f"{rows[split]:,}") if split in rows else None for split in SPLITS
        ),
        labels_are=facts.labels_are,
        labels=label_rows({split: built.statistics.labels for split, built in config.splits.items()}),
        length_of=facts.length_of,
        lengths=length_rows({split: built.statistics.lengths for split, built in config.splits.items()}),
    )


def label_rows(counts: Mapping[str, Mapping[str, int]]) -> tuple[BarRow, ...]:
    """Return each label's share of each split.

    The widest bar is that of the most frequent label. Where one label outnumbers all others by far, as `O`
    among the tags of `ner`, its bar is cut: nothing would be seen of the others.

    Args:
        counts: by split and label.
    """
    names = list(dict.fromkeys(name for labels in counts.values() for name in labels))
    totals = {split: max(sum(labels.values()), 1) for split, labels in counts.items()}
    shares = {
        name: {split: labels.get(name, 0) / totals[split] for split, labels in counts.items()}
        for name in names
    }
    widest = _scale([max(by_split.values()) for by_split in shares.values()])
    return tuple(
        BarRow(
            name,
            tuple(
                Bar(
                    split,
                    min(share / widest, 1),
                    f"{_percent(share)} ({counts[split].get(name, 0):,})",
                    share > widest,
                )
                for split, share in by_split.items()
            ),
        )
        for name, by_split in shares.items()
    )


def _percent(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _scale(shares: Sequence[float]) -> float:
    """Return the share that fills a chart."""
    first, second, *_ = [*sorted(shares, reverse=True), 0.0, 0.0]
    return second if first > CUT * second > 0 else first or 1


def length_rows(lengths: Mapping[str, Lengths]) -> tuple[BarRow, ...]:
    """Return mean and quantiles of each split, the widest bar being the longest text of all."""
    longest = max(max((found.max for found in lengths.values()), default=1), 1)
    return tuple(
        BarRow(
            name,
            tuple(
                Bar(split, getattr(found, field) / longest, f"{getattr(found, field):,}")
                for split, found in lengths.items()
            ),
        )
        for name, field in MEASURES.items()
    )
