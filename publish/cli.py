"""The command line: options, their checks, and the exit status.

Exit status: 0 done or nothing to do, 1 something failed, 2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from huggingface_hub import constants, get_token
from huggingface_hub.utils import HFValidationError, validate_repo_id

from klue_hub.datasets.klue import TASKS, VERSIONS, KlueError
from klue_hub.datasets.klue.sources import open_source

from . import hub_session
from .command import DATASETS, KINDS, Manner, Wanted, publish
from .dataset_repo import DatasetOptions
from .errors import PublishError, describe_os_error
from .folder import KIND_FOLDERS, FolderTarget
from .hub import HubTarget
from .hub_calls import HubCalls
from .model_repo import baseline_names
from .progress import Reporter
from .repository import Consent
from .run import Run
from .target import OFFICIAL_HUB, Target

INTERRUPTED = 130
OFFICIAL_NAMESPACE = "klue"
# The id that `evaluate.load("klue_metric")` looks for.
METRIC_ID = "evaluate-metric/klue_metric"

EXAMPLES = """\b
Examples:
  The bundled sample into a folder, to look around (made up, not KLUE data):
    klue-publish --source sample --to hub
  What would change on the Hub; nothing is written:
    klue-publish --dry-run
  Everything to an account of yours, for a trial:
    klue-publish --namespace me --metric-id me/klue_metric --private
  One card, as a pull request:
    klue-publish --only models --model bert-base --create-pr
  What a local checkout of upstream holds, only two configs:
    klue-publish --source ../KLUE --config ner --config dp --to hub --dry-run

\b
Completion for bash (zsh and fish alike):
  eval "$(_KLUE_PUBLISH_COMPLETE=bash_source klue-publish)"
