"""`--report FILE`: the page of what was published, for every target and every outcome."""

# long: one page, looked at from every side with the same outcomes.
from __future__ import annotations

import html
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.datasets.klue import TASKS
from klue_hub.datasets.klue.checks import Example, Finding
from klue_hub.datasets.klue.records import BuildRecord
from klue_hub.model_cards import load_catalog
from klue_hub.publish import manifest as manifests
from klue_hub.publish.manifest import Manifest
from klue_hub.publish.model_repo import ModelContent
from klue_hub.publish.plan import Action, Change, Plan
from klue_hub.publish.report import report_html
from klue_hub.publish.report_build import data_view, label_rows
from klue_hub.publish.report_outcomes import link
from klue_hub.publish.repository import Observed, Release, Step
from klue_hub.publish.run import Outcome, Result

from ..conftest import Run
from ..hub.client import Hub
from .conftest import Push

VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}
HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>&amp;</td></table>{{ 7 * 7 }}"


class Page(HTMLParser):
    """A parsed page: it fails on tags that are not closed, and gathers what a test asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.code: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if self.open[-2:] == ["pre", "code"]:
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another"

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if self.open[-2:] == ["pre", "code"]:
            self.code[-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def links(self) -> list[str]:
        return [value for tag, name, value in self.attributes if (tag, name) == ("a", "href")]


def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reported(publish: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The sample in a folder, with its report: the folder, and what the command said."""
    folder = tmp_path_factory.mktemp("reported") / "a folder"
    done = publish("--source", "sample", "--to", folder, "--report", folder / "report.html", "--yes")
    return folder, done.stdout + done.stderr


@pytest.fixture(scope="module")
def page(reported: tuple[Path, str]) -> Page:
    return read(reported[0] / "report.html")


@pytest.fixture(scope="module")
def record(reported: tuple[Path, str]) -> BuildRecord:
    data = (reported[0] / "datasets/klue/klue" / manifests.PATH).read_bytes()
    build = manifests.load(data, "manifest").build
    assert build
    return build


def outcome(result: Result = Result.PLANNED, *, build: BuildRecord | None = None, **changes: Any) -> Outcome:
    """A repository with one file to add, without a target."""
    tool = manifests.Tool("klue-hub", "0.1.0", {"pyarrow": "1.2.3"})
    manifest = Manifest(manifests.FORMAT, tool, "dataset", "klue/klue", {}, build=build)
    release = Release(kind="dataset", repo_id="klue/klue", files={}, manifest=manifest, title="Publish KLUE")
    plan = Plan("dataset", "klue/klue", "hub/klue", (Change("a.txt", Action.ADD, "new", 1500),))
    plain = Outcome(
        "dataset",
        "klue/klue",
        "hub/klue",
        result,
        ModelContent("klue/klue", "klue"),
        (Step(plan, release, Observed(exists=False, tree={})),),
    )
    return msgspec.structs.replace(plain, **changes)


# --- the whole, in a folder -----------------------------------------------------------------------


def test_page_has_every_section_of_a_whole_publish(page: Page) -> None:
    assert "KLUE: 12 repositories published" in page.text
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {"repositories", "load", "rows", "issues", "tasks", "provenance"} <= ids
    assert {link[1:] for link in page.links if link.startswith("#")} <= ids
    assert {f"task-{config}" for config in TASKS} <= ids


def test_command_ends_with_how_to_load_and_where_the_report_is(reported: tuple[Path, str]) -> None:
    folder, said = reported
    assert "load_dataset(" in said
    assert (folder / "report.html").as_uri() in said.splitlines()[-1]


def test_page_loads_nothing_and_runs_nothing(page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name in ("src", "srcset") or name.startswith("on")]
    assert "url(" not in page.source
    assert "@import" not in page.source
    assert "default-src 'none'" in page.source


def test_page_has_landmarks_and_every_table_headers(page: Page) -> None:
    assert {"header", "nav", "main", "footer"} <= set(page.tags)
    assert page.tags.count("h1") == 1
    assert page.tags.count("thead") == page.tags.count("table") > 20
    scopes = [value for tag, name, value in page.attributes if (tag, name) == ("th", "scope")]
    assert len(scopes) == page.tags.count("th")
    assert ("html", "lang", "en") in page.attributes


def test_page_fits_a_phone_and_follows_the_colour_scheme(page: Page) -> None:
    assert ("meta", "content", "width=device-width, initial-scale=1") in page.attributes
    assert "prefers-color-scheme: dark" in page.source


