"""Look at the cards: `python -m klue_hub.model_cards --help`.

Exit status: 0 rendered, or nothing to do; 1 files differ and were left, or something failed; 2 wrong use.
"""

from __future__ import annotations

import difflib
import sys
from importlib.metadata import version
from pathlib import Path

import click

from klue_hub.datasets.klue import KlueError

from .check import check_files
from .facts import BUNDLED, load_catalog
from .files import CARD, model_files

EXAMPLES = """\b
Examples:
  All ten, with their charts:
    python -m klue_hub.model_cards --to cards
  One, after editing the facts, with what changed since the last time:
    python -m klue_hub.model_cards bert-base --to cards --replace
"""


@click.command(epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Render into DIR/NAME/.",
)
@click.option(
    "--facts",
    metavar="FILE",
    default=BUNDLED,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Other facts than the bundled baselines.yaml.",
)
@click.option("--benchmark", is_flag=True, help="Also write .eval_results/klue.yaml where there are scores.")
@click.option("--cards-only", is_flag=True, help="Only the cards, as DIR/NAME.md.")
@click.option("--replace", is_flag=True, help="Replace files that differ; without it they are only shown.")
@click.version_option(version("klue-hub"), prog_name="klue_hub.model_cards")
def main(
    names: tuple[str, ...], folder: Path, facts: Path, benchmark: bool, cards_only: bool, replace: bool
) -> None:
    """Render model cards into a folder, for a look.

    NAME is a baseline, such as bert-base; without one, all are rendered. What is
    there already is compared, and the differences are shown.
    """
    try:
        catalog = load_catalog(facts)
        if unknown := set(names) - set(catalog.baselines):
            known = ", ".join(catalog.baselines)
            raise click.BadArgumentUsage(f"no baseline {', '.join(sorted(unknown))}; there are {known}")
        left = problems = 0
        for name in names or catalog.baselines:
            files = model_files(catalog, name, benchmark=benchmark)
            for problem in check_files(catalog, name, files):
                click.echo(f"{name}: {problem}", err=True)
                problems += 1
            wanted = (
                {f"{name}.md": files[CARD]} if cards_only else {f"{name}/{p}": c for p, c in files.items()}
            )
            left += sum(_write(folder, path, content, replace) for path, content in wanted.items())
    except KlueError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        sys.exit(f"error: {error.filename or folder}: {error.strerror or error}")
    if left:
        sys.exit(f"{left} files differ and were left as they are; --replace writes them")
    sys.exit(1 if problems else 0)


def _write(folder: Path, path: str, content: bytes, replace: bool) -> bool:
    """Write a file, showing what changes; return whether it differs and was left."""
    place = folder / path
    there = place.read_bytes() if place.is_file() else None
    if there == content:
        click.echo(f"same     {place}")
        return False
    if there is not None:
        click.echo("".join(_diff(path, there, content)), nl=False)
        if not replace:
            click.echo(f"differs  {place}")
            return True
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    click.echo(f"{'new' if there is None else 'replaced':<8} {place}")
    return False


def _diff(path: str, before: bytes, after: bytes) -> list[str]:
    try:
        old, new = before.decode().splitlines(True), after.decode().splitlines(True)
    except UnicodeDecodeError:
        return []
    return list(difflib.unified_diff(old, new, f"there/{path}", f"rendered/{path}"))


if __name__ == "__main__":
    main(prog_name="python -m klue_hub.model_cards")
