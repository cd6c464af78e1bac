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


@pytest.fixture(params=[False, True], ids=["without Xet", "with Xet"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    with Hub(tmp_path / "empty-hub", offers_xet=request.param) as hub:
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

    assert not any("xet" in request.path for request in empty.requests)  # the way that every Hub has

    again = subprocess.run(PUSH, env=empty.env(token), capture_output=True, text=True, timeout=200)
    assert again.returncode == 0
    assert "12 unchanged" in again.stdout


@pytest.mark.parametrize("offers_xet", [False, True])
def test_hub_with_xet_is_told_from_one_without_by_a_client_that_insists_on_it(
    offers_xet: bool, tmp_path: Path
) -> None:
    """What the test Hubs above differ in is real: such a client comes to the store of the one, and fails at the other."""
    pytest.importorskip("hf_xet", reason="this platform has no Xet client")
    (tmp_path / "weights.safetensors").write_bytes(b"\0" * 4096)
    code = (
        "import sys, huggingface_hub as hub\n"
        "hub.HfApi().create_repo('alice/m')\n"
        "hub.HfApi().upload_file(path_or_fileobj=sys.argv[1], path_in_repo='w.safetensors', repo_id='alice/m')\n"
    )
    with Hub(tmp_path / "hub", offers_xet=offers_xet) as hub:
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "weights.safetensors")],
            env=hub.env(hub.token("alice")),
            capture_output=True,
            text=True,
            timeout=120,
        )
        seen = [(request.path.split("?")[0], request.status) for request in hub.requests]
    assert done.returncode != 0
    assert ("/api/models/alice/m/xet-write-token/main", 200 if offers_xet else 404) in seen
    assert any(path.startswith("/xet-store/") for path, _ in seen) == offers_xet
