"""The YAML at the head of the card, from which the Hub and `datasets` read configs, splits and features."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from ..features import yaml_features
from ..records import BuildRecord, ConfigRecord
from ..tasks import get_task
from .facts import prose

# Upper limits of the Hub's size categories, and their names.
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
UNOFFICIAL = "ood"


def front_matter(record: BuildRecord) -> str:
    """Return the card's front matter as YAML, without the lines around it."""
    return yaml.safe_dump(metadata(record), allow_unicode=True, sort_keys=False, width=10_000)


def metadata(record: BuildRecord) -> dict[str, Any]:
    """Return what the front matter holds."""
    facts = [prose().configs[config] for config in record.configs]
    return {
        "pretty_name": "KLUE (made-up sample)" if record.is_sample else "KLUE",
        "language": ["ko"],
        "license": "cc0-1.0" if record.is_sample else "cc-by-sa-4.0",
        "multilinguality": ["monolingual"],
        "size_categories": [size_category(total_rows(record))],
        **({"source_datasets": ["original"]} if record.configs.keys() - {UNOFFICIAL} else {}),
        "task_categories": _once(name for fact in facts for name in fact.task_categories),
        "task_ids": _once(name for fact in facts for name in fact.task_ids),
        "tags": _once([*prose().dataset["tags"], *(name for fact in facts for name in fact.tags)]),
        "configs": [_config(name, config) for name, config in record.configs.items()],
        "dataset_info": [_dataset_info(name, config) for name, config in record.configs.items()],
    }


def total_rows(record: BuildRecord) -> int:
    """Return the rows of all configs and splits."""
    return sum(split.rows for config in record.configs.values() for split in config.splits.values())


def size_category(rows: int) -> str:
    """Return the Hub's name for a number of rows."""
    return next((name for limit, name in SIZES if rows < limit), "10M<n<100M")


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _config(name: str, config: ConfigRecord) -> dict[str, Any]:
    files = [{"split": split, "path": f"{name}/{split}-*"} for split in config.splits]
    return {"config_name": name, "data_files": files}


def _dataset_info(name: str, config: ConfigRecord) -> dict[str, Any]:
    splits = [
        {"name": split, "num_bytes": built.num_bytes, "num_examples": built.rows}
        for split, built in config.splits.items()
    ]
    return {
        "config_name": name,
        "features": yaml_features(get_task(name).features),
        "splits": splits,
        "download_size": sum(built.file_bytes for built in config.splits.values()),
        "dataset_size": sum(built.num_bytes for built in config.splits.values()),
    }
