"""What the page says, and that no text of an upload becomes markup; without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from klue_hub.metrics.klue_metric import page_texts
from klue_hub.metrics.klue_metric.page_html import LONGEST_TEXT, Markup, bar, download, number, pre, row, tag
from klue_hub.metrics.klue_metric.page_texts import Words, choose_language
from klue_hub.metrics.klue_metric.tasks import TASKS

# Names that Korean papers write in Latin letters as well.
SAME_IN_KOREAN = {"auprc", "f1", "rouge_w", "uas", "las", "joint_goal_acc"}
HOSTILE = "<script>alert('x')</script>\" onload=\"x"


def entries(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(part, dict) and set(part) == {"en", "ko"}:
        yield path, part
    elif isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from entries(value, f"{path}.{key}".lstrip("."))


def all_texts() -> dict[str, dict[str, str]]:
    path = Path(page_texts.__file__).with_name("page_texts.yaml")
    return dict(entries(yaml.safe_load(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", all_texts())
def test_every_text_is_in_both_languages_with_the_same_values(path: str) -> None:
    english, korean = (all_texts()[path][language] for language in ("en", "ko"))
    assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", korean))
    assert not re.search("[가-힣]", english)
    is_taken_over = path.rpartition(".")[2] in SAME_IN_KOREAN or re.sub(r"{\w+}|\W", "", korean) == ""
    assert re.search("[가-힣]", korean) or is_taken_over or path.startswith("formats_")


@pytest.mark.parametrize("words", [Words("en"), Words("ko")])
def test_every_task_and_score_has_a_name_and_stands_in_one_group(words: Words) -> None:
    assert sorted(config for _, configs in words.groups() for config in configs) == sorted(TASKS)
    for config, task in TASKS.items():
        assert words("tasks", config)
        assert words("rows", config)
        assert words("examples", task.example)
        assert all(words("scores", name) for name in task.scores)


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "ko-KR,ko;q=0.9", "ko"),
        (None, "de", "en"),
        ("ko", "en", "ko"),
        ("xx", "ko", "ko"),
    ],
)
def test_language_is_that_of_the_address_then_the_browser(
    wanted: str | None, accepted: str | None, language: str
) -> None:
    assert choose_language(wanted, accepted) == language


@pytest.mark.parametrize(
    "made",
    [
        tag("p", HOSTILE),
        tag("p", "x", title=HOSTILE),
        row(HOSTILE, HOSTILE),
        pre(HOSTILE),
        download(HOSTILE, HOSTILE, HOSTILE.encode(), "text/plain"),
    ],
)
def test_text_is_escaped_in_content_and_attributes(made: Markup) -> None:
    assert "<script" not in made
    assert '" onload' not in made


def test_a_name_of_enormous_length_is_cut() -> None:
    assert len(tag("p", "가" * 10**6)) < LONGEST_TEXT + 20


def test_numbers_are_shown_shortened_and_kept_whole() -> None:
    assert number(200 / 3) == '<data value="66.66666666666667">66.67</data>'
    assert number(12345) == '<data value="12345">12,345</data>'
    assert "–" in bar(float("nan"))
    assert "width:100.00%" in bar(1e300)
