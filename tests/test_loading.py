"""What a newcomer does with the published folder: load every config in every way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import datasets
import pandas as pd
import pytest

from klue_hub.datasets.klue import TASKS, Klue


@pytest.fixture(scope="module")
def repo(published: Path) -> Path:
    return published / "datasets" / "klue" / "klue"


@pytest.fixture
def beside_the_folder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the folder from which the bare name `klue` is the repository."""
    monkeypatch.chdir(repo.parent)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, datasets.DatasetDict]:
    """The same rows by the builder, without any Parquet or card between."""
    cache = tmp_path_factory.mktemp("built")
    result = {}
    for config in TASKS:
        builder = Klue(config_name=config, source="sample", cache_dir=cache)
        builder.download_and_prepare()
        result[config] = builder.as_dataset()
    return result


@pytest.mark.usefixtures("beside_the_folder")
@pytest.mark.parametrize("config", TASKS)
def test_loads_by_the_bare_name(config: str, built: dict[str, datasets.DatasetDict]) -> None:
    loaded = datasets.load_dataset("klue", config)
    assert {split: data.to_list() for split, data in loaded.items()} == {
        split: data.to_list() for split, data in built[config].items()
    }
    assert loaded["train"].features == built[config]["train"].features


@pytest.mark.usefixtures("beside_the_folder")
@pytest.mark.parametrize("config", TASKS)
def test_streams_by_the_bare_name(config: str, built: dict[str, datasets.DatasetDict]) -> None:
    streamed = datasets.load_dataset("klue", config, streaming=True)
    assert streamed["validation"].features == built[config]["validation"].features
    assert list(streamed["validation"]) == built[config]["validation"].to_list()


@pytest.mark.parametrize("config", TASKS)
def test_loads_by_absolute_path(config: str, repo: Path, built: dict[str, datasets.DatasetDict]) -> None:
    loaded = datasets.load_dataset(str(repo), config, split="train")
    assert loaded.to_list() == built[config]["train"].to_list()


@pytest.mark.parametrize("config", TASKS)
@pytest.mark.parametrize("split", ["train", "validation"])
def test_pandas_reads_the_parquet(
    config: str, split: str, repo: Path, built: dict[str, datasets.DatasetDict]
) -> None:
    frame = pd.read_parquet(repo / config / f"{split}-00000-of-00001.parquet")
    assert list(frame.columns) == list(TASKS[config].features)
    assert list(frame["guid"]) == built[config][split]["guid"]


def test_nine_configs_are_listed(repo: Path) -> None:
    assert datasets.get_dataset_config_names(str(repo)) == list(TASKS)


def test_parquet_alone_keeps_the_features(repo: Path, tmp_path: Path) -> None:
    file = repo / "nli" / "train-00000-of-00001.parquet"
    loaded = datasets.load_dataset("parquet", data_files=str(file), split="train", cache_dir=tmp_path)
    assert loaded.features["label"].names == ["entailment", "neutral", "contradiction"]


def test_spans_hold_in_what_is_loaded(repo: Path) -> None:
    answered = 0
    for row in datasets.load_dataset(str(repo), "mrc", split="train"):
        for kind in ("answers", "plausible_answers"):
            for start, text in zip(row[kind]["answer_start"], row[kind]["text"], strict=True):
                assert row["context"][start:][: len(text)] == text
                answered += 1
        assert bool(row["answers"]["text"]) != row["is_impossible"]
    assert answered > 12


def test_one_process_from_another_folder_as_the_readme_says(repo: Path, tmp_path: Path) -> None:
    code = 'from datasets import load_dataset; print(load_dataset("klue", "sts"))'
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repo.parent,
        env={**os.environ, "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'sentence1', 'sentence2', 'labels', 'annotations'" in done.stdout
