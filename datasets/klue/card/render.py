"""The dataset card: README.md of the dataset repository, rendered from the record of a build."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..records import BuildRecord
from ..sources import DEFAULT_VERSION
from ..tasks import TASKS
from . import counts, tables
from .facts import HERE, ConfigProse, prose
from .front_matter import front_matter
from .markdown import code, example, fence

# Longer lists of labels are folded.
MOST_LABELS = 13

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # Markdown; texts from data are quoted in `markdown.py`
)


def render_card(record: BuildRecord, *, tool_version: str) -> str:
    """Return the card of a dataset repository, front matter included.

    The result depends on the arguments alone: no date, no file but this package's own.

    Args:
        record: the build.
        tool_version: version of this package, for the section on provenance.
    """
    body = _TEMPLATES.get_template("README.md.j2").render(_context(record, tool_version))
    return f"---\n{front_matter(record)}---\n\n{body}"


def _context(record: BuildRecord, tool_version: str) -> dict[str, Any]:
    """Return all that the templates show; they put it in order and compute nothing."""
    dataset = prose().dataset
    return {
        "dataset": dataset,
        "citations": [fence(dataset[name], "bibtex") for name in ("citation_klue", "citation_ood")],
        "data_version": record.data_version,
        "is_default_version": record.data_version == DEFAULT_VERSION,
        "is_sample": record.is_sample,
        "missing": missing_splits(record),
        "changed": changed_files(record),
        "tasks": [_task(record, config, facts) for config, facts in prose().configs.items()],
        "tasks_table": tables.tasks(record),
        "splits_table": tables.splits(record),
        "agreement_table": tables.agreement(record),
        "found_issues_table": tables.found_issues(record),
        "upstream_issues_table": tables.upstream_issues(),
        "restored_table": tables.restored_columns(),
        "provenance_table": tables.provenance(record),
        "tool_version": code(tool_version),
    }


def missing_splits(record: BuildRecord) -> list[str]:
    """Return what a complete repository has and this one has not, as one text for each config."""
    found = []
    for config in TASKS:
        here = record.configs[config].splits if config in record.configs else {}
        absent = [split for split in tables.SPLITS if split not in here]
        if absent:
            found.append(f"{code(config)} ({', '.join(absent)})")
    return found


def changed_files(record: BuildRecord) -> list[str]:
    """Return the raw files that are not byte for byte the pinned ones."""
    return [code(built.raw.path) for _, _, built in tables.every_split(record) if not built.raw.is_pinned]


def _task(record: BuildRecord, config: str, facts: ConfigProse) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "config": config,
        "facts": facts,
        "metrics": [f"{code(score)}: {means}" for score, means in facts.metrics.items()],
        "fields": tables.fields(config),
        "built": None,
    }
    if config in record.configs:
        built = record.configs[config]
        shown["built"] = {
            "example": example(built.example),
            "labels": counts.label_counts(config, built),
            "fold_labels": len(TASKS[config].label_names) > MOST_LABELS,
            "sources": counts.source_counts(built),
            "lengths": counts.lengths(built),
        }
    return shown
