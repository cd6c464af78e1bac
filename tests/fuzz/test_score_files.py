"""Files of predictions and references: the same rows score the same whatever file holds them.

What cannot be read is told in one line.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.metrics.klue_metric import parquet
from klue_hub.metrics.klue_metric.entries import Entries
from klue_hub.metrics.klue_metric.errors import FileInputError, ScoreInputError
from klue_hub.metrics.klue_metric.examples import example_file
from klue_hub.metrics.klue_metric.files import FORMATS, read_entries
from klue_hub.metrics.klue_metric.layouts import LAYOUTS
from klue_hub.metrics.klue_metric.pipeline import score
from klue_hub.metrics.klue_metric.submissions import score_files, tokens_of
from klue_hub.metrics.klue_metric.tasks import TASKS

from . import warm_reader
from .mutations import BYTE_EDITS, ODD, TOKENS, ByteEdit, TreeEdit, edit_bytes, edit_tree, tree_edits
from .target import target

SIDES = ("predictions", "references")
FLAT = [(config, side) for config, layout in LAYOUTS.items() for side in layout.flat]
KEPT_ROWS = 3
REAL_READER = parquet.read_apart
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def rows_of(config: str, side: str) -> list[dict[str, Any]]:
    """The first rows of the example file."""
    name, content = example_file(config, side)
    text = content.decode("utf-8-sig")
    if name.endswith(".csv"):
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(text, newline="")))
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    return rows[:KEPT_ROWS]


ROWS = {(config, side): rows_of(config, side) for config in TASKS for side in SIDES}


def as_bytes(rows: list[dict[str, Any]], suffix: str) -> bytes:
    if suffix == ".json":
        return json.dumps(rows).encode()
    if suffix == ".jsonl":
        return "\n".join(json.dumps(row) for row in rows).encode()
    if suffix == ".parquet":
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), sink)
        return sink.getvalue()
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter="," if suffix == ".csv" else "\t")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "read_apart", warm_reader.read_apart)
        yield


def read(folder: Path, config: str, side: str, suffix: str, content: bytes) -> Entries | None:
    """Return the entries of a file, or None where it was refused as it should be."""
    path = folder / f"{side}{suffix}"
    path.write_bytes(content)
    try:
        return read_entries(path, config, side)
    except FileInputError as error:
        assert str(error).startswith(f"{config}: ")
        assert path.name in str(error)
        assert len(str(error).splitlines()) == 1
        return None


def check_scores(folder: Path, config: str, suffix: str, given_rows: Entries | None) -> None:
    """Score the file of predictions that `read` wrote against the example's references."""
    gold = folder / "gold.json"
    gold.write_bytes(as_bytes(ROWS[config, "references"], ".json"))
    expected: Any = None
    if given_rows is not None:
        references = read_entries(gold, config, "references")
        try:
            expected = score(config, given_rows.values, references.values, tokens_of(given_rows, references))
        except ScoreInputError as error:
            expected = error
    try:
        report = score_files(config, folder / f"predictions{suffix}", gold, confidence_level=None)
    except FileInputError as error:
        assert given_rows is None or isinstance(expected, ScoreInputError) or "guid" in str(error)
    else:
        assert report.scores == pytest.approx(expected, nan_ok=True)
        json.loads(report.to_json())


ANY_BYTES = st.binary(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=8).map(b"".join)


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".parquet"])
@target()
@given(content=ANY_BYTES, config=st.sampled_from(list(TASKS)), side=st.sampled_from(SIDES))
def test_any_bytes_are_read_or_told(
    folder: Path, suffix: str, content: bytes, config: str, side: str
) -> None:
    read(folder, config, side, suffix, content)


@target()
@given(content=ANY_BYTES, config=st.sampled_from(list(TASKS)), side=st.sampled_from(SIDES))
def test_any_bytes_between_the_marks_of_parquet_are_told(
    folder: Path, content: bytes, config: str, side: str
) -> None:
    assert read(folder, config, side, ".parquet", b"PAR1" + content + b"PAR1") is None


@target()
@given(config=st.sampled_from(list(TASKS)), side=st.sampled_from(SIDES), edits=BYTE_EDITS)
def test_a_damaged_parquet_file_is_scored_as_it_stands_or_told(
    folder: Path, config: str, side: str, edits: list[ByteEdit]
) -> None:
    content = edit_bytes(as_bytes(ROWS[config, side], ".parquet"), edits)
    entries = read(folder, config, side, ".parquet", content)
    if side == "predictions":
        check_scores(folder, config, ".parquet", entries)


