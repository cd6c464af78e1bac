"""mrc: exact match and ROUGE-W."""

from __future__ import annotations

import re
import string
from typing import Any, Final, NamedTuple

import numpy as np

from .arrays import read_integers, read_texts
from .columns import FloatArray, Pair, Ragged, iterate, offsets_of
from .counts import Scores, divide, percent, total
from .errors import Place, bad_input, show
from .labels import MRC_QUESTION_TYPES
from .matching import common_run_lengths
from .records import read_records
from .sequences import as_sequence, plain
from .task import Raw, Task

PUNCTUATION: Final = re.compile(f"[{re.escape(string.punctuation)}]+")
# KLUE-baseline, metrics/utils.py, NORMALIZE_CHAR_PATTERN means to remove brackets and quotes, but its
# character class closes early: it matches only one of these before exactly this run, which no text holds.
OFFICIAL_BRACKETS: Final = re.compile("['\"《》<>〈〉]" + re.escape("()‘’"))
SHOWN_GUIDS: Final = 5


class AnswerCounts(NamedTuple):
    """Sums per question type.

    Attributes:
        n: Questions, shape (..., 3).
        exact: Exact matches, shape (..., 3).
        rouge: ROUGE-W, 0 to 1 each, shape (..., 3).
    """

    n: FloatArray
    exact: FloatArray
    rouge: FloatArray


def encode(raw: Raw) -> Pair:
    """Read answers and questions; they are matched by guid when everything has been added.

    Returns:
        `{"guid", "prediction_text"}` and `{"guid", "answers", "question_type"}`; the answers of a question
        with `is_impossible` are left empty, whatever it brings.

    Raises:
        ScoreInputError: A row lacks a key, a value has the wrong type, or the numbers of rows differ.
    """
    place = raw.place("predictions")
    columns = read_records(raw.predictions, ("guid", "prediction_text"), place)
    fix = "give the empty text for 'no answer'"
    texts = read_texts(columns["prediction_text"], place.of(".prediction_text"), "a text", fix)
    predictions = {"guid": _read_guids(columns["guid"], place), "prediction_text": texts}
    references = _read_questions(raw.references, raw.place("references"))
    if len(predictions["guid"]) != len(references["guid"]):
        match(predictions, references)  # names the guids, which says more than two lengths
    return Pair(predictions, references)


def _read_guids(values: list[Any], place: Place) -> list[str]:
    return read_texts(values, place.of(".guid"), "a guid as text", "give the guid of the question")


def _read_questions(rows: Any, place: Place) -> dict[str, Any]:
    columns = read_records(rows, ("guid", "answers", "question_type", "is_impossible"), place)
    at_type, expected = place.of(".question_type"), f"a question type from 1 to {MRC_QUESTION_TYPES}"
    types = read_integers(columns["question_type"], at_type, expected, "give question_type of the data")
    bad = np.flatnonzero((types < 1) | (types > MRC_QUESTION_TYPES))
    if bad.size:
        found = f"question type {types[bad[0]]}"
        raise at_type.errors(bad.tolist(), found, expected, "give question_type of the data")
    impossible = [plain(value) for value in columns["is_impossible"]]
    for i, value in enumerate(impossible):
        if type(value) is not bool:
            fix = "give is_impossible of the data"
            raise place.of(".is_impossible").error(i, show(value), "True or False", fix)
    answers = [_read_answer(value, place, i) for i, value in enumerate(columns["answers"])]
    kept = [[] if skip else texts for skip, texts in zip(impossible, answers, strict=True)]
    return {
        "guid": _read_guids(columns["guid"], place),
        "answers": Ragged([text for texts in kept for text in texts], offsets_of(list(map(len, kept)))),
        "question_type": types,
        "is_impossible": np.array(impossible, dtype=np.bool_),
    }


def _read_answer(value: Any, place: Place, index: int) -> list[str]:
    """Texts of `{"text": [...]}`, or of a list of `{"text": ...}`."""
    inner = place.of(".answers")
    if type(value) is dict and type(value.get("text")) is list:
        texts: list[Any] = value["text"]
    elif hasattr(value, "keys") and "text" in value:
        texts = list(as_sequence(value["text"], inner, index))
    else:
        rows = as_sequence(value, inner, index)
        if not all(hasattr(row, "keys") and "text" in row for row in rows):
            expected = "{'text': [...], 'answer_start': [...]} or a list of {'text': ...}"
            raise inner.error(index, show(value), expected, "give answers of the data")
        texts = [row["text"] for row in rows]
    for text in texts:
        if type(text) is not str or not text.isascii():
            read_texts(
                [text],
                inner._replace(start=inner.start + index),
                "answers as texts",
                "give answers of the data",
            )
    return texts


def match(predictions: dict[str, Any], references: dict[str, Any]) -> list[str]:
    """Bring the predicted texts into the order of the references.

    Raises:
        ScoreInputError: A guid is missing, doubled or unknown.
    """
    for side, column in (("predictions", predictions), ("references", references)):
        _check_doubled(column["guid"], side)
    known = dict(zip(predictions["guid"], predictions["prediction_text"], strict=True))
    missing = [i for i, guid in enumerate(references["guid"]) if guid not in known]
    if missing:
        names = [references["guid"][i] for i in missing]
        raise bad_input(
            "mrc",
            f"references[{missing[0]}].guid",
            f"no prediction for {_listed(names)}",
            "one prediction per reference",
            "give the empty text where the model finds no answer",
        )
    asked = set(references["guid"])
    unknown = [i for i, guid in enumerate(predictions["guid"]) if guid not in asked]
    if unknown:
        names = [predictions["guid"][i] for i in unknown]
        raise bad_input(
            "mrc",
            f"predictions[{unknown[0]}].guid",
            f"no reference for {_listed(names)}",
            "guids of the references",
            "score against the split that was predicted",
        )
    return [known[guid] for guid in references["guid"]]


