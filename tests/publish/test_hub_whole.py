"""The whole: an empty Hub, one run, and what users then get from it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from klue_hub.datasets.klue import TASKS
from klue_hub.model_cards import load_catalog

from ..conftest import ROOT
from ..hub.client import Hub

SCRIPT = Path(__file__).with_name("read_hub.py")
PUSH = [sys.executable, str(ROOT / "publish/push_all.py"), "--source", "sample", "--yes", "--benchmark"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with Hub(tmp_path_factory.mktemp("empty-hub")) as hub:
        yield hub


def test_one_run_publishes_all_and_everybody_can_use_it(empty: Hub, tmp_path: Path) -> None:
    token = empty.token("maintainer", orgs={"klue": "write", "evaluate-metric": "write"})
    report = tmp_path / "report.html"
    pushed = subprocess.run(
        [*PUSH, "--report", str(report)], env=empty.env(token), capture_output=True, text=True, timeout=200
    )
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert "12 done" in pushed.stdout
    assert len(empty.repos()) == 12
    assert token not in pushed.stdout + pushed.stderr + report.read_text(encoding="utf-8")
    assert not any(request.token_in_path for request in empty.requests)

    names = (",".join(TASKS), ",".join(load_catalog().baselines))
    read = subprocess.run(
        [sys.executable, str(SCRIPT), *names],
        env=empty.env(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert read.returncode == 0, read.stderr
    found = json.loads(read.stdout)
    changed = {"ner", "mrc"}  # the validation splits that data version 1.1 changed
    for config, seen in found["configs"].items():
        assert set(seen["rows"]) == {"train", "validation"}
        assert min(seen["rows"].values()) >= 12
        assert seen["streams_the_same"]
        assert seen["newest_is_v1.1.0"]
        assert seen["v1.0.0_differs"] == (config in changed)
        assert seen["metric"] == "klue_metric"
    released = {name for name, baseline in load_catalog().baselines.items() if baseline.released.value}
    for name, seen in found["models"].items():
        assert seen == {"scores": 14 * (name in released), "benchmark": 14 * (name in released)}
    assert found["tasks"] == 14
    assert found["accuracy"] == {"accuracy": pytest.approx(200 / 3)}
    assert found["charts"] == ["charts/scores.png", "charts/sizes.png"]

    again = subprocess.run(PUSH, env=empty.env(token), capture_output=True, text=True, timeout=200)
    assert again.returncode == 0
    assert "12 unchanged" in again.stdout
