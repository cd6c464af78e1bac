"""wos: Wizard of Seoul, dialogue state tracking (TOD)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import STRING, columns, table
from ..readers.json_rows import RowFormat, read_rows
from ..task import SEPARATOR, Invariant, Mask, RawSplit, Task
from .common import any_in_list, list_offsets, mask

USER = "user"

FEATURES = {
    "guid": STRING,
    "domains": [STRING],
    "dialogue": [{"role": STRING, "text": STRING, "state": [STRING]}],
}


_RAW = RowFormat(FEATURES, optional=frozenset({"dialogue[].state"}))


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`, one row a dialogue; system turns get an empty state."""
    for _, rows in read_rows(raw, _RAW):
        dialogue = rows["dialogue"].combine_chunks()
        turns = dialogue.flatten()
        states = turns.field("state")
        lengths = pc.list_value_length(states).fill_null(0).to_numpy()
        filled = pa.StructArray.from_arrays(
            [
                turns.field("role"),
                turns.field("text"),
                pa.ListArray.from_arrays(list_offsets(lengths), states.flatten()),
            ],
            names=["role", "text", "state"],
        )
        offsets = list_offsets(pc.list_value_length(dialogue).to_numpy())
        yield table(FEATURES, {**columns(rows), "dialogue": pa.ListArray.from_arrays(offsets, filled)})


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
    offsets = list_offsets(np.asarray(pc.list_value_length(lists)))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, turns.field("text")), SEPARATOR)


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
