"""What a bad network, a busy Hub, a killed process and a second maintainer do to a push: nothing that lasts."""

from __future__ import annotations

import random
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from click.testing import CliRunner

from klue_hub.publish.cli import main
from klue_hub.publish.hub_calls import TRIES

from ..conftest import ROOT
from ..hub.client import Fault, Hub
from .conftest import Push

# Kinds of request, in the order of a first push, by method and path.
REQUESTS = {
    "whoami": ("GET", r"/api/whoami-v2"),
    "refs": ("GET", r"/api/.*/refs.*"),
    "create": ("POST", r"/api/repos/create"),
    "tree": ("GET", r"/api/.*/tree/.*"),
    "validate-yaml": ("POST", r"/api/validate-yaml"),
    "preupload": ("POST", r"/api/.*/preupload/.*"),
    "lfs-batch": ("POST", r".*/info/lfs/objects/batch"),
    "lfs-upload": ("PUT", r".*"),
    "commit": ("POST", r"/api/.*/commit/.*"),
    "tag": ("POST", r"/api/.*/tag/.*"),
}
FAULTS: dict[str, dict[str, Any]] = {
    "reset": {"action": "reset"},
    "answer lost": {"action": "apply-then-drop"},
    "429 with Retry-After": {"action": "status", "status": 429, "headers": {"Retry-After": "0"}},
    "503": {"action": "status", "status": 503},
    "502 after applying": {"action": "apply-then-status", "status": 502},
    "no answer": {"action": "hang"},
    "no answer after applying": {"action": "apply-then-hang"},
}


def content(hub: Hub, owner: str) -> dict[str, Any]:
    """All that stands in an owner's repositories after a push, by whomever; ids and dates apart."""
    found: dict[str, Any] = {}
    for kind, repo_id in hub.repos():
        if repo_id.split("/")[0] == owner:
            commits = hub.commits(kind, repo_id)
            by_sha = {commit.sha: commit.title for commit in commits}
            name = repo_id.split("/")[1]
            found[f"{kind} {name}"] = (
                {
                    path: data
                    for path, data in hub.files(kind, repo_id).items()
                    if path != ".klue/manifest.json"
                },
                {tag: by_sha[sha] for tag, sha in hub.tags(kind, repo_id).items()},
                [commit.title for commit in commits],
                {
                    name: hub.files(kind, repo_id, name)
                    for name in hub.branches(kind, repo_id)
                    if name != "main"
                },
                {
                    number: (pull["title"], hub.files(kind, repo_id, f"refs/pr/{number}"))
                    for number, pull in hub.pulls(kind, repo_id).items()
                },
            )
    return found


# What somebody else has in the model's repository before the first push.
WEIGHTS = {"model.safetensors": b"\0" * 64, "config.json": b"{}"}
PROPOSAL = "A pull request of somebody else"


def settle(hub: Hub, owner: str) -> None:
    """Let somebody else be there first: weights, a branch and a pull request."""
    repo = f"{owner}/bert-base"
    hub.commit("model", repo, WEIGHTS, message="Weights")
    hub.branch("model", repo, "experiment")
    hub.propose("model", repo, {"notes.md": b"# Notes"}, title=PROPOSAL)


@pytest.fixture
def owner(hub: Hub) -> str:
    """An organisation that no other test uses, and that has something of its own."""
    name = f"org-{secrets.token_hex(4)}"
    settle(hub, name)
    return name


@pytest.fixture(autouse=True)
def _no_token_is_left(hub: Hub) -> Iterator[None]:
    """Look for the tokens of each scenario in all that it left on the Hub and asked of it."""
    before, known = len(hub.tokens), set(hub.repos())
    yield
    tokens = hub.tokens[before:]
    for kind, repo_id in set(hub.repos()) - known:
        texts = list(hub.files(kind, repo_id).values())
        texts += [f"{commit.title}\n{commit.message}".encode() for commit in hub.commits(kind, repo_id)]
        assert not [text for text in texts for token in tokens if token.encode() in text]
    assert not any(request.token_in_path for request in hub.requests)


LIGHT = ("--only", "datasets", "--only", "metrics", "--only", "models", "--model", "bert-base")


@pytest.fixture(scope="module")
def wanted(hub_process: Hub) -> dict[str, Any]:
    """What a push without any fault leaves."""
    hub_process.clear_faults()
    owner = "org-undisturbed"
    token = hub_process.token("undisturbed", orgs={owner: "write"})
    settle(hub_process, owner)
    done = command(hub_process, owner, token)
    assert done.exit_code == 0, done.output
    found = content(hub_process, owner)
    files, _, _, branches, pulls = found["model bert-base"]
    assert files.items() > WEIGHTS.items()
    assert branches["experiment"].items() > WEIGHTS.items()
    assert [title for title, _ in pulls.values()] == [PROPOSAL]
    return found


def command(hub: Hub, owner: str, token: str) -> Any:
    return CliRunner(env={"HF_TOKEN": token}).invoke(main, arguments(hub, owner))


