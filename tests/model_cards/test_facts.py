"""The facts: what a wrong file is told, and that the bundled one says what is known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from klue_hub.model_cards import Catalog, load_catalog
from klue_hub.model_cards.facts import BUNDLED, FactsError, parse_catalog, score_ids


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def known(shared: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((shared / "facts" / "baselines.json").read_bytes())
    return facts


def test_baselines_are_the_announced_ones_in_their_order(catalog: Catalog, known: dict[str, Any]) -> None:
    assert list(catalog.baselines) == [model["name"] for model in known["models"]]


def test_every_number_is_the_known_one(catalog: Catalog, known: dict[str, Any]) -> None:
    for model in known["models"]:
        baseline = catalog.baselines[model["name"]]
        shape = {field: getattr(baseline.architecture, field) for field in ("layers", "heads")}
        assert shape == {field: model[field] for field in shape}
        assert baseline.architecture.hidden_size == model["hidden_size"]
        assert baseline.architecture.embedding_size == model["embedding_size"]
        assert baseline.repo_id == model["repo_id"]
        assert baseline.released.value == model["released"]
        assert (baseline.scores.flat() if baseline.scores else None) == model["scores"]
    assert {name: peer.scores.flat() for name, peer in catalog.peers.items()} == known["peers"]


def test_every_source_is_used(catalog: Catalog) -> None:
    text = BUNDLED.read_text(encoding="utf-8")
    templates = "".join(
        path.read_text(encoding="utf-8") for path in sorted(BUNDLED.parent.glob("templates/*.j2"))
    )
    for key in catalog.sources:
        assert re.search(rf"source: {key}\b", text) or f'"{key}"' in templates, key


def edited(change: Any) -> str:
    document = yaml.safe_load(BUNDLED.read_text(encoding="utf-8"))
    change(document)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


WRONG = [
    (lambda d: d["baselines"]["bert-base"].update(colour="blue"), "baselines.bert-base.colour", "unknown field `colour`"),
    (lambda d: d["baselines"]["bert-base"]["architecture"].pop("source"), "baselines.bert-base.architecture", "missing required field `source`"),
    (lambda d: d["baselines"]["bert-base"]["architecture"].update(layers="12"), "baselines.bert-base.architecture.layers", "Expected `int`, got `str`"),
    (lambda d: d["baselines"]["bert-base"].update(size="huge"), "baselines.bert-base.size", "Invalid enum value 'huge'"),
    (lambda d: d["baselines"]["bert-base"]["released"].update(source="hearsay"), "baselines.bert-base.released.source", "unknown source 'hearsay'; expected one of readme"),
    (lambda d: d["baselines"]["bert-base"].update(repo_id="me/bert"), "baselines.bert-base.repo_id", "expected 'klue/bert-base'"),
    (lambda d: d["baselines"]["bert-base"].update(family="gpt"), "baselines.bert-base.family", "unknown family; expected one of bert, roberta, electra"),
    (lambda d: d["baselines"]["bert-base"]["scores"]["values"]["sts"].pop("f1"), "baselines.bert-base.scores.values.sts", "f1 is missing; expected ynat.macro_f1"),
    (lambda d: d["baselines"]["bert-base"]["scores"]["values"]["sts"].update(f2=1.0), "baselines.bert-base.scores.values.sts.f2", "no official score"),
    (lambda d: d["baselines"]["bert-base"]["scores"]["values"]["nli"].update(accuracy=816.3), "baselines.bert-base.scores.values.nli.accuracy", "found 816.3; expected a percentage"),
    (lambda d: d["baselines"]["bert-base"]["released"].update(value=False), "baselines.bert-base.scores", "never released has no published scores"),
    (lambda d: d["baselines"]["bert-base"]["architecture"].update(heads=7), "baselines.bert-base.architecture.heads", "expected a divisor of hidden_size"),
    (lambda d: d["baselines"]["bert-base"]["architecture"].update(layers=0), "baselines.bert-base.architecture.layers", "expected a positive number"),
    (lambda d: d["sources"]["paper"].update(url="arxiv"), "sources.paper.url", "expected an address"),
    (lambda d: d["sources"]["paper"].update(url="javascript:alert(1)"), "sources.paper.url", "expected an address"),
    (lambda d: d.pop("peers"), "the document", "missing required field `peers`"),
    (lambda d: d.update(peers={}), "peers", "expected at least one model to compare with"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "problem"), WRONG, ids=[place for _, place, _ in WRONG])
def test_wrong_fact_is_named_with_file_line_and_entry(change: Any, place: str, problem: str) -> None:
    text = edited(change)
    with pytest.raises(FactsError) as caught:
        parse_catalog(text, "facts.yaml")
    found = re.fullmatch(r"facts\.yaml: line (\d+): ([^:]+): (.*)", str(caught.value))
    assert found, caught.value
    assert found[2] == place
    assert problem in found[3]
    if place != "the document":
        line = text.splitlines()[int(found[1]) - 1]
        assert place.split(".")[-1] in line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: found no mapping; expected one with the keys sources"),
        ("[]", "line 1: found no mapping"),
        ("a: [", "no YAML that can be read"),
        ("a: 1\na: 2", "line 2: a stands twice"),
        ("a: !!python/name:os.system x", "no YAML that can be read"),
        ("[" * 5000, "no YAML that can be read"),
        ("a: 0b_", "line 1: a is no int that can be read"),
        ("a:\n- 2021-02-31", "line 2: a.0 is no timestamp that can be read (day is out of range for month)"),
        ('a: "\\ud800"', "line 1: a holds a lone surrogate; remove it"),
        ("a: &a [*a]", "line 1: a.0 is named by an alias"),
        # Each line doubles what the one before stands for.
        (
            "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60)),
            "line 1: a1.0 is named by an alias",
        ),
    ],
)
def test_what_is_no_such_file_is_one_line(text: str, problem: str) -> None:
    with pytest.raises(FactsError) as caught:
        parse_catalog(text, "facts.yaml")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"sources:\xff")
    with pytest.raises(FactsError) as caught:
        load_catalog(path)
    assert str(caught.value) == f"{path}: no UTF-8 text (invalid start byte at byte 8); save it so"


def test_there_are_fourteen_official_scores() -> None:
    assert len(score_ids()) == 14
    assert not any(name.startswith("ood") for name in score_ids())
