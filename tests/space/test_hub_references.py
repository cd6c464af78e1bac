"""References from the Hub: the page asks a real server, which holds the published sample."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ..hub.client import Fault, Hub
from .conftest import EN, KO, Visit, Visitor

SPLIT = "validation-00000-of-00001.parquet"
CONFIGS = ("ynat", "nli", "sts")


@pytest.fixture(scope="module", autouse=True)
def data(hub: Hub, published: Path) -> Path:
    """The folder of the dataset; the Hub has three of its configs."""
    folder = published / "datasets" / "klue" / "klue"
    files = {f"{config}/{SPLIT}": (folder / config / SPLIT).read_bytes() for config in CONFIGS}
    hub.commit("dataset", "klue/klue", files, message="Publish")
    return folder


@pytest.fixture(autouse=True)
def _without_faults(hub: Hub) -> Iterator[None]:
    yield
    hub.clear_faults()


def predict(visitor: Visitor, config: str, labels: list[int] | list[float]) -> None:
    visitor.choose(config)
    visitor.upload("predictions", "mine.json", json.dumps(labels))
    visitor.page.check("#klue-source input[value=hub]")
    visitor.score()


def test_validation_split_of_the_hub_is_scored_against(visit: Visit, data: Path) -> None:
    visitor = visit()
    labels = pq.read_table(data / "ynat" / SPLIT)["label"].to_pylist()
    predict(visitor, "ynat", labels)
    assert f"klue/klue ynat, validation, {len(labels):,}" in visitor.result("ynat")
    assert visitor.page.locator("[data-score=macro_f1] .large").inner_text() == "100.00"
    assert "fetch_references" in visitor.page.locator("#klue-python").inner_text()


def test_hub_out_of_reach_is_told_at_the_references_with_the_way_out(visit: Visit, hub: Hub) -> None:
    hub.fault(Fault(path=".*klue/klue.*", action="reset", times=1000))
    visitor = visit()
    predict(visitor, "sts", [1.0])
    message = visitor.error("references")
    assert "Hub" in message
    assert "give a file of references" in message
    visitor.speak(KO)
    visitor.page.locator("#klue-references .klue-error [lang=ko]").wait_for()
    assert "give a file" not in visitor.error("references")


def test_version_that_the_hub_lacks_is_named(visit: Visit) -> None:
    visitor = visit()
    visitor.page.check("#klue-version input[value='1.0.0']")
    predict(visitor, "nli", [0])
    assert "v1.0.0" in visitor.error("references")
    assert EN("no_references") not in visitor.error("references")
