"""What can be asked about repositories: information, references, file lists, history, pull requests."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from tests.hub import errors
from tests.hub.access import identity, repo_of
from tests.hub.git import FOLDER
from tests.hub.repo import Repo

PAGE = 1000


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def whoami(request: web.Request) -> web.Response:
    """Who the token belongs to."""
    user = identity(request)
    if user is None:
        raise errors.unauthenticated()
    role = "fineGrained" if user.role == "pull_requests" else user.role
    return web.json_response(
        {
            "type": "user",
            "id": user.user,
            "name": user.user,
            "orgs": [{"type": "org", "name": name, "roleInOrg": role} for name, role in user.orgs.items()],
            "auth": {"type": "access_token", "accessToken": {"displayName": "test", "role": role}},
        }
    )


async def info(request: web.Request) -> web.Response:
    """What a repository is, at a revision."""
    repo = repo_of(request)
    sha = repo.resolve(request.match_info.get("rev", "main"))
    settings, commit = repo.settings, repo.git.commit(sha)
    row: dict[str, Any] = {
        "_id": repo.git.resolve("main"),
        "id": repo.repo_id,
        "author": repo.namespace,
        "sha": sha,
        "lastModified": _time(commit.time),
        "createdAt": _time(settings["created"]),
        "private": settings["private"],
        "gated": settings["gated"],
        "disabled": settings["disabled"],
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": [{"rfilename": path} for path in sorted(repo.paths(sha))],
    }
    if repo.kind == "model":
        row["modelId"] = repo.repo_id
    if repo.kind == "space":
        row["sdk"] = settings["sdk"]
    return web.json_response(row)


async def refs(request: web.Request) -> web.Response:
    """Branches, tags, and pull requests if asked for."""
    repo = repo_of(request)
    rows: dict[str, list[dict[str, str]]] = {"branches": [], "tags": [], "converts": [], "pullRequests": []}
    groups = {"refs/heads/": "branches", "refs/tags/": "tags", "refs/pr/": "pullRequests"}
    for ref, sha in repo.git.refs().items():
        for start, group in groups.items():
            if ref.startswith(start):
                name = ref if start == "refs/pr/" else ref.removeprefix(start)
                rows[group].append({"name": name, "ref": ref, "targetCommit": sha})
    if "include_prs" not in request.query:
        del rows["pullRequests"]
    return web.json_response(rows)


def _row(repo: Repo, path: str, mode: str, oid: str) -> dict[str, Any]:
    if mode == FOLDER:
        return {"type": "directory", "oid": oid, "size": 0, "path": path}
    blob = repo.blob(oid)
    row: dict[str, Any] = {"type": "file", "oid": oid, "size": blob.size, "path": path}
    if blob.large:
        large = blob.large
        row["lfs"] = {"oid": large.sha256, "size": large.size, "pointerSize": large.pointer_size}
    return row


async def tree(request: web.Request) -> web.Response:
    """Files and folders at a revision, a page at a time."""
    repo = repo_of(request)
    root = repo.git.commit(repo.resolve(request.match_info["rev"])).tree
    below = request.match_info.get("path", "").strip("/")
    rows = [(path, entry) for path, entry in repo.git.walk(root) if not below or path.startswith(f"{below}/")]
    if below and not rows:
        raise errors.no_entry(f'{below} does not exist on "{request.match_info["rev"]}"')
    if request.query.get("recursive", "").lower() not in ("true", "1"):
        depth = below.count("/") + 1 if below else 0
        rows = [(path, entry) for path, entry in rows if path.count("/") == depth]
    start = int(request.query.get("cursor", 0))
    page = [_row(repo, path, entry.mode, entry.oid) for path, entry in rows[start : start + PAGE]]
    headers = {}
    if start + PAGE < len(rows):
        following = request.url.update_query(cursor=str(start + PAGE))
        headers["Link"] = f'<{following}>; rel="next"'
    return web.json_response(page, headers=headers)


async def paths_info(request: web.Request) -> web.Response:
    """The given paths, those that exist."""
    repo = repo_of(request)
    if request.content_type == "application/json":
        wanted = (await request.json())["paths"]
    else:
        wanted = (await request.post()).getall("paths", [])
    root = repo.git.commit(repo.resolve(request.match_info["rev"])).tree
    entries = dict(repo.git.walk(root))
    return web.json_response(
        [_row(repo, path, entries[path].mode, entries[path].oid) for path in wanted if path in entries]
    )


async def commits(request: web.Request) -> web.Response:
    """History, newest first."""
    repo = repo_of(request)
    return web.json_response(
        [
            {
                "id": commit.sha,
                "title": commit.title,
                "message": commit.message,
                "authors": [{"user": commit.author}],
                "date": _time(commit.time),
            }
            for commit in repo.git.log(repo.resolve(request.match_info["rev"]))
        ]
    )


async def discussions(request: web.Request) -> web.Response:
    """Pull requests; this Hub has no other discussions."""
    repo, status = repo_of(request), request.query.get("status")
    found = [] if request.query.get("type") == "discussion" else sorted(repo.pulls.items(), reverse=True)
    rows = [
        {
            "num": number,
            "title": pull["title"],
            "author": {"name": pull["author"]},
            "createdAt": _time(pull["time"]),
            "status": pull["status"],
            "isPullRequest": True,
            "repo": {"name": repo.repo_id, "type": repo.kind},
        }
        for number, pull in found
        if status in (None, "all", pull["status"])
    ]
    return web.json_response({"discussions": rows, "count": len(rows), "start": 0})


ROUTES = [
    web.get("/api/whoami-v2", whoami),
    web.get("/api/{kinds}/{repo}", info),
    web.get("/api/{kinds}/{repo}/revision/{rev}", info),
    web.get("/api/{kinds}/{repo}/refs", refs),
    web.get("/api/{kinds}/{repo}/tree/{rev}", tree),
    web.get("/api/{kinds}/{repo}/tree/{rev}/{path:.*}", tree),
    web.post("/api/{kinds}/{repo}/paths-info/{rev}", paths_info),
    web.get("/api/{kinds}/{repo}/commits/{rev}", commits),
    web.get("/api/{kinds}/{repo}/discussions", discussions),
]
