"""What changed between the data versions, row by row: `python -m klue_hub.datasets.klue.compare --help`.

Rows are matched by guid. A split whose raw file is the same bytes in both versions is not compared further.

Exit status: 0 compared, 1 something could not be read, 2 wrong use.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec
import pyarrow as pa

from .build import tables
from .errors import KlueError
from .features import arrow_schema
from .sources import VERSIONS, Located, Source, locate, open_source
from .tasks import TASKS, get_task

EXAMPLES = 5
NEW, OLD = VERSIONS[0], VERSIONS[-1]


class SplitChange(msgspec.Struct, frozen=True):
    """What changed in one split.

    Attributes:
        config, split: which.
        same_file: the raw file is the same bytes in both versions.
        rows_before, rows_after: their numbers.
        added, removed: rows whose guid stands in one version only.
        changed: rows with the same guid and another content.
        columns: changed rows by column; a row counts in each column that differs.
        examples: guids of the first changed rows.
    """

    config: str
    split: str
    same_file: bool
    rows_before: int
    rows_after: int
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: dict[str, int] = {}  # msgspec copies it for every instance
    examples: tuple[str, ...] = ()

    @property
    def unchanged(self) -> int:
        """Rows that are the same in both versions."""
        return self.rows_after - self.added - self.changed


def compare_rows(config: str, split: str, before: pa.Table, after: pa.Table) -> SplitChange:
    """Compare the rows of a split in two versions.

    Args:
        config: name for the result.
        split: name for the result.
        before: rows of the old version.
        after: rows of the new version, with the same columns.
    """
    old, new = _by_guid(before), _by_guid(after)
    columns: Counter[str] = Counter()
    examples: list[str] = []
    changed = 0
    for key in (key for key in new if key in old):
        differing = [name for name in after.column_names if old[key][name] != new[key][name]]
        columns.update(differing)
        changed += bool(differing)
        if differing and len(examples) < EXAMPLES:
            examples.append(key[0])
    return SplitChange(
        config=config,
        split=split,
        same_file=False,
        rows_before=before.num_rows,
        rows_after=after.num_rows,
        added=len(new.keys() - old.keys()),
        removed=len(old.keys() - new.keys()),
        changed=changed,
        columns={name: columns[name] for name in after.column_names if columns[name]},
        examples=tuple(examples),
    )


def _by_guid(rows: pa.Table) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the rows by guid; a guid that stands again gets the number of its occurrence."""
    seen: Counter[str] = Counter()
    keyed = {}
    for row in rows.to_pylist():
        keyed[row["guid"], seen[row["guid"]]] = row
        seen[row["guid"]] += 1
    return keyed


def compare_versions(
    old: Source,
    new: Source,
    configs: Sequence[str] = tuple(TASKS),
    *,
    partial: bool = False,
    accept_changed: bool = False,
) -> Iterator[SplitChange]:
    """Compare data version 1.0.0 with 1.1.0, a result a split.

    Args:
        old: where the raw files of 1.0.0 are.
        new: where those of 1.1.0 are.
        configs: which to compare.
        partial: leave out splits that one of the sources does not hold.
        accept_changed: take files whose git blob id is not the pinned one.

    Raises:
        KlueError: files are missing, changed or of another format.
    """
    befores = locate(old, OLD, configs, partial=partial, accept_changed=accept_changed)
    afters = locate(new, NEW, configs, partial=partial, accept_changed=accept_changed)
    for config in configs:
        for split, after in afters.get(config, {}).items():
            if before := befores.get(config, {}).get(split):
                yield _compare_files(config, split, before, after)


def _compare_files(config: str, split: str, before: Located, after: Located) -> SplitChange:
    rows = _read(config, split, after)
    if before.blob_id == after.blob_id:
        return SplitChange(config, split, True, rows.num_rows, rows.num_rows)
    return compare_rows(config, split, _read(config, split, before), rows)


def _read(config: str, split: str, raw: Located) -> pa.Table:
    task = get_task(config)
    return pa.Table.from_batches(
        [batch for table in tables(task, raw, split) for batch in table.to_batches()],
        schema=arrow_schema(task.features),
    )


def as_text(changes: Sequence[SplitChange]) -> str:
    """Return a table with a line a split, and below it the columns that changed."""
    line = "{:<6} {:<10} {:>7} {:>7} {:>6} {:>8} {:>8} {:>10}".format
    lines = [line("config", "split", OLD, NEW, "added", "removed", "changed", "unchanged")]
    lines += [
        line(c.config, c.split, f"{c.rows_before:,}", f"{c.rows_after:,}", *_counts(c)).rstrip()
        for c in changes
    ]
    for change in changes:
        if change.changed:
            columns = ", ".join(f"{name} in {count:,}" for name, count in change.columns.items())
            first = ", ".join(change.examples)
            lines += ["", f"{change.config}/{change.split}: {columns}", f"  first: {first}"]
    return "\n".join(lines)


def _counts(change: SplitChange) -> list[str]:
    if change.same_file:
        return ["same", "bytes", "", ""]
    return [f"{n:,}" for n in (change.added, change.removed, change.changed, change.unchanged)]


def _source(context: click.Context, parameter: click.Parameter, value: str | None) -> Source | None:
    try:
        return open_source(value) if value else None
    except KlueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--source",
    metavar="SOURCE",
    default="official",
    show_default=True,
    callback=_source,
    help="Where the raw files are: 'official', 'sample', a folder laid out like upstream, or a mirror's URL.",
)
@click.option(
    "--old-source", metavar="SOURCE", callback=_source, help=f"Where those of {OLD} are, if elsewhere."
)
@click.option(
    "--config", "configs", type=click.Choice(list(TASKS)), multiple=True, help="Only this config; repeatable."
)
@click.option("--partial", is_flag=True, help="Leave out splits that a source does not hold.")
@click.option("--accept-changed", is_flag=True, help="Take files whose git blob id is not the pinned one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a list with an object a split.")
def main(
    source: Source,
    old_source: Source | None,
    configs: tuple[str, ...],
    partial: bool,
    accept_changed: bool,
    as_json: bool,
) -> None:
    """Count the rows that differ between data versions 1.0.0 and 1.1.0."""
    try:
        changes = list(
            compare_versions(
                old_source or source,
                source,
                configs or tuple(TASKS),
                partial=partial,
                accept_changed=accept_changed,
            )
        )
    except (KlueError, OSError) as error:
        sys.exit(f"error: {error}")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(changes)).decode())
    else:
        click.echo(as_text(changes))


if __name__ == "__main__":
    main(prog_name="python -m klue_hub.datasets.klue.compare")
