"""The report: one HTML page of what was published, with nothing to load from elsewhere. Pure."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from klue_hub.datasets.klue.card.facts import prose
from klue_hub.datasets.klue.records import BuildRecord, ConfigRecord
from klue_hub.datasets.klue.tasks import TASKS

from .dataset_repo import broken_rules
from .run import Outcome, Result

SHOWN_LABELS = 13  # longer lists of labels are folded

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def report_html(outcomes: list[Outcome], place: str) -> str:
    """Return the page.

    Args:
        outcomes: what became of each repository.
        place: the target, for people.
    """
    records = [step.release.manifest.build for outcome in outcomes for step in outcome.steps]
    record = next((record for record in reversed(records) if record), None)
    return _TEMPLATES.get_template("report.html.j2").render(
        headline=_headline(outcomes),
        place=place,
        tool_version=version("klue-hub"),
        repositories=[_repository(outcome) for outcome in outcomes],
        build=_build(record) if record else None,
        shown=SHOWN_LABELS,
    )


def _headline(outcomes: list[Outcome]) -> str:
    failed = sum(outcome.result.is_failure for outcome in outcomes)
    if failed:
        return f"{failed} of {len(outcomes)} repositories failed"
    if all(outcome.result in (Result.PLANNED, Result.UNCHANGED) for outcome in outcomes):
        return "what would be published" if _any_planned(outcomes) else "everything is as wanted"
    return "what was published"


def _any_planned(outcomes: list[Outcome]) -> bool:
    return any(outcome.result is Result.PLANNED for outcome in outcomes)


def _repository(outcome: Outcome) -> dict[str, Any]:
    counts = [step.plan.counts for step in outcome.steps]
    location = outcome.location
    return {
        "kind": outcome.kind,
        "repo_id": outcome.repo_id,
        "result": outcome.result.value,
        "error": outcome.error,
        "link": location if "://" in location else Path(location).resolve().as_uri(),
        "notes": [note for step in outcome.steps for note in step.plan.notes],
        "counts": {
            name: sum(count[name] for count in counts) for name in ("add", "update", "delete", "same")
        },
    }


def _build(record: BuildRecord) -> dict[str, Any]:
    most = max(split.rows for config in record.configs.values() for split in config.splits.values())
    return {
        "version": record.data_version,
        "is_sample": record.is_sample,
        "issues": broken_rules(record, list(record.configs)),
        "tasks": [_task(name, config, most) for name, config in record.configs.items()],
    }


def _task(name: str, config: ConfigRecord, most: int) -> dict[str, Any]:
    return {
        "config": name,
        "title": prose().configs[name].title,
        "is_official": TASKS[name].is_official,
        "splits": [
            {
                "name": split,
                "rows": f"{built.rows:,}",
                "share": built.rows / most,
            }
            for split, built in config.splits.items()
        ],
        "labels": _labels(config),
        "lengths": _lengths(config),
    }


def _lengths(config: ConfigRecord) -> list[dict[str, Any]]:
    """Return the quantiles of the text's length in each split, widths relative to the longest text."""
    found = {split: built.statistics.lengths for split, built in config.splits.items()}
    longest = max(max(lengths.max for lengths in found.values()), 1)
    measures = {"median": "median", "95% within": "p95", "longest": "max"}
    return [
        {
            "name": name,
            "splits": [
                {
                    "name": split,
                    "share": getattr(lengths, field) / longest,
                    "text": f"{getattr(lengths, field):,}",
                }
                for split, lengths in found.items()
            ],
        }
        for name, field in measures.items()
    ]


def _labels(config: ConfigRecord) -> list[dict[str, Any]]:
    """Return each label's share in each split, widths relative to the most frequent one."""
    found = {split: built.statistics.labels for split, built in config.splits.items()}
    totals = {split: max(sum(labels.values()), 1) for split, labels in found.items()}
    names = list(dict.fromkeys(name for labels in found.values() for name in labels))
    shares = {
        (name, split): labels.get(name, 0) / totals[split]
        for split, labels in found.items()
        for name in names
    }
    widest = max(shares.values(), default=1) or 1
    return [
        {
            "name": name,
            "splits": [
                {"name": split, "share": shares[name, split] / widest, "text": f"{shares[name, split]:.1%}"}
                for split in found
            ],
        }
        for name in names
    ]
