"""What the command shows: plans and results as text for people and as JSON for machines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .plan import MAIN, Action, Plan
from .run import Outcome, Result

PATH_WIDTH = 42
REASON_WIDTH = 16


def human_bytes(count: int) -> str:
    """Return a size as `12.3 kB` (decimal units, as the Hub shows them)."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def outcome_text(outcome: Outcome) -> str:
    """Return the plans of a repository for people; unchanged files are only counted."""
    lines = [f"{outcome.kind} {outcome.repo_id} -> {outcome.location}"]
    for step in outcome.steps:
        if len(outcome.steps) > 1:
            lines.append(f"  commit: {step.release.title}")
        lines += _plan_lines(step.plan)
    if not outcome.steps:
        lines.append("  nothing to do" if outcome.result is not Result.FAILED else "  no plan, see below")
    return "\n".join(lines)


def plan_text(plan: Plan) -> str:
    """Return one plan for people."""
    return "\n".join([f"{plan.kind} {plan.repo_id} -> {plan.location}", *_plan_lines(plan)])


def _plan_lines(plan: Plan) -> list[str]:
    lines = []
    for change in plan.changes:
        if change.action is not Action.SAME:
            size = human_bytes(change.size)
            line = f"  {change.action.value:<8}{change.path:<{PATH_WIDTH}} {size:>9}"
            joint = "  " if len(change.reason) <= REASON_WIDTH else "\n          "
            lines.append(line + joint + change.reason)
    if plan.tag:
        lines.append(f"  tag     {plan.tag}" + (f", beside {MAIN}" if plan.branch != MAIN else ""))
    lines += [f"  note    {note}" for note in plan.notes]
    lines.append("  " + summary(plan))
    return lines


def summary(plan: Plan) -> str:
    """Return the counts of a plan in one line."""
    counts = plan.counts
    parts = [
        f"{counts['add']} to add",
        f"{counts['update']} to update",
        f"{counts['delete']} to delete",
        f"{counts['same']} unchanged",
    ]
    if counts["stale"]:
        parts.append(f"{counts['stale']} stale, kept")
    if counts["blocked"]:
        parts.append(f"{counts['blocked']} BLOCKED")
    if plan.foreign:
        parts.append(f"{len(plan.foreign)} not ours, untouched")
    return ", ".join(parts) + (f" ({human_bytes(plan.bytes_to_write)} to write)" if plan.writes else "")


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


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON values."""
    return {
        "creates_repository": plan.creates,
        "branch": plan.branch,
        "tag": plan.tag,
        "notes": list(plan.notes),
        "counts": plan.counts,
        "bytes_to_write": plan.bytes_to_write,
        "changes": [
            {
                "path": change.path,
                "action": change.action.value,
                "reason": change.reason,
                "bytes": change.size,
            }
            for change in plan.changes
        ],
        "untouched": list(plan.foreign),
    }
