"""What the command shows of repositories: plans and results as text for people and as JSON for machines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .plan_view import plan_json, plan_lines
from .run import Outcome, Result

EXAMPLE_CONFIG = "sts"


def outcome_text(outcome: Outcome) -> str:
    """Return the plans of a repository for people; unchanged files are only counted."""
    lines = [f"{outcome.kind} {outcome.repo_id} -> {outcome.location}"]
    for step in outcome.steps:
        if len(outcome.steps) > 1:
            lines.append(f"  commit: {step.release.title}")
        lines += plan_lines(step.plan)
    if not outcome.steps:
        lines.append("  nothing to do" if outcome.result is not Result.FAILED else "  no plan, see below")
    return "\n".join(lines)


def results_text(outcomes: list[Outcome]) -> str:
    """Return what became of each repository, with where to look, and a last line that counts."""
    lines = []
    for outcome in outcomes:
        lines.append(f"  {outcome.result.value:<10}{outcome.key}")
        lines += [f"            {pushed.url}" for pushed in outcome.pushed]
        if not outcome.pushed and not outcome.error:
            lines.append(f"            {outcome.location}")
    counted = Counter(outcome.result for outcome in outcomes)
    return "\n".join(
        [*lines, ", ".join(f"{counted[result]} {result.value}" for result in Result if counted[result])]
    )


def example_config(outcome: Outcome) -> str:
    """Return the config to show loading with: one that was built."""
    configs = [name for build in outcome.builds for name in build.configs]
    return EXAMPLE_CONFIG if EXAMPLE_CONFIG in configs or not configs else configs[0]


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return a repository's plans and result as JSON values."""
    return {
        "kind": outcome.kind,
        "repo_id": outcome.repo_id,
        "location": outcome.location,
        "result": outcome.result.value,
        "error": outcome.error or None,
        "steps": [
            {**plan_json(step.plan), "title": step.release.title, "parent": step.observed.head}
            for step in outcome.steps
        ],
        "pushed": [
            {"url": pushed.url, "commit": pushed.commit, "pull_request": pushed.pull_request}
            for pushed in outcome.pushed
        ],
    }
