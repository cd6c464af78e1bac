"""The dataset repository: Parquet files, card, report of the checks and manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.card import render_card, render_checks, render_eval_yaml
from klue_hub.datasets.klue.records import BuildRecord, ConfigRecord
from klue_hub.datasets.klue.sources import DEFAULT_VERSION, VERSIONS, open_source
from klue_hub.datasets.klue.tasks import TASKS

from . import manifest as manifests
from .content import Say, stage_files, with_left_behind
from .errors import PublishError
from .manifest import Manifest
from .plan import MAIN
from .repository import Observed, Release, file_state

HISTORY = tuple(sorted(VERSIONS))  # oldest first, the order of the commits
CARD = "README.md"
CHECKS = f"{manifests.FOLDER}/checks.json"
EVAL = "eval.yaml"
SPLITS = ("train", "validation")


class DatasetOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to build; the fields are those of `klue_hub.datasets.klue.build.build` and of the command.

    Attributes:
        data_versions: in the order of the repository's history; empty for what suits the target: all of them
            where it keeps history, the default one where it does not.
    """

    source: str
    data_versions: tuple[str, ...]
    configs: tuple[str, ...]
    partial: bool = False
    accept_changed: bool = False
    accept_faults: bool = False
    benchmark: bool = False
    prune: bool = False


class DatasetContent(msgspec.Struct, frozen=True):
    """The dataset repository, in one or more data versions."""

    repo_id: str
    options: DatasetOptions
    kind: str = "dataset"

    def releases(
        self, observed: Observed, tags: Mapping[str, str] | None, stage: Path, say: Say
    ) -> list[Release]:
        """Build each data version that is missing; see `Content.releases`.

        Splits that are not built this time stay as they were published: their records come from the
        manifest, their files are wanted as they are. A tagged version is history and not built again, except
        for the last, which `main` should hold.
        """
        versions = self.options.data_versions or ((DEFAULT_VERSION,) if tags is None else HISTORY)
        releases: list[Release] = []
        for version in versions:
            if tags is not None and (version != versions[-1] or is_overtaken(observed, version)):
                if tag_of(version) in tags:
                    continue
                if not self._is_whole:
                    say(f"{tag_of(version)} is left out: a tag needs all configs, without --partial")
                    continue
            release = self._build(version, observed, tags, stage / version, say)
            releases.append(release)
            if release.branch == MAIN:
                observed = observed.saying(release.manifest)
        return releases

    @property
    def _is_whole(self) -> bool:
        return set(self.options.configs) == set(TASKS) and not self.options.partial

    def _build(
        self, version: str, observed: Observed, tags: Mapping[str, str] | None, stage: Path, say: Say
    ) -> Release:
        stage.mkdir(parents=True)
        options = self.options
        built = build(
            stage,
            open_source(options.source),
            version,
            options.configs,
            partial=options.partial,
            accept_changed=options.accept_changed,
            accept_faults=options.accept_faults,
            progress=say,
        )
        overtaken = tags is not None and is_overtaken(observed, version)
        published = None if self._is_whole else observed.manifest
        record = with_published(built, published)
        files = {path: stage / path for path in split_paths(built)} | stage_files(stage, self._texts(record))
        states = {path: file_state(local) for path, local in files.items()}
        if published:
            states |= {path: published.files[path] for path in split_paths(record) if path not in files}
        manifest = Manifest(
            format=manifests.FORMAT,
            tool=manifests.this_tool("pyarrow"),
            kind=self.kind,
            repo_id=self.repo_id,
            files=dict(sorted(states.items())),
            build=record,
        )
        if not options.prune:
            manifest = with_left_behind(manifest, observed)
        return Release(
            kind=self.kind,
            repo_id=self.repo_id,
            files=files,
            manifest=manifest,
            title=f"Publish KLUE {version}" + (" (made-up sample)" if record.is_sample else ""),
            **_place(version, record, tags, overtaken),
        )

    def _texts(self, record: BuildRecord) -> dict[str, bytes]:
        texts = {
            CARD: render_card(record, tool_version=manifests.this_tool().version),
            CHECKS: render_checks(record),
        }
        if self.options.benchmark:
            texts[EVAL] = render_eval_yaml()
        return {path: text.encode() for path, text in texts.items()}


def tag_of(version: str) -> str:
    """Return the tag of a data version."""
    return f"v{version}"


def is_overtaken(observed: Observed, version: str) -> bool:
    """Whether a repository holds a later data version already."""
    if version == HISTORY[-1]:
        return False
    build = observed.manifest.build if observed.manifest else None
    return build is not None and HISTORY.index(build.data_version) > HISTORY.index(version)


def _place(
    version: str, record: BuildRecord, tags: Mapping[str, str] | None, overtaken: bool
) -> dict[str, Any]:
    """Return branch, tag and notes of a release."""
    if tags is None:
        return {}
    tag = tag_of(version)
    if tag in tags:
        return {"notes": (f"the tag {tag} stays where it is: tags are never moved",)}
    if not is_complete(record):
        return {"notes": (f"no tag {tag} yet: a tag needs all configs and splits",)}
    # `main` never goes back to older data: what is missing of the past is tagged beside it.
    return {"tag": tag, "branch": f"publish-{tag}" if overtaken else MAIN}


def is_complete(record: BuildRecord) -> bool:
    """Whether a build holds every split of every config."""
    return all(
        config in record.configs and set(record.configs[config].splits) == set(SPLITS) for config in TASKS
    )


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
