"""What users do with a published Hub, in a process that knows nothing but its address.

Prints one JSON object. Run by `test_hub_whole.py`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import datasets
import evaluate
import yaml
from huggingface_hub import HfApi, ModelCard, hf_hub_download

CONFIGS, MODELS = (argument.split(",") for argument in sys.argv[1:3])


def read_config(config: str) -> dict[str, Any]:
    """Load a config each way, and score its labels' first rows where that is one line."""
    newest = datasets.load_dataset("klue/klue", config)
    streamed = next(iter(datasets.load_dataset("klue/klue", config, split="validation", streaming=True)))
    tagged = {
        tag: datasets.load_dataset("klue/klue", config, revision=tag, split="validation")
        for tag in ("v1.0.0", "v1.1.0")
    }
    return {
        "rows": {split: len(rows) for split, rows in newest.items()},
        "streams_the_same": streamed == newest["validation"][0],
        "newest_is_v1.1.0": newest["validation"][:] == tagged["v1.1.0"][:],
        "v1.0.0_differs": tagged["v1.0.0"][:] != tagged["v1.1.0"][:],
        "metric": evaluate.load("klue_metric", config).name,
    }


def read_model(name: str) -> dict[str, Any]:
    """Load a card, and its results where it has some."""
    card = ModelCard.load(f"klue/{name}")
    found: dict[str, Any] = {"scores": len(card.data.eval_results or []), "benchmark": 0}
    if found["scores"]:
        path = hf_hub_download(f"klue/{name}", ".eval_results/klue.yaml")
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            found["benchmark"] = len(yaml.safe_load(file))
    return found


def main() -> None:
    """Read everything."""
    nli = evaluate.load("klue_metric", "nli")
    path = hf_hub_download("klue/klue", "eval.yaml", repo_type="dataset")
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        tasks = len(yaml.safe_load(file)["tasks"])
    found = {
        "configs": {config: read_config(config) for config in CONFIGS},
        "models": {name: read_model(name) for name in MODELS},
        "tasks": tasks,
        "accuracy": nli.compute(predictions=[0, 1, 2], references=["entailment", "neutral", "neutral"]),
        "charts": sorted(
            path for path in HfApi().list_repo_files("klue/bert-base") if path.startswith("charts/")
        ),
    }
    print(json.dumps(found))


main()
