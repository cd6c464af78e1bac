"""The command line with any arguments: what is wrong with them in a few lines and the exit status, no traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from klue_hub.model_cards.__main__ import main as render_cards
from klue_hub.publish.cli import main as publish

from .target import target
from .test_facts import TEXT as FEW_FACTS

# No NUL, and of surrogates only those that stand for a byte: a command line can hold no others.
ODD = [
    "", " ", "-", "--", "-h", "a", "a/b", "a/b/c", "/", "..", "~", "~nobody/x", "\udcff", "x" * 300, "a\nb", "가",
    "0", "1", "-1", "33", "nan", "inf", "1e400", "http://[", "https://", "http://a:b@c", "ftp://a", "//a", "https://a b",
    "official", "sample", "sts", "bert-base", "1.1.0", "models", "{}", "%s", "$HOME", "'", '"', "klue/klue", "--to", "=",
]  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
VALUES = st.sampled_from(ODD) | TEXT
VALUED = [
    "--to", "--source", "--only", "--config", "--model", "--data-version", "--namespace", "--metric-id", "--endpoint",
    "--jobs", "--timeout", "--report", "--no-such-option",
]  # fmt: skip
FLAGS = [
    "--partial", "--accept-changed", "--accept-faults", "--benchmark", "--overwrite-edited", "--prune", "--create-pr",
    "--private", "--json", "--yes", "--verbose", "--dry-run=1", "-x",
]  # fmt: skip
ARGUMENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(VALUED), VALUES),
        st.tuples(st.sampled_from(VALUED), VALUES).map(lambda pair: (f"{pair[0]}={pair[1]}",)),
        st.sampled_from(FLAGS).map(lambda flag: (flag,)),
        VALUES.map(lambda value: (value,)),
    ),
    max_size=4,
).map(lambda groups: [argument for group in groups for argument in group])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the command runs: a folder without raw files, and nobody's home, so that no call goes out."""
    folder = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("HF_TOKEN", "HF_ENDPOINT"):
            patch.delenv(name, raising=False)
        yield folder


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with few models: it is read each time."""
    path = tmp_path_factory.mktemp("facts") / "facts.yaml"
    path.write_bytes(FEW_FACTS)
    return path


def run(command: click.Command, arguments: Sequence[str], empty: Path) -> Result:
    """Run it, and see that it ends as it should and leaves nothing but the report that it was asked for."""
    done = CliRunner().invoke(command, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), arguments
    assert isinstance(done.exit_code, int)
    assert done.exit_code in (0, 1, 2)
    options = options_of(arguments)
    assert "--verbose" in options or "Traceback" not in done.output
    assert "please report it" not in done.output
    if done.exit_code:
        assert "rror: " in done.output
    left = list(empty.iterdir())
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert not left or "--report" in options, arguments
    return done


def options_of(arguments: Sequence[str]) -> list[str]:
    return [argument.split("=")[0] for argument in arguments]


@target()
@given(arguments=ARGUMENTS)
def test_any_arguments_are_told_without_a_traceback(empty: Path, arguments: list[str]) -> None:
    # Without a token and without --dry-run nothing reaches a Hub; an empty source ends what goes into a folder.
    fixed = ["--only", "datasets", "--source", str(empty), "--config", "sts"]
    done = run(publish, [*arguments, *fixed], empty)
    if done.exit_code == 0:
        assert {"-h", "--help", "--version"} & set(options_of(arguments))


@target()
@given(arguments=ARGUMENTS)
def test_any_arguments_of_a_dry_run_into_a_folder_are_told_without_a_traceback(
    empty: Path, arguments: list[str]
) -> None:
    fixed = ["--dry-run", "--only", "datasets", "--config", "sts", "--to", "hub", "--source", str(empty)]
    done = run(publish, [*fixed, *(each for each in arguments if "--source" not in each)], empty)
    if done.exit_code == 1 and "--json" in arguments:
        (repository,) = json.loads(done.stdout)["repositories"]
        assert repository["result"] == "failed"
        assert "missing" in repository["error"]


@target()
@given(
    names=st.lists(VALUES, max_size=2),
    options=st.lists(
        st.sampled_from(["--benchmark", "--cards-only", "--replace", "--to", "--facts", "-x"]), max_size=3
    ),
    value=VALUES,
)
def test_any_arguments_for_the_cards_are_told_without_a_traceback(
    empty: Path, facts: Path, names: list[str], options: list[str], value: str
) -> None:
    # The name that nothing has comes first, where no option can take it for its value: no card is to be rendered.
    arguments = ["no-such-model", *names, *options, value]
    run(render_cards, [*arguments, "--facts", str(facts), "--to", "cards"], empty)
