"""Facts, pins and what is rendered of them: a wrong file is told in one line, a right one is taken as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.datasets.klue.errors import KlueError
from klue_hub.datasets.klue.sources import HERE, FolderSource, UrlSource, load_catalogue
from klue_hub.model_cards import Catalog, check_files, load_catalog
from klue_hub.model_cards.facts import BUNDLED, FactsError
from klue_hub.model_cards.render import SCORES_CHART, SIZES_CHART, render

from .mutations import BYTE_EDITS, ODD, ByteEdit, TreeEdit, edit_bytes, edit_tree, tree_edits
from .target import target

ODD_FACTS = (
    *ODD, "TBD", "{{ 7 }}", "{% x %}", "---", "<b>", "| a |", "`", "# h", "[a](b)", "a: b", "klue/klue", "bert", "paper",
    "https://a.b/c", "https://[", "http://a.b:port/", "2021-11-03", float("nan"), float("inf"), 50.0, 100.1, 64, "large",
)  # fmt: skip


def small_facts() -> dict[str, Any]:
    """The bundled facts with few models: reading YAML is slow."""
    document: dict[str, Any] = yaml.safe_load(BUNDLED.read_bytes())
    for group, names in (
        ("baselines", ["bert-base", "electra-small"]),
        ("peers", list(document["peers"])[:1]),
    ):
        document[group] = {name: document[group][name] for name in names}
    return document


DOCUMENT = small_facts()
TEXT = yaml.safe_dump(DOCUMENT, allow_unicode=True, sort_keys=False).encode()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("facts") / "facts"


def catalog_or_error(path: Path, content: bytes) -> Catalog | None:
    path.write_bytes(content)
    try:
        return load_catalog(path)
    except FactsError as error:
        assert str(error).startswith(f"{path}: ")
        assert "\n" not in str(error)
        return None


def assert_holds(found: Any, said: Any) -> None:
    """Everything that a document says stands in what was read of it."""
    if isinstance(said, dict):
        for key, item in said.items():
            assert_holds(found[str(key)], item)
    elif isinstance(said, list):
        assert len(found) == len(said)
        for one, other in zip(found, said, strict=True):
            assert_holds(one, other)
    else:
        assert found == said


@target()
@given(edits=BYTE_EDITS)
def test_damaged_facts_are_refused_or_read_as_they_stand(path: Path, edits: list[ByteEdit]) -> None:
    content = edit_bytes(TEXT, edits)
    catalog = catalog_or_error(path, content)
    if catalog:
        assert_holds(msgspec.to_builtins(catalog), yaml.safe_load(content))


@target()
@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused_as_facts(path: Path, content: bytes) -> None:
    assert catalog_or_error(path, content) is None


@target()
@given(edits=tree_edits(ODD_FACTS))
def test_facts_of_any_kind_are_refused_or_make_a_card_that_says_them(
    path: Path, edits: list[TreeEdit]
) -> None:
    document = edit_tree(DOCUMENT, edits)
    content = json.dumps(document).encode()
    catalog = catalog_or_error(path, content)
    if catalog is None:
        return
    assert_holds(msgspec.to_builtins(catalog), yaml.safe_load(content))  # to YAML, NaN and 1e+300 are text
    for name, baseline in catalog.baselines.items():
        try:
            card = render(catalog, baseline)
        except FactsError as error:
            assert re.fullmatch(r"sources: \w+ is missing; .*", str(error))
            continue
        files = {"README.md": card.encode(), SCORES_CHART: b"", SIZES_CHART: b""}
        assert [
            problem for problem in check_files(catalog, name, files) if "is left in the text" not in problem
        ] == []


PINS = json.loads((HERE / "sources.json").read_bytes())
SMALL_PINS = {**PINS, "versions": {"1.1.0": {"sts": PINS["versions"]["1.1.0"]["sts"]}}}


def check_pins(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        catalogue = load_catalogue(path)
    except KlueError as error:
        assert str(error).startswith(f"{path}: ")
        return
    said = json.loads(content)
    assert_holds(msgspec.to_builtins(catalogue), said)
    folder, mirror = FolderSource(path.parent, catalogue), UrlSource(catalogue=catalogue)
    for version in catalogue.versions:
        for config in catalogue.versions[version]:
            files = list(catalogue.files(version, config).values())
            for file, found in zip(files, folder.find(files), strict=True):
                if catalogue.raw_url:  # the bundled sample has no address
                    assert re.fullmatch(r"https://[^/]+/.*", mirror.url(file), re.DOTALL)
                assert found is None or path.parent.resolve() in found.resolve().parents


@target()
@given(
    edits=tree_edits(("..", "/etc/passwd", "../facts/facts", "{x}", "{0}", "{", "{repo.a}", "a/../..", *ODD))
)
def test_pins_of_any_kind_are_refused_or_point_inside_their_source(path: Path, edits: list[TreeEdit]) -> None:
    check_pins(path, json.dumps(edit_tree(SMALL_PINS, edits)).encode())


@target()
@given(edits=BYTE_EDITS)
def test_damaged_pins_are_refused_or_read_as_they_stand(path: Path, edits: list[ByteEdit]) -> None:
    check_pins(path, edit_bytes(json.dumps(SMALL_PINS).encode(), edits))
