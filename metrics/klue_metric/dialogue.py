"""wos: joint goal accuracy and slot F1 of dialogue states."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import read_rows, read_texts
from .columns import FloatArray, Pair, Ragged, iterate
from .counts import Scores, class_table, divide, percent
from .errors import Place
from .task import Raw, Task, check_sizes

SEPARATOR: Final = "-"  # of `domain-slot-value`; a value may hold it, a domain or slot does not
OTHER: Final = "(other)"  # domain and slot of an entry of another form; it is scored all the same


class TurnCounts(NamedTuple):
    """Sums over turns; each field has shape (...).

    Attributes:
        n: Turns.
        joint: Turns whose state is right as a whole.
        slot_f1: Sum of per-turn F1, 0 to 1 each.
    """

    n: FloatArray
    joint: FloatArray
    slot_f1: FloatArray


class Matches(NamedTuple):
    """Which entries the other side of the same turn has.

    Attributes:
        found: For each predicted entry, whether the reference has it, shape (p,).
        hit: For each reference entry, whether the prediction has it, shape (g,).
    """

    found: NDArray[np.bool_]
    hit: NDArray[np.bool_]


def encode(raw: Raw) -> Pair:
    """Read the state of each user turn.

    Returns:
        Entries such as `식당-이름-가`, a Ragged of texts each.

    Raises:
        ScoreInputError: An entry is no text, or the numbers of turns differ.
    """
    sides = [
        _read_states(values, raw.place(side))
        for side, values in (("predictions", raw.predictions), ("references", raw.references))
    ]
    return check_sizes(raw, Pair(*sides))


def _read_states(rows: Any, place: Place) -> Ragged:
    flat, offsets = read_rows(rows, place)
    expected, fix = "'domain-slot-value' as text", "give the state of each user turn as a list of texts"
    return Ragged(read_texts(list(flat), place.of("", offsets), expected, fix), offsets)


def compare(predictions: Ragged, references: Ragged) -> Matches:
    """Look up each side's entries on the other side of the same turn."""
    return Matches(_lookup(predictions, references), _lookup(references, predictions))


def _lookup(rows: Ragged, others: Ragged) -> NDArray[np.bool_]:
    found: list[bool] = []
    for row, other in zip(iterate(rows), iterate(others), strict=True):
        found.extend(map(set(other).__contains__, row))
    return np.array(found, dtype=np.bool_)


def count(predictions: Ragged, references: Ragged) -> TurnCounts:
    """Count per turn.

    An entry given twice counts twice in the F1, and once in the joint accuracy, as in the official code. A
    turn with both states empty has F1 1.

    Args:
        predictions: Entries of each turn.
        references: Entries of each turn, as many turns.

    Returns:
        Fields of shape (turns,).

    Source: KLUE-baseline, metrics/utils.py, compute_prf_for_wos; metrics/functional.py, wos_jga.
    """
    turns = len(references.offsets) - 1
    found = compare(predictions, references)
    predicted_in, gold_in = predictions.owners, references.owners
    hits, missed, wrong = (
        np.bincount(owners, minlength=turns).astype(np.float64)
        for owners in (gold_in[found.hit], gold_in[~found.hit], predicted_in[~found.found])
    )
    joint = ((missed + wrong) == 0).astype(np.float64)
    return TurnCounts(np.ones(turns), joint, divide(2.0 * hits, 2.0 * hits + missed + wrong, 1.0))


def joint_goal_accuracy(counts: TurnCounts) -> Any:
    """Share of turns whose state is right as a whole, percent; order and repetition do not matter.

    Source: KLUE-baseline, metrics/functional.py, wos_jga.
    """
    return percent(counts.joint / counts.n)


def slot_micro_f1(counts: TurnCounts) -> Any:
    """Mean of the turns' F1, percent: the official code computes no micro average under this name.

    Source: KLUE-baseline, metrics/functional.py, wos_slot_micro_f1.
    """
    return percent(counts.slot_f1 / counts.n)


def score(counts: TurnCounts) -> Scores:
    """Both official scores from totals."""
    return {"joint_goal_acc": joint_goal_accuracy(counts), "slot_micro_f1": slot_micro_f1(counts)}


def domain_and_slot(entry: str) -> tuple[str, str]:
    """Split `domain-slot-value` into `domain` and `domain-slot`."""
    parts = entry.split(SEPARATOR, 2)
    return (parts[0], SEPARATOR.join(parts[:2])) if len(parts) == 3 else (OTHER, OTHER)


def detail(pair: Pair) -> dict[str, Any]:
    """Per domain (with the joint accuracy over turns that mention it on either side) and per slot."""
    found = compare(*pair)
    split = {entry: domain_and_slot(entry) for side in pair for entry in side.values}
    tables = []
    for which in (0, 1):
        names = sorted({parts[which] for parts in split.values()})
        number = {name: i for i, name in enumerate(names)}
        groups = Pair(
            *(
                np.array([number[split[entry][which]] for entry in side.values], dtype=np.int64)
                for side in pair
            )
        )
        tables.append((names, groups))
    (domains, by_domain), (slots, by_slot) = tables
    per_domain = _table(found, by_domain, domains)
    for name, value in zip(domains, _joint(pair, found, by_domain, len(domains)), strict=True):
        per_domain[name]["joint_goal_acc"] = value
    return {"per_domain": per_domain, "per_slot": _table(found, by_slot, slots)}


def _table(found: Matches, groups: Pair, names: list[str]) -> dict[str, dict[str, float | int]]:
    """Counts of the official F1, by group: hits are reference entries that were predicted."""
    hits, gold, wrong = (
        np.bincount(numbers, minlength=len(names)).astype(np.float64)
        for numbers in (groups.references[found.hit], groups.references, groups.predictions[~found.found])
    )
    return class_table(tuple(names), hits, hits + wrong, gold)


def _joint(pair: Pair, found: Matches, by_domain: Pair, domains: int) -> list[float]:
    predicted = pair.predictions.owners * domains + by_domain.predictions
    gold = pair.references.owners * domains + by_domain.references
    mentioned = np.unique(np.concatenate([predicted, gold]))
    faulty = np.unique(np.concatenate([predicted[~found.found], gold[~found.hit]]))
    all_turns, bad_turns = (np.bincount(keys % domains, minlength=domains) for keys in (mentioned, faulty))
    return [float(value) for value in percent(divide(all_turns - bad_turns, all_turns, 0.0))]


def malformed(pair: Pair) -> list[str]:
    """Tell of entries that are no `domain-slot-value`; the official code scores them all the same."""
    count = sum(entry.count(SEPARATOR) < 2 for side in pair for entry in side.values)
    if not count:
        return []
    entries = "1 entry is" if count == 1 else f"{count} entries are"
    return [f"{entries} no domain-slot-value; they are compared as they stand, as in the official code"]


DIALOGUE = Task(
    config="wos",
    scores=("joint_goal_acc", "slot_micro_f1"),
    example="turn",
    storage=Pair(["string"], ["string"]),
    encode=encode,
    count=lambda pair: count(*pair),
    score=score,
    undefined=lambda counts: [],
    detail=detail,
    notes=malformed,
)
