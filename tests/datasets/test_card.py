"""The dataset card: complete, true to the build, valid on the Hub, and unbreakable by what the data holds."""

# long: one card, looked at from every side with the same fixtures and readers.
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from huggingface_hub import DatasetCard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.card import render_card, render_checks, render_eval_yaml
from klue_hub.datasets.klue.card.counts import label_counts
from klue_hub.datasets.klue.card.facts import known_issues, prose
from klue_hub.datasets.klue.card.front_matter import SIZES, front_matter, metadata, size_category
from klue_hub.datasets.klue.card.markdown import code, example, fence, shorten, table
from klue_hub.datasets.klue.card.tables import columns
from klue_hub.datasets.klue.features import yaml_features
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.datasets.klue.sources import VERSIONS, sample_source
from klue_hub.datasets.klue.tasks import TASKS
from klue_hub.publish import dataset_repo
from klue_hub.publish import manifest as manifests

replace = msgspec.structs.replace
VERSION = "0.0.0+test"

# As the Hub lists them; relation extraction and dialogue state tracking have none.
TASK_IDS = {
    "text-classification": {
        "topic-classification", "natural-language-inference", "semantic-similarity-scoring", "text-scoring",
        "intent-classification",
    },
    "token-classification": {"named-entity-recognition", "parsing", "part-of-speech"},
    "question-answering": {"extractive-qa"},
    "text-generation": {"dialogue-modeling"},
}  # fmt: skip

# The Hub's guide for dataset cards asks for these.
SECTIONS = [
    "## Dataset description", "### Dataset summary", "## Supported tasks", "## Dataset structure",
    "### Data splits", "## Dataset creation", "### Curation rationale", "### Source data",
    "#### Initial data collection and normalization", "#### Who are the source language producers?",
    "### Annotations", "#### Annotation process", "#### Who are the annotators?",
    "### Personal and sensitive information", "## Considerations for using the data",
    "### Social impact of the dataset", "### Discussion of biases", "### Other known limitations",
    "## Known issues", "## Provenance", "## Additional information", "### Dataset curators",
    "### Licensing information", "### Citation information", "### Contributions", "## 한국어 요약",
]  # fmt: skip

HOSTILE = [
    "a|b", r"a\|b", "```", "`" * 9, "`a``b`", "---", "\n---\n", "\n# heading\n", "</code><script>alert(1)</script>",
    "<details>", "<!--", "{{ x }}", "{% raw %}", "[a](javascript:b)", "a\r\n| b |", "\u2028---\u2028", "\x00\x1b",
    "&lt;b&gt;", "$$x$$", " ", "\t", "~~~", "*empty*", "\u202e", "가|나", "<22기:QT>", "\\",
]  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> BuildRecord:
    return build(tmp_path_factory.mktemp("built"), sample_source(), "1.1.0")


@pytest.fixture(scope="module")
def record(sample: BuildRecord) -> BuildRecord:
    """The sample's build as if it were one of upstream's files."""
    return replace(sample, is_sample=False)


@pytest.fixture(scope="module")
def card(record: BuildRecord) -> str:
    return render_card(record, tool_version=VERSION)


def with_split(record: BuildRecord, config: str, split: str, **changes: Any) -> BuildRecord:
    built = record.configs[config]
    splits = built.splits | {split: replace(built.splits[split], **changes)}
    return replace(record, configs=record.configs | {config: replace(built, splits=splits)})


def outside_fences(card: str) -> Iterator[str]:
    opened = ""
    for line in card.split("\n"):
        marks = re.match(r"`{3,}", line)
        if not opened and marks:
            opened = marks[0]
        elif opened and re.fullmatch(rf"{opened}`*\s*", line):
            opened = ""
        elif not opened:
            yield line
    assert not opened, "a fence is never closed"


def fenced(card: str, language: str) -> list[str]:
    return [match[2] for match in re.finditer(rf"(?ms)^(`{{3,}}){language}\n(.*?)\n\1$", card)]


def body(card: str) -> str:
    return card.split("\n---\n", 1)[1]


def section(card: str, heading: str) -> list[str]:
    lines = list(outside_fences(body(card)))
    start = lines.index(heading) + 1
    level = heading.split(" ")[0]
    ends = (i for i in range(start, len(lines)) if re.match(rf"#{{1,{len(level)}}} ", lines[i]))
    return lines[start : next(ends, len(lines))]


