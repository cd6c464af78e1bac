"""The metric's fixtures, which stand with its other tests."""

from __future__ import annotations

from ..metrics.conftest import _remove_metric_caches, load, space

__all__ = ["_remove_metric_caches", "load", "space"]
