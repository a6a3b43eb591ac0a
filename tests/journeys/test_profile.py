"""An organisation tells of itself, one step at a time, and decides who may read what."""

import pytest

from tests.browser.portal import Portal
from tests.browser.windows import Window, Windows
from tests.journeys.people import Person
from tests.journeys.test_first_match import photographed_if_it_fails, sits_down

pytestmark = pytest.mark.browser

TEXT = "広場で、放課後の子どもたちと遊んでいます。"
WHOM = "だれのための活動ですか"


def comes_back(windows: Windows, who: str, size: str, *, scripts: bool = True) -> Person:
    """Somebody who is logged in since yesterday."""
    return Person(Window(windows.context(who, size, scripts=scripts).new_page(), windows.portal.url))


def test_a_fresh_organisation_follows_the_meter_and_chooses_who_reads_what(portal: Portal, windows: Windows) -> None:
    owner, plain = comes_back(windows, "fresh", "phone"), comes_back(windows, "fresh", "phone", scripts=False)
    visitor, member = sits_down(windows, "phone"), comes_back(windows, "kigyo", "desk")
    page = f"/organisations/{portal.ids['fresh_organisation']}/"
    with photographed_if_it_fails(owner, plain, visitor, member):
        owner.goes_to("/me/")
        owner.reads("活動の紹介を書きましょう")
        owner.goes_to(page)
        owner.follows("登録の内容を直す")
        follows_the_next_step(owner, "活動の紹介を書きましょう")
        owner.writes("活動の紹介", TEXT)
        owner.presses("保存する")
        follows_the_next_step(owner, "活動の内容を選びましょう")
        owner.ticks("遊び・体験の場をつくる", of="活動の内容")
        owner.presses("保存する")
        follows_the_next_step(owner, "だれのための活動かを選びましょう")
        owner.ticks("小学生・中学生", of=WHOM)
        owner.presses("保存する")
        owner.reads("テーマを選びましょう")

        owner.follows("見られる人", within="main")
        owner.selects(WHOM, "登録団体の方")
        owner.presses("保存する")
        owner.reads("「見られる人」を保存しました。")

        adds_two_places(plain)

        for person in (visitor, member):
            person.goes_to(page)
            person.reads(TEXT)
            person.reads("遊び・体験の場をつくる")
            person.reads("はるかぜ広場")
            person.reads("雨の日の集会室")
        assert visitor.window.page.locator("main").get_by_text("小学生・中学生").count() == 0
        assert visitor.window.page.locator("main").get_by_text("0466-00-2222").count() == 0
        member.reads("小学生・中学生")
        member.reads("0466-00-2222")


def follows_the_next_step(person: Person, step: str) -> None:
    person.reads(step)
    person.follows("書く", within=".meter")


def adds_two_places(person: Person) -> None:
    """One row after the other, with the button for more between them."""
    rows = person.window.page.locator(".row-card")
    person.goes_to("/settings/")
    person.follows("団体の内容を直す")
    person.follows("活動している場所", within="main")
    first, second = rows.nth(0), rows.nth(1)
    first.get_by_label("名前").fill("はるかぜ広場")
    first.get_by_label("市区町村").select_option(label="藤沢市")
    person.presses("行を増やす")
    assert rows.count() == 3
    second.get_by_label("名前").fill("雨の日の集会室")
    second.get_by_label("市区町村").select_option(label="茅ヶ崎市")
    person.presses("保存する")
    person.reads("2か所")
