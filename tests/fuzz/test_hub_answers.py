"""What a Hub may answer, however wrong: it is understood as it stands, or told in one line; nothing is planned on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.publish import hub_calls
from klue_hub.publish import manifest as manifests
from klue_hub.publish.errors import PublishError
from klue_hub.publish.hub import HubTarget
from klue_hub.publish.hub_calls import HubCalls
from klue_hub.publish.manifest import Manifest
from klue_hub.publish.plan import Action, FileState
from klue_hub.publish.plan_view import plan_json, plan_text
from klue_hub.publish.repository import Consent, Release, content_state, plan_release

from ..hub.client import Fault, Hub
from .mutations import ODD, TOKENS, edit_tree, tree_edits
from .target import target

REPO = "org-fuzz/a"
FILES = {"README.md": b"# ours\n", "weights.bin": b"\0theirs"}
ASKED = {
    "whoami": r"/api/whoami-v2.*",
    "refs": r"/api/models/.*/refs.*",
    "tree": r"/api/models/.*/tree/.*",
    "manifest": r"/org-fuzz/a/resolve/.*",
}
STATE, THEIRS, SHA = content_state(FILES["README.md"]), content_state(FILES["weights.bin"]), "0123456789" * 4
MANIFEST = Manifest(manifests.FORMAT, manifests.this_tool(), "model", REPO, {"README.md": STATE})
VALID: dict[str, Any] = {
    "whoami": {"type": "user", "name": "alice", "orgs": [], "auth": {"accessToken": {"role": "write"}}},
    "refs": {
        "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": SHA}],
        "tags": [{"name": "v1", "ref": "refs/tags/v1", "targetCommit": SHA}],
        "converts": [],
    },
    "tree": [
        {"type": "file", "path": "README.md", "size": STATE.size, "oid": STATE.blob_id},
        {"type": "directory", "path": "data", "size": 0, "oid": SHA},
        {
            "type": "file",
            "path": "weights.bin",
            "size": THEIRS.size,
            "oid": SHA,
            "lfs": {"oid": THEIRS.sha256, "size": THEIRS.size, "pointerSize": 130},
        },
    ],
    "manifest": json.loads(MANIFEST.dump()),
}
ODD_ANSWERS = (
    *ODD,
    "main",
    "file",
    "directory",
    "../../etc/passwd",
    "/etc/passwd",
    ".klue/manifest.json",
    "read",
    SHA,
)
# 5xx, 408 and 429 are tried again, by huggingface_hub with waits of its own; tests/publish/test_hub_faults.py has them.
STATUSES = st.sampled_from([200] * 8 + [204, 400, 401, 403, 404, 409, 410, 412, 418, 451])
CODES = st.sampled_from(
    ["", "RepoNotFound", "RevisionNotFound", "EntryNotFound", "GatedRepo", "DisabledRepo", "Odd", "가"]
)
BODIES = st.binary(max_size=20) | st.lists(st.sampled_from(TOKENS), max_size=4).map(b"".join)


@pytest.fixture(scope="module")
def there(hub_process: Hub) -> Iterator[HubTarget]:
    """A repository with a file of ours, a manifest, and a file that is not ours."""
    hub_process.clear_faults()
    token = hub_process.token("alice-fuzz", orgs={"org-fuzz": "write"})
    hub_process.commit("model", REPO, {**FILES, manifests.PATH: MANIFEST.dump()}, message="Publish")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", token)
        patch.setattr(hub_calls, "FIRST_WAIT", 0.0)
        yield HubTarget(
            hub_process.endpoint, HubCalls(lambda line: None, lambda line: None, threading.Event())
        )
    hub_process.clear_faults()


def release() -> Release:
    state = FileState(1, sha256="a" * 64, blob_id="b" * 40)
    manifest = Manifest(manifests.FORMAT, manifests.this_tool(), "model", REPO, {"README.md": state})
    return Release(
        kind="model", repo_id=REPO, files={"README.md": Path("README.md")}, manifest=manifest, title="Publish"
    )


def look(there: HubTarget) -> None:
    """Do what a run does before it writes."""
    try:
        assert isinstance(there.check_token(), str)
        observed = there.observe("model", REPO)
        step = plan_release(release(), observed, "there", Consent(prune=True))
    except PublishError as error:
        assert str(error)
        return
    plan_text(step.plan)
    json.dumps(plan_json(step.plan))
    for path, state in observed.tree.items():
        assert isinstance(path, str)
        assert isinstance(state.size, int)
        assert isinstance(state.sha256 or state.blob_id, str)
    assert observed.head is None or isinstance(observed.head, str)
    known = observed.manifest.files if observed.manifest else {}
    for change in step.plan.select(Action.DELETE, Action.UPDATE):
        assert change.path == manifests.PATH or observed.tree[change.path].same(known.get(change.path))


def answer(hub: Hub, asked: str, status: int, headers: dict[str, str], body: bytes) -> None:
    body = body.replace(SHA.encode(), hub.refs("model", REPO, "heads")["main"].encode())
    hub.clear_faults()
    hub.fault(Fault(path=ASKED[asked], action="status", status=status, headers=headers, body=body, times=50))


@pytest.mark.parametrize("asked", ASKED)
@target()
@given(edits=tree_edits(ODD_ANSWERS))
def test_an_answer_of_another_form_is_understood_or_told(
    hub_process: Hub, there: HubTarget, asked: str, edits: list[Any]
) -> None:
    body = json.dumps(edit_tree(VALID[asked], edits)).encode()
    answer(hub_process, asked, 200, {"Content-Type": "application/json"}, body)
    look(there)


@pytest.mark.parametrize("asked", ASKED)
@target()
@given(status=STATUSES, code=CODES, body=BODIES)
def test_any_answer_is_understood_or_told(
    hub_process: Hub, there: HubTarget, asked: str, status: int, code: str, body: bytes
) -> None:
    headers = {"Content-Type": "application/json", **({"X-Error-Code": code} if code.isascii() else {})}
    answer(hub_process, asked, status, headers, body)
    look(there)


@pytest.mark.parametrize("asked", ASKED)
def test_the_answers_that_are_changed_are_valid(hub_process: Hub, there: HubTarget, asked: str) -> None:
    answer(hub_process, asked, 200, {"Content-Type": "application/json"}, json.dumps(VALID[asked]).encode())
    assert there.check_token()
    observed = there.observe("model", REPO)
    assert "README.md" in observed.tree
    assert observed.manifest == MANIFEST or asked == "tree"
