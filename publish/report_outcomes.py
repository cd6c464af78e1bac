"""What the report shows of a run: a headline, figures, the plans, and how to load what is there. Pure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from .output import EXAMPLE_CONFIG, example_config
from .plan import MAIN, Action, Change, Plan
from .plan_view import human_bytes
from .report_build import DataView
from .repository import Step
from .run import Outcome, Result
from .target import OFFICIAL_HUB

WRITTEN = (Result.DONE, Result.PROPOSED)
READY = (Result.DONE, Result.UNCHANGED, Result.PROPOSED, Result.PLANNED)
SUMMARY = {
    Action.ADD: "to add",
    Action.UPDATE: "to update",
    Action.DELETE: "to delete",
    Action.SAME: "unchanged",
    Action.STALE: "stale, kept",
    Action.BLOCKED: "blocked",
}
# Files that nothing happens to come last: there may be many.
ORDER = (Action.BLOCKED, Action.DELETE, Action.UPDATE, Action.ADD, Action.STALE, Action.SAME)


class Tile(msgspec.Struct, frozen=True):
    """A figure with its name; `tone` is `bad` for what needs a person."""

    name: str
    value: str
    hint: str = ""
    tone: str = ""


class FileView(msgspec.Struct, frozen=True):
    """A file of a plan; `reason` is empty where the action says it all."""

    path: str
    action: str
    reason: str
    size: str


class CommitView(msgspec.Struct, frozen=True):
    """The plan of one commit; `facts` are branch, tag, notes, a sentence each."""

    title: str
    facts: tuple[str, ...]
    files: tuple[FileView, ...]
    foreign: tuple[str, ...]


class RepositoryView(msgspec.Struct, frozen=True):
    """A repository and what became of it.

    Attributes:
        link: the folder or page; empty where there is none to link to.
        links: what pushing led to, as text and address.
        summary: how many files each action concerns, over all commits.
    """

    kind: str
    repo_id: str
    result: str
    is_failure: bool
    error: str
    location: str
    link: str
    links: tuple[tuple[str, str], ...]
    summary: str
    commits: tuple[CommitView, ...]


class Loading(msgspec.Struct, frozen=True):
    """How to load a kind of repository; `before` is what to do first."""

    title: str
    code: str
    before: str = ""


def headline(outcomes: list[Outcome]) -> str:
    """Return what became of the run."""
    results = {outcome.result for outcome in outcomes}
    if failed := sum(outcome.result.is_failure for outcome in outcomes):
        return f"{failed} of {_repositories(len(outcomes))} could not be published"
    if results == {Result.UNCHANGED}:
        return "everything is as wanted"
    changed = _repositories(sum(outcome.result is not Result.UNCHANGED for outcome in outcomes))
    if Result.PLANNED in results:
        return f"{changed} would be published"
    return f"{changed} {'proposed by pull request' if Result.PROPOSED in results else 'published'}"


def _repositories(count: int) -> str:
    return "1 repository" if count == 1 else f"{count} repositories"


def tiles(outcomes: list[Outcome], data: DataView | None) -> list[Tile]:
    """Return the figures to show first."""
    counted = Counter(outcome.result for outcome in outcomes)
    results = ", ".join(f"{counted[result]} {result.value}" for result in Result if counted[result])
    failed = any(result.is_failure for result in counted)
    found = [Tile("Repositories", f"{len(outcomes):,}", results, "bad" if failed else "")]
    found += _file_tiles(outcomes)
    if data:
        found.append(Tile("Rows", f"{data.total:,}", f"in {len(data.tasks)} configs of data {data.version}"))
        configs = len({issue.config for issue in data.issues})
        hint = f"rules that rows of {configs} configs break" if configs else "every check passed"
        found.append(Tile("Known issues", f"{len(data.issues):,}", hint))
    return found


def _file_tiles(outcomes: list[Outcome]) -> list[Tile]:
    found = []
    for name, results in (("Files written", WRITTEN), ("Files to write", (Result.PLANNED,))):
        plans = [plan for outcome in outcomes if outcome.result in results for plan in _plans(outcome)]
        if plans:
            files = sum(len(plan.select(Action.ADD, Action.UPDATE)) for plan in plans)
            found.append(Tile(name, f"{files:,}", human_bytes(sum(plan.bytes_to_write for plan in plans))))
    every = [plan for outcome in outcomes for plan in _plans(outcome)]
    unchanged, blocked = (
        sum(len(plan.select(action)) for plan in every) for action in (Action.SAME, Action.BLOCKED)
    )
    if unchanged:
        found.append(Tile("Files unchanged", f"{unchanged:,}"))
    if blocked:
        found.append(Tile("Files in the way", f"{blocked:,}", "not written by this tool, or edited", "bad"))
    return found


def _plans(outcome: Outcome) -> list[Plan]:
    return [step.plan for step in outcome.steps]


def repository_view(outcome: Outcome) -> RepositoryView:
    """Return a repository as the report shows it."""
    return RepositoryView(
        kind=outcome.kind,
        repo_id=outcome.repo_id,
        result=outcome.result.value,
        is_failure=outcome.result.is_failure,
        error=outcome.error,
        location=outcome.location,
        link=link(outcome.location),
        links=tuple(
            (
                "pull request" if pushed.pull_request else f"commit {(pushed.commit or '')[:7]}",
                link(pushed.url),
            )
            for pushed in outcome.pushed
            if pushed.url != outcome.location and link(pushed.url)
        ),
        summary=_summary(_plans(outcome)),
        commits=tuple(_commit(step) for step in outcome.steps),
    )


def _summary(plans: list[Plan]) -> str:
    counts = {action: sum(plan.counts[action.value] for plan in plans) for action in Action}
    parts = [f"{counts[action]:,} {words}" for action, words in SUMMARY.items() if counts[action]]
    size = sum(plan.bytes_to_write for plan in plans)
    return ", ".join(parts) + (f" ({human_bytes(size)} to write)" if size else "")


def link(location: str) -> str:
    """Return the address of a page or a folder; nothing for what a browser should not follow."""
    if "://" in location:
        return location if urlsplit(location).scheme in ("http", "https") else ""
    return Path(location).resolve().as_uri()


def _commit(step: Step) -> CommitView:
    plan = step.plan
    facts = [*plan.notes]
    if plan.creates:
        facts.insert(0, "makes the repository" if "://" in plan.location else "makes the folder")
    if plan.tag:
        facts.append(f"tag {plan.tag}" + (f", beside {MAIN}" if plan.branch != MAIN else ""))
    ordered = sorted(plan.changes, key=lambda change: ORDER.index(change.action))
    return CommitView(step.release.title, tuple(facts), tuple(map(_file, ordered)), plan.foreign)


def _file(change: Change) -> FileView:
    reason = "" if change.action is Action.SAME else change.reason
    return FileView(change.path, change.action.value, reason, human_bytes(change.size))


def load_commands(outcomes: list[Outcome]) -> list[Loading]:
    """Return how to load the first repository of each kind that is there, or would be."""
    found: dict[str, Loading] = {}
    for outcome in outcomes:
        if outcome.result in READY and outcome.kind not in found:
            found[outcome.kind] = _loading(outcome)
    return list(found.values())


def _loading(outcome: Outcome) -> Loading:
    parts = urlsplit(outcome.location)
    is_local = "://" not in outcome.location
    place = str(Path(outcome.location).resolve()) if is_local else outcome.repo_id
    endpoint = "" if is_local else f"{parts.scheme}://{parts.netloc}"
    before = f"HF_ENDPOINT={endpoint}" if endpoint not in ("", OFFICIAL_HUB) else ""
    if outcome.kind == "dataset":
        arguments = [place, example_config(outcome)]
        code = (
            f"from datasets import load_dataset\n\ndataset = load_dataset({_arguments(outcome, arguments)})"
        )
        return Loading("The dataset", code, before)
    if outcome.kind == "space":
        code = f"import evaluate\n\nmetric = evaluate.load({_arguments(outcome, [place, EXAMPLE_CONFIG])})"
        return Loading("The metric", code, before)
    card = str(Path(place) / "README.md") if is_local else place
    code = f"from huggingface_hub import ModelCard\n\ncard = ModelCard.load({_arguments(outcome, [card])})"
    return Loading("A model card", code, before)


def _arguments(outcome: Outcome, values: list[str]) -> str:
    """Return the arguments of a call, a line each, as long paths want it."""
    pull = next((pushed.pull_request for pushed in outcome.pushed if pushed.pull_request), None)
    texts = [f"{value!r}" for value in values]
    if pull and outcome.kind != "model":  # a card cannot be loaded from a pull request
        texts.append(f"revision={'refs/pr/' + pull.rsplit('/', 1)[-1]!r}")
    return "".join(f"\n    {text}," for text in texts) + "\n"


def writers(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Return for each kind of repository the tool and the libraries that its bytes come from."""
    tools = {outcome.kind: step.release.manifest.tool for outcome in outcomes for step in outcome.steps}
    return [
        (
            kind,
            ", ".join(
                f"{name} {version}" for name, version in {tool.name: tool.version, **tool.libraries}.items()
            ),
        )
        for kind, tool in tools.items()
    ]
