"""Everything can be reached and seen without a mouse."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

#: What has the focus now: its name, and whether a line shows it; that of a card's title is drawn around the card.
FOCUSED = """() => {
    const element = document.activeElement;
    // The button inside a date's field is the browser's, and so is the line around it.
    const inside = element.matches('input:not(:focus):focus-within');
    const lined = inside || [null, '::after'].some(part => {
        const style = getComputedStyle(element, part);
        return style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2;
    });
    const box = element.getBoundingClientRect();
    return {
        tag: element.tagName,
        name: element.id || element.textContent.trim() || element.name,
        lined,
        inSight: box.bottom > 0 && box.top < innerHeight,
    };
}"""


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_first_stop_leads_past_the_header(windows: Windows, size: str) -> None:
    page = windows.of(size=size).page
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="本文へ進む")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def tab_to(page: Page, goal: Locator, most: int = 30) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if goal.evaluate("each => each === document.activeElement"):
            return
    pytest.fail("the Tab key does not lead there")


@pytest.mark.parametrize("who", ["", "npo"])
def test_the_menu_opens_with_enter_and_closes_with_escape(windows: Windows, who: str) -> None:
    page = windows.of(who, "phone").page
    page.goto("/")
    menu = page.locator("summary", has_text="メニュー")
    tab_to(page, menu)
    page.keyboard.press("Enter")
    panel = page.get_by_role("navigation", name="メニュー")
    expect(panel).to_be_visible()
    page.keyboard.press("Tab")
    assert panel.evaluate("each => each.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_municipality_is_chosen_on_the_map_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.of("", "phone").page
    page.goto("/organisations/?view=map")
    prefecture = page.get_by_role("group", name="神奈川県の地図")
    square = prefecture.get_by_role("link", name="横浜市、")
    tab_to(page, square, most=60)
    expect(square).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url("**area=14100**")
    expect(prefecture.get_by_role("link", name="横浜市、")).to_have_attribute("aria-current", "true")
    # The wards of a chosen city stand open below, and the list is one step away.
    expect(page.get_by_role("group", name="横浜市の地図")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="団体の一覧へ"), most=60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="見つかりました")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("npo", "/posts/new/need/"),
        ("", "/join/"),
        ("", "/board/"),
        ("", "/organisations/?view=map&area=14110"),
        ("npo", "/me/"),
        ("jimukyoku", "/admin/"),
        ("jimukyoku", "/admin/members/organisation/"),
    ],
)
def test_each_stop_shows_where_the_focus_is(windows: Windows, who: str, address: str) -> None:
    page = windows.of(who, "desk").page
    page.goto(address)
    seen, lost = set(), []
    for _ in range(250):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            break
        seen.add(stop["name"])
        if not stop["lined"] or not stop["inSight"]:
            lost.append(stop)
    assert len(seen) > 15
    assert lost == []