def test_every_file_of_the_plan_is_named(page: Page, reported: tuple[Path, str]) -> None:
    folder = reported[0]
    repositories = [path.parent.parent for path in folder.rglob(manifests.PATH)]
    assert len(repositories) == 12
    for repository in repositories:
        assert repository.as_uri() in page.links
        for file in repository.rglob("*"):
            if file.is_file():
                assert file.relative_to(repository).as_posix() in page.words


def test_rows_and_charts_are_those_of_the_record(page: Page, record: BuildRecord) -> None:
    total = sum(split.rows for config in record.configs.values() for split in config.splits.values())
    assert f"Rows {total:,} in 9 configs of data 1.1.0" in page.text
    nli = record.configs["nli"].splits["train"]
    count = nli.statistics.labels["entailment"]
    assert f"{count / nli.rows:.1%} ({count})" in page.words
    assert f"{nli.statistics.lengths.p95:,}" in page.words


def test_known_issues_are_listed_with_their_rows(page: Page, record: BuildRecord) -> None:
    findings = [
        finding
        for config in record.configs.values()
        for split in config.splits.values()
        for finding in split.findings
        if finding.violations
    ]
    assert len(findings) >= 5
    for finding in findings:
        assert finding.says in page.text
        assert f"{finding.violations} of {finding.rows}" in page.words
        for example in finding.examples:
            assert example.guid in page.words


def test_sample_and_unofficial_config_are_marked(page: Page) -> None:
    assert "Made-up sample." in page.words
    assert "ood not an official KLUE task" in page.text
    assert page.text.count("Not an official KLUE task , and never part of a KLUE average.") == 1


def test_code_to_load_runs_as_it_stands(page: Page, tmp_path: Path) -> None:
    assert len(page.code) == 3
    shown = "\nprint(dataset['train'].num_rows, metric.name, card.data.language)"
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(page.code) + shown],
        cwd=tmp_path,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("14 klue_metric")


# --- other outcomes -------------------------------------------------------------------------------


def test_dry_run_says_what_would_be(publish: Run, tmp_path: Path) -> None:
    publish("--source", "sample", "--to", tmp_path / "hub", "--report", tmp_path / "r.html", "--dry-run")
    page = read(tmp_path / "r.html")
    assert "KLUE: 12 repositories would be published" in page.text
    assert "Files to write" in page.words
    assert "Files written" not in page.words
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize("kind", ["metrics", "models"])
def test_page_without_a_dataset_has_no_rows(kind: str, publish: Run, tmp_path: Path) -> None:
    publish("--only", kind, "--to", tmp_path / "hub", "--report", tmp_path / "r.html", "--yes")
    page = read(tmp_path / "r.html")
    count = {"metrics": "1 repository", "models": f"{len(load_catalog().baselines)} repositories"}[kind]
    assert f"KLUE: {count} published" in page.text
    assert "#rows" not in page.links
    assert "Made-up" not in page.text
    assert {link for link in page.links if link.startswith("#")} == {
        "#repositories",
        "#load",
        "#provenance",
    }


def test_blocked_and_failed_repositories_come_first_with_their_reasons(publish: Run, tmp_path: Path) -> None:
    arguments = ("--only", "models", "--to", tmp_path / "hub", "--report", tmp_path / "r.html", "--yes")
    publish(*arguments)
    (tmp_path / "hub/models/klue/electra-large/README.md").write_text("mine", encoding="utf-8")
    (tmp_path / "hub/models/klue/electra-base" / manifests.PATH).write_text("{", encoding="utf-8")
    assert publish(*arguments, check=False).returncode == 1
    page = read(tmp_path / "r.html")
    assert "KLUE: 2 of 10 repositories could not be published" in page.text
    names = [word for word in page.words if word.startswith("model klue/")]
    assert names[:2] == ["model klue/electra-base", "model klue/electra-large"]
    assert "no manifest of this tool" in page.text
    assert "edited since it was published; --overwrite-edited replaces it" in page.words
    assert "mine" not in page.words


def test_build_of_one_config_and_data_that_is_as_wanted(publish: Run, tmp_path: Path) -> None:
    arguments = ("--only", "datasets", "--config", "dp", "--source", "sample", "--to", tmp_path / "hub")
    publish(*arguments, "--yes")
    publish(*arguments, "--report", tmp_path / "new" / "folder" / "r.html")
    page = read(tmp_path / "new" / "folder" / "r.html")
    assert "KLUE: everything is as wanted" in page.text
    assert "'dp'" in page.code[0]
    assert "task-ynat" not in page.source


