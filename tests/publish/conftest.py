"""Publishing to a Hub: a server process, accounts, and the command in this process."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from klue_hub.datasets.klue.sources import SAMPLE
from klue_hub.publish import hub_calls
from klue_hub.publish.cli import main

from ..conftest import Run
from ..hub.client import Hub

Push = Callable[..., Result]


@pytest.fixture(scope="session")
def hub_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One server for the session; each test uses owners of its own."""
    with Hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture
def hub(hub_process: Hub) -> Iterator[Hub]:
    """The server, without faults left by another test."""
    hub_process.clear_faults()
    hub_process.clear_requests()
    yield hub_process
    hub_process.clear_faults()


@pytest.fixture
def owner() -> str:
    """An organisation that no other test uses."""
    return f"org-{secrets.token_hex(4)}"


@pytest.fixture
def token(hub: Hub, owner: str) -> str:
    """The token of a maintainer of that organisation."""
    return hub.token(f"alice-{owner}", orgs={owner: "write"})


@pytest.fixture
def push(hub: Hub, owner: str, token: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Push:
    """Run the command against the Hub, as that maintainer, on the bundled sample."""
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setattr(hub_calls, "FIRST_WAIT", 0.02)  # a server on this machine recovers at once
    monkeypatch.setattr(hub_calls, "LONGEST_WAIT", 0.1)

    def run(*arguments: str, status: int | None = 0, sure: bool = True) -> Result:
        done = CliRunner().invoke(
            main,
            [
                *("--endpoint", hub.endpoint, "--source", "sample"),
                *("--namespace", owner, "--metric-id", f"{owner}/klue_metric"),
                *(("--yes",) if sure else ()),
                *arguments,
            ],
        )
        text = done.stdout + done.stderr
        assert token not in text
        assert "--verbose" in arguments or "Traceback" not in text
        if status is not None:
            assert done.exit_code == status, text
        return done

    return run


@pytest.fixture(scope="session")
def publish_dataset(publish: Run) -> Run:
    """Publish the dataset alone, unless a test says otherwise."""

    def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        only = () if "--only" in arguments or "--to" not in arguments else ("--only", "datasets")
        return publish(*arguments, *only, **options)

    return run


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A copy of the sample to spoil."""
    copy = tmp_path / "raw"
    shutil.copytree(SAMPLE, copy)
    return copy
