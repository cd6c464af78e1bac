"""The published output and the metric under the releases that people have; run by `make compat`.

Each environment is made once below `.compat/`, and again when its pins change. The Hub is a process of the main
interpreter; only clients run in the environments.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from klue_hub.metrics.klue_metric.examples import FILE as EXAMPLES
from klue_hub.metrics.klue_metric.pipeline import score

from ..conftest import ROOT, SHARED
from ..hub.client import Hub
from .conftest import VERSIONS
from .environments import ENVIRONMENTS
from .interpreters import find_python
from .table import PACKAGES

pytestmark = [pytest.mark.compat, pytest.mark.parametrize("environment", ENVIRONMENTS, scope="session")]

HERE = Path(__file__).parent


def run(command: list[str | Path], cwd: Path, home: Path, environment: dict[str, str] | None = None) -> str:
    environment = {
        **(environment or os.environ),
        "HF_HOME": str(home),
        "HF_DATASETS_CACHE": str(home / "datasets"),
        "HF_EVALUATE_CACHE": str(home / "evaluate"),
        "HF_MODULES_CACHE": str(home / "modules"),
    }
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="session")
def python(environment: str) -> Path:
    """The interpreter of an environment, with the package and its dependencies as pip resolves them."""
    wanted = ENVIRONMENTS[environment]
    home = ROOT / ".compat" / environment
    ready, interpreter = home / "ready.json", home / "bin" / "python"
    recipe = [wanted.python, *wanted.pins, (ROOT / "pyproject.toml").read_text(encoding="utf-8")]
    if not ready.is_file() or json.loads(ready.read_text()) != recipe:
        base = find_python(wanted.python)
        if base is None:
            pytest.skip(f"no Python {wanted.python} on this machine")
        subprocess.run([base, "-m", "venv", "--clear", home], check=True)
        subprocess.run(
            [
                interpreter,
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                *wanted.pins,
                "-e",
                ROOT,
            ],
            check=True,
        )
        ready.write_text(json.dumps(recipe))
    code = (
        "import json, platform, importlib.metadata as m; "
        f"print(json.dumps({{'python': platform.python_version(), **{{n: m.version(n) for n in {PACKAGES!r}}}}}))"
    )
    done = subprocess.run([interpreter, "-c", code], check=True, capture_output=True, text=True)
    VERSIONS[environment] = json.loads(done.stdout)
    return interpreter


@pytest.fixture(scope="session")
def here(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the releases of this environment make of the folder."""
    return look(Path(sys.executable), published, tmp_path_factory.mktemp("here"))


def look(python: Path, published: Path, home: Path) -> dict[str, Any]:
    folder = published / "datasets" / "klue" / "klue"
    out = run([python, HERE / "load_folder.py", folder], home, home)
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    return result


@pytest.mark.check("loads")
def test_release_loads_identical_rows_and_features(
    environment: str, python: Path, published: Path, here: dict[str, Any], tmp_path: Path
) -> None:
    there = look(python, published, tmp_path)
    for way in ("by_path", "by_name"):
        for config, splits in here[way].items():
            assert there[way][config] == splits, (there["versions"], way, config)
            for found in splits.values():
                assert found["streamed"] == found["digest"]
                assert found["streamed_features"] == found["features"]


