"""Xet, as far as a client sees that a Hub offers it: the tokens, and a content store that takes nothing.

Hubs with Xet take large files by the LFS way too, from clients that do not have Xet. A client that goes the
Xet way asks for a token first, and then talks to the store: both stand in the record of requests.
"""

from __future__ import annotations

import time

from aiohttp import web

from tests.hub import errors
from tests.hub.access import repo_of, writer
from tests.hub.content import ORIGIN

STORE_PATH = "/xet-store"
LIFETIME = 600  # seconds


async def token(request: web.Request) -> web.Response:
    """Give a token for the content store."""
    repo = repo_of(request)
    if request.match_info["what"] == "write":
        writer(request, repo, proposes=True)
    connection = {
        "casUrl": f"{request.app[ORIGIN]}{STORE_PATH}",
        "exp": int(time.time()) + LIFETIME,
        "accessToken": "for-the-store-only",
    }
    headers = {
        "X-Xet-Cas-Url": str(connection["casUrl"]),
        "X-Xet-Token-Expiration": str(connection["exp"]),
        "X-Xet-Access-Token": str(connection["accessToken"]),
    }
    return web.json_response(connection, headers=headers)


async def refuse(request: web.Request) -> web.Response:
    """Take nothing."""
    raise errors.HubError(403, "This store only shows who comes to it")


ROUTES = [
    web.get("/api/{kinds}/{repo}/xet-{what:read|write}-token/{rev}", token),
    web.route("*", STORE_PATH + "/{path:.*}", refuse),
]
