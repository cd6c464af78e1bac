"""A server of the page and a browser, one each for all tests here; a visitor is new in every test."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from klue_hub.metrics.klue_metric.page_texts import Words
from klue_hub.publish.space_repo import space_files

from ..hub.client import Hub
from ..metrics.conftest import load as load
from ..metrics.conftest import space as space

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EN, KO = Words("en"), Words("ko")
LONG = 10_000  # milliseconds; only a failure takes so long


@dataclass
class Server:
    """The page.

    Attributes:
        address: Where it listens.
        temporary: Its folder for temporary files, and all that it could keep.
        log: What it printed.
    """

    address: str
    temporary: Path
    log: Path


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The Hub that the page asks for references."""
    with Hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture(scope="package")
def server(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page as a Space starts it, from the files that are published; it takes a free port and prints it."""
    folder = tmp_path_factory.mktemp("server")
    temporary, log, app = folder / "tmp", folder / "log", folder / "app"
    temporary.mkdir()
    app.mkdir()
    for name, content in space_files().items():
        (app / name).write_bytes(content)
    environment = {**hub.env(), "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=app,
        )
    try:
        yield Server(_address(process, log), temporary, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout
    for line in process.stdout:
        found = re.search(r"http://\S+", line)
        if found:
            return found[0].rstrip("/")
    raise RuntimeError(f"the page did not start: {log.read_text()}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the tests are skipped where there is none."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium fonts-noto-cjk")
    # For this package alone: while it runs, the loop of its thread is taken, and no test elsewhere could run one.
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
        quiet = ["--disable-background-networking", "--disable-component-update"]
        chromium = playwright.chromium.launch(executable_path=path, args=flags + quiet)
        yield chromium
        chromium.close()


class Visitor:
    """A person before the page, and a record of what the browser did meanwhile."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.set_default_timeout(LONG)
        page.on("request", lambda request: self._see(request.url))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))

    def _see(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", "blob:")):
            self.faults.append(f"request beyond the page's server: {url}")

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.faults.append(f"console: {text}")

    def open(self, query: str = "") -> Visitor:
        """Open the page."""
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_selector("#klue-score")
        return self

    def choose(self, config: str, words: Words = EN) -> None:
        """Choose a task."""
        self.page.check(f"input[name=klue-task][value={config}]")
        self.page.get_by_text(words("rows", config), exact=True).wait_for()

    def fill_example(self) -> None:
        """Press the button, and wait for both files."""
        self.page.click("#klue-example")
        for side in ("predictions", "references"):
            self.page.wait_for_selector(f"#klue-{side} .filename")

    def upload(self, side: str, name: str, content: bytes | str) -> None:
        """Choose a file, and wait until its name is shown."""
        data = content.encode() if isinstance(content, str) else content
        chosen: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        self.page.set_input_files(f"#klue-{side} input[type=file]", chosen)
        self.page.wait_for_selector(f"#klue-{side} .filename")

    def score(self) -> None:
        """Press the button."""
        self.page.click("#klue-score")

    def result(self, config: str) -> str:
        """The result as text."""
        return self.page.locator(f"#klue-result .result[data-config={config}]").inner_text()

    def error(self, side: str) -> str:
        """The message next to a field."""
        return self.page.locator(f"#klue-{side} .klue-error .error").inner_text()

    def speak(self, words: Words) -> None:
        """Switch the language."""
        self.page.check(f"#klue-language input[value={words.language}]")
        self.page.wait_for_selector(f"header[lang={words.language}]")

    def download(self, label: str) -> bytes:
        """Take a file along."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=label, exact=True).click()
        return Path(download.value.path()).read_bytes()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Open the page as a new person; in the end there must be no fault in any of their browsers."""
    visitors: list[Visitor] = []

    def open_page(query: str = "", **options: Any) -> Visitor:
        context = browser.new_context(**{"locale": "en-US", **options})
        visitors.append(Visitor(context.new_page(), server.address))
        return visitors[-1].open(query)

    yield open_page
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.page.context.close()
    assert faults == []
    assert "Traceback" not in server.log.read_text()
