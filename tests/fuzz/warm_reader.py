"""The reader of Parquet files, forked from a process that has loaded Arrow: it starts in milliseconds.

What runs is the reader's own file, in a process of its own for each file, as `klue_metric` runs it; only a new
interpreter and its imports are left out, which take a third of a second and would leave no time for thousands of files.
"""

from __future__ import annotations

import multiprocessing
import runpy
import sys
import tempfile
from pathlib import Path

from klue_hub.metrics.klue_metric.parquet import PATIENCE, READER

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pyarrow.parquet", "pyarrow.compute", __name__])


def read_apart(arguments: list[str]) -> bytes:
    """Run the reader; return what it printed. Stands in for the function of that name."""
    with tempfile.NamedTemporaryFile() as printed:
        process = PROCESSES.Process(target=run, args=(arguments, printed.name))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError
        return Path(printed.name).read_bytes()


def run(arguments: list[str], printed: str) -> None:
    """Be the reader."""
    sys.argv = [str(READER), *arguments]
    sys.path.insert(0, str(READER.parent))
    with Path(printed).open("w", encoding="utf-8") as sys.stdout:
        runpy.run_path(str(READER), run_name="__main__")
