"""What changes repositories: making them, commits, tags, branches."""

from __future__ import annotations

import base64
import json
from typing import Any

from aiohttp import web

from tests.hub import attributes, errors
from tests.hub.access import KIND_OF, PREFIXES, STORE, identity, repo_of, writer
from tests.hub.cards import check_card
from tests.hub.repo import Repo, decode_operation


async def create(request: web.Request) -> web.Response:
    """Make a repository."""
    body, user = await request.json(), identity(request)
    if user is None:
        raise errors.unauthenticated()
    kind = body.get("type") or "model"
    namespace = body.get("organization") or user.user
    if user.role == "read":
        raise errors.read_token()
    repo_id = f"{namespace}/{body['name']}"
    store = request.app[STORE]
    if user.role != "write" or not user.owns(namespace):
        raise errors.no_right_to_create(kind, namespace)
    if store.find(kind, repo_id):
        raise errors.HubError(
            409, f"You already created this {kind} repo", body={"url": _page(request, kind, repo_id)}
        )
    private = body.get("visibility") == "private" or bool(body.get("private"))
    store.create(kind, repo_id, user.user, private=private, sdk=body.get("sdk", ""))
    return web.json_response({"url": _page(request, kind, repo_id), "name": repo_id, "id": repo_id})


def _page(request: web.Request, kind: str, repo_id: str) -> str:
    return f"{request.scheme}://{request.host}/{PREFIXES[kind]}{repo_id}"


async def validate_yaml(request: web.Request) -> web.Response:
    """Look at the front matter of a README."""
    body = await request.json()
    found = check_card(body["content"], body.get("repoType", "model"))
    rows = {
        "errors": [{"message": text} for text in found.errors],
        "warnings": [{"message": text} for text in found.warnings],
    }
    return web.json_response(rows, status=400 if found.errors else 200)


async def preupload(request: web.Request) -> web.Response:
    """Tell of each file how it is to be uploaded, and what is there."""
    repo, body = repo_of(request), await request.json()
    writer(request, repo, proposes="create_pr" in request.query)
    sha = repo.resolve(request.match_info["rev"])
    present = repo.paths(sha)
    tracked, ignore = repo.text(sha, ".gitattributes"), body.get("gitIgnore", repo.text(sha, ".gitignore"))
    rows = []
    for item in body["files"]:
        path = item["path"]
        mode = attributes.upload_mode(tracked, path, item["size"], base64.b64decode(item["sample"]))
        row: dict[str, Any] = {
            "path": path,
            "uploadMode": mode,
            "shouldIgnore": attributes.is_ignored(ignore, path),
        }
        if path in present:
            large = repo.blob(present[path]).large
            row["oid"] = large.sha256 if large else present[path]
        rows.append(row)
    return web.json_response({"files": rows})


async def commit(request: web.Request) -> web.Response:
    """Make a commit, or open a pull request with it."""
    repo, proposes = repo_of(request), request.query.get("create_pr") == "1"
    user = writer(request, repo, proposes=proposes)
    header: dict[str, Any] = {}
    operations = []
    for line in (await request.read()).splitlines():
        row = json.loads(line)
        if row["key"] == "header":
            header = row["value"]
        else:
            operations.append(decode_operation(row["key"], row["value"]))
    texts = {"title": header["summary"], "message": header.get("description", ""), "author": user.user}
    answer = {"success": True, "hookOutput": "", "pullRequestUrl": None}
    page = _page(request, repo.kind, repo.repo_id)
    if proposes:
        base = header.get("parentCommit") or repo.resolve("main")
        number, sha = repo.open_pull(operations, base=base, **texts)
        answer["pullRequestUrl"] = f"{page}/discussions/{number}"
    else:
        ref = _branch(repo, request.match_info["rev"])
        sha = repo.commit(operations, ref=ref, parent=header.get("parentCommit"), **texts)
    return web.json_response({**answer, "commitOid": sha, "commitUrl": f"{page}/commit/{sha}"})


def _branch(repo: Repo, revision: str) -> str:
    name = revision if revision.startswith("refs/") else f"refs/heads/{revision}"
    if repo.git.ref(name) is None:
        raise errors.no_revision(revision)
    return name


async def create_tag(request: web.Request) -> web.Response:
    """Set a tag."""
    repo, body = repo_of(request), await request.json()
    writer(request, repo)
    with repo.git.lock():
        if repo.git.ref(f"refs/tags/{body['tag']}"):
            raise errors.HubError(409, "Tag reference exists already")
        repo.git.set_ref(f"refs/tags/{body['tag']}", repo.resolve(request.match_info["rev"]))
    return web.json_response({})


async def create_branch(request: web.Request) -> web.Response:
    """Make a branch."""
    repo = repo_of(request)
    body = await request.json() if request.can_read_body else {}
    writer(request, repo)
    name = f"refs/heads/{request.match_info['rev']}"
    with repo.git.lock():
        if repo.git.ref(name):
            raise errors.HubError(409, "Reference already exists")
        repo.git.set_ref(name, repo.resolve(body.get("startingPoint") or "main"))
    return web.json_response({})


async def delete_ref(request: web.Request) -> web.Response:
    """Remove a branch or a tag."""
    repo = repo_of(request)
    writer(request, repo)
    group = {"branch": "heads", "tag": "tags"}[request.match_info["what"]]
    name = f"refs/{group}/{request.match_info['rev']}"
    with repo.git.lock():
        if repo.git.ref(name) is None:
            raise errors.no_revision(request.match_info["rev"])
        repo.git.delete_ref(name)
    return web.json_response({})


async def delete(request: web.Request) -> web.Response:
    """Remove a repository."""
    body, user = await request.json(), identity(request)
    store = request.app[STORE]
    kind = body.get("type") or "model"
    if user is None:
        raise errors.unauthenticated()
    repo = store.find(KIND_OF.get(kind, kind), f"{body.get('organization') or user.user}/{body['name']}")
    if repo is None:
        raise errors.no_repo()
    if user.role != "write" or not user.owns(repo.namespace):
        raise errors.not_yours()
    store.delete(repo)
    return web.json_response({})


ROUTES = [
    web.post("/api/repos/create", create),
    web.delete("/api/repos/delete", delete),
    web.post("/api/validate-yaml", validate_yaml),
    web.post("/api/{kinds}/{repo}/preupload/{rev}", preupload),
    web.post("/api/{kinds}/{repo}/commit/{rev}", commit),
    web.post("/api/{kinds}/{repo}/tag/{rev}", create_tag),
    web.post("/api/{kinds}/{repo}/branch/{rev}", create_branch),
    web.delete("/api/{kinds}/{repo}/{what:branch|tag}/{rev}", delete_ref),
]