def rows_of_table(lines: list[str], first_header: str) -> list[list[str]]:
    """Cells of the first table whose header begins with a text."""
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first_header} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def offenders(record: BuildRecord) -> dict[tuple[str, str, str], int]:
    return {
        (config, split, finding.says): finding.violations
        for config, built in record.configs.items()
        for split, item in built.splits.items()
        for finding in item.findings
        if finding.violations
    }


# Facts


@pytest.mark.parametrize("config", TASKS)
def test_every_column_of_every_config_is_described(config: str) -> None:
    assert config in prose().configs, f"card/prose.yaml says nothing about the config {config}"
    described = prose().configs[config].columns
    wanted = [path for path, _ in columns(TASKS[config].features)]
    assert [path for path in wanted if not described.get(path)] == [], f"missing in prose.yaml for {config}"
    assert [path for path in described if path not in wanted] == [], f"described, but no column of {config}"


@pytest.mark.parametrize("config", TASKS)
def test_every_config_has_its_prose(config: str) -> None:
    facts = msgspec.structs.asdict(prose().configs[config])
    may_be_empty = {"task_ids", "restored"}
    assert [name for name, fact in facts.items() if not fact and name not in may_be_empty] == []
    assert re.search("[가-힣]", facts["summary_ko"])


def test_configs_are_described_in_their_order() -> None:
    assert list(prose().configs) == list(TASKS)


def test_task_ids_are_valid_on_the_hub() -> None:
    for config, facts in prose().configs.items():
        allowed = {task_id for category in facts.task_categories for task_id in TASK_IDS[category]}
        assert set(facts.task_ids) <= allowed, config


def test_every_computed_figure_is_explained(record: BuildRecord) -> None:
    figures = {
        name
        for built in record.configs.values()
        for split in built.splits.values()
        for name in split.statistics.agreement
    }
    assert figures - {"items", "raters"} == set(prose().agreement)


def test_notes_are_about_rules_that_exist(record: BuildRecord) -> None:
    rules = {
        (config, split, finding.rule)
        for config, built in record.configs.items()
        for split, item in built.splits.items()
        for finding in item.findings
    }
    for note in known_issues().notes:
        assert (note.config, note.split, note.rule) in rules
        assert set(note.data_versions) <= set(VERSIONS)


def test_restored_columns_are_those_that_the_hub_lacks(shared: Path) -> None:
    today = json.loads((shared / "facts/hub_features_today.json").read_text(encoding="utf-8"))
    for config in today:
        assert prose().configs[config].restored == [
            name for name in TASKS[config].features if name not in today[config]
        ]


# Front matter


def test_front_matter_parses_and_agrees_with_the_build(record: BuildRecord, card: str) -> None:
    data = DatasetCard(card).data.to_dict()
    assert [item["config_name"] for item in data["configs"]] == list(TASKS)
    for item, info in zip(data["configs"], data["dataset_info"], strict=True):
        config = item["config_name"]
        splits = record.configs[config].splits
        assert item["data_files"] == [{"split": split, "path": f"{config}/{split}-*"} for split in splits]
        assert info["config_name"] == config
        assert info["features"] == yaml_features(TASKS[config].features)
        assert {split["name"]: split["num_examples"] for split in info["splits"]} == {
            split: built.rows for split, built in splits.items()
        }
        assert info["dataset_size"] == sum(split["num_bytes"] for split in info["splits"])
        assert info["download_size"] == sum(built.file_bytes for built in splits.values())


def test_data_files_of_the_front_matter_match_the_built_paths(record: BuildRecord) -> None:
    for item in metadata(record)["configs"]:
        for files in item["data_files"]:
            path = record.configs[item["config_name"]].splits[files["split"]].path
            assert path.startswith(files["path"].removesuffix("*"))


def test_front_matter_survives_yaml(record: BuildRecord) -> None:
    assert yaml.safe_load(front_matter(record)) == metadata(record)


