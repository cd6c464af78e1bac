"""The Space's README: rendered from its template, valid, and its examples run."""

from __future__ import annotations

import doctest
import runpy
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from klue_hub.metrics.klue_metric.tasks import TASKS

from .conftest import ROOT, SOURCE

README = SOURCE / "README.md"


@pytest.fixture(scope="module")
def renderer() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "metrics" / "render_card.py"))


def front_matter() -> dict[str, Any]:
    _, front, _ = README.read_text(encoding="utf-8").split("---\n", 2)
    read: dict[str, Any] = yaml.safe_load(front)
    return read


def test_readme_equals_the_rendering(renderer: dict[str, Any]) -> None:
    assert README.read_text(encoding="utf-8") == renderer["render"](), "run: python metrics/render_card.py"


def test_front_matter_is_that_of_a_metric_space(renderer: dict[str, Any]) -> None:
    front = front_matter()
    assert front == renderer["FRONT_MATTER"]
    assert front["sdk"] == "gradio"
    assert {"evaluate", "metric"} <= set(front["tags"])
    assert "app_file" not in front or (SOURCE / front["app_file"]).is_file()


def test_gradio_of_the_space_is_within_the_ranges_for_it(renderer: dict[str, Any]) -> None:
    lines = (SOURCE / "requirements.txt").read_text(encoding="utf-8").split() + (requires("klue-hub") or [])
    of_gradio = [Requirement(line) for line in lines if line.startswith("gradio")]
    assert len(of_gradio) == 2  # of the folder, and of the extra
    version = front_matter()["sdk_version"]
    assert version == renderer["GRADIO"]
    assert all(requirement.specifier.contains(version) for requirement in of_gradio)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_examples_run(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(space / "metrics")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    blocks = README.read_text(encoding="utf-8").split("```python\n")
    examples = [block.split("```")[0] for block in blocks if block.startswith(">>>")]
    test = doctest.DocTestParser().get_doctest("".join(examples), {}, "README.md", str(README), 0)
    failures: list[str] = []
    assert doctest.DocTestRunner(optionflags=flags).run(test, out=failures.append).failed == 0, "".join(
        failures
    )


def test_one_example_and_one_row_per_task() -> None:
    text = README.read_text(encoding="utf-8")
    for config, task in TASKS.items():
        assert f'evaluate.load("klue_metric", "{config}")' in text
        assert f"| `{config}` | {', '.join(f'`{name}`' for name in task.scores)}" in text


def test_docstring_example_of_the_metric(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import evaluate

    monkeypatch.chdir(space / "metrics")
    described = evaluate.load("klue_metric", "nli").inputs_description
    test = doctest.DocTestParser().get_doctest(described, {"evaluate": evaluate}, "inputs", None, None)
    assert doctest.DocTestRunner().run(test).failed == 0
