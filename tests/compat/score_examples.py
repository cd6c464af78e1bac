"""Print what this environment's `evaluate` makes of the metric and of inputs given as JSON.

Run with: python score_examples.py FOLDER CASES. FOLDER is the metric's; CASES a JSON file of a list of
{"config", "inputs"}. Works from evaluate 0.4.3 on.
"""

import json
import sys
import warnings
from importlib.metadata import version

import evaluate


def main() -> None:
    """Score all cases."""
    warnings.simplefilter("ignore")
    folder, cases = sys.argv[1:3]
    with open(cases, encoding="utf-8") as file:  # noqa: PTH123
        rows = json.load(file)
    metrics = {config: evaluate.load(folder, config) for config in {row["config"] for row in rows}}
    results = [metrics[row["config"]].compute(**row["inputs"]) for row in rows]
    print(json.dumps({"version": version("evaluate"), "results": results}))


if __name__ == "__main__":
    main()
