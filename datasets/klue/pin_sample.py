"""Write `sample/sources.json`: run `python -m klue_hub.datasets.klue.pin_sample` after changing the sample.

A data version for which the sample has no file of its own takes the other version's, as upstream's
unchanged files are the same bytes too.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from .sources import DEFAULT_VERSION, OFFICIAL, SAMPLE, Catalogue, Origin, RawFile, git_blob_id
from .task import RawSplit
from .tasks import get_task


def pin(folder: Path) -> Catalogue:
    """Return the catalogue of the raw files below a folder, with their ids and row counts."""
    versions = {
        version: {
            config: {
                split: _file(folder, version, config, split) for split in OFFICIAL.files(version, config)
            }
            for config in configs
        }
        for version, configs in OFFICIAL.versions.items()
    }
    origins = {
        "sample": Origin(repo="klue-hub/sample", commit="bundled", folder=""),
        "sample-3i4k": Origin(repo="klue-hub/sample", commit="bundled", folder="3i4k"),
    }
    return Catalogue(raw_url="", origins=origins, versions=versions, made_up=True)


def _file(folder: Path, version: str, config: str, split: str) -> RawFile:
    origin = "sample-3i4k" if config == "ood" else "sample"
    root = folder / "3i4k" if config == "ood" else folder
    names = [OFFICIAL.files(each, config)[split].path for each in (version, DEFAULT_VERSION)]
    name = next(name for name in names if (root / name).is_file())
    task = get_task(config)
    rows = sum(table.num_rows for table in task.read(RawSplit(root / name, split, task.rows_per_group)))
    return RawFile(origin, name, git_blob_id(root / name), rows)


def dump(catalogue: Catalogue) -> bytes:
    """Return the file's bytes."""
    return msgspec.json.format(msgspec.json.encode(catalogue), indent=1) + b"\n"


def main() -> None:
    """Pin the bundled sample."""
    (SAMPLE / "sources.json").write_bytes(dump(pin(SAMPLE)))


if __name__ == "__main__":
    main()
