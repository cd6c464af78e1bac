"""Write THIRD_PARTY.md, the licences of what the package needs: `python tools/third_party.py`.

Licences are what the installed packages say of themselves.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:  # its predecessor, which pytest brings
    import tomli as tomllib

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "THIRD_PARTY.md"
HEAD: Final = """\
# Licences of what this package needs

None of it is part of the package: pip installs it. The licences are those that the packages state;
`python tools/third_party.py` writes this list.

| package | needed for | licence |
| --- | --- | --- |
"""
_FREE_TEXT: Final = 60  # characters; a longer licence field is the licence itself


def requirements() -> dict[str, list[str]]:
    """Return what pyproject.toml names: package to what needs it, `use` or an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"use": project["dependencies"], **project["optional-dependencies"]}
    found: dict[str, list[str]] = {}
    for group, lines in groups.items():
        for line in lines:
            name = Requirement(line).name
            if name != project["name"]:  # an extra that includes another
                found.setdefault(name, []).append(group)
    return dict(sorted(found.items(), key=lambda item: (item[1] != ["use"], item[0].lower())))


def licence(name: str) -> str:
    """Return the licence that an installed package states, in one line.

    Raises:
        PackageNotFoundError: It is not installed.
        LookupError: It states none.
    """
    stated = next(_stated(distribution(name)), None)
    if stated is None:
        raise LookupError(f"{name} states no licence; look at its page and name it here")
    return stated


def _stated(package: Distribution) -> Iterator[str]:
    fields = package.metadata
    for field in (fields.get("License-Expression"), fields.get("License")):
        if field and len(field) <= _FREE_TEXT and field.strip().upper() != "UNKNOWN":
            yield " ".join(field.split())
    for line in fields.get_all("Classifier") or []:
        if line.startswith("License :: OSI Approved :: "):
            yield line.rpartition(" :: ")[2]
    text = fields.get("License") or ""
    found = re.match(r"\s*((?:MIT|BSD|Apache)[^\n]{0,40})", text)
    if found:
        yield found[1].strip()


def render() -> str:
    """Return the document; packages that are not installed here are named as such."""
    rows = []
    for name, groups in requirements().items():
        try:
            stated = licence(name)
        except PackageNotFoundError:
            stated = "not installed where this list was written"
        rows.append(f"| `{name}` | {', '.join(groups)} | {stated} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
