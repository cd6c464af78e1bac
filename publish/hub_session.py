"""The HTTP client of huggingface_hub, made fit for a tool that nobody watches: it never waits for ever.

By default the client waits without limit for an answer, and prints its own progress bars and warnings. For
some calls, such as file lists, it asks for no limit even where the session has one.
"""

from __future__ import annotations

import logging
from typing import Any

import huggingface_hub
from huggingface_hub.utils import disable_progress_bars, get_session

from .content import Say

CONNECT_SECONDS = 10.0
# Said for every large file; that way works on Hubs with and without Xet, so it is on purpose.
_EXPECTED = "binary IO buffer"


def configure(timeout: float, say: Say) -> None:
    """Bound every wait of the client, and turn its warnings into lines.

    Args:
        timeout: seconds to wait for an answer, and for each piece of one.
        say: takes the client's own warnings, such as that it tries an upload again.
    """
    disable_progress_bars()
    # The function came with huggingface_hub 1.0; before, the client was requests.
    if hasattr(huggingface_hub, "set_client_factory"):
        _bound_httpx(timeout)
    else:
        _bound_requests(timeout)
    logger = logging.getLogger("huggingface_hub")
    logger.handlers = [_Lines(say)]
    logger.propagate = False


def _bound_httpx(timeout: float) -> None:
    default = get_session()
    limits = type(default.timeout)(timeout, connect=CONNECT_SECONDS)

    hooks = {
        name: [hook for hook in found if not isinstance(hook, _Bound)]
        for name, found in default.event_hooks.items()
    }
    hooks["request"].append(_Bound(limits.as_dict()))

    def make() -> Any:
        return type(default)(event_hooks=hooks, follow_redirects=True, timeout=limits)

    huggingface_hub.set_client_factory(make)


class _Bound:
    """Puts a limit on each wait of a request that came without one."""

    def __init__(self, limits: dict[str, float | None]) -> None:
        self._limits = limits

    def __call__(self, request: Any) -> None:
        asked = request.extensions.get("timeout") or {}
        waits = {
            name: limit if asked.get(name) is None else asked[name] for name, limit in self._limits.items()
        }
        request.extensions = {**request.extensions, "timeout": waits}


def _bound_requests(timeout: float) -> None:
    import requests
    from requests.adapters import HTTPAdapter

    class Bounded(HTTPAdapter):
        def send(self, *request: Any, **options: Any) -> Any:
            options["timeout"] = options.get("timeout") or (CONNECT_SECONDS, timeout)
            return super().send(*request, **options)

    def make() -> requests.Session:
        session = requests.Session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, Bounded())
        return session

    huggingface_hub.configure_http_backend(backend_factory=make)


class _Lines(logging.Handler):
    def __init__(self, say: Say) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if _EXPECTED not in text:
            self._say(f"huggingface_hub: {text}")
