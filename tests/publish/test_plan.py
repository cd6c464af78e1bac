"""Plans: what is decided for every file, without any I/O."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.publish.plan import Action, FileState, Ownership, Plan, applied, diff, still_holds

OLD, NEW, THEIRS = (FileState(len(text), text, f"git-{text}") for text in ("old", "newer", "theirs"))
NOBODY = Ownership({})


def owner(path: str, *states: FileState) -> Ownership:
    return Ownership({path: states})


@pytest.mark.parametrize(
    ("there", "owned", "overwrite", "action", "reason"),
    [
        (None, NOBODY, False, Action.ADD, "new"),
        (NEW, NOBODY, False, Action.SAME, "unchanged"),
        (NEW, owner("f", OLD), False, Action.SAME, "unchanged"),
        (OLD, owner("f", OLD), False, Action.UPDATE, "content changed"),
        (OLD, owner("f", OLD, NEW), False, Action.UPDATE, "content changed"),
        (
            THEIRS,
            owner("f", OLD),
            False,
            Action.BLOCKED,
            "edited since it was published; --overwrite-edited replaces it",
        ),
        (THEIRS, NOBODY, False, Action.BLOCKED, "not written by this tool; --overwrite-edited replaces it"),
        (THEIRS, owner("f", OLD), True, Action.UPDATE, "edited since it was published; replaced as asked"),
        (THEIRS, NOBODY, True, Action.UPDATE, "not written by this tool; replaced as asked"),
    ],
)
def test_wanted_file(
    there: FileState | None, owned: Ownership, overwrite: bool, action: Action, reason: str
) -> None:
    changes, foreign = diff({"f": NEW}, {"f": there} if there else {}, owned, overwrite_edited=overwrite)
    assert [(change.action, change.reason, change.size) for change in changes] == [(action, reason, NEW.size)]
    assert foreign == []


def test_own_file_no_longer_wanted_is_kept_unless_pruned() -> None:
    owned = owner("f", OLD)
    kept, _ = diff({}, {"f": OLD}, owned)
    pruned, _ = diff({}, {"f": OLD}, owned, prune=True)
    assert [change.action for change in kept] == [Action.STALE]
    assert [change.action for change in pruned] == [Action.DELETE]


@pytest.mark.parametrize("owned", [NOBODY, owner("f", OLD)])
def test_somebody_elses_file_is_never_deleted(owned: Ownership) -> None:
    changes, foreign = diff({}, {"f": THEIRS}, owned, prune=True, overwrite_edited=True)
    assert (changes, foreign) == ([], ["f"])


LOCAL = FileState(3, "sha", "blob")


@pytest.mark.parametrize(
    ("there", "same"),
    [
        (FileState(3, sha256="sha"), True),  # as a Hub tells of a large file
        (FileState(3, blob_id="blob"), True),  # as it tells of any other
        (FileState(3, sha256="other"), False),
        (FileState(3, blob_id="other"), False),
        (FileState(3, sha256="other", blob_id="blob"), False),  # the blob of a large file is its pointer's
        (FileState(3), False),  # the size alone proves nothing
        (None, False),
    ],
)
def test_files_are_compared_by_a_hash_that_both_tell(there: FileState | None, same: bool) -> None:
    assert LOCAL.same(there) is same


def plan_of(wanted: dict[str, FileState], observed: dict[str, FileState], owned: Ownership) -> Plan:
    changes, foreign = diff(wanted, observed, owned)
    return Plan("model", "klue/bert-base", "there", tuple(changes), tuple(foreign))


@pytest.mark.parametrize(
    ("then", "now", "holds"),
    [
        ({}, {}, True),
        ({}, {"weights": THEIRS}, True),  # somebody added a file that is not ours
        ({"f": OLD}, {"f": OLD}, True),
        ({"f": OLD}, {"f": NEW}, True),  # it is done already
        ({}, {"f": OLD}, False),  # it would now replace a file
        ({"f": OLD}, {}, False),  # the file that was to be replaced is gone
        ({"f": OLD}, {"f": THEIRS}, False),  # somebody edited it meanwhile
    ],
)
def test_an_approved_plan_holds_only_for_the_content_that_was_seen(
    then: dict[str, FileState], now: dict[str, FileState], holds: bool
) -> None:
    owned = owner("f", OLD)
    approved, new = plan_of({"f": NEW}, then, owned), plan_of({"f": NEW}, now, owned)
    assert still_holds(new, approved, now, then) is holds


STATES = st.sampled_from([OLD, NEW, THEIRS])
TREES = st.dictionaries(st.sampled_from("abcdef"), STATES)
OWNED = st.dictionaries(st.sampled_from("abcdef"), st.lists(STATES, min_size=1, unique=True).map(tuple)).map(
    Ownership
)


@given(wanted=TREES, observed=TREES, owned=OWNED, overwrite=st.booleans(), prune=st.booleans())
def test_applying_leads_to_the_wanted_tree_and_a_second_plan_is_empty(
    wanted: dict[str, FileState],
    observed: dict[str, FileState],
    owned: Ownership,
    overwrite: bool,
    prune: bool,
) -> None:
    changes, foreign = diff(wanted, observed, owned, overwrite_edited=overwrite, prune=prune)
    plan = Plan("dataset", "klue/klue", "there", tuple(changes), tuple(foreign))
    after = applied(plan.changes, wanted, observed)
    blocked = set(plan.blocked)
    assert {path: after[path] for path in wanted if path not in blocked} == {
        path: state for path, state in wanted.items() if path not in blocked
    }
    # Nothing of anybody else is lost without consent, and deleting needs ownership and consent.
    for path, state in observed.items():
        if after.get(path) != state:
            assert overwrite or owned.wrote(path, state)
        if path not in after:
            assert prune
            assert owned.wrote(path, state)
    now_owned = Ownership({**owned.files, **{path: (state,) for path, state in wanted.items()}})
    again, _ = diff(wanted, after, now_owned, overwrite_edited=overwrite, prune=prune)
    assert {change.action for change in again} <= {Action.SAME, Action.STALE, Action.BLOCKED}
    assert {change.path for change in again if change.action is Action.BLOCKED} <= blocked


def test_counts_and_bytes_of_a_plan() -> None:
    changes, _ = diff(
        {"a": NEW, "b": NEW},
        {"b": OLD, "c": OLD},
        Ownership({**owner("b", OLD).files, **owner("c", OLD).files}),
    )
    plan = Plan("dataset", "klue/klue", "there", tuple(changes))
    assert {name: count for name, count in plan.counts.items() if count} == {
        "add": 1,
        "update": 1,
        "stale": 1,
    }
    assert plan.bytes_to_write == 2 * NEW.size
