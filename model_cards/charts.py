"""The charts of a card, as PNG: the Hub shows that everywhere, SVG only sometimes.

They stand on a panel of their own, so they read alike on a light and a dark page, and are drawn for the
width of a phone. The same rows give the same bytes with the same matplotlib.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from klue_hub.datasets.klue.card.facts import prose

from .comparison import LEADING_SCORES, Row, Sized
from .facts import score_ids
from .metadata import SCORE_NAMES

SCORES_HEIGHT: Final = 7.4
SIZES_HEIGHT: Final = 7.4
WIDTH: Final = 4.0  # inches; 600 pixels at this resolution, shown at 360 or so on a phone
RESOLUTION: Final = 150
PANEL, INK, SOFT, GRID = "#ffffff", "#1b1f24", "#57606a", "#d8dee4"
# Okabe and Ito's colours, which colour-blind readers can tell apart; markers differ as well.
SUBJECT: Final = ("#d55e00", "D")
OTHERS: Final = (
    ("#0072b2", "o"),
    ("#009e73", "s"),
    ("#cc79a7", "^"),
    ("#e69f00", "v"),
    ("#56b4e9", "P"),
    ("#000000", "X"),
    ("#999999", "h"),
)
STYLE: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 8,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "figure.facecolor": PANEL,
    "axes.facecolor": PANEL,
    "savefig.facecolor": PANEL,
    "text.parse_math": False,  # a name may hold a dollar sign
}


@cache
def scores_chart(rows: tuple[Row, ...]) -> bytes:
    """Draw every score of every model, a line a score.

    Args:
        rows: the models, the card's own first if it has scores.

    Returns:
        A PNG.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = score_ids()
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, SCORES_HEIGHT), dpi=RESOLUTION)
        # A layout that is computed takes most of the time; this one fits, whatever the rows.
        axes = figure.add_axes((0.01, 0.07, 0.98, 0.82))
        lines = range(len(names))
        axes.hlines(
            lines,
            [min(row.scores[place] for row in rows) for place in lines],
            [max(row.scores[place] for row in rows) for place in lines],
            color=GRID,
            linewidth=3,
            zorder=1,
        )
        for row, (colour, marker) in zip(rows, _looks([row.is_subject for row in rows]), strict=True):
            axes.plot(
                row.scores,
                lines,
                marker,
                color=colour,
                markersize=7 if row.is_subject else 5,
                label=row.name,
                zorder=4 if row.is_subject else 3,
                markeredgecolor=PANEL,
                markeredgewidth=0.5,
            )
        for line, name in zip(lines, names, strict=True):
            axes.annotate(
                f"{_task(name)}  {_score(name)}",
                (0, line - 0.42),
                xycoords=("axes fraction", "data"),
                va="center",
                bbox={"facecolor": PANEL, "edgecolor": "none", "pad": 1},
            )
        axes.set_yticks([])
        axes.set_ylim(len(names) - 0.5, -0.8)
        axes.set_xlabel("percent, on KLUE's test set")
        _quiet(axes)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        figure.legend(loc="upper center", ncols=2, frameon=False, handletextpad=0.2)
        return _png(figure)


def sizes_chart(models: Sequence[Sized]) -> bytes:
    """Draw one score a task against the number of parameters, a panel a task.

    A model without scores is a dashed line at its size.

    Returns:
        A PNG.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, SIZES_HEIGHT), dpi=RESOLUTION)
        grid = {"left": 0.1, "right": 0.985, "bottom": 0.08, "top": 0.87, "hspace": 0.25, "wspace": 0.28}
        panels = figure.subplots(4, 2, sharex=True, gridspec_kw=grid).flat
        for axes, place in zip(panels, LEADING_SCORES, strict=True):
            for model, (colour, marker) in zip(
                models, _looks([model.is_subject for model in models]), strict=True
            ):
                millions = model.parameters / 1e6
                if model.scores is None:
                    axes.axvline(
                        millions,
                        color=colour,
                        linestyle="--",
                        linewidth=1.2,
                        label=f"{model.name} (no scores)",
                    )
                else:
                    axes.plot(
                        [millions],
                        [model.scores[place]],
                        marker,
                        color=colour,
                        markersize=7 if model.is_subject else 5.5,
                        label=model.name,
                        zorder=3,
                    )
            name = score_ids()[place]
            # Not a title: finding the place of one takes longer than all the rest.
            axes.annotate(f"{_task(name)}  {_score(name)}", (0, 1.04), xycoords="axes fraction")
            axes.margins(x=0.15, y=0.25)
            axes.locator_params(nbins=4)  # ticks are what drawing costs
            axes.grid(color=GRID, linewidth=0.6)
            _quiet(axes)
        figure.supxlabel("million parameters, computed; percent on KLUE's test set", fontsize=8, y=0.005)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper center", ncols=2, frameon=False, handletextpad=0.2)
        return _png(figure)


def scores_text(rows: Sequence[Row]) -> str:
    """Return the numbers of `scores_chart`, for those who cannot see it."""
    parts = []
    for place, name in enumerate(score_ids()):
        found = ", ".join(f"{row.name} {row.scores[place]:.2f}" for row in rows)
        parts.append(f"{_task(name)} {_score(name)}: {found}")
    return "Scores on KLUE's test set in percent. " + "; ".join(parts) + "."


def sizes_text(models: Sequence[Sized]) -> str:
    """Return the numbers of `sizes_chart`, for those who cannot see it."""
    parts = []
    for model in models:
        found = "no scores"
        if model.scores:
            leading = [(score_ids()[place], model.scores[place]) for place in LEADING_SCORES]
            found = ", ".join(f"{_task(name)} {_score(name)} {score:.2f}" for name, score in leading)
        parts.append(f"{model.name}, {model.parameters / 1e6:.1f} million parameters: {found}")
    return "Scores in percent against parameters. " + "; ".join(parts) + "."


def _task(name: str) -> str:
    config = name.split(".")[0]
    return prose().configs[config].abbreviation if config != "wos" else "DST"


def _score(name: str) -> str:
    return SCORE_NAMES[name.split(".")[1]]


def _looks(subjects: Sequence[bool]) -> list[tuple[str, str]]:
    others = iter(OTHERS * (len(subjects) // len(OTHERS) + 1))
    return [SUBJECT if is_subject else next(others) for is_subject in subjects]


def _quiet(axes: Any) -> None:
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _png(figure: Any) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
