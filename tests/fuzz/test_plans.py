"""Plans over random repositories: nothing that is not ours is lost, and what was done needs not be done again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from klue_hub.publish import manifest as manifests
from klue_hub.publish.content import with_left_behind
from klue_hub.publish.manifest import Manifest
from klue_hub.publish.plan import Action, FileState, Ownership, Plan, applied, diff, is_covered, still_holds
from klue_hub.publish.repository import Consent, Observed, Release, Step, after, plan_release

from .target import target

NAMES = st.sampled_from(["a", "b", "data/a", "data/b", "README.md", "A", "a ", "ㄱ", "-", "../a", "a\nb"])


def as_local(text: str) -> FileState:
    return FileState(len(text), f"sha-{text}", f"git-{text}")


def as_hub_tells(state: FileState, large: bool) -> FileState:
    """The one hash that a Hub tells; of a large file the other is that of its pointer."""
    return (
        FileState(state.size, sha256=state.sha256) if large else FileState(state.size, blob_id=state.blob_id)
    )


LOCAL = st.sampled_from([as_local(text) for text in ("", "x", "xx", "y")])
THERE = st.builds(as_hub_tells, LOCAL, st.booleans()) | LOCAL
TREES = st.dictionaries(NAMES, LOCAL, max_size=6)
OBSERVED = st.dictionaries(NAMES, THERE, max_size=6)
OWNED = st.dictionaries(NAMES, st.lists(THERE, min_size=1, max_size=2).map(tuple), max_size=6).map(Ownership)


def plan_of(
    wanted: Mapping[str, FileState],
    there: Mapping[str, FileState],
    owned: Ownership,
    *,
    overwrite: bool = False,
    prune: bool = False,
) -> Plan:
    changes, foreign = diff(wanted, there, owned, overwrite_edited=overwrite, prune=prune)
    return Plan("dataset", "klue/klue", "there", tuple(changes), tuple(foreign))


@target()
@given(TREES, OBSERVED, OWNED, st.booleans(), st.booleans())
def test_a_plan_is_complete_in_any_order_and_keeps_what_is_not_ours(
    wanted: dict[str, FileState],
    there: dict[str, FileState],
    owned: Ownership,
    overwrite: bool,
    prune: bool,
) -> None:
    plan = plan_of(wanted, there, owned, overwrite=overwrite, prune=prune)
    assert {change.path for change in plan.changes} | set(plan.foreign) == wanted.keys() | there.keys()
    assert len(plan.changes) + len(plan.foreign) == len(wanted.keys() | there.keys())
    backwards = [dict(reversed(tree.items())) for tree in (wanted, there)]
    assert plan == plan_of(*backwards, owned, overwrite=overwrite, prune=prune)
    left = applied(plan.changes, wanted, there)
    for path, state in there.items():
        if left.get(path) is not state:
            assert owned.wrote(path, state) or (overwrite and path in wanted)
            assert path in left or prune
    for change in plan.changes:
        is_there = change.path in wanted and wanted[change.path].same(left.get(change.path))
        assert is_there == (change.action in (Action.ADD, Action.UPDATE, Action.SAME))
    again = plan_of(wanted, left, owned, overwrite=overwrite, prune=prune)
    assert again.writes == []
    assert again.blocked == plan.blocked


@target()
@given(TREES, OBSERVED, OBSERVED, OWNED, st.booleans())
def test_consent_to_a_plan_covers_no_content_that_was_not_seen(
    wanted: dict[str, FileState],
    then: dict[str, FileState],
    now: dict[str, FileState],
    owned: Ownership,
    prune: bool,
) -> None:
    approved = plan_of(wanted, then, owned, overwrite=True, prune=prune)
    new = plan_of(wanted, now, owned, overwrite=True, prune=prune)
    assert still_holds(approved, approved, then, then)
    assert is_covered(approved, then, then, [wanted])
    for change in new.writes:
        lost = now.get(change.path)
        if lost and not lost.same(then.get(change.path)):
            assert not still_holds(new, approved, now, then)
            if not lost.same(wanted.get(change.path)):
                assert not is_covered(new, now, then, [wanted])


class Repository:
    """What a history of publishing and of other people's edits makes of a repository, kept the plain way."""

    def __init__(self) -> None:
        self.observed = Observed(exists=False, tree={})
        self.theirs: dict[str, FileState] = {}

    def publish(self, files: dict[str, FileState], consent: Consent) -> Step:
        manifest = Manifest(manifests.FORMAT, manifests.this_tool(), "model", "klue/a", files)
        if not consent.prune:
            manifest = with_left_behind(manifest, self.observed)
        paths = {path: Path(path) for path in files}
        release = Release(kind="model", repo_id="klue/a", files=paths, manifest=manifest, title="Publish")
        step = plan_release(release, self.observed, "there", consent)
        if not step.plan.blocked:
            if consent.overwrite_edited:
                self.theirs = {path: state for path, state in self.theirs.items() if path not in files}
            self.observed = after(step)
        return step

    def edit(self, path: str, state: FileState | None) -> None:
        tree = {name: known for name, known in self.observed.tree.items() if name != path}
        self.theirs.pop(path, None)
        if state:
            tree[path] = self.theirs[path] = state
        manifest = self.observed.manifest
        self.observed = Observed(exists=True, tree=tree, read_manifest=lambda: manifest)


FILES = st.sampled_from(["a", "b", "data/a"])
THEIR_STATES = st.sampled_from([FileState(5, sha256="sha-theirs"), FileState(6, blob_id="git-theirs")])
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("publish"), st.dictionaries(FILES, LOCAL, max_size=3), st.booleans(), st.booleans()
        ),
        st.tuples(st.just("edit"), FILES, THEIR_STATES | st.none()),
    ),
    max_size=7,
)


@target()
@given(steps=STEPS)
def test_whatever_was_published_and_edited_before_other_peoples_work_stays(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    repository = Repository()
    for step in steps:
        if step[0] == "edit":
            repository.edit(*step[1:])
            continue
        files, consent = step[1], Consent(overwrite_edited=step[2], prune=step[3])
        plan = repository.publish(files, consent).plan
        tree = repository.observed.tree
        for path, state in repository.theirs.items():
            assert tree.get(path) is state, "somebody else's file was lost"
        if not plan.blocked:
            assert all(state.same(tree.get(path)) for path, state in files.items())
            assert repository.publish(files, consent).plan.is_empty
            if consent.prune:
                assert tree.keys() == files.keys() | repository.theirs.keys() | {manifests.PATH}
