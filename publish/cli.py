"""The command: parse, call, print. Data goes to stdout, notes to stderr.

Exit status: 0 done or nothing to do, 1 something failed, 2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec

from klue_hub.datasets.klue import DEFAULT_VERSION, TASKS, VERSIONS, KlueError
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.datasets.klue.sources import open_source

from . import dataset_repo
from .dataset_repo import DatasetOptions
from .errors import EditedFilesError, PublishError, describe_os_error
from .folder import FolderTarget, Observed, WantedRepo
from .output import plan_json, plan_text
from .plan import Plan

INTERRUPTED = 130

EXAMPLES = """\b
Examples:
  The bundled sample, to look around (made up, not KLUE data):
    klue-publish --source sample --to hub
  The official files, fetched and verified:
    klue-publish --to hub
  What a local checkout of upstream holds, only two configs, without writing:
    klue-publish --source ../KLUE --config ner --config dp --to hub --dry-run
"""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command was asked for."""

    to: Path
    dataset: DatasetOptions
    overwrite_edited: bool
    prune: bool
    dry_run: bool
    as_json: bool
    yes: bool


def _check_source(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        open_source(value)
    except KlueError as error:
        raise click.BadParameter(str(error)) from None
    return value


def _check_target(context: click.Context, parameter: click.Parameter, value: str) -> Path:
    try:
        return FolderTarget(Path(value)).root
    except PublishError as error:
        raise click.BadParameter(str(error)) from None


@click.command(
    epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}
)
@click.option(
    "--to",
    metavar="DIR",
    required=True,
    callback=_check_target,
    help="Folder to publish into: DIR/datasets/klue/klue is the dataset repository.",
)
@click.option(
    "--source",
    metavar="SOURCE",
    default="official",
    show_default=True,
    callback=_check_source,
    help="Where the raw files are: 'official' (fetched from pinned commits), 'sample' (bundled, made up), "
    "a folder laid out like upstream, or the URL of a mirror.",
)
@click.option(
    "--only", type=click.Choice(["datasets"]), multiple=True, help="Publish only this kind of repository."
)
@click.option(
    "--config", "configs", type=click.Choice(list(TASKS)), multiple=True, help="Only this config; repeatable."
)
@click.option(
    "--data-version",
    type=click.Choice(VERSIONS),
    default=DEFAULT_VERSION,
    show_default=True,
    help="Version of the data.",
)
@click.option("--partial", is_flag=True, help="Go on without raw files that the source does not hold.")
@click.option(
    "--accept-changed", is_flag=True, help="Take raw files whose git blob id is not the pinned one."
)
@click.option(
    "--accept-faults", is_flag=True, help="Publish changed files even if rows of them are unusable."
)
@click.option(
    "--benchmark", is_flag=True, help="Also write eval.yaml, which makes the dataset a benchmark on the Hub."
)
@click.option(
    "--overwrite-edited", is_flag=True, help="Replace files that this tool did not write or that were edited."
)
@click.option("--prune", is_flag=True, help="Delete files that this tool published and no longer does.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan and the result as JSON.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.version_option(version("klue-hub"), prog_name="klue-publish")
def main(**values: Any) -> None:
    """Build KLUE's repositories, show what would change, and write it.

    Nothing is written before the whole plan stands. Applying it twice changes no
    byte; a run that was killed is finished by the next one.
    """
    dataset = DatasetOptions(
        source=values["source"],
        data_version=values["data_version"],
        configs=values["configs"] or tuple(TASKS),
        partial=values["partial"],
        accept_changed=values["accept_changed"],
        accept_faults=values["accept_faults"],
        benchmark=values["benchmark"],
    )
    options = Options(
        to=values["to"],
        dataset=dataset,
        overwrite_edited=values["overwrite_edited"],
        prune=values["prune"],
        dry_run=values["dry_run"],
        as_json=values["as_json"],
        yes=values["yes"],
    )
    with _errors_in_one_line(options):
        publish(options)


@contextmanager
def _errors_in_one_line(options: Options) -> Iterator[None]:
    try:
        yield
    except KlueError as error:
        _note(f"error: {error}")
        sys.exit(1)
    except OSError as error:
        _note(f"error: {describe_os_error(error, f'publishing to {options.to}')}")
        sys.exit(1)
    except KeyboardInterrupt:
        _note("stopped; every file is whole, and running again finishes the work")
        sys.exit(INTERRUPTED)


def publish(options: Options) -> None:
    """Build, plan, show, confirm, apply, verify.

    Raises:
        KlueError: nothing or not everything was published; the text says what to do.
        OSError: the target or the temporary folder cannot be used.
    """
    target = FolderTarget(options.to)
    with target.locked(), tempfile.TemporaryDirectory(prefix="klue-publish-") as stage:
        observed = target.observe(dataset_repo.KIND, dataset_repo.REPO_ID)
        wanted = dataset_repo.build_dataset(
            options.dataset, Path(stage), observed.manifest, _note, prune=options.prune
        )
        plan = target.plan(wanted, observed, overwrite_edited=options.overwrite_edited, prune=options.prune)
        if not options.as_json:
            _show(plan, wanted, options)
        if plan.blocked:
            result = "blocked"
        elif options.dry_run:
            result = "dry run"
        else:
            result = _apply(target, plan, wanted, observed, options)
    if options.as_json:
        _print_json(plan, wanted, options, result)
    elif not plan.blocked:
        _print_result(plan, options, result)
    if plan.blocked:
        raise EditedFilesError(plan.location, plan.blocked)


def _show(plan: Plan, wanted: WantedRepo, options: Options) -> None:
    source = (
        "the bundled sample (made up, not KLUE data)"
        if options.dataset.source == "sample"
        else options.dataset.source
    )
    click.echo(f"Data version {options.dataset.data_version} from {source}\n")
    if issues := dataset_repo.broken_rules(_record(wanted), options.dataset.configs):
        click.echo("Known issues, counted and left as they are (they are listed in the card):")
        for line in issues:
            click.echo(click.wrap_text(line, 78, "  ", "    "))
        click.echo()
    click.echo(plan_text(plan) + "\n")


def _record(wanted: WantedRepo) -> BuildRecord:
    if wanted.manifest.build is None:
        raise PublishError(f"{wanted.repo_id}: the build left no record")
    return wanted.manifest.build


def _apply(target: FolderTarget, plan: Plan, wanted: WantedRepo, observed: Observed, options: Options) -> str:
    if plan.writes:
        if not options.yes and sys.stdin.isatty():
            click.confirm(f"Write {len(plan.writes)} files?", abort=True, err=True)
        target.apply(plan, wanted, observed)
        target.verify(wanted)
    target.settle(plan)
    return "applied" if plan.writes else "nothing to do"


def _print_json(plan: Plan, wanted: WantedRepo, options: Options, result: str) -> None:
    document = {
        "tool": msgspec.to_builtins(wanted.manifest.tool),
        "data_version": options.dataset.data_version,
        "source": options.dataset.source,
        "known_issues": dataset_repo.broken_rules(_record(wanted), options.dataset.configs),
        "repositories": [plan_json(plan)],
        "result": result,
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _print_result(plan: Plan, options: Options, result: str) -> None:
    if result == "dry run":
        click.echo("Dry run: nothing was written.")
        return
    if result == "nothing to do":
        click.echo("Nothing to do: the target is as wanted, no byte was changed.")
    else:
        click.echo("Done: written and verified.")
    python = shlex.quote(sys.executable)
    folder = shlex.quote(str(Path(plan.location).parent))
    example = 'from datasets import load_dataset; print(load_dataset("klue", "sts"))'
    click.echo(f"Load it:\n  cd {folder} && {python} -c '{example}'")


def _note(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
