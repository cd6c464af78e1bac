"""Faults on order: what goes wrong, at which requests, how often; and a record of every request."""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

ACTIONS = (
    "reset",  # cut the connection before anything is done
    "apply-then-drop",  # do it, and cut the connection instead of answering
    "half",  # do it, and cut the connection in the middle of the answer
    "hang",  # never answer
    "apply-then-hang",  # do it, and never answer
    "status",  # answer `status` and do nothing
    "apply-then-status",  # do it, and answer `status`
    "foreign-commit",  # somebody commits `files` first; then go on
    "gate",  # wait until released, then go on
    "apply-then-gate",  # do it, and wait until released before answering
)


@dataclass
class Fault:
    """What happens to requests of a method whose path with its query matches wholly.

    Attributes:
        times: How many requests it meets; after those it is over.
        skip: How many matching requests it lets pass first.
        status, headers, body: Of the answer.
        files: What somebody else commits; None as content deletes.
    """

    method: str = ".*"
    path: str = ".*"
    action: str = "reset"
    times: int = 1
    skip: int = 0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    files: dict[str, bytes | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"unknown action {self.action!r}; there are {', '.join(ACTIONS)}")

    def to_json(self) -> dict[str, Any]:
        """As JSON; content is base64."""
        row = asdict(self)
        row["body"] = base64.b64encode(self.body).decode()
        row["files"] = {
            path: None if data is None else base64.b64encode(data).decode()
            for path, data in self.files.items()
        }
        return row

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Fault:
        """The reverse of `to_json`."""
        known = {item.name: row[item.name] for item in fields(cls)}
        known["body"] = base64.b64decode(known["body"])
        known["files"] = {
            path: None if data is None else base64.b64decode(data) for path, data in known["files"].items()
        }
        return cls(**known)


@dataclass
class Request:
    """One request as it was answered. The token itself is never kept; `status` 0: the connection was cut."""

    number: int
    method: str
    path: str
    authorized: bool
    token_in_path: bool
    status: int = 0


class _Ordered:
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = self.met = 0
        self.reached, self.released = asyncio.Event(), asyncio.Event()


class Faults:
    """The faults that are ordered, and the record. Lives in the server's event loop."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._numbers = itertools.count()
        self._ordered: dict[int, _Ordered] = {}
        self.requests: list[Request] = []
        self.met = 0
        self.ending = asyncio.Event()

    def order(self, fault: Fault) -> int:
        """Add a fault and return its number."""
        number = next(self._ids)
        self._ordered[number] = _Ordered(fault)
        return number

    def get(self, number: int) -> _Ordered:
        """One that was ordered."""
        return self._ordered[number]

    def clear(self) -> None:
        """Forget all faults, and let go whoever waits at one."""
        for ordered in self._ordered.values():
            ordered.released.set()
        self._ordered.clear()
        self.met = 0

    def record(self, method: str, path: str, authorized: bool, token_in_path: bool) -> Request:
        """Note a request."""
        request = Request(next(self._numbers), method, path, authorized, token_in_path)
        self.requests.append(request)
        return request

    def find(self, method: str, path: str) -> _Ordered | None:
        """The fault that this request meets, if any."""
        for ordered in self._ordered.values():
            fault = ordered.fault
            if ordered.met >= fault.times or not re.fullmatch(fault.method, method):
                continue
            if not re.fullmatch(fault.path, path):
                continue
            ordered.seen += 1
            if ordered.seen > fault.skip:
                ordered.met += 1
                self.met += 1
                return ordered
        return None
