"""Every rule finds what breaks it, and only that; counting changes nothing."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klue_hub.datasets.klue.checks import EXAMPLES, Finding, SplitCheck, compare_splits
from klue_hub.datasets.klue.features import arrow_schema
from klue_hub.datasets.klue.tasks import TASKS, get_task

GOOD: dict[str, dict[str, Any]] = {
    "ynat": {
        "guid": "y_0", "title": "제목", "label": 1, "url": "u", "date": "d", "predefined_news_category": "경제",
        "annotations": {
            "annotators": ["01", "02", "03"],
            "annotations": {
                "first-scope": ["경제", "경제", "사회"],
                "second-scope": ["해당없음"] * 3,
                "third-scope": ["해당없음"] * 3,
            },
        },
    },
    "sts": {
        "guid": "s_0", "source": "s", "sentence1": "가", "sentence2": "나",
        "labels": {"label": 3.3, "real-label": 10 / 3, "binary-label": 1},
        "annotations": {"agreement": "0:0:0:2:1:0", "annotators": ["01", "02", "03"], "annotations": [3, 3, 4]},
    },
    "nli": {
        "guid": "n_0", "source": "s", "premise": "가", "hypothesis": "나", "label": 0, "author_label": 0,
        "annotator_labels": [0, 0, 1, 2],
    },
    "ner": {
        "guid": "ner_0", "source": "s", "sentence": "<가나:PS> 다", "tokens": ["가", "나", " ", "다"],
        "ner_tags": [6, 7, 12, 12],
    },
    "re": {
        "guid": "r_0", "sentence": "가나 다라", "label": 6, "source": "s",
        "subject_entity": {"word": "가나", "start_idx": 0, "end_idx": 1, "type": "ORG"},
        "object_entity": {"word": "다라", "start_idx": 3, "end_idx": 4, "type": "ORG"},
    },
    "dp": {
        "guid": "d_0", "source": "s", "sentence": "나는 간다", "index": [1, 2], "word_form": ["나는", "간다"],
        "lemma": ["나 는", "가 ㄴ다"], "pos": ["NP+JX", "VV+EF"], "head": [2, 0], "deprel": ["NP_SBJ", "VP"],
    },
    "mrc": {
        "guid": "m_0", "title": "t", "context": " 가나다", "news_category": None, "source": "s", "question": "q",
        "is_impossible": False, "question_type": 1, "answers": {"answer_start": [2], "text": ["나다"]},
        "plausible_answers": {"answer_start": [], "text": []},
    },
    "wos": {
        "guid": "w_0", "domains": ["택시"],
        "dialogue": [
            {"role": "user", "text": "가", "state": ["택시-종류-모범", "택시-도착지-서울-역"]},
            {"role": "sys", "text": "나", "state": []},
        ],
    },
    "ood": {"guid": "o_0", "text": "가", "label": 0},
}  # fmt: skip

ANSWER = {"answer_start": [0], "text": ["가나"]}

VIOLATIONS = [
    ("ynat", "label_was_chosen", {"label": 2, ".annotations.annotations.first-scope": ["경제"] * 3}),
    ("sts", "real_label_is_mean", {".labels.real-label": 3.34}),
    ("sts", "label_is_rounded", {".labels.label": 3.4}),
    ("sts", "binary_label_cut", {".labels.binary-label": 0}),
    ("sts", "tally_matches", {".annotations.agreement": "0:0:0:1:2:0"}),
    ("sts", "tally_matches", {".annotations.annotators": ["01"]}),
    ("nli", "gold_is_majority", {"label": 1}),
    ("ner", "tokens_match_sentence", {"sentence": "<가나:PS>  다"}),
    ("ner", "tags_are_bio", {"ner_tags": [7, 7, 12, 12]}),
    ("ner", "tags_are_bio", {"ner_tags": [8, 7, 12, 12]}),
    ("ner", "tags_match_marks", {"ner_tags": [6, 12, 12, 12]}),
    ("ner", "no_entity_begins_on_space", {"sentence": "가나< 다:PS>", "ner_tags": [12, 12, 6, 7]}),
    ("ner", "no_mark_in_tokens", {"tokens": list("<가:;PS>"), "sentence": "<가:;PS>", "ner_tags": [12] * 7}),
    ("ner", "no_conjoining_jamo", {"sentence": "ᄏ"}),
    ("re", "words_match_spans", {".object_entity.start_idx": 2}),
    ("re", "words_match_spans", {".subject_entity.start_idx": -1}),
    ("re", "entities_are_apart", {".object_entity.start_idx": 1}),
    ("re", "subject_fits_label", {".subject_entity.type": "PER"}),
    ("dp", "head_in_range", {"head": [3, 0]}),
    ("dp", "head_in_range", {"head": [-1, 0]}),
    ("dp", "one_root", {"head": [0, 0]}),
    ("dp", "one_root", {"head": [2, 1]}),
    ("dp", "reaches_root", {"head": [2, 1]}),
    ("dp", "reaches_root", {"head": [1, 0]}),
    ("dp", "index_counts_words", {"index": [1, 3]}),
    ("dp", "deprel_is_known", {"deprel": ["NP_SUBJ", "VP"]}),
    ("dp", "words_match_sentence", {"sentence": "나는 간다."}),
    ("dp", "morphemes_match_pos", {"pos": ["NP+JX", "VV"]}),
    ("mrc", "answers_match_context", {".answers.answer_start": [1]}),
    ("mrc", "answers_match_context", {".answers.answer_start": [-2]}),
    ("mrc", "plausible_answers_match_context", {"plausible_answers": ANSWER}),
    ("mrc", "answers_fit", {"is_impossible": True, "question_type": 3}),
    ("mrc", "answers_fit", {"answers": {"answer_start": [], "text": []}}),
    ("mrc", "type_fits", {"question_type": 3}),
    ("mrc", "type_fits", {"question_type": 4}),
    ("wos", "slots_are_known", {".dialogue.0.state": ["택시-색-노랑"]}),
    ("wos", "slots_are_known", {".dialogue.0.state": ["택시 종류 모범"]}),
    ("wos", "one_value_per_slot", {".dialogue.0.state": ["택시-종류-모범", "택시-종류-일반"]}),
    ("wos", "state_on_user_turns", {".dialogue.1.state": ["택시-종류-모범"]}),
    ("wos", "turns_alternate", {".dialogue.1.role": "user"}),
    ("wos", "state_within_domains", {"domains": ["식당"]}),
]  # fmt: skip


def changed(row: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    row = copy.deepcopy(row)
    for path, value in changes.items():
        place: Any = row
        *parents, last = path.strip(".").split(".")
        for key in parents:
            place = place[int(key) if key.isdigit() else key]
        place[last] = value
    return row


def table(config: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(get_task(config).features))


def check(
    config: str, rows: list[dict[str, Any]], split: str = "train", expected: int | None = None
) -> SplitCheck:
    result = SplitCheck(get_task(config), split, expected)
    result.add(table(config, rows))
    return result


def by_rule(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.rule: finding for finding in findings}


@pytest.mark.parametrize("config", TASKS)
def test_good_row_breaks_no_rule(config: str) -> None:
    findings = check(config, [GOOD[config]], expected=1).findings()
    assert {finding.rule: finding.violations for finding in findings if finding.violations} == {}


@pytest.mark.parametrize(("config", "rule", "changes"), VIOLATIONS)
def test_rule_finds_the_row_that_breaks_it(config: str, rule: str, changes: dict[str, Any]) -> None:
    bad = changed(GOOD[config], {"guid": "bad", **changes})
    finding = by_rule(check(config, [GOOD[config], bad, changed(GOOD[config], {"guid": "c"})]).findings())[
        rule
    ]
    assert (finding.violations, finding.rows) == (1, 3)
    assert [(example.row, example.guid) for example in finding.examples] == [(1, "bad")]


def test_every_rule_has_a_row_that_breaks_it() -> None:
    tested = {(config, rule) for config, rule, _ in VIOLATIONS}
    rules = {(config, rule.name) for config, task in TASKS.items() for rule in task.invariants}
    assert rules == tested


def test_every_fatal_rule_explains_what_it_found() -> None:
    assert [
        rule.name for task in TASKS.values() for rule in task.invariants if rule.fatal and not rule.explain
    ] == []


@pytest.mark.parametrize(
    ("config", "changes", "detail"),
    [
        ("dp", {"head": [7, 0]}, "word 1 has head 7 in a sentence of 2 words"),
        ("ner", {"sentence": "<가나:PS> 다라"}, "4 tokens with tags for a sentence of 5 characters"),
        ("ner", {"sentence": "<가나:PS> 라"}, "token 3 is '다' where the sentence has '라'"),
    ],
)
def test_fatal_finding_says_what_was_found(config: str, changes: dict[str, Any], detail: str) -> None:
    findings = check(config, [changed(GOOD[config], changes)]).findings()
    assert [finding.examples[0].detail for finding in findings if finding.fatal and finding.violations] == [
        detail
    ]


def test_rows_are_numbered_across_tables_and_examples_are_few() -> None:
    result = SplitCheck(get_task("dp"), "train")
    for part in range(5):
        rows = [changed(GOOD["dp"], {"guid": f"d_{part}_{i}", "head": [0, 0]}) for i in range(3)]
        result.add(table("dp", rows))
    finding = by_rule(result.findings())["one_root"]
    assert (finding.violations, len(finding.examples)) == (15, EXAMPLES)
    assert [example.row for example in finding.examples] == [0, 1, 2, 3, 4]


def test_repeats_within_a_split_are_counted_from_the_second_on() -> None:
    findings = by_rule(check("ood", [GOOD["ood"]] * 3).findings())
    assert findings["guid_is_unique"].violations == 2
    assert findings["text_is_unique"].violations == 2


def test_wrong_number_of_rows_is_a_finding() -> None:
    finding = by_rule(check("ood", [GOOD["ood"]], expected=3).findings())["row_count"]
    assert (finding.violations, finding.says) == (2, "the split has the published 3 rows")


def test_text_of_validation_that_stands_in_train_is_found_with_its_contradiction() -> None:
    train = check("ood", [GOOD["ood"], changed(GOOD["ood"], {"guid": "o_1", "text": "나"})])
    other = [
        changed(GOOD["ood"], {"guid": "v_0", "label": 3}),
        changed(GOOD["ood"], {"guid": "v_1", "text": "다"}),
    ]
    found = compare_splits({"train": train, "validation": check("ood", other, "validation")})
    counts = {(finding.split, finding.rule): finding.violations for finding in found}
    assert counts == {
        ("validation", "guid_not_in_train"): 0,
        ("validation", "text_not_in_train"): 1,
        ("train", "one_label_per_text"): 1,
        ("validation", "one_label_per_text"): 1,
    }


def test_questions_about_one_passage_are_no_repeats_within_a_split() -> None:
    rows = [GOOD["mrc"], changed(GOOD["mrc"], {"guid": "m_1"})]
    assert "text_is_unique" not in by_rule(check("mrc", rows).findings())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=6), min_size=1, max_size=5))
def test_tree_rules_agree_with_walking_to_the_root(sentences: list[list[int]]) -> None:
    rows = [
        changed(
            GOOD["dp"],
            {
                "guid": f"d_{i}",
                "head": heads,
                "index": list(range(1, len(heads) + 1)),
                **{name: ["x"] * len(heads) for name in ("word_form", "lemma", "pos", "deprel")},
            },
        )
        for i, heads in enumerate(sentences)
    ]
    data = table("dp", rows)
    masks = {rule.name: rule.violations(data).tolist() for rule in get_task("dp").invariants}
    assert masks["head_in_range"] == [any(head > len(heads) for head in heads) for heads in sentences]
    assert masks["one_root"] == [heads.count(0) != 1 for heads in sentences]
    assert masks["reaches_root"] == [
        any(circles(heads, word) for word in range(1, len(heads) + 1)) for heads in sentences
    ]


def circles(heads: list[int], word: int) -> bool:
    for _ in range(len(heads) + 1):
        if not 0 < word <= len(heads):
            return False
        word = heads[word - 1]
    return True


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), max_size=8), min_size=1, max_size=5))
def test_bio_rule_agrees_with_reading_tag_by_tag(sentences: list[list[int]]) -> None:
    names = get_task("ner").label_names
    rows = [
        changed(GOOD["ner"], {"guid": f"n_{i}", "ner_tags": tags, "tokens": ["x"] * len(tags)})
        for i, tags in enumerate(sentences)
    ]
    rule = next(rule for rule in get_task("ner").invariants if rule.name == "tags_are_bio")
    assert np.asarray(rule.violations(table("ner", rows))).tolist() == [
        any(
            names[tag].startswith("I-") and (before is None or names[before][2:] != names[tag][2:])
            for before, tag in zip([None, *tags], tags, strict=False)
        )
        for tags in sentences
    ]
