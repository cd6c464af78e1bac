"""Facts and data that hold syntax of Markdown, HTML, YAML or Jinja are shown as text and change nothing around them."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.card import render_card
from klue_hub.datasets.klue.card.markdown import code, fence, table
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.datasets.klue.sources import sample_source
from klue_hub.model_cards.quoting import is_url, link, one_line
from klue_hub.model_cards.quoting import table as fact_table
from klue_hub.model_cards.quoting import text as quoted
from klue_hub.model_cards.render import render
from klue_hub.publish.dataset_repo import DatasetContent, DatasetOptions
from klue_hub.publish.report import report_html
from klue_hub.publish.repository import Consent, Observed, plan_release
from klue_hub.publish.run import Outcome, Result

from ..datasets.test_card import fenced, metadata, poisoned, skeleton
from ..model_cards.test_cards import NASTY, PLAIN, shape, split, with_facts
from .target import target
from .test_manifests import release_of

SYNTAX = st.text(
    st.sampled_from("{}%#`|\\<>&[]()!*_~^$-=+:;\"'\n\r\t\x0b\x1c\u2028 \u202ea0가/.@"), max_size=20
)
HOSTILE = st.one_of(
    SYNTAX,
    st.text(max_size=12),
    st.sampled_from(NASTY),
    st.lists(st.sampled_from(NASTY), max_size=4).map("".join),
)
MARKDOWN = MarkdownIt("commonmark").enable("table")


def cells(markdown: str) -> list[list[Any]]:
    """The inline tokens of every cell of what is one table and nothing else."""
    tokens = MARKDOWN.parse(markdown)
    assert [token.type for token in tokens if token.level == 0] == ["table_open", "table_close"]
    return [token.children or [] for token in tokens if token.type == "inline"]


def shown(children: list[Any]) -> str:
    """What a reader sees of inline tokens, of which none may be more than text or code."""
    assert {child.type for child in children} <= {"text", "code_inline", "html_inline", "text_special"}
    assert {child.content for child in children if child.type == "html_inline"} <= {"<code>", "</code>"}
    return "".join(child.content for child in children if child.type != "html_inline")


@target()
@given(st.lists(HOSTILE, min_size=1, max_size=3), st.integers(0, 1))
def test_facts_in_a_table_are_shown_character_for_character(facts: list[str], before: int) -> None:
    rows = [[quoted(fact) for fact in facts]] * (1 + before)
    found = cells(fact_table([f"c{number}" for number in range(len(facts))], rows))[len(facts) :]
    assert [shown(children).strip() for children in found] == [one_line(fact) for fact in facts] * (
        1 + before
    )


@target()
@given(HOSTILE, st.sampled_from(["", "- ", "1. ", "> ", "# ", "A ", "**", "("]))
def test_a_fact_is_shown_character_for_character_wherever_it_stands(fact: str, before: str) -> None:
    assume(one_line(fact))
    tokens = [token for token in MARKDOWN.parse(f"{before}{quoted(fact)} b") if token.type == "inline"]
    assert len(tokens) == 1
    assert (
        shown(tokens[0].children or [])
        == f"{before if before in ('A ', '**', '(') else ''}{one_line(fact)} b"
    )


@target()
@given(HOSTILE, HOSTILE | st.sampled_from(["https://a.b/c", "http://a.b"]))
def test_a_link_leads_where_the_facts_say_or_is_none(label: str, address: str) -> None:
    if not is_url(address):
        return
    (_, inline, _) = MARKDOWN.parse(f"A {link(label, address)} b")
    opened = [child for child in inline.children or [] if child.type == "link_open"]
    assert [child.attrs["href"] for child in opened] == [MARKDOWN.normalizeLink(address)]
    assert (
        shown([child for child in inline.children or [] if not child.type.startswith("link_")])
        == f"A {one_line(label)} b"
    )


# References to control characters stand for other characters; no text of the data holds one.
DATA = HOSTILE.filter(
    lambda text: all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cn") for char in text)
)


@target()
@given(st.lists(DATA, min_size=1, max_size=3))
def test_data_in_a_table_is_shown_character_for_character(texts: list[str]) -> None:
    found = cells(table([f"c{number}" for number in range(len(texts))], [list(map(code, texts))]))[
        len(texts) :
    ]
    for children, text in zip(found, texts, strict=True):
        if text:
            assert shown(children) == text
        else:
            assert [child.type for child in children] == ["em_open", "text", "em_close"]


@target()
@given(HOSTILE)
def test_a_fence_holds_its_text_and_nothing_behind_it(text: str) -> None:
    tokens = MARKDOWN.parse(f"a\n\n{fence(text, 'json')}\n\nb")
    assert [token.type for token in tokens if token.level == 0] == [
        "paragraph_open", "paragraph_close", "fence", "paragraph_open", "paragraph_close",
    ]  # fmt: skip


@target()
@given(st.tuples(*(HOSTILE,) * 7))
def test_no_facts_change_the_structure_of_a_model_card(facts: tuple[str, ...]) -> None:
    assume(all(fact.strip() for fact in facts) and facts[2].strip() != "last")
    catalog = with_facts(*facts)
    card = render(catalog, catalog.baselines["bert-base"])
    assert shape(card) == PLAIN
    assert split(card)[0]["model-index"][0]["name"] == one_line(facts[0])


@cache
def record() -> BuildRecord:
    with tempfile.TemporaryDirectory() as folder:
        return build(Path(folder), sample_source(), "1.1.0", ["sts", "ood"])


@cache
def plain_skeleton() -> list[str]:
    return skeleton(render_card(poisoned(record(), "x"), tool_version="x"))


@target()
@given(HOSTILE)
def test_no_data_change_the_structure_of_the_dataset_card(text: str) -> None:
    card = render_card(poisoned(record(), text), tool_version=text)
    assert skeleton(card) == plain_skeleton()
    for example in fenced(card, "json"):
        json.loads(example)
    assert metadata(record()).keys() == metadata(poisoned(record(), text)).keys()


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and where its links lead.

    Places where a long name may break depend on the name, and are no structure.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "wbr":
            self.found.append((tag, [name for name, _ in attrs]))
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)


def tags_of(text: str) -> Tags:
    release = release_of(poisoned(record(), text), record(), None)
    step = plan_release(release, Observed(exists=False, tree={}), "https://hub/klue", Consent())
    options = DatasetOptions(source="sample", data_versions=(), configs=("sts", "ood"))
    outcome = Outcome(
        "dataset",
        f"klue/{text}",
        "https://hub/klue",
        Result.FAILED,
        DatasetContent("klue/klue", options),
        (step,),
        error=text or "x",
    )
    tags = Tags()
    tags.feed(report_html([outcome], text))
    return tags


@cache
def plain_tags() -> Tags:
    return tags_of("x")


@target()
@given(HOSTILE)
def test_no_text_changes_the_structure_of_the_report(text: str) -> None:
    tags = tags_of(text)
    assert tags.found == plain_tags().found
    assert tags.links == plain_tags().links
