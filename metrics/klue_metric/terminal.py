"""`klue-score`: score a file of predictions from the terminal.

Exit status: 0 scored, 1 bad input, 2 wrong use.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import click
from rich import box
from rich.console import Console
from rich.table import Table

from .errors import ScoreInputError
from .eval_results import eval_results_entry
from .pipeline import METRIC_VERSION
from .submissions import Report, score_files
from .tasks import TASKS

BAD_INPUT: Final = 1
NARROW: Final = 80  # columns of a terminal, and of what is not one
SHOWN_ROWS: Final = 40  # of one breakdown

EXAMPLES: Final = """\b
Examples:
  Predictions against the published validation split (fetched from the Hub):
    klue-score ynat predictions.csv
  Against a file, with the breakdown:
    klue-score ner predictions.jsonl --references validation.parquet --detailed
  For a program:
    klue-score re predictions.json --references gold.json --json

\b
Files are JSON, JSON Lines, Parquet, and for flat tasks CSV or TSV. A row is an
entry, or has it in a column named as in the data: label; score (sts);
tags (ner); probabilities (re); head and deprel (dp); guid and prediction_text
(mrc); state or dialogue (wos).

\b
Completion for bash (zsh and fish alike):
  eval "$(_KLUE_SCORE_COMPLETE=bash_source klue-score)"
"""


def _version() -> str:
    try:
        package = f"klue-hub {version('klue-hub')}, "
    except PackageNotFoundError:  # the Space has only this folder
        package = ""
    return f"{package}metric {METRIC_VERSION}"


@click.command(
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": NARROW},
)
@click.argument("task", type=click.Choice(list(TASKS)))
@click.argument("predictions", type=click.Path(path_type=Path))
@click.option(
    "--references",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File of references.  [default: the published validation split, from the Hub]",
)
@click.option("--detailed", is_flag=True, help="Add the breakdown behind the scores.")
@click.option(
    "--confidence-level",
    metavar="LEVEL",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Level of the bootstrap intervals.",
)
@click.option("--no-intervals", is_flag=True, help="Leave the intervals out.")
@click.option(
    "--n-resamples",
    type=click.IntRange(1, 1_000_000),
    default=1000,
    show_default=True,
    help="Resamples of the bootstrap.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the bootstrap.")
@click.option(
    "--data-version",
    metavar="VERSION",
    help="Version of the data, such as 1.1.0: for the signature, and the tag to fetch references from.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all as JSON.")
@click.option(
    "--eval-results", is_flag=True, help="Print entries for .eval_results/klue.yaml of a model repository."
)
@click.version_option(_version(), prog_name="klue-score")
def main(
    task: str,
    predictions: Path,
    references: Path | None,
    *,
    detailed: bool,
    confidence_level: float,
    no_intervals: bool,
    n_resamples: int,
    seed: int,
    data_version: str | None,
    as_json: bool,
    eval_results: bool,
) -> None:
    """Score PREDICTIONS of a KLUE TASK as the official scorer does.

    The numbers are percentages, with percentile bootstrap intervals. The task
    ood is not an official KLUE task.
    """
    if as_json and eval_results:
        raise click.UsageError("--json and --eval-results print different things; give one of them")
    try:
        report = score_files(
            task,
            predictions,
            references,
            detailed=detailed,
            confidence_level=None if no_intervals else confidence_level,
            n_resamples=n_resamples,
            seed=seed,
            data_version=data_version,
        )
        text = _text(report, as_json=as_json, eval_results=eval_results)
    except ScoreInputError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(BAD_INPUT)
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    if text is None:
        _show(report)
    else:
        click.echo(text, nl=not text.endswith("\n"))


def _text(report: Report, *, as_json: bool, eval_results: bool) -> str | None:
    if as_json:
        return report.to_json()
    return eval_results_entry(report) if eval_results else None


def _show(report: Report) -> None:
    """Print tables; what is no terminal gets plain characters and the same width."""
    console = Console(width=None if sys.stdout.isatty() else NARROW, highlight=False, markup=False)
    unofficial = " (not an official KLUE task)" if report.config == "ood" else ""
    console.print(f"{report.config}{unofficial}: {report.n} examples\n")
    console.print(_scores(report))
    for name, part in report.detailed.items():
        console.print()
        console.print(_breakdown(name, part))
    console.print(f"\n{report.signature}", soft_wrap=True)


def _table(title: str | None, columns: list[str]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", overflow="fold")
    return table


def _scores(report: Report) -> Table:
    table = _table(None, ["score", "%"])
    level = report.options["confidence_level"]
    if level is not None:
        table.add_column(f"{100 * level:g}% interval", justify="right")
    for name, value in report.scores.items():
        interval = report.intervals.get(name)
        shown = [f"{interval['low']:.2f} to {interval['high']:.2f}"] if interval else []
        table.add_row(name, repr(float(value)), *shown)
    return table


def _breakdown(name: str, part: Any) -> Table:
    """Show a dict of rows, a matrix, or single values."""
    title = name.replace("_", " ")
    if isinstance(part, dict) and part and all(isinstance(row, dict) for row in part.values()):
        columns = list(dict.fromkeys(column for row in part.values() for column in row))
        table = _table(title, ["", *columns])
        for label, row in list(part.items())[:SHOWN_ROWS]:
            table.add_row(str(label), *(_number(row.get(column)) for column in columns))
        if len(part) > SHOWN_ROWS:
            table.caption = f"{len(part) - SHOWN_ROWS} more with --json"
        return table
    table = _table(title, ["", ""])
    table.show_header = False
    rows = part.items() if isinstance(part, dict) else [(name, part)]
    for label, value in rows:
        table.add_row(str(label), _number(value))
    return table


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, int):
        return str(value)
    return "" if value is None else "with --json"


if __name__ == "__main__":
    main()
