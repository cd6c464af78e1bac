"""Which models a card compares, and their scores. Pure."""

from __future__ import annotations

import msgspec

from .facts import Baseline, Catalog, score_ids
from .parameters import configuration, count

# One official score a task, the first, by its place among all; charts by size have no room for two.
LEADING_SCORES = tuple(
    place
    for place, name in enumerate(score_ids())
    if place == 0 or name.split(".")[0] != score_ids()[place - 1].split(".")[0]
)


class Row(msgspec.Struct, frozen=True):
    """A model in a comparison: its name, whether the card is about it, its scores as `score_ids` has them."""

    name: str
    is_subject: bool
    scores: tuple[float, ...]


class Sized(msgspec.Struct, frozen=True):
    """A model with its number of parameters, and its scores, as `score_ids` has them, if it has any."""

    name: str
    is_subject: bool
    parameters: int
    scores: tuple[float, ...] | None


def peers_of(catalog: Catalog, baseline: Baseline) -> list[Row]:
    """Return the model itself, if it has scores, then the others of its size that have, KLUE's own first.

    Of the smallest size only one model has scores; its card, and those of the unreleased ones, show the base
    models instead, and `compared_size` says so.
    """
    size = compared_size(catalog, baseline)
    own = [
        Row(other.title, other.name == baseline.name, other.scores.in_order())
        for other in catalog.baselines.values()
        if other.scores and (other.size == size or other.name == baseline.name)
    ]
    own.sort(key=lambda row: not row.is_subject)
    peers = [peer for peer in catalog.peers.values() if peer.size == size]
    return own + [Row(peer.name, False, peer.scores.in_order()) for peer in peers]


def compared_size(catalog: Catalog, baseline: Baseline) -> str:
    """Return the size of the models that a card compares."""
    return baseline.size if any(peer.size == baseline.size for peer in catalog.peers.values()) else "base"


def sizes(catalog: Catalog, baseline: Baseline) -> list[Sized]:
    """Return all models with scores whose parameters can be computed, and the card's own, by parameters."""
    found = [
        Sized(
            other.title,
            other.name == baseline.name,
            count(configuration(other, catalog.families[other.family])).total,
            other.scores.in_order() if other.scores else None,
        )
        for other in catalog.baselines.values()
        if other.scores or other.name == baseline.name
    ]
    return sorted(found, key=lambda model: (model.parameters, model.name))
