"""Somebody before a browser, told in the words that stand on the page."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.windows import Window


def beginning(words: str) -> re.Pattern[str]:
    """A name that is ``words``, or begins with it and goes on with a mark or an explanation."""
    return re.compile(rf"^\s*{re.escape(words)}(?!のフリガナ)")


@dataclass
class Person:
    """Who sits before ``window``."""

    window: Window

    def goes_to(self, address: str) -> None:
        self.window.page.goto(address)

    def follows(self, words: str, *, within: str = "body") -> None:
        """A link by its words; ``within`` is a part of the page."""
        link = self.window.page.locator(within).get_by_role("link", name=beginning(words))
        with self.window.page.expect_navigation():
            link.first.click()

    def presses(self, words: str, *, within: str = "main") -> None:
        """A button that leads on to a page."""
        with self.window.page.expect_navigation():
            self.window.page.locator(within).get_by_role("button", name=beginning(words)).first.click()

    def presses_here(self, words: str) -> None:
        """A button that stays on the page."""
        self.window.page.get_by_role("button", name=beginning(words)).click()

    def writes(self, label: str, text: str) -> None:
        self._field(label).fill(text)

    def selects(self, label: str, option: str) -> None:
        self._field(label).select_option(label=option)

    def ticks(self, words: str, *, of: str = "") -> None:
        """A choice or a box by its words; ``of`` is the question they answer, where they stand twice."""
        page = self.window.page
        around = page.get_by_role("group", name=beginning(of)).or_(page.get_by_role("radiogroup", name=beginning(of)))
        whole = around if of else page.locator("main")
        choices = whole.get_by_role("radio", name=beginning(words)).or_(
            whole.get_by_role("checkbox", name=beginning(words))
        )
        choice = choices.first
        # People press the words beside the box, which may be drawn over it.
        page.locator(f"label[for='{choice.get_attribute('id')}']").click()
        expect(choice).to_be_checked()

    def unfolds(self, words: str) -> None:
        """What stands folded, by the words on it."""
        self.window.page.locator("main summary").filter(has_text=words).first.click()

    def hands_in(self, label: str, *files: FilePayload | Path) -> None:
        self._field(label).set_input_files(list(files))  # type: ignore[arg-type]

    def reads(self, words: str) -> None:
        expect(self.window.page.locator("main").get_by_text(words).first).to_be_visible()

    def finds(self, label: str, value: str) -> None:
        """A field that is filled in already."""
        expect(self._field(label)).to_have_value(value)

    def logs_in(self, email: str, password: str) -> None:
        self.goes_to("/account/login/")
        self.writes("メールアドレス", email)
        self.writes("パスワード", password)
        self.presses("ログイン")

    def _field(self, label: str) -> Locator:
        return self.window.page.locator("main").get_by_label(beginning(label)).first
