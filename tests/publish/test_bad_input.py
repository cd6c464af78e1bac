"""What the command makes of bad input and wrong use: one message, no trace, nothing written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ..conftest import Run
from .folders import edit, refused


def test_wrong_blob_id_stops(publish_dataset: Run, raw: Path, tmp_path: Path) -> None:
    status, error = refused(publish_dataset, "--source", raw, "--config", "sts", "--to", tmp_path / "hub")
    assert status == 1
    assert error.startswith("error: 2 files are not what upstream published for this data version:\n")
    assert "accept the change on purpose with --accept-changed" in error
    assert not (tmp_path / "hub").exists()


SPOILED = [
    ("ynat", "klue_benchmark/ynat-v1.1/ynat-v1.1_dev.json", None, "the JSON breaks off before its end"),
    (
        "dp",
        "klue_benchmark/klue-dp-v1.1/klue-dp-v1.1_dev.tsv",
        (b"\tNP_SBJ\n", b"\n"),
        "too few fields: 5, expected 6, tab-separated: INDEX WORD_FORM LEMMA POS HEAD DEPREL",
    ),
    (
        "ner",
        "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_dev.tsv",
        (b"\tB-PS\n", b"\tB-XX\n"),
        "unknown label 'B-XX'; expected one of B-DT, I-DT",
    ),
    (
        "nli",
        "klue_benchmark/klue-nli-v1.1/klue-nli-v1.1_train.json",
        (b'"gold_label": "neutral"', b'"gold_label": "netural"'),
        "unknown label 'netural' (did you mean 'neutral'?); expected one of entailment, neutral, contradiction",
    ),
    (
        "ner",
        "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_train.tsv",
        (b"\tO\n", b"\xff\tO\n"),
        "byte 0xff is not UTF-8; expected a UTF-8 file",
    ),
    (
        "ner",
        "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_train.tsv",
        (b"", b"\xef\xbb\xbf"),
        "line 1: begins with a byte order mark; expected UTF-8 without one",
    ),
    (
        "sts",
        "klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_train.json",
        (b"", b"\xef\xbb\xbf"),
        "line 1: begins with a byte order mark; expected UTF-8 without one",
    ),
    (
        "sts",
        "klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_train.json",
        (b'"real-label": ', b'"real-label": 1e999'[:14] + b"9" * 400),
        "is no finite number; expected a similarity, 0 to 5",
    ),
    (
        "dp",
        "klue_benchmark/klue-dp-v1.1/klue-dp-v1.1_dev.tsv",
        (b"## klue-dp-v1_dev_00001", b"## klue-dp-v1_dev_99999_wikitree\tempty\n\n## klue-dp-v1_dev_00001"),
        "a sentence without a line below it; expected its units",
    ),
]


@pytest.mark.parametrize(("config", "name", "change", "message"), SPOILED)
def test_spoiled_file_stops_with_its_place(
    publish_dataset: Run,
    raw: Path,
    tmp_path: Path,
    config: str,
    name: str,
    change: tuple[bytes, bytes] | None,
    message: str,
) -> None:
    if change:
        edit(raw / name, *change)
    else:
        (raw / name).write_bytes((raw / name).read_bytes()[:-300])
    arguments = ("--source", raw, "--accept-changed", "--config", config, "--to", tmp_path / "hub")
    status, error = refused(publish_dataset, *arguments)
    assert status == 1
    assert re.search(rf"error: {re.escape(str(raw / name))}: (line|row) \d+.*", error)
    assert message in error
    assert not (tmp_path / "hub").exists()


def test_head_out_of_range_stops_with_line_row_and_the_way_out(
    publish_dataset: Run, raw: Path, tmp_path: Path
) -> None:
    path = raw / "klue_benchmark/klue-dp-v1.1/klue-dp-v1.1_dev.tsv"
    lines = path.read_text(encoding="utf-8").split("\n")
    header = next(i for i, line in enumerate(lines) if "dev_00002" in line)
    fields = lines[header + 1].split("\t")
    fields[4] = "99"
    lines[header + 1] = "\t".join(fields)
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    words = lines.index("", header) - header - 1
    arguments = ("--source", raw, "--accept-changed", "--config", "dp", "--to", tmp_path / "hub")
    status, error = refused(publish_dataset, *arguments)
    assert status == 1
    assert (
        f"error: {path}: line {header + 1}, row 2 (klue-dp-v1_dev_00002): word 1 has head 99 in a sentence of {words} words; "
        "expected that every head lies in 0..n for n words; mend the file, or publish it with the fault as a known issue: "
        "--accept-faults (accept_faults=True)"
    ) in error
    assert not (tmp_path / "hub").exists()
    accepted = publish_dataset(*arguments, "--accept-faults")
    assert "dp/validation: 1 of 13 rows break the rule that every head lies in 0..n for n words" in " ".join(
        accepted.stdout.split()
    )


def test_tag_and_token_counts_that_differ_stop(publish_dataset: Run, raw: Path, tmp_path: Path) -> None:
    path = raw / "klue_benchmark/klue-ner-v1.1/klue-ner-v1.1_dev.tsv"
    lines = path.read_text(encoding="utf-8").split("\n")
    header = next(i for i, line in enumerate(lines) if "dev_00003" in line)
    tokens = lines.index("", header) - header - 1
    del lines[header + tokens]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    status, error = refused(
        publish_dataset, "--source", raw, "--accept-changed", "--config", "ner", "--to", tmp_path / "hub"
    )
    assert status == 1
    place = f"error: {path}: line {header + 1}, row 3 (klue-ner-v1_dev_00003): "
    assert f"{place}{tokens - 1} tokens with tags for a sentence of {tokens} characters" in error


def test_missing_files_are_all_listed_and_partial_is_offered(
    publish_dataset: Run, raw: Path, tmp_path: Path
) -> None:
    for name in ("klue-sts-v1.1_dev.json", "klue-sts-v1.1_train.json"):
        (raw / "klue_benchmark/klue-sts-v1.1" / name).unlink()
    arguments = ("--source", raw, "--config", "sts", "--config", "nli", "--to", tmp_path / "hub")
    status, error = refused(publish_dataset, *arguments)
    assert status == 1
    assert error.startswith("error: 2 files are missing in ")
    assert "klue-sts-v1.1_dev.json\n" in error
    assert "klue-sts-v1.1_train.json\n" in error
    assert "--partial" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--config", "stss"), "'ynat', 'sts', 'nli', 'ner', 're', 'dp', 'mrc', 'wos', 'ood'"),
        (("--data-version", "1.2"), "'1.1.0', '1.0.0'"),
        (("--source", "nowhere"), "source nowhere does not exist; expected 'official', 'sample'"),
        (("--only", "weights"), "'datasets', 'metrics', 'models'"),
        (("--too", "x"), "No such option"),
    ],
)
def test_wrong_use_ends_with_status_2(
    publish_dataset: Run, tmp_path: Path, arguments: tuple[str, str], message: str
) -> None:
    status, error = refused(publish_dataset, "--to", tmp_path / "hub", *arguments)
    assert status == 2
    assert message in error
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--source", "sample"), "the sample is made up and must not become klue/klue"),
        (("--only", "metrics"), "no token for https://huggingface.co; sign in with: hf auth login"),
        (("--endpoint", "huggingface.co"), "'huggingface.co' is no address of a Hub; expected https://HOST"),
        (("--endpoint", "http://["), "'http://[' is no address of a Hub; expected https://HOST"),
        (("--endpoint", "http://hub:port"), "is no address of a Hub"),
        (("--endpoint", "https://user:secret@hub"), "is no address of a Hub"),
        (("--metric-id", "klue_metric"), "'klue_metric' has no owner; expected OWNER/NAME"),
        (("--namespace", "a/b"), "a/b/klue"),
        (("--namespace", "no spaces"), "no spaces/klue"),
        (("--jobs", "0"), "0 is not in the range 1<=x<=32"),
        (("--model", "bert-huge"), "'bert-base'"),
        (("--to", "hub", "--create-pr"), "--create-pr is for the Hub, and --to is a folder"),
        (("--to", "hub", "--private"), "--private is for the Hub, and --to is a folder"),
        (
            ("--to", "hub", "--data-version", "1.0.0", "--data-version", "1.1.0"),
            "a folder holds one data version",
        ),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(
    publish_dataset: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = publish_dataset(*arguments, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_target_that_is_a_file_is_wrong_use(publish_dataset: Run, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    status, error = refused(publish_dataset, "--source", "sample", "--to", path)
    assert status == 2
    assert f"--to {path}: is a file; expected a folder or a path where one can be made" in error
    assert path.read_text() == "mine"


@pytest.mark.parametrize("target", ["/proc/klue", "{file}/hub"])
def test_unwritable_target_is_one_line(publish_dataset: Run, tmp_path: Path, target: str) -> None:
    (tmp_path / "file").touch()
    place = target.format(file=tmp_path / "file")
    status, error = refused(publish_dataset, "--source", "sample", "--config", "sts", "--to", place)
    assert status == 1
    assert f"error: publishing to {place} failed" in error


@pytest.mark.parametrize("option", ["--to", "--source"])
@pytest.mark.parametrize("value", ["a" * 300, "", "a\udcff"], ids=["too long", "empty", "no text"])
def test_path_that_cannot_be_one_is_wrong_use(publish_dataset: Run, option: str, value: str) -> None:
    target = () if option == "--to" else ("--to", "hub")
    done = publish_dataset(option, value, *target, "--dry-run", check=False)
    assert done.returncode == 2
    assert f"Invalid value for '{option}'" in done.stderr
    assert "Traceback" not in done.stderr
