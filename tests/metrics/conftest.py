"""What the metric's tests share: the metric as a Space holds it, and the official outputs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Before `evaluate` is imported: it reads these once.
_HOME = tempfile.mkdtemp(prefix="klue-metric-tests-")
os.environ.setdefault("HF_HOME", _HOME)
os.environ.update(
    HF_EVALUATE_CACHE=f"{_HOME}/evaluate",
    HF_METRICS_CACHE=f"{_HOME}/metrics",
    HF_MODULES_CACHE=f"{_HOME}/modules",
    HF_EVALUATE_OFFLINE="1",
)

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "metrics" / "klue_metric"
SHARED = ROOT.parent / "shared"

Load = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def _remove_metric_caches() -> Iterator[None]:
    yield
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `metrics/klue_metric/*.py` and nothing else of the repository."""
    root = tmp_path_factory.mktemp("space")
    folder = root / "metrics" / "klue_metric"
    folder.mkdir(parents=True)
    for path in SOURCE.glob("*.py"):
        shutil.copy(path, folder)
    return root


@pytest.fixture(scope="session")
def load(space: Path) -> Load:
    """Load a config by `evaluate`, from the folder that holds only the metric's files."""
    import evaluate

    modules: dict[str, Any] = {}

    def load_config(config: str, **options: Any) -> Any:
        where = str(space / "metrics" / "klue_metric")
        if options:
            return evaluate.load(where, config, **options)
        if config not in modules:
            modules[config] = evaluate.load(where, config)
        return modules[config]

    return load_config