def test_front_matter_names_only_what_is_there(record: BuildRecord) -> None:
    only_ner = metadata(replace(record, configs={"ner": record.configs["ner"]}))
    assert only_ner["task_categories"] == ["token-classification"]
    assert only_ner["task_ids"] == ["named-entity-recognition"]
    assert [item["config_name"] for item in only_ner["dataset_info"]] == ["ner"]
    assert "source_datasets" not in metadata(replace(record, configs={"ood": record.configs["ood"]}))


@pytest.mark.parametrize(
    ("rows", "category"),
    [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (267_000, "100K<n<1M"), (10_000_000, "10M<n<100M")],
)
def test_size_category_comes_from_the_rows(rows: int, category: str) -> None:
    assert size_category(rows) == category
    assert [limit for limit, _ in SIZES] == sorted(limit for limit, _ in SIZES)


# Body


@pytest.mark.parametrize("heading", SECTIONS)
def test_section_of_the_guide_is_there(card: str, heading: str) -> None:
    assert heading in section(card, "# KLUE: Korean Language Understanding Evaluation")


def test_every_section_has_content(card: str) -> None:
    lines = [line for line in outside_fences(body(card)) if line]
    # A fenced block alone would be content too, but no section consists of one.
    levels = [len(found[0]) if (found := re.match("#+(?= )", line)) else 0 for line in lines]
    empty = [
        line
        for line, level, following in zip(lines, levels, [*levels[1:], 1], strict=True)
        if level and 0 < following <= level
    ]
    assert empty == []


@pytest.mark.parametrize(
    "unfinished", ["TBD", "TODO", "More Information Needed", "{{", "{%", "None", "Undefined", "\n\n\n"]
)
def test_nothing_unfinished_is_left(card: str, sample: BuildRecord, unfinished: str) -> None:
    assert unfinished not in card
    assert unfinished not in render_card(sample, tool_version=VERSION)


@pytest.mark.parametrize("config", TASKS)
def test_task_shows_example_fields_and_counts(record: BuildRecord, card: str, config: str) -> None:
    facts = prose().configs[config]
    heading = f"### {config}: {facts.title} ({facts.abbreviation})"
    lines = section(card, heading)
    assert [row[0] for row in rows_of_table(lines, "field")] == [
        code(path) for path, _ in columns(TASKS[config].features)
    ]
    whole = card[card.index(f"\n{heading}\n") :]
    assert list(json.loads(fenced(whole, "json")[0])) == list(TASKS[config].features)
    assert all(f"**Metric** `{score}`" in "\n".join(lines) for score in facts.metrics)
    assert label_counts(config, record.configs[config]) in "\n".join(lines)
    split = record.configs[config].splits["validation"].statistics.lengths
    assert rows_of_table(lines, "split")[1] == [
        "validation", f"{split.mean:,.1f}", f"{split.median:,}", f"{split.p95:,}", f"{split.max:,}"
    ]  # fmt: skip


def test_label_shares_are_of_the_split(record: BuildRecord) -> None:
    counts = record.configs["nli"].splits["train"].statistics
    changed = replace(counts, labels={"entailment": 1, "neutral": 3000, "contradiction": 0})
    nli = with_split(record, "nli", "train", statistics=changed).configs["nli"]
    rows = rows_of_table(label_counts("nli", nli).split("\n"), "id")
    assert [row[:3] for row in rows] == [
        ["0", "`entailment`", "1 (under 0.1%)"],
        ["1", "`neutral`", "3,000 (100.0%)"],
        ["2", "`contradiction`", "0"],
    ]


def test_ids_are_shown_for_class_labels_only(record: BuildRecord) -> None:
    numbered = {
        config for config in TASKS if label_counts(config, record.configs[config]).startswith("| id ")
    }
    assert numbered == {"ynat", "sts", "nli", "ner", "re", "ood"}


def test_overview_gives_rows_of_each_split(record: BuildRecord, card: str) -> None:
    rows = rows_of_table(section(card, "## Supported tasks"), "config")
    assert [(row[0].strip("`"), row[4], row[5]) for row in rows] == [
        (config, *(f"{built.splits[split].rows:,}" for split in ("train", "validation")))
        for config, built in record.configs.items()
    ]


def test_known_issues_are_the_findings(record: BuildRecord, card: str) -> None:
    rows = rows_of_table(section(card, "## Known issues"), "config")
    shown = {(row[0].strip("`"), row[1], row[2]): int(row[3].replace(",", "")) for row in rows}
    assert shown == offenders(record)
    assert shown


