"""Publishing to a Hub: history, ownership, consent, and what is asked and sent on the way."""

# long: all that a push to a Hub does where nothing goes wrong there.
from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from huggingface_hub import GitRefs, HfApi

from klue_hub.datasets.klue import TASKS
from klue_hub.model_cards import load_catalog
from klue_hub.model_cards.facts import BUNDLED
from klue_hub.publish import model_repo
from klue_hub.publish.space_repo import space_files

from ..hub.client import Fault, Hub
from .conftest import Push

MANIFEST = ".klue/manifest.json"


def heads(refs: GitRefs) -> dict[str, str]:
    return {branch.name: branch.target_commit for branch in refs.branches if branch.name != "main"}


def own(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files without the one that the Hub puts into every repository."""
    return {path: data for path, data in files.items() if path != ".gitattributes"}


def titles(hub: Hub, kind: str, repo_id: str) -> list[str]:
    return [commit.title for commit in hub.commits(kind, repo_id)]


def writes(hub: Hub) -> list[str]:
    """Requests that change something, by method and path; signing in and looking do not."""
    reading = re.compile(r"/(paths-info|preupload|validate-yaml)\b")
    return [
        f"{request.method} {request.path}"
        for request in hub.requests
        if request.method not in ("GET", "HEAD") and not reading.search(request.path)
    ]


def test_fresh_dataset_gets_both_versions_in_order_each_with_its_tag(
    push: Push, hub: Hub, owner: str
) -> None:
    push("--only", "datasets")
    repo = f"{owner}/klue"
    commits = hub.commits("dataset", repo)
    ours = [commit for commit in commits if commit.title.startswith("Publish KLUE")]
    assert [commit.title for commit in ours] == [
        "Publish KLUE 1.1.0 (made-up sample)",
        "Publish KLUE 1.0.0 (made-up sample)",
    ]
    assert hub.tags("dataset", repo) == {"v1.0.0": ours[1].sha, "v1.1.0": ours[0].sha}
    assert ours[0].sha == commits[0].sha
    for version in ("1.0.0", "1.1.0"):
        files = hub.files("dataset", repo, f"v{version}")
        assert json.loads(files[MANIFEST])["build"]["data_version"] == version
        assert {path.split("/")[0] for path in files if path.endswith(".parquet")} == set(TASKS)


def test_space_holds_the_metric_and_the_tag_of_its_version(push: Push, hub: Hub, owner: str) -> None:
    push("--only", "metrics")
    repo = f"{owner}/klue_metric"
    files = hub.files("space", repo)
    assert space_files().items() <= files.items()
    assert hub.tags("space", repo) == {"v1.0.0": hub.commits("space", repo)[0].sha}


@pytest.mark.parametrize("only", ["datasets", "metrics", "models"])
def test_second_run_commits_nothing_and_asks_little(push: Push, hub: Hub, owner: str, only: str) -> None:
    push("--only", only)
    hub.clear_requests()
    done = push("--only", only)
    assert "Nothing to do: the target is as wanted, no byte was changed." in done.stdout
    assert writes(hub) == []
    per_repository: dict[str, int] = {}
    for request in hub.requests:
        if match := re.search(rf"{owner}/[^/?]+", request.path):
            per_repository[match[0]] = per_repository.get(match[0], 0) + 1
    assert per_repository
    assert max(per_repository.values()) <= 3


def test_dry_run_sends_nothing_and_needs_no_token(
    push: Push, hub: Hub, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    push("--only", "metrics")
    monkeypatch.delenv("HF_TOKEN")
    hub.clear_requests()
    done = push("--dry-run", sure=False)
    assert "Dry run: nothing was written." in done.stdout
    assert {request.method for request in hub.requests} == {"GET"}
    assert not any(request.authorized for request in hub.requests)
    assert "unchanged space" in done.stdout


def test_nobody_to_ask_is_wrong_use(push: Push, hub: Hub) -> None:
    done = push(status=2, sure=False)
    assert "nobody is there to ask before writing to the Hub; add --yes, or --dry-run" in " ".join(
        done.stderr.split()
    )
    assert hub.requests == []


def test_without_a_token_the_two_ways_out_are_told(push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    done = push(status=2)
    assert "sign in with: hf auth login, or publish into a folder with: --to DIR" in " ".join(
        done.stderr.split()
    )


# --- what is somebody else's ---------------------------------------------------------------------


def test_files_of_others_stay(push: Push, hub: Hub, owner: str, token: str) -> None:
    repo = f"{owner}/bert-base"
    theirs = {"model.safetensors": b"\0" * 64, "config.json": b"{}"}
    hub.commit("model", repo, theirs, message="Weights")
    api = HfApi(endpoint=hub.endpoint, token=token)
    api.create_branch(repo, branch="experiment")
    before = api.list_repo_refs(repo)
    done = push("--only", "models", "--model", "bert-base", "--prune", "--overwrite-edited")
    files = hub.files("model", repo)
    assert theirs.items() <= files.items()
    assert "not ours, untouched" in done.stdout
    after = api.list_repo_refs(repo)
    assert heads(after) == heads(before)


def test_card_that_was_there_first_needs_consent_and_is_shown(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/bert-base"
    hub.commit("model", repo, {"README.md": b"# Theirs\nA line of theirs.\n"}, message="A card")
    done = push("--only", "models", "--model", "bert-base", "--model", "roberta-base", status=1)
    assert "not written by this tool; --overwrite-edited replaces it" in done.stdout
    assert "-A line of theirs." in done.stdout
    assert own(hub.files("model", repo)) == {"README.md": b"# Theirs\nA line of theirs.\n"}
    assert re.search(rf"blocked +model {repo}\n", done.stdout)
    assert re.search(rf"done +model {owner}/roberta-base\n", done.stdout)
    push("--only", "models", "--model", "bert-base", "--overwrite-edited")
    assert b"Theirs" not in hub.files("model", repo)["README.md"]


def test_card_edited_by_a_person_is_kept_until_asked(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/bert-base"
    push("--only", "models", "--model", "bert-base")
    ours = hub.files("model", repo)["README.md"]
    edited = ours + b"\n## By hand\n"
    hub.commit("model", repo, {"README.md": edited}, message="Say more")
    done = push("--only", "models", "--model", "bert-base", status=1)
    assert "edited since it was published" in done.stdout
    assert "-## By hand" in done.stdout
    assert hub.files("model", repo)["README.md"] == edited
    push("--only", "models", "--model", "bert-base", "--overwrite-edited")
    assert hub.files("model", repo)["README.md"] == ours


def test_only_what_is_no_longer_published_is_pruned(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/klue"
    push("--only", "datasets", "--benchmark")
    assert "eval.yaml" in hub.files("dataset", repo)
    kept = push("--only", "datasets")
    assert re.search(r"stale +eval.yaml", kept.stdout)
    assert "eval.yaml" in hub.files("dataset", repo)
    push("--only", "datasets", "--prune")
    assert "eval.yaml" not in hub.files("dataset", repo)


def test_broken_manifest_stops_this_repository_only(push: Push, hub: Hub, owner: str) -> None:
    hub.commit("model", f"{owner}/bert-base", {MANIFEST: b"{"}, message="Oops")
    done = push("--only", "models", "--model", "bert-base", "--model", "roberta-base", status=1)
    assert "no manifest of this tool" in done.stderr
    assert set(own(hub.files("model", f"{owner}/bert-base"))) == {MANIFEST}
    assert "README.md" in hub.files("model", f"{owner}/roberta-base")


# --- history --------------------------------------------------------------------------------------


def test_past_version_that_lacks_its_tag_is_tagged_beside_main(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/klue"
    push("--only", "datasets", "--data-version", "1.1.0")
    main = hub.commits("dataset", repo)[0].sha
    assert set(hub.tags("dataset", repo)) == {"v1.1.0"}
    push("--only", "datasets")
    assert hub.commits("dataset", repo)[0].sha == main  # nobody saw the old data come back
    old = json.loads(hub.files("dataset", repo, "v1.0.0")[MANIFEST])
    assert old["build"]["data_version"] == "1.0.0"
    assert [branch for branch in hub.branches("dataset", repo) if branch != "main"] == []


def test_tags_are_never_moved(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/klue"
    push("--only", "datasets")
    tags = hub.tags("dataset", repo)
    done = push("--only", "datasets", "--benchmark")
    assert hub.tags("dataset", repo) == tags
    assert hub.commits("dataset", repo)[0].sha != tags["v1.1.0"]
    assert "the tag v1.1.0 stays where it is: tags are never moved" in done.stdout


def test_some_configs_get_no_tag_until_all_are_there(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/klue"
    done = push("--only", "datasets", "--config", "sts")
    assert "no tag v1.1.0 yet: a tag needs all configs and splits" in done.stdout
    assert hub.tags("dataset", repo) == {}
    push("--only", "datasets")
    assert set(hub.tags("dataset", repo)) == {"v1.0.0", "v1.1.0"}


def test_one_config_more_keeps_the_others(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/klue"
    push("--only", "datasets", "--config", "sts")
    before = hub.files("dataset", repo)
    push("--only", "datasets", "--config", "dp")
    after = hub.files("dataset", repo)
    assert {path for path in after if path.endswith(".parquet")} == {
        f"{config}/{split}-00000-of-00001.parquet"
        for config in ("sts", "dp")
        for split in ("train", "validation")
    }
    sts = [path for path in before if path.startswith("sts/")]
    assert [after[path] for path in sts] == [before[path] for path in sts]


def test_pull_request_instead_of_a_commit_and_only_one(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/bert-base"
    hub.commit("model", repo, {"config.json": b"{}"}, message="Config")
    arguments = ("--only", "models", "--model", "bert-base", "--create-pr")
    done = push(*arguments)
    assert re.search(rf"proposed +model {repo}\n +\S+/{repo}/discussions/1\n", done.stdout)
    assert set(own(hub.files("model", repo))) == {"config.json"}
    assert "README.md" in hub.files("model", repo, "refs/pr/1")
    assert hub.tags("model", repo) == {}
    push(*arguments)
    assert len(hub.pulls("model", repo)) == 1


def test_new_repositories_are_private_if_asked(push: Push, hub: Hub, owner: str, token: str) -> None:
    push("--only", "models", "--model", "bert-base", "--private")
    api = HfApi(endpoint=hub.endpoint, token=token)
    assert api.repo_info(f"{owner}/bert-base").private


def test_json_holds_plan_and_result_and_nothing_else_is_on_stdout(push: Push, hub: Hub, owner: str) -> None:
    document = json.loads(push("--only", "metrics", "--json").stdout)
    (repository,) = document["repositories"]
    assert repository["result"] == "done"
    assert repository["steps"][0]["tag"] == "v1.0.0"
    assert repository["steps"][0]["creates_repository"]
    assert repository["pushed"][0]["commit"] == hub.commits("space", f"{owner}/klue_metric")[0].sha


def test_links_in_the_summary_lead_to_the_commits(push: Push, hub: Hub, owner: str) -> None:
    done = push("--only", "metrics")
    sha = hub.commits("space", f"{owner}/klue_metric")[0].sha
    assert f"{hub.endpoint}/spaces/{owner}/klue_metric/commit/{sha}" in done.stdout


# --- refusals ------------------------------------------------------------------------------------


def refused(push: Push, *arguments: str) -> str:
    return " ".join(push("--only", "models", "--model", "bert-base", *arguments, status=1).stderr.split())


def test_token_that_is_not_valid(push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "x" * 34)
    assert "does not accept the token, or needs one; sign in with: hf auth login" in refused(push)


def test_token_that_may_only_read(push: Push, hub: Hub, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.token("reader", role="read", orgs={owner: "read"}))
    assert f"may only read; make one with write access at {hub.endpoint}/settings/tokens" in refused(push)
    assert writes(hub) == []


def test_namespace_without_right(push: Push, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.token("stranger"))
    assert "this token may not write to org-" in refused(push)


def test_token_for_pull_requests_only_is_told_what_to_add(
    push: Push, hub: Hub, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.commit("model", f"{owner}/bert-base", {"config.json": b"{}"}, message="Config")
    monkeypatch.setenv("HF_TOKEN", hub.token("helper", orgs={owner: "write"}, can_pr_only=True))
    assert "add --create-pr" in refused(push)
    push("--only", "models", "--model", "bert-base", "--create-pr")


def test_gated_repository_tells_where_to_ask(
    push: Push, hub: Hub, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = f"{owner}/bert-base"
    push("--only", "models", "--model", "bert-base")
    hub.commit(
        "model", repo, {"README.md": b"# Edited\n"}, message="Edit"
    )  # so that the manifest is asked for
    hub.change("model", repo, gated="manual")
    monkeypatch.setenv("HF_TOKEN", hub.token("stranger"))
    assert f"{repo} is gated and this account has no access; ask for it at {hub.endpoint}/{repo}" in refused(
        push
    )


def test_disabled_repository_is_told(push: Push, hub: Hub, owner: str) -> None:
    push("--only", "models", "--model", "bert-base")
    hub.change("model", f"{owner}/bert-base", disabled=True)
    assert f"the Hub has disabled {owner}/bert-base" in refused(push)


def test_private_repository_of_others_is_not_shown(
    push: Push, hub: Hub, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    push("--only", "models", "--model", "bert-base", "--private")
    monkeypatch.setenv("HF_TOKEN", hub.token("stranger"))
    assert "this token may not write to" in refused(push)


def test_no_token_is_left_anywhere(push: Push, hub: Hub, owner: str, token: str, tmp_path: Path) -> None:
    body = f'{{"error": "no: {token}"}}'.encode()
    hub.fault(
        Fault(method="POST", path=rf".*{owner}/electra-.*", action="status", status=400, body=body, times=99)
    )
    push("--verbose", "--json", "--report", str(tmp_path / "report.html"), status=1)
    places = [tmp_path, hub.root / "state" / "repos", Path(os.environ["HF_HOME"])]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [path for path in files if token.encode() in path.read_bytes()] == []
    assert not any(request.token_in_path for request in hub.requests)


# --- what changes --------------------------------------------------------------------------------


def test_one_changed_fact_is_one_commit_to_one_repository(
    push: Push, hub: Hub, owner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push("--only", "models")
    facts = tmp_path / "facts.yaml"
    text = BUNDLED.read_text(encoding="utf-8")
    facts.write_text(
        text.replace("hardware: {value: TPU v3-8", "hardware: {value: TPU v4-8"), encoding="utf-8"
    )
    monkeypatch.setattr(model_repo, "load_catalog", lambda: load_catalog(facts))
    planned = json.loads(push("--only", "models", "--dry-run", "--json").stdout)
    changed = {
        repository["repo_id"]: [
            change["path"]
            for change in repository["steps"][0]["changes"]
            if change["action"] not in ("same", "stale")
        ]
        for repository in planned["repositories"]
        if repository["result"] != "unchanged"
    }
    assert changed == {f"{owner}/bert-base": [MANIFEST, "README.md"]}
    hub.clear_requests()
    push("--only", "models")
    assert len([request for request in writes(hub) if "/commit/" in request]) == 1


def test_head_that_moved_without_touching_our_files(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/bert-base"
    hub.commit("model", repo, {"config.json": b"{}"}, message="Config")
    hub.fault(
        Fault(
            method="POST",
            path=rf".*{repo}/commit/main",
            action="foreign-commit",
            files={"model.safetensors": b"w"},
        )
    )
    push("--only", "models", "--model", "bert-base")
    files = hub.files("model", repo)
    assert files["model.safetensors"] == b"w"
    assert "README.md" in files
    assert len(titles(hub, "model", repo)) == len(set(titles(hub, "model", repo)))


def test_head_that_moved_over_our_files_stops_with_the_new_plan(push: Push, hub: Hub, owner: str) -> None:
    repo = f"{owner}/bert-base"
    hub.commit("model", repo, {"config.json": b"{}"}, message="Config")
    hub.fault(
        Fault(
            method="POST",
            path=rf".*{repo}/commit/main",
            action="foreign-commit",
            files={"README.md": b"# T\n"},
        )
    )
    done = push("--only", "models", "--model", "bert-base", status=1)
    assert "changed since the plan was shown" in done.stderr
    assert "not written by this tool; --overwrite-edited replaces it" in done.stderr
    assert hub.files("model", repo)["README.md"] == b"# T\n"
