"""Speed and memory of building, printed as a table; `--write` also keeps it in benchmarks/README.md.

Every measurement is a process of its own. For each config the builder and the yardstick read the same
files in turn, several times; the table shows medians. The last line is the whole build: all nine
configs to Parquet with checks, statistics and hashes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROUNDS = 3
HERE = Path(__file__).parent
RESULT = HERE / "README.md"
START, END = "<!-- table: begin -->", "<!-- table: end -->"
GOALS = {"ner": 4, "dp": 4, "ynat": 3, "sts": 3, "nli": 3, "re": 3, "mrc": 3, "wos": 3, "ood": None}
FULL_BUILD_SECONDS, FULL_BUILD_MEGABYTES = 10, 600


def measure(*arguments: str) -> dict[str, Any]:
    """Run one measurement in a fresh process and return what it printed."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def one_builder(which: str, config: str, raw: str) -> dict[str, float]:
    """Build one config into a fresh cache; seconds from the call to the finished Arrow files."""
    import datasets
    from yardstick import RowByRow

    from klue_hub.datasets.klue import Klue
    from klue_hub.datasets.klue.sources import FolderSource, locate

    datasets.disable_progress_bars()
    datasets.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as cache:
        builder: Any
        if which == "ours":
            builder = Klue(config_name=config, data_dir=raw, accept_changed=True, cache_dir=cache)
        else:
            found = locate(FolderSource(raw), "1.1.0", [config], accept_changed=True)[config]
            files = {split: str(item.path) for split, item in found.items()}
            builder = RowByRow(config_name=config, files=files, cache_dir=cache)
        began = time.perf_counter()
        # The library's own part alone, as the yardstick has no checks; those are in the whole build.
        datasets.DatasetBuilder.download_and_prepare(builder)
        seconds = time.perf_counter() - began
        rows = sum(split.num_examples for split in builder.info.splits.values())
    return {"rows": rows, "seconds": seconds}


def whole_build(raw: str) -> dict[str, float]:
    """Build all nine configs to Parquet; peak memory is that of the process, libraries included."""
    from klue_hub.datasets.klue.build import build
    from klue_hub.datasets.klue.sources import FolderSource

    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        record = build(Path(out), FolderSource(raw), "1.1.0", accept_changed=True)
        seconds = time.perf_counter() - began
        rows = sum(split.rows for config in record.configs.values() for split in config.splits.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"rows": rows, "seconds": seconds, "megabytes": peak / 1000}


def compare(raw: str) -> list[str]:
    """Return the table's lines, one a config."""
    lines = [
        "| config | rows | builder, rows/s | yardstick, rows/s | ratio | goal |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for config, goal in GOALS.items():
        speeds: dict[str, list[float]] = {"ours": [], "yardstick": []}
        for _ in range(ROUNDS):
            for which, seen in speeds.items():
                result = measure("--one", which, config, raw)
                seen.append(result["rows"] / result["seconds"])
        ours, theirs = statistics.median(speeds["ours"]), statistics.median(speeds["yardstick"])
        speed = f"{ours:,.0f} | {theirs:,.0f} | {ours / theirs:.1f}"
        lines.append(f"| {config} | {result['rows']:,} | {speed} | {goal or 'none'} |")
        print(lines[-1], file=sys.stderr)
    return lines


def whole(raw: str) -> list[str]:
    """Return the lines about the whole build."""
    results = [measure("--whole", raw) for _ in range(ROUNDS)]
    seconds = statistics.median(result["seconds"] for result in results)
    megabytes = max(result["megabytes"] for result in results)
    return [
        "",
        f"Whole build of nine configs, {results[0]['rows']:,} rows: "
        f"{seconds:.1f} s (goal: under {FULL_BUILD_SECONDS}), "
        f"{megabytes:.0f} MB at the peak (goal: under {FULL_BUILD_MEGABYTES}).",
    ]


def machine() -> str:
    """Return what the figures were measured on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("datasets", "pyarrow", "numpy", "msgspec"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(timezone.utc):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {libraries}; "
        f"medians of {ROUNDS} rounds."
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/README.md")
    parser.add_argument("--one", nargs=3, metavar=("WHICH", "CONFIG", "RAW"), help=argparse.SUPPRESS)
    parser.add_argument("--whole", metavar="RAW", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one_builder(*arguments.one)))
        return
    if arguments.whole:
        print(json.dumps(whole_build(arguments.whole)))
        return
    from full_size import write_all

    with tempfile.TemporaryDirectory(prefix="klue-bench-") as raw:
        print("writing raw files of the official sizes ...", file=sys.stderr)
        write_all(Path(raw))
        text = "\n".join([machine(), "", *compare(raw), *whole(raw)])
    print(text)
    if arguments.write:
        before, _, rest = RESULT.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        RESULT.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
