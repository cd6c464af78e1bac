"""The READMEs' tables of compatibility speak of the environments that `make compat` tries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from .compat.environments import ENVIRONMENTS
from .compat.table import BEGIN, CHECKS, END, PACKAGES, READMES, Words, names, render, update
from .conftest import ROOT


@pytest.mark.parametrize("readme", READMES)
def test_table_lists_every_environment(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert names(text) == list(ENVIRONMENTS), "run make compat"


def test_each_python_is_one_that_the_package_supports() -> None:
    classifiers = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    tried = {environment.python for environment in ENVIRONMENTS.values()}
    assert tried == {"3.10", "3.11", "3.12", "3.13"}
    assert all(f"Python :: {version}" in classifiers for version in tried)


@pytest.mark.parametrize("words", READMES.values(), ids=READMES)
def test_table_is_written_only_where_more_than_the_date_differs(tmp_path: Path, words: Words) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# A\n{BEGIN}\n{END}\nbehind\n", encoding="utf-8")
    versions = {"newest": dict.fromkeys(("python", *PACKAGES), "1.0")}
    outcomes = {"newest": dict.fromkeys(CHECKS, "passed")}
    assert update(readme, render(words, versions, outcomes, date(2026, 1, 1)))
    written = readme.read_text(encoding="utf-8")
    assert names(written) == ["newest"]
    assert written.endswith(f"{END}\nbehind\n")
    assert not update(readme, render(words, versions, outcomes, date(2026, 1, 2)))
    outcomes["newest"]["bare"] = "xfailed"
    assert update(readme, render(words, versions, outcomes, date(2026, 1, 2)))
