"""What people know about the data: read once from this package, checked for form when read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from ..checks import Finding
from ..records import BuildRecord

HERE = Path(__file__).parent
FactsT = TypeVar("FactsT")


class ConfigProse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the card says about a config; `prose.yaml` explains the fields."""

    title: str
    title_ko: str
    abbreviation: str
    unit: str
    summary_en: str
    summary_ko: str
    text_from: str
    annotation: str
    metrics: dict[str, str]
    task_categories: list[str]
    task_ids: list[str]
    tags: list[str]
    licence: str
    labels_are: str
    length_of: str
    restored: list[str]
    columns: dict[str, str]


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and meaning of a computed figure."""

    name: str
    means: str


class Prose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `prose.yaml`."""

    dataset: dict[str, Any]
    agreement: dict[str, Figure]
    configs: dict[str, ConfigProse]


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the rows of a split that break a rule are."""

    config: str
    split: str
    rule: str
    data_versions: list[str]
    note: str


class UpstreamIssue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault reported upstream and not merged, with the numbers of its issues and pull requests."""

    config: str
    issues: list[int]
    says: str


class KnownIssues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `known_issues.yaml`."""

    sample_note: str
    notes: list[Note]
    upstream: list[UpstreamIssue]


def _load(name: str, kind: type[FactsT]) -> FactsT:
    return msgspec.convert(yaml.safe_load((HERE / name).read_text(encoding="utf-8")), kind)


@cache
def prose() -> Prose:
    """Return what the card says about the configs."""
    return _load("prose.yaml", Prose)


@cache
def known_issues() -> KnownIssues:
    """Return what is known about faulty rows."""
    return _load("known_issues.yaml", KnownIssues)


def note_for(record: BuildRecord, config: str, finding: Finding) -> str | None:
    """Return what the offending rows of a finding are, or None where nobody has looked at them."""
    if not finding.violations:
        return None
    if record.is_sample:
        return known_issues().sample_note
    if not record.configs[config].splits[finding.split].raw.is_pinned:
        return None
    key = (config, finding.split, finding.rule)
    return next(
        (
            note.note
            for note in known_issues().notes
            if (note.config, note.split, note.rule) == key and record.data_version in note.data_versions
        ),
        None,
    )
