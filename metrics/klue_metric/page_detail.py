"""What stands behind a score: tables with bars, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from .page_html import Markup, bar, join, label, number, row, share, table, tag
from .page_texts import Words

MATRIX = "confusion_matrix"
SHOWN_LABELS: Final = 10  # larger matrices are folded
SHOWN_CONFUSIONS: Final = 8
SHOWN_ROWS: Final = 100  # no task has as many; states of a dialogue may hold any text
# The columns that are drawn as bars; one look at them tells the rows apart.
DRAWN: Final = frozenset({"f1", "uas", "las", "exact_match", "rouge_w"})


def detail(config: str, found: Mapping[str, Any], words: Words) -> Markup:
    """Show the breakdown of any task.

    Args:
        config: Name of the config.
        found: What the metric returns as `detailed`.
        words: Texts.
    """
    parts = []
    for section, value in found.items():
        title = words("sections", section)
        if section == MATRIX:
            content = _matrix(config, value["labels"], value["matrix"], words)
        elif isinstance(value, Mapping):
            content = _table(config, section, value, title, words)
        else:
            parts.append(tag("p", tag("span", f"{title}: "), number(value), class_="single"))
            continue
        parts.append(tag("section", tag("h4", title), content, class_="block"))
    return join(parts)


def _table(
    config: str, section: str, rows: Mapping[str, Mapping[str, Any]], title: str, words: Words
) -> Markup:
    columns = dict.fromkeys(name for values in rows.values() for name in values)
    columns = dict.fromkeys(sorted(columns, key=lambda name: name not in DRAWN))  # seen first on a phone
    head = [tag("span", title, class_="hidden"), *(words("columns", name) for name in columns)]
    body = [
        row(
            label(_name(config, section, name, words)),
            *(_cell(column, values.get(column)) for column in columns),
            class_=None if values.get("support", 1) else "empty",
        )
        for name, values in islice(rows.items(), SHOWN_ROWS)
    ]
    more = len(rows) - SHOWN_ROWS
    note = tag("p", words("more_rows", n=f"{more:,}"), class_="soft") if more > 0 else ""
    return join([table(head, body, title), note])


def _cell(column: str, value: float | int | None) -> Markup | str:
    if value is None:
        return ""
    return bar(float(value)) if column in DRAWN else number(value)


def _name(config: str, section: str, name: str, words: Words) -> str:
    group = section if section not in ("per_class", MATRIX) else config
    return words.name(group, name)


def _matrix(config: str, labels: Sequence[str], matrix: Sequence[Sequence[int]], words: Words) -> Markup:
    names = [_name(config, MATRIX, name, words) for name in labels]
    parts = [tag("h5", words("confusions")), _confusions(names, matrix, words)]
    grid = join([tag("p", words("matrix_axes"), class_="soft"), _grid(names, matrix, words)])
    if len(names) > SHOWN_LABELS:
        grid = tag("details", tag("summary", words("show_matrix", n=len(names))), grid)
    return join([grid, *parts])


def _confusions(names: Sequence[str], matrix: Sequence[Sequence[int]], words: Words) -> Markup:
    """List the cells off the diagonal, the largest first; a shade alone would tell few readers enough."""
    cells = [
        (count, i, j) for i, line in enumerate(matrix) for j, count in enumerate(line) if count and i != j
    ]
    if not cells:
        return tag("p", words("no_confusions"), class_="soft")
    largest = sorted(cells, key=lambda cell: (-cell[0], cell[1:]))[:SHOWN_CONFUSIONS]
    items = (
        tag("li", words("confusion", gold=names[i], predicted=names[j]), " ", tag("b", number(count)))
        for count, i, j in largest
    )
    return tag("ol", join(items), class_="confusions")


def _grid(names: Sequence[str], matrix: Sequence[Sequence[int]], words: Words) -> Markup:
    rows = []
    for i, (name, line) in enumerate(zip(names, matrix, strict=True)):
        whole = sum(line)
        cells = (_shaded(count, share(count, whole), i == j) for j, count in enumerate(line))
        rows.append(tag("tr", tag("th", label(name), scope="row"), join(cells)))
    head = join(tag("th", label(name), scope="col") for name in names)
    corner = tag("td", words("reference_and_prediction"), class_="soft")
    grid = tag("table", tag("thead", tag("tr", corner, head)), tag("tbody", join(rows)), class_="matrix")
    title = words("sections", MATRIX)
    return tag("div", grid, class_="scroll", tabindex="0", role="region", aria_label=title)


def _shaded(count: int, percent: float, right: bool) -> Markup:
    """Shade a cell by its share of the row; the number stands in it, the diagonal has a frame."""
    strength = f"--share:{percent:.1f}%"
    kind = " ".join(name for name, holds in (("right", right), ("none", not count)) if holds)
    return tag("td", number(count), style=strength, class_=kind or None)
