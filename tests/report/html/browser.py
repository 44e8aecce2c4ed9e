"""Debian's chromium as a reader of the page: what it shows, what it says on its console, what it asks for."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")


@dataclass
class Reader:
    """One opened page; `complaints` are console messages and faults of the script, `requests` all it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()

    def codes(self) -> list[str]:
        return self.texts("#table .code")

    def shown(self) -> str:
        return self.page.locator("#shown").inner_text()

    def search(self, words: str) -> None:
        before = self.shown()
        self.page.get_by_role("searchbox").fill(words)
        self.page.wait_for_function("before => document.getElementById('shown').textContent !== before", arg=before)

    def choose(self, label: str, words: str) -> None:
        control = self.page.get_by_label(label, exact=True)
        value = control.locator("option", has_text=words).first.get_attribute("value")
        control.select_option(value)

    def sort_by(self, heading: str) -> None:
        self.page.locator("#table thead").get_by_role("button", name=heading).click()


@contextmanager
def started() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1200) -> Iterator[Reader]:
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        reader = Reader(context.new_page())
        reader.page.on("console", lambda message: reader.complaints.append(message.text))
        reader.page.on("pageerror", lambda fault: reader.complaints.append(str(fault)))
        reader.page.on("request", lambda request: reader.requests.append(request.url))
        reader.page.goto(file.as_uri())
        yield reader
        assert reader.complaints == []
        assert reader.requests == [file.as_uri()]
