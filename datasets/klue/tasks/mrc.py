"""mrc: machine reading comprehension with unanswerable questions (MRC)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import BOOL, INT32, STRING, Feature, struct, table
from ..readers.json_rows import read_rows
from ..task import Invariant, Mask, RawSplit, Task
from .common import mask

# A struct of lists, as SQuAD on the Hub has it, not a list of structs.
_ANSWERS: Feature = {"answer_start": [INT32], "text": [STRING]}

FEATURES = {
    "title": STRING,
    "context": STRING,
    "news_category": STRING,
    "source": STRING,
    "guid": STRING,
    "is_impossible": BOOL,
    "question_type": INT32,
    "question": STRING,
    "answers": _ANSWERS,
    "plausible_answers": _ANSWERS,
}


class _Answer(msgspec.Struct):
    text: str
    answer_start: int


class _Question(msgspec.Struct):
    guid: str
    question: str
    question_type: int
    is_impossible: bool
    answers: list[_Answer]
    plausible_answers: list[_Answer] | None = None


class _Paragraph(msgspec.Struct):
    context: str
    qas: list[_Question]


class _Article(msgspec.Struct):
    title: str
    source: str
    paragraphs: list[_Paragraph]
    news_category: str | None = None


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`, one row a question; a batch is so many articles."""
    for _, articles in read_rows(raw.path, _Article, raw.batch_rows, wrapped=True):
        rows = [
            (article, paragraph.context, question)
            for article in articles
            for paragraph in article.paragraphs
            for question in paragraph.qas
        ]
        yield table(FEATURES, _columns(rows))


def _columns(rows: list[tuple[_Article, str, _Question]]) -> dict[str, pa.Array]:
    questions = [question for _, _, question in rows]
    return {
        "title": pa.array([article.title for article, _, _ in rows], pa.string()),
        "context": pa.array([context for _, context, _ in rows], pa.string()),
        "news_category": pa.array([article.news_category for article, _, _ in rows], pa.string()),
        "source": pa.array([article.source for article, _, _ in rows], pa.string()),
        "guid": pa.array([question.guid for question in questions], pa.string()),
        "is_impossible": pa.array([question.is_impossible for question in questions], pa.bool_()),
        "question_type": pa.array([question.question_type for question in questions], pa.int32()),
        "question": pa.array([question.question for question in questions], pa.string()),
        "answers": _answers([question.answers for question in questions]),
        "plausible_answers": _answers([question.plausible_answers or [] for question in questions]),
    }


def _answers(lists: list[list[_Answer]]) -> pa.StructArray:
    starts = [[answer.answer_start for answer in answers] for answers in lists]
    texts = [[answer.text for answer in answers] for answers in lists]
    return struct(
        answer_start=pa.array(starts, pa.list_(pa.int32())), text=pa.array(texts, pa.list_(pa.string()))
    )


def _not_in_context(column: str) -> Invariant:
    def violations(rows: pa.Table) -> Mask:
        answers = rows[column].combine_chunks()
        texts, starts = answers.field("text").to_pylist(), answers.field("answer_start").to_pylist()
        lists = zip(rows["context"].to_pylist(), texts, starts, strict=True)
        return mask(
            any(
                start < 0 or not context.startswith(text, start)
                for text, start in zip(texts, starts, strict=True)
            )
            for context, texts, starts in lists
        )

    return Invariant(
        f"{column}_match_context",
        f"{column.replace('_', ' ')} stand in the context at answer_start",
        violations,
    )


def _impossible(rows: pa.Table) -> Mask:
    return np.asarray(rows["is_impossible"].combine_chunks().to_numpy(zero_copy_only=False), bool)


def _answers_unfit(rows: pa.Table) -> Mask:
    texts = rows["answers"].combine_chunks().field("text")
    return (np.asarray(pc.list_value_length(texts)) > 0) == _impossible(rows)


def _type_unfit(rows: pa.Table) -> Mask:
    types = np.asarray(rows["question_type"].combine_chunks())
    known = np.isin(types, labels.MRC_QUESTION_TYPES)
    return ~known | ((types == labels.MRC_UNANSWERABLE_TYPE) != _impossible(rows))


TASK = Task(
    config="mrc",
    features=FEATURES,
    read=read,
    text=lambda rows: rows["context"],
    labels=lambda rows: pc.subtract(rows["question_type"], 1),
    label_names=tuple(f"type {number}" for number in labels.MRC_QUESTION_TYPES),
    shared_text=True,
    rows_per_group=1000,
    invariants=(
        _not_in_context("answers"),
        _not_in_context("plausible_answers"),
        Invariant("answers_fit", "a question has answers, unless it is marked impossible", _answers_unfit),
        Invariant("type_fits", "question_type is 1 or 2, or 3 for the impossible ones", _type_unfit),
    ),
)
