"""Check the built site: `python docs/check_site.py site`. Every link leads somewhere, and nothing is fetched.

MkDocs checks the links that it sees in Markdown. This looks at the pages as a browser gets them, with what
the theme and the API pages added: each internal address must be a file of the site, each anchor an id
of that page, and no script, style, font or picture may come from another host.

Exit status: 0 all is well, 1 something is not, 2 wrong use.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements that make a browser fetch; a link is only followed by a reader.
FETCHING = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_NOT_FETCHED = {"canonical", "alternate", "next", "prev", "author", "license"}


class Page(HTMLParser):
    """The ids of a page, its links, and what it makes a browser fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says."""
        values = {name: value for name, value in attrs if value}
        self.ids.update(values[name] for name in ("id", "name") if name in values)
        for name in ("href", "src"):
            if name not in values:
                continue
            if (tag, name) in FETCHING and values.get("rel") not in _NOT_FETCHED:
                self.fetched.append(values[name])
            self.links.append(values[name])


def problems(site: Path) -> list[str]:
    """Return what is wrong with a built site, a line each.

    Args:
        site: its folder.
    """
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        return [f"{site}: found no page; build it first with: make docs"]
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name}: {link}: {why}" for link in page.links if (why := _broken(path, link, pages))]
        found += [f"{name}: fetches {link}" for link in page.fetched if _is_elsewhere(link)]
    for path in sorted(site.rglob("*.css")):
        addresses = _CSS_ADDRESS.findall(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(site)}: fetches {link}" for link in addresses if _is_elsewhere(link)]
    return list(dict.fromkeys(found))


def _is_elsewhere(link: str) -> bool:
    return bool(urlsplit(link).netloc)


def _broken(page: Path, link: str, pages: dict[Path, Page]) -> str:
    """Return why an internal link leads nowhere, or nothing."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    # A leading slash would be the root of a server, and of a disk without one.
    if parts.path.startswith("/"):
        return "" if page.name == "404.html" else "is an absolute path, which works on no disk"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return "there is no such file"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return "there is no such anchor"
    return ""


def main() -> None:
    """Check the site that is named."""
    if len(sys.argv) != 2:
        print("usage: python docs/check_site.py SITE", file=sys.stderr)
        sys.exit(2)
    site = Path(sys.argv[1]).resolve()
    found = problems(site)
    print("\n".join(found) or f"{sum(1 for _ in site.rglob('*.html'))} pages: every link leads somewhere")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
