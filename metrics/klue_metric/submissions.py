"""Scoring two files: the one way of the page and of the command line."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any, Final, NamedTuple

from .entries import Entries
from .errors import FileInputError, ScoreInputError, UndefinedScoreWarning, fill
from .files import read_entries
from .hub_references import REPOSITORY, fetch_references
from .origin import PREDICTIONS, REFERENCES
from .pipeline import find_task, score

_PLACE: Final = re.compile(r"(predictions|references|tokens)(?:\[([0-9]+)\])?")


class Names(NamedTuple):
    """What the two files are called."""

    predictions: str
    references: str


class Report(NamedTuple):
    """What came of scoring two files.

    Attributes:
        config: Name of the config.
        scores: Official scores in percent.
        intervals: `low`, `high` and `standard_error` of each score; empty if none were asked for.
        detailed: The breakdown behind the scores; empty if it was not asked for.
        signature: What the scores depend on.
        warnings: Where a score is undefined, a sentence each.
        n: Examples.
        options: The arguments of `compute` that give these numbers.
        files: What the files are called.
        revision: Of the data on the Hub that the references are from; None if they are from a file.
    """

    config: str
    scores: dict[str, float]
    intervals: dict[str, dict[str, float]]
    detailed: dict[str, Any]
    signature: str
    warnings: list[str]
    n: int
    options: dict[str, Any]
    files: Names
    revision: str | None = None

    def to_json(self) -> str:
        """Write it as JSON; a score that is undefined is null."""
        result = {
            "config": self.config,
            "scores": self.scores,
            "confidence_intervals": self.intervals,
            "signature": self.signature,
            "examples": self.n,
            "warnings": self.warnings,
            "detailed": self.detailed,
        }
        return json.dumps(_without_nan(result), ensure_ascii=False, indent=2, allow_nan=False)


def _without_nan(value: Any) -> Any:
    """Replace what JSON has no number for."""
    if isinstance(value, dict):
        return {str(key): _without_nan(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value


def score_files(
    config: str,
    predictions: str | Path,
    references: str | Path | None = None,
    *,
    detailed: bool = True,
    confidence_level: float | None = 0.95,
    n_resamples: int = 1000,
    seed: int = 0,
    data_version: str | None = None,
) -> Report:
    """Score a file of predictions.

    Args:
        config: Name of the config.
        predictions: The file.
        references: The file; None takes the validation split from the Hub, at the tag of `data_version`.
        detailed: Add the breakdown.
        confidence_level: Add intervals of this level.
        n_resamples: Resamples of the bootstrap.
        seed: Seed of the bootstrap.
        data_version: Version of the data, for the signature.

    Returns:
        The report.

    Raises:
        FileInputError: A file cannot be read or scored; the message names the file and the line.
        ScoreInputError: An option is wrong, or the references cannot be had.
    """
    task = find_task(config)
    names = Names(Path(predictions).name, Path(references or "").name)
    revision = name = None
    if references is None:
        revision = f"v{data_version}" if data_version else "main"
        references = fetch_references(config, revision)
        names = names._replace(references=f"{REPOSITORY} {config}, validation")
        name = f"{names.references}{references.suffix}"
    given = read_entries(predictions, task, PREDICTIONS)
    gold = read_entries(references, task, REFERENCES, name)
    _check_guids(given, gold)
    options = {
        "detailed": detailed,
        "confidence_level": confidence_level,
        "n_resamples": n_resamples,
        "seed": seed,
        "signature": True,
        "data_version": data_version,
    }
    result, told = _score(given, gold, options)
    intervals, breakdown = result.pop("confidence_intervals", {}), result.pop("detailed", {})
    signature = result.pop("signature")
    size = len(gold.values)
    return Report(config, result, intervals, breakdown, signature, told, size, options, names, revision)


def tokens_of(predictions: Entries, references: Entries) -> list[Any] | None:
    """Return the tokens that either file has; those of the references first."""
    return predictions.tokens if references.tokens is None else references.tokens


def _score(given: Entries, gold: Entries, options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    config = gold.origin.config
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UndefinedScoreWarning)
        try:
            result = score(config, given.values, gold.values, tokens_of(given, gold), **options)
        except ScoreInputError as error:
            raise _located(error, given, gold) from None
    told = [str(item.message) for item in caught if issubclass(item.category, UndefinedScoreWarning)]
    return result, told


def _located(error: ScoreInputError, given: Entries, gold: Entries) -> ScoreInputError:
    """Add the file and the line to an error that names an entry."""
    found = _PLACE.match(error.where)
    if not found:
        return error
    has_tokens = gold if gold.tokens is not None else given
    entries = {PREDICTIONS: given, REFERENCES: gold}.get(found[1], has_tokens)
    where = error.where
    place = entries.place(int(found[2]), where) if found[2] else entries.origin.place(where=where)
    return fill(FileInputError, error.config, place, error.found, error.expected, error.fix)


def _check_guids(given: Entries, gold: Entries) -> None:
    """Refuse rows that are not those of the references, where both files say which they are.

    Raises:
        FileInputError: The guids of a row differ.
    """
    if given.guids is None or gold.guids is None or len(given.guids) != len(gold.guids):
        return
    for index, (mine, theirs) in enumerate(zip(given.guids, gold.guids, strict=True)):
        if mine != theirs:
            raise fill(
                FileInputError,
                gold.origin.config,
                given.place(index, f"predictions[{index}].guid"),
                repr(mine)[:80],
                f"{theirs!r:.80}, the guid of references[{index}]",
                "bring both files into the same order, or leave out guid",
            )