def arguments(hub: Hub, owner: str) -> list[str]:
    target = ["--endpoint", hub.endpoint, "--namespace", owner, "--metric-id", f"{owner}/klue_metric"]
    return ["--source", "sample", "--yes", *target, *LIGHT]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("request_kind", REQUESTS)
def test_one_fault_is_survived_within_the_run(
    push: Push, hub: Hub, owner: str, wanted: dict[str, Any], request_kind: str, fault: str
) -> None:
    method, path = REQUESTS[request_kind]
    hub.fault(Fault(method=method, path=path, times=1, **FAULTS[fault]))
    push(*LIGHT, "--timeout", "1")
    assert hub.faults_met == 1
    assert content(hub, owner) == wanted


def test_hub_that_asks_to_wait_is_obeyed_and_it_is_said(push: Push, hub: Hub, owner: str) -> None:
    hub.fault(
        Fault(method="GET", path=r"/api/.*/refs.*", action="status", status=429, headers={"Retry-After": "1"})
    )
    done = push("--only", "models", "--model", "bert-base")
    assert re.search(r"429 Too Many Requests; trying again in 1 s as the Hub asks \(1 of 6\)", done.stderr)


def test_hub_that_asks_for_hours_is_not_waited_for(push: Push, hub: Hub, owner: str) -> None:
    hub.fault(
        Fault(
            method="GET", path=r"/api/.*/refs.*", action="status", status=429, headers={"Retry-After": "7200"}
        )
    )
    done = push("--only", "models", "--model", "bert-base", status=1)
    assert "asks to wait 120 minutes; run again after that, finished work is kept" in done.stderr


def test_hub_that_does_not_answer_is_given_up_in_time(push: Push, hub: Hub, owner: str) -> None:
    hub.fault(Fault(method="GET", path=rf".*{owner}/bert-base/refs.*", action="hang", times=1))
    done = push("--only", "models", "--model", "bert-base", "--timeout", "1")
    assert "trying again in 0.02 s (1 of 6)" in done.stderr


@pytest.mark.parametrize("jobs", [1, 4])
def test_hub_that_is_not_there_is_waited_for_once_and_told_by_repository(push: Push, jobs: int) -> None:
    nowhere = "http://127.0.0.1:9"
    arguments = ("--only", "models", "--dry-run", "--jobs", str(jobs), "--verbose", "--endpoint", nowhere)
    done = push(*arguments, status=1)
    assert len(re.findall(rf"^error: .* nothing answers at {nowhere} \(", done.stderr, re.MULTILINE)) == 10
    assert done.stderr.count("trying again") == TRIES - 1
    tried = len(re.findall(r": looking at it$", done.stderr, re.MULTILINE))
    assert TRIES + 9 <= tried <= jobs * TRIES + 10 - jobs


def test_failure_of_one_repository_stops_no_other(push: Push, hub: Hub, owner: str) -> None:
    hub.fault(
        Fault(method="POST", path=rf".*{owner}/roberta-base/commit/.*", action="status", status=403, times=99)
    )
    names = ("bert-base", "roberta-base", "electra-small")
    done = push("--only", "models", *(part for name in names for part in ("--model", name)), status=1)
    assert "2 done, 1 failed" in done.stdout
    assert f"error: model {owner}/roberta-base: committing failed: this token may not write" in done.stderr
    hub.clear_faults()
    again = push("--only", "models", *(part for name in names for part in ("--model", name)))
    assert "2 unchanged" in again.stdout or "1 done" in again.stdout


def test_token_that_a_server_echoes_is_hidden(push: Push, hub: Hub, token: str) -> None:
    body = f'{{"error": "Authorization: Bearer {token} is odd"}}'.encode()
    hub.fault(Fault(method="POST", path=r".*/commit/.*", action="status", status=400, body=body, times=99))
    done = push("--only", "models", "--model", "bert-base", "--verbose", status=1)  # it looks for the token
    assert "hf_***" in done.stdout + done.stderr


# --- a process that is killed, and two that race -----------------------------------------------------

SEED = 20210520  # any; the moments are drawn with it
KILLS = 25
JOBS = ("--jobs", "2")


def start(hub: Hub, owner: str, token: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "publish/push_all.py"), *arguments(hub, owner), *JOBS],
        env=hub.env(token),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def push_killed_and_finished(hub: Hub, owner: str, number: int, before: bool) -> dict[str, Any]:
    """Kill a first push when the nth request of its owner is met, or was done; then push again."""
    token = hub.token(owner, orgs={owner: "write"})
    # Its own requests only: making a repository names the owner in the body, so a count by path skips it.
    gate = hub.gate(rf".*{owner}.*", skip=number, before=before)
    process = start(hub, owner, token)
    try:
        reached = gate.reached(process.poll)
        process.send_signal(signal.SIGKILL)
    finally:
        gate.release()
        end(process, hub, status=-signal.SIGKILL)
    assert reached
    end(start(hub, owner, token), hub)
    return content(hub, owner)


