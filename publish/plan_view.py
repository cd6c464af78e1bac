"""A plan as text for people and as JSON for machines."""

from __future__ import annotations

from typing import Any

from .plan import MAIN, Action, Plan

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


def plan_text(plan: Plan) -> str:
    """Return one plan for people."""
    return "\n".join([f"{plan.kind} {plan.repo_id} -> {plan.location}", *plan_lines(plan)])


def plan_lines(plan: Plan) -> list[str]:
    """Return the changes of a plan, tags and notes, and their counts; unchanged files are only counted."""
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
