"""Manifests and journals that a target may hold, whoever wrote them."""

from __future__ import annotations

import contextlib
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from klue_hub.datasets.klue import KlueError
from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.card import render_card, render_checks
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.datasets.klue.sources import sample_source
from klue_hub.publish import manifest as manifests
from klue_hub.publish.content import with_left_behind
from klue_hub.publish.dataset_repo import is_overtaken, split_paths, with_published
from klue_hub.publish.errors import ManifestError
from klue_hub.publish.manifest import Journal, Manifest
from klue_hub.publish.plan import FileState
from klue_hub.publish.repository import Consent, Observed, Release, content_state, plan_release

from .mutations import BYTE_EDITS, ByteEdit, TreeEdit, edit_bytes, edit_tree, tree_edits
from .target import target

CONFIGS = ("sts", "ood")
HASHES = {"sha256": "0" * 64, "blob_id": "1" * 40}


@cache
def built() -> BuildRecord:
    """A build of one of the configs that the manifest knows; the other has to come from there."""
    with tempfile.TemporaryDirectory() as folder:
        return build(Path(folder), sample_source(), "1.1.0", CONFIGS[:1])


@cache
def document() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        record = build(Path(folder), sample_source(), "1.1.0", CONFIGS)
    files = {path: FileState(10, **HASHES) for path in ("README.md", *split_paths(record))}
    manifest = Manifest(
        format=manifests.FORMAT,
        tool=manifests.this_tool("pyarrow"),
        kind="dataset",
        repo_id="klue/klue",
        files=files,
        stale={"old.txt": FileState(3, **HASHES)},
        build=record,
    )
    plain: dict[str, Any] = json.loads(manifest.dump())
    return plain


ODD_BYTES = st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode))


@target()
@given(content=ODD_BYTES)
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    for load in (manifests.load, manifests.load_journal):
        with contextlib.suppress(ManifestError):
            load(content, "there")


@target()
@given(edits=BYTE_EDITS)
def test_a_damaged_manifest_is_refused_or_says_what_stands_there(
    edits: list[ByteEdit],
) -> None:
    small = {**document(), "build": None}
    content = edit_bytes(json.dumps(small).encode(), edits)
    try:
        manifest = manifests.load(content, "there")
    except ManifestError as error:
        assert str(error).startswith("there: ")
        return
    assert manifest == manifests.load(manifest.dump(), "again")
    said = json.loads(content)
    assert {path: state.size for path, state in manifest.files.items()} == {
        path: state["size"] for path, state in said["files"].items()
    }
    owned = manifests.ownership(manifest, None).files
    assert set(owned) == said["files"].keys() | said.get("stale", {}).keys()


@target()
@given(edits=tree_edits())
def test_a_damaged_journal_is_refused_or_says_what_stands_there(edits: list[TreeEdit]) -> None:
    state = {"size": 3, **HASHES}
    said = edit_tree({"format": 1, "owned": {"a": [state], "b/c": [state, {**state, "size": 4}]}}, edits)
    try:
        journal = manifests.load_journal(json.dumps(said).encode(), "there")
    except ManifestError:
        return
    assert journal == manifests.load_journal(journal.dump(), "again")
    assert {path: len(states) for path, states in manifests.ownership(None, journal).files.items()} == {
        path: len(states) for path, states in said["owned"].items()
    }


@target()
@given(edits=tree_edits(), held=st.sets(st.integers(0, 8)), prune=st.booleans())
def test_publishing_over_a_damaged_manifest_is_refused_or_touches_only_what_it_names(
    edits: list[TreeEdit], held: set[int], prune: bool
) -> None:
    """All that a partial build takes from a manifest: the record of the other configs, and their files."""
    said = edit_tree(document(), edits)
    try:
        published = manifests.load(json.dumps(said).encode(), "there")
    except ManifestError:
        return
    tree = {path: state for number, (path, state) in enumerate(published.files.items()) if number not in held}
    tree |= {"theirs.bin": FileState(7, **HASHES), manifests.PATH: content_state(json.dumps(said).encode())}
    observed = Observed(exists=True, tree=tree, read_manifest=lambda: published)
    try:
        is_overtaken(observed, "1.0.0")
        record = with_published(built(), published)
        release = release_of(record, built(), published)
        release = msgspec.structs.replace(release, manifest=with_left_behind(release.manifest, observed))
        step = plan_release(release, observed, "there", Consent(prune=prune))
    except KlueError as error:
        assume(str(error))
        return
    names = published.files.keys() | published.stale.keys() | {manifests.PATH}
    assert {change.path for change in step.plan.writes} <= names | release.files.keys()
    card = render_card(record, tool_version="1")
    assert card.startswith("---\n")
    json.loads(render_checks(record))


def release_of(record: BuildRecord, built: BuildRecord, published: Manifest | None) -> Release:
    paths = ("README.md", *split_paths(built))
    states = {path: FileState(11, sha256="2" * 64, blob_id="3" * 40) for path in paths}
    if published:
        states |= {path: published.files[path] for path in split_paths(record) if path not in states}
    manifest = Manifest(
        format=manifests.FORMAT,
        tool=manifests.this_tool(),
        kind="dataset",
        repo_id="klue/klue",
        files=states,
        build=record,
    )
    files = {path: Path(path) for path in paths}
    return Release(kind="dataset", repo_id="klue/klue", files=files, manifest=manifest, title="Publish")


PATHS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
STATES = st.builds(
    FileState,
    st.integers(0, 2**40),
    sha256=st.none() | st.text("0f", min_size=2, max_size=2),
    blob_id=st.none() | st.text("0f", min_size=2, max_size=2),
)


@target()
@given(files=st.dictionaries(PATHS, STATES, max_size=4), stale=st.dictionaries(PATHS, STATES, max_size=3))
def test_a_manifest_and_a_journal_give_back_what_was_written(
    files: dict[str, FileState], stale: dict[str, FileState]
) -> None:
    manifest = Manifest(manifests.FORMAT, manifests.this_tool(), "model", "klue/a", files, stale)
    assert manifests.load(manifest.dump(), "there") == manifest
    journal = Journal(manifests.FORMAT, {path: [state] for path, state in files.items()})
    assert manifests.load_journal(journal.dump(), "there") == journal
