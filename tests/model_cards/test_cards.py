"""The cards as a reader and the Hub meet them."""

from __future__ import annotations

import difflib
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from huggingface_hub import ModelCard, parse_eval_result_entries
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from klue_hub.datasets.klue.card import render_eval_yaml
from klue_hub.model_cards import Catalog, check_files, load_catalog, model_files, render
from klue_hub.model_cards.facts import BUNDLED, FactsError, parse_catalog
from klue_hub.model_cards.quoting import one_line, text

GOLDEN = Path(__file__).parent / "golden"
CATALOG = load_catalog()
RELEASED = [name for name, baseline in CATALOG.baselines.items() if baseline.released.value]
UNRELEASED = [name for name in CATALOG.baselines if name not in RELEASED]
REPAIR = "if this is as it should be: python -m klue_hub.model_cards --to tests/model_cards/golden --cards-only --replace"

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files() -> dict[str, Files]:
    return {name: model_files(CATALOG, name, benchmark=True) for name in CATALOG.baselines}


def split(card: str) -> tuple[dict[str, Any], str]:
    _, front, body = f"\n{card}".split("\n---\n", 2)  # a value may end in ---, a line of its own it has not
    return yaml.safe_load(front), body


@pytest.mark.parametrize("name", CATALOG.baselines)
def test_card_is_the_golden_one(name: str) -> None:
    golden = (GOLDEN / f"{name}.md").read_text(encoding="utf-8")
    found, wanted = split(render(CATALOG, CATALOG.baselines[name])), split(golden)
    assert found[0] == wanted[0], REPAIR
    lines = difflib.unified_diff(
        wanted[1].splitlines(), found[1].splitlines(), "golden", "rendered", lineterm=""
    )
    difference = "\n".join(lines)
    assert not difference, f"{difference}\n{REPAIR}"


def test_there_is_a_golden_card_for_each_baseline_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.glob("*.md")} == set(CATALOG.baselines)


@pytest.mark.parametrize("name", CATALOG.baselines)
def test_rendering_twice_gives_the_same_bytes(name: str, files: dict[str, Files]) -> None:
    from klue_hub.model_cards.charts import scores_chart

    scores_chart.cache_clear()
    assert model_files(CATALOG, name, benchmark=True) == files[name]


@pytest.mark.parametrize("name", CATALOG.baselines)
def test_checker_finds_nothing(name: str, files: dict[str, Files]) -> None:
    assert check_files(CATALOG, name, files[name]) == []


