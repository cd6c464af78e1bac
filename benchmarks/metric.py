"""Speed of the metric, printed as a table; `--write` also keeps it in benchmarks/metric.md.

For each config, at the official validation size: `compute` with all that `evaluate` does; scoring alone
(counts and scores of validated columns); `compute` with intervals of 1,000 resamples; the yardstick, which
must give the same numbers; how many times faster ours is; and how time per example changes at 16 times
the size.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
RESULT = HERE / "metric.md"
SOURCE = HERE.parent / "metrics" / "klue_metric"
ROUNDS = 5
GROWTH = 16
GOALS = {"ner": 0.35, "mrc": 0.35}  # seconds of compute
OTHER_GOAL, SCORING_GOAL, INTERVALS_GOAL, IMPORT_GOAL = 0.25, 0.05, 1.0, 0.2
ABOUT = """\
`python benchmarks/metric.py --write` writes this file. `compute` is all of `evaluate`'s call. The
yardstick is the bare functions of scikit-learn, seqeval, scipy and difflib, called as the official run
calls them; "against" is how many times longer it takes. The last column is the time per example at 16
times the size, over that at the official size: 1 is linear."""
COLUMNS = (
    "config",
    "examples",
    "compute",
    "goal",
    "scoring alone",
    "1,000 resamples",
    "yardstick",
    "against compute",
    "against scoring",
    "16x, per example",
)


class Row(NamedTuple):
    """Seconds of one config."""

    config: str
    examples: int
    compute: float
    scoring: float
    intervals: float
    yardstick: float
    growth: float

    @property
    def goal(self) -> float:
        """Most seconds that compute may take."""
        return GOALS.get(self.config, OTHER_GOAL)

    @property
    def met(self) -> bool:
        """Whether all goals are met."""
        return self.compute < self.goal and self.scoring < SCORING_GOAL and self.intervals < INTERVALS_GOAL

    def line(self) -> str:
        """One line of the table."""
        cells = (
            self.config,
            f"{self.examples:,}",
            f"{self.compute:.3f} s",
            f"{self.goal} s",
            f"{self.scoring:.4f} s",
            f"{self.intervals:.2f} s",
            f"{self.yardstick:.3f} s",
            f"{self.yardstick / self.compute:.1f}x",
            f"{self.yardstick / self.scoring:.1f}x",
            f"{self.growth:.2f}x",
        )
        return f"| {' | '.join(cells)} |"


def fastest(call: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Seconds of the fastest of several calls."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measure(config: str) -> Row:
    """Measure one config, and check its numbers against the yardstick's."""
    import evaluate
    from metric_inputs import make
    from metric_yardsticks import YARDSTICKS

    from klue_hub.metrics.klue_metric.pipeline import Options, encode, score_columns
    from klue_hub.metrics.klue_metric.task import Raw
    from klue_hub.metrics.klue_metric.tasks import TASKS

    metric, task, sides = evaluate.load(str(SOURCE), config), TASKS[config], make(config)
    pair = encode(task, Raw(config, **sides))
    start = time.perf_counter()
    expected = YARDSTICKS[config](sides["predictions"], sides["references"])
    yardstick = time.perf_counter() - start
    for value, ours in zip(expected, metric.compute(**sides).values(), strict=True):
        if abs(100 * value - ours) > 1e-9:
            raise AssertionError(f"{config}: {ours}, but the yardstick gives {100 * value}")
    compute = fastest(lambda: metric.compute(**sides))
    scoring = fastest(lambda: score_columns(task, pair, Options()))
    intervals = fastest(lambda: metric.compute(**sides, confidence_level=0.95), 2)
    large = make(config, GROWTH)
    growth = fastest(lambda: metric.compute(**large), 2) / compute / GROWTH
    return Row(config, len(sides["references"]), compute, scoring, intervals, yardstick, growth)


def import_seconds() -> float:
    """Seconds that the scoring modules take to import, numpy included, in a fresh process."""
    timed = "import klue_hub.metrics.klue_metric.pipeline"
    code = f"import time; s = time.perf_counter(); {timed}; print(time.perf_counter() - s)"
    runs = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
        for _ in range(ROUNDS)
    )
    return min(map(float, runs))


def describe() -> str:
    """Name the day, the machine's shape and the libraries."""
    libraries = ("numpy", "evaluate", "datasets", "scikit-learn", "seqeval")
    return (
        f"{datetime.now(timezone.utc):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in libraries)}."
    )


def main() -> int:
    """Print the table; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", nargs="*", help="configs to measure; all by default")
    parser.add_argument("--write", action="store_true", help="also write benchmarks/metric.md")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HF_HOME=home, HF_EVALUATE_CACHE=home, HF_METRICS_CACHE=home, HF_MODULES_CACHE=home)
        from metric_inputs import SIZES, real_sentences

        lines = [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
        print("\n".join(lines), flush=True)
        rows = []
        for config in chosen.configs or SIZES:
            rows.append(measure(config))
            lines.append(rows[-1].line())
            print(lines[-1], flush=True)
        real = "the real validation sentences" if real_sentences() else "made-up sentences"
    importing = import_seconds()
    missed = [row.config for row in rows if not row.met] + ["import"] * (importing >= IMPORT_GOAL)
    told = [
        describe(),
        f"ner scores {real}; the other inputs are made up, of the official sizes.",
        f"Importing the scoring modules takes {importing:.2f} s, numpy included (goal: {IMPORT_GOAL} s).",
        verdict(missed),
    ]
    print(*told, sep="\n")
    if chosen.write:
        write(lines, told)
    return 1 if missed else 0


def verdict(missed: list[str]) -> str:
    """Say which goals are missed."""
    goals = f"scoring alone under {SCORING_GOAL} s, 1,000 resamples under {INTERVALS_GOAL:g} s"
    return (
        f"Missed goals: {', '.join(missed)}." if missed else f"All goals are met: compute as listed, {goals}."
    )


def write(lines: list[str], told: list[str]) -> None:
    """Keep the table."""
    RESULT.write_text(
        "\n\n".join(["# Speed of the metric", ABOUT, "\n".join(lines), *told]) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    raise SystemExit(main())
