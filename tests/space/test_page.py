"""The page as a person uses it, in a real browser against a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from klue_hub.metrics.klue_metric.examples import example_file, template_file
from klue_hub.metrics.klue_metric.files import MAX_BYTES, read_entries
from klue_hub.metrics.klue_metric.page_html import shown
from klue_hub.metrics.klue_metric.tasks import TASKS

from .conftest import EN, KO, Server, Visit, Visitor

HOSTILE = "<img src=x onerror='window.injected = 1'>"


def computed(load: Any, config: str, folder: Path) -> dict[str, Any]:
    """What `compute` says of the example, through JSON as the download is."""
    arguments: dict[str, Any] = {}
    for side in ("predictions", "references"):
        name, content = example_file(config, side)
        (folder / name).write_bytes(content)
        entries = read_entries(folder / name, TASKS[config], side)
        arguments[side] = entries.values
        if side == "references" and entries.tokens is not None:
            arguments["tokens"] = entries.tokens
    result = load(config).compute(**arguments, confidence_level=0.95, detailed=True, signature=True)
    return json.loads(json.dumps(result))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("config", TASKS)
def test_example_of_each_task_scores_as_compute_does(
    visit: Visit, load: Any, tmp_path: Path, config: str
) -> None:
    expected = computed(load, config, tmp_path)
    visitor = visit()
    visitor.choose(config)
    visitor.fill_example()
    visitor.score()
    text = visitor.result(config)
    downloaded = json.loads(visitor.download(EN("download_json")))
    assert downloaded["signature"] == expected["signature"]
    assert expected["signature"] in text
    assert downloaded["detailed"] == expected["detailed"]
    for name, value in ((name, expected[name]) for name in TASKS[config].scores if name in expected):
        card = visitor.page.locator(f"[data-score={name}]")
        assert card.locator(".large").inner_text() == shown(value)
        low, high = (expected["confidence_intervals"][name][end] for end in ("low", "high"))
        assert f"{shown(low)} – {shown(high)}" in card.inner_text()
        assert downloaded["scores"][name] == value
        assert downloaded["confidence_intervals"][name] == expected["confidence_intervals"][name]


def test_detail_and_baselines_stand_in_text(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("nli")
    visitor.fill_example()
    visitor.score()
    text = visitor.result("nli")
    for label in ("entailment", "neutral", "contradiction"):
        assert label in text
    assert EN("baselines_note") in text
    rows = visitor.page.locator(".baselines tbody tr").all_inner_texts()
    assert EN("your_system") in rows[0]
    assert len(rows) > 1
    assert all(EN("test_set") in row for row in rows[1:])


def test_wrong_file_is_explained_next_to_its_field_and_the_other_file_stays(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("nli")
    visitor.upload("predictions", "mine.json", '["entailment", "entailed", "neutral"]')
    visitor.upload("references", "gold.json", "[0, 1, 2]")
    visitor.score()
    message = visitor.error("predictions")
    assert "mine.json" in message
    assert "'entailed'" in message
    assert "row 2" in message
    assert visitor.page.locator("#klue-references .klue-error .error").count() == 0
    assert "Traceback" not in visitor.page.inner_text("body")
    visitor.upload("predictions", "better.json", '["entailment", "neutral", "neutral"]')
    visitor.score()
    assert "better.json" in visitor.result("nli")
    assert visitor.page.locator("[data-score=accuracy] .large").inner_text() == "66.67"


def test_missing_files_are_named_at_their_fields(visit: Visit) -> None:
    visitor = visit()
    visitor.score()
    assert EN("no_predictions") in visitor.error("predictions")
    visitor.upload("predictions", "mine.json", "[0]")
    visitor.score()
    assert EN("no_references") in visitor.error("references")


def test_file_over_the_limit_is_refused_before_it_is_sent(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.url))
    visitor.page.set_input_files("#klue-predictions input[type=file]", large)
    message = visitor.page.locator("#klue-predictions [data-limit]")
    message.wait_for()
    assert "large.json" in message.inner_text()
    assert not [url for url in sent if "/upload" in url]


def test_switch_of_language_reaches_everything_that_is_shown(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("wos")
    visitor.fill_example()
    visitor.score()
    visitor.result("wos")
    visitor.speak(KO)
    text = visitor.page.inner_text("body")
    for key in ("title", "step_files", "predictions", "fill_example", "score", "data_version", "take_along"):
        assert KO(key) in text
        assert EN(key) not in text
    assert KO("scores", "joint_goal_acc") in visitor.result("wos")
    assert visitor.page.evaluate("document.documentElement.lang") == "ko"
    visitor.upload("predictions", "mine.json", "[1]")
    visitor.upload("references", "gold.json", "[[]]")
    visitor.score()
    korean = visitor.error("predictions")
    visitor.speak(EN)
    visitor.page.locator("#klue-predictions .klue-error [lang=en]").wait_for()
    english = visitor.error("predictions")
    assert "mine.json" in korean
    assert "mine.json" in english
    assert "found" in english
    assert "found" not in korean


@pytest.mark.parametrize(("query", "locale"), [("", "ko-KR"), ("?lang=ko", "en-US")])
def test_opens_in_the_language_of_the_browser_or_the_address(visit: Visit, query: str, locale: str) -> None:
    visitor = visit(query, locale=locale)
    visitor.page.wait_for_selector("header[lang=ko]")
    assert visitor.page.locator("h1").inner_text() == KO("title")


def test_markup_in_a_file_is_shown_as_text(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("wos")
    entry = f"{HOSTILE}-slot-value"
    visitor.upload("predictions", "a.json", json.dumps([[entry]]))
    visitor.upload("references", "b.json", json.dumps([[entry, "식당-종류-한식당"]]))
    visitor.score()
    assert HOSTILE in visitor.result("wos")
    visitor.choose("nli")
    visitor.upload("predictions", f"{'x' * 5}<b>.json", json.dumps([HOSTILE]))
    visitor.upload("references", "b.json", "[0]")
    visitor.score()
    assert "<img src=x" in visitor.error("predictions")
    assert visitor.page.evaluate("window.injected") is None
    assert visitor.page.locator("img[src=x]").count() == 0


def test_states_without_end_leave_the_page_usable(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("wos")
    states = json.dumps([[f"도메인{i}-슬롯-값"] for i in range(20_000)], ensure_ascii=False)
    visitor.upload("predictions", "a.json", states)
    visitor.upload("references", "b.json", states)
    visitor.score()
    assert EN("more_rows", n="19,900") in visitor.result("wos")
    assert visitor.page.locator("#klue-result tr").count() < 300
    assert len(json.loads(visitor.download(EN("download_json")))["detailed"]["per_slot"]) == 20_000


def test_templates_and_results_can_be_taken_along(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("sts")
    for kind, make in (("template", template_file), ("example", example_file)):
        for side in ("predictions", "references"):
            assert visitor.download(EN(f"{kind}_{side}")) == make("sts", side)[1]
    visitor.fill_example()
    visitor.score()
    visitor.result("sts")
    entries = yaml.safe_load(visitor.download(EN("download_yaml")))
    assert {entry["dataset"]["task_id"] for entry in entries} == {"sts.pearsonr", "sts.f1"}
    assert visitor.page.locator("#klue-python").inner_text().startswith("import ")


def test_two_visitors_at_once_get_their_own_results(visit: Visit) -> None:
    visitors = [visit(), visit()]
    for visitor, predicted in zip(visitors, ("[0, 1, 2, 0]", "[0, 0, 0, 0]"), strict=True):
        visitor.choose("nli")
        visitor.upload("predictions", "mine.json", predicted)
        # The same bytes under the same name: Gradio keeps both uploads at one path.
        visitor.upload("references", "gold.json", "[0, 1, 2, 0]")
    for visitor in visitors:
        visitor.score()
    large = [visitor.page.locator("[data-score=accuracy] .large").inner_text() for visitor in visitors]
    assert large == ["100.00", "50.00"]


def test_nothing_of_an_upload_is_kept_or_logged(visit: Visit, server: Server) -> None:
    visitor = visit()
    visitor.choose("wos")
    secret = "식당-이름-비밀스러운곳"
    for side in ("predictions", "references"):
        visitor.upload(side, f"{side}.json", json.dumps([[secret]], ensure_ascii=False))
    visitor.score()
    visitor.result("wos")
    kept = [
        path for path in server.temporary.rglob("*") if path.is_file() and secret in path.read_text("utf-8")
    ]
    assert kept == []
    assert "비밀" not in server.log.read_text()
    assert visitor.page.locator(".klue-file .filename").count() == 0


def test_keyboard_alone_suffices(visit: Visit) -> None:
    visitor = visit()
    press = visitor.page.keyboard.press
    visitor.page.focus("input[name=klue-task]")
    press("ArrowDown")
    press("ArrowDown")
    visitor.page.get_by_text(EN("rows", "nli"), exact=True).wait_for()
    for target in ("klue-example", "klue-score"):
        for _ in range(40):
            press("Tab")
            if visitor.page.evaluate("document.activeElement.id") == target:
                break
        press("Enter")
        if target == "klue-example":
            visitor.page.wait_for_selector("#klue-references .filename")
    assert EN("scores", "accuracy") in visitor.result("nli")


@pytest.mark.parametrize("config", ["re", "dp", "wos"])
def test_phone_scrolls_only_inside_wide_tables(visit: Visit, config: str) -> None:
    visitor = visit(viewport={"width": 390, "height": 800}, locale="ko-KR", color_scheme="dark")
    visitor.page.wait_for_selector("header[lang=ko]")
    visitor.choose(config, KO)
    visitor.fill_example()
    visitor.score()
    visitor.result(config)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_theme_follows_the_system_and_the_switch(visit: Visit) -> None:
    def background(visitor: Visitor) -> str:
        color: str = visitor.page.evaluate(
            "getComputedStyle(document.querySelector('.gradio-container')).color"
        )
        return color

    light, dark = (visit(color_scheme=scheme) for scheme in ("light", "dark"))
    assert background(light) != background(dark)
    light.page.click("[data-theme-switch]")
    assert background(light) == background(dark)
