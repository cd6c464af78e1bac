"""From columns, or from raw input, to the result: scores, detail, intervals, signature."""

from __future__ import annotations

import warnings
from typing import Any, Final, NamedTuple

from .bootstrap import intervals, resample
from .columns import FloatArray, Pair, size
from .counts import Scores, total, weigh
from .errors import ScoreInputError, UndefinedScoreWarning, bad_input, show
from .sequences import plain
from .task import Raw, Task
from .tasks import TASKS

METRIC_VERSION: Final = "1.0.0"
UNSTATED: Final = "unstated"
MOST_RESAMPLES: Final = (
    1_000_000  # far more than an interval gains by; a slip of the keyboard must not run for days
)


class Options(NamedTuple):
    """What to return beyond the official scores.

    Attributes:
        detailed: Add the breakdown behind the scores.
        confidence_level: Add intervals of this level, between 0 and 1.
        n_resamples: Resamples of the bootstrap.
        seed: Seed of the bootstrap.
        signature: Add what is needed to reproduce the scores.
        data_version: Version of the data that was scored, for the signature.
    """

    detailed: bool = False
    confidence_level: float | None = None
    n_resamples: int = 1000
    seed: int = 0
    signature: bool = False
    data_version: str | None = None

    def check(self, config: str) -> Options:
        """Refuse values out of range.

        Raises:
            ScoreInputError: An option has a wrong type or value.
        """
        for name in ("detailed", "signature"):
            if not isinstance(plain(getattr(self, name)), bool):
                found = show(getattr(self, name))
                raise bad_input(config, name, found, "True or False", "leave it out for False")
        level = plain(self.confidence_level)
        if level is not None and not (isinstance(level, float) and 0.0 < level < 1.0):
            raise bad_input(
                config, "confidence_level", show(level), "a share between 0 and 1", "give 0.95, not 95"
            )
        for name, least, most in (("n_resamples", 1, MOST_RESAMPLES), ("seed", 0, None)):
            value = plain(getattr(self, name))
            is_integer = isinstance(value, int) and not isinstance(value, bool)
            if not is_integer or value < least or (most is not None and value > most):
                upper = "" if most is None else f" to {most:,}"
                what = f"an integer from {least}{upper}"
                raise bad_input(config, name, show(value), what, "give an integer")
        version = self.data_version
        if version is not None and not (isinstance(version, str) and version and "|" not in version):
            raise bad_input(
                config, "data_version", show(version), "a version such as '1.1.0'", "give it as text"
            )
        return self


def find_task(config: str) -> Task:
    """Look up a config.

    Raises:
        ScoreInputError: There is none of this name.
    """
    if isinstance(config, str) and config in TASKS:
        return TASKS[config]
    fix = 'name one, as in evaluate.load("klue_metric", "nli")'
    raise bad_input("klue_metric", "config_name", show(config), f"one of {', '.join(TASKS)}", fix)


def score(
    config: str, predictions: Any, references: Any, tokens: Any = None, **options: Any
) -> dict[str, Any]:
    """Score without `evaluate`, as `compute` does with it.

    Args:
        config: Name of the config.
        predictions: One entry per example, see the README.
        references: One entry per example.
        tokens: Characters behind the tags; ner only.
        **options: Fields of `Options`.

    Returns:
        Official scores in percent, and what the options ask for.

    Raises:
        ScoreInputError: The input cannot be scored.
    """
    task, chosen = find_task(config), Options(**options).check(config)
    pair = encode(task, Raw(config, predictions, references, tokens))
    return score_columns(task, pair, chosen)


def encode(task: Task, raw: Raw) -> Pair:
    """Validate raw input and turn it into columns.

    Raises:
        ScoreInputError: It cannot be scored.
    """
    for side in ("predictions", "references"):
        if getattr(raw, side) is None:
            raise raw.place(side).error(None, "None", f"one entry per {task.example}", f"give {side}")
    if raw.tokens is not None and task.config != "ner":
        raise raw.place("tokens").error(
            None, "tokens", "predictions and references", "leave tokens to config ner"
        )
    return task.encode(raw)


def score_columns(task: Task, pair: Pair, options: Options) -> dict[str, Any]:
    """Score columns.

    Args:
        task: The task.
        pair: Columns as its `encode` returns them.
        options: What to add to the scores.

    Returns:
        Official scores in percent, and what the options ask for.

    Raises:
        ScoreInputError: There are no examples, or the columns do not fit together.
    """
    if not size(pair.references):
        raise empty_input(task)
    counts = task.count(pair)
    totals = total(counts)
    ranked = task.ranked(pair) if task.ranked else _unranked
    result: dict[str, Any] = {**task.score(totals), **ranked(None)}
    told = task.undefined(totals) + (task.notes(pair) if task.notes else [])
    if options.detailed:
        result["detailed"] = task.detail(pair)
    if options.confidence_level is not None:
        samples = score_resamples(task, pair, options.n_resamples, options.seed)
        result["confidence_intervals"], more = intervals(samples, options.confidence_level)
        told += more
    if options.signature:
        result["signature"] = sign(task, pair, options)
    for sentence in told:
        warnings.warn(f"{task.config}: {sentence}", UndefinedScoreWarning, stacklevel=3)
    return result


def score_resamples(task: Task, pair: Pair, resamples: int, seed: int) -> dict[str, FloatArray]:
    """Score resamples of the examples, from their counts.

    Args:
        task: The task.
        pair: Columns as its `encode` returns them.
        resamples: How many.
        seed: Seed of the draws.

    Returns:
        For each score, shape (resamples,), percent; NaN where it is undefined.
    """
    counts, ranked = task.count(pair), task.ranked(pair) if task.ranked else _unranked

    def score_weighted(weights: FloatArray) -> Scores:
        return {**task.score(weigh(counts, weights)), **ranked(weights)}

    return resample(score_weighted, len(counts[0]), resamples, seed)


def _unranked(weights: FloatArray | None) -> Scores:
    return {}


def empty_input(task: Task) -> ScoreInputError:
    """Build the error for input without examples."""
    fix = "check that the split was read and filtered as intended"
    return bad_input(task.config, "predictions", f"no {task.example}s", f"at least one {task.example}", fix)


def sign(task: Task, pair: Pair, options: Options) -> str:
    """Name what the scores depend on, as `klue_metric|task:re|version:1.0.0|...`.

    Fields: `task`; `version` of the metric; `data`, the version of the data as the caller stated it; `n`
    examples; options of the task (ner `spaces`, re `predictions`); with intervals also `ci`, `resamples` and
    `seed`.
    """
    fields = {
        "task": task.config,
        "version": METRIC_VERSION,
        "data": options.data_version or UNSTATED,
        "n": str(size(pair.references)),
        **(task.options(pair) if task.options else {}),
    }
    if options.confidence_level is not None:
        fields |= {
            "ci": repr(float(options.confidence_level)),
            "resamples": str(options.n_resamples),
            "seed": str(options.seed),
        }
    return "|".join(["klue_metric", *(f"{name}:{value}" for name, value in fields.items())])
