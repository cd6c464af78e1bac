"""Run the code blocks of a document: `python -m tests.docs.examples FILE`, in the folder that they expect.

Python blocks run one after another in one namespace, with what they show compared; `bash` blocks have to end
with status 0; `console` blocks show commands behind `$` and what they print, compared as Python's is. A block
that cannot run here is left out by `<!--- skip: next "REASON" -->` above it, and the reason is printed.
"""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path
from unittest import SkipTest

from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# Blocks that say nothing that could be run.
PROSE = {"text", "yaml", "json", "bibtex", "toml"}
# They would run these very tests again, or change what this environment is made of; `conftest.py` ran the demo.
NOT_AGAIN = re.compile(r"^(make (demo|test|docs|lint|compat|slow|fuzz|bench)|pip install)\b")


def run_bash(example: Example) -> str | None:
    """Run a block, without the lines of `NOT_AGAIN`; it has to succeed."""
    lines = [line for line in example.parsed.splitlines() if not NOT_AGAIN.match(line)]
    status, printed = shell("\n".join(lines))
    return f"ended with status {status}:\n{printed}" if status else None


def run_console(example: Example) -> str | None:
    """Run the commands of a block and compare what each prints."""
    checker = doctest.OutputChecker()
    wrong = []
    for command, expected in commands(example.parsed):
        _, printed = shell(command)
        if expected.startswith("...\n"):  # stands for lines that may be there, or for none
            printed = "(start)\n" + printed
        if not checker.check_output(expected, printed, FLAGS):
            wrong.append(f"$ {command}\nshown:\n{expected}\nprinted:\n{printed}")
    return "\n".join(wrong) or None


def commands(block: str) -> list[tuple[str, str]]:
    """Split a block into commands, each with what it prints; a line that ends in a backslash goes on."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found and found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0]}\n{line}", "")
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
    return found


def shell(script: str) -> tuple[int, str]:
    """Return the status and all that is printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout


def parse(path: Path) -> Document:
    """Find the examples of a document."""
    parsers = [
        SkipParser(),
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser("bash", run_bash),
        CodeBlockParser("console", run_console),
    ]
    return Sybil(parsers).parse(path)


def languages(text: str) -> list[str]:
    """Return the language of every fenced block, an empty one where none is named."""
    return [found[2] for found in re.finditer(r"^( *)```+ *(\w*)[^`\n]*\n.*?^\1```", text, re.M | re.S)]


def main() -> None:
    """Run a document's examples; the status is 1 if one does not do what it shows."""
    failed = 0
    for example in parse(Path(sys.argv[1])).examples():
        place = f"{example.path}:{example.line}"
        try:
            example.evaluate()
        except SkipTest as skipped:
            print(f"{place}: not run: {skipped}")
        except Exception as error:
            print(f"{place}: {type(error).__name__}: {error}")
            failed = 1
    sys.exit(failed)


if __name__ == "__main__":
    main()