def test_card_without_findings_says_so(record: BuildRecord) -> None:
    clean = record
    for config, built in record.configs.items():
        for split in built.splits:
            clean = with_split(clean, config, split, findings=[])
    assert "No row of this copy breaks a rule." in render_card(clean, tool_version=VERSION)


def test_upstream_issues_are_linked(card: str) -> None:
    text = "\n".join(section(card, "## Known issues"))
    for number in (5, 7, 9, 36, 39, 41, 42):
        assert f"[#{number}](https://github.com/KLUE-benchmark/KLUE/issues/{number})" in text


def test_provenance_names_file_commit_and_hashes(record: BuildRecord, card: str) -> None:
    rows = rows_of_table(section(card, "## Provenance"), "config")
    assert len(rows) == 2 * len(TASKS)
    first = record.configs["ynat"].splits["train"]
    assert rows[0] == [
        "`ynat`", "train", f"`{first.raw.path}`", f"`{first.raw.repo}@{first.raw.commit[:12]}`",
        f"`{first.raw.blob_id[:12]}`", str(first.rows), f"`{first.file_sha256[:12]}`",
    ]  # fmt: skip
    assert f"`{VERSION}`" in "\n".join(section(card, "## Provenance"))


def test_files_beside_the_card_are_named_as_they_are_published(card: str) -> None:
    assert f"`{dataset_repo.CHECKS}`" in card
    assert f"`{manifests.PATH}`" in card


def test_agreement_is_that_of_the_build(record: BuildRecord, card: str) -> None:
    rows = rows_of_table(section(card, "### Annotations"), "config")
    kappa = record.configs["nli"].splits["validation"].statistics.agreement["fleiss_kappa"]
    assert ["`nli`", "validation", "Fleiss' kappa", f"{kappa:.3f}"] in [row[:4] for row in rows]
    assert {row[0] for row in rows} == {"`ynat`", "`sts`", "`nli`"}


def test_agreement_of_a_copy_without_votes_is_not_made_up(record: BuildRecord) -> None:
    card = render_card(replace(record, configs={"ner": record.configs["ner"]}), tool_version=VERSION)
    assert "None of the configs in this copy has such columns" in card


def test_ood_is_never_shown_as_klue(card: str) -> None:
    for heading in ("### `ood` is not KLUE", "### `ood`에 대하여"):
        assert section(card, heading)
    text = "\n".join(section(card, "### `ood` is not KLUE"))
    assert "not an official KLUE task and never part of a KLUE average" in text
    assert "not an official task" in rows_of_table(section(card, "## Supported tasks"), "config")[-1][1]


def test_korean_summary_covers_every_task(card: str) -> None:
    text = "\n".join(section(card, "## 한국어 요약"))
    for facts in prose().configs.values():
        assert facts.summary_ko in text


# Sample, partial, changed, old


def test_sample_is_marked_in_both_languages(sample: BuildRecord, card: str) -> None:
    shown = render_card(sample, tool_version=VERSION)
    assert DatasetCard(shown).data.to_dict()["license"] == "cc0-1.0"
    for text in ("made-up sample, not KLUE data", "Never report scores on it", "점수를 보고하지 마세요"):
        assert text in shown
        assert text not in card
    assert DatasetCard(card).data.to_dict()["license"] == "cc-by-sa-4.0"


def test_complete_card_has_no_banner(card: str) -> None:
    assert "\n> " not in card


def test_missing_splits_are_named(record: BuildRecord) -> None:
    configs = {name: built for name, built in record.configs.items() if name != "mrc"}
    configs["sts"] = replace(
        record.configs["sts"], splits={"validation": record.configs["sts"].splits["validation"]}
    )
    card = render_card(replace(record, configs=configs), tool_version=VERSION)
    assert "> **This copy is not complete.** Not here: `sts` (train), `mrc` (train, validation).\n" in card
    rows = {row[0]: row[4:] for row in rows_of_table(section(card, "## Supported tasks"), "config")}
    assert rows["`mrc`"] == ["—", "—"]
    assert rows["`sts`"][0] == "—"
    lines = section(card, "### mrc: Machine Reading Comprehension (MRC)")
    assert "This copy does not hold the config, so there is no example and nothing is counted." in lines
    assert rows_of_table(lines, "field")


