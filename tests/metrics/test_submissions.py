"""What comes with a scored file: JSON, entries for the Hub, Python that repeats it, published scores, Korean."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import EvalResultEntry, parse_eval_result_entries

from klue_hub.metrics.klue_metric import hub_references, translation
from klue_hub.metrics.klue_metric.errors import ScoreInputError, UndefinedScoreWarning
from klue_hub.metrics.klue_metric.eval_results import eval_results_entry
from klue_hub.metrics.klue_metric.examples import FILE as EXAMPLES
from klue_hub.metrics.klue_metric.examples import example_file
from klue_hub.metrics.klue_metric.hub_references import fetch_references
from klue_hub.metrics.klue_metric.pipeline import score
from klue_hub.metrics.klue_metric.published import FILE as PUBLISHED
from klue_hub.metrics.klue_metric.published import published_scores
from klue_hub.metrics.klue_metric.snippet import python_snippet
from klue_hub.metrics.klue_metric.submissions import score_files
from klue_hub.metrics.klue_metric.tasks import TASKS
from klue_hub.metrics.klue_metric.translation import translate
from klue_hub.model_cards import load_catalog

from ..conftest import ROOT
from ..hub.client import Hub
from .test_errors import FAULTS
from .test_files import FAULTS as FILE_FAULTS
from .test_files import fault_of

Pair = tuple[Path, Path]
SCRIPT = [sys.executable, "-m", "klue_hub.metrics.klue_metric.terminal"]


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Pair]:
    """The example files of a config, predictions first."""

    def write(config: str) -> Pair:
        paths = []
        for side in ("predictions", "references"):
            name, content = example_file(config, side)
            (tmp_path / name).write_bytes(content)
            paths.append(tmp_path / name)
        return paths[0], paths[1]

    return write


# --- results ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", TASKS)
def test_snippet_gives_the_same_numbers(config: str, example: Callable[[str], Pair], tmp_path: Path) -> None:
    report = score_files(config, *example(config), data_version="1.1.0")
    code = python_snippet(report).replace(
        'evaluate.load("klue_metric"', f"evaluate.load({str(ROOT / 'metrics/klue_metric')!r}"
    )
    code = code.replace("print(result)", "import json; print(json.dumps(result, default=float))")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert {name: result[name] for name in report.scores} == report.scores
    assert result["confidence_intervals"] == report.intervals
    assert result["signature"] == report.signature
    assert result["detailed"] == json.loads(report.to_json())["detailed"]


@pytest.mark.parametrize("config", TASKS)
def test_entries_for_the_hub_are_read_back_by_its_library(
    config: str, example: Callable[[str], Pair]
) -> None:
    report = score_files(config, *example(config), detailed=False)
    text = eval_results_entry(report, date(2026, 1, 2))
    if config == "ood":
        assert text == "# ood is not an official KLUE task, so the Hub has no entry for it.\n"
        return
    entries: list[EvalResultEntry] = parse_eval_result_entries(yaml.safe_load(text))
    ids = {
        name
        for baseline in load_catalog().baselines.values()
        if baseline.scores
        for name in baseline.scores.flat()
    }
    assert {entry.task_id for entry in entries} == {name for name in ids if name.startswith(f"{config}.")}
    for entry in entries:
        assert entry.value == report.scores[str(entry.task_id).partition(".")[2]]
        assert (entry.dataset_id, entry.date) == ("klue/klue", "2026-01-02")
        assert entry.notes == f"validation split; {report.signature}"


def test_undefined_score_is_null_in_json_and_no_entry(tmp_path: Path) -> None:
    (tmp_path / "same.json").write_text("[1.0, 1.0, 1.0]")
    report = score_files("sts", tmp_path / "same.json", tmp_path / "same.json")
    assert json.loads(report.to_json())["scores"]["pearsonr"] is None
    assert [entry["dataset"]["task_id"] for entry in yaml.safe_load(eval_results_entry(report))] == ["sts.f1"]
    assert any("pearsonr is NaN" in warning for warning in report.warnings)


def test_published_scores_are_the_facts() -> None:
    from metrics import render_card

    assert PUBLISHED.read_text(encoding="utf-8") == render_card.published(), (
        "run python metrics/render_card.py"
    )
    shown = {
        f"{config}.{score}": (row.model, value)
        for config in TASKS
        for row in published_scores(config)
        for score, value in row.scores.items()
        if row.model == "klue/roberta-large"
    }
    scores = load_catalog().baselines["roberta-large"].scores
    assert scores
    assert shown == {name: ("klue/roberta-large", value) for name, value in scores.flat().items()}
    assert published_scores("ood") == []


def test_examples_are_made_from_the_sample(tmp_path: Path) -> None:
    from metrics import make_examples

    made = make_examples.dump(make_examples.make_examples(tmp_path))
    assert EXAMPLES.read_text(encoding="utf-8") == made, "run python metrics/make_examples.py"


# --- references from the Hub -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Iterator[Hub]:
    """A Hub that holds the dataset as it is published."""
    folder = published / "datasets" / "klue" / "klue"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    with Hub(tmp_path_factory.mktemp("hub")) as server:
        server.commit("dataset", "klue/klue", files, message="Publish")
        yield server


def run(command: list[str], hub: Hub, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SCRIPT, *command], env=hub.env(), cwd=cwd, capture_output=True, text=True, timeout=120
    )


def test_references_come_from_the_hub(hub: Hub, published: Path, tmp_path: Path) -> None:
    split = published / "datasets" / "klue" / "klue" / "nli" / "validation-00000-of-00001.parquet"
    (tmp_path / "mine.csv").write_text("label\n" + "0\n" * 14)
    want = score_files("nli", tmp_path / "mine.csv", split)
    done = run(["nli", "mine.csv", "--json", "--detailed"], hub, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(want.to_json())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data-version", "9.9"], "found no version v9.9 of klue/klue on the Hub"),
        ([], "found no answer of the Hub"),
    ],
)
def test_references_that_cannot_be_had_are_told_with_the_way_out(
    options: list[str], message: str, hub: Hub, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("label\n0\n")
    environment = hub.env() if options else {**hub.env(), "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run(
        [*SCRIPT, "nli", "mine.csv", *options],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"error: nli: references: {message}; expected the published validation split; give a file of references"
    )
    assert "Traceback" not in done.stderr


def test_what_was_fetched_before_serves_when_the_hub_is_away(
    hub: Hub,
) -> None:
    code = "from klue_hub.metrics.klue_metric.hub_references import fetch_references; print(fetch_references('nli'))"
    environment = hub.env()
    first = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert first.returncode == 0, first.stderr
    away = {**environment, "HF_ENDPOINT": "http://127.0.0.1:9"}
    again = subprocess.run([sys.executable, "-c", code], env=away, capture_output=True, text=True, timeout=60)
    assert again.stdout == first.stdout, again.stderr


def test_hub_references_are_of_the_published_name() -> None:
    from klue_hub.datasets.klue import TASKS as CONFIGS

    assert hub_references.SPLIT in {"train", "validation"}
    assert set(CONFIGS) == set(TASKS)
    with pytest.raises(TypeError):
        fetch_references()  # type: ignore[call-arg]


# --- the command -----------------------------------------------------------------------------------


@pytest.mark.parametrize("config", TASKS)
def test_command_prints_the_numbers_of_compute_to_the_last_digit(
    config: str, example: Callable[[str], Pair]
) -> None:
    mine, gold = example(config)
    report = score_files(config, mine, gold)
    done = command(config, mine, "--references", gold)
    assert done.returncode == 0, done.stderr
    for name, value in report.scores.items():
        assert re.search(rf"^ *{name} +{re.escape(repr(value))} ", done.stdout, re.MULTILINE)
    assert report.signature in done.stdout
    assert max(map(len, done.stdout.replace(report.signature, "").splitlines())) <= 80
    as_json = json.loads(command(config, mine, "--references", gold, "--json", "--detailed").stdout)
    assert as_json == json.loads(report.to_json())


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SCRIPT, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def test_breakdown_fits_80_columns(example: Callable[[str], Pair]) -> None:
    for config in ("ynat", "re", "dp", "wos"):
        mine, gold = example(config)
        done = command(config, mine, "--references", gold, "--detailed")
        lines = [line for line in done.stdout.splitlines() if "|" not in line]
        assert max(sum(2 if "가" <= letter <= "힣" else 1 for letter in line) for line in lines) <= 80
        assert "support" in done.stdout


def test_entries_are_printed_on_request(example: Callable[[str], Pair]) -> None:
    mine, gold = example("mrc")
    done = command("mrc", mine, "--references", gold, "--eval-results")
    assert [row["dataset"]["task_id"] for row in yaml.safe_load(done.stdout)] == [
        "mrc.exact_match",
        "mrc.rouge_w",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope", "a.json"], "'nope' is not one of"),
        (["nli"], "Missing argument 'PREDICTIONS'"),
        (["nli", "a.json", "--confidence-level", "95"], "95.0 is not in the range 0<x<1"),
        (["nli", "a.json", "--json", "--eval-results"], "give one of them"),
    ],
)
def test_wrong_use_ends_with_status_2(arguments: list[str], message: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())


def test_bad_input_ends_with_status_1_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[0, 9]")
    done = command("nli", tmp_path / "a.json", "--references", tmp_path / "a.json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(
        "error: nli: predictions[1] (row 2 of a.json): found label id 9; expected a label id"
    )
    assert done.stderr.count("\n") == 1


def test_help_and_version() -> None:
    shown = command("--help").stdout
    assert "klue-score ynat predictions.csv" in shown
    assert max(map(len, shown.splitlines())) <= 81
    assert re.fullmatch(
        r"klue-score, version klue-hub \S+, metric \d+\.\d+\.\d+\n", command("--version").stdout
    )


# --- Korean ----------------------------------------------------------------------------------------


def errors(tmp_path: Path) -> Iterator[ScoreInputError]:
    for arguments, _ in FAULTS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                score(*arguments)
            except ScoreInputError as error:
                yield error
    for name, content, _ in FILE_FAULTS:
        yield fault_of(name, content, tmp_path)


def test_every_error_is_said_in_korean(tmp_path: Path) -> None:
    """Each part of each error that the tests know has a wording; what is left in Latin letters is input."""
    untold = []
    seen = 0
    for error in errors(tmp_path):
        seen += 1
        assert str(error) == translate(error, "en")
        parts = {name: getattr(error, name) for name in ("expected", "fix")}
        same = translation._SAME_FAULT.fullmatch(error.found)
        parts["found"] = same[1] if same else error.found
        untold += [(name, text) for name, text in parts.items() if translation.look_up(name, text) is None]
        text = translate(error, "ko")
        assert text.startswith(f"{error.config}: ")
        assert "입력값: " in text
    assert seen > 100
    assert untold == []


WARNINGS: list[tuple[Any, ...]] = [
    ("sts", [1.0, 1.0], [1.0, 1.0]),
    ("ner", [["O"]], [["O"]]),
    ("re", ["no_relation"], ["no_relation"]),
    ("re", [[1 / 30] * 30], [0]),
    ("mrc", [{"guid": "a", "prediction_text": ""}], [{"guid": "a", "answers": [], "question_type": 1, "is_impossible": False}]),
    ("wos", [["a"]], [["b"]]),
    ("wos", [["a"]], [["a-b-c"]]),
]  # fmt: skip


def test_every_warning_is_said_in_korean() -> None:
    told = []
    for config, *sides in WARNINGS:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            score(config, *sides, confidence_level=0.95, n_resamples=10)
        told += [str(item.message) for item in caught if item.category is UndefinedScoreWarning]
    assert len(told) >= 8
    for text in told:
        assert translate(text, "en") == text
        assert re.search("[가-힣]", translate(text, "ko").partition(": ")[2]), text


def test_korean_keeps_place_and_input() -> None:
    with pytest.raises(ScoreInputError) as caught:
        score("ynat", ["{fix}", "경재", 7], ["{fix}", 0, 1])
    assert translate(caught.value, "ko") == (
        "ynat: predictions[0]: 입력값: '{fix}' (str). 있어야 할 값: 0부터 6까지의 레이블 번호 또는 레이블 이름"
        "(IT과학, 경제, 사회, 생활문화, 세계, 스포츠, 정치). 해결 방법: 철자를 확인하세요."
    )


def test_translation_of_anything_else_is_the_text_itself() -> None:
    assert translate("nothing known", "ko") == "nothing known"
    assert translate(ScoreInputError("plain"), "ko") == "plain"
