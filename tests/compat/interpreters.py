"""Finding interpreters: on the path, or among those of pyenv."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def find_python(version: str) -> Path | None:
    """Return an interpreter of a version such as 3.12 that really runs, or None."""
    return next((path for path in _candidates(version) if _answers(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        yield Path(sys.executable)
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    root = os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"
    yield from sorted(Path(root).glob(f"versions/{version}.*/bin/python{version}"), reverse=True)


def _answers(path: Path, version: str) -> bool:
    code = "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:2])))"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0 and done.stdout.strip() == version
