"""Columns: those that the Hub serves today come first and unchanged, in every spelling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pytest

from klue_hub.datasets.klue import labels
from klue_hub.datasets.klue.features import Feature, arrow_schema, yaml_features
from klue_hub.datasets.klue.tasks import TASKS, get_task


def same_type(ours: Feature, hub: Any) -> bool:
    """Compare a feature of ours with the Hub's, which spells lists and `Sequence` structs in the old way."""
    if isinstance(hub, list):
        return isinstance(ours, list) and same_type(ours[0], hub[0])
    if hub.get("_type") == "Sequence":
        inner = hub["feature"]
        if "_type" in inner:
            return isinstance(ours, list) and same_type(ours[0], inner)
        # A Sequence of a dict is a struct of lists.
        return isinstance(ours, dict) and all(same_type(ours[name], [inner[name]]) for name in inner)
    if isinstance(ours, list):
        return False
    if hub.get("_type") == "Value":
        return (ours.get("_type"), ours.get("dtype")) == ("Value", hub["dtype"])
    if hub.get("_type") == "ClassLabel":
        return (ours.get("_type"), ours.get("names")) == ("ClassLabel", hub["names"])
    return list(ours) == list(hub) and all(same_type(ours[name], hub[name]) for name in hub)


@pytest.mark.parametrize("config", [config for config in TASKS if config != "ood"])
def test_columns_of_today_come_first_with_their_types(shared: Path, config: str) -> None:
    today = json.loads((shared / "facts/hub_features_today.json").read_text(encoding="utf-8"))[config]
    ours = get_task(config).features
    assert list(ours)[: len(today)] == list(today)
    assert [name for name in today if not same_type(ours[name], today[name])] == []


@pytest.mark.parametrize(
    ("config", "added"),
    [
        ("ynat", ["predefined_news_category", "annotations"]),
        ("sts", ["annotations"]),
        ("nli", ["author_label", "annotator_labels"]),
        ("ner", ["guid", "source"]),
        ("re", []),
        ("dp", ["guid", "source"]),
        ("mrc", ["plausible_answers"]),
        ("wos", []),
    ],
)
def test_dropped_columns_are_back_behind_them(shared: Path, config: str, added: list[str]) -> None:
    today = json.loads((shared / "facts/hub_features_today.json").read_text(encoding="utf-8"))[config]
    assert list(get_task(config).features)[len(today) :] == added


@pytest.mark.parametrize("config", TASKS)
def test_library_restores_the_features_from_the_schema_alone(config: str) -> None:
    features = get_task(config).features
    restored = datasets.Features.from_arrow_schema(arrow_schema(features))
    assert restored == datasets.Features.from_dict(features)
    assert restored.arrow_schema.remove_metadata() == arrow_schema(features).remove_metadata()


@pytest.mark.parametrize("config", TASKS)
def test_card_spelling_gives_the_same_features(config: str) -> None:
    features = get_task(config).features
    info = datasets.DatasetInfo._from_yaml_dict({"features": yaml_features(features)})
    assert info.features == datasets.Features.from_dict(features)


@pytest.mark.parametrize("config", TASKS)
def test_lists_are_never_spelled_so_that_old_releases_fail(config: str) -> None:
    assert '"List"' not in json.dumps(get_task(config).features)
    assert "sequence" not in json.dumps(yaml_features(get_task(config).features))


def test_class_names_have_string_keys_in_the_card() -> None:
    feature = yaml_features(get_task("nli").features)[4]
    assert feature == {
        "name": "label",
        "dtype": {"class_label": {"names": {"0": "entailment", "1": "neutral", "2": "contradiction"}}},
    }


def test_label_sets_are_the_official_ones_in_order(shared: Path) -> None:
    facts = json.loads((shared / "facts/labels.json").read_text(encoding="utf-8"))
    ours = {"ynat": labels.YNAT, "nli": labels.NLI, "ner": labels.NER, "re": labels.RE, "ood": labels.OOD}
    assert {name: list(value) for name, value in ours.items()} == {
        name: facts[name]["labels"] for name in ours
    }
    assert list(labels.DP) == facts["dp"]["deprel_order_of_the_official_scorer"]
    assert list(labels.STS_BINARY) == facts["sts"]["binary_labels"]
    assert facts["sts"]["threshold"] == labels.STS_POSITIVE_FROM


def test_slots_are_those_of_the_ontology(upstream: Path) -> None:
    ontology = json.loads((upstream / "klue_benchmark/wos-v1.1/ontology.json").read_text(encoding="utf-8"))
    assert list(labels.WOS_SLOTS) == list(ontology)


def test_relations_are_those_of_the_relation_list(upstream: Path) -> None:
    listed = json.loads(
        (upstream / "klue_benchmark/klue-re-v1.1/relation_list.json").read_text(encoding="utf-8")
    )
    assert list(labels.RE) == listed["relations"]


def test_arrow_schema_is_what_readers_produce() -> None:
    assert arrow_schema(get_task("wos").features).field("dialogue").type == pa.list_(
        pa.struct([("role", pa.string()), ("text", pa.string()), ("state", pa.list_(pa.string()))])
    )
