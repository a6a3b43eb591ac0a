"""Fixtures: a real Chromium before a real portal, with everybody who has a session in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.portal import ROOT, Portal, running_portal

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"phone": {"width": 375, "height": 812}, "desk": {"width": 1280, "height": 900}}
PATIENCE_MS = 15_000
#: Pictures of pages that failed.
RESULTS = ROOT / "test-results"


@pytest.fixture(scope="session")
def portal() -> Portal:
    return running_portal()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Window:
    """A browser window and what went wrong in it."""

    page: Page
    home: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error of a script: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.troubles.append(f"{message.type} in the console: {message.text} ({where})")

    def _see(self, request: Request) -> None:
        if not request.url.startswith(self.home) and urlsplit(request.url).scheme not in {"data", "blob"}:
            self.troubles.append(f"request to somebody else: {request.url}")

    def told(self) -> list[str]:
        """What went wrong since this was last asked."""
        told, self.troubles[:] = list(self.troubles), []
        return told


@dataclass
class Windows:
    """One window for each visitor, size and whether scripts run; kept for all tests of a worker."""

    browser: Browser
    portal: Portal
    kept: dict[tuple[str, str, bool], Window] = field(default_factory=dict)

    def of(self, who: str = "", size: str = "desk", *, scripts: bool = True) -> Window:
        """The window of ``who`` (a name in the portal's ``sessions``; empty for a visitor)."""
        key = (who, size, scripts)
        if key not in self.kept:
            self.kept[key] = Window(self.context(who, size, scripts=scripts).new_page(), self.portal.url)
        return self.kept[key]

    def context(self, who: str = "", size: str = "desk", *, scripts: bool = True) -> BrowserContext:
        """A fresh browser, logged in as ``who``."""
        context = self.browser.new_context(
            base_url=self.portal.url,
            viewport=SIZES[size],  # type: ignore[arg-type]
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE_MS)
        if who:
            context.add_cookies([{"name": "sessionid", "value": self.portal.sessions[who], "url": self.portal.url}])
        return context


@pytest.fixture(scope="session")
def windows(browser: Browser, portal: Portal) -> Windows:
    return Windows(browser, portal)


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds, one line each; injected by evaluate, so that the content policy stays on."""
    result = page.evaluate(
        AXE + ";(tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, preload: false,"
        " resultTypes: ['violations']}))",
        AXE_TAGS,
    )
    return [
        f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes']][:3]}"
        for violation in result["violations"]
    ]


def picture_of(page: Page, name: str) -> Path:
    """Keep a picture of the page for whoever looks into a failure."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
    page.screenshot(path=path, full_page=True)
    return path
