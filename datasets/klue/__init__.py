"""KLUE as a `datasets` builder, and what makes the dataset repository for the Hub."""

from __future__ import annotations

from .errors import KlueError
from .klue import Klue, KlueConfig
from .sources import DEFAULT_VERSION, VERSIONS
from .tasks import TASKS

__all__ = ["DEFAULT_VERSION", "TASKS", "VERSIONS", "Klue", "KlueConfig", "KlueError"]
