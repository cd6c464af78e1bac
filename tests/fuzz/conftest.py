"""Fixtures that stand with the other tests of the metric and of publishing."""

from __future__ import annotations

from ..metrics.conftest import _remove_metric_caches, load, space
from ..publish.conftest import hub_process

__all__ = ["_remove_metric_caches", "hub_process", "load", "space"]