def _check_doubled(guids: list[str], side: str) -> None:
    if len(set(guids)) == len(guids):
        return
    seen: set[str] = set()
    for i, guid in enumerate(guids):
        if guid in seen:
            found = f"{guid!r} a second time (first at {side}[{guids.index(guid)}])"
            raise bad_input("mrc", f"{side}[{i}].guid", found, "each guid once", "keep one row per question")
        seen.add(guid)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN_GUIDS} more" if len(names) > SHOWN_GUIDS else ""
    return ", ".join(map(repr, names[:SHOWN_GUIDS])) + more


def normalize(text: str) -> str:
    """Lower-case, without ASCII punctuation, white space folded.

    Full-width quotes and Korean brackets such as 《》 stay: the official pattern for them never matches.

    Source: KLUE-baseline, metrics/utils.py, normalize_answer_for_klue_mrc.
    """
    text = text.lower()
    if "()‘’" in text:
        text = OFFICIAL_BRACKETS.sub(" ", text)
    return " ".join(PUNCTUATION.sub("", text).split())


def count(predictions: dict[str, Any], references: dict[str, Any]) -> AnswerCounts:
    """Count per question, in the order of the references.

    A question without answers has one, the empty text. Each score is the best over the answers.

    Args:
        predictions: Guids and texts.
        references: Guids, answers and question types.

    Returns:
        Fields of shape (questions, 3).

    Raises:
        ScoreInputError: A guid is missing, doubled or unknown.

    Source: KLUE-baseline, metrics/utils.py, compute_em_and_rouge_w_score_for_klue_mrc.
    """
    texts = [normalize(text) for text in match(predictions, references)]
    answers: Ragged = references["answers"]
    per_question = np.maximum(answers.lengths, 1)
    golds = [normalize(text) for row in iterate(answers) for text in row or [""]]
    owners = np.repeat(np.arange(len(texts)), per_question)
    exact, rouge = score_answers([texts[i] for i in owners.tolist()], golds)
    starts = offsets_of(per_question)[:-1]
    best = (np.maximum.reduceat(values, starts) for values in (np.ones(len(golds)), exact, rouge))
    fields = [np.zeros((len(texts), MRC_QUESTION_TYPES)) for _ in range(3)]
    where = (np.arange(len(texts)), np.asarray(references["question_type"]) - 1)
    for field, values in zip(fields, best, strict=True):
        field[where] = values
    return AnswerCounts(*fields)


def score_answers(texts: list[str], golds: list[str]) -> tuple[FloatArray, FloatArray]:
    """Exact match and ROUGE-W of normalized pairs, 0 to 1, shape (pairs,) each.

    ROUGE-W is the F1 over the longest run of characters that both texts share, not over a subsequence as
    the name promises. Against the empty answer it is 1 for the empty text and 0 for any other.

    Source: KLUE-baseline, metrics/utils.py, rouge_w_score_for_klue_mrc.
    """
    exact = np.array([text == gold for text, gold in zip(texts, golds, strict=True)], dtype=np.float64)
    runs = common_run_lengths(texts, golds)
    lengths = np.array([len(text) + len(gold) for text, gold in zip(texts, golds, strict=True)])
    return exact, divide(2.0 * runs, lengths, 1.0)


def score(counts: AnswerCounts) -> Scores:
    """Both official scores from totals: means over all questions, whatever their type."""
    n = counts.n.sum(axis=-1)
    return {
        "exact_match": percent(counts.exact.sum(axis=-1) / n),
        "rouge_w": percent(counts.rouge.sum(axis=-1) / n),
    }


def notes(pair: Pair) -> list[str]:
    """Say where a question is answerable and yet has no answer."""
    bare = np.flatnonzero((pair.references["answers"].lengths == 0) & ~pair.references["is_impossible"])
    if not bare.size:
        return []
    guid = pair.references["guid"][int(bare[0])]
    return [f"{bare.size} answerable questions have no answer and are scored as unanswerable, first {guid!r}"]


def detail(pair: Pair) -> dict[str, Any]:
    """Per question type, and for answerable and unanswerable questions."""
    counts = count(*pair)
    sums = total(counts)
    per_type = {
        str(i + 1): {
            "exact_match": percent(divide(sums.exact, sums.n, 0.0)[i]),
            "rouge_w": percent(divide(sums.rouge, sums.n, 0.0)[i]),
            "support": int(sums.n[i]),
        }
        for i in range(MRC_QUESTION_TYPES)
    }
    empty = pair.references["answers"].lengths == 0
    groups = {"answerable": ~empty, "unanswerable": empty}
    return {
        "per_question_type": per_type,
        "per_answerability": {k: _group(counts, v) for k, v in groups.items()},
    }


def _group(counts: AnswerCounts, chosen: Any) -> dict[str, float | int]:
    n = int(chosen.sum())
    means = (percent(field[chosen].sum() / max(n, 1)) for field in counts[1:])
    return {**dict(zip(("exact_match", "rouge_w"), means, strict=True)), "support": n}


READING = Task(
    config="mrc",
    scores=("exact_match", "rouge_w"),
    example="question",
    storage=Pair(
        {"guid": "string", "prediction_text": "string"},
        {"guid": "string", "answers": ["string"], "question_type": "int64", "is_impossible": "bool"},
    ),
    encode=encode,
    count=lambda pair: count(*pair),
    score=score,
    undefined=lambda counts: [],
    detail=detail,
    notes=notes,
)