def test_hub_report_has_pages_versions_and_no_token(
    push: Push, hub: Hub, owner: str, token: str, tmp_path: Path
) -> None:
    push("--only", "datasets", "--only", "metrics", "--report", str(tmp_path / "r.html"))
    page = read(tmp_path / "r.html")
    assert f"{hub.endpoint}/datasets/{owner}/klue" in page.links
    assert any(f"/datasets/{owner}/klue/commit/" in link for link in page.links)
    assert any(word.startswith("Data version 1.0.0:") for word in page.words)
    assert "tag v1.1.0" in page.text
    assert f"HF_ENDPOINT={hub.endpoint}" in page.words
    assert f"'{owner}/klue'" in page.code[0]
    assert token not in page.source


def test_pull_request_is_linked_and_loaded_from(push: Push, hub: Hub, owner: str, tmp_path: Path) -> None:
    push("--only", "datasets", "--config", "dp", "--data-version", "1.1.0")
    push("--only", "datasets", "--data-version", "1.1.0", "--create-pr", "--report", str(tmp_path / "r.html"))
    page = read(tmp_path / "r.html")
    assert "KLUE: 1 repository proposed by pull request" in page.text
    number = next(link for link in page.links if "/discussions/" in link).rsplit("/", 1)[1]
    assert f"revision='refs/pr/{number}'" in page.code[0]


# --- a report that cannot be written --------------------------------------------------------------


