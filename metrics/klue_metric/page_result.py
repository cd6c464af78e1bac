"""A report as a page shows it: scores, baselines, detail, and what to take along."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from .page_detail import detail
from .page_html import (
    LONGEST_MESSAGE,
    Markup,
    bar,
    download,
    escape,
    join,
    number,
    pre,
    row,
    share,
    shown,
    table,
    tag,
)
from .page_texts import Words
from .published import published_scores
from .submissions import Report
from .tasks import TASKS
from .translation import translate

SHOWN_CHARACTERS: Final = 200_000  # of the JSON; where it is longer it can be downloaded all the same


class Taken(NamedTuple):
    """What a person takes along, as text.

    Attributes:
        result: The result as JSON.
        entries: The entry of `.eval_results` as YAML.
        python: Code that gives the same numbers.
    """

    result: str
    entries: str
    python: str


def result(report: Report, taken: Taken, words: Words) -> Markup:
    """Show a report."""
    examples = words("examples", TASKS[report.config].example)
    what = words("scored_files", n=f"{report.n:,}", examples=examples, **report.files._asdict())
    parts = [
        tag("p", what, class_="what"),
        tag("div", join(_card(report, name, words) for name in report.scores), class_="cards"),
        tag("p", words("interval_note"), class_="soft"),
        _notes(report, words),
        _baselines(report, words),
        tag("h3", words("detail")),
        detail(report.config, report.detailed, words),
        _take_along(report, taken, words),
    ]
    return tag("div", *parts, class_="result", lang=words.language, data_config=report.config)


def _card(report: Report, name: str, words: Words) -> Markup:
    value = report.scores[name]
    large = tag("data", shown(value) if not math.isnan(value) else words("undefined"), value=repr(value))
    parts = [tag("h3", words("scores", name), " ", tag("code", name)), tag("p", large, class_="large")]
    interval = report.intervals.get(name)
    if interval and not math.isnan(interval["low"]):
        low, high = interval["low"], interval["high"]
        text = (words("interval"), " ", number(low), " – ", number(high))
        parts += [tag("p", *text, class_="interval"), _range(low, value, high)]
    return tag("section", *parts, class_="card", data_score=name)


def _range(low: float, value: float, high: float) -> Markup:
    """Draw the interval on the scale from 0 to 100, the score as a mark on it."""
    start, end = share(low), share(high)
    span = tag("i", style=f"left:{start:.2f}%;width:{max(end - start, 0.5):.2f}%")
    mark = tag("b", style=f"left:{share(value):.2f}%")
    ends = tag("span", tag("span", "0"), tag("span", "100"), class_="ends")
    return tag("div", tag("div", span, mark, class_="range"), ends, aria_hidden="true")


def _notes(report: Report, words: Words) -> Markup:
    if not report.warnings:
        return Markup()
    told = (translate(warning, words.language) for warning in report.warnings)
    items = join(tag("li", escape(text, LONGEST_MESSAGE)) for text in told)
    return tag("section", tag("h3", words("notes")), tag("ul", items), class_="notes")


def _baselines(report: Report, words: Words) -> Markup:
    title, published = tag("h3", words("baselines")), published_scores(report.config)
    # Of the scores only those that someone published: dp has two more.
    known = [name for name in report.scores if any(name in scores for _, scores in published)]
    if not known:
        return tag("section", title, tag("p", words("no_baselines"), class_="soft"))
    own = (bar(report.scores[name], "own") for name in known)
    rows = [row(words("your_system"), *own, class_="own")]
    for model, scores in published:
        label = join([model, " ", tag("span", words("test_set"), class_="mark")])
        cells = (bar(scores[name]) if name in scores else words("not_published") for name in known)
        rows.append(row(label, *cells))
    head = [words("model"), *(words("scores", name) for name in known)]
    note = tag("p", words("baselines_note"), class_="soft")
    return tag("section", title, note, table(head, rows, words("baselines")), class_="baselines")


def _take_along(report: Report, taken: Taken, words: Words) -> Markup:
    stem = f"klue-{report.config}"
    links = [download(words("download_json"), f"{stem}.json", taken.result.encode(), "application/json")]
    blocks = [
        _copyable("signature", report.signature, words("signature_note"), words),
        _copyable("python", taken.python, "", words),
    ]
    if published_scores(report.config):  # what has no official score has no entry on the Hub
        entries = taken.entries.encode()
        links.append(download(words("download_yaml"), f"{stem}.yaml", entries, "application/yaml"))
        blocks.append(_copyable("eval_results", taken.entries, words("eval_results_note"), words))
    if len(taken.result) <= SHOWN_CHARACTERS:
        blocks.append(_copyable("result_json", taken.result, "", words))
    return tag(
        "section",
        tag("h3", words("take_along")),
        tag("p", *links, class_="downloads"),
        *blocks,
        class_="take",
    )


def _copyable(name: str, text: str, note: str, words: Words) -> Markup:
    button = tag(
        "button",
        words("copy"),
        type="button",
        class_="copy",
        data_copy=f"klue-{name}",
        data_done=words("copied"),
        aria_label=f"{words('copy')}: {words(name)}",
    )
    head = tag("div", tag("h4", words(name)), button, class_="copyhead")
    return tag("div", head, tag("p", note, class_="soft") if note else "", pre(text, id=f"klue-{name}"))
