"""The model repositories: a card with its charts for each baseline. Weights are never touched."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from klue_hub.model_cards import check_files, load_catalog, model_files

from .content import Say, make_release
from .errors import PublishError
from .repository import Observed, Release

# Neither matplotlib's settings nor the lazy imports of transformers are made for several threads.
_RENDERING = threading.Lock()


class ModelContent(msgspec.Struct, frozen=True):
    """One baseline's repository."""

    repo_id: str
    name: str
    benchmark: bool = False
    prune: bool = False
    kind: str = "model"

    def releases(
        self, observed: Observed, tags: Mapping[str, str] | None, stage: Path, say: Say
    ) -> list[Release]:
        """Render the card and check it; see `Content.releases`.

        Raises:
            PublishError: the card fails its own check.
        """
        catalog = load_catalog()
        with _RENDERING:
            contents = model_files(catalog, self.name, benchmark=self.benchmark)
        if problems := check_files(catalog, self.name, contents):
            listing = "".join(f"\n  {problem}" for problem in problems)
            raise PublishError(f"the card of {self.name} is not fit to be published:{listing}")
        say(f"rendered {self.name}: {len(contents)} files")
        return [
            make_release(
                self,
                contents,
                stage,
                observed,
                prune=self.prune,
                libraries=("matplotlib",),
                title=f"Publish the model card of {self.name}",
            )
        ]


def baseline_names() -> tuple[str, ...]:
    """Return the names of all baselines, in the announced order."""
    return tuple(load_catalog().baselines)
