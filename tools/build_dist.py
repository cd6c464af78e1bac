"""Build wheel and sdist so that the same commit gives the same bytes: `make dist`.

The wheel follows SOURCE_DATE_EPOCH by itself. setuptools packs the sdist with the owners, modes and dates
of the files here, so that is packed again.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
EXECUTABLE, PLAIN = 0o755, 0o644


def commit_time(root: Path) -> int:
    """Return the time of the last commit, in seconds since 1970."""
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=root, check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def build(root: Path, target: Path, epoch: int, *, isolated: bool = True) -> list[Path]:
    """Build both into a folder.

    Args:
        root: A checkout without files that git does not know.
        target: Where to; made if need be.
        epoch: The date of everything inside, in seconds since 1970.
        isolated: Whether to fetch the build tools that pyproject.toml names; else those here serve.

    Returns:
        The files.
    """
    flags = [] if isolated else ["--no-isolation"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    command = [sys.executable, "-m", "build", "--sdist", "--wheel", *flags, "--outdir", str(target)]
    subprocess.run(command, cwd=root, check=True, env=environment, stdout=subprocess.DEVNULL)
    (sdist,) = target.glob("*.tar.gz")
    sdist.write_bytes(repacked(sdist.read_bytes(), epoch))
    return sorted(target.iterdir())


def repacked(archive: bytes, epoch: int) -> bytes:
    """Return a tar.gz with its members in order, of one date and of nobody."""
    plain = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as old,
        tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            fresh = tarfile.TarInfo(member.name)
            fresh.type, fresh.size, fresh.mtime = member.type, member.size, epoch
            fresh.mode = EXECUTABLE if member.isdir() or member.mode & 0o100 else PLAIN
            new.addfile(fresh, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(plain.getvalue(), mtime=epoch)


def main() -> None:
    """Build into `dist/`."""
    target = ROOT / "dist"
    target.mkdir(exist_ok=True)
    for leftover in target.glob("klue_hub-*"):
        leftover.unlink()
    for path in build(ROOT, target, commit_time(ROOT)):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
