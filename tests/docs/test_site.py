"""The site: its checker finds what is broken, the picture is drawn from the facts, root files become pages."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ..conftest import ROOT


@pytest.fixture(scope="module")
def problems() -> Callable[[Path], list[str]]:
    found: Callable[[Path], list[str]] = runpy.run_path(str(ROOT / "docs" / "check_site.py"))["problems"]
    return found


def page(body: str) -> str:
    return f"<html><head></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="b.html">b</a> <a href="b.html#part">b</a> <a href="#top">a</a> <p id="top">', ""),
        ('<a href="https://example.org/x">x</a> <a href="mailto:a@example.org">a</a>', ""),
        ('<a href="c.html">c</a>', "a.html: c.html: there is no such file"),
        ('<a href="b.html#other">b</a>', "a.html: b.html#other: there is no such anchor"),
        ('<a href="#gone">a</a>', "a.html: #gone: there is no such anchor"),
        ('<a href="/b.html">b</a>', "a.html: /b.html: is an absolute path, which works on no disk"),
        ('<img src="none.png">', "a.html: none.png: there is no such file"),
        ('<script src="https://example.org/x.js"></script>', "a.html: fetches https://example.org/x.js"),
        (
            '<link rel="stylesheet" href="//example.org/x.css">',
            "a.html: fetches //example.org/x.css",
        ),
    ],
)
def test_links_of_a_site_are_followed(
    problems: Callable[[Path], list[str]], tmp_path: Path, body: str, problem: str
) -> None:
    (tmp_path / "a.html").write_text(page(body))
    (tmp_path / "b.html").write_text(page('<h2 id="part">Part</h2>'))
    assert problems(tmp_path) == ([problem] if problem else [])


def test_style_sheet_that_fetches_is_found(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page(""))
    (tmp_path / "a.css").write_text("@font-face { src: url('https://example.org/font.woff2') }")
    assert problems(tmp_path) == ["a.css: fetches https://example.org/font.woff2"]


def test_folder_without_pages_is_no_site(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    assert "found no page" in problems(tmp_path)[0]


def test_picture_is_drawn_from_the_facts() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "picture.py"))["draw"]()
    there = (ROOT / "docs" / "images" / "scores.svg").read_text(encoding="utf-8")
    assert drawn == there, "run: python docs/picture.py"


def drawn_edges(dot: str) -> set[tuple[str, str]]:
    """The edges of what is used of the language: chains of names or of sets of them."""
    chains = re.findall(r"^ *((?:\w+|\{[^}]*\})(?: -> (?:\w+|\{[^}]*\}))+)$", dot, re.MULTILINE)
    groups = [[part.strip("{}").split() for part in chain.split(" -> ")] for chain in chains]
    return {pair for chain in groups for left, right in pairwise(chain) for pair in product(left, right)}


def test_map_is_drawn_from_its_source() -> None:
    dot = (ROOT / "docs" / "images" / "map.dot").read_text(encoding="utf-8")
    svg = ElementTree.parse(ROOT / "docs" / "images" / "map.svg").getroot()
    titles = [title.text or "" for title in svg.iter("{http://www.w3.org/2000/svg}title")]
    texts = {text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    again = "run: dot -Tsvg docs/images/map.dot -o docs/images/map.svg"
    edges = drawn_edges(dot)
    assert edges == {tuple(title.split("->")) for title in titles if "->" in title}, again
    labels = {line for label in re.findall(r'label="([^"]+)"', dot) for line in label.split("\\n")}
    names = {name for edge in edges for name in edge if f"{name} [label=" not in dot}
    assert texts == labels | names, again


@pytest.fixture(scope="module")
def hooks() -> dict[str, Any]:
    pytest.importorskip("mkdocs", reason="the site's generator is not installed; make docs installs it")
    return runpy.run_path(str(ROOT / "docs" / "site_hooks.py"))


@pytest.mark.parametrize(
    ("link", "moved"),
    [
        ("[x](docs/scores.md#ner)", "[x](scores.md#ner)"),
        ("![x](docs/images/scores.svg)", "![x](images/scores.svg)"),
        ("[x](CHANGELOG.md)", "[x](changelog.md)"),
        ("[x](README.md#publish)", "[x](index.md#publish)"),
        ("[x](LICENSE)", "x"),
        ("[x](https://example.org)", "[x](https://example.org)"),
        ("[x](#publish)", "[x](#publish)"),
    ],
)
def test_links_of_root_files_lead_to_pages(hooks: dict[str, Any], link: str, moved: str) -> None:
    assert hooks["at_home"](f"see {link}, please") == f"see {moved}, please"


def test_table_between_the_marks_is_put_between_those_of_a_page(hooks: dict[str, Any]) -> None:
    text = "before\n<!-- compat: begin -->\nold\n<!-- compat: end -->\nafter"
    filled = hooks["between_marks"](text, "| new |")
    assert filled == "before\n<!-- compat: begin -->\n\n| new |\n\n<!-- compat: end -->\nafter"
