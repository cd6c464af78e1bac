"""The table of the READMEs: which releases were tried, and what works with them. Pure but for `update`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

BEGIN, END = "<!-- compat: begin -->", "<!-- compat: end -->"
PACKAGES = ("datasets", "huggingface-hub", "evaluate", "transformers", "pyarrow", "numpy")
CHECKS = ("loads", "builds", "pushes", "bare", "scores")


class Words(NamedTuple):
    """What the table says in a language: `columns` by check, `outcomes` by what pytest calls them."""

    head: str
    environment: str
    columns: Mapping[str, str]
    outcomes: Mapping[str, str]
    note: str


READMES = {
    "README.md": Words(
        head="`make compat`, {day}:",
        environment="environment",
        columns={
            "loads": "load, stream",
            "builds": "build, publish to a folder",
            "pushes": "publish to a Hub, load from it",
            "bare": '`load_dataset("klue", …)` from a Hub',
            "scores": "score",
        },
        outcomes={"passed": "yes", "xfailed": "no, upstream¹", "skipped": "no interpreter here"},
        note="¹ huggingface_hub 1.16 and later refuse an id without a namespace "
        "([issue 8612](https://github.com/huggingface/datasets/issues/8612)); `klue/klue` works, and the bare name "
        "works from a folder.",
    ),
    "README.ko.md": Words(
        head="{day}에 `make compat`으로 확인한 결과입니다.",
        environment="환경",
        columns={
            "loads": "불러오기, 스트리밍",
            "builds": "빌드, 폴더에 배포",
            "pushes": "Hub에 배포하고 불러오기",
            "bare": 'Hub에서 `load_dataset("klue", …)`',
            "scores": "채점",
        },
        outcomes={"passed": "됨", "xfailed": "안 됨(라이브러리의 제약)¹", "skipped": "인터프리터 없음"},
        note="¹ huggingface_hub 1.16부터는 네임스페이스 없는 이름을 거부합니다"
        "([이슈 8612](https://github.com/huggingface/datasets/issues/8612)). `klue/klue`는 되고, 폴더에서는 짧은 "
        "이름도 됩니다.",
    ),
}


def render(
    words: Words,
    versions: Mapping[str, Mapping[str, str]],
    outcomes: Mapping[str, Mapping[str, str]],
    day: date,
) -> str:
    """Return the table.

    Args:
        words: of its language.
        versions: by environment, the version of Python and of each package.
        outcomes: by environment and check, `passed`, `xfailed` or `skipped`.
        day: of the run.
    """
    columns = [words.environment, "Python", *PACKAGES, *(words.columns[check] for check in CHECKS)]
    lines = [_row(columns), _row(["---"] * len(columns))]
    for name, found in outcomes.items():
        seen = versions.get(name, {})
        numbers = [seen.get(package, "") for package in ("python", *PACKAGES)]
        lines.append(_row([f"`{name}`", *numbers, *(words.outcomes[found[check]] for check in CHECKS)]))
    return "\n".join([words.head.format(day=day.isoformat()), "", *lines, "", words.note])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def names(readme: str) -> list[str]:
    """Return the environments that a README's table lists."""
    table = readme.partition(BEGIN)[2].partition(END)[0]
    return re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE)


def update(readme: Path, table: str) -> bool:
    """Put a table into a README, unless the one there differs in the date alone; return whether it did."""
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme} has no place for the table: {BEGIN} … {END}")
    if old.strip().splitlines()[1:] == table.splitlines()[1:]:
        return False
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    return True
