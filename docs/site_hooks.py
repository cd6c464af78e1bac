"""What MkDocs does beside its own: pages of the site that are files of the repository's root.

README.ko.md, CONTRIBUTING.md and CHANGELOG.md become pages, and the table between the marks
`<!-- compat: begin -->` and `<!-- compat: end -->` in README.md stands where a page holds the same marks.
Links in them are written for the root; here they lead to the page of that file, or, where the site has none,
become plain text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"korean.md": "README.ko.md", "contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
# Where a file of the root has a page, under its own name or another.
HOMES = {source: page for page, source in PAGES.items()} | {
    "README.md": "index.md",
    "README.md#compatibility": "compatibility.md",
    "metrics/klue_metric/README.md": "scores.md",
}
BEGIN, END = "<!-- compat: begin -->", "<!-- compat: end -->"
# `[text](target)`, an image too; not in code spans, which hold no such thing in these files.
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_ELSEWHERE = ("http://", "https://", "mailto:", "#")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of root files."""
    for page, source in PAGES.items():
        content = at_home((ROOT / source).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Fill in the compatibility table."""
    if BEGIN not in markdown or page.file.src_uri in PAGES:
        return markdown
    return between_marks(markdown, at_home(marked(ROOT / "README.md")))


def marked(path: Path) -> str:
    """Return what stands between the marks of a file.

    Raises:
        PluginError: it has no such marks.
    """
    found = re.search(f"{BEGIN}(.*?){END}", path.read_text(encoding="utf-8"), re.DOTALL)
    if not found:
        raise PluginError(f"{path.name}: found no {BEGIN} ... {END}; put the table between them")
    return found[1].strip()


def between_marks(markdown: str, content: str) -> str:
    """Put content between the marks."""
    before, _, rest = markdown.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{rest.partition(END)[2]}"


def at_home(markdown: str) -> str:
    """Turn the links of a file of the root into links of a page at the top of the site."""
    return _LINK.sub(_moved, markdown)


def _moved(match: re.Match[str]) -> str:
    image, text, target = match.groups()
    if target.startswith(_ELSEWHERE):
        return match[0]
    if target in HOMES:
        return f"{image}[{text}]({HOMES[target]})"
    path, _, anchor = target.partition("#")
    if path.startswith("docs/"):
        return f"{image}[{text}]({target.removeprefix('docs/')})"
    if path in HOMES:
        return f"{image}[{text}]({HOMES[path]}{'#' * bool(anchor)}{anchor})"
    return text