"""


def _check_source(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value:
        raise click.BadParameter("is empty; expected 'official', 'sample', a URL or a folder")
    try:
        open_source(value)
    except KlueError as error:
        raise click.BadParameter(str(error)) from None
    except (OSError, ValueError) as error:
        raise click.BadParameter(_unusable(error)) from None
    return value


def _check_folder(context: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    if value is None:
        return None
    if not value:
        raise click.BadParameter("is empty; expected a folder")
    try:
        value.encode()
        return FolderTarget(Path(value).expanduser()).root
    except PublishError as error:
        raise click.BadParameter(str(error)) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise click.BadParameter(_unusable(error)) from None


def _unusable(error: Exception) -> str:
    """Return why a path cannot even be looked at."""
    if isinstance(error, OSError):
        return describe_os_error(error, "looking at it")
    return "is no path that can be used here"


def _check_endpoint(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    endpoint = (value or constants.ENDPOINT).rstrip("/")
    if not _is_address(endpoint):
        raise click.BadParameter(f"{endpoint!r} is no address of a Hub; expected https://HOST")
    return endpoint


def _is_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and not parts.username
            and parts.port != 0
        )
    except ValueError:  # a bracket without its other one, or a port that is no number
        return False


def _check_namespace(context: click.Context, parameter: click.Parameter, value: str) -> str:
    _check_repo_id(context, parameter, f"{value}/klue")
    return value


def _check_repo_id(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        validate_repo_id(value)
    except HFValidationError as error:
        raise click.BadParameter(str(error)) from None
    if value.count("/") != 1:
        raise click.BadParameter(f"{value!r} has no owner; expected OWNER/NAME")
    return value


@click.command(
    epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}
)
@click.option(
    "--to",
    metavar="DIR",
    callback=_check_folder,
    help="Publish into a folder instead of the Hub: DIR/datasets/…, DIR/spaces/…, DIR/models/….",
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
@click.option("--only", type=click.Choice(KINDS), multiple=True, help="Only this kind; repeatable.")
@click.option(
    "--config", "configs", type=click.Choice(list(TASKS)), multiple=True, help="Only this config; repeatable."
)
@click.option(
    "--model",
    "models",
    metavar="NAME",
    type=click.Choice(baseline_names()),
    multiple=True,
    help="Only this model, such as bert-base; repeatable.",
)
@click.option(
    "--data-version",
    "data_versions",
    type=click.Choice(VERSIONS),
    multiple=True,
    help="Only this version of the data; repeatable.  [default: on the Hub all, each with its tag; in a "
    "folder the newest]",
)
@click.option(
    "--namespace",
    metavar="OWNER",
    default=OFFICIAL_NAMESPACE,
    show_default=True,
    callback=_check_namespace,
    help="Owner of the dataset and the models.",
)
@click.option(
    "--metric-id",
    metavar="OWNER/NAME",
    default=METRIC_ID,
    show_default=True,
    callback=_check_repo_id,
    help='The metric\'s Space. This one makes evaluate.load("klue_metric") work.',
)
@click.option("--partial", is_flag=True, help="Go on without raw files that the source does not hold.")
@click.option(
    "--accept-changed", is_flag=True, help="Take raw files whose git blob id is not the pinned one."
)
@click.option(
    "--accept-faults", is_flag=True, help="Publish changed files even if rows of them are unusable."
)
@click.option(
    "--benchmark",
    is_flag=True,
    help="Also write eval.yaml and .eval_results, which make the dataset a benchmark on the Hub.",
)
@click.option(
    "--overwrite-edited", is_flag=True, help="Replace files that this tool did not write or that were edited."
)
@click.option("--prune", is_flag=True, help="Delete files that this tool published and no longer does.")
@click.option("--create-pr", is_flag=True, help="Open pull requests instead of committing; sets no tags.")
@click.option("--private", is_flag=True, help="Make repositories that do not exist yet private.")
@click.option(
    "--endpoint",
    metavar="URL",
    callback=_check_endpoint,
    help="Address of the Hub.  [default: HF_ENDPOINT, or the public one]",
)
@click.option(
    "--jobs", type=click.IntRange(1, 32), default=4, show_default=True, help="Repositories at a time."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=120,
    show_default=True,
    help="Seconds to wait for an answer of the Hub.",
)
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write an HTML page of what was published, or would be.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan and the result as JSON.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--verbose", is_flag=True, help="Tell every call, and show differences whole.")
@click.version_option(version("klue-hub"), prog_name="klue-publish")
def main(**values: Any) -> None:
    """Build KLUE's repositories, show what would change, and write it.

    Without --to they go to the Hub: the dataset in both data versions, the
    metric's Space, and a model repository for each baseline. The token is found
    where all Hugging Face tools find it (hf auth login, or HF_TOKEN).

    Nothing is written before the whole plan stands. Applying it twice changes no
    byte; a run that was killed is finished by the next one.
    """
    _refuse_odd_uses(values)
    wanted = _wanted(values)
    stop = threading.Event()
    bars = sys.stderr.isatty() and not values["as_json"] and not values["to"]
    reporter = Reporter(bars=bars, verbose=values["verbose"])
    consent = Consent(values["overwrite_edited"], values["prune"])
    manner = Manner(
        dry_run=values["dry_run"],
        as_json=values["as_json"],
        yes=values["yes"],
        verbose=values["verbose"],
        report=values["report"],
    )
    with _errors_in_one_line(values, reporter):
        target = _target(values, reporter, stop)
        if not publish(wanted, Run(target, consent, reporter, values["jobs"], stop), manner):
            sys.exit(1)


def _refuse_odd_uses(values: dict[str, Any]) -> None:
    """Refuse what cannot be meant.

    Raises:
        click.UsageError: with what to do instead.
    """
    if values["as_json"] and sys.stdin.isatty() and not (values["yes"] or values["dry_run"]):
        raise click.UsageError("--json shows no plan to agree to before writing; add --yes, or --dry-run")
    if values["to"]:
        for option in ("create_pr", "private"):
            if values[option]:
                raise click.UsageError(f"--{option.replace('_', '-')} is for the Hub, and --to is a folder")
        if values["report"] and _is_of_repositories(values["report"], values["to"]):
            raise click.UsageError(f"--report {values['report']} belongs to the repositories; choose another")
        if len(values["data_versions"]) > 1:
            raise click.UsageError("a folder holds one data version; give --data-version once")
        return
    kinds = values["only"] or KINDS
    to_the_public = values["endpoint"] == OFFICIAL_HUB and values["namespace"] == OFFICIAL_NAMESPACE
    if values["source"] == "sample" and DATASETS in kinds and to_the_public:
        raise click.UsageError(
            "the sample is made up and must not become klue/klue; add --namespace YOURS, or --to DIR"
        )
    if not (values["dry_run"] or get_token()):
        raise click.UsageError(
            f"no token for {values['endpoint']}; sign in with: hf auth login, "
            "or publish into a folder with: --to DIR"
        )
    if not (values["yes"] or values["dry_run"] or sys.stdin.isatty()):
        raise click.UsageError("nobody is there to ask before writing to the Hub; add --yes, or --dry-run")


def _is_of_repositories(path: Path, root: Path) -> bool:
    real = Path(os.path.realpath(path))  # unlike `resolve`, it does not mind a link to itself
    return any((root / folder).resolve() in real.parents for folder in KIND_FOLDERS.values())


def _wanted(values: dict[str, Any]) -> Wanted:
    dataset = DatasetOptions(
        source=values["source"],
        data_versions=tuple(sorted(values["data_versions"])),
        configs=values["configs"] or tuple(TASKS),
        partial=values["partial"],
        accept_changed=values["accept_changed"],
        accept_faults=values["accept_faults"],
        benchmark=values["benchmark"],
        prune=values["prune"],
    )
    return Wanted(
        namespace=values["namespace"],
        metric_id=values["metric_id"],
        kinds=values["only"] or KINDS,
        models=values["models"] or baseline_names(),
        dataset=dataset,
    )


def _target(values: dict[str, Any], reporter: Reporter, stop: threading.Event) -> Target:
    if values["to"]:
        return FolderTarget(values["to"])
    hub_session.configure(values["timeout"], reporter.say)
    calls = HubCalls(reporter.say, reporter.verbose, stop)
    target = HubTarget(values["endpoint"], calls, private=values["private"], create_pr=values["create_pr"])
    if not values["dry_run"]:
        reporter.say(f"signed in to {target.name} as {target.check_token()}")
    return target


@contextmanager
def _errors_in_one_line(values: dict[str, Any], reporter: Reporter) -> Iterator[None]:
    try:
        yield
    except KlueError as error:
        reporter.say(f"error: {error}")
        sys.exit(1)
    except OSError as error:
        place = values["to"] or values["endpoint"]
        reporter.say(f"error: {describe_os_error(error, f'publishing to {place}')}")
        sys.exit(1)
    except KeyboardInterrupt:
        reporter.say("stopped; what is done is whole, and running again finishes the work")
        _leave(INTERRUPTED)


def _leave(status: int) -> None:
    """End now: a thread that waits for the network would keep the interpreter alive."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
