"""The three raw formats: what is read, and what a person is told where a file breaks its format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klue_hub.datasets.klue.errors import RawDataError
from klue_hub.datasets.klue.readers.fields import read_blocks
from klue_hub.datasets.klue.task import RawSplit
from klue_hub.datasets.klue.tasks import get_task

NER_HEAD = "## 주석 : ##\n## 컬럼명 : CHAR\tNE_TAG\n"
DP_HEAD = "## 칼럼명 : INDEX\tWORD_FORM\tLEMMA\tPOS\tHEAD\tDEPREL\n"

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(content: str | bytes) -> Path:
        path = tmp_path / "raw"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def read(config: str, path: Path, split: str = "train", batch_rows: int = 2) -> list[dict[str, Any]]:
    tables = list(get_task(config).read(RawSplit(path, split, batch_rows)))
    rows: list[dict[str, Any]] = pa.concat_tables(tables).to_pylist()
    return rows


def ynat_row(**changes: Any) -> dict[str, Any]:
    row = {"guid": "ynat-v1_train_00000", "title": "제목", "label": "경제", "url": "u", "date": "d"}
    return row | changes


def nli_row(**changes: Any) -> dict[str, Any]:
    row = {"guid": "g_00000", "source": "s", "premise": "p", "hypothesis": "h", "gold_label": "neutral"}
    return row | changes


def test_ner_reads_spaces_hash_and_jamo_as_tokens(write: Write) -> None:
    path = write(NER_HEAD + "## klue-ner-v1_dev_00000-nsmc\t# ᄏ<가:PS>\n#\tO\n \tO\nᄏ\tO\n가\tB-PS\n\n")
    assert read("ner", path) == [
        {
            "sentence": "# ᄏ<가:PS>",
            "tokens": ["#", " ", "ᄏ", "가"],
            "ner_tags": [12, 12, 12, 6],
            "guid": "klue-ner-v1_dev_00000",
            "source": "nsmc",
        }
    ]


@pytest.mark.parametrize("joint", ["-", "_"])
def test_tsv_header_splits_guid_from_source_at_either_joint(write: Write, joint: str) -> None:
    path = write(f"## klue-ner-v1_train_00001{joint}wikitree\t가\n가\tO\n")
    row = read("ner", path)[0]
    assert (row["guid"], row["source"]) == ("klue-ner-v1_train_00001", "wikitree")


def test_tsv_sentence_may_hold_a_tab(write: Write) -> None:
    row = read("ner", write("## g_00001-s\t가\t나\n가\tO\n나\tO\n"))[0]
    assert row["sentence"] == "가\t나"


def test_tsv_reads_a_file_of_many_blocks(write: Write) -> None:
    sentences = [f"## g_{i:05d}-s\t가나\n가\tB-LC\n나\tI-LC\n\n" for i in range(300)]
    path = write(NER_HEAD + "".join(sentences))
    blocks = list(read_blocks(path, cut_at=b"\n\n", block_bytes=100))
    assert len(blocks) > 20
    assert b"".join(block.data for block in blocks) == path.read_bytes()
    assert [block.first_line for block in blocks[:2]] == [1, 1 + blocks[0].data.count(b"\n")]


def test_dp_reads_hash_words_and_integers(write: Write) -> None:
    path = write(
        DP_HEAD
        + "## klue-dp-v1_train_00000_airbnb\t#NAME? 왔다\n1\t#NAME?\t#\tSW\t2\tNP\n2\t왔다\t오 았다\tVV+EF\t0\tVP\n"
    )
    row = read("dp", path)[0]
    assert (row["word_form"], row["head"], row["deprel"]) == (["#NAME?", "왔다"], [2, 0], ["NP", "VP"])


def test_ood_trims_utterances_and_takes_a_last_line_without_its_end(write: Write) -> None:
    rows = read("ood", write("0\t 연두 \r\n6\t알고 있어".encode()), split="validation")
    assert rows == [
        {"guid": "ood-v1_validation_00000", "text": "연두", "label": 0},
        {"guid": "ood-v1_validation_00001", "text": "알고 있어", "label": 6},
    ]


def test_nli_takes_genre_for_source(write: Write) -> None:
    row = nli_row(genre="NSMC")
    del row["source"]
    assert read("nli", write(json.dumps([row])))[0]["source"] == "NSMC"


def test_nli_keeps_only_the_validators_who_voted(write: Write) -> None:
    row = read(
        "nli", write(json.dumps([nli_row(author="entailment", label2="neutral", label4="contradiction")]))
    )[0]
    assert (row["author_label"], row["annotator_labels"]) == (0, [1, 2])


def test_missing_optional_keys_give_null(write: Write) -> None:
    row = read("ynat", write(json.dumps([ynat_row()])))[0]
    assert row["predefined_news_category"] is None
    assert row["annotations"] is None


def test_wos_gives_system_turns_an_empty_state(write: Write) -> None:
    dialogue = [{"role": "user", "text": "t", "state": ["택시-종류-모범"]}, {"role": "sys", "text": "네"}]
    row = read("wos", write(json.dumps([{"guid": "g_00000", "domains": ["택시"], "dialogue": dialogue}])))[0]
    assert [turn["state"] for turn in row["dialogue"]] == [["택시-종류-모범"], []]


def test_mrc_keeps_plausible_answers_apart_and_context_unstripped(write: Write) -> None:
    question = {
        "guid": "g_00000",
        "question": "q",
        "question_type": 3,
        "is_impossible": True,
        "answers": [],
        "plausible_answers": [{"text": "나", "answer_start": 2}],
    }
    article = {"title": "t", "source": "hankyung", "paragraphs": [{"context": "\n 나 ", "qas": [question]}]}
    row = read("mrc", write(json.dumps({"version": "1", "data": [article]})))[0]
    assert row["context"] == "\n 나 "
    assert row["answers"] == {"answer_start": [], "text": []}
    assert row["plausible_answers"] == {"answer_start": [2], "text": ["나"]}
    assert row["news_category"] is None


BAD_FILES = [
    pytest.param(
        "ner", NER_HEAD + "## g_00000-s\t가\n가\n", "line 4: too few fields: 1, expected 2, tab-separated: CHAR NE_TAG; "
        "the line is '가'", id="ner line with too few fields",
    ),
    pytest.param(
        "dp", DP_HEAD + "## g_00000_s\t가\n1\t가\t가\tNNG\t0\n",
        "line 3: too few fields: 5, expected 6, tab-separated: INDEX WORD_FORM LEMMA POS HEAD DEPREL; "
        "the line is '1\\t가\\t가\\tNNG\\t0'", id="dp line with too few fields",
    ),
    pytest.param(
        "ner", "## g_00000-s\t가\n가\tO\tO\n", "line 2: too many fields: 3, expected 2, tab-separated: CHAR NE_TAG; "
        "the line is '가\\tO\\tO'", id="ner line with too many fields",
    ),
    pytest.param(
        "ner", "## g_00000-s\t가\n가\tB-XX\n", "line 2: unknown label 'B-XX'; expected one of B-DT, I-DT, B-LC, I-LC, "
        "B-OG, I-OG, B-PS, I-PS, B-QT, I-QT, B-TI, I-TI, O", id="ner unknown tag",
    ),
    pytest.param(
        "dp", "## g_00000_s\t가\n1\t가\t가\tNNG\tzero\tVP\n", "line 2: HEAD is 'zero', expected a whole number",
        id="dp head is no number",
    ),
    pytest.param(
        "ner", "가\tO\n", "line 1: stands before the first '## GUID-SOURCE<TAB>SENTENCE' line", id="tsv token first",
    ),
    pytest.param(
        "ner", "## g_00000-s\t가\n가\tO\n\n## broken\n나\tO\n",
        "line 4: expected '## GUID-SOURCE<TAB>SENTENCE' at the head of a sentence", id="tsv broken header",
    ),
    pytest.param("ner", "", "no sentence; expected '## GUID-SOURCE<TAB>SENTENCE' lines", id="tsv empty file"),
    pytest.param(
        "ner", b"## g_00000-s\t\xea\xb0\x80\n\xff\tO\n", "line 2: byte 0xff is not UTF-8; expected a UTF-8 file",
        id="tsv not utf-8",
    ),
    pytest.param(
        "ood", "0\ta\r\nb\r\n", "line 2: too few fields: 1, expected 2, tab-separated: LABEL UTTERANCE; the line is 'b\\r'",
        id="ood line without label",
    ),
    pytest.param(
        "ood", "7\ta\r\n", "line 1: unknown label '7'; expected one of 0, 1, 2, 3, 4, 5, 6", id="ood unknown label",
    ),
    pytest.param(
        "ynat", '[{"guid": "x"', "line 1: the JSON breaks off before its end; fetch the file again", id="json truncated",
    ),
    pytest.param(
        "ynat", "", "line 1: the JSON breaks off before its end; fetch the file again", id="json empty file",
    ),
    pytest.param(
        "ynat", "[\n  oops\n]", "line 2: no valid JSON: JSON is malformed: invalid character (byte 4); fetch the file again",
        id="json malformed",
    ),
    pytest.param("ynat", "{}", "expected a list of rows: Expected `array`, got `object`", id="json of another shape"),
    pytest.param(
        "mrc", "[]", "expected an object with a list of rows under 'data': Expected `object`, got `array`",
        id="mrc of another shape",
    ),
    pytest.param(
        "ynat", json.dumps([ynat_row(), {"guid": "b", "title": "t"}]),
        "row 1 (b): Object missing required field `label`", id="json missing required key",
    ),
    pytest.param(
        "ynat", json.dumps([ynat_row(title=3)]),
        "row 0 (ynat-v1_train_00000): Expected `str`, got `int` - at `$.title`", id="json wrong type",
    ),
    pytest.param(
        "ynat", json.dumps([ynat_row(), ynat_row(label="경재")]),
        "row 1, field label: unknown label '경재'; expected one of IT과학, 경제, 사회, 생활문화, 세계, 스포츠, 정치",
        id="ynat unknown label",
    ),
    pytest.param(
        "nli", json.dumps([nli_row(gold_label="entailmnt")]),
        "row 0, field gold_label: unknown label 'entailmnt' (did you mean 'entailment'?); "
        "expected one of entailment, neutral, contradiction", id="nli unknown label, nearest offered",
    ),
    pytest.param(
        "nli", json.dumps([nli_row(source=None)]), "row 0: expected a key 'source' or 'genre'", id="nli without source",
    ),
    pytest.param(
        "sts", json.dumps([{
            "guid": "a_00000", "source": "s", "sentence1": "1", "sentence2": "2",
            "labels": {"label": 3, "real-label": 3, "binary-label": 2},
        }]),
        "row 0, field labels.binary-label: unknown label 2; expected 0 (negative) or 1 (positive)",
        id="sts unknown binary label",
    ),
    pytest.param(
        "ynat", b'[{"guid": "a", "title": "\xff"}]', "line 1: byte 0xff is not UTF-8; expected a UTF-8 file",
        id="json not utf-8",
    ),
    pytest.param(
        "ynat", b'[\n{"guid": "a", "titl\xffe": "b"}]', "line 2: byte 0xff is not UTF-8; expected a UTF-8 file",
        id="json not utf-8 in a key that nobody reads",
    ),
    pytest.param("ynat", "[null]", "row 0: Expected `object`, got `null`", id="json row is null: Arrow crashed at it"),
    pytest.param(
        "ynat", json.dumps([ynat_row()]).replace("}", ', "label": "사회"}'),
        "row 0 (ynat-v1_train_00000): JSON parse error: Column(/label) was specified twice in row 0",
        id="json key stands twice",
    ),
    pytest.param(
        "wos", '[{"guid": "g", "domains": [], "dialogue": [null]}]',
        "row 0 (g): Expected `object`, got `null` - at `$.dialogue[0]`", id="json null deep inside",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("config", "content", "message"), BAD_FILES)
def test_bad_file_is_told_with_its_place(
    write: Write, config: str, content: str | bytes, message: str
) -> None:
    path = write(content)
    with pytest.raises(RawDataError) as caught:
        read(config, path)
    assert str(caught.value) == f"{path}: {message}"


TSV_TEXT = st.text(
    st.characters(blacklist_characters="\t\n\r", blacklist_categories=["Cs"]), min_size=1, max_size=12
)
# A line that starts so is the head of a sentence; and a sentence has at least one line below it.
TSV_UNIT = st.tuples(
    TSV_TEXT.filter(lambda token: not token.startswith("## ")), st.sampled_from(["B-PS", "I-PS", "O"])
)


@settings(max_examples=60, deadline=None)
@given(
    sentences=st.lists(
        st.tuples(TSV_TEXT, st.lists(TSV_UNIT, min_size=1, max_size=6)), min_size=1, max_size=6
    ),
    block=st.integers(1, 50),
)
def test_tsv_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    sentences: list[tuple[str, list[tuple[str, str]]]],
    block: int,
) -> None:
    text = "".join(
        f"## g_{i:05d}-s\t{sentence}\n" + "".join(f"{token}\t{tag}\n" for token, tag in unit) + "\n"
        for i, (sentence, unit) in enumerate(sentences)
    )
    path = tmp_path_factory.mktemp("tsv") / "raw"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read_blocks, "__defaults__", (b"\n", block))
        rows = read("ner", path)
    names = get_task("ner").label_names
    assert [row["sentence"] for row in rows] == [sentence for sentence, _ in sentences]
    assert [[(t, names[g]) for t, g in zip(row["tokens"], row["ner_tags"], strict=True)] for row in rows] == [
        unit for _, unit in sentences
    ]
