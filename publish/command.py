"""The command's flow: build, plan, show, confirm, push, tell. Data goes to stdout, notes to stderr."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import msgspec

from klue_hub.datasets.klue.records import BuildRecord

from . import manifest as manifests
from .content import Content
from .dataset_repo import DatasetContent, DatasetOptions, broken_rules
from .edits import edits_text
from .errors import describe_os_error
from .model_repo import ModelContent
from .output import example_config, outcome_json, outcome_text, results_text
from .plan_view import human_bytes
from .redaction import redact
from .report import report_html
from .run import Outcome, Result, Run
from .space_repo import SpaceContent
from .target import Target

DATASETS, METRICS, MODELS = KINDS = ("datasets", "metrics", "models")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which repositories to publish, and what they should hold.

    Attributes:
        namespace: owner of the dataset and the models.
        metric_id: of the Space.
        kinds: some of `KINDS`.
        models: names of baselines.
    """

    namespace: str
    metric_id: str
    kinds: tuple[str, ...]
    models: tuple[str, ...]
    dataset: DatasetOptions

    def contents(self) -> list[Content]:
        """Return the repositories."""
        contents: list[Content] = []
        if DATASETS in self.kinds:
            contents.append(DatasetContent(f"{self.namespace}/klue", self.dataset))
        if METRICS in self.kinds:
            contents.append(SpaceContent(self.metric_id, self.dataset.prune))
        if MODELS in self.kinds:
            contents += [
                ModelContent(f"{self.namespace}/{name}", name, self.dataset.benchmark, self.dataset.prune)
                for name in self.models
            ]
        return contents


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How to go about it; the fields are those of the command."""

    dry_run: bool
    as_json: bool
    yes: bool
    verbose: bool
    report: Path | None


def publish(wanted: Wanted, run: Run, manner: Manner) -> bool:
    """Build, plan, show, confirm, push, tell.

    Returns:
        Whether every repository is as wanted, or would be, and the report is written if one was asked for.

    Raises:
        KlueError: nothing could be planned.
        KeyboardInterrupt: the person stopped it.
    """
    stage = tempfile.TemporaryDirectory(prefix="klue-publish-", ignore_cleanup_errors=True)
    with run.target.locked(), stage as folder:
        outcomes = run.plan(wanted.contents(), Path(folder))
        if not manner.as_json:
            _show(outcomes, wanted, run.target, manner)
        interrupted = False
        if not manner.dry_run and any(outcome.result is Result.PLANNED for outcome in outcomes):
            _confirm(outcomes, run, manner)
            outcomes, interrupted = run.push(outcomes, Path(folder))
    _tell(outcomes, wanted, run, manner)
    has_report = not manner.report or _write_report(outcomes, run, manner.report)
    if interrupted:
        raise KeyboardInterrupt
    return has_report and not any(outcome.result.is_failure for outcome in outcomes)


def _show(outcomes: list[Outcome], wanted: Wanted, target: Target, manner: Manner) -> None:
    for outcome in outcomes:
        for record in outcome.builds[-1:]:
            _show_record(record, wanted)
        _out(outcome_text(outcome))
        if outcome.result is Result.BLOCKED:
            for step in outcome.steps:
                _out(edits_text(target, step, whole=manner.verbose))
        _out("")


def _show_record(record: BuildRecord, wanted: Wanted) -> None:
    source = "the bundled sample (made up, not KLUE data)" if record.is_sample else wanted.dataset.source
    _out(f"Data version {record.data_version} from {source}\n")
    if issues := broken_rules(record, wanted.dataset.configs):
        _out("Known issues, counted and left as they are (they are listed in the card):")
        for line in issues:
            _out(click.wrap_text(line, 78, "  ", "    "))
        _out("")


def _confirm(outcomes: list[Outcome], run: Run, manner: Manner) -> None:
    """Ask, at a terminal; a folder is written without asking elsewhere, a Hub is not (see `cli.py`)."""
    if manner.yes or not sys.stdin.isatty():
        return
    plans = [step.plan for outcome in outcomes if outcome.result is Result.PLANNED for step in outcome.steps]
    files, size = sum(len(plan.writes) for plan in plans), sum(plan.bytes_to_write for plan in plans)
    repositories = sum(outcome.result is Result.PLANNED for outcome in outcomes)
    where = (
        f"in {repositories} repositories of {run.target.name}"
        if repositories > 1
        else f"in {run.target.name}"
    )
    click.confirm(f"Write {files} files ({human_bytes(size)}) {where}?", abort=True, err=True)


def _tell(outcomes: list[Outcome], wanted: Wanted, run: Run, manner: Manner) -> None:
    for outcome in outcomes:
        if outcome.error:
            where = f"{outcome.key}: " if len(outcomes) > 1 else ""
            run.reporter.say(f"error: {where}{outcome.error}")
    if manner.as_json:
        _print_json(outcomes, wanted, manner)
        return
    results = {outcome.result for outcome in outcomes}
    if len(outcomes) > 1 or not run.target.is_local:
        _out(results_text(outcomes) + "\n")
    if results == {Result.UNCHANGED}:
        _out("Nothing to do: the target is as wanted, no byte was changed.")
    elif manner.dry_run:
        _out("Dry run: nothing was written.")
    elif results <= {Result.DONE, Result.UNCHANGED}:
        _out("Done: written and verified.")
    if not manner.dry_run:
        _tell_how_to_load(outcomes, run.target)


def _write_report(outcomes: list[Outcome], run: Run, path: Path) -> bool:
    """Write the report; where that fails, say so: the repositories are through and stay as they are."""
    # A file name that is no Unicode must not cost the page.
    page = report_html(outcomes, run.target.name).encode("utf-8", "backslashreplace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    except OSError as error:
        problem = describe_os_error(error, "writing the report")
        run.reporter.say(
            f"error: {problem} (the repositories are not affected; see above what became of them)"
        )
        return False
    run.reporter.say(f"report: {path}\n  open it: {path.resolve().as_uri()}")
    return True


def _tell_how_to_load(outcomes: list[Outcome], target: Target) -> None:
    done = [outcome for outcome in outcomes if outcome.result in (Result.DONE, Result.UNCHANGED)]
    for outcome in done:
        config = example_config(outcome)
        if outcome.kind == "dataset" and target.is_local:
            folder = shlex.quote(str(Path(outcome.location).parent))
            example = f'from datasets import load_dataset; print(load_dataset("klue", "{config}"))'
            _out(f"Load it:\n  cd {folder} && {shlex.quote(sys.executable)} -c '{example}'")
        elif outcome.kind == "dataset":
            _out(f'Load it:\n  load_dataset("{outcome.repo_id}", "{config}")')


def _print_json(outcomes: list[Outcome], wanted: Wanted, manner: Manner) -> None:
    records = [record for outcome in outcomes for record in outcome.builds]
    document: dict[str, Any] = {
        "tool": msgspec.to_builtins(manifests.this_tool()),
        "source": wanted.dataset.source,
        "data_versions": [record.data_version for record in records],
        "known_issues": broken_rules(records[-1], wanted.dataset.configs) if records else [],
        "dry_run": manner.dry_run,
        "repositories": [outcome_json(outcome) for outcome in outcomes],
    }
    _out(json.dumps(document, ensure_ascii=False, indent=2))


def _out(text: str) -> None:
    click.echo(redact(text))
