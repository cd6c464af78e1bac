"""Scores that KLUE published of its baselines: on the test split, so for orientation only."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = Path(__file__).with_name("published.json")


class Published(NamedTuple):
    """A baseline and its scores of one config, in percent."""

    model: str
    scores: dict[str, float]


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return facts


def published_scores(config: str) -> list[Published]:
    """Return the published scores of a config, smallest model first; none for `ood`."""
    start, rows = f"{config}.", []
    for model, scores in _facts()["models"].items():
        mine = {name.removeprefix(start): value for name, value in scores.items() if name.startswith(start)}
        if mine:
            rows.append(Published(model, mine))
    return rows
