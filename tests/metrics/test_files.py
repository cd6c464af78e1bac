"""Files of predictions and references: every format gives what the lists give, every fault names its line."""

from __future__ import annotations

import csv
import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klue_hub.datasets.klue import Klue
from klue_hub.metrics.klue_metric import files, parsing
from klue_hub.metrics.klue_metric.errors import FileInputError, ScoreInputError
from klue_hub.metrics.klue_metric.examples import example_file, template_file
from klue_hub.metrics.klue_metric.files import read_entries
from klue_hub.metrics.klue_metric.layouts import LAYOUTS
from klue_hub.metrics.klue_metric.pipeline import score
from klue_hub.metrics.klue_metric.submissions import Report, score_files
from klue_hub.metrics.klue_metric.tasks import TASKS

SIDES = ("predictions", "references")
FLAT = [config for config, layout in LAYOUTS.items() if layout.flat == SIDES]


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], list[Path]]:
    """The example files of a config."""

    def write(config: str) -> list[Path]:
        paths = []
        for side in SIDES:
            name, content = example_file(config, side)
            (tmp_path / name).write_bytes(content)
            paths.append(tmp_path / name)
        return paths

    return write


def rows_of(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return [dict(row) for row in csv.DictReader(text.splitlines())]


def numbers(report: Report) -> Any:
    return report.scores, report.intervals, report.detailed, report.n


# --- every format ----------------------------------------------------------------------------------


@pytest.mark.parametrize("config", TASKS)
def test_example_scores_and_says_how(config: str, example: Callable[[str], list[Path]]) -> None:
    report = score_files(config, *example(config))
    assert tuple(report.scores) == TASKS[config].scores
    assert all(0 < value < 100 for value in report.scores.values())  # some of it is wrong
    assert report.signature.startswith(f"klue_metric|task:{config}|version:")
    assert set(report.intervals) == set(report.scores)
    assert report.detailed


@pytest.mark.parametrize("config", TASKS)
@pytest.mark.parametrize("form", ["json rows", "json columns", "json of one key", "jsonl", "parquet"])
def test_each_format_gives_the_same_numbers(
    config: str, form: str, example: Callable[[str], list[Path]], tmp_path: Path
) -> None:
    paths = example(config)
    want = score_files(config, *paths)
    converted = []
    for side, path in zip(SIDES, paths, strict=True):
        rows = rows_of(path)
        if path.suffix == ".csv" and config == "sts":
            rows = [
                {key: float(value) if key != "guid" else value for key, value in row.items()} for row in rows
            ]
        converted.append(convert(rows, form, tmp_path / f"converted-{side}", side))
    assert numbers(score_files(config, *converted)) == numbers(want)


def convert(rows: list[dict[str, Any]], form: str, stem: Path, side: str) -> Path:
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    if form == "parquet":
        path = stem.with_suffix(".parquet")
        pq.write_table(pa.table(columns), path)
        return path
    path = stem.with_suffix(".jsonl" if form == "jsonl" else ".json")
    document: Any = {"json rows": rows, "json columns": columns, "json of one key": {side: rows}}.get(form)
    text = json.dumps(document, ensure_ascii=False)
    path.write_text("\n".join(map(json.dumps, rows)) if form == "jsonl" else text, encoding="utf-8")
    return path


@pytest.mark.parametrize("config", FLAT)
@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".tsv", "\t")])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_tables_may_have_any_columns_line_ends_and_no_header(
    config: str,
    suffix: str,
    delimiter: str,
    line_end: str,
    example: Callable[[str], list[Path]],
    tmp_path: Path,
) -> None:
    paths = example(config)
    want = numbers(score_files(config, *paths))
    wide, bare = [], []
    for side, path in zip(SIDES, paths, strict=True):
        rows = rows_of(path)
        column = next(name for name in LAYOUTS[config].columns(side) if name in rows[0])
        if config == "re" and side == "predictions":
            rows = [{"label": rows_of(paths[1])[i]["label"]} for i in range(len(rows))]
            column = "label"
        table = [
            ["", column, "note"],
            *([str(i), str(row[column]), 'a "b", c'] for i, row in enumerate(rows)),
        ]
        wide.append(tmp_path / f"wide-{side}{suffix}")
        with wide[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(table)
        bare.append(tmp_path / f"bare-{side}{suffix}")
        bare[-1].write_text(line_end.join(str(row[column]) for row in rows), encoding="utf-8", newline="")
    found = numbers(score_files(config, *wide))
    assert found == numbers(score_files(config, *bare))
    if config != "re":
        assert found == want


@pytest.mark.parametrize("config", TASKS)
def test_published_split_is_read_as_references(config: str, published: Path, tmp_path: Path) -> None:
    """The Parquet of the dataset repository, whole; predictions are the gold labels."""
    split = published / "datasets" / "klue" / "klue" / config / "validation-00000-of-00001.parquet"
    if config == "mrc":
        rows = pq.read_table(split).to_pylist()
        answers = {row["guid"]: "" if row["is_impossible"] else row["answers"]["text"][0] for row in rows}
        mine = tmp_path / "answers.json"
        mine.write_text(
            json.dumps(answers), encoding="utf-8"
        )  # one text per guid, as SQuAD's script takes it
    else:
        gold = read_entries(split, config, "references")
        mine = tmp_path / "gold.json"
        mine.write_text(json.dumps({"predictions": gold.values}, ensure_ascii=False), encoding="utf-8")
    report = score_files(config, mine, split, confidence_level=None)
    for name, value in report.scores.items():
        assert name == "auprc" or value == pytest.approx(100)
    assert ("spaces:dropped" in report.signature) == (config == "ner")


def test_real_validation_split_scores_as_through_the_functions(upstream: Path, tmp_path: Path) -> None:
    builder = Klue(config_name="ner", data_dir=str(upstream), partial=True, cache_dir=str(tmp_path / "cache"))
    builder.download_and_prepare()
    split = builder.as_dataset(split="validation")
    gold, mine = tmp_path / "gold.parquet", tmp_path / "mine.jsonl"
    pq.write_table(split.data.table, gold)
    tags = split["ner_tags"][:]
    guess = [row if i % 7 else [12] * len(row) for i, row in enumerate(tags)]
    mine.write_text("\n".join(map(json.dumps, guess)), encoding="utf-8")
    report = score_files("ner", mine, gold, detailed=False)
    want = score("ner", guess, tags, split["tokens"][:], confidence_level=0.95, signature=True)
    assert report.scores == {name: want[name] for name in TASKS["ner"].scores}
    assert report.intervals == want["confidence_intervals"]
    assert report.signature == want["signature"]


def test_dialogues_and_their_user_turns_are_the_same(
    example: Callable[[str], list[Path]], tmp_path: Path
) -> None:
    mine, gold = example("wos")
    turns = [turn["state"] for row in rows_of(mine) for turn in row["dialogue"] if turn["role"] == "user"]
    flat = tmp_path / "turns.jsonl"
    flat.write_text("\n".join(map(json.dumps, turns)), encoding="utf-8")
    assert numbers(score_files("wos", flat, gold)) == numbers(score_files("wos", mine, gold))


@pytest.mark.parametrize("config", TASKS)
def test_template_has_the_columns_of_the_example_and_no_answer(config: str) -> None:
    for side in SIDES:
        (name, content), (filled, example) = template_file(config, side), example_file(config, side)
        assert name.rpartition(".")[2] == filled.rpartition(".")[2]
        assert len(content) < len(example)
        assert content.count(b"\n") == example.count(b"\n")


# --- what is wrong with a file ---------------------------------------------------------------------

NLI = "a label id from 0 to 2 or a label name (entailment, neutral, contradiction)"
JSON_FIX = "expected valid JSON; write the file with json.dump"

# Name, content, message behind "nli: predictions".
FAULTS: list[tuple[str, bytes, str]] = [
    ("a.json", b"", " (a.json): found an empty file; expected one entry per example; check that it was written whole"),
    ("a.json", b"[]", " (a.json): found no rows; expected one entry per example; check that the file was written whole"),
    ("a.json", b"[0,\n1,\n", " (line 3 of a.json): found no JSON at column 1 (Expecting value); " + JSON_FIX),
    ("a.json", b'{"label": 1}', " (a.json): found an object that is no table; expected a list with one entry per example; give a list, or {'predictions': [...]}"),
    ("a.json", b"3", " (a.json): found one value (int); expected a list with one entry per example; put it in a list"),
    ("a.json", b'[{"label": 0, "label": 1}]', " (a.json): found the key 'label' twice in one object; expected each key once; keep one of them"),
    ("a.json", b"[" * 100_000, " (a.json): found values nested more than 12 deep; expected rows as the data has them; give one plain entry per example"),
    ("a.json", b"[" * 20 + b"]" * 20, " (a.json): found values nested more than 12 deep; expected rows as the data has them; give one plain entry per example"),
    ("a.json", b"[" + b"9" * 5000 + b"]", " (a.json): found a number with thousands of digits; expected valid JSON; correct this number"),
    ("a.json", b'{"label": [0], "guid": ["a", "b"]}', " (a.json): found columns of different lengths (1 label, 2 guid); expected columns of one length; give equal columns, or a list of rows"),
    ("a.json", b'["' + b"x" * 1_000_000 + b'"]', " (row 1 of a.json): found a text of 1000000 characters; expected at most 100000 characters; check that the file was written whole"),
    ("a.json", b'[{"text": "a"}]', " (row 1 of a.json): found only 'text'; expected a column 'prediction' or 'predictions' or 'label'; name the column so"),
    ("a.jsonl", b'0\n\n{"label": 1} 2\n', " (line 3 of a.jsonl): found two values; expected one JSON value a line; put each on a line of its own"),
    ("a.jsonl", b"0\n{", " (line 2 of a.jsonl): found no JSON at column 2 (Expecting property name enclosed in double quotes); " + JSON_FIX),
    ("a.jsonl", b'0\n{"label": 7}', f"[1] (line 2 of a.jsonl): found label id 7; expected {NLI}; correct this label"),
    ("a.jsonl", b"0\n1e999", f"[1] (line 2 of a.jsonl): found inf (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first"),
    ("a.json", b"[0, 1.5]", f"[1] (row 2 of a.json): found 1.5 (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first"),
    ("a.json", b"[0, null]", f"[1] (row 2 of a.json): found None; expected {NLI}; correct this label"),
    ("a.json", b'["<b>", 1]', f"[0] (row 1 of a.json): found '<b>' (str); expected {NLI}; check the spelling"),
    ("a.json", "[\"가\"]".encode("cp949"), " (line 1 of a.json): found bytes that are no UTF-8 (they may be CP949); expected UTF-8; save the file as UTF-8"),
    ("a.json", "[1]".encode("utf-16"), " (a.json): found UTF-16; expected UTF-8; save the file as UTF-8"),
    ("a.json", b"[1,\n\xff\xff", " (line 2 of a.json): found bytes that are no UTF-8; expected UTF-8; save the file as UTF-8"),
    ("a.csv", b"label\n0\n1,2\n", " (line 3 of a.csv): found 2 cells; expected 1 cells, as in the first line; quote cells that hold the separator"),
    ("a.csv", b'label\n0\n"1\n', ' (line 3 of a.csv): found no table row (unexpected end of data); expected cells with closed quotes; close the quote, and double quotes inside a cell'),
    ("a.csv", b"a,b\n0,1\n", " (line 1 of a.csv): found the columns 'a', 'b'; expected a column 'label', 'prediction' or 'predictions'; name the column in the first line"),
    ("a.csv", b"label,label\n0,1\n", " (line 1 of a.csv): found the column 'label' twice; expected each column once; keep one of them"),
    ("a.csv", b"label\n", " (a.csv): found no rows; expected one entry per example; check that the file was written whole"),
    ("a.csv", b'label\n0\n\n"1\n2"\nx\n', f"[1] (line 4 of a.csv): found '1\\n2' (str); expected {NLI}; check the spelling"),
    ("a.csv", b"label\n0\n1.0\n", f"[1] (line 3 of a.csv): found 1.0 (float); expected {NLI}; give ids as integers; if these are scores, take their argmax first"),
    ("a.csv", b"0\n" + b"x" * 200_000, " (line 2 of a.csv): found no table row (field larger than field limit (131072)); expected cells with closed quotes; close the quote, and double quotes inside a cell"),
    ("a.tsv", b"label\n0\n" + b"y" * 110_000, " (line 3 of a.tsv): found a text of 110000 characters; expected at most 100000 characters; check that the file was written whole"),
    ("a.parquet", b"PAR1 and nothing else", " (a.parquet): found no readable Parquet (ArrowInvalid); expected a whole Parquet file; write it again, for example with pandas.DataFrame.to_parquet"),
    ("a.xlsx", b"PK", " (a.xlsx): found a name ending in '.xlsx'; expected .json, .jsonl, .csv, .tsv, .parquet; name the file after its format"),
    ("predictions", b"[1]", " (predictions): found a name without an ending; expected .json, .jsonl, .csv, .tsv, .parquet; name the file after its format"),
]  # fmt: skip


def fault_of(name: str, content: bytes, tmp_path: Path) -> FileInputError:
    path, gold = tmp_path / name, tmp_path / "gold.json"
    path.write_bytes(content)
    gold.write_text("[0, 1]")
    with pytest.raises(FileInputError) as caught:
        score_files("nli", path, gold)
    return caught.value


@pytest.mark.parametrize(("name", "content", "message"), FAULTS, ids=[row[2][:60] for row in FAULTS])
def test_fault_is_told_with_file_and_line(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    assert str(fault_of(name, content, tmp_path)) == f"nli: predictions{message}"


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileInputError, match=r"found no readable file \(No such file or directory\)"):
        read_entries(tmp_path / "a.json", "nli", "predictions")


def test_too_many_bytes_or_rows_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(FileInputError, match=r"found 50\.0 MB; expected at most 50 MB"):
        read_entries(path, "nli", "predictions")
    path.write_text(json.dumps([0] * (parsing.MAX_ROWS + 1)))
    with pytest.raises(FileInputError, match="found 200001 rows; expected at most 200000 rows"):
        read_entries(path, "nli", "predictions")
    pq.write_table(pa.table({"label": [0] * (parsing.MAX_ROWS + 1)}), tmp_path / "a.parquet")
    with pytest.raises(FileInputError, match="found 200001 rows"):
        read_entries(tmp_path / "a.parquet", "nli", "predictions")


def test_tables_of_structures_are_refused_with_the_formats_that_fit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("tags\nO\n")
    with pytest.raises(FileInputError, match=r"found a table \(\.csv\); expected \.json, \.jsonl, \.parquet"):
        read_entries(tmp_path / "a.csv", "ner", "predictions")


@pytest.mark.parametrize("kind", ["long texts", "categories", "lists of texts", "long lists"])
def test_parquet_that_unpacks_to_gigabytes_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    path, rows = tmp_path / "bomb.parquet", 20_000
    # Stored as a dictionary that holds the text once, and every value points at it.
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 90_000]))
    starts = pa.array(range(0, rows + 1, 2_000), pa.int32())
    numbers = pa.array([0] * (2_000 * rows), pa.int64())
    column: Any = {
        "long texts": texts,
        "categories": texts,
        "lists of texts": pa.ListArray.from_arrays(starts, texts),
        "long lists": pa.ListArray.from_arrays(
            pa.array(range(0, 2_000 * (rows + 1), 2_000), pa.int32()), numbers
        ),
    }[kind]
    with pq.ParquetWriter(
        path, pa.schema({"state": column.type}), store_schema=kind == "categories"
    ) as writer:
        writer.write_table(pa.table({"state": column}))
    assert path.stat().st_size < 3_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileInputError, match="a Parquet file that unpacks to more"):
        read_entries(path, "wos", "predictions")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert grown < 700_000


