"""The dataset card and the reports beside it, rendered from the record of a build.

Facts stand in `prose.yaml` and `known_issues.yaml`, wording of the whole in the templates, logic here.
"""

from __future__ import annotations

from .render import render_card
from .reports import render_checks, render_eval_yaml

__all__ = ["render_card", "render_checks", "render_eval_yaml"]
