"""wos: Wizard of Seoul, dialogue state tracking (TOD)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import STRING, struct, table
from ..readers.json_rows import read_rows
from ..task import Invariant, Mask, RawSplit, Task
from .common import SEPARATOR, any_in_list, mask

USER = "user"

FEATURES = {
    "guid": STRING,
    "domains": [STRING],
    "dialogue": [{"role": STRING, "text": STRING, "state": [STRING]}],
}


class _Turn(msgspec.Struct):
    role: str
    text: str
    state: list[str] = msgspec.field(default_factory=list)  # system turns have none


class _Row(msgspec.Struct):
    guid: str
    domains: list[str]
    dialogue: list[_Turn]


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`, one row a dialogue."""
    for _, rows in read_rows(raw.path, _Row, raw.batch_rows):
        turns = [turn for row in rows for turn in row.dialogue]
        offsets = np.zeros(len(rows) + 1, np.int32)
        np.cumsum([len(row.dialogue) for row in rows], out=offsets[1:])
        dialogue = struct(
            role=pa.array([turn.role for turn in turns], pa.string()),
            text=pa.array([turn.text for turn in turns], pa.string()),
            state=pa.array([turn.state for turn in turns], pa.list_(pa.string())),
        )
        columns = {
            "guid": pa.array([row.guid for row in rows], pa.string()),
            "domains": pa.array([row.domains for row in rows], pa.list_(pa.string())),
            "dialogue": pa.ListArray.from_arrays(offsets, dialogue),
        }
        yield table(FEATURES, columns)


def _turns(rows: pa.Table) -> tuple[pa.ListArray, pa.StructArray]:
    lists = rows["dialogue"].combine_chunks()
    return lists, lists.flatten()


def _slot_of_every_entry(states: pa.ListArray) -> tuple[pa.Array, pa.Array]:
    """Return the turn of every state entry and its `domain-slot`, null where it is none."""
    entries = states.flatten()
    slots = pc.struct_field(pc.extract_regex(entries, r"^(?P<slot>[^-]+-[^-]+)-"), "slot")
    return pc.list_parent_indices(states), slots


def _unknown_slot(rows: pa.Table) -> Mask:
    lists, turns = _turns(rows)
    states = turns.field("state")
    _, slots = _slot_of_every_entry(states)
    known = pc.is_in(slots, value_set=pa.array(labels.WOS_SLOTS, pa.string()))
    bad_turns = any_in_list(states, ~known.to_numpy(zero_copy_only=False))
    return any_in_list(lists, bad_turns)


def _slot_twice(rows: pa.Table) -> Mask:
    lists, turns = _turns(rows)
    states = turns.field("state")
    turn, slots = _slot_of_every_entry(states)
    known = pc.index_in(slots, value_set=pa.array(labels.WOS_SLOTS, pa.string())).fill_null(-1).to_numpy()
    keys = turn.to_numpy().astype(np.int64) * len(labels.WOS_SLOTS) + known
    seen, first, counts = np.unique(keys[known >= 0], return_index=True, return_counts=True)
    del first
    bad_turns = np.zeros(len(turns), bool)
    bad_turns[seen[counts > 1] // len(labels.WOS_SLOTS)] = True
    return any_in_list(lists, bad_turns)


def _state_on_wrong_turn(rows: pa.Table) -> Mask:
    lists, turns = _turns(rows)
    is_user = pc.equal(turns.field("role"), USER).to_numpy(zero_copy_only=False)
    has_state = np.asarray(pc.list_value_length(turns.field("state"))) > 0
    return any_in_list(lists, has_state & ~is_user)


def _turns_out_of_order(rows: pa.Table) -> Mask:
    roles = pc.equal(_turns(rows)[1].field("role"), USER).to_numpy(zero_copy_only=False)
    lists = rows["dialogue"].combine_chunks()
    lengths = np.asarray(pc.list_value_length(lists), np.int64)
    position = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return any_in_list(lists, roles != (position % 2 == 0))


def _state_outside_domains(rows: pa.Table) -> Mask:
    def outside(domains: list[str], dialogue: list[dict[str, list[str]]]) -> bool:
        entries = {entry.partition("-")[0] for turn in dialogue for entry in turn["state"]}
        return not entries <= set(domains)

    pairs = zip(rows["domains"].to_pylist(), rows["dialogue"].to_pylist(), strict=True)
    return mask(outside(domains, dialogue) for domains, dialogue in pairs)


def _text(rows: pa.Table) -> pa.Array:
    lists, turns = _turns(rows)
    return pc.binary_join(pa.ListArray.from_arrays(_offsets(lists), turns.field("text")), SEPARATOR)


def _offsets(lists: pa.ListArray) -> pa.Array:
    lengths = np.asarray(pc.list_value_length(lists), np.int64)
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())


TASK = Task(
    config="wos",
    features=FEATURES,
    read=read,
    text=_text,
    labels=lambda rows: pc.index_in(
        rows["domains"].combine_chunks().flatten(), value_set=pa.array(labels.WOS_DOMAINS, pa.string())
    ),
    label_names=labels.WOS_DOMAINS,
    rows_per_group=1000,
    invariants=(
        Invariant(
            "slots_are_known",
            "every state entry is domain-slot-value with one of the 45 slots",
            _unknown_slot,
        ),
        Invariant("one_value_per_slot", "no state gives a slot two values", _slot_twice),
        Invariant("state_on_user_turns", "only user turns carry a state", _state_on_wrong_turn),
        Invariant("turns_alternate", "user and system take turns, the user first", _turns_out_of_order),
        Invariant("state_within_domains", "states name only the dialogue's domains", _state_outside_domains),
    ),
)
