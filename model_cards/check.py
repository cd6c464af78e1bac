"""The checker of cards: what a reader or the Hub would trip over, found offline, before publishing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from huggingface_hub import ModelCard
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .comparison import peers_of
from .facts import Baseline, Catalog
from .files import CARD
from .metadata import card_data
from .parameters import configuration, count
from .quoting import is_url
from .tables import results as results_table

_PLACEHOLDERS = re.compile(r"\b(TBD|TODO|FIXME|XXX)\b|\[More Information Needed\]", re.IGNORECASE)
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def check_files(catalog: Catalog, name: str, files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong with the files of a baseline's repository; nothing, if all is well.

    Args:
        catalog: the facts that the card must agree with.
        name: of the baseline.
        files: as `model_files` returns them.
    """
    if CARD not in files:
        return [f"{CARD} is missing"]
    baseline = catalog.baselines[name]
    try:
        content = files[CARD].decode()
        card = ModelCard(content)
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        return [f"front matter: {' '.join(str(error).split())}"]
    tokens = _parse(card.text)
    return [
        *_front_matter(card, catalog, baseline),
        *_links(tokens, files),
        *_sections(tokens),
        *_leftovers(tokens),
        *_figures(tokens, catalog, baseline),
    ]


def _parse(markdown: str) -> list[Token]:
    parser = MarkdownIt("commonmark").enable("table")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # a bad target is to be found, not skipped
    return parser.parse(markdown)


def _front_matter(card: ModelCard, catalog: Catalog, baseline: Baseline) -> Iterator[str]:
    wanted: dict[str, Any] = yaml.safe_load(card_data(catalog, baseline).to_yaml())
    found: dict[str, Any] = yaml.safe_load(card.data.to_yaml())
    for key in wanted.keys() | found.keys():
        if wanted.get(key) != found.get(key):
            yield f"front matter: {key} is not what the facts say"


def _links(tokens: list[Token], files: Mapping[str, bytes]) -> Iterator[str]:
    anchors = {_anchor(title) for _, title in _headings(tokens)}
    for token in _inline(tokens):
        target = token.attrs.get("href") if token.type == "link_open" else token.attrs.get("src")
        if token.type not in ("link_open", "image"):
            continue
        problem = _problem_of(str(target or ""), anchors, files)
        if problem:
            yield f"link to {target!r}: {problem}"
        if token.type == "image" and not token.content.strip():
            yield f"image {target!r}: no alternative text"


def _problem_of(target: str, anchors: set[str], files: Mapping[str, bytes]) -> str:
    if not target:
        return "has no target"
    if target.startswith("#"):
        return "" if target[1:] in anchors else "no such section"
    if ":" in target:
        return "" if is_url(target) else "no well-formed address"
    return "" if target in files else "no such file in the repository"


def _sections(tokens: list[Token]) -> Iterator[str]:
    """Yield headings that nothing follows but a heading of the same or a higher level, or the end."""
    headings = [
        (index, token)
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and not token.level
    ]
    for (index, token), after in zip(headings, [*headings[1:], (len(tokens), None)], strict=True):
        following, next_token = after
        is_leaf = next_token is None or next_token.tag <= token.tag
        if is_leaf and following <= index + 3:
            yield f"section {tokens[index + 1].content!r}: is empty"


def _leftovers(tokens: list[Token]) -> Iterator[str]:
    for token in _inline(tokens):
        for found in _PLACEHOLDERS.finditer(token.content if token.type in ("text", "code_inline") else ""):
            yield f"{found[0]!r} is left in the text"
    for token in tokens:
        # What a fact holds is escaped, so braces as Jinja writes them can only come from a template.
        if token.type == "inline" and (braces := _BRACES.search(token.content)):
            yield f"{braces[0]!r} was not rendered, in {token.content[:60]!r}"


def _figures(tokens: list[Token], catalog: Catalog, baseline: Baseline) -> Iterator[str]:
    tables = _tables(tokens)
    wanted = _tables(_parse(results_table(peers_of(catalog, baseline))))
    if not tables or tables[0] != wanted[0]:
        yield "results: the table is not what the facts say"
    shown = {row[0]: row[1] for table in tables[1:] for row in table[1:] if len(row) == 2}
    counted = count(configuration(baseline, catalog.families[baseline.family]))
    shape = baseline.architecture
    expected = {
        "total": counted.total,
        "embeddings": counted.embeddings,
        "encoder": counted.encoder,
        "layers": shape.layers,
        "hidden size": shape.hidden_size,
        "embedding size": shape.embedding_size,
        "attention heads": shape.heads,
    }
    for name, number in expected.items():
        if shown.get(name) != f"{number:,}":
            yield f"{name}: found {shown.get(name)}; expected {number:,}"


def _tables(tokens: list[Token]) -> list[list[list[str]]]:
    """Return the text of every cell, by table and row."""
    tables: list[list[list[str]]] = []
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type in ("th_open", "td_open"):
            tables[-1][-1].append(_text(tokens[index + 1]))
    return tables


def _text(token: Token) -> str:
    return "".join(child.content for child in token.children or [] if child.type in ("text", "code_inline"))


def _headings(tokens: list[Token]) -> list[tuple[str, str]]:
    return [
        (token.tag, _text(tokens[index + 1]))
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def _anchor(title: str) -> str:
    """Return the anchor that GitHub and the Hub give to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _inline(tokens: list[Token]) -> Iterator[Any]:
    for token in tokens:
        yield from token.children or []
