"""A real Chromium before a real portal, one login for each role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.portal import Portal, running_portal

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
PASSWORD = "tomoiki-demo"
AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = {"phone": {"width": 375, "height": 812}, "desk": {"width": 1280, "height": 900}}


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
class Visitors:
    """Browser contexts by person and size; each person logs in once."""

    browser: Browser
    portal: Portal
    states: dict[str, Any] = field(default_factory=dict)
    contexts: dict[tuple[str, str, bool], BrowserContext] = field(default_factory=dict)

    def context(self, who: str = "", size: str = "desk", *, scripts: bool = True) -> BrowserContext:
        """A context of ``who`` (the first part of a demo address; empty for a visitor)."""
        key = (who, size, scripts)
        if key not in self.contexts:
            self.contexts[key] = self.browser.new_context(
                base_url=self.portal.url,
                viewport=WIDTHS[size],  # type: ignore[arg-type]
                locale="ja-JP",
                timezone_id="Asia/Tokyo",
                java_script_enabled=scripts,
                storage_state=self._state(who) if who else None,
            )
        return self.contexts[key]

    def _state(self, who: str) -> Any:
        if who not in self.states:
            context = self.browser.new_context(base_url=self.portal.url)
            page = context.new_page()
            log_in(page, f"{who}@demo.example")
            self.states[who] = context.storage_state()
            context.close()
        return self.states[who]


@pytest.fixture(scope="session")
def visitors(browser: Browser, portal: Portal) -> Iterator[Visitors]:
    visitors = Visitors(browser, portal)
    yield visitors
    for context in visitors.contexts.values():
        context.close()


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.get_by_label(re.compile("メールアドレス")).fill(email)
    page.get_by_label(re.compile("パスワード")).first.fill(password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds, one line each; injected by evaluate, so that the content policy stays on."""
    page.evaluate(AXE)
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", AXE_TAGS
    )
    return [
        f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes']][:3]}"
        for violation in result["violations"]
    ]
