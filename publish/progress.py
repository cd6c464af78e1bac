"""What is told while a run is on: bars at a terminal, plain lines in a log. Both go to stderr."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from .redaction import redact


class Reporter:
    """Tells a person what goes on; may be called from any thread."""

    def __init__(self, *, bars: bool, verbose: bool) -> None:
        """Choose the way.

        Args:
            bars: draw progress bars while pushing; else a line for each repository.
            verbose: tell every call as well.
        """
        self._is_verbose = verbose
        self._bars = bars
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        """Show a line."""
        with self._lock:
            if self._progress:
                self._progress.console.print(redact(line), markup=False, highlight=False, soft_wrap=True)
            else:
                click.echo(redact(line), err=True)

    def verbose(self, line: str) -> None:
        """Show a line to those who asked for all."""
        if self._is_verbose:
            self.say(line)

    @contextmanager
    def pushing(self, sizes: Mapping[str, int]) -> Iterator[None]:
        """Show how far each repository is.

        Args:
            sizes: bytes that each repository is going to get.
        """
        if not self._bars or not sizes:
            yield
            return
        width = max(map(len, sizes))
        columns = (
            SpinnerColumn(finished_text="✓"),
            TextColumn(f"{{task.description:<{width}}}", markup=False),
            BarColumn(bar_width=None),
            DownloadColumn(),
            TimeRemainingColumn(compact=True),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            self._tasks = {key: progress.add_task(key, total=max(size, 1)) for key, size in sizes.items()}
            self._progress = progress
            try:
                yield
            finally:
                self._progress = None

    def moved(self, key: str, count: int) -> None:
        """Tell that bytes of a repository reached the target."""
        if self._progress:
            self._progress.advance(self._tasks[key], count)

    def finished(self, key: str, result: str) -> None:
        """Tell that a repository is through."""
        if self._progress:
            task = self._tasks[key]
            self._progress.update(task, completed=self._progress.tasks[task].total)
        else:
            self.say(f"{key}: {result}")
