"""What a build leaves behind: enough to render the card and the manifest without the raw files."""

from __future__ import annotations

from typing import Any

import msgspec

from .checks import Finding
from .statistics import Statistics


class RawOrigin(msgspec.Struct, frozen=True):
    """The raw file a split was built from.

    Attributes:
        repo, commit, path: where it is pinned.
        expected_blob_id: the pinned git blob id.
        blob_id: that of the file that was read; another one only where the change was accepted.
    """

    repo: str
    commit: str
    path: str
    expected_blob_id: str
    blob_id: str

    @property
    def is_pinned(self) -> bool:
        """Whether the file is byte for byte the pinned one."""
        return self.blob_id == self.expected_blob_id


class SplitRecord(msgspec.Struct, frozen=True):
    """A built split.

    Attributes:
        path: of its Parquet file in the dataset repository.
        rows: their number.
        num_bytes: size in memory as Arrow, as `dataset_info` wants it.
        file_bytes: size of the Parquet file.
        file_sha256: its content hash.
        raw: where they came from.
        statistics: figures for the card.
        findings: what the checks found.
    """

    path: str
    rows: int
    num_bytes: int
    file_bytes: int
    file_sha256: str
    raw: RawOrigin
    statistics: Statistics
    findings: list[Finding]


class ConfigRecord(msgspec.Struct, frozen=True):
    """A built config: its splits in order and its first row as an example."""

    splits: dict[str, SplitRecord]
    example: dict[str, Any]


class BuildRecord(msgspec.Struct, frozen=True):
    """A built dataset repository.

    Attributes:
        data_version: 1.1.0 or 1.0.0.
        is_sample: whether the data is the made-up sample. Where upstream's files came from, the network or
            a folder, is left out: the same files give the same record.
        configs: by name, in official order.
    """

    data_version: str
    is_sample: bool
    configs: dict[str, ConfigRecord]
