"""What a task brings: how it reads, stores, counts and scores. One frozen row per config."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from .columns import FloatArray, Pair, size
from .counts import Scores
from .errors import Place, bad_input


class Raw(NamedTuple):
    """Input as the caller gave it.

    Attributes:
        config: Name of the config.
        predictions: One entry per example.
        references: One entry per example.
        tokens: The characters that tags stand for; ner only.
        start: Examples that earlier batches hold.
    """

    config: str
    predictions: Any
    references: Any
    tokens: Any = None
    start: int = 0

    def place(self, side: str) -> Place:
        """Where one argument stands."""
        return Place(self.config, side, self.start)


def check_sizes(raw: Raw, pair: Pair, side: str = "predictions") -> Pair:
    """Check that both sides hold as many examples.

    Args:
        raw: Input as the caller gave it.
        pair: What it was encoded to.
        side: Name of the first side.

    Raises:
        ScoreInputError: They do not; the row named is the first without a partner.
    """
    have, want = size(pair.predictions), size(pair.references)
    if have != want:
        longer = side if have > want else "references"
        where, found = f"{longer}[{raw.start + min(have, want)}]", f"{have} {side} and {want} references"
        fix = "give both in the same order, none left out"
        raise bad_input(raw.config, where, found, f"as many {side} as references", fix)
    return pair


@dataclass(frozen=True)
class Task:
    """One config of the metric.

    Attributes:
        config: Name of the config.
        scores: Names of the official scores, in order.
        example: What one example is; the bootstrap draws these.
        storage: Type of one stored prediction and one stored reference: a dtype, a tuple of label names,
            a list of one of these, or a dict of these.
        encode: Checks raw input and turns it into columns.
        count: Counts per example, fields of shape (n, ...).
        score: Scores from totals of any leading shape.
        undefined: Why scores of these totals are undefined, one sentence each.
        detail: The breakdown behind the scores.
        ranked: For scores that are no function of sums, or more exact by another way: given columns, a
            function from weights (or None for the sample itself) to these scores.
        notes: What to tell about the columns at run time, one sentence each.
        options: What of the input changes the scores, for the signature.
    """

    config: str
    scores: tuple[str, ...]
    example: str
    storage: Pair
    encode: Callable[[Raw], Pair]
    count: Callable[[Pair], Any]
    score: Callable[[Any], Scores]
    undefined: Callable[[Any], list[str]]
    detail: Callable[[Pair], dict[str, Any]]
    ranked: Callable[[Pair], Callable[[FloatArray | None], Scores]] | None = None
    notes: Callable[[Pair], list[str]] | None = None
    options: Callable[[Pair], dict[str, str]] | None = None
