"""The report: one HTML page of what was published, with nothing to load from elsewhere.

`report_outcomes` and `report_build` say what it shows, `report.html.j2` how; nothing here touches a file.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from klue_hub.datasets.klue.records import BuildRecord

from .redaction import redact
from .report_build import data_view
from .report_outcomes import headline, load_commands, repository_view, tiles, writers
from .run import Outcome

SHOWN_LABELS = 13  # longer lists of labels are folded


def _shown(value: Any) -> Any:
    """Hide secrets in each value before it is escaped: afterwards a pattern could swallow markup."""
    return redact(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _breakable(name: str) -> Markup:
    """Let a long label break behind its joints."""
    return Markup(re.sub(r"[_/:]", r"\g<0><wbr>", str(escape(redact(name)))))


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    autoescape=True,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["breakable"] = _breakable


def report_html(outcomes: list[Outcome], place: str) -> str:
    """Return the page, without secrets.

    Args:
        outcomes: what became of each repository.
        place: the target, for people.
    """
    failed_first = sorted(outcomes, key=lambda outcome: not outcome.result.is_failure)
    data = [data_view(record) for record in _records(outcomes)]
    newest = data[0] if data else None
    return _TEMPLATES.get_template("report.html.j2").render(
        headline=headline(outcomes),
        place=place,
        tool_version=version("klue-hub"),
        tiles=tiles(outcomes, newest),
        repositories=[repository_view(outcome) for outcome in failed_first],
        data=newest,
        older=data[1:],
        load=load_commands(outcomes),
        writers=writers(outcomes),
        shown=SHOWN_LABELS,
    )


def _records(outcomes: list[Outcome]) -> list[BuildRecord]:
    """Return what was built, the newest data version first."""
    builds = [build for outcome in outcomes for build in outcome.builds]
    return sorted(builds, key=lambda build: build.data_version, reverse=True)
