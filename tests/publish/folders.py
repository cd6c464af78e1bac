"""What the tests of publishing into a folder share."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from ..conftest import ROOT, Run

REPO = Path("datasets/klue/klue")


def dataset_command(target: Path) -> list[str]:
    """The command that publishes the sample, for a test that does something to its process."""
    script = str(ROOT / "publish" / "push_all.py")
    return [sys.executable, script, "--source", "sample", "--to", str(target), "--only", "datasets"]


def snapshot(root: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder by content hash and modification time."""
    return {
        path.relative_to(root).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def contents(root: Path) -> dict[str, str]:
    return {path: digest for path, (digest, _) in snapshot(root).items()}


def refused(publish: Run, *arguments: str | Path) -> tuple[int, str]:
    done = publish(*arguments, check=False)
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, done.stderr


def edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
