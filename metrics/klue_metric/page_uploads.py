"""Files of a visit: taken out of Gradio's cache when they arrive, deleted when they were scored."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple


class Upload(NamedTuple):
    """A file of one visitor.

    Attributes:
        path: Where it lies, in a folder of its own.
        name: What the visitor calls it.
    """

    path: Path
    name: str


class Shelf:
    """A folder for the files of all visits.

    Gradio names cached files by their content, so two visitors who bring the same file share one path there,
    and one's deleting would take the other's. Here each file has a folder that nobody else knows.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="klue-metric-", ignore_cleanup_errors=True)

    def claim(self, cached: Path) -> Upload | None:
        """Move a file here.

        Args:
            cached: Where Gradio put it.

        Returns:
            The file; None if it is gone, as a visitor with the same file claimed it in this very moment.
        """
        target = self._new_path(cached.name)
        try:
            shutil.move(cached, target)
        except FileNotFoundError:
            target.parent.rmdir()
            return None
        return Upload(target, cached.name)

    def put(self, name: str, content: bytes) -> Upload:
        """Write a file of ours here, as if the visitor had brought it."""
        target = self._new_path(name)
        target.write_bytes(content)
        return Upload(target, name)

    def _new_path(self, name: str) -> Path:
        return Path(tempfile.mkdtemp(dir=self._folder.name)) / name


def discard(upload: Upload | None) -> None:
    """Delete a file and its folder; deleting it again does nothing."""
    if upload:
        shutil.rmtree(upload.path.parent, ignore_errors=True)
