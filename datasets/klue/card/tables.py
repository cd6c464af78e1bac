"""The tables of the card. Texts from data go through `code`; the other texts are ours."""

from __future__ import annotations

from collections.abc import Iterator

from ..checks import ROW_COUNT, Finding
from ..features import Feature, Features
from ..records import BuildRecord, RawOrigin, SplitRecord
from ..tasks import TASKS
from .facts import known_issues, note_for, prose
from .markdown import code, table

SPLITS = ("train", "validation")
SHOWN_GUIDS = 3
SHORT_ID = 12


def columns(features: Features, parent: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and type of every column, nested ones after the one that holds them."""
    for name, feature in features.items():
        path = parent + name
        yield path, type_name(feature)
        inner = feature[0] if isinstance(feature, list) else feature
        if isinstance(inner, dict) and "_type" not in inner:
            yield from columns(inner, f"{path}.")


def type_name(feature: Feature) -> str:
    """Return a feature's type for readers."""
    if isinstance(feature, list):
        return f"list of {type_name(feature[0])}"
    kind = feature.get("_type")
    if kind == "Value":
        return str(feature["dtype"])
    return f"class label ({len(feature['names'])})" if kind == "ClassLabel" else "struct"


def fields(config: str) -> str:
    """Return the columns of a config with type and meaning."""
    described = prose().configs[config].columns
    rows = [[code(path), kind, described[path]] for path, kind in columns(TASKS[config].features)]
    return table(["field", "type", "meaning"], rows)


def tasks(record: BuildRecord) -> str:
    """Return the overview of the nine tasks."""
    rows = []
    for config, facts in prose().configs.items():
        metrics = ", ".join(code(score) for score in facts.metrics)
        rows.append(
            [
                code(config),
                f"{facts.title} ({facts.abbreviation})",
                facts.unit,
                metrics,
                *_rows(record, config),
            ]
        )
    return table(["config", "task", "unit of scoring", "metrics", "train:", "validation:"], rows)


def _rows(record: BuildRecord, config: str) -> list[str]:
    splits = record.configs[config].splits if config in record.configs else {}
    return [f"{splits[name].rows:,}" if name in splits else "—" for name in SPLITS]


def splits(record: BuildRecord) -> str:
    """Return size of every split that is here."""
    rows = [
        [code(name), split, f"{built.rows:,}", _size(built.file_bytes), _size(built.num_bytes)]
        for name, split, built in every_split(record)
    ]
    return table(["config", "split", "rows:", "download:", "in memory:"], rows)


def _size(number: int) -> str:
    return f"{number / 1e6:,.1f} MB" if number >= 100_000 else f"{number / 1e3:,.1f} kB"


def every_split(record: BuildRecord) -> Iterator[tuple[str, str, SplitRecord]]:
    """Yield config, split and record of everything that was built."""
    for name, config in record.configs.items():
        for split, built in config.splits.items():
            yield name, split, built


def agreement(record: BuildRecord) -> str:
    """Return the agreement figures of every split that has the annotators' votes; empty if none has."""
    rows = []
    for config, split, built in every_split(record):
        figures = dict(built.statistics.agreement)
        items = figures.pop("items", built.rows)
        votes = f"{figures.pop('raters'):.0f}" if "raters" in figures else "varies"
        for name, value in figures.items():
            figure = prose().agreement[name]
            shown = f"{value:.1f}%" if name.endswith("_percent") else f"{value:.3f}"
            rows.append([code(config), split, figure.name, shown, f"{items:,.0f}", votes, figure.means])
    header = ["config", "split", "figure", "value:", "rows:", "votes a row:", "what it tells"]
    return table(header, rows) if rows else ""


def found_issues(record: BuildRecord) -> str:
    """Return a row for every rule that rows break; empty where none does."""
    rows = [
        [code(config), split, finding.says, f"{_rows_at_fault(finding):,}", _first(finding), note]
        for config, split, built in every_split(record)
        for finding in built.findings
        if finding.violations
        for note in [note_for(record, config, finding) or "Counted; nobody has described these rows yet."]
    ]
    return table(["config", "split", "rule", "rows:", "first ones", "what they are"], rows) if rows else ""


def _rows_at_fault(finding: Finding) -> int:
    return finding.rows if finding.rule == ROW_COUNT else finding.violations


def _first(finding: Finding) -> str:
    if finding.rule == ROW_COUNT:  # of a whole split, not of single rows
        return "all"
    shown = ", ".join(code(example.guid) for example in finding.examples[:SHOWN_GUIDS])
    return f"{shown}, …" if finding.violations > SHOWN_GUIDS else shown


def upstream_issues() -> str:
    """Return the faults that were reported upstream and not merged."""
    repository = prose().dataset["repository"]
    rows = [
        [
            code(issue.config),
            issue.says,
            ", ".join(f"[#{number}]({repository}/issues/{number})" for number in issue.issues),
        ]
        for issue in known_issues().upstream
    ]
    return table(["config", "fault", "reported in"], rows)


def restored_columns() -> str:
    """Return the columns that the Hub's copy dropped, by config."""
    rows = [
        [code(config), ", ".join(code(name) for name in facts.restored)]
        for config, facts in prose().configs.items()
        if facts.restored
    ]
    return table(["config", "columns"], rows)


def _blob(raw: RawOrigin) -> str:
    if raw.is_pinned:
        return code(raw.blob_id[:SHORT_ID])
    return f"{code(raw.blob_id[:SHORT_ID])}, **changed**: {code(raw.expected_blob_id[:SHORT_ID])} is pinned"


def provenance(record: BuildRecord) -> str:
    """Return for every split the raw file it was built from, and hashes of both."""
    rows = [
        [
            code(config),
            split,
            code(built.raw.path),
            code(f"{built.raw.repo}@{built.raw.commit[:SHORT_ID]}"),
            _blob(built.raw),
            f"{built.rows:,}",
            code(built.file_sha256[:SHORT_ID]),
        ]
        for config, split, built in every_split(record)
    ]
    header = ["config", "split", "raw file", "repository and commit", "git blob", "rows:", "sha256 (Parquet)"]
    return table(header, rows)