def test_changed_raw_file_is_named_and_gets_no_note(record: BuildRecord) -> None:
    built = record.configs["dp"].splits["validation"]
    finding = next(item for item in built.findings if item.rule == "words_match_sentence")
    broken = with_split(record, "dp", "validation", findings=[replace(finding, violations=1)])
    changed = with_split(broken, "dp", "validation", raw=replace(built.raw, blob_id="0" * 40))
    note = next(item.note for item in known_issues().notes if item.rule == "words_match_sentence")
    assert note in render_card(broken, tool_version=VERSION)
    card = render_card(changed, tool_version=VERSION)
    assert note not in card
    assert "**Some raw files are not the pinned ones.**" in card
    assert f"may\n> not compare with others: `{built.raw.path}`." in card


def test_note_of_another_data_version_is_not_shown(record: BuildRecord) -> None:
    finding = next(
        item
        for item in record.configs["ner"].splits["validation"].findings
        if item.rule == "no_entity_begins_on_space"
    )
    broken = with_split(record, "ner", "validation", findings=[replace(finding, violations=2)])
    note = "The opening mark stands before the space"
    assert note in render_card(broken, tool_version=VERSION)
    assert note not in render_card(replace(broken, data_version="1.0.0"), tool_version=VERSION)


def test_old_data_version_says_that_it_is_old(record: BuildRecord, card: str) -> None:
    old = render_card(replace(record, data_version="1.0.0"), tool_version=VERSION)
    assert '"sts", revision="v1.0.0")  # this data version' in old
    assert "that data is on the branch `main`" in old
    assert "**Newer data.**" in card


# Same input, same text


def test_card_and_report_depend_on_the_record_alone(record: BuildRecord, card: str) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(record), type=BuildRecord)
    assert render_card(stored, tool_version=VERSION) == card
    assert render_checks(stored) == render_checks(record)
    assert card.endswith("\n")
    assert "\r" not in card


# Reports


def test_report_holds_every_finding(record: BuildRecord) -> None:
    text = render_checks(record)
    report = json.loads(text)
    assert text.endswith("}\n")
    for config, built in record.configs.items():
        for split, item in built.splits.items():
            shown = report["configs"][config][split]
            assert [
                (found["rule"], found["sentence"], found["violations"], found["rows"]) for found in shown
            ] == [(found.rule, found.says, found.violations, found.rows) for found in item.findings]
            assert [len(found["examples"]) for found in shown] == [
                len(found.examples) for found in item.findings
            ]
            assert all(isinstance(found["fatal"], bool) for found in shown)


def test_report_of_the_sample_says_why_rows_offend(sample: BuildRecord) -> None:
    report = json.loads(render_checks(sample))
    assert report["sample"] is True
    notes = {
        found["note"]
        for splits in report["configs"].values()
        for findings in splits.values()
        for found in findings
        if found["violations"]
    }
    assert notes == {known_issues().sample_note}


def test_eval_yaml_has_a_task_for_every_official_score(shared: Path) -> None:
    baselines = json.loads((shared / "facts/baselines.json").read_text(encoding="utf-8"))["models"]
    published = {score for model in baselines for score in model["scores"] or ()}
    assert {task["id"] for task in yaml.safe_load(render_eval_yaml())["tasks"]} == published


def test_eval_yaml_is_about_validation_splits_and_not_about_ood() -> None:
    text = render_eval_yaml()
    content = yaml.safe_load(text)
    assert list(content) == ["name", "description", "evaluation_framework", "tasks"]
    assert content["evaluation_framework"] == "klue"
    assert {task["config"] for task in content["tasks"]} == set(TASKS) - {"ood"}
    assert {task["split"] for task in content["tasks"]} == {"validation"}
    assert text.startswith("# `evaluation_framework` must be a value that Hugging Face has registered.")


# Hostile data


def skeleton(card: str) -> list[str]:
    """Everything outside fences, quoted texts replaced by one sign."""
    return [re.sub(r"`[^`]*`|<code>[^<]*</code>|\*empty\*", "◆", line) for line in outside_fences(card)]


