"""The form asks what the chosen resource needs, and keeps what was typed when another one is chosen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import Windows, axe_violations

pytestmark = pytest.mark.browser

FORM = "/posts/new/offer/"


def choose(where: Page | Locator, words: str) -> None:
    """People press the words beside a box, which may be drawn over it."""
    where.locator("label.choice__label").filter(has_text=re.compile(rf"^\s*{words}\s*$")).first.click()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_choosing_another_resource_shows_its_questions_and_loses_nothing(windows: Windows, size: str) -> None:
    window = windows.of("npo", size)
    page = window.page
    page.goto(FORM)
    window.told()
    parts = page.locator("[data-kind]")
    expect(parts).to_have_count(12)
    expect(page.locator("[data-kind]:visible")).to_have_count(0)

    choose(page, "食べもの")
    food, goods = page.locator("[data-kind=food]"), page.locator("[data-kind=goods]")
    expect(food).to_be_visible()
    expect(page.locator("[data-kind]:visible")).to_have_count(1)
    expect(page.locator("[data-kinds-told]")).to_have_text("「渡せる食べもののこと」の質問を、下に出しました。")
    choose(food, "パン")
    food.get_by_text("もっと書く").click()
    food.get_by_label("受け渡しについてひとこと").fill("閉店後に裏口で")
    assert axe_violations(page) == []

    choose(page, "物品")
    expect(food).to_be_hidden()
    expect(goods).to_be_visible()
    # The usual unit stands beside a number, until somebody chooses another.
    page.locator("#id_quantity").fill("5")
    expect(page.get_by_label("単位")).to_have_value("pieces")
    # Food is counted in several ways: it is asked.
    choose(page, "食べもの")
    expect(page.get_by_label("単位")).to_have_value("")
    page.locator("#id_quantity").fill("6")
    expect(page.get_by_label("単位")).to_have_value("")
    choose(page, "物品")
    page.locator("#id_quantity").fill("5")
    expect(page.get_by_label("単位")).to_have_value("pieces")

    # The server answers, and both parts are as they were.
    with page.expect_navigation():
        page.get_by_role("button", name="確認へ進む").click()
    window.told()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(goods.get_by_text("だれが運びますか")).to_be_visible()
    expect(goods.locator("[aria-invalid=true]").first).to_be_attached()
    choose(page, "食べもの")
    expect(food.get_by_role("checkbox", name="パン", exact=True)).to_be_checked()
    expect(food.get_by_label("受け渡しについてひとこと")).to_have_value("閉店後に裏口で")
    assert window.told() == []


def test_without_scripts_every_resource_can_be_unfolded(windows: Windows) -> None:
    page = windows.of("npo", "phone", scripts=False).page
    page.goto(FORM)
    place = page.locator("[data-kind=place]")
    expect(place.locator("summary").first).to_have_text("「場所」を選んだとき")
    expect(place.get_by_text("使える設備")).to_be_hidden()
    place.locator("summary").first.click()
    expect(place.get_by_text("使える設備")).to_be_visible()
    choose(place, "台所・調理室")
    choose(page, "場所")
    page.get_by_label("見出し").fill("休みの日の食堂を、お使いください")
    page.get_by_role("button", name="確認へ進む").click()
    # What is missing is said, and the chosen resource stands open by itself.
    expect(page.locator("[data-kind=place]").get_by_role("checkbox", name="台所・調理室")).to_be_checked()
    page.get_by_label("くわしい内容").fill("大きな鍋もあります。")
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_text("台所・調理室あり").first).to_be_visible()
