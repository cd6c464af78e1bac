"""Model cards of KLUE's ten baselines: facts in `baselines.yaml`, one template, charts, and a checker."""

from .check import check_files
from .facts import Baseline, Catalog, Peer, load_catalog
from .files import model_files
from .render import render

__all__ = ["Baseline", "Catalog", "Peer", "check_files", "load_catalog", "model_files", "render"]
