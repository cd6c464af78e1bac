"""The `datasets` builder: raw files in, Arrow out.

The dataset repository on the Hub holds the Parquet files, not this script; with it here,
`Klue(config_name="ner", data_dir=...).download_and_prepare()` builds any config from raw files.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import datasets
import msgspec
import pyarrow as pa
from datasets.exceptions import DatasetGenerationError

from .build import tables
from .checks import Finding, SplitCheck, compare_splits
from .errors import KlueError
from .sources import DEFAULT_VERSION, OFFICIAL, Catalogue, Located, locate, open_source, sample_source
from .tasks import TASKS, get_task

logger = logging.getLogger(__name__)

CHECKS_FILE = "checks.json"


@dataclass
class KlueConfig(datasets.BuilderConfig):
    """One config of KLUE.

    Attributes:
        version: data version, 1.1.0 or 1.0.0.
        data_dir: folder laid out like upstream; takes the place of `source`.
        source: `official` (pinned URLs), `sample` (made up, bundled), a mirror's URL, or a folder.
        partial: leave out a split whose file is missing.
        accept_changed: read files whose git blob id is not the pinned one.
    """

    version: datasets.Version | str = DEFAULT_VERSION
    source: str = "official"
    partial: bool = False
    accept_changed: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.version = datasets.Version(str(self.version))

    @property
    def source_spec(self) -> str:
        """What `open_source` is asked for."""
        return self.data_dir or self.source

    def create_config_id(self, config_kwargs: dict[str, Any], custom_features: Any = None) -> str:
        """Return the cache's name for this config.

        What the rows depend on is part of it (each split's file by content, and this package's version), so
        that no stale cache is ever served.
        """
        config_id: str = super().create_config_id(config_kwargs, custom_features)
        if self.accept_changed or self.partial:  # what is there decides, and may change under its path
            ids = {split: raw.blob_id for split, raw in self.locate(partial=True).items()}
        else:
            files = self.catalogue.files(str(self.version), self.name)
            ids = {split: file.blob_id for split, file in files.items()}
        depends_on = msgspec.json.encode([version("klue-hub"), sorted(ids.items())])
        return f"{config_id}-{hashlib.sha256(depends_on).hexdigest()[:16]}"

    @property
    def catalogue(self) -> Catalogue:
        """The pinned files of this config's source."""
        return sample_source().catalogue if self.source_spec == "sample" else OFFICIAL

    def locate(
        self, *, partial: bool, downloads: datasets.DownloadManager | None = None
    ) -> dict[str, Located]:
        """Find and verify the raw files of this config, by split."""
        found = locate(
            open_source(self.source_spec, downloads),
            str(self.version),
            [self.name],
            partial=partial,
            accept_changed=self.accept_changed,
        )
        return found[self.name]


class Klue(datasets.ArrowBasedBuilder):
    """KLUE, nine configs in two data versions, from raw files.

    Example:
        >>> builder = Klue(config_name="ner", source="sample")
        >>> builder.download_and_prepare()
        >>> builder.as_dataset(split="validation").column_names
        ['sentence', 'tokens', 'ner_tags', 'guid', 'source']

    Raises:
        KlueError: an unknown config or version, missing or changed files, or a file of another format.
    """

    VERSION = datasets.Version(DEFAULT_VERSION)
    BUILDER_CONFIG_CLASS = KlueConfig
    BUILDER_CONFIGS = [KlueConfig(name=name) for name in TASKS]  # noqa: RUF012 (the library's way to declare them)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        get_task(str(kwargs.get("config_name") or (args[2] if len(args) > 2 else None)))
        super().__init__(*args, **kwargs)
        self._findings: list[Finding] | None = None

    def _info(self) -> datasets.DatasetInfo:
        return datasets.DatasetInfo(features=datasets.Features.from_dict(get_task(self.config.name).features))

    def _split_generators(self, dl_manager: datasets.DownloadManager) -> list[datasets.SplitGenerator]:
        downloads = None if dl_manager.is_streaming else dl_manager
        files = self.config.locate(partial=self.config.partial, downloads=downloads)
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"raw": raw, "split": split})
            for split, raw in files.items()
        ]

    def _generate_tables(self, raw: Located, split: str) -> Iterator[tuple[int, pa.Table]]:
        yield from enumerate(tables(get_task(self.config.name), raw, split))

    def download_and_prepare(self, *args: Any, **kwargs: Any) -> None:
        """Build the config into the cache, check it, and store the findings beside it as `checks.json`.

        Takes the arguments of `datasets.DatasetBuilder.download_and_prepare`.

        Raises:
            KlueError: see the class.
        """
        try:
            super().download_and_prepare(*args, **kwargs)
        except DatasetGenerationError as error:
            if isinstance(error.__cause__, KlueError):
                raise error.__cause__ from None
            raise
        if kwargs.get("file_format", "arrow") != "arrow" or "://" in str(self._output_dir):
            return  # the checks read local Arrow files
        for finding in self.findings:
            if finding.violations:
                logger.warning("%s/%s", self.config.name, finding)

    @property
    def findings(self) -> list[Finding]:
        """What the checks find in the prepared data, one entry a split and rule."""
        stored = Path(self._output_dir) / CHECKS_FILE
        if self._findings is None and stored.is_file():
            with contextlib.suppress(msgspec.MsgspecError):  # cut off by a kill: count again
                self._findings = msgspec.json.decode(stored.read_bytes(), type=list[Finding])
        if self._findings is None:
            self._findings = self._check()
            part = stored.with_suffix(".part")
            part.write_bytes(msgspec.json.format(msgspec.json.encode(self._findings)))
            part.replace(stored)
        return self._findings

    def _check(self) -> list[Finding]:
        checks: dict[str, SplitCheck] = {}
        files = self.config.catalogue.files(str(self.config.version), self.config.name)
        for split, data in self.as_dataset().items():
            rows = None if self.config.accept_changed else files[split].rows
            check = checks[split] = SplitCheck(get_task(self.config.name), split, rows)
            for batch in data.data.to_batches():
                check.add(pa.Table.from_batches([batch]))
        within = [finding for check in checks.values() for finding in check.findings()]
        return within + compare_splits(checks)
