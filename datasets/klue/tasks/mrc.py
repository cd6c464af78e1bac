"""mrc: machine reading comprehension with unanswerable questions (MRC)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import BOOL, INT32, STRING, Feature, columns, table
from ..readers.json_rows import RowFormat, read_rows
from ..task import Invariant, Mask, RawSplit, Task
from .common import list_offsets, mask

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


_RAW_ANSWERS: Feature = [{"text": STRING, "answer_start": INT32}]
_RAW = RowFormat(
    {
        "title": STRING,
        "news_category": STRING,
        "source": STRING,
        "paragraphs": [
            {
                "context": STRING,
                "qas": [
                    {
                        "guid": STRING,
                        "question": STRING,
                        "question_type": INT32,
                        "is_impossible": BOOL,
                        "answers": _RAW_ANSWERS,
                        "plausible_answers": _RAW_ANSWERS,
                    }
                ],
            }
        ],
    },
    optional=frozenset({"news_category", "paragraphs[].qas[].plausible_answers"}),
    wrapped=True,
)


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`, one row a question; a batch is so many articles."""
    for _, rows in read_rows(raw, _RAW):
        articles = columns(rows)
        paragraphs = articles["paragraphs"].flatten()
        lists = paragraphs.field("qas")
        questions = lists.flatten()
        paragraph = pc.list_parent_indices(lists)
        article = pc.list_parent_indices(articles["paragraphs"]).take(paragraph)
        yield table(
            FEATURES,
            {
                **{name: articles[name].take(article) for name in ("title", "news_category", "source")},
                "context": paragraphs.field("context").take(paragraph),
                **{
                    name: questions.field(name)
                    for name in ("guid", "question", "question_type", "is_impossible")
                },
                "answers": _struct_of_lists(questions.field("answers")),
                "plausible_answers": _struct_of_lists(questions.field("plausible_answers")),
            },
        )


def _struct_of_lists(answers: pa.ListArray) -> pa.StructArray:
    """Turn lists of answers into one answer with lists; no list becomes an empty one."""
    offsets = list_offsets(pc.list_value_length(answers).fill_null(0).to_numpy())
    flat = answers.flatten()
    return pa.StructArray.from_arrays(
        [pa.ListArray.from_arrays(offsets, flat.field(name)) for name in ("answer_start", "text")],
        names=["answer_start", "text"],
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
