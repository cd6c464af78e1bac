"""Sources: what is pinned, what is found, and what a person is told about missing or changed files."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from klue_hub.datasets.klue.errors import (
    ChangedFileError,
    DownloadError,
    KlueError,
    MissingFilesError,
    UnknownNameError,
)
from klue_hub.datasets.klue.sources import (
    HERE,
    OFFICIAL,
    SAMPLE,
    FolderSource,
    UrlSource,
    git_blob_id,
    load_catalogue,
    locate,
    open_source,
    sample_source,
)
from klue_hub.datasets.klue.tasks import TASKS


def test_blob_id_is_gits(tmp_path: Path) -> None:
    path = tmp_path / "hello"
    path.write_bytes(b"hello world\n")
    assert git_blob_id(path) == "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"
    assert git_blob_id(path) == hashlib.sha1(b"blob 12\0hello world\n").hexdigest()


@pytest.mark.parametrize("version", ["1.1.0", "1.0.0"])
def test_every_config_and_split_is_pinned_as_upstream_has_it(shared: Path, version: str) -> None:
    facts = json.loads((shared / "facts/upstream.json").read_text(encoding="utf-8"))
    pinned = facts["versions"][version]
    for config in TASKS:
        expected = facts["ood"]["files"] if config == "ood" else pinned["files"][config]
        files = OFFICIAL.files(version, config)
        assert {split: (file.path, file.blob_id) for split, file in files.items()} == {
            split: (file["path"], file["oid"]) for split, file in expected.items()
        }
        commit = facts["ood"]["commit"] if config == "ood" else pinned["commit"]
        assert {OFFICIAL.origins[file.origin].commit for file in files.values()} == {commit}


def test_unchanged_files_have_their_published_row_counts(shared: Path) -> None:
    facts = json.loads((shared / "facts/upstream.json").read_text(encoding="utf-8"))
    changed = facts["changed_between_1.0.0_and_1.1.0"]
    for config, splits in facts["rows_v1"].items():
        for split, rows in splits.items():
            assert OFFICIAL.files("1.0.0", config)[split].rows == rows
            if f"{config}/{split}" not in changed:
                assert OFFICIAL.files("1.1.0", config)[split].rows == rows


def test_real_files_have_the_pinned_ids(upstream: Path) -> None:
    found = locate(FolderSource(upstream), "1.1.0", list(TASKS), partial=True)
    assert {config: list(splits) for config, splits in found.items()} == {
        "sts": ["validation"],
        "nli": ["validation"],
        "ner": ["validation"],
        "dp": ["validation"],
        "ood": ["train", "validation"],
    }


@pytest.mark.parametrize("version", ["1.1.0", "1.0.0"])
def test_sample_holds_every_split_with_its_pinned_id(version: str) -> None:
    found = locate(sample_source(), version, list(TASKS))
    assert {config: list(splits) for config, splits in found.items()} == {
        config: ["train", "validation"] for config in TASKS
    }
    assert all(raw.is_pinned for splits in found.values() for raw in splits.values())


def test_all_missing_files_are_listed_and_partial_is_offered(upstream: Path) -> None:
    with pytest.raises(MissingFilesError) as caught:
        locate(FolderSource(upstream, name="upstream"), "1.1.0", ["sts", "ynat"])
    assert str(caught.value) == (
        "3 files are missing in upstream:\n"
        "  klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_train.json\n"
        "  klue_benchmark/ynat-v1.1/ynat-v1.1_train.json\n"
        "  klue_benchmark/ynat-v1.1/ynat-v1.1_dev.json\n"
        "add them, or use --partial (partial=True) to go on with the files that are there"
    )


def test_folder_without_any_file_is_an_error_even_if_partial(tmp_path: Path) -> None:
    with pytest.raises(MissingFilesError, match="point at a folder laid out like upstream"):
        locate(FolderSource(tmp_path), "1.1.0", ["sts"], partial=True)


def test_changed_file_is_named_with_both_ids_and_the_way_to_accept_it(tmp_path: Path) -> None:
    path = tmp_path / "klue_benchmark/klue-sts-v1.1/klue-sts-v1.1_dev.json"
    path.parent.mkdir(parents=True)
    path.write_text("[]")
    source = FolderSource(tmp_path)
    with pytest.raises(ChangedFileError) as caught:
        locate(source, "1.1.0", ["sts"], partial=True)
    assert str(caught.value) == (
        "1 file is not what upstream published for this data version:\n"
        f"  {path}\n"
        "    expected git blob id 2645707503e7b25cc3d9f94103cbfb2f5a086f56\n"
        "    found    git blob id 0637a088a01e8ddab3bf3fa98dbe804cbde1a0dc\n"
        "restore the pinned content, choose the other --data-version, or accept the change on purpose with "
        "--accept-changed (accept_changed=True)"
    )
    accepted = locate(source, "1.1.0", ["sts"], partial=True, accept_changed=True)
    assert not accepted["sts"]["validation"].is_pinned


@pytest.mark.parametrize(
    ("version", "config", "message"),
    [
        ("1.2.0", "sts", "unknown data version '1.2.0' (did you mean '1.1.0'?); choose from 1.1.0, 1.0.0"),
        (
            "1.1.0",
            "stss",
            "unknown config 'stss' (did you mean 'sts'?); choose from ynat, sts, nli, ner, re, dp, mrc, wos, ood",
        ),
    ],
)
def test_unknown_names_list_the_known_ones(version: str, config: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        OFFICIAL.files(version, config)
    assert str(caught.value) == message


def test_source_that_is_no_folder_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(
        KlueError, match="does not exist; expected 'official', 'sample', a URL of a mirror, or a folder"
    ):
        open_source(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(KlueError, match="is a file; expected"):
        open_source(tmp_path / "file")


def test_archive_layout_of_the_old_version_is_found(upstream: Path) -> None:
    found = locate(FolderSource(upstream / "v1_samples"), "1.0.0", ["wos"], accept_changed=True)
    assert [raw.path.name for raw in found["wos"].values()] == ["wos-v1_train.json", "wos-v1_dev.json"]


class Mirror:
    """A server laid out like the raw pages of the pinned repositories, over the sample's files."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.down = False
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                mirror.requests.append(self.path)
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                fault = mirror.faults.pop(0) if body and mirror.faults else None
                path = SAMPLE / Path(*self.path.strip("/").split("/")[3:])
                if not path.is_file():
                    self.send_error(404)
                elif mirror.down or fault == "503":
                    self.send_error(503)
                else:
                    content = path.read_bytes()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    if body:
                        # Cut off: fewer bytes than announced, then the connection closes.
                        self.wfile.write(
                            content[:100]
                            if fault == "cut"
                            else b"x" * len(content)
                            if fault == "garbled"
                            else content
                        )

            def log_message(self, *arguments: object) -> None:
                del arguments

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    server = Mirror()
    thread = threading.Thread(target=server.server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def fetch(mirror: Mirror, tmp_path: Path) -> Callable[..., dict[str, Path]]:
    from datasets import DownloadConfig, DownloadManager

    downloads = DownloadManager(download_config=DownloadConfig(cache_dir=tmp_path / "cache"))

    def run(config: str = "nli", *, partial: bool = False) -> dict[str, Path]:
        source = UrlSource(mirror.url, downloads, sample_source().catalogue, first_pause=0.01)
        found = locate(source, "1.1.0", [config], partial=partial)
        return {split: raw.path for split, raw in found[config].items()}

    return run


def test_files_are_fetched_once_and_kept(mirror: Mirror, fetch: Callable[..., dict[str, Path]]) -> None:
    first = fetch()
    assert (
        first["train"].read_bytes()
        == (SAMPLE / "klue_benchmark/klue-nli-v1.1/klue-nli-v1.1_train.json").read_bytes()
    )
    asked = len(mirror.requests)
    assert asked == 2
    assert fetch() == first
    assert len(mirror.requests) == asked


@pytest.mark.parametrize("fault", ["503", "cut", "garbled"])
def test_passing_fault_is_retried(
    mirror: Mirror, fetch: Callable[..., dict[str, Path]], fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    mirror.faults = [fault]
    with caplog.at_level(logging.WARNING):
        found = fetch()
    assert set(found) == {"train", "validation"}
    assert any("try 2 of 4" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("fault", ["503", "refused"])
def test_server_that_is_down_is_not_taken_for_one_without_the_file(mirror: Mirror, fault: str) -> None:
    mirror.down = True
    url = mirror.url if fault == "503" else "http://127.0.0.1:9"
    source = UrlSource(url, catalogue=sample_source().catalogue, attempts=2, first_pause=0.01)
    with pytest.raises(
        DownloadError, match=r"not fetched in 2 tries \(Client\w+Error: .*(503|Cannot connect)"
    ):
        locate(source, "1.1.0", ["nli"])


def test_lasting_fault_ends_in_one_message(mirror: Mirror, fetch: Callable[..., dict[str, Path]]) -> None:
    mirror.faults = ["503"] * 50
    with pytest.raises(DownloadError, match=r"not fetched in 4 tries .*; check the connection and run again"):
        fetch()


def test_interrupted_fetch_goes_on_with_the_next_file(
    mirror: Mirror, fetch: Callable[..., dict[str, Path]]
) -> None:
    mirror.faults = ["", *["503"] * 50]
    with pytest.raises(DownloadError):
        fetch()
    mirror.faults, mirror.requests = [], []
    fetch()
    assert [path.rpartition("_")[2] for path in mirror.requests] == ["dev.json"]


def test_wrong_content_twice_is_told_as_a_changed_file(
    mirror: Mirror, fetch: Callable[..., dict[str, Path]]
) -> None:
    mirror.faults = ["garbled"] * 50
    with pytest.raises(ChangedFileError, match="expected git blob id"):
        fetch()


def test_file_that_the_server_lacks_is_missing(mirror: Mirror) -> None:
    source = UrlSource(mirror.url, first_pause=0.01)
    with pytest.raises(MissingFilesError) as caught:
        locate(source, "1.0.0", ["ynat"])
    assert caught.value.missing == [
        "klue_benchmark/ynat-v1/ynat-v1_train.json",
        "klue_benchmark/ynat-v1/ynat-v1_dev.json",
    ]


def test_official_addresses_name_commit_and_path() -> None:
    file = OFFICIAL.files("1.0.0", "ood")["train"]
    assert UrlSource().url(file) == (
        "https://raw.githubusercontent.com/warnikchow/3i4k/cfa90c15f808becafca2d8ef8649b8b71f6bbe71/"
        "data/train_val_test/fci_train_val.txt"
    )


def test_checkout_of_3i4k_alone_is_found(upstream: Path, tmp_path: Path) -> None:
    shutil.copytree(upstream / "3i4k/data", tmp_path / "data")
    assert list(locate(FolderSource(tmp_path), "1.1.0", ["ood"])["ood"]) == ["train", "validation"]


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (
            "raw_url",
            "https://host/{repo.a}/{commit}/{path}",
            "raw_url: found 'https://host/{repo.a}/{commit}/{path}'",
        ),
        ("raw_url", None, "no list of pinned files (Expected `str`, got `null` - at `$.raw_url`)"),
        ("versions", {}, "versions: expected at least one"),
        ("origins.klue-1.1.0.folder", "../elsewhere", "origins.klue-1.1.0.folder: found '../elsewhere'"),
        (
            "versions.1.1.0.sts.train.origin",
            "nowhere",
            "versions.1.1.0.sts.train.origin: unknown origin 'nowhere'",
        ),
        (
            "versions.1.1.0.sts.train.path",
            "/etc/passwd",
            "versions.1.1.0.sts.train.path: found '/etc/passwd'",
        ),
        ("versions.1.1.0.sts.train.path", "a/../../b", "versions.1.1.0.sts.train.path: found 'a/../../b'"),
        (
            "versions.1.1.0.sts.train.blob_id",
            "abc",
            "versions.1.1.0.sts.train.blob_id: found 'abc'; expected 40",
        ),
    ],
)
def test_pin_that_leads_nowhere_is_named(tmp_path: Path, place: str, value: object, problem: str) -> None:
    document = json.loads((HERE / "sources.json").read_bytes())
    holder, rest = document, place
    while rest not in holder:
        key = next(key for key in holder if rest.startswith(f"{key}."))
        holder, rest = holder[key], rest.removeprefix(f"{key}.")
    holder[rest] = value
    path = tmp_path / "sources.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(KlueError) as caught:
        load_catalogue(path)
    assert str(caught.value).startswith(f"{path}: {problem}")


def test_list_of_pins_that_is_no_json_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "sources.json"
    path.write_bytes(b"{\xff")
    with pytest.raises(KlueError, match=r"sources\.json: no list of pinned files"):
        load_catalogue(path)
