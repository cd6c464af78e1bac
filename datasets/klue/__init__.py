"""KLUE as a `datasets` builder, and what makes the dataset repository for the Hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import KlueError
from .sources import DEFAULT_VERSION, VERSIONS
from .tasks import TASKS

if TYPE_CHECKING:
    from .klue import Klue, KlueConfig

__all__ = ["DEFAULT_VERSION", "TASKS", "VERSIONS", "Klue", "KlueConfig", "KlueError"]


def __getattr__(name: str) -> Any:
    """Import the builder when it is asked for: it brings all of `datasets`, which the facts do not need."""
    if name in ("Klue", "KlueConfig"):
        from . import klue

        return getattr(klue, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
