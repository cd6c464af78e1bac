"""ner: strict IOB2 entities and characters."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import check_lengths, ragged_labels, read_rows, read_texts
from .columns import FloatArray, IntArray, Pair, Ragged, offsets_of
from .counts import Scores, class_table, divide, f1, macro_f1, percent, tally, total
from .errors import bad_input
from .labels import ENTITY_TYPES, NER
from .task import Raw, Task, check_sizes

OUTSIDE = NER.index("O")
SPACE = " "
# What became of positions on spaces: without tokens they are scored, with tokens they are left out.
SPACES = ("kept", "dropped")
KEPT, DROPPED = range(len(SPACES))
# KLUE-baseline, models/named_entity_recognition.py, validation_epoch_end: the tags predicted on [CLS] and
# [SEP] are scored too, and the reference there is O. A fine-tuned model always predicts O there.
SPECIAL_TOKENS = 2


class EntityCounts(NamedTuple):
    """Counts per entity type and per tag.

    Attributes:
        hits: Entities with the right type and span, shape (..., 6).
        predicted: Predicted entities, shape (..., 6).
        gold: Reference entities, shape (..., 6).
        tag_hits: Positions with the right tag, shape (..., 13).
        tag_predicted: Positions with a predicted tag, shape (..., 13).
        tag_gold: Positions with a reference tag, shape (..., 13).
    """

    hits: FloatArray
    predicted: FloatArray
    gold: FloatArray
    tag_hits: FloatArray
    tag_predicted: FloatArray
    tag_gold: FloatArray


def encode(raw: Raw) -> Pair:
    """Read the tags of each sentence; with `tokens`, leave out the positions that hold exactly one space.

    Returns:
        Predictions as `{"tags": Ragged of tag ids, "spaces": index into SPACES per sentence}`, so that
        processes that gather their rows see who gave tokens; references as a Ragged of tag ids.

    Raises:
        ScoreInputError: An entry is no tag, sentences differ in length, or tokens do not align.
    """
    place = raw.place("predictions")
    predictions = ragged_labels(raw.predictions, NER, place)
    references = ragged_labels(raw.references, NER, raw.place("references"))
    pair = check_sizes(raw, Pair(predictions, references))
    fix = "give one tag per character on both sides; where characters are cut off, fill up with O"
    check_lengths(predictions.offsets, references.offsets, place, "tags", fix)
    if raw.tokens is None:
        return _pair(predictions, references, KEPT)
    keep = _not_spaces(raw, references)
    offsets = offsets_of(np.bincount(references.owners[keep], minlength=len(references.offsets) - 1))
    kept = [Ragged(np.asarray(side.values)[keep], offsets) for side in pair]
    return _pair(kept[0], kept[1], DROPPED)


def _pair(predictions: Ragged, references: Ragged, spaces: int) -> Pair:
    marks = np.full(len(references.offsets) - 1, spaces, dtype=np.int64)
    return Pair({"tags": predictions, "spaces": marks}, references)


def tags_of(pair: Pair) -> tuple[Ragged, Ragged]:
    """The tag ids of both sides.

    Raises:
        ScoreInputError: Some batches, or some processes, gave tokens and others none.
    """
    marks = pair.predictions["spaces"]
    if len(marks) and (marks != marks[0]).any():
        expected, fix = "tokens in every batch or in none", "add the tokens"
        raise bad_input("ner", "tokens", "tokens in some batches only", expected, fix)
    return pair.predictions["tags"], pair.references


def _not_spaces(raw: Raw, references: Ragged) -> NDArray[np.bool_]:
    place = raw.place("tokens")
    values, offsets = read_rows(raw.tokens, place)
    texts = read_texts(
        list(values), place.of("", offsets), "a token as text", "give the characters that the tags stand for"
    )
    check_sizes(raw, Pair(Ragged(texts, offsets), references), "tokens")
    check_lengths(offsets, references.offsets, place, "tokens", "give one token per tag, spaces included")
    return np.array([text != SPACE for text in texts], dtype=np.bool_)


def find_entities(tags: IntArray, starts: IntArray) -> tuple[IntArray, NDArray[np.bool_]]:
    """Find the entities of strict IOB2: B- and the I- of the same type right after it.

    An I- that continues nothing belongs to no entity, and sentences end entities.

    Args:
        tags: Tag ids of all sentences, shape (n,).
        starts: Where each sentence starts, shape (sentences,).

    Returns:
        For each position, where an entity starting there would end, shape (n,); and whether one starts
        there, shape (n,).
    """
    inside = (tags % 2 == 1) & (tags != OUTSIDE)
    continues = np.zeros(len(tags), dtype=np.bool_)
    continues[1:] = inside[1:] & (tags[1:] // 2 == tags[:-1] // 2) & (tags[:-1] != OUTSIDE)
    continues[starts[starts < len(tags)]] = False
    # An entity ends at the first position behind its start that does not continue it.
    breaks = np.append(np.where(continues, len(tags), np.arange(len(tags))), len(tags))[1:]
    ends = np.minimum.accumulate(breaks[::-1])[::-1]
    return ends, (tags % 2 == 0) & (tags != OUTSIDE)


def count(predictions: Ragged, references: Ragged) -> EntityCounts:
    """Count per sentence.

    The official run joins all sentences to one sequence, each between the tags of [CLS] and [SEP]. These are
    O on the reference side, so no entity crosses them, and sentences can be counted one by one; the two O
    are added to each sentence's characters, as the official character F1 counts them although its docstring
    says that O is left out.

    Args:
        predictions: Tag ids.
        references: Tag ids, sentences as long as those of the predictions.

    Returns:
        Fields of shape (sentences, 6) and (sentences, 13).

    Source: KLUE-baseline, models/named_entity_recognition.py, validation_epoch_end.
    """
    tags, gold_tags = np.asarray(predictions.values), np.asarray(references.values)
    sentences, owners = len(references.offsets) - 1, references.owners
    ends, begins = find_entities(tags, references.offsets[:-1])
    gold_ends, gold_begins = find_entities(gold_tags, references.offsets[:-1])
    hits = begins & (tags == gold_tags) & (ends == gold_ends)
    by_type, by_tag = (sentences, len(ENTITY_TYPES)), (sentences, len(NER))
    same = tags == gold_tags
    counts = EntityCounts(
        tally(owners[hits], tags[hits] // 2, by_type),
        tally(owners[begins], tags[begins] // 2, by_type),
        tally(owners[gold_begins], gold_tags[gold_begins] // 2, by_type),
        tally(owners[same], tags[same], by_tag),
        tally(owners, tags, by_tag),
        tally(owners, gold_tags, by_tag),
    )
    for field in (counts.tag_hits, counts.tag_predicted, counts.tag_gold):
        field[:, OUTSIDE] += SPECIAL_TOKENS
    return counts


def entity_macro_f1(counts: EntityCounts) -> Any:
    """Mean F1 over the entity types that are predicted or gold, percent.

    Returns:
        0 to 100; NaN where neither side holds any entity, as in the official code, which takes the mean of
        nothing there.

    Source: KLUE-baseline, metrics/functional.py, klue_ner_entity_macro_f1 (seqeval, strict IOB2).
    """
    return percent(macro_f1(counts.hits, counts.predicted, counts.gold))


def character_macro_f1(counts: EntityCounts) -> Any:
    """Mean F1 over all 13 tags, O included, percent; a tag on neither side counts as 1.

    Source: KLUE-baseline, metrics/functional.py, klue_ner_char_macro_f1 (`zero_division=True`).
    """
    return percent(f1(counts.tag_hits, counts.tag_predicted, counts.tag_gold, empty=1.0).mean(axis=-1))


def score(counts: EntityCounts) -> Scores:
    """Both official scores from totals."""
    return {"entity_macro_f1": entity_macro_f1(counts), "character_macro_f1": character_macro_f1(counts)}


def undefined(counts: EntityCounts) -> list[str]:
    """Name what is undefined for these totals."""
    if (counts.predicted + counts.gold).any():
        return []
    return ["entity_macro_f1 is NaN: neither predictions nor references hold an entity"]


def detail(pair: Pair) -> dict[str, Any]:
    """Per entity type, and per tag (with the two O of each sentence)."""
    sums = total(count(*tags_of(pair)))
    return {
        "per_entity_type": class_table(ENTITY_TYPES, *sums[:3]),
        "per_tag": class_table(NER, *sums[3:]),
        "entity_micro_f1": percent(divide(2 * sums.hits.sum(), (sums.predicted + sums.gold).sum(), 0.0)),
    }


ENTITIES = Task(
    config="ner",
    scores=("entity_macro_f1", "character_macro_f1"),
    example="sentence",
    storage=Pair({"tags": [NER], "spaces": SPACES}, [NER]),
    encode=encode,
    count=lambda pair: count(*tags_of(pair)),
    score=score,
    undefined=undefined,
    detail=detail,
    options=lambda pair: {"spaces": SPACES[pair.predictions["spaces"][0]]},
)