def end(process: subprocess.Popen[str], hub: Hub, status: int = 0) -> str:
    """Wait for a process and return what it said, which holds nobody's token."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == status, output
    assert not any(token in output for token in hub.tokens)
    return output


def moments(hub: Hub) -> list[tuple[int, bool]]:
    """Requests of a whole first push to be killed at, before or after they are done, drawn with the seed."""
    hub.clear_requests()
    owner = "org-counted"
    token = hub.token(owner, orgs={owner: "write"})
    settle(hub, owner)
    end(start(hub, owner, token), hub)
    total = sum(owner in request.path for request in hub.requests)
    draw = random.Random(SEED)
    return [(draw.randrange(total - 2), draw.random() < 0.5) for _ in range(KILLS)]


@pytest.mark.slow
def test_killed_at_25_moments_the_next_run_always_ends_in_the_wanted_state(
    hub: Hub, wanted: dict[str, Any]
) -> None:
    drawn = list(enumerate(moments(hub)))
    for index, _ in drawn:
        settle(hub, f"org-killed-{index}")
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda item: push_killed_and_finished(hub, f"org-killed-{item[0]}", *item[1]), drawn)
        for (index, moment), state in zip(drawn, found, strict=True):
            assert state == wanted, f"kill {index} at request {moment}"


@pytest.mark.parametrize(("number", "before"), [(3, True), (12, False), (20, True), (27, False)])
def test_killed_push_is_finished_by_the_next(
    hub: Hub, owner: str, wanted: dict[str, Any], number: int, before: bool
) -> None:
    assert push_killed_and_finished(hub, owner, number, before) == wanted


def test_two_maintainers_at_once_both_end_well(hub: Hub, owner: str, wanted: dict[str, Any]) -> None:
    tokens = [hub.token(f"{name}-{owner}", orgs={owner: "write"}) for name in ("alice", "bob")]
    processes = [start(hub, owner, token) for token in tokens]
    for process in processes:
        end(process, hub)
    assert content(hub, owner) == wanted


@pytest.mark.parametrize("name", ["klue", "klue_metric", "bert-base"])
def test_maintainer_who_loses_a_race_looks_again_and_ends_well(
    hub: Hub, owner: str, wanted: dict[str, Any], name: str
) -> None:
    """The first is held at its commit until the second is through with everything."""
    alice, bob = (hub.token(f"{user}-{owner}", orgs={owner: "write"}) for user in ("alice", "bob"))
    gate = hub.gate(rf".*{owner}/{name}/commit/.*", method="POST")
    first = start(hub, owner, alice)
    assert gate.reached(first.poll)
    end(start(hub, owner, bob), hub)
    gate.release()
    end(first, hub)
    refused = [request.path for request in hub.requests if request.status == 412]
    assert any(f"{owner}/{name}/commit/" in path for path in refused)
    assert content(hub, owner) == wanted


def test_interrupt_says_what_is_done_and_the_next_run_finishes(
    hub: Hub, owner: str, token: str, wanted: dict[str, Any]
) -> None:
    gate = hub.gate(rf".*{owner}/klue_metric/commit/.*", method="POST")
    process = start(hub, owner, token)
    assert gate.reached(process.poll)
    process.send_signal(signal.SIGINT)
    output = end(process, hub, status=130)
    gate.release()
    assert "stopped; what is done is whole, and running again finishes the work" in output
    assert re.search(rf"stopped +space {owner}/klue_metric", output)
    assert "Traceback" not in output
    assert command(hub, owner, token).exit_code == 0
    assert content(hub, owner) == wanted


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ("whoami", b"[]"),
        ("whoami", b'{"name": "alice", "auth": {"accessToken": "write"}}'),
        (
            "refs",
            b'{"branches": [{"name": [], "ref": "refs/heads/main", "targetCommit": "a"}], "tags": [], "converts": []}',
        ),
        ("refs", b"{}"),
        (
            "refs",
            b'{"branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": "%s"}], "tags": [], "converts": []}'
            % (b"x" * 300),
        ),
        ("tree", b'[{"type": "file", "path": "README.md", "size": "large", "oid": "a"}]'),
        ("tree", b'[{"type": "file"}]'),
        ("tree", b'[{"type": "file", "path": "README.md", "size": 7, "oid": null}]'),
        ("tree", b'[{"type": "file", "path": "README.md", "size": -1, "oid": "a"}]'),
    ],
)
def test_answer_that_is_no_hubs_is_told_in_one_line(
    push: Push, hub: Hub, owner: str, asked: str, body: bytes
) -> None:
    hub.commit("space", f"{owner}/klue_metric", {"theirs.txt": b"theirs"}, message="Somebody's")
    before = hub.files("space", f"{owner}/klue_metric")
    method, path = REQUESTS[asked]
    headers = {"Content-Type": "application/json"}
    hub.fault(Fault(method, path, "status", times=50, status=200, headers=headers, body=body))
    done = push("--only", "metrics", status=1)
    assert "the answer has not the form of a Hub's; is there one at this address?" in done.stderr
    assert hub.files("space", f"{owner}/klue_metric") == before
