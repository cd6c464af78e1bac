"""The dataset repository: Parquet files, card, report of the checks and manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import msgspec

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.card import render_card, render_checks, render_eval_yaml
from klue_hub.datasets.klue.records import BuildRecord, ConfigRecord
from klue_hub.datasets.klue.sources import open_source
from klue_hub.datasets.klue.tasks import TASKS

from . import manifest as manifests
from .errors import PublishError
from .folder import WantedRepo, file_state
from .manifest import Manifest
from .plan import FileState

KIND = "dataset"
REPO_ID = "klue/klue"
CARD = "README.md"
CHECKS = f"{manifests.FOLDER}/checks.json"
EVAL = "eval.yaml"
SPLITS = ("train", "validation")


class DatasetOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to build; the fields are those of `klue_hub.datasets.klue.build.build` and of the command."""

    source: str
    data_version: str
    configs: tuple[str, ...]
    partial: bool = False
    accept_changed: bool = False
    accept_faults: bool = False
    benchmark: bool = False


def build_dataset(
    options: DatasetOptions,
    stage: Path,
    published: Manifest | None,
    progress: Callable[[str], None],
    *,
    prune: bool = False,
) -> WantedRepo:
    """Build the repository into a staging folder.

    Splits that are not built this time stay as they were published: their records come from the
    manifest, their files are wanted as they are.

    Args:
        options: what to build.
        stage: an empty folder.
        published: the manifest of the target, if it has one.
        progress: called with a line for each part that is done.
        prune: whether files that are no longer published are to go.

    Raises:
        KlueError: the raw data cannot be built, or does not go with what is published.
    """
    built = build(
        stage,
        open_source(options.source),
        options.data_version,
        options.configs,
        partial=options.partial,
        accept_changed=options.accept_changed,
        accept_faults=options.accept_faults,
        progress=progress,
    )
    record = with_published(built, published)
    files = {path: stage / path for path in split_paths(built)}
    texts = {
        CARD: render_card(record, tool_version=manifests.this_tool().version),
        CHECKS: render_checks(record),
    }
    if options.benchmark:
        texts[EVAL] = render_eval_yaml()
    for path, text in texts.items():
        files[path] = stage / path
        files[path].parent.mkdir(parents=True, exist_ok=True)
        files[path].write_text(text, encoding="utf-8", newline="\n")
    states = {path: file_state(local) for path, local in files.items()}
    if published:
        states |= {path: published.files[path] for path in split_paths(record) if path not in files}
    manifest = Manifest(
        format=manifests.FORMAT,
        tool=manifests.this_tool(),
        kind=KIND,
        repo_id=REPO_ID,
        files=dict(sorted(states.items())),
        stale={} if prune or not published else left_behind(published, states),
        build=record,
    )
    return WantedRepo(KIND, REPO_ID, files, manifest)


def left_behind(published: Manifest, states: Mapping[str, FileState]) -> dict[str, FileState]:
    """Return what was published before and is not any more."""
    before = {**published.stale, **published.files}
    return {path: state for path, state in sorted(before.items()) if path not in states}


def split_paths(record: BuildRecord) -> list[str]:
    """Return the paths of all Parquet files of a build."""
    return [split.path for config in record.configs.values() for split in config.splits.values()]


def with_published(built: BuildRecord, published: Manifest | None) -> BuildRecord:
    """Complete a build by the splits that were published before and not built this time.

    Raises:
        PublishError: those are of another data version or source.
    """
    before = published.build if published else None
    missing = set(split_paths(before)) - set(split_paths(built)) if before else None
    if not before or not missing:
        return built
    if (before.data_version, before.is_sample) != (built.data_version, built.is_sample):
        raise PublishError(
            f"the target holds {_describe(before)}, this run builds {_describe(built)} and leaves out:"
            + "".join(f"\n  {path}" for path in sorted(missing))
            + "\npublish everything at once (without --config and --partial), or choose another --to"
        )
    return msgspec.structs.replace(
        built,
        configs={
            name: _merged(before.configs.get(name), built.configs.get(name))
            for name in TASKS
            if name in before.configs or name in built.configs
        },
    )


def _merged(before: ConfigRecord | None, built: ConfigRecord | None) -> ConfigRecord:
    if not before or not built:
        return cast(ConfigRecord, built or before)
    splits = before.splits | built.splits
    ordered = {name: splits[name] for name in SPLITS if name in splits}
    return ConfigRecord(ordered, built.example)


def _describe(record: BuildRecord) -> str:
    return f"data version {record.data_version}" + (" of the made-up sample" if record.is_sample else "")


def broken_rules(record: BuildRecord, configs: Sequence[str]) -> list[str]:
    """Return a line for each rule that rows of some configs break."""
    return [
        f"{config}/{finding}"
        for config in configs
        if config in record.configs
        for split in record.configs[config].splits.values()
        for finding in split.findings
        if finding.violations
    ]
