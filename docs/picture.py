"""Draw the picture of the README: `python docs/picture.py` writes docs/images/scores.svg.

The leading score of every task against the number of parameters, for the baselines that have scores, from the
facts that the model cards show. Drawn by hand, so that the bytes depend on the facts alone; on a panel of
its own, as the Hub's and GitHub's pages are light for some readers and dark for others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from klue_hub.model_cards.charts import GRID, INK, OTHERS, PANEL, SOFT
from klue_hub.model_cards.comparison import LEADING_SCORES, Sized, sizes
from klue_hub.model_cards.facts import load_catalog, score_ids
from klue_hub.model_cards.metadata import SCORE_NAMES

PICTURE = Path(__file__).parent / "images" / "scores.svg"
COLUMNS = 4
WIDTH, TOP, BOTTOM = 800, 66, 34
PANEL_WIDTH, PANEL_HEIGHT = 196, 150
INSET_LEFT, INSET_RIGHT, INSET_TOP, INSET_BOTTOM = 36, 14, 28, 26
ROOM = 0.2  # of a panel's range, above and below its values


def draw() -> str:
    """Return the picture as SVG."""
    catalog = load_catalog()
    subject = next(baseline for baseline in catalog.baselines.values() if baseline.scores)
    models = sizes(catalog, subject)
    height = TOP + PANEL_HEIGHT * math.ceil(len(LEADING_SCORES) / COLUMNS) + BOTTOM
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="12">',
        "<title>Scores of KLUE's baselines against their number of parameters</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{PANEL}" stroke="{GRID}"/>',
        *_legend(models),
        *(line for number in range(len(LEADING_SCORES)) for line in _panel(number, models)),
        f'<text x="{WIDTH / 2:g}" y="{height - 12}" text-anchor="middle" fill="{SOFT}">'
        "million parameters (computed from the architecture); percent on KLUE's test set (published)</text>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend(models: list[Sized]) -> Iterator[str]:
    step = (WIDTH - 24) / len(models)
    for number, model in enumerate(models):
        x = 24 + step * number
        yield from _marker(number, x, 34)
        yield f'<text x="{x + 12:g}" y="38" font-size="13" fill="{INK}">{escape(model.name)}</text>'


def _panel(number: int, models: list[Sized]) -> Iterator[str]:
    """Draw one task."""
    place = LEADING_SCORES[number]
    config, score = score_ids()[place].split(".")
    values = [model.scores[place] for model in models if model.scores]
    spread = (max(values) - min(values)) or 1.0
    low, high = min(values) - ROOM * spread, max(values) + ROOM * spread
    logs = [math.log(model.parameters) for model in models]
    left = 8 + (number % COLUMNS) * PANEL_WIDTH + INSET_LEFT
    right = left + PANEL_WIDTH - INSET_LEFT - INSET_RIGHT
    top = TOP + (number // COLUMNS) * PANEL_HEIGHT + INSET_TOP
    bottom = top + PANEL_HEIGHT - INSET_TOP - INSET_BOTTOM
    yield (
        f'<text x="{left - INSET_LEFT + 8}" y="{top - 10}" fill="{INK}">'
        f'<tspan font-weight="600">{config}</tspan> {escape(SCORE_NAMES[score])}</text>'
    )
    for value in (min(values), max(values)):
        y = bottom - (value - low) / (high - low) * (bottom - top)
        yield f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield (
            f'<text x="{left - 4}" y="{y + 4:.1f}" text-anchor="end" font-size="11" fill="{SOFT}">'
            f"{value:.1f}</text>"
        )
    for which, model in enumerate(models):
        assert model.scores is not None
        share = (logs[which] - logs[0]) / (logs[-1] - logs[0])
        x = left + 8 + share * (right - left - 16)
        y = bottom - (model.scores[place] - low) / (high - low) * (bottom - top)
        yield from _marker(which, x, y)
    for which in (0, 1, len(models) - 1):
        share = (logs[which] - logs[0]) / (logs[-1] - logs[0])
        yield (
            f'<text x="{left + 8 + share * (right - left - 16):.1f}" y="{bottom + 14}" text-anchor="middle" '
            f'font-size="11" fill="{SOFT}">{models[which].parameters / 1e6:.0f}</text>'
        )


def _marker(number: int, x: float, y: float) -> Iterator[str]:
    """Draw the mark of a model: colour and shape both tell it."""
    colour = OTHERS[number][0]
    style = f'fill="{colour}" stroke="{PANEL}"'
    if number % 4 == 0:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" {style}/>'
        return
    shapes = {
        1: [(-5, -5), (5, -5), (5, 5), (-5, 5)],
        2: [(0, -6.5), (6, 4.5), (-6, 4.5)],
        3: [(0, -7), (6, 0), (0, 7), (-6, 0)],
    }
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in shapes[number % 4])
    yield f'<polygon points="{points}" {style}/>'


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(), encoding="utf-8", newline="\n")
