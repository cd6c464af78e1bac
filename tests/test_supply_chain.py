"""What comes from elsewhere: licences are listed, workflows run pinned code with the least rights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import third_party

from .conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def rows() -> dict[str, tuple[str, str]]:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {name: (needed, licence) for name, needed, licence in found}


def test_every_dependency_is_listed_with_its_licence() -> None:
    wanted = {name: ", ".join(groups) for name, groups in third_party.requirements().items()}
    listed = rows()
    assert {name: needed for name, (needed, _) in listed.items()} == wanted, "run python tools/third_party.py"
    assert [name for name, (_, licence) in listed.items() if "not installed" in licence] == []


def test_licences_of_what_is_used_allow_commercial_use() -> None:
    free = re.compile(r"Apache|BSD|MIT|Python Software Foundation|PSF|0BSD|Zlib|CC0", re.IGNORECASE)
    used = {
        name: licence for name, (needed, licence) in rows().items() if "use" in needed or "space" in needed
    }
    assert len(used) > 10
    assert {name: licence for name, licence in used.items() if not free.search(licence)} == {}


def test_there_are_workflows() -> None:
    assert {path.name for path in WORKFLOWS} == {"ci.yml", "weekly.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_runs_pinned_actions_with_least_rights(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow: dict[str, Any] = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 120
        for step in job["steps"]:
            assert "secrets." not in str(step)
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]), step
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
    pins = re.findall(r"uses: (\S+)(.*)", text)
    assert all(re.fullmatch(r" # v\d+\.\d+\.\d+", comment) for _, comment in pins), pins


def test_ci_runs_what_the_projects_own_ci_runs_on_every_python() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert job["strategy"]["matrix"]["python"] == re.findall(r"Python :: (3\.\d+)", pyproject)


def test_weekly_targets_exist() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text(encoding="utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in workflow["jobs"]["long"]["strategy"]["matrix"]["target"]:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
