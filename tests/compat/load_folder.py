"""Print what this environment's `datasets` makes of the published folder, as JSON.

Run with: python load_folder.py FOLDER. Works from datasets 2.21 on, so it is written plainly.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import datasets
import pyarrow

CONFIGS = ("ynat", "sts", "nli", "ner", "re", "dp", "mrc", "wos", "ood")


def spelled(feature: object) -> object:
    """Spell a feature alike in all releases: lists and `Sequence` differ between them."""
    kind = type(feature).__name__
    if isinstance(feature, dict):
        return {name: spelled(inner) for name, inner in feature.items()}
    if isinstance(feature, (list, tuple)):
        return [spelled(feature[0])]
    if kind in ("Sequence", "List", "LargeList"):
        return [spelled(feature.feature)]
    if kind == "ClassLabel":
        return {"names": feature.names}
    return feature.dtype


def digest(rows: object) -> str:
    """Hash rows by their values."""
    text = json.dumps(list(rows), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def look(source: str, config: str) -> dict:
    """Load a config in every way."""
    loaded = datasets.load_dataset(source, config)
    streamed = datasets.load_dataset(source, config, streaming=True)
    return {
        split: {
            "rows": len(data),
            "features": spelled(dict(data.features)),
            "digest": digest(data),
            "streamed": digest(streamed[split]),
            "streamed_features": spelled(dict(streamed[split].features)),
        }
        for split, data in loaded.items()
    }


def main() -> None:
    """Look at all configs by path and by the bare name."""
    folder = Path(sys.argv[1]).resolve()
    by_path = {config: look(str(folder), config) for config in CONFIGS}
    os.chdir(folder.parent)
    by_name = {config: look("klue", config) for config in CONFIGS}
    versions = {"datasets": datasets.__version__, "pyarrow": pyarrow.__version__}
    print(json.dumps({"versions": versions, "by_path": by_path, "by_name": by_name}))


if __name__ == "__main__":
    main()