def poisoned(record: BuildRecord, text: str) -> BuildRecord:
    """Put a text wherever data reaches the card, keeping the numbers of things."""

    def poison(value: Any) -> Any:
        if isinstance(value, str):
            return text
        if isinstance(value, list):
            return [poison(item) for item in value]
        if isinstance(value, dict):
            return {name: poison(item) for name, item in value.items()}
        return value

    for config, built in record.configs.items():
        for split, item in built.splits.items():
            findings = [
                replace(
                    found,
                    examples=tuple(replace(each, guid=text, detail=text) for each in found.examples),
                )
                for found in item.findings
            ]
            statistics = item.statistics
            labels = {f"{text}{i}": count for i, count in enumerate(statistics.labels.values())}
            sources = {f"{i}{text}": count for i, count in enumerate(statistics.sources.values())}
            record = with_split(
                record,
                config,
                split,
                findings=findings,
                statistics=replace(statistics, labels=labels, sources=sources),
                raw=replace(item.raw, path=text, repo=text, commit=text),
            )
        changed = replace(record.configs[config], example=poison(built.example))
        record = replace(record, configs=record.configs | {config: changed})
    return record


def relabelled(record: BuildRecord) -> BuildRecord:
    """As `poisoned`, with a harmless text."""
    return poisoned(record, "x")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_data_leaves_the_structure_alone(record: BuildRecord, text: str) -> None:
    expected = skeleton(render_card(relabelled(record), tool_version=VERSION))
    card = render_card(poisoned(record, text), tool_version=text)
    assert skeleton(card) == expected
    for shown in fenced(card, "json"):
        json.loads(shown)
    assert DatasetCard(card).data.to_dict() == metadata(record)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(), st.text("`|\\-#\n\r<>{}[]()&*_~ a"), st.sampled_from(HOSTILE)))
def test_any_text_in_data_leaves_the_structure_alone(record: BuildRecord, text: str) -> None:
    test_hostile_text_in_data_leaves_the_structure_alone(record, text)


@given(st.text("`|\\<>&\n\r a가_*"))
def test_inline_code_is_one_cell_on_one_line(text: str) -> None:
    shown = code(text)
    assert "\n" not in shown
    assert "|" not in shown
    assert "\\" not in shown
    assert re.fullmatch(r"`[^`<>&]+`|<code>[^`<>]+</code>|\*empty\*", shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("B-DT", "`B-DT`"),
        ("org:members", "`org:members`"),
        ("IT과학", "`IT과학`"),
        ("a|b", "<code>a&#124;b</code>"),
        ("", "*empty*"),
        (" ", "<code>&#32;</code>"),
    ],
)
def test_inline_code_shows_plain_names_as_they_are(text: str, shown: str) -> None:
    assert code(text) == shown


@given(st.text("`\n a", max_size=30))
def test_fence_is_longer_than_what_it_holds(text: str) -> None:
    first, *_, last = fence(text).split("\n")
    assert len(first) >= 3
    assert first == last
    assert first not in text


def test_long_values_are_cut_where_an_ellipsis_shows_it() -> None:
    row = {
        "text": "가" * 200,
        "tags": [*range(20)],
        "turns": [{"text": "a"}] * 6,
        "short": ["b"],
        "none": None,
    }
    assert shorten(row) == {
        "text": "가" * 160 + "… (40 more characters)",
        "tags": [*range(12), "… (8 more)"],
        "turns": [{"text": "a"}] * 4 + ["… (2 more)"],
        "short": ["b"],
        "none": None,
    }


def test_example_is_json_with_short_lists_on_one_line() -> None:
    row = {"guid": "a", "tags": [1, 2], "empty": {}, "turns": [{"text": "가", "state": []}]}
    assert example(row) == (
        '```json\n{\n  "guid": "a",\n  "tags": [1, 2],\n  "empty": {},\n  "turns": [\n    {\n'
        '      "text": "가",\n      "state": []\n    }\n  ]\n}\n```'
    )


def test_table_aligns_numbers_and_escapes_bars() -> None:
    assert table(["a", "b:"], [["x|y", "1"]]) == "| a | b |\n| --- | ---: |\n| x\\|y | 1 |"