def test_rows_that_belong_to_other_guids_are_refused(tmp_path: Path) -> None:
    mine, gold = tmp_path / "mine.csv", tmp_path / "gold.csv"
    mine.write_text("guid,label\na,0\nc,1\nb,1\n")
    gold.write_text("guid,label\na,0\nb,1\nc,1\n")
    with pytest.raises(FileInputError) as caught:
        score_files("nli", mine, gold)
    assert str(caught.value) == (
        "nli: predictions[1].guid (line 3 of mine.csv): found 'c'; expected 'b', the guid of references[1]; "
        "bring both files into the same order, or leave out guid"
    )


def test_fault_in_references_names_their_file(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("[0]")
    (tmp_path / "gold.csv").write_text("guid,label\na,neutrall\n")
    with pytest.raises(FileInputError) as caught:
        score_files("nli", tmp_path / "mine.json", tmp_path / "gold.csv")
    assert str(caught.value).startswith("nli: references[0] (line 2 of gold.csv): found 'neutrall' (str)")
    assert caught.value.where == "references[0] (line 2 of gold.csv)"
    assert caught.value.fix == "did you mean 'neutral'?"


SEEDS = [
    b'[0, 1, "neutral"]',
    b'{"label": 0}\n{"label": 1}\n',
    b'guid,label\na,0\nb,"1"\n',
    b"\xef\xbb\xbflabel\r\n0\r\n",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(alphabet='[]{}",:0123 \n\tlabelguidnu.e+-\\', max_size=120).map(str.encode),
        st.tuples(st.sampled_from(SEEDS), st.integers(0, 40), st.binary(max_size=4)).map(
            lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :]
        ),
    ),
    suffix=st.sampled_from(files.FORMATS),
    config=st.sampled_from(list(TASKS)),
)
def test_any_bytes_give_a_result_or_one_clear_error(
    content: bytes, suffix: str, config: str, tmp_path: Path
) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    try:
        report = score_files(config, path, path, confidence_level=None)
    except ScoreInputError as error:
        assert str(error).startswith(f"{config}: ")
        assert error.where
    else:
        assert report.n >= 1
