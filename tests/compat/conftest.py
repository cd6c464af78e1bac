"""Collects what became of each check, and keeps the READMEs' tables when all of them ran."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ..conftest import ROOT
from .environments import ENVIRONMENTS
from .table import CHECKS, READMES, render, update

VERSIONS: dict[str, dict[str, str]] = {}
_OUTCOMES: dict[str, dict[str, str]] = {name: {} for name in ENVIRONMENTS}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note the outcome of a test marked `check(name)`."""
    report = yield
    mark = item.get_closest_marker("check")
    if mark and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        name = item.callspec.params["environment"]
        decided = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
        if decided:
            expected = hasattr(report, "wasxfail") and report.outcome == "skipped"
            _OUTCOMES[name][mark.args[0]] = "xfailed" if expected else report.outcome
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the tables if every check of every environment has an outcome that can be shown."""
    complete = all(set(found) == set(CHECKS) for found in _OUTCOMES.values())
    fine = all(outcome != "failed" for found in _OUTCOMES.values() for outcome in found.values())
    if not (complete and fine):
        return
    for readme, words in READMES.items():
        if update(ROOT / readme, render(words, VERSIONS, _OUTCOMES, date.today())):
            print(f"\n{readme}: the table of compatibility is new; commit it")
