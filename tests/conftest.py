"""What all tests share: caches of their own, the place of the real data, and the command as a user runs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

Run = Callable[..., "subprocess.CompletedProcess[str]"]

# Before any test module imports a library that reads them.
_HOME = tempfile.mkdtemp(prefix="klue-tests-")
os.environ.update(
    HF_HOME=_HOME,
    HF_DATASETS_CACHE=f"{_HOME}/datasets",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_UPDATE_DOWNLOAD_COUNTS="0",
    HF_DATASETS_DISABLE_PROGRESS_BARS="1",
)

# A shell's background jobs ignore interrupts, and so would the processes that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run: what passes here passes in CI. `make fuzz` wants other ones each time, and
# keeps those that failed.
FUZZ_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
settings.register_profile("seeded", derandomize=True, database=None)
settings.register_profile("fuzz", print_blob=True)
settings.load_profile("fuzz" if FUZZ_EXAMPLES else "seeded")


@pytest.fixture(scope="session", autouse=True)
def _remove_caches() -> Iterator[None]:
    yield
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real upstream data and facts, which only some machines have."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder ../shared with real upstream files, which is not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def upstream(shared: Path) -> Path:
    """Real raw files, laid out like upstream."""
    return shared / "upstream"


@pytest.fixture(scope="session")
def publish(root: Path) -> Run:
    """Run `python publish/push_all.py ARGUMENTS` as a maintainer does."""

    def run(
        *arguments: str | Path, check: bool = True, cwd: Path = root, prefix: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        command = [*prefix, sys.executable, str(root / "publish" / "push_all.py"), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
        )
        if check and done.returncode != 0:
            pytest.fail(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    return run


@pytest.fixture(scope="session")
def published(publish: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target folder after publishing the dataset from the bundled sample; tests only read it."""
    target = tmp_path_factory.mktemp("published") / "hub"
    publish("--source", "sample", "--to", target, "--only", "datasets")
    return target