@pytest.mark.check("builds")
def test_builder_and_command_work_with_the_release(environment: str, python: Path, tmp_path: Path) -> None:
    code = (
        "from klue_hub.datasets.klue import TASKS, Klue\n"
        "for config in TASKS:\n"
        "    builder = Klue(config_name=config, source='sample')\n"
        "    builder.download_and_prepare()\n"
        "    assert len(builder.as_dataset()['train']) >= 12\n"
        "print('fine')\n"
    )
    assert run([python, "-c", code], tmp_path, tmp_path).endswith("fine\n")
    script = ROOT / "publish" / "push_all.py"
    out = run([python, script, "--source", "sample", "--to", tmp_path / "hub"], tmp_path, tmp_path)
    assert "Done: written and verified." in out
    assert "12 done" in out


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A Hub that knows the old name, as the public one does, and holds what this environment published."""
    with Hub(tmp_path_factory.mktemp("hub")) as server:
        server.rename("dataset", "klue", "klue/klue")
        push(Path(sys.executable), server, "klue", tmp_path_factory.mktemp("home"))
        yield server


def push(python: Path, hub: Hub, owner: str, home: Path) -> str:
    token = hub.token(f"alice-{owner}", orgs={owner: "write"})
    target = ["--namespace", owner, "--metric-id", f"{owner}/klue_metric"]
    command = [python, ROOT / "publish" / "push_all.py", "--source", "sample", "--yes", *target]
    return run(command, home, home, hub.env(token))


@pytest.mark.check("pushes")
def test_client_publishes_all_to_a_hub_and_loads_from_it(
    environment: str, python: Path, hub: Hub, tmp_path: Path
) -> None:
    owner = f"org-{environment}"
    assert "12 done" in push(python, hub, owner, tmp_path)
    assert "12 unchanged" in push(python, hub, owner, tmp_path)
    assert set(hub.tags("dataset", f"{owner}/klue")) == {"v1.0.0", "v1.1.0"}
    code = (
        "import sys, datasets, evaluate, huggingface_hub as hub\n"
        "owner = sys.argv[1]\n"
        "print(len(datasets.load_dataset(f'{owner}/klue', 'sts', split='validation')))\n"
        "print(next(iter(datasets.load_dataset(f'{owner}/klue', 'ner', split='train', streaming=True)))['guid'])\n"
        "print(hub.ModelCard.load(f'{owner}/roberta-large').data.eval_results[0].dataset_config)\n"
        "print(evaluate.load(f'{owner}/klue_metric', 'nli').compute(predictions=[0, 1], references=[0, 2]))\n"
    )
    out = run([python, "-c", code, owner], tmp_path, tmp_path, hub.env())
    assert out.splitlines()[-4:] == ["13", "klue-ner-v1_train_00000", "ynat", "{'accuracy': 50.0}"]


@pytest.mark.check("bare")
def test_bare_name_loads_from_a_hub(
    environment: str, python: Path, hub: Hub, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if ENVIRONMENTS[environment].refuses_bare_names:
        reason = "huggingface_hub refuses an id without a namespace (huggingface/datasets issue 8612)"
        request.applymarker(pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason))
    code = "import datasets; print(len(datasets.load_dataset('klue', 'sts', split='validation')))"
    assert run([python, "-c", code], tmp_path, tmp_path, hub.env()).endswith("13\n")


def inputs() -> list[dict[str, Any]]:
    """The examples, and official cases where they are at hand."""
    key = {"sts": ("score", "real-label"), "re": ("probabilities", "label"), "ner": ("tags", "tags")}
    rows = []
    for config, sides in json.loads(EXAMPLES.read_text(encoding="utf-8")).items():
        mine, gold = key.get(config, ("label", "label"))
        if config in ("dp", "mrc"):
            given = dict(sides)
        elif config == "wos":
            turns = {
                side: [turn["state"] for row in found for turn in row["dialogue"] if turn["role"] == "user"]
                for side, found in sides.items()
            }
            given = turns
        else:
            given = {
                "predictions": [row[mine] for row in sides["predictions"]],
                "references": [row[gold] for row in sides["references"]],
            }
        rows.append({"config": config, "inputs": given})
    if SHARED.is_dir():
        for path in sorted((SHARED / "golden").glob("*.json.gz")):
            config, cases = path.name.partition(".")[0], json.loads(gzip.decompress(path.read_bytes()))
            rows += [{"config": config, "inputs": case["inputs"]} for case in cases[:5]]
    return rows


@pytest.mark.check("scores")
def test_metric_gives_the_same_numbers(environment: str, python: Path, tmp_path: Path) -> None:
    rows = inputs()
    (tmp_path / "cases.json").write_text(json.dumps(rows))
    folder = ROOT / "metrics" / "klue_metric"
    out = run([python, HERE / "score_examples.py", folder, tmp_path / "cases.json"], tmp_path, tmp_path)
    found = json.loads(out.splitlines()[-1])["results"]
    with pytest.warns(UserWarning, match="auprc takes 50"):
        want = [score(row["config"], **row["inputs"]) for row in rows]
    for row, got, expected in zip(rows, found, want, strict=True):
        assert got == pytest.approx(expected, abs=1e-9, nan_ok=True), row["config"]
    assert re.fullmatch(r"[0-9.]+", VERSIONS[environment]["evaluate"])
