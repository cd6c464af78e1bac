"""The published folder under the `datasets` releases that people have; run by `make compat`.

Each release gets a virtual environment of its own below `.compat/`, made once.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..conftest import ROOT
from ..hub.client import Hub

pytestmark = pytest.mark.compat

# Each with a client of its time: huggingface_hub 0.x, 1.x and 2.x. pyarrow 21 took away what datasets 2.21
# imports; huggingface_hub 1.16 and later refuse the bare name `klue`.
RELEASES = {
    "2.21": ["datasets==2.21.0", "pyarrow<21", "fsspec[http]", "huggingface_hub<1"],
    "3.6": ["datasets==3.6.0", "fsspec[http]", "huggingface_hub<1"],
    "4.8": ["datasets>=4.8,<4.9", "fsspec[http]", "huggingface_hub<1.16"],
    "newest": ["datasets>=5,<6", "fsspec[http]", "huggingface_hub>=2"],
}
REFUSES_BARE_NAMES = "newest"


def run(command: list[str], cwd: Path, home: Path, environment: dict[str, str] | None = None) -> str:
    environment = {
        **(environment or os.environ),
        "HF_HOME": str(home),
        "HF_DATASETS_CACHE": str(home / "datasets"),
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="session", params=list(RELEASES))
def python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment with one release and this package without its dependencies."""
    requirements = RELEASES[request.param]
    home = ROOT / ".compat" / request.param
    ready = home / "ready.json"
    interpreter = home / "bin" / "python"
    if not ready.is_file() or json.loads(ready.read_text()) != requirements:
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        ours = ["msgspec", "click", "jinja2", "pyyaml", "filelock", "rich", "markdown-it-py", "evaluate"]
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *requirements, *ours], check=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", "--no-deps", "-e", str(ROOT)], check=True)
        ready.write_text(json.dumps(requirements))
    return interpreter


@pytest.fixture(scope="session")
def here(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the releases of this environment make of the folder."""
    return look(Path(sys.executable), published, tmp_path_factory.mktemp("here"))


def look(python: Path, published: Path, home: Path) -> dict[str, Any]:
    script = str(ROOT / "tests" / "compat" / "load_folder.py")
    folder = str(published / "datasets" / "klue" / "klue")
    result: dict[str, Any] = json.loads(run([str(python), script, folder], home, home).splitlines()[-1])
    return result


def test_release_loads_identical_rows_and_features(
    python: Path, published: Path, here: dict[str, Any], tmp_path: Path
) -> None:
    there = look(python, published, tmp_path)
    for way in ("by_path", "by_name"):
        for config, splits in here[way].items():
            assert there[way][config] == splits, (there["versions"], way, config)
            for found in splits.values():
                assert found["streamed"] == found["digest"]
                assert found["streamed_features"] == found["features"]


def test_builder_and_command_work_with_the_release(python: Path, tmp_path: Path) -> None:
    code = (
        "from klue_hub.datasets.klue import TASKS, Klue\n"
        "for config in TASKS:\n"
        "    builder = Klue(config_name=config, source='sample')\n"
        "    builder.download_and_prepare()\n"
        "    assert len(builder.as_dataset()['train']) >= 12\n"
        "print('fine')\n"
    )
    assert run([str(python), "-c", code], tmp_path, tmp_path).endswith("fine\n")
    script = str(ROOT / "publish" / "push_all.py")
    out = run(
        [str(python), script, "--source", "sample", "--only", "datasets", "--to", str(tmp_path / "hub")],
        tmp_path,
        tmp_path,
    )
    assert "Done: written and verified." in out


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A Hub that knows the old name, as the public one does."""
    with Hub(tmp_path_factory.mktemp("hub")) as server:
        server.rename("dataset", "klue", "klue/klue")
        yield server


def test_client_publishes_to_a_hub_and_loads_from_it(
    python: Path, hub: Hub, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The first client publishes, the others find all as wanted; each loads by the full and the bare name."""
    release = request.node.callspec.params["python"]
    script = str(ROOT / "publish" / "push_all.py")
    owner = f"org-{release.replace('.', '-')}"
    token = hub.token(f"alice-{owner}", orgs={owner: "write", "klue": "write"})
    for namespace in (owner, "klue"):
        options = ["--only", "datasets", "--source", "sample", "--yes", "--namespace", namespace]
        out = run([str(python), script, *options], tmp_path, tmp_path, hub.env(token))
        assert re.search(rf"(done|unchanged) +dataset {namespace}/klue", out)
    assert set(hub.tags("dataset", f"{owner}/klue")) == {"v1.0.0", "v1.1.0"}
    code = "import datasets, sys; print(len(datasets.load_dataset(sys.argv[1], 'sts', split='validation')))"
    assert run([str(python), "-c", code, "klue/klue"], tmp_path, tmp_path, hub.env()).endswith("13\n")
    if release == REFUSES_BARE_NAMES:
        reason = "huggingface_hub refuses an id without a namespace (huggingface/datasets issue 8612)"
        request.applymarker(pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason))
    assert run([str(python), "-c", code, "klue"], tmp_path, tmp_path, hub.env()).endswith("13\n")
