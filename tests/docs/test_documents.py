"""README and docs: every example does what it shows, and the Korean README says the same as the English one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ..conftest import ROOT
from .conftest import RunDocument
from .examples import PROSE, commands, languages, parse

KOREAN = ROOT / "README.ko.md"
# The Korean README has the blocks of the English one, so these stand for it.
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_EXAMPLES = [path for path in DOCUMENTS if set(languages(path.read_text(encoding="utf-8"))) - PROSE]
RUN = {"python", "bash", "console"}
_SKIP = re.compile(r"<!-+\s*skip:([^\n]*?)-->")
_REASONED = re.compile(r' next "[^"]{10,}" ?')


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", WITH_EXAMPLES, ids=name)
def test_examples_do_what_they_show(run_document: RunDocument, document: Path) -> None:
    done = run_document(document)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]


@pytest.mark.parametrize("document", [*DOCUMENTS, KOREAN], ids=name)
def test_every_block_is_run_or_is_no_code(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    blocks = languages(text)
    assert set(blocks) <= RUN | PROSE, "a block of another language is tested by nobody"
    skips = _SKIP.findall(text)
    assert [skip for skip in skips if not _REASONED.fullmatch(skip)] == [], "a skip needs its reason"
    found = len(list(parse(document).examples())) - len(skips)
    assert found >= sum(block in RUN for block in blocks), "a block is not seen by the runner"


def test_wrong_examples_fail(run_document: RunDocument, tmp_path: Path) -> None:
    document = tmp_path / "wrong.md"
    document.write_text(
        "```python\n>>> 1 + 1\n3\n```\n\n"
        "```bash\nls no-such-file\n```\n\n"
        "```console\n$ echo one\ntwo\n```\n\n"
        '<!--- skip: next "for a reason that is told" -->\n\n```bash\nfalse\n```\n'
    )
    done = run_document(document)
    assert done.returncode == 1
    for place in ("wrong.md:2:", "wrong.md:6:", "wrong.md:10:"):
        assert f"{place} SybilFailure" in done.stdout, done.stdout
    assert "not run: for a reason that is told" in done.stdout


def test_commands_are_split_with_what_they_print() -> None:
    block = "$ echo a \\\n  b\na b\n$ true\n$ echo c\nc\n"
    assert commands(block) == [("echo a \\\n  b", "a b\n"), ("true", ""), ("echo c", "c\n")]


# The Korean README


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """Return the fenced blocks: language and lines, without what is written for people."""
    found = re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", text, re.M | re.S)
    return [
        (language, [line for raw in body.splitlines() if (line := re.sub(r"(^|\s+)# .*", "", raw).rstrip())])
        for language, body in found
    ]


def without_blocks(text: str) -> str:
    """Leave out the fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def headings(text: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", without_blocks(text), re.M)]


def tables(text: str) -> list[list[list[str]]]:
    """Return what a translation of tables must keep: code and figures, by row."""
    found: list[list[list[str]]] = []
    before = ""
    for line in without_blocks(text).splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            found[-1].append(sorted(re.findall(r"`[^`]+`|\d[\d.,]*\d|\d", line)))
        before = line
    return found


def targets(text: str) -> list[str]:
    """Return where links lead, the other language's README and anchors apart."""
    links = re.findall(r"\]\(([^)#\s]+)", without_blocks(text))
    return sorted(link for link in links if link not in ("README.md", "README.ko.md"))


@pytest.mark.parametrize("part", [headings, blocks, tables, targets], ids=lambda part: str(part.__name__))
def test_korean_readme_has_the_parts_of_the_english_one(part: object) -> None:
    assert callable(part)
    english, korean = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))
    assert part(english), "the comparison sees nothing"
    assert part(korean) == part(english)


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_local_links_of_the_readmes_exist(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    local = [target for target in targets(text) if "://" not in target]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []
