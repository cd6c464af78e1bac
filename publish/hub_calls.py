"""Calls to a Hub: what may be tried again is tried again, with waits that the Hub asked for or that grow.

huggingface_hub tries some calls again and others not; see `HubCalls`. Whether a failed *commit* was
applied, no error can tell: `hub.py` looks again before it decides.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from enum import Enum
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from huggingface_hub.errors import OfflineModeIsEnabled

from .content import Say
from .errors import PublishError, StoppedError

Result = TypeVar("Result")

TRIES = 7
FIRST_WAIT = 0.5  # seconds; doubled each time
LONGEST_WAIT = 15.0
LONGEST_ASKED = 600.0  # a Hub that asks for more has a limit that waiting does not mend
# https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers: `"api";r=0;t=55`
_RESET = re.compile(r"\br=0\b.*\bt=(\d+)")
# The libraries that carry HTTP for huggingface_hub: requests before 1.0, then httpx, later httpx2.
_TRANSPORTS = {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"}


class Kind(Enum):
    """What a failure means for the caller."""

    TRANSIENT = "try again"
    MOVED = "the head is another one"
    FINAL = "trying again does not help"


class Failure(msgspec.Struct, frozen=True):
    """An error, understood.

    Attributes:
        status: of HTTP, if there was an answer.
        reason: a few words.
        wait: seconds that the Hub asked for.
        is_unanswered: whether nothing came back at all.
    """

    kind: Kind
    reason: str
    status: int | None = None
    wait: float | None = None
    is_unanswered: bool = False


def understand(error: BaseException) -> Failure:
    """Tell what a failure of huggingface_hub means.

    The client hides causes behind errors of its own (a failed upload is a `RuntimeError`), so the chain of
    causes is followed to the first that tells.
    """
    for cause in _chain(error):
        if isinstance(cause, OfflineModeIsEnabled):  # a ConnectionError, but nothing that passes
            break
        response = getattr(cause, "response", None)
        if response is not None:
            return _from_status(int(response.status_code), response.headers)
        if isinstance(cause, json.JSONDecodeError):
            return Failure(Kind.TRANSIENT, "the answer was no JSON")
        if isinstance(cause, ConnectionError | TimeoutError) or _is_transport(cause):
            return Failure(Kind.TRANSIENT, _brief(cause), is_unanswered=True)
    return Failure(Kind.FINAL, _brief(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _from_status(status: int, headers: Any) -> Failure:
    known = {item.value: item.phrase for item in HTTPStatus}
    reason = f"{status} {known.get(status, '')}".strip()
    if status in (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED):
        return Failure(Kind.MOVED, reason, status)
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS) or status >= 500:
        return Failure(Kind.TRANSIENT, reason, status, _asked_wait(headers))
    return Failure(Kind.FINAL, reason, status)


def _asked_wait(headers: Any) -> float | None:
    after = str(headers.get("Retry-After") or "").strip()
    if after.isdecimal():
        return float(after)
    reset = _RESET.search(str(headers.get("RateLimit") or ""))
    return float(reset[1]) if reset else None


def _is_transport(error: BaseException) -> bool:
    return any(cls.__module__.split(".")[0] in _TRANSPORTS for cls in type(error).__mro__)


def _brief(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


class HubCalls:
    """Calls with patience, that a person can stop.

    Tried again by huggingface_hub itself: preupload, the LFS batch, uploads, trees. Not tried again there, so
    here: whoami, making a repository, repository info, refs, tags, branches, reading a file.
    """

    def __init__(self, say: Say, verbose: Say, stop: threading.Event) -> None:
        """Take where to tell of waits and of every call, and the sign to stop."""
        self.say = say
        self.verbose = verbose
        self.stop = stop
        # Without a network every repository would wait as long, and tell of it, for the same reason.
        self._has_answered = False
        self._unanswered = 0  # the most attempts of a call while nothing had answered
        self._noting = threading.Lock()

    def call(self, what: str, function: Callable[[], Result]) -> Result:
        """Call until it succeeds, fails for good, or was tried often enough.

        Once a Hub that never answered was given up, other calls are tried once.

        Args:
            what: the repository and the deed, as `klue/klue: reading the file list`.
            function: may be called several times.

        Raises:
            StoppedError: the run was stopped.
            Exception: the last error of the function.
        """
        for attempt in range(1, TRIES + 1):
            self.check_stopped()
            self.verbose(what)
            try:
                result = function()
            except Exception as error:
                failure = understand(error)
                is_known = self._note(failure, attempt)
                is_vain = is_known and self._unanswered == TRIES
                if failure.kind is not Kind.TRANSIENT or attempt == TRIES or is_vain:
                    raise
                self.wait(what, failure, attempt, is_told=is_known)
            else:
                self._has_answered = True
                return result
        raise AssertionError("unreachable")

    def _note(self, failure: Failure, attempt: int) -> bool:
        """Return whether another call met the same: nothing has answered yet, after as many attempts."""
        with self._noting:
            self._has_answered |= failure.status is not None
            if self._has_answered or not failure.is_unanswered:
                return False
            is_known = attempt <= self._unanswered
            self._unanswered = max(attempt, self._unanswered)
            return is_known

    def wait(self, what: str, failure: Failure, attempt: int, *, is_told: bool = False) -> None:
        """Wait before the next attempt, saying so unless another call has told the same.

        Raises:
            PublishError: the Hub asks for a wait that is too long.
            StoppedError: the run was stopped meanwhile.
        """
        seconds = min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT) if failure.wait is None else failure.wait
        if seconds > LONGEST_ASKED:
            raise PublishError(
                f"{what}: {failure.reason}, and the Hub asks to wait {seconds / 60:.0f} minutes; "
                "run again after that, finished work is kept"
            )
        asked = " as the Hub asks" if failure.wait is not None else ""
        if not is_told:
            again = f"trying again in {seconds:g} s{asked} ({attempt} of {TRIES - 1})"
            self.say(f"{what}: {failure.reason}; {again}")
        self.stop.wait(seconds)
        self.check_stopped()

    def check_stopped(self) -> None:
        """Raise if the run was stopped."""
        if self.stop.is_set():
            raise StoppedError("stopped")
