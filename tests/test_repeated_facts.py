"""Facts that the metric has to repeat, because `evaluate` runs it without the rest of the package."""

from __future__ import annotations

import pytest

from klue_hub.datasets.klue import TASKS, labels
from klue_hub.datasets.klue.card.facts import prose
from klue_hub.metrics.klue_metric import labels as metric_labels
from klue_hub.metrics.klue_metric.tasks import TASKS as SCORERS


def test_metric_has_the_configs_of_the_dataset_in_their_order() -> None:
    assert list(SCORERS) == list(TASKS)


@pytest.mark.parametrize("name", ["YNAT", "NLI", "NER", "RE", "DP", "OOD"])
def test_label_sets_are_the_same_and_in_the_same_order(name: str) -> None:
    assert tuple(getattr(metric_labels, name)) == getattr(labels, name)


@pytest.mark.parametrize("config", TASKS)
def test_card_names_scores_that_the_metric_returns(config: str) -> None:
    assert set(prose().configs[config].metrics) <= set(SCORERS[config].scores)
