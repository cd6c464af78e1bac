"""The table of the README: which releases were tried, and what works with them. Pure but for `update`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

BEGIN, END = "<!-- compat: begin -->", "<!-- compat: end -->"
PACKAGES = ("datasets", "huggingface-hub", "evaluate", "transformers", "pyarrow", "numpy")
CHECKS = {
    "loads": "load, stream",
    "builds": "build, publish to a folder",
    "pushes": "publish to a Hub, load from it",
    "bare": '`load_dataset("klue", …)` from a Hub',
    "scores": "score",
}
WORDS = {"passed": "yes", "xfailed": "no, upstream¹", "skipped": "no interpreter here"}
NOTE = (
    "¹ huggingface_hub 1.16 and later refuse an id without a namespace "
    "([issue 8612](https://github.com/huggingface/datasets/issues/8612)); `klue/klue` works, and the bare name "
    "works from a folder."
)


def render(
    versions: Mapping[str, Mapping[str, str]], outcomes: Mapping[str, Mapping[str, str]], day: date
) -> str:
    """Return the table.

    Args:
        versions: by environment, the version of Python and of each package.
        outcomes: by environment and check, `passed`, `xfailed` or `skipped`.
        day: of the run.
    """
    columns = ["environment", "Python", *PACKAGES, *CHECKS.values()]
    lines = [_row(columns), _row(["---"] * len(columns))]
    for name, found in outcomes.items():
        seen = versions.get(name, {})
        numbers = [seen.get(package, "") for package in ("python", *PACKAGES)]
        lines.append(_row([f"`{name}`", *numbers, *(WORDS[found[check]] for check in CHECKS)]))
    return "\n".join([f"`make compat`, {day.isoformat()}:", "", *lines, "", NOTE])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def names(readme: str) -> list[str]:
    """Return the environments that the README's table lists."""
    table = readme.partition(BEGIN)[2].partition(END)[0]
    return re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE)


def update(readme: Path, table: str) -> bool:
    """Put a table into the README, unless the one there differs in the date alone; return whether it did."""
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme} has no place for the table: {BEGIN} … {END}")
    if old.strip().splitlines()[1:] == table.splitlines()[1:]:
        return False
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    return True
