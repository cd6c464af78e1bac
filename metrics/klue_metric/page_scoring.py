"""From the files of a visit to what the page shows: one attempt at scoring."""

from __future__ import annotations

import logging
import traceback
from typing import Final, NamedTuple

from .errors import ScoreInputError
from .eval_results import eval_results_entry
from .origin import PREDICTIONS, REFERENCES
from .page_html import LONGEST_MESSAGE, Markup, escape, tag
from .page_result import Taken, result
from .page_texts import Words
from .page_uploads import Upload
from .snippet import python_snippet
from .submissions import Report, score_files
from .translation import translate

log = logging.getLogger(__name__)

FILE, HUB = SOURCES = ("file", "hub")
CONFIDENCE: Final = 0.95
VERSIONS: Final = ("1.1.0", "1.0.0")


class Order(NamedTuple):
    """What a visitor wants scored.

    Attributes:
        config: Name of the config.
        predictions: The file of predictions, if there is one.
        references: The file of references, if there is one.
        source: Where references come from, one of `SOURCES`.
        data_version: Version of the data, if stated.
    """

    config: str
    predictions: Upload | None
    references: Upload | None
    source: str
    data_version: str | None


class Fault(NamedTuple):
    """Why there is no score.

    Attributes:
        field: The field that it stands next to, `predictions` or `references`; none for a fault of ours.
        what: The error, or the key of a text of ours.
    """

    field: str | None
    what: ScoreInputError | str

    def text(self, words: Words) -> str:
        """Say it."""
        if isinstance(self.what, ScoreInputError):
            return translate(self.what, words.language)
        return words(self.what)


class Outcome(NamedTuple):
    """What came of it: a report or a fault; kept in the session, to be shown in the other language too."""

    report: Report | None = None
    taken: Taken | None = None
    fault: Fault | None = None


def attempt(order: Order) -> Outcome:
    """Score; whatever goes wrong comes back as a fault."""
    missing = _missing(order)
    if missing:
        return Outcome(fault=missing)
    try:
        return _score(order)
    except ScoreInputError as error:
        return Outcome(fault=Fault(_field(error), error))
    except Exception as error:
        # Only where it happened: a message may quote the upload, and nothing of that is logged.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("%s at %s:%s", type(error).__name__, place.name, place.lineno)
        return Outcome(fault=Fault(None, "broken"))


def _missing(order: Order) -> Fault | None:
    for field, upload, key in (
        (PREDICTIONS, order.predictions, "no_predictions"),
        (REFERENCES, order.references, "no_references"),
    ):
        if field == REFERENCES and order.source == HUB:
            continue
        if upload is None:
            return Fault(field, key)
        if not upload.path.is_file():
            return Fault(field, "lost")
    return None


def _score(order: Order) -> Outcome:
    assert order.predictions  # `_missing` saw it
    references = order.references.path if order.references and order.source == FILE else None
    report = score_files(
        order.config,
        order.predictions.path,
        references,
        confidence_level=CONFIDENCE,
        data_version=order.data_version,
    )
    return Outcome(report, Taken(report.to_json(), eval_results_entry(report), python_snippet(report)))


def _field(error: ScoreInputError) -> str:
    """Find the field of an error; tokens come with the references."""
    return REFERENCES if error.where.startswith((REFERENCES, "tokens")) else PREDICTIONS


def show_result(outcome: Outcome, words: Words) -> Markup:
    """Show the report; in its absence a line that says what will stand there, or a fault of ours."""
    if outcome.report and outcome.taken:
        return result(outcome.report, outcome.taken, words)
    if outcome.fault and outcome.fault.field is None:
        return alert(outcome.fault.text(words), words)
    return tag("p", words("waiting"), class_="soft waiting", lang=words.language)


def show_fault(outcome: Outcome, field: str, words: Words) -> Markup:
    """Show a fault next to its field, nothing next to the others."""
    if outcome.fault is None or outcome.fault.field != field:
        return Markup()
    return alert(outcome.fault.text(words), words)


def alert(text: str, words: Words) -> Markup:
    """Show a message that screen readers read out at once."""
    return tag(
        "p",
        tag("strong", "⚠ "),
        escape(text, LONGEST_MESSAGE),
        class_="error",
        role="alert",
        lang=words.language,
    )