@pytest.mark.parametrize("as_json", [False, True])
def test_unwritable_report_spoils_no_publish(as_json: bool, publish: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = publish(
        *("--only", "metrics", "--to", tmp_path / "hub", "--yes", *(["--json"] if as_json else [])),
        *("--report", tmp_path / "file" / "r.html"),
        check=False,
    )
    assert done.returncode == 1
    assert (tmp_path / "hub/spaces/evaluate-metric/klue_metric/klue_metric.py").is_file()
    assert not as_json or msgspec.json.decode(done.stdout)["repositories"][0]["result"] == "done"
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: writing the report failed at ")
    assert str(tmp_path / "file") in last
    assert "the repositories are not affected" in last
    assert "Traceback" not in done.stderr
    publish("--only", "metrics", "--to", tmp_path / "hub", "--yes")


def test_link_to_itself_as_report_spoils_no_publish(publish: Run, tmp_path: Path) -> None:
    (tmp_path / "loop.html").symlink_to("loop.html")
    arguments = ("--only", "metrics", "--to", tmp_path / "hub", "--report", tmp_path / "loop.html", "--yes")
    done = publish(*arguments, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("error: writing the report failed at ")
    assert (tmp_path / "hub/spaces/evaluate-metric/klue_metric/klue_metric.py").is_file()


def test_report_inside_a_repository_is_refused_before_anything_is_written(
    publish: Run, tmp_path: Path
) -> None:
    done = publish(
        *("--only", "metrics", "--to", tmp_path / "hub", "--yes"),
        *("--report", tmp_path / "hub/spaces/evaluate-metric/klue_metric/README.md"),
        check=False,
    )
    assert done.returncode == 2
    assert "belongs to the repositories" in done.stderr
    assert not (tmp_path / "hub").exists()


# --- what facts may hold --------------------------------------------------------------------------


def test_hostile_text_stays_text(record: BuildRecord) -> None:
    splits = record.configs["nli"].splits
    finding = Finding("train", "r", f"says {HOSTILE}", 9, 12, (Example(0, HOSTILE, HOSTILE),))
    labels = {HOSTILE: 3}
    statistics = msgspec.structs.replace(splits["train"].statistics, labels=labels)
    train = msgspec.structs.replace(splits["train"], findings=[finding], statistics=statistics)
    nli = msgspec.structs.replace(record.configs["nli"], splits={**splits, "train": train})
    build = msgspec.structs.replace(record, data_version=HOSTILE, configs={"nli": nli})
    plan = Plan(
        "dataset",
        HOSTILE,
        HOSTILE,
        (Change(HOSTILE, Action.BLOCKED, HOSTILE, 1),),
        foreign=(HOSTILE,),
        tag=HOSTILE,
        notes=(HOSTILE,),
    )
    steps = tuple(msgspec.structs.replace(step, plan=plan) for step in outcome(build=build).steps)
    hostile = outcome(Result.FAILED, repo_id=HOSTILE, error=HOSTILE, steps=steps, location=HOSTILE)
    page = Page(report_html([hostile], HOSTILE))
    assert not {"script", "img"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert html.escape(HOSTILE, quote=False)[:20] in page.source
    assert page.text.count("{{ 7 * 7 }}") >= 10


@given(st.text(st.characters(exclude_characters="\r\0"), max_size=60))
def test_any_text_gives_a_whole_page(text: str) -> None:
    page = Page(report_html([outcome(Result.FAILED, error=f"x{text}x", repo_id=text)], text))
    assert " ".join(f"x{text}x".split()) in page.text or "hf_***" in page.text


@pytest.mark.parametrize(
    "location", ["javascript://x/%0aalert(1)", "data://text/html,<script>", "ftp://host/x", "vbscript://x"]
)
def test_only_pages_and_folders_are_linked(location: str) -> None:
    assert link(location) == ""
    assert location not in Page(report_html([outcome(location=location)], "x")).links


def test_secrets_are_hidden_without_breaking_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "a-token-of-another-shape")
    error = "said Bearer abc.def, a-token-of-another-shape, hf_abcdefghijklmnop and Bearer xyz"
    page = Page(report_html([outcome(Result.FAILED, error=error, repo_id="a/Bearer secret")], "place"))
    for secret in ("abc.def", "another-shape", "hf_abcdefghijklmnop", "xyz", "a/Bearer secret"):
        assert secret not in page.source


def test_raw_files_are_linked_at_their_commit_and_changed_ones_named(record: BuildRecord) -> None:
    split = record.configs["nli"].splits["train"]
    raw = msgspec.structs.replace(split.raw, repo="KLUE-benchmark/KLUE", commit="c" * 40, blob_id="b" * 40)
    nli = msgspec.structs.replace(
        record.configs["nli"], splits={"train": msgspec.structs.replace(split, raw=raw)}
    )
    build = msgspec.structs.replace(record, is_sample=False, configs={"nli": nli})
    page = Page(report_html([outcome(build=build)], "place"))
    assert f"https://github.com/KLUE-benchmark/KLUE/blob/{'c' * 40}/{raw.path}" in page.links
    assert "Raw files that are not the pinned ones: 1" in page.words
    assert f"not the pinned {raw.expected_blob_id}" in page.words
    assert "not built" in page.words  # the split that is missing
    assert "Made-up" not in page.text


def test_example_rows_say_how_many_more_there_are(record: BuildRecord) -> None:
    config = record.configs["nli"]
    findings = [Finding("train", "r", "no row is odd", 1234, 5000, (Example(7, "g-7", "odd"),), fatal=True)]
    train = msgspec.structs.replace(config.splits["train"], findings=findings)
    nli = msgspec.structs.replace(config, splits={"train": train})
    found = data_view(msgspec.structs.replace(record, configs={"nli": nli})).issues
    assert [(issue.count, issue.more, issue.is_fatal) for issue in found] == [("1,234 of 5,000", 1233, True)]


# --- charts ---------------------------------------------------------------------------------------


def test_bars_are_shares_of_the_widest() -> None:
    rows = label_rows({"train": {"a": 3, "b": 1}, "validation": {"a": 1, "b": 1}})
    assert [[(bar.split, bar.share, bar.text) for bar in row.bars] for row in rows] == [
        [("train", 1.0, "75.0% (3)"), ("validation", pytest.approx(2 / 3), "50.0% (1)")],
        [("train", pytest.approx(1 / 3), "25.0% (1)"), ("validation", pytest.approx(2 / 3), "50.0% (1)")],
    ]
    assert not any(row.is_cut for row in rows)


def test_bar_of_a_label_that_outnumbers_all_others_is_cut_and_said_so() -> None:
    rows = label_rows({"train": {"O": 90, "B": 6, "I": 4}})
    assert [(row.name, row.bars[0].share, row.is_cut) for row in rows] == [
        ("O", 1, True),
        ("B", 1, False),
        ("I", pytest.approx(2 / 3), False),
    ]
    assert rows[0].bars[0].text == "90.0% (90)"


def test_rare_label_is_not_shown_as_none() -> None:
    rows = label_rows({"train": {"a": 9_998, "b": 1, "c": 0}})
    assert [row.bars[0].text for row in rows[1:]] == ["<0.1% (1)", "0.0% (0)"]


@pytest.mark.parametrize("labels", [{}, {"a": 0}, {"a": 0, "b": 0}, {"a": 5, "b": 0}])
def test_labels_that_do_not_occur_have_no_bar(labels: dict[str, int]) -> None:
    rows = label_rows({"train": labels, "validation": {}})
    assert [row.bars[0].share for row in rows] == [float(count > 0) for count in labels.values()]
