"""Building: raw files to Parquet files and a record of what was built.

Each raw file is streamed once; the checks and the statistics look at the tables on their way to the
Parquet writer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from .checks import Finding, SplitCheck, compare_splits
from .errors import RawDataError
from .features import arrow_schema
from .parquet import SplitWriter
from .readers.text import line_at
from .records import BuildRecord, ConfigRecord, RawOrigin, SplitRecord
from .sources import Located, Source, locate
from .statistics import SplitStatistics
from .task import RawSplit, Task
from .tasks import TASKS, get_task

JOBS = 2
Progress = Callable[[str], None]


def tables(task: Task, raw: Located, split: str) -> Iterator[pa.Table]:
    """Stream a raw file as tables of the task's features.

    Raises:
        RawDataError: the file does not have the task's format.
    """
    return task.read(RawSplit(raw.path, split, task.rows_per_group))


def build(
    out: Path,
    source: Source,
    data_version: str,
    configs: Sequence[str] = tuple(TASKS),
    *,
    partial: bool = False,
    accept_changed: bool = False,
    accept_faults: bool = False,
    jobs: int = JOBS,
    progress: Progress = lambda line: None,
) -> BuildRecord:
    """Build the Parquet files of some configs.

    Args:
        out: an existing folder; files go to `CONFIG/SPLIT-00000-of-00001.parquet` below it.
        source: where the raw files are.
        data_version: 1.1.0 or 1.0.0.
        configs: which to build.
        partial: build what is there when files are missing.
        accept_changed: read files whose blob id is not the pinned one.
        accept_faults: build changed files although rows of them are unusable.
        jobs: configs built at a time.
        progress: called with a line for each config that is done.

    Raises:
        KlueError: nothing was built that can be used; `out` may hold some files.
    """
    for config in configs:
        get_task(config)
    ordered = [config for config in TASKS if config in configs]
    located = locate(source, data_version, ordered, partial=partial, accept_changed=accept_changed)

    def build_one(config: str) -> ConfigRecord:
        record = _build_config(out, source, get_task(config), located[config], accept_faults=accept_faults)
        rows = ", ".join(f"{split.rows:,} {name}" for name, split in record.splits.items())
        progress(f"built {config}: {rows}")
        return record

    names = [config for config in ordered if config in located]
    with ThreadPoolExecutor(jobs) as pool:
        # The largest first, so that no long one is left for the end.
        by_size = sorted(
            names, key=lambda name: -sum(raw.path.stat().st_size for raw in located[name].values())
        )
        futures = {name: pool.submit(build_one, name) for name in by_size}
        try:
            done = {name: future.result() for name, future in futures.items()}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return BuildRecord(data_version, source.catalogue.made_up, {name: done[name] for name in names})


def _build_config(
    out: Path, source: Source, task: Task, files: Mapping[str, Located], *, accept_faults: bool
) -> ConfigRecord:
    checks: dict[str, SplitCheck] = {}
    splits: dict[str, SplitRecord] = {}
    example: dict[str, Any] = {}
    for split, raw in files.items():
        check = checks[split] = SplitCheck(task, split, raw.file.rows)
        record, first = _build_split(out, source, task, raw, split, check)
        _refuse_faults(raw, record.findings, accept_faults=accept_faults)
        splits[split] = record
        example = example or first
    across = compare_splits(checks)
    for split, record in splits.items():
        findings = record.findings + [finding for finding in across if finding.split == split]
        splits[split] = msgspec.structs.replace(record, findings=findings)
    return ConfigRecord(splits, example)


def _build_split(
    out: Path, source: Source, task: Task, raw: Located, split: str, check: SplitCheck
) -> tuple[SplitRecord, dict[str, Any]]:
    name = f"{task.config}/{split}-00000-of-00001.parquet"
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    statistics = SplitStatistics(task)
    example: dict[str, Any] = {}
    with SplitWriter(str(path), arrow_schema(task.features), task.rows_per_group) as writer:
        for table in tables(task, raw, split):
            if table.num_rows == 0:
                continue
            example = example or table.slice(0, 1).to_pylist()[0]
            check.add(table)
            statistics.add(table)
            writer.write(table)
    if not check.rows:
        raise RawDataError(raw.path, "", "no rows")
    origin = source.catalogue.origins[raw.file.origin]
    record = SplitRecord(
        path=name,
        rows=check.rows,
        num_bytes=writer.num_bytes,
        file_bytes=path.stat().st_size,
        file_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        raw=RawOrigin(origin.repo, origin.commit, raw.file.path, raw.file.blob_id, raw.blob_id),
        statistics=statistics.result(),
        findings=check.findings(),
    )
    return record, example


def _refuse_faults(raw: Located, findings: Sequence[Finding], *, accept_faults: bool) -> None:
    """Stop at unusable rows, unless the file is upstream's own: that one is published as it is."""
    faults = [finding for finding in findings if finding.fatal and finding.violations]
    if raw.is_pinned or accept_faults or not faults:
        return
    fault = faults[0]
    first = fault.examples[0]
    more = f" (and {fault.violations - 1} more rows)" if fault.violations > 1 else ""
    raise RawDataError(
        raw.path,
        f"line {_line_of(raw.path, first.guid)}, row {first.row} ({first.guid})",
        f"{first.detail}; expected that {fault.says}{more}",
        "mend the file, or publish it with the fault as a known issue: --accept-faults (accept_faults=True)",
    )


def _line_of(path: Path, guid: str) -> int:
    data = path.read_bytes()
    return line_at(data, max(0, data.find(guid.encode())))
