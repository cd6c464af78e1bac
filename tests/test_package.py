"""The wheel: what is in it, and that it works in an environment that knows nothing of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tools.build_dist import build

from .conftest import ROOT


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


EPOCH = 1_600_000_000  # any


def checkout(target: Path) -> Path:
    """The files that git would check out, so that leftovers cannot slip in."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sdist and the wheel, built from a clean checkout."""
    source = checkout(tmp_path_factory.mktemp("source"))
    return build(source, tmp_path_factory.mktemp("dist"), EPOCH, isolated=False)


@pytest.fixture(scope="module")
def wheel(built: list[Path]) -> Path:
    return next(path for path in built if path.suffix == ".whl")


@pytest.fixture(scope="module")
def sdist(built: list[Path]) -> Path:
    return next(path for path in built if path.name.endswith(".tar.gz"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the wheel and its dependencies, but without the checkout.

    The dependencies are those of the running environment, reached by a path file; its own .pth files,
    and with them the editable install, are not processed there.
    """
    home = tmp_path_factory.mktemp("clean") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home.parent)
    interpreter = home / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--python", interpreter, "install", "--quiet", "--no-deps", "--no-index", wheel,
        cwd=home.parent,
    )  # fmt: skip
    site = Path(
        run(interpreter, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])", cwd=home).strip()
    )
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return interpreter


def test_wheel_holds_code_and_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not name.startswith(("klue_hub/", "klue_hub-"))] == []
    assert [name for name in names if "__pycache__" in name or "/tests/" in name] == []
    assert "klue_hub/__init__.py" not in names
    tracked = {
        f"klue_hub/{path.relative_to(ROOT).as_posix()}"
        for folder in ("datasets/klue", "metrics/klue_metric", "model_cards", "publish")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if name.startswith("klue_hub/")} == tracked


def test_wheel_publishes_from_another_folder(python: Path, tmp_path: Path) -> None:
    where = run(python, "-c", "import klue_hub.datasets.klue as k; print(k.__file__)", cwd=tmp_path).strip()
    assert where.startswith(str(python.parent.parent))
    command = python.parent / "klue-publish"
    out = run(command, "--source", "sample", "--to", "hub", cwd=tmp_path)
    assert "Done: written and verified." in out
    load = 'from datasets import load_dataset; print(len(load_dataset("klue", "re")["train"]))'
    folder = tmp_path / "hub" / "datasets" / "klue"
    assert run(python, "-c", load, cwd=folder, HF_HOME=str(tmp_path / "home")).strip() == "32"


def test_page_of_the_wheel_starts_and_leaves_nothing_behind(python: Path, tmp_path: Path) -> None:
    code = "from klue_hub.metrics import klue_metric; print(klue_metric.__path__[0])"
    app = Path(run(python, "-c", code, cwd=tmp_path).strip()) / "app.py"
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [python, app], cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert b"KLUE metric" in answer.read()
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert list(temporary.iterdir()) == []


def test_builder_of_the_wheel_needs_no_checkout(python: Path, tmp_path: Path) -> None:
    code = (
        "from klue_hub.datasets.klue import Klue\n"
        "b = Klue(config_name='ood', source='sample'); b.download_and_prepare()\n"
        "print(b.as_dataset())"
    )
    assert "DatasetDict" in run(python, "-c", code, cwd=tmp_path, HF_HOME=str(tmp_path))


def test_checkout_does_not_hide_the_library(python: Path) -> None:
    out = run(python, "-c", "import datasets; print(datasets.__file__, datasets.Dataset)", cwd=ROOT)
    assert "site-packages" in out


def test_sdist_holds_what_builds_the_wheel_and_nothing_else(sdist: Path, wheel: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
        files = {member.name.partition("/")[2] for member in members if member.isfile()}
    assert {member.mtime for member in members} == {EPOCH}
    assert {(member.uid, member.gid, member.uname) for member in members} == {(0, 0, "")}
    beside = {name for name in files if name.partition("/")[0] not in PACKAGE_FOLDERS}
    made = {name for name in beside if name.startswith("klue_hub.egg-info/")} | {"PKG-INFO", "setup.cfg"}
    assert beside - made == {
        "CHANGELOG.md", "LICENSE", "MANIFEST.in", "README.md", "THIRD_PARTY.md", "pyproject.toml",
    }  # fmt: skip
    inside = {
        name.removeprefix("klue_hub/")
        for name in zipfile.ZipFile(wheel).namelist()
        if name.startswith("klue_hub/")
    }
    assert files - beside == inside


PACKAGE_FOLDERS = ("datasets", "metrics", "model_cards", "publish")


def test_two_builds_of_one_commit_are_the_same_bytes(built: list[Path], tmp_path: Path) -> None:
    again = build(checkout(tmp_path / "source"), tmp_path / "dist", EPOCH, isolated=False)
    assert [path.name for path in again] == [path.name for path in built]
    for one, other in zip(built, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_wheel_brings_the_commands_and_every_module(python: Path, wheel: Path, tmp_path: Path) -> None:
    commands = {
        entry.name for entry in distribution("klue-hub").entry_points if entry.group == "console_scripts"
    }
    assert commands == {"klue-publish", "klue-score"}
    for command in commands:
        assert f"{command}, version" in run(python.parent / command, "--version", cwd=tmp_path)
    names = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".py")]
    modules = [name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in names]
    # push_all.py and app.py are scripts; __main__ runs.
    modules = [name for name in modules if name.rpartition(".")[2] not in ("push_all", "app", "__main__")]
    code = f"import importlib\nfor name in {modules!r}:\n    importlib.import_module(name)\nprint(len({modules!r}))"
    assert run(python, "-c", code, cwd=tmp_path, HF_HOME=str(tmp_path)).strip() == str(len(modules))
    assert len(modules) > 90
