"""Manifests that this version of the tool did not write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from klue_hub.datasets.klue.build import build
from klue_hub.datasets.klue.sources import sample_source
from klue_hub.publish import manifest as manifests
from klue_hub.publish.errors import ManifestError
from klue_hub.publish.plan import FileState


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    record = build(tmp_path_factory.mktemp("built"), sample_source(), "1.1.0", ["ood"])
    files = {split.path: FileState(split.file_bytes) for split in record.configs["ood"].splits.values()}
    manifest = manifests.Manifest(
        manifests.FORMAT, manifests.this_tool(), "dataset", "klue/klue", files, build=record
    )
    plain: dict[str, Any] = json.loads(manifest.dump())
    return plain


def load(document: dict[str, Any]) -> manifests.Manifest:
    return manifests.load(json.dumps(document).encode(), "there")


def test_manifest_gives_back_what_was_written(document: dict[str, Any]) -> None:
    assert json.loads(load(document).dump()) == document


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda build: build.update(data_version="9.0"),
            "data version '9.0', this version of the tool knows 1.1.0",
        ),
        (
            lambda build: build["configs"].update(new=build["configs"].pop("ood")),
            "config 'new', this version of the tool knows ynat",
        ),
        (
            lambda build: build["configs"]["ood"]["splits"]["train"].update(path="elsewhere"),
            "the build of ood/train is in 'elsewhere', which is not among its files",
        ),
    ],
)
def test_build_that_cannot_be_taken_over_is_named(
    document: dict[str, Any], change: Any, problem: str
) -> None:
    changed = json.loads(json.dumps(document))
    change(changed["build"])
    with pytest.raises(ManifestError) as caught:
        load(changed)
    assert str(caught.value).startswith(f"there: {problem}")
    assert "nothing was changed" in str(caught.value)


def test_bytes_that_are_no_utf_8_in_a_key_that_is_not_read_are_refused(document: dict[str, Any]) -> None:
    content = json.dumps({**document, "note": 1}).encode().replace(b'"note"', b'"no\xff"')
    with pytest.raises(ManifestError, match="no manifest of this tool"):
        manifests.load(content, "there")
    with pytest.raises(ManifestError, match="no journal of this tool"):
        manifests.load_journal(b'{"format": 1, "owned": {}, "no\xff": 1}', "there")