@pytest.mark.parametrize("name", RELEASED)
def test_library_reads_the_fourteen_published_scores(
    name: str, files: dict[str, Files], tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_bytes(files[name]["README.md"])
    card = ModelCard.load(tmp_path / "README.md")
    results = card.data.eval_results
    scores = CATALOG.baselines[name].scores
    assert scores
    assert [result.metric_value for result in results] == list(scores.flat().values())
    assert {result.dataset_split for result in results} == {"test"}
    assert all("test set" in result.metric_name and result.source_url for result in results)
    assert card.data.library_name == "transformers"
    assert card.data.pipeline_tag == "fill-mask"


@pytest.mark.parametrize("name", UNRELEASED)
def test_unreleased_model_has_no_scores_and_says_so(name: str, files: dict[str, Files]) -> None:
    card = ModelCard(files[name]["README.md"].decode())
    assert card.data.eval_results is None
    assert card.data.pipeline_tag is None
    assert "announced, never released" in card.text
    assert "No scores of this model were ever published" in card.text
    assert "from_pretrained" not in card.text
    assert ".eval_results/klue.yaml" not in files[name]


@pytest.mark.parametrize("name", RELEASED)
def test_benchmark_entries_match_the_tasks_of_the_dataset(name: str, files: dict[str, Files]) -> None:
    content = yaml.safe_load(files[name][".eval_results/klue.yaml"])
    entries = parse_eval_result_entries(content)
    tasks = [task["id"] for task in yaml.safe_load(render_eval_yaml())["tasks"]]
    assert [entry.task_id for entry in entries] == tasks
    assert all(isinstance(entry.date, str) and "test set" in entry.notes for entry in entries)
    assert {entry.dataset_id for entry in entries} == {"klue/klue"}


def test_benchmark_entries_only_on_request() -> None:
    assert set(model_files(CATALOG, "bert-base")) == {"README.md", "charts/scores.png", "charts/sizes.png"}


@pytest.mark.parametrize("name", CATALOG.baselines)
def test_charts_are_pictures_for_a_phone_with_their_numbers_in_words(
    name: str, files: dict[str, Files]
) -> None:
    card = files[name]["README.md"].decode()
    for path in ("charts/scores.png", "charts/sizes.png"):
        picture = files[name][path]
        assert picture.startswith(b"\x89PNG\r\n")
        width, height = struct.unpack(">II", picture[16:24])
        assert (width, height > width) == (600, True)
        words = re.search(rf"!\[(.*)\]\({path}\)", card)
        assert words
        assert len(re.findall(r"\d+\.\d\d", words[1].replace("\\", ""))) >= 14


@pytest.mark.parametrize("name", CATALOG.baselines)
def test_snippets_are_python_and_the_configuration_is_the_model_s(name: str, files: dict[str, Files]) -> None:
    import transformers

    from klue_hub.model_cards.parameters import configuration

    card = files[name]["README.md"].decode()
    snippets = re.findall(r"```python\n(.*?)```", card, flags=re.DOTALL)
    assert snippets
    for snippet in snippets:
        compile(snippet, name, "exec")
    baseline = CATALOG.baselines[name]
    if not baseline.released.value:
        # The model itself needs torch; the configuration does not.
        call = snippets[0][snippets[0].index("config =") : snippets[0].index("model =")]
        made: dict[str, Any] = dict(vars(transformers))
        for family in CATALOG.families.values():
            made[family.config_class] = getattr(transformers, family.config_class)
        exec(call, made)
        assert (
            made["config"].to_dict() == configuration(baseline, CATALOG.families[baseline.family]).to_dict()
        )


@pytest.mark.parametrize("name", [name for name in RELEASED if name.startswith("roberta")])
def test_roberta_cards_say_what_users_trip_over(name: str, files: dict[str, Files]) -> None:
    card = files[name]["README.md"].decode()
    assert "tokenizer is BERT's" in card
    assert "return_token_type_ids=False" in card
    assert "`[PAD]` 1" in card
    assert "max_length=512" in card


@pytest.mark.parametrize("name", [name for name in CATALOG.baselines if name.startswith("electra")])
def test_electra_cards_do_not_fill_masks(name: str, files: dict[str, Files]) -> None:
    card = files[name]["README.md"].decode()
    assert "ElectraForPreTraining" in card
    assert "ForMaskedLM" not in card
    assert "It is no fill-mask model" in card


# --- the checker --------------------------------------------------------------------------------------

Damage = tuple[Callable[[str], str], str]
DAMAGES: dict[str, Damage] = {
    "score": (lambda card: card.replace("| **85.73** |", "| **85.74** |"), "results: the table is not"),
    "peer": (lambda card: card.replace("| 81.55 |", "| 81.56 |"), "results: the table is not"),
    "parameters": (lambda card: card.replace("110,650,880", "110,650,881"), "total: found 110,650,881; expected 110,650,880"),
    "layers": (lambda card: card.replace("| layers | 12 |", "| layers | 13 |"), "layers: found 13; expected 12"),
    "placeholder": (lambda card: card.replace("the authors of KLUE\n", "TBD\n"), "'TBD' is left"),
    "braces": (lambda card: card.replace("the authors of KLUE\n", "{{ authors }}\n"), "'{{' was not rendered"),
    "empty section": (lambda card: card.replace("### Direct Use\n\nFilling in masked tokens of Korean text, and features of Korean words and sentences.\n", "### Direct Use\n"), "section 'Direct Use': is empty"),
    "anchor": (lambda card: card.replace("(#licence)", "(#license)"), "link to '#license': no such section"),
    "address": (lambda card: card.replace("(https://github.com/KLUE-benchmark/KLUE)", "(https://github)"), "link to 'https://github': no well-formed address"),
    "script": (lambda card: card.replace("(https://github.com/KLUE-benchmark/KLUE)", "(data:text/html)"), "no well-formed address"),
    "picture": (lambda card: card.replace("(charts/scores.png)", "(charts/score.png)"), "link to 'charts/score.png': no such file"),
    "alternative text": (lambda card: re.sub(r"!\[[^\]]*\]\(charts/sizes", "![](charts/sizes", card), "no alternative text"),
    "licence": (lambda card: card.replace("license: cc-by-sa-4.0", "license: mit"), "front matter: license is not what the facts say"),
    "result": (lambda card: card.replace("value: 85.73", "value: 95.73"), "front matter: model-index is not what the facts say"),
    "yaml": (lambda card: card.replace("language: ko", "language: [ko"), "front matter: "),
    "no front matter": (lambda card: card.split("---\n", 2)[2], "front matter: "),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_checker_sees_each_damage(damage: str, files: dict[str, Files]) -> None:
    change, problem = DAMAGES[damage]
    card = files["bert-base"]["README.md"].decode()
    damaged = change(card)
    assert damaged != card
    found = check_files(CATALOG, "bert-base", {**files["bert-base"], "README.md": damaged.encode()})
    assert any(problem in line for line in found), found


def test_missing_card_is_a_problem() -> None:
    assert check_files(CATALOG, "bert-base", {}) == ["README.md is missing"]


# --- facts that hold syntax ----------------------------------------------------------------------------

NASTY = ["{{ 7 * 7 }}", "{% raw %}", "---", "\n---\n", "<script>alert(1)</script>", '"\'`', "a: b", "# h", "| x |", "[a](b)",
         "![a](b)", "**b**", "1. x", "- x", "> [!NOTE]", "```", "&amp;", "\\", "$x$", "a\n\nb", "\u2028", "\x00", "한국어", "TBD"]  # fmt: skip
FACTS = st.one_of(
    st.sampled_from(NASTY), st.text(min_size=1), st.lists(st.sampled_from(NASTY)).map(" ".join)
).filter(lambda fact: fact.strip() != "")
MARKDOWN = MarkdownIt("commonmark").enable("table")


def shape(card: str) -> list[str]:
    """The structure of a card's body: every token but the inline text, and the links."""
    body = split(card)[1]
    return [
        found
        for token in MARKDOWN.parse(body)
        for found in (
            token.type,
            *(
                f"{child.type} {child.attrs}"
                for child in token.children or []
                if child.type in ("link_open", "image")
            ),
        )
        if not found.startswith("image")
    ]


def with_facts(
    title: str, hardware: str, corpus: str, note: str, finding: str, source: str, peer: str
) -> Catalog:
    replace = msgspec.structs.replace
    base = CATALOG.baselines["bert-base"]
    model = replace(base, title=title, hardware=msgspec.structs.replace(base.hardware, value=hardware))
    corpora = {corpus: note, "last": None}
    name, other = next(iter(CATALOG.peers.items()))
    return replace(
        CATALOG,
        baselines={**CATALOG.baselines, "bert-base": model},
        pretraining=replace(CATALOG.pretraining, corpora=corpora, cleaning=note, tokenizer=note, size=note),
        findings=replace(CATALOG.findings, statements=[finding]),
        sources={**CATALOG.sources, "readme": replace(CATALOG.sources["readme"], title=source)},
        peers={**CATALOG.peers, name: replace(other, name=peer)},
    )


PLAIN = shape(render(plain := with_facts(*("fact",) * 7), plain.baselines["bert-base"]))


@settings(max_examples=25, deadline=None)
@given(st.tuples(*(FACTS,) * 7))
def test_no_fact_changes_the_structure_or_the_front_matter(facts: tuple[str, ...]) -> None:
    if facts[2].strip() == "last":
        return
    catalog = with_facts(*facts)
    card = render(catalog, catalog.baselines["bert-base"])
    assert shape(card) == PLAIN
    front = split(card)[0]
    assert front.keys() == split(render(plain, plain.baselines["bert-base"]))[0].keys()
    assert front["model-index"][0]["name"] == one_line(facts[0])
    assert {result["source"]["name"] for result in front["model-index"][0]["results"]} == {one_line(facts[5])}
    assert ModelCard(card).data.eval_results[0].metric_value == 85.73


@given(FACTS)
def test_quoted_fact_is_shown_character_for_character(fact: str) -> None:
    (_, inline, _) = MARKDOWN.parse(f"A {text(fact)} b")
    shown = "".join(child.content for child in inline.children or [])
    assert shown == f"A {one_line(fact)} b"


def test_source_that_a_card_cites_and_nobody_gave_is_named() -> None:
    sources = {key: source for key, source in CATALOG.sources.items() if key != "issue_46"}
    catalog = msgspec.structs.replace(CATALOG, sources=sources)
    with pytest.raises(FactsError, match="sources: issue_46 is missing; the cards cite it"):
        render(catalog, catalog.baselines["bert-base"])


# --- adding a baseline ------------------------------------------------------------------------------

ELEVENTH = """
  bert-tiny:
    title: KLUE BERT tiny
    repo_id: klue/bert-tiny
    family: bert
    size: small
    released: {value: false, source: announcement}
    architecture: {source: announcement, embedding_size: 128, hidden_size: 128, layers: 2, heads: 2}

# The other models"""


def test_eleventh_baseline_is_one_entry(tmp_path: Path) -> None:
    facts = tmp_path / "baselines.yaml"
    facts.write_text(
        BUNDLED.read_text(encoding="utf-8").replace("\n# The other models", ELEVENTH), encoding="utf-8"
    )
    catalog = load_catalog(facts)
    assert list(catalog.baselines)[-1] == "bert-tiny"
    assert check_files(catalog, "bert-tiny", model_files(catalog, "bert-tiny")) == []
    done = command("bert-tiny", "--facts", facts, "--to", tmp_path / "cards")
    assert done.returncode == 0
    assert "# KLUE BERT tiny" in (tmp_path / "cards/bert-tiny/README.md").read_text(encoding="utf-8")


def test_catalog_with_a_family_in_other_words_still_checks() -> None:
    text = BUNDLED.read_text(encoding="utf-8").replace("title: ELECTRA", "title: EleCTra *v1*")
    catalog = parse_catalog(text, "facts")
    assert check_files(catalog, "electra-base", model_files(catalog, "electra-base")) == []


# --- the command ------------------------------------------------------------------------------------


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "klue_hub.model_cards", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=120)


def test_command_shows_differences_and_replaces_only_when_asked(tmp_path: Path) -> None:
    assert command("bert-base", "--to", tmp_path).returncode == 0
    card = tmp_path / "bert-base/README.md"
    ours = card.read_bytes()
    card.write_bytes(ours.replace(b"## Uses\n", b"## My uses\n"))
    kept = command("bert-base", "--to", tmp_path)
    assert kept.returncode == 1
    assert "-## My uses\n+## Uses\n" in kept.stdout
    assert "1 files differ and were left as they are; --replace writes them" in kept.stderr
    assert b"## My uses" in card.read_bytes()
    assert command("bert-base", "--to", tmp_path, "--replace").returncode == 0
    assert card.read_bytes() == ours


def test_command_tells_unknown_names_and_bad_facts(tmp_path: Path) -> None:
    unknown = command("bert-huge", "--to", tmp_path)
    assert unknown.returncode == 2
    assert "no baseline bert-huge; there are bert-small" in unknown.stderr
    facts = tmp_path / "facts.yaml"
    facts.write_text("sources: 3")
    bad = command("--facts", facts, "--to", tmp_path)
    assert bad.returncode == 1
    assert (
        bad.stderr.startswith(f"error: {facts}: line 1: sources: Expected `object`, got `int`")
        or "missing required" in bad.stderr
    )
    assert "Traceback" not in bad.stderr


def test_push_all_puts_ten_repositories_into_a_folder(publish: Any, tmp_path: Path) -> None:
    publish("--only", "models", "--to", tmp_path, "--benchmark", "--source", "sample")
    for name in CATALOG.baselines:
        folder = tmp_path / "models/klue" / name
        card = ModelCard.load(folder / "README.md")
        assert len(card.data.eval_results or []) == (14 if name in RELEASED else 0)
        assert (folder / ".eval_results/klue.yaml").exists() == (name in RELEASED)
        assert (folder / "charts/scores.png").is_file()
    again = publish("--only", "models", "--to", tmp_path, "--benchmark", "--source", "sample")
    assert "10 unchanged" in again.stdout
