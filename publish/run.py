"""The run: plan every repository, then push every one that may be, several at a time.

One repository's failure stops no other. What became of each is an `Outcome`.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import Enum
from functools import partial
from pathlib import Path

import msgspec

from klue_hub.datasets.klue import KlueError
from klue_hub.datasets.klue.records import BuildRecord

from .content import Content
from .errors import EditedFilesError, MovedError, StoppedError, describe_os_error
from .plan import is_covered
from .plan_view import plan_text
from .progress import Reporter
from .repository import Consent, Step, after, plan_release
from .target import Pushed, Target

# After an interrupt a request in flight cannot be called back; it may end, but nobody waits long for it.
PATIENCE = 3.0  # seconds
PLANS = 5  # of a repository that moves, before it is left to whoever is at work there


class Result(str, Enum):
    """What became of a repository."""

    PLANNED = "planned"
    UNCHANGED = "unchanged"
    DONE = "done"
    PROPOSED = "proposed"
    BLOCKED = "blocked"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_failure(self) -> bool:
        """Whether the run has to say so by its exit status."""
        return self in (Result.BLOCKED, Result.FAILED, Result.STOPPED)


class Outcome(msgspec.Struct, frozen=True):
    """A repository and what became of it.

    Attributes:
        content: what it should hold.
        steps: the plans, one a commit, in order.
        error: what went wrong, as text to be shown.
        pushed: what each step that was done led to.
    """

    kind: str
    repo_id: str
    location: str
    result: Result
    content: Content
    steps: tuple[Step, ...] = ()
    error: str = ""
    pushed: tuple[Pushed, ...] = ()

    @property
    def builds(self) -> list[BuildRecord]:
        """What was built for it, in the order of the steps."""
        found = (step.release.manifest.build for step in self.steps)
        return [build for build in found if build]

    @property
    def key(self) -> str:
        """The repository, unmistakably."""
        return f"{self.kind} {self.repo_id}"


class Run(msgspec.Struct, frozen=True):
    """Where to publish to, with whose consent, and how."""

    target: Target
    consent: Consent
    reporter: Reporter
    jobs: int
    stop: threading.Event

    def plan(self, contents: Iterable[Content], stage: Path) -> list[Outcome]:
        """Build and plan each repository.

        Args:
            contents: the repositories.
            stage: an empty folder for what is built.

        Returns:
            An outcome each, in the same order: planned, unchanged, blocked or failed.

        Raises:
            KeyboardInterrupt: the person stopped it.
        """
        jobs = [
            (self._start(content, Result.STOPPED), partial(self._plan, content, stage))
            for content in contents
        ]
        outcomes, interrupted = self._all(jobs)
        if interrupted:
            raise KeyboardInterrupt
        return outcomes

    def push(self, planned: list[Outcome], stage: Path) -> tuple[list[Outcome], bool]:
        """Push what was planned; what is unchanged, blocked or failed stays as it is.

        Args:
            planned: what `plan` returned.
            stage: the folder that it built in.

        Returns:
            The outcomes in the same order, and whether the person stopped the run.
        """
        todo = [outcome for outcome in planned if outcome.result is Result.PLANNED]
        sizes = {outcome.key: sum(step.plan.bytes_to_write for step in outcome.steps) for outcome in todo}
        jobs = [
            (msgspec.structs.replace(outcome, result=Result.STOPPED), partial(self._push, outcome, stage))
            for outcome in todo
        ]
        with self.reporter.pushing(sizes):
            done, interrupted = self._all(jobs)
        by_key = {outcome.key: outcome for outcome in done}
        return [by_key.get(outcome.key, outcome) for outcome in planned], interrupted

    def _all(self, jobs: Sequence[tuple[Outcome, Callable[[], Outcome]]]) -> tuple[list[Outcome], bool]:
        """Do jobs in parallel; with each goes what is told of it if an interrupt cuts it off."""
        executor = ThreadPoolExecutor(self.jobs, thread_name_prefix="klue-publish")
        futures: list[Future[Outcome]] = [executor.submit(job) for _, job in jobs]
        interrupted = False
        try:
            wait(futures)
        except KeyboardInterrupt:
            interrupted = True
            self.stop.set()
            executor.shutdown(wait=False, cancel_futures=True)
            wait(futures, timeout=PATIENCE)
        else:
            executor.shutdown()
        outcomes = [
            future.result() if future.done() and not future.cancelled() else cut_off
            for future, (cut_off, _) in zip(futures, jobs, strict=True)
        ]
        return outcomes, interrupted

    def _start(self, content: Content, result: Result) -> Outcome:
        location = self.target.location(content.kind, content.repo_id)
        return Outcome(content.kind, content.repo_id, location, result, content)

    def _plan(self, content: Content, stage: Path) -> Outcome:
        outcome = self._start(content, Result.PLANNED)
        try:
            steps = self._steps(content, stage / content.kind / content.repo_id)
        except Exception as error:
            return self._failed(outcome, error)
        blocked = [path for step in steps for path in step.plan.blocked]
        if blocked:
            text = str(EditedFilesError(outcome.location, list(dict.fromkeys(blocked))))
            return msgspec.structs.replace(outcome, result=Result.BLOCKED, steps=steps, error=text)
        result = Result.UNCHANGED if all(step.plan.is_empty for step in steps) else Result.PLANNED
        return msgspec.structs.replace(outcome, result=result, steps=steps)

    def _steps(self, content: Content, stage: Path) -> tuple[Step, ...]:
        """Plan the commits of a repository, each on what the one before it leaves."""
        stage.mkdir(parents=True)
        kind, repo_id = content.kind, content.repo_id
        observed = self.target.observe(kind, repo_id)
        tags = observed.tags if self.target.keeps_history else None
        location = self.target.location(kind, repo_id)
        steps = []
        for release in content.releases(observed, tags, stage, self.reporter.say):
            step = plan_release(release, observed, location, self.consent)
            steps.append(step)
            observed = after(step)
        return tuple(steps)

    def _push(self, outcome: Outcome, stage: Path) -> Outcome:
        try:
            done = self._push_steps(outcome, stage)
        except StoppedError:
            return msgspec.structs.replace(outcome, result=Result.STOPPED)
        except Exception as error:
            self.reporter.finished(outcome.key, Result.FAILED.value)
            return self._failed(outcome, error)
        result = Result.PROPOSED if any(pushed.pull_request for pushed in done) else Result.DONE
        self.reporter.finished(outcome.key, result.value)
        return msgspec.structs.replace(outcome, result=result, pushed=tuple(done))

    def _push_steps(self, outcome: Outcome, stage: Path) -> list[Pushed]:
        """Push the steps; where the repository moved, plan again and go on as far as that was approved."""
        done: list[Pushed] = []
        steps = outcome.steps
        for attempt in range(1, PLANS + 1):
            try:
                for step in steps:
                    if self.stop.is_set():
                        raise StoppedError("stopped")
                    if not step.plan.is_empty:
                        done.append(
                            self.target.push(step, self.consent, partial(self.reporter.moved, outcome.key))
                        )
                return done
            except MovedError as error:
                self.reporter.say(f"{outcome.key}: it changed meanwhile; planning again")
                steps = self._steps(
                    outcome.content, stage / f"again-{attempt}" / outcome.kind / outcome.repo_id
                )
                if attempt == PLANS or not _covers(outcome.steps, steps):
                    raise MovedError(next((step.plan for step in steps), error.plan)) from None
        raise AssertionError("unreachable")

    def _failed(self, outcome: Outcome, error: Exception) -> Outcome:
        if isinstance(error, MovedError):
            text = f"{error}\n{plan_text(error.plan)}"
        elif isinstance(error, KlueError):
            text = str(error)
        elif isinstance(error, OSError):
            doing = f"publishing to {self.target.name}" if outcome.steps else "building or looking"
            text = describe_os_error(error, doing)
        else:
            text = f"unexpected {type(error).__name__}: {error} (--verbose shows where; please report it)"
        self.reporter.verbose("".join(traceback.format_exception(error)))
        return msgspec.structs.replace(outcome, result=Result.FAILED, error=text)


def _covers(approved: Sequence[Step], new: Sequence[Step]) -> bool:
    then = approved[0].observed.tree
    trees = [step.release.tree for step in approved]
    return all(is_covered(step.plan, step.observed.tree, then, trees) for step in new)
