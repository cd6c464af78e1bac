"""ner: named entity recognition, one tag a character (NER)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import STRING, class_label, table
from ..readers.fields import label_ids
from ..readers.tsv import read_sentences
from ..task import Invariant, Mask, RawSplit, Task
from .common import any_in_list, mask

FIELDS = ("CHAR", "NE_TAG")
_OUTSIDE = labels.NER.index("O")
# `<text:TYPE>` in the sentence of the header line. A title in angle brackets is marked as `<<text:TYPE>>`
# and tagged with its opening bracket.
_ENTITY = re.compile(r"<(<?[^<>]+?):(DT|LC|OG|PS|QT|TI)>")

FEATURES = {
    "sentence": STRING,
    "tokens": [STRING],
    "ner_tags": [class_label(labels.NER)],
    "guid": STRING,
    "source": STRING,
}


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`; a block of the file is a batch."""
    for part in read_sentences(raw.path, FIELDS):
        tokens, tags = part.fields
        columns = {
            "sentence": part.sentence,
            "tokens": part.lists(tokens),
            "ner_tags": part.lists(label_ids(part.block, part.lines, tags, labels.NER)),
            "guid": part.guid,
            "source": part.source,
        }
        yield table(FEATURES, columns)


def plain(sentence: str) -> str:
    """Return the sentence of a header line without its entity marks."""
    return _ENTITY.sub(r"\1", sentence)


def _text(rows: pa.Table) -> pa.Array:
    return pc.binary_join(rows["tokens"].combine_chunks(), "")


def _tokens_differ(rows: pa.Table) -> Mask:
    pairs = zip(rows["sentence"].to_pylist(), _text(rows).to_pylist(), strict=True)
    return mask(plain(sentence) != text for sentence, text in pairs)


def _explain_tokens(row: dict[str, Any]) -> str:
    sentence, tokens = plain(row["sentence"]), row["tokens"]
    if len(sentence) != len(tokens):
        return f"{len(tokens)} tokens with tags for a sentence of {len(sentence)} characters"
    at = next(i for i, (left, right) in enumerate(zip(sentence, tokens, strict=True)) if left != right)
    return f"token {at} is {tokens[at]!r} where the sentence has {sentence[at]!r}"


def _tags(rows: pa.Table) -> tuple[pa.ListArray, np.ndarray, np.ndarray]:
    """Return the tag lists, their flat ids, and the tag before each (O before the first of a sentence)."""
    lists = rows["ner_tags"].combine_chunks()
    flat = lists.flatten().to_numpy()
    before = np.append(_OUTSIDE, flat)[: len(flat)]
    starts = np.cumsum(np.asarray(pc.list_value_length(lists)))[:-1]
    before[starts[starts < len(flat)]] = _OUTSIDE
    return lists, flat, before


def _ill_formed(rows: pa.Table) -> Mask:
    lists, tags, before = _tags(rows)
    # Ids alternate B-X, I-X by entity type, so an I- tag continues exactly the ids tag - 1 and tag.
    inside = (tags % 2 == 1) & (tags != _OUTSIDE)
    return any_in_list(lists, inside & (before != tags) & (before != tags - 1))


def _begins_on_space(rows: pa.Table) -> Mask:
    lists, tags, _ = _tags(rows)
    tokens = rows["tokens"].combine_chunks().flatten()
    on_space = pc.equal(tokens, " ").to_numpy(zero_copy_only=False)
    return any_in_list(lists, on_space & (tags % 2 == 0) & (tags != _OUTSIDE))


def _marked_spans(sentence: str) -> list[tuple[int, int, str]]:
    spans, shift = [], 0
    for match in _ENTITY.finditer(sentence):
        begin = match.start() - shift
        spans.append((begin, begin + len(match[1]), match[2]))
        shift += len(match[0]) - len(match[1])
    return spans


def _tagged_spans(tags: list[int]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for position, tag in enumerate(tags):
        prefix, _, kind = labels.NER[tag].partition("-")
        if prefix == "I" and spans and spans[-1][1:] == (position, kind):
            spans[-1] = (spans[-1][0], position + 1, kind)
        elif prefix != "O":
            spans.append((position, position + 1, kind))
    return spans


def _marks_differ(rows: pa.Table) -> Mask:
    pairs = zip(rows["sentence"].to_pylist(), rows["ner_tags"].to_pylist(), strict=True)
    return mask(_marked_spans(sentence) != _tagged_spans(tags) for sentence, tags in pairs)


def _mark_left(rows: pa.Table) -> Mask:
    found = pc.match_substring_regex(_text(rows), r":.?(DT|LC|OG|PS|QT|TI)>")
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _has_jamo(rows: pa.Table) -> Mask:
    found = pc.match_substring_regex(rows["sentence"], r"[\x{1100}-\x{11FF}]")
    return np.asarray(found.combine_chunks().to_numpy(zero_copy_only=False), bool)


TASK = Task(
    config="ner",
    features=FEATURES,
    read=read,
    text=_text,
    labels=lambda rows: rows["ner_tags"].combine_chunks().flatten(),
    label_names=labels.NER,
    invariants=(
        Invariant(
            "tokens_match_sentence",
            "the tokens, joined, are the sentence without its entity marks",
            _tokens_differ,
            fatal=True,
            explain=_explain_tokens,
        ),
        Invariant(
            "tags_are_bio", "the tags are valid BIO: an I- tag continues an entity of its type", _ill_formed
        ),
        Invariant("tags_match_marks", "the tags give the entities marked in the sentence", _marks_differ),
        Invariant("no_entity_begins_on_space", "no entity begins on a space", _begins_on_space),
        Invariant("no_mark_in_tokens", "no entity mark is left among the tokens", _mark_left),
        Invariant(
            "no_conjoining_jamo", "the text holds no conjoining Hangul jamo (U+1100 to U+11FF)", _has_jamo
        ),
    ),
)
