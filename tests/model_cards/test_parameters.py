"""Computed numbers of parameters, against numbers that are known and against torch."""

from __future__ import annotations

from typing import Any

import pytest

from klue_hub.model_cards import load_catalog
from klue_hub.model_cards.parameters import configuration, count

CATALOG = load_catalog()


def config_of(name: str) -> Any:
    baseline = CATALOG.baselines[name]
    return configuration(baseline, CATALOG.families[baseline.family])


# What transformers itself counts for its default shapes: BERT base (30,522 words), RoBERTa base (50,265 words).
@pytest.mark.parametrize(
    ("name", "options", "total"),
    [
        ("BertConfig", {}, 109_514_298),
        (
            "RobertaConfig",
            {"vocab_size": 50265, "max_position_embeddings": 514, "type_vocab_size": 1},
            124_697_433,
        ),
        ("ElectraConfig", {}, 13_549_057),
    ],
)
def test_well_known_models_are_counted_right(name: str, options: dict[str, int], total: int) -> None:
    import transformers

    assert count(getattr(transformers, name)(**options)).total == total


@pytest.mark.parametrize("name", CATALOG.baselines)
def test_count_is_the_sum_over_every_weight(name: str) -> None:
    """Written out matrix by matrix, as the modules have them."""
    config = config_of(name)
    hidden, inner, width = (
        config.hidden_size,
        config.intermediate_size,
        getattr(config, "embedding_size", config.hidden_size),
    )
    rows = [config.vocab_size, config.max_position_embeddings, config.type_vocab_size]
    embeddings = sum(row * width for row in rows) + 2 * width
    embeddings += (width + 1) * hidden if width != hidden else 0
    layer = sum([hidden * hidden, hidden] * 4) + hidden * inner + inner + inner * hidden + hidden + 4 * hidden
    counted = count(config)
    assert (counted.embeddings, counted.encoder) == (embeddings, config.num_hidden_layers * layer)
    assert counted.total == counted.embeddings + counted.encoder + counted.head


@pytest.mark.torch
@pytest.mark.parametrize("name", CATALOG.baselines)
def test_torch_counts_the_same(name: str) -> None:
    torch = pytest.importorskip("torch", reason="needs torch, which the tests do not install")
    import transformers

    config = config_of(name)
    classes = {"bert": "BertForMaskedLM", "roberta": "RobertaForMaskedLM", "electra": "ElectraForPreTraining"}
    with torch.device("meta"):
        model = getattr(transformers, classes[config.model_type])(config)
    assert count(config).total == sum(weights.numel() for weights in model.parameters())
