"""The server: addresses, errors as the Hub words them, faults, and the record of requests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.hub import content, reading, writing, xet
from tests.hub.access import KIND_OF, STORE, MovedRepoError
from tests.hub.errors import HubError
from tests.hub.faults import Fault, Faults
from tests.hub.repo import Operation
from tests.hub.store import Store

FAULTS: web.AppKey[Faults] = web.AppKey("faults", Faults)
CONTROL = "/-/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# A repository's name is two parts, or one that has moved; a revision's slashes come escaped.
_REPO = r"[^/{}]+/[^/{}]+"


def _with_names(route: web.RouteDef) -> list[web.RouteDef]:
    kinds = route.path.replace("{kinds}", "{kinds:models|datasets|spaces}")
    paths = [kinds.replace("{repo}", "{repo:" + _REPO + "}"), kinds.replace("{repo}", "{repo:[^/{}]+}")]
    return [web.RouteDef(route.method, path, route.handler, route.kwargs) for path in dict.fromkeys(paths)]


def make_app(root: Path, origin: str, *, offers_xet: bool = False) -> web.Application:
    """Put the server together.

    Args:
        root: The folder of its state.
        origin: The address under which it serves large files.
        offers_xet: Whether clients that have Xet are sent to a store of that kind.
    """
    app = web.Application(middlewares=[_record, _errors], client_max_size=1 << 30)
    app[STORE], app[FAULTS], app[content.ORIGIN] = Store(root), Faults(), origin
    control = [
        web.post(f"{CONTROL}faults", _order),
        web.delete(f"{CONTROL}faults", _clear),
        web.get(f"{CONTROL}faults", _met),
        web.get(f"{CONTROL}gates/{{number}}", _reached),
        web.post(f"{CONTROL}gates/{{number}}", _release),
        web.get(f"{CONTROL}requests", _requests),
        web.delete(f"{CONTROL}requests", _forget),
    ]
    app.add_routes(control)
    for route in [*reading.ROUTES, *writing.ROUTES, *content.routes(), *(xet.ROUTES if offers_xet else ())]:
        app.add_routes(_with_names(route))
    app.on_shutdown.append(_end)
    return app


async def _end(app: web.Application) -> None:
    app[FAULTS].clear()
    app[FAULTS].ending.set()


@web.middleware
async def _record(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path.startswith(CONTROL):
        return await handler(request)
    faults, path = request.app[FAULTS], request.path_qs
    record = faults.record(
        request.method, path, "Authorization" in request.headers, request.app[STORE].has_token(path)
    )
    answer = await _meet(request, handler)
    record.status = answer.status
    return answer


async def _meet(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Handle a request, with the fault that it meets."""
    faults = request.app[FAULTS]
    ordered = faults.find(request.method, request.path_qs)
    if ordered is None:
        return await handler(request)
    fault, action = ordered.fault, ordered.fault.action
    if action == "foreign-commit":
        _foreign_commit(request, fault)
        return await handler(request)
    if action == "gate":
        ordered.reached.set()
        await ordered.released.wait()
        return await handler(request)
    if action.startswith("apply-then") or action == "half":
        answer = await handler(request)
        if action == "apply-then-gate":
            ordered.reached.set()
            await ordered.released.wait()
            return answer
        if action == "half":
            await _half(request, answer)
    if action.endswith("hang"):
        await faults.ending.wait()
    if action.endswith("status"):
        if action == "status":
            await request.read()
        headers = {"Content-Type": "application/json", **fault.headers}
        return web.Response(status=fault.status, headers=headers, body=fault.body)
    _cut(request)
    raise ConnectionResetError


async def _half(request: web.Request, answer: web.StreamResponse) -> None:
    """Send the first half of an answer's body."""
    body = bytes(answer.body) if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
    partial = web.StreamResponse(status=answer.status, headers={"Content-Length": str(max(len(body), 2))})
    await partial.prepare(request)
    await partial.write(body[: len(body) // 2] or b" ")


def _cut(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()


def _foreign_commit(request: web.Request, fault: Fault) -> None:
    """Commit for somebody else to the repository of the address."""
    found = re.search(r"/api/(models|datasets|spaces)/([^/]+/[^/]+)/", request.path)
    repo = request.app[STORE].find(KIND_OF[found[1]], found[2]) if found else None
    if repo is None:
        raise HubError(500, "the fault's path names no repository")
    operations = [Operation(path, data=data) for path, data in fault.files.items()]
    repo.commit(operations, author="somebody", title="Somebody else's commit")


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except HubError as error:
        return _refusal(error)
    except MovedRepoError as moved:
        location = request.rel_url.raw_path.replace(f"/{moved.old}", f"/{moved.new}", 1)
        query = f"?{request.query_string}" if request.query_string else ""
        return web.Response(status=307, headers={"Location": location + query})
    except (KeyError, json.JSONDecodeError) as error:
        return _refusal(HubError(400, f"Bad request: {error}"))
    except web.HTTPNotFound:
        return _refusal(HubError(404, "Sorry, we can't find the page you are looking for."))


def _refusal(error: HubError) -> web.Response:
    headers = {"X-Error-Message": error.message, **error.headers}
    if error.code:
        headers["X-Error-Code"] = error.code
    body: dict[str, Any] = {"error": error.message, **error.body}
    return web.json_response(body, status=error.status, headers=headers)


# --- orders from the test ---------------------------------------------------------------------------


async def _order(request: web.Request) -> web.Response:
    number = request.app[FAULTS].order(Fault.from_json(await request.json()))
    return web.json_response({"number": number})


async def _clear(request: web.Request) -> web.Response:
    request.app[FAULTS].clear()
    return web.json_response({})


async def _met(request: web.Request) -> web.Response:
    return web.json_response({"met": request.app[FAULTS].met})


async def _reached(request: web.Request) -> web.Response:
    """Answer once somebody stands at the gate, or after the seconds asked for."""
    ordered = request.app[FAULTS].get(int(request.match_info["number"]))
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(ordered.reached.wait(), float(request.query["wait"]))
    return web.json_response({"reached": ordered.reached.is_set()})


async def _release(request: web.Request) -> web.Response:
    request.app[FAULTS].get(int(request.match_info["number"])).released.set()
    return web.json_response({})


async def _requests(request: web.Request) -> web.Response:
    return web.json_response([asdict(row) for row in request.app[FAULTS].requests])


async def _forget(request: web.Request) -> web.Response:
    request.app[FAULTS].requests.clear()
    return web.json_response({})
