"""The metric's Space: the folder of the metric as it is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath

import msgspec

from klue_hub.metrics.klue_metric.pipeline import METRIC_VERSION

from .content import Say, make_release
from .repository import Observed, Release

PACKAGE = "klue_hub.metrics.klue_metric"
# What the package needs and the Space does not.
LEFT_OUT = ("__pycache__", "*.j2", "py.typed")
TAG = f"v{METRIC_VERSION}"


class SpaceContent(msgspec.Struct, frozen=True):
    """The Space that `evaluate.load` finds, tagged with the metric's version.

    `evaluate` asks for the tag of its own version, 0.4.x, before it asks for `main`; the metric's versions
    start at 1, so neither is taken for the other.
    """

    repo_id: str
    prune: bool = False
    kind: str = "space"

    def releases(
        self, observed: Observed, tags: Mapping[str, str] | None, stage: Path, say: Say
    ) -> list[Release]:
        """Take the package's files; see `Content.releases`."""
        release = make_release(
            self,
            space_files(),
            stage,
            observed,
            prune=self.prune,
            tag=None if tags is None else TAG,
            title=f"Publish klue_metric {METRIC_VERSION}",
        )
        if tags and TAG in tags:
            release = msgspec.structs.replace(
                release, tag=None, notes=(f"the tag {TAG} stays where it is: tags are never moved",)
            )
        return [release]


def space_files() -> dict[str, bytes]:
    """Return the content of every file of the Space by path."""
    with_root = Path(str(files(PACKAGE)))
    paths = sorted(path for path in with_root.rglob("*") if path.is_file())
    names = {path.relative_to(with_root).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not _is_left_out(name)}


def _is_left_out(name: str) -> bool:
    return any(
        PurePosixPath(part).match(pattern) for part in PurePosixPath(name).parts for pattern in LEFT_OUT
    )
