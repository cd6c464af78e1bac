"""dp: dependency parsing over space-separated words (DP)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import labels
from ..features import INT32, STRING, table
from ..readers.fields import integers
from ..readers.tsv import read_sentences
from ..task import Invariant, Mask, RawSplit, Task
from .common import any_in_list

FIELDS = ("INDEX", "WORD_FORM", "LEMMA", "POS", "HEAD", "DEPREL")

FEATURES = {
    "sentence": STRING,
    "index": [INT32],
    "word_form": [STRING],
    "lemma": [STRING],
    "pos": [STRING],
    "head": [INT32],
    "deprel": [STRING],
    "guid": STRING,
    "source": STRING,
}


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`; a block of the file is a batch."""
    for part in read_sentences(raw.path, FIELDS):
        index, word_form, lemma, pos, head, deprel = part.fields
        columns = {
            "sentence": part.sentence,
            "index": part.lists(integers(part.block, part.lines, index, "INDEX")),
            "word_form": part.lists(word_form),
            "lemma": part.lists(lemma),
            "pos": part.lists(pos),
            "head": part.lists(integers(part.block, part.lines, head, "HEAD")),
            "deprel": part.lists(deprel),
            "guid": part.guid,
            "source": part.source,
        }
        yield table(FEATURES, columns)


def _heads(rows: pa.Table) -> tuple[pa.ListArray, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Return the head lists, their flat values, and the number of words of each value's sentence."""
    lists = rows["head"].combine_chunks()
    lengths = np.asarray(pc.list_value_length(lists), np.int64)
    return lists, lists.flatten().to_numpy(), np.repeat(lengths, lengths)


def _head_outside(rows: pa.Table) -> Mask:
    lists, heads, lengths = _heads(rows)
    return any_in_list(lists, (heads < 0) | (heads > lengths))


def _explain_head(row: dict[str, Any]) -> str:
    words = len(row["head"])
    word, head = next((i, head) for i, head in enumerate(row["head"], 1) if not 0 <= head <= words)
    return f"word {word} has head {head} in a sentence of {words} words"


def _index_off(rows: pa.Table) -> Mask:
    lists = rows["index"].combine_chunks()
    lengths = np.asarray(pc.list_value_length(lists), np.int64)
    begins = np.repeat(np.cumsum(lengths) - lengths, lengths)
    expected = np.arange(lengths.sum()) - begins + 1
    return any_in_list(lists, lists.flatten().to_numpy() != expected)


def _not_one_root(rows: pa.Table) -> Mask:
    lists, heads, _ = _heads(rows)
    lengths = np.asarray(pc.list_value_length(lists), np.int64)
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    return np.bincount(sentence[heads == 0], minlength=len(lengths)) != 1


def _has_cycle(rows: pa.Table) -> Mask:
    """Find words that reach no root by doubling the steps towards it; shape (sentences,)."""
    lists, heads, lengths = _heads(rows)
    counts = np.asarray(pc.list_value_length(lists), np.int64)
    begins = np.repeat(np.cumsum(counts) - counts, counts)
    root = len(heads)
    inside = (heads > 0) & (heads <= lengths)
    # Position of each word's head in the flat array; roots, and heads outside, lead to one sink.
    up = np.append(np.where(inside, begins + heads - 1, root), root)
    for _ in range(int(counts.max(initial=1)).bit_length()):
        up = up[up]
    return any_in_list(lists, up[:-1] != root)


def _unknown_deprel(rows: pa.Table) -> Mask:
    lists = rows["deprel"].combine_chunks()
    known = pc.is_in(lists.flatten(), value_set=pa.array(labels.DP, pa.string()))
    return any_in_list(lists, ~known.to_numpy(zero_copy_only=False))


def _words_differ(rows: pa.Table) -> Mask:
    joined = pc.binary_join(rows["word_form"].combine_chunks(), " ")
    return pc.not_equal(joined, rows["sentence"].combine_chunks()).to_numpy(zero_copy_only=False)


def _morphemes_differ(rows: pa.Table) -> Mask:
    lists = rows["lemma"].combine_chunks()
    morphemes = pc.count_substring(lists.flatten(), " ")
    tags = pc.count_substring(rows["pos"].combine_chunks().flatten(), "+")
    return any_in_list(lists, pc.not_equal(morphemes, tags).to_numpy(zero_copy_only=False))


TASK = Task(
    config="dp",
    features=FEATURES,
    read=read,
    text=lambda rows: rows["sentence"],
    labels=lambda rows: rows["deprel"].combine_chunks().flatten(),
    label_names=labels.DP,
    invariants=(
        Invariant(
            "head_in_range",
            "every head lies in 0..n for n words",
            _head_outside,
            fatal=True,
            explain=_explain_head,
        ),
        Invariant("one_root", "exactly one word is the root (head 0)", _not_one_root),
        Invariant("reaches_root", "every word reaches the root; there is no cycle", _has_cycle),
        Invariant("index_counts_words", "index counts the words from 1", _index_off),
        Invariant("deprel_is_known", "every deprel is one of the 38 of the official scorer", _unknown_deprel),
        Invariant("words_match_sentence", "the words, joined by spaces, are the sentence", _words_differ),
        Invariant(
            "morphemes_match_pos", "lemma has a morpheme for each part-of-speech tag", _morphemes_differ
        ),
    ),
)
