"""Every raw reader gives the rows that a plain reading gives, or one error that names the file.

It reads any bytes, and sample files with small damage. What it lets through, checks and statistics can count.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.datasets.klue.checks import Finding, SplitCheck
from klue_hub.datasets.klue.errors import RawDataError
from klue_hub.datasets.klue.sources import SAMPLE, sample_source
from klue_hub.datasets.klue.statistics import SplitStatistics, Statistics
from klue_hub.datasets.klue.task import RawSplit
from klue_hub.datasets.klue.tasks import TASKS, get_task

from .mutations import BYTE_EDITS, TOKENS, ByteEdit, TreeEdit, edit_bytes, edit_tree, tree_edits
from .plain_rows import JSON_CONFIGS, TEXT_CONFIGS, Row, from_json, from_text
from .target import target

BATCH = 2  # small, so that what spans batches is seen too


def sample_bytes(config: str) -> bytes:
    file = sample_source().catalogue.files("1.1.0", config)["validation"]
    return (SAMPLE / ("3i4k" if config == "ood" else "") / file.path).read_bytes()


def first_rows(config: str) -> Any:
    document = json.loads(sample_bytes(config))
    return {"data": document["data"][:2]} if config == "mrc" else document[:3]


SMALL: dict[str, bytes] = {
    **{config: json.dumps(first_rows(config), ensure_ascii=False).encode() for config in JSON_CONFIGS},
    **{config: b"\n\n".join(sample_bytes(config).split(b"\n\n")[:2]) for config in ("ner", "dp")},
    "ood": b"\n".join(sample_bytes("ood").split(b"\n")[:4]),
}
SCRAPS = st.lists(st.sampled_from([*TOKENS, b"## g_00000-s\ta\n", b"a\tO\n", b'{"guid": "a"}', b"0\ta"]))
ANY_BYTES = st.one_of(st.binary(max_size=100), st.text(max_size=60).map(str.encode), SCRAPS.map(b"".join))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readers") / "raw"


def rows_or_error(config: str, path: Path, content: bytes) -> list[Row] | None:
    """Return the rows of a file as it is published, or None where it was refused as it should be."""
    path.write_bytes(content)
    task = get_task(config)
    check, statistics = SplitCheck(task, "train"), SplitStatistics(task)
    rows: list[Row] = []
    try:
        for table in task.read(RawSplit(path, "train", BATCH)):
            table.validate(full=True)
            if table.num_rows:
                check.add(table)
                statistics.add(table)
            rows += table.to_pylist()
    except RawDataError as error:
        assert str(error).startswith(f"{path}: ")
        return None
    for finding in check.findings():
        assert 0 <= finding.violations <= len(rows)
        assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding
    if rows:
        result = statistics.result()
        assert msgspec.json.decode(msgspec.json.encode(result), type=Statistics) == result
        assert all(math.isfinite(figure) for figure in result.agreement.values())
    return rows


@pytest.mark.parametrize("config", TASKS)
@target()
@given(content=ANY_BYTES)
def test_any_bytes_are_read_as_they_stand_or_refused(path: Path, config: str, content: bytes) -> None:
    compare(config, path, content)


@pytest.mark.parametrize("config", TASKS)
@target()
@given(edits=BYTE_EDITS)
def test_a_damaged_file_is_read_as_it_stands_or_refused(
    path: Path, config: str, edits: list[ByteEdit]
) -> None:
    compare(config, path, edit_bytes(SMALL[config], edits))


def compare(config: str, path: Path, content: bytes) -> None:
    rows = rows_or_error(config, path, content)
    if rows is not None:
        plain = content.decode()
        expected = (
            from_text(config, plain) if config in TEXT_CONFIGS else from_json(config, json.loads(plain))
        )
        assert rows == expected


@pytest.mark.parametrize("config", JSON_CONFIGS)
@target()
@given(edits=tree_edits())
def test_rows_of_another_form_are_read_as_they_stand_or_refused(
    path: Path, config: str, edits: list[TreeEdit]
) -> None:
    document = edit_tree(json.loads(SMALL[config]), edits)
    rows = rows_or_error(config, path, json.dumps(document).encode())
    if rows is not None:
        assert rows == from_json(config, document)


@pytest.mark.parametrize("config", TASKS)
def test_the_plain_reading_is_that_of_the_whole_sample(path: Path, config: str) -> None:
    compare(config, path, sample_bytes(config))
    assert rows_or_error(config, path, sample_bytes(config))
