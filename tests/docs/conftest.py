"""What the documents' examples find: a checkout with the demo in it, and a Hub where all was published."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..hub.client import Hub

RunDocument = Callable[[Path], "subprocess.CompletedProcess[str]"]
# Not in the checkout that the examples see: what they make themselves, and what only git needs.
LEFT_OUT = {".git", ".venv", "hub", "site"}

# Where the documents publish to: each that does has an owner of its own, so that none sees what another did.
OWNERS = ("klue", "evaluate-metric", "my-team", "my-lab")


@pytest.fixture(scope="session")
def documents_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A Hub that holds the sample under the names of the real repositories."""
    with Hub(tmp_path_factory.mktemp("documents-hub")) as hub:
        yield hub


@pytest.fixture(scope="session")
def environment(documents_hub: Hub) -> dict[str, str]:
    """The environment of a maintainer who signed in to that Hub; every other host is out of reach."""
    token = documents_hub.token("me", orgs=dict.fromkeys(OWNERS, "write"))
    nowhere = "http://127.0.0.1:9"
    return {
        **documents_hub.env(token),
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "COLUMNS": "80",
    }


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A checkout as a reader has it after `make demo`, and the dataset and the metric on the Hub."""
    folder = tmp_path_factory.mktemp("checkout") / "klue-hub"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name not in LEFT_OUT:
            (folder / path.name).symlink_to(path)
    _link_environment(folder / ".venv")
    environment["PATH"] = f"{folder / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
    publish = [sys.executable, "publish/push_all.py", "--source", "sample", "--yes"]
    publish += ["--only", "datasets", "--only", "metrics"]
    for command in (["make", "demo"], publish):
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _link_environment(venv: Path) -> None:
    """Let a checkout use the running environment as its `.venv`, already set up for its Makefile."""
    venv.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name not in (".base", ".dev", "typed"):
            (venv / path.name).symlink_to(path)
    for mark in (".base", ".dev"):
        (venv / mark).touch()


@pytest.fixture(scope="session")
def run_document(checkout: Path, environment: dict[str, str]) -> RunDocument:
    """Run a document's examples in a process of its own, in that checkout."""

    def run(document: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.docs.examples", str(document)],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run
