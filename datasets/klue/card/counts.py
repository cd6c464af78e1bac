"""What was counted in a config, as tables: labels, sources, lengths."""

from __future__ import annotations

from ..features import Features
from ..records import ConfigRecord
from ..tasks import TASKS
from .markdown import code, table
from .tables import columns


def label_counts(name: str, config: ConfigRecord) -> str:
    """Return how often each label occurs in each split, with its share, and with its id if it has one."""
    counts = {split: built.statistics.labels for split, built in config.splits.items()}
    return _counts("label", counts, numbered=_has_ids(TASKS[name].features))


def _has_ids(features: Features) -> bool:
    return any("class label" in kind for _, kind in columns(features))


def source_counts(config: ConfigRecord) -> str:
    """Return how many rows come from each source; empty where rows name none."""
    counts = {name: split.statistics.sources for name, split in config.splits.items()}
    return _counts("source", counts) if any(counts.values()) else ""


def _counts(what: str, counts: dict[str, dict[str, int]], *, numbered: bool = False) -> str:
    totals = {split: sum(found.values()) for split, found in counts.items()}
    names = dict.fromkeys(name for found in counts.values() for name in found)
    rows = [
        [*([str(index)] if numbered else []), code(name)]
        + [_share(found.get(name, 0), totals[split]) for split, found in counts.items()]
        for index, name in enumerate(names)
    ]
    return table([*(["id:"] if numbered else []), what, *(f"{split}:" for split in counts)], rows)


def _share(count: int, total: int) -> str:
    if not count:
        return "0"
    share = f"{count / total:.1%}"
    return f"{count:,} ({'under 0.1%' if share == '0.0%' else share})"


def lengths(config: ConfigRecord) -> str:
    """Return figures about the length of the text."""
    rows = []
    for name, split in config.splits.items():
        found = split.statistics.lengths
        rows.append([name, f"{found.mean:,.1f}", f"{found.median:,}", f"{found.p95:,}", f"{found.max:,}"])
    return table(["split", "mean:", "median:", "95%:", "longest:"], rows)
