"""Sizes: no long module and no long function, unless a comment says why.

The reason is a comment `# long: ...`: of a module on one of its first lines, of a function on its `def` line or the
first line of its body.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

MODULE_LINES = 400
FUNCTION_LINES = 50  # without the docstring
HEAD_LINES = 12
REASON = re.compile(r"# long: \S+ \S+")


def modules() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code from `def` to the end, the docstring left out."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_and_functions_are_short_or_say_why_not(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > MODULE_LINES:
        assert any(REASON.search(line) for line in lines[:HEAD_LINES]), f"{len(lines)} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > FUNCTION_LINES:
            reasons = [lines[node.lineno - 1], lines[node.body[0].lineno - 2]]
            assert any(REASON.search(line) for line in reasons), f"{node.name}: {length(node)} lines"
