"""How many parameters an architecture has, computed from its transformers configuration.

Counts are of the model with the head it is pretrained with: the masked language model's head of BERT and
RoBERTa, whose decoder shares the word embeddings, and the discriminator's head of ELECTRA. Source of the
shapes: the modules of transformers (`BertForMaskedLM`, `RobertaForMaskedLM`, `ElectraForPreTraining`).
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import msgspec

from .facts import Baseline, Family


class Parameters(msgspec.Struct, frozen=True):
    """Numbers of parameters by component."""

    embeddings: int
    encoder: int
    head: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.embeddings + self.encoder + self.head


def configuration(baseline: Baseline, family: Family) -> Any:
    """Return the transformers configuration of a baseline.

    What it did not publish is taken from its family's habit; see `rests_on_habit`.
    """
    shape, own, habit = baseline.architecture, baseline.config, family.habit
    options: dict[str, Any] = {
        "vocab_size": own.vocabulary_size if own else habit.vocabulary_size,
        "hidden_size": shape.hidden_size,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": own.intermediate_size if own else habit.intermediate_ratio * shape.hidden_size,
        "max_position_embeddings": own.positions if own else habit.positions,
        "type_vocab_size": own.type_vocabulary_size if own else habit.type_vocabulary_size,
    }
    if family.config_class == "ElectraConfig":
        options["embedding_size"] = shape.embedding_size
    return _make(family.config_class, tuple(options.items()))


@cache
def _make(name: str, options: tuple[tuple[str, int], ...]) -> Any:
    # It would tell everybody who renders a card that there is no PyTorch.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    import transformers

    return getattr(transformers, name)(**dict(options))


def rests_on_habit(baseline: Baseline) -> bool:
    """Whether a count is partly of what nobody published."""
    return baseline.config is None


def count(config: Any) -> Parameters:
    """Count the parameters of a configuration of BERT, RoBERTa or ELECTRA."""
    hidden, vocabulary = config.hidden_size, config.vocab_size
    width = getattr(config, "embedding_size", hidden)
    rows = vocabulary + config.max_position_embeddings + config.type_vocab_size
    projection = _linear(width, hidden) if width != hidden else 0
    attention = 4 * _linear(hidden, hidden) + _norm(hidden)
    inner = config.intermediate_size
    feed_forward = _linear(hidden, inner) + _linear(inner, hidden) + _norm(hidden)
    if config.model_type == "electra":
        head = _linear(hidden, hidden) + _linear(hidden, 1)
    else:
        head = _linear(hidden, hidden) + _norm(hidden) + vocabulary  # the decoder adds its bias alone
    return Parameters(
        embeddings=rows * width + _norm(width) + projection,
        encoder=config.num_hidden_layers * (attention + feed_forward),
        head=head,
    )


def _linear(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs


def _norm(width: int) -> int:
    return 2 * width