@pytest.mark.parametrize("edits", [[], [("end", 90, 0, b"")], [("replace", 40, 0, b"0" * 20)]])
def test_the_warm_reader_says_what_the_reader_says(folder: Path, edits: list[ByteEdit]) -> None:
    path = folder / "both.parquet"
    path.write_bytes(edit_bytes(as_bytes(ROWS["sts", "references"], ".parquet"), edits))
    limits = {"rows": 9, "bytes": 9**9, "values": 99}
    order = json.dumps({"columns": ["guid", "real-label"], "entries": ["real-label"], **limits})
    said = REAL_READER([str(path), order])
    assert ("rows" in json.loads(said)) == (not edits)
    assert warm_reader.read_apart([str(path), order]) == said


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@target()
@given(config=st.sampled_from(list(TASKS)), side=st.sampled_from(SIDES), edits=BYTE_EDITS)
def test_a_damaged_file_is_scored_as_it_stands_or_told(
    folder: Path, suffix: str, config: str, side: str, edits: list[ByteEdit]
) -> None:
    entries = read(folder, config, side, suffix, edit_bytes(as_bytes(ROWS[config, side], suffix), edits))
    if side == "predictions":
        check_scores(folder, config, suffix, entries)


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@target()
@given(which=st.sampled_from(FLAT), edits=BYTE_EDITS)
def test_a_damaged_table_is_scored_as_it_stands_or_told(
    folder: Path, suffix: str, which: tuple[str, str], edits: list[ByteEdit]
) -> None:
    config, side = which
    rows = [{key: value for key, value in row.items() if isinstance(value, str)} for row in ROWS[which]]
    if not rows[0]:
        rows = [{"label": "no_relation"}, {"label": "per:title"}]
    entries = read(folder, config, side, suffix, edit_bytes(as_bytes(rows, suffix), edits))
    if side == "predictions":
        check_scores(folder, config, suffix, entries)


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal, NaN to itself."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(one, two) for one, two in zip(left, right, strict=True))
    both = isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right)
    return both or (type(left) is type(right) and bool(left == right))


@pytest.mark.parametrize("config", TASKS)
@target()
@given(side=st.sampled_from(SIDES), edits=tree_edits((*ODD, math.nan, "guid", "label", "neutral")))
def test_rows_of_any_kind_are_the_same_in_json_and_in_json_lines(
    folder: Path, config: str, side: str, edits: list[TreeEdit]
) -> None:
    rows = edit_tree(ROWS[config, side], edits)
    if not isinstance(rows, list):
        read(folder, config, side, ".json", json.dumps(rows).encode())
        return
    whole = read(folder, config, side, ".json", as_bytes(rows, ".json"))
    lines = read(folder, config, side, ".jsonl", as_bytes(rows, ".jsonl"))
    assert (whole is None) == (lines is None)
    if whole and lines:
        assert same(whole.values, lines.values)
        assert same(whole.tokens, lines.tokens)
        assert same(whole.guids, lines.guids)
    if side == "predictions":
        check_scores(folder, config, ".json", whole)


@pytest.mark.parametrize("config", TASKS)
@target(cases=len(TASKS))
@given(side=st.sampled_from(SIDES), edits=tree_edits(("", "가", 0, 1.5, [], "neutral", "O")))
def test_rows_that_parquet_can_hold_are_the_same_in_json(
    folder: Path, config: str, side: str, edits: list[TreeEdit]
) -> None:
    rows = edit_tree(ROWS[config, side], edits)
    try:
        content = as_bytes(rows, ".parquet")
        rows = pq.read_table(
            io.BytesIO(content)
        ).to_pylist()  # a key that some rows lack is null in all of them
    except (pa.ArrowException, TypeError, AttributeError, ValueError):
        return
    packed = read(folder, config, side, ".parquet", content)
    whole = read(folder, config, side, ".json", as_bytes(rows, ".json"))
    if LAYOUTS[config].record:
        return  # the row is the entry: of Parquet, only the columns that are asked for are read
    assert (packed is None) == (whole is None)
    if packed and whole:
        assert same(packed.values, whole.values)
