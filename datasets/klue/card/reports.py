"""What machines read beside the card: the report of the checks, and `eval.yaml`."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import yaml

from ..checks import Finding
from ..records import BuildRecord
from .facts import note_for, prose
from .front_matter import UNOFFICIAL

EVAL_SPLIT = "validation"
_EVAL_HEAD = """\
# `evaluation_framework` must be a value that Hugging Face has registered. None of the listed ones scores
# KLUE, so "klue" has to be registered there first (a pull request, then an allow-list); until then the Hub
# refuses this file.
# Test labels are not public: every task is scored on the validation split.
"""


def render_checks(record: BuildRecord) -> str:
    """Return every finding of a build as JSON, by config and split.

    Args:
        record: the build.

    Returns:
        An object with `data_version`, `sample` and `configs`; a finding's `note` says what the offending rows
        are, or is null where nobody has looked at them.
    """
    report = {
        "data_version": record.data_version,
        "sample": record.is_sample,
        "configs": {
            name: {
                split: [_finding(record, name, finding) for finding in built.findings]
                for split, built in config.splits.items()
            }
            for name, config in record.configs.items()
        },
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _finding(record: BuildRecord, config: str, finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "sentence": finding.says,
        "violations": finding.violations,
        "rows": finding.rows,
        "examples": msgspec.to_builtins(finding.examples),
        "fatal": finding.fatal,
        "note": note_for(record, config, finding),
    }


def render_eval_yaml() -> str:
    """Return `eval.yaml`: one task id for each official score of the eight official tasks."""
    tasks = [
        {"id": f"{config}.{score}", "config": config, "split": EVAL_SPLIT}
        for config, facts in prose().configs.items()
        if config != UNOFFICIAL
        for score in facts.metrics
    ]
    content = {
        "name": "KLUE",
        "description": "Korean Language Understanding Evaluation, scored on the validation split",
        "evaluation_framework": "klue",
        "tasks": tasks,
    }
    return _EVAL_HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
