"""`Klue` by itself, as a researcher would use it."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import datasets
import pytest

from klue_hub.datasets.klue import TASKS, Klue, KlueConfig, KlueError
from klue_hub.datasets.klue.errors import ChangedFileError, MissingFilesError, RawDataError, UnknownNameError
from klue_hub.datasets.klue.sources import SAMPLE


@pytest.mark.parametrize("version", ["1.1.0", "1.0.0"])
@pytest.mark.parametrize("config", TASKS)
def test_every_config_of_the_sample_builds_in_both_versions(
    tmp_path: Path, config: str, version: str
) -> None:
    builder = Klue(config_name=config, source="sample", version=version, cache_dir=tmp_path)
    builder.download_and_prepare()
    data = builder.as_dataset()
    assert list(data) == ["train", "validation"]
    assert data["train"].features == datasets.Features.from_dict(TASKS[config].features)
    assert str(builder.info.version) == version
    assert min(len(split) for split in data.values()) >= 12


def test_versions_do_not_share_a_cache(tmp_path: Path) -> None:
    old = Klue(config_name="ner", source="sample", version="1.0.0", cache_dir=tmp_path)
    new = Klue(config_name="ner", source="sample", cache_dir=tmp_path)
    assert old.cache_dir != new.cache_dir


def test_nine_configs_are_declared() -> None:
    assert [config.name for config in Klue.BUILDER_CONFIGS] == list(TASKS)
    assert str(KlueConfig(name="ner").version) == "1.1.0"


@pytest.mark.parametrize("name", ["nerr", None, "NER"])
def test_unknown_config_lists_the_nine(name: str | None) -> None:
    with pytest.raises(UnknownNameError, match="choose from ynat, sts, nli, ner, re, dp, mrc, wos, ood"):
        Klue(config_name=name)


def test_unknown_version_lists_the_two(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown data version '2.0.0'.*choose from 1.1.0, 1.0.0"):
        Klue(config_name="ner", source="sample", version="2.0.0", cache_dir=tmp_path)


def test_real_files_build_from_a_folder(upstream: Path, tmp_path: Path) -> None:
    builder = Klue(config_name="ner", data_dir=str(upstream), partial=True, cache_dir=tmp_path)
    builder.download_and_prepare()
    validation = builder.as_dataset(split="validation")
    assert len(validation) == 5000
    assert validation[0]["tokens"][:3] == ["경", "찰", "은"]


def test_missing_and_changed_files_are_errors_of_ours(upstream: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFilesError):
        Klue(config_name="ner", data_dir=str(upstream), cache_dir=tmp_path).download_and_prepare()
    with pytest.raises(ChangedFileError):
        Klue(
            config_name="ner", data_dir=str(upstream / "v1_samples"), version="1.0.0", cache_dir=tmp_path
        ).download_and_prepare()


@pytest.mark.parametrize("config", [config for config in TASKS if config != "ood"])
def test_real_samples_of_the_old_layout_load(upstream: Path, tmp_path: Path, config: str) -> None:
    builder = Klue(
        config_name=config,
        data_dir=str(upstream / "v1_samples"),
        version="1.0.0",
        accept_changed=True,
        cache_dir=tmp_path,
    )
    builder.download_and_prepare()
    assert set(builder.as_dataset()) == {"train", "validation"}


def test_findings_are_logged_and_stored_beside_the_data(
    upstream: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    builder = Klue(config_name="dp", data_dir=str(upstream), partial=True, cache_dir=tmp_path)
    with caplog.at_level(logging.WARNING):
        builder.download_and_prepare()
    assert (
        "dp/validation: 6 of 2,000 rows break the rule that the words, joined by spaces, are the sentence"
        in caplog.messages
    )
    stored = json.loads((Path(builder.cache_dir) / "checks.json").read_bytes())
    assert {item["rule"]: item["violations"] for item in stored if item["violations"]} == {
        "words_match_sentence": 6,
        "morphemes_match_pos": 5,
    }
    again = Klue(config_name="dp", data_dir=str(upstream), partial=True, cache_dir=tmp_path)
    assert again.findings == builder.findings


@pytest.fixture
def copied_sample(tmp_path: Path) -> Path:
    """A copy of the sample to change; its files are not the official ones, so changes must be accepted."""
    folder = tmp_path / "raw"
    shutil.copytree(SAMPLE, folder)
    return folder


def test_unreadable_file_is_an_error_of_ours_not_of_the_library(copied_sample: Path, tmp_path: Path) -> None:
    path = copied_sample / "klue_benchmark/ynat-v1.1/ynat-v1.1_dev.json"
    path.write_bytes(path.read_bytes()[:-40])
    builder = Klue(
        config_name="ynat", data_dir=str(copied_sample), accept_changed=True, cache_dir=tmp_path / "cache"
    )
    with pytest.raises(RawDataError) as caught:
        builder.download_and_prepare()
    assert str(caught.value).startswith(f"{path}: line ")
    assert str(caught.value).endswith("the JSON breaks off before its end; fetch the file again")
    assert isinstance(caught.value, KlueError)


def test_changed_file_under_the_same_path_is_not_served_from_the_cache(
    copied_sample: Path, tmp_path: Path
) -> None:
    def rows() -> int:
        builder = Klue(
            config_name="ood", data_dir=str(copied_sample), accept_changed=True, cache_dir=tmp_path / "cache"
        )
        builder.download_and_prepare()
        return len(builder.as_dataset(split="train"))

    before = rows()
    path = copied_sample / "3i4k/data/train_val_test/fci_train_val.txt"
    path.write_bytes(path.read_bytes() + "\r\n0\t하나 더".encode())
    assert rows() == before + 1


def test_streams_without_preparing(tmp_path: Path) -> None:
    builder = Klue(config_name="wos", source="sample", cache_dir=tmp_path)
    row = next(iter(builder.as_streaming_dataset(split="train")))
    assert row["dialogue"][1]["state"] == []


def test_prepares_parquet_into_a_folder(tmp_path: Path) -> None:
    builder = Klue(config_name="sts", source="sample", cache_dir=tmp_path / "cache")
    builder.download_and_prepare(str(tmp_path / "out"), file_format="parquet")
    assert sorted(path.suffix for path in (tmp_path / "out").glob("*.parquet")) == [".parquet", ".parquet"]


def test_files_that_changed_places_are_not_served_from_the_cache(copied_sample: Path, tmp_path: Path) -> None:
    options = {
        "config_name": "ood",
        "data_dir": str(copied_sample),
        "accept_changed": True,
        "cache_dir": tmp_path,
    }
    first = Klue(**options)
    first.download_and_prepare()
    train, validation = sorted((copied_sample / "3i4k").rglob("*.txt"), key=lambda path: "test" in path.name)
    one, other = train.read_bytes(), validation.read_bytes()
    train.write_bytes(other)
    validation.write_bytes(one)
    second = Klue(**options)
    second.download_and_prepare()
    assert second.as_dataset()["train"]["text"] == first.as_dataset()["validation"]["text"]


def test_findings_that_were_cut_off_are_counted_again(tmp_path: Path) -> None:
    builder = Klue(config_name="sts", source="sample", cache_dir=tmp_path)
    builder.download_and_prepare()
    whole = builder.findings
    (stored,) = tmp_path.rglob("checks.json")
    stored.write_bytes(stored.read_bytes()[:100])
    again = Klue(config_name="sts", source="sample", cache_dir=tmp_path)
    again.download_and_prepare()
    assert again.findings == whole
    assert len(json.loads(stored.read_bytes())) == len(whole)
