"""Files: addresses that lead to them, large file storage on another origin, ranges."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from aiohttp import web

from tests.hub import errors
from tests.hub.access import KIND_OF, PREFIXES, STORE, check_gate, repo_of, writer
from tests.hub.repo import Repo

# The same server under another name: to a client another origin, which must not get its token.
ORIGIN: web.AppKey[str] = web.AppKey("origin", str)


async def resolve(request: web.Request) -> web.StreamResponse:
    """Lead to a file: a small one to the cached address, a large one to the other origin."""
    repo = repo_of(request)
    check_gate(request, repo)
    path, sha = request.match_info["path"], repo.resolve(request.match_info["rev"])
    oid = repo.paths(sha).get(path)
    headers = {"X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
    if oid is None:
        error = errors.no_entry()
        error.headers = headers
        raise error
    blob = repo.blob(oid)
    if blob.large:
        headers |= {
            "X-Linked-Size": str(blob.size),
            "X-Linked-ETag": f'"{blob.large.sha256}"',
            "Location": f"{request.app[ORIGIN]}/lfs/{repo.kind}/{repo.repo_id}/{blob.large.sha256}",
        }
        return web.Response(status=302, headers=headers)
    prefix = PREFIXES[repo.kind] or "models/"
    headers["Location"] = f"/api/resolve-cache/{prefix}{repo.repo_id}/{sha}/{quote(path)}"
    headers |= {"X-Linked-Size": str(blob.size), "X-Linked-ETag": f'"{oid}"', "ETag": f'"{oid}"'}
    return web.Response(status=307, headers=headers)


async def cached(request: web.Request) -> web.StreamResponse:
    """A small file at a commit."""
    repo = repo_of(request)
    check_gate(request, repo)
    sha = repo.resolve(request.match_info["rev"])
    oid = repo.paths(sha).get(request.match_info["path"])
    if oid is None:
        raise errors.no_entry()
    return _send(request, repo.content(oid), {"ETag": f'"{oid}"', "X-Repo-Commit": sha})


def _send(request: web.Request, data: bytes, headers: dict[str, str]) -> web.Response:
    """Answer with content, or the range of it that was asked for."""
    headers = {"Accept-Ranges": "bytes", **headers}
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", ""))
    if not wanted:
        return web.Response(body=data, headers=headers)
    first, last = wanted.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return web.Response(status=206, body=data[start : end + 1], headers=headers)


async def batch(request: web.Request) -> web.Response:
    """Tell where large files go; those that are there already need nothing."""
    repo, body = repo_of(request), await request.json()
    writer(request, repo, proposes=True)
    if body["operation"] != "upload":
        raise errors.HubError(422, "this Hub takes uploads only; downloads go through /resolve/")
    place = f"lfs/{repo.kind}/{repo.repo_id}"
    rows = []
    for item in body["objects"]:
        row = {"oid": item["oid"], "size": item["size"]}
        if not repo.large_path(item["oid"]).exists():
            row["actions"] = {
                "upload": {"href": f"{request.app[ORIGIN]}/{place}/{item['oid']}"},
                "verify": {"href": f"{request.scheme}://{request.host}/{place}/{item['oid']}/verify"},
            }
        rows.append(row)
    return web.json_response({"transfer": "basic", "objects": rows})


def _stored(request: web.Request) -> Repo:
    repo = request.app[STORE].find(request.match_info["kind"], request.match_info["repo"])
    if repo is None:
        raise errors.no_repo()
    return repo


async def upload(request: web.Request) -> web.Response:
    """Take a large file. The address is the permission, as with a signed one."""
    if "Authorization" in request.headers:
        raise errors.HubError(400, "Only one auth mechanism allowed: the address is signed")
    repo, data = _stored(request), await request.read()
    if hashlib.sha256(data).hexdigest() != request.match_info["oid"]:
        raise errors.HubError(400, "The content is not what its sha256 says")
    repo.store_large(data)
    return web.Response()


async def verify(request: web.Request) -> web.Response:
    """Say whether a large file arrived whole."""
    repo, body = _stored(request), await request.json()
    path = repo.large_path(body["oid"])
    if not path.exists() or path.stat().st_size != body["size"]:
        raise errors.no_entry("Object does not exist")
    return web.json_response({})


async def download(request: web.Request) -> web.Response:
    """A large file, from the other origin."""
    repo = _stored(request)
    path = repo.large_path(request.match_info["oid"])
    if not path.exists():
        raise errors.no_entry()
    return _send(request, path.read_bytes(), {"ETag": f'"{request.match_info["oid"]}"'})


def routes() -> list[web.RouteDef]:
    """Addresses of files; models stand at the root."""
    found = [
        web.get("/api/resolve-cache/{kinds}/{repo}/{rev}/{path:.+}", cached),
        web.put("/lfs/{kind}/{repo}/{oid:[0-9a-f]+}", upload),
        web.get("/lfs/{kind}/{repo}/{oid:[0-9a-f]+}", download),
        web.post("/lfs/{kind}/{repo}/{oid:[0-9a-f]+}/verify", verify),
    ]
    for start in ("/{kinds:datasets|spaces}", ""):
        found.append(web.get(start + "/{repo}/resolve/{rev}/{path:.+}", resolve))
        found.append(web.post(start + "/{repo}.git/info/lfs/objects/batch", batch))
    return found


__all__ = ["KIND_OF", "ORIGIN", "routes"]
