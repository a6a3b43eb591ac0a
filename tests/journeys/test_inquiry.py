"""Several are asked for one need, enough would like to, they find a date, and what came of it is told."""

import time
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.browser.portal import Portal
from tests.browser.windows import Windows
from tests.journeys.letters import Letters
from tests.journeys.people import Person
from tests.journeys.test_first_match import STAFF, photographed_if_it_fails, reports, sits_down
from tomoiki.embedded.accounts import PASSWORD

pytestmark = pytest.mark.browser

NPO, COMPANY, UNIVERSITY, BANK = (f"{who}@demo.example" for who in ("npo", "kigyo", "daigaku", "kinyu"))
COMPANY_NAME, UNIVERSITY_NAME = "みどりベーカリー株式会社", "湘南架空大学 地域連携室"
NEEDS = {"phone": ("人形劇の道具を置く部屋", "人形劇"), "desk": ("影絵の稽古をする部屋", "影絵")}


@pytest.mark.parametrize("size", NEEDS)
def test_from_three_candidates_to_a_date_and_a_report(windows: Windows, portal: Portal, size: str) -> None:
    need, word = NEEDS[size]
    portal.run("tests.journeys.an_inquiry_ahead", need, word)
    staff, npo, company, university, bank = people = [
        # On the desk nothing of it needs a script.
        sits_down(windows, size, scripts=size == "phone")
        for _ in range(5)
    ]
    letters = Letters(portal.mail_folder)
    with photographed_if_it_fails(*people):
        for person, address in zip(people, (STAFF, NPO, COMPANY, UNIVERSITY, BANK), strict=True):
            person.logs_in(address, PASSWORD)

        inquiry = asks_three(staff, need, word)
        hears(letters, NPO, f"「{need}」について、3団体にたずねています")
        for person, address in ((company, COMPANY), (university, UNIVERSITY)):
            hears(letters, address, f"「{need}」に、力を貸していただけませんか")
            says_yes(person, need, "NPO法人ひなたの庭")
            person.reads("NPO法人ひなたの庭さんのお返事を待っています")

        hears(letters, BANK, f"「{need}」は、先にお返事のあった団体と進めます")
        bank.goes_to("/introductions/?tab=over")
        bank.follows(need, within="main")
        bank.reads("お返事はいりません")
        staff.goes_to(inquiry)
        staff.reads("必要な数がそろいました。関心を示した団体は2つです。掲載した団体のお返事を待っています。")

        hears(letters, NPO, f"{UNIVERSITY_NAME}さんが「{need}」に「ぜひ」とのことです")
        says_yes(npo, need, COMPANY_NAME)
        npo.reads(f"{COMPANY_NAME}さんと結ばれました")

        page = npo.window.page.url
        proposes(npo, timezone.localdate() + timedelta(days=7))
        ticks(company, need)
        fixes(npo, page)
        takes_to_the_calendar(company, need)

        npo.goes_to(page)
        npo.presses("実施に入る")
        npo.reads("実施に入りました。")
        reports(company, need, "置き場所が決まり、道具を運びました。")


def hears(letters: Letters, address: str, beginning: str) -> None:
    """A mail whose subject begins so, among all that comes."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if any(mail.subject.removeprefix("【ともいき】").startswith(beginning) for mail in letters.all_to(address)):
            return
        time.sleep(0.2)
    raise AssertionError(
        f"{address} was not told 「{beginning}」: {[each.subject for each in letters.all_to(address)]}"
    )


def asks_three(staff: Person, need: str, word: str) -> str:
    """From the candidates of the need to the page of the inquiry."""
    staff.goes_to(f"/admin/matching/post/?q={need}")
    staff.follows(need, within="main")
    staff.follows("相手をさがして紹介する")
    staff.writes("ことばでさがす", word)
    staff.presses("さがす")
    boxes = staff.window.page.locator("input[name=candidate]")
    assert boxes.count() == 3
    for number in range(3):
        boxes.nth(number).check()
    staff.presses("選んだ相手に打診する")
    staff.writes("関心のある団体が、いくつあれば十分ですか", "2")
    staff.presses("選んだ相手に打診する")
    staff.reads("3団体に打診しました。お返事が届いたら、お知らせします。")
    staff.reads("まだたずねていません")
    return str(staff.window.page.url)


def says_yes(person: Person, need: str, partner: str) -> None:
    """In the introduction with that partner, of several that have the same title."""
    person.goes_to("/introductions/?tab=waiting")
    card = person.window.page.locator("article").filter(has_text=need).filter(has_text=partner)
    with person.window.page.expect_navigation():
        card.get_by_role("link", name=need).first.click()
    person.ticks("ぜひ")
    person.presses("この内容でお返事する")


def proposes(person: Person, first: date) -> None:
    person.follows("打ち合わせの候補日を出す")
    page = person.window.page
    for name, days, hour in (("first", 0, "10:00"), ("second", 1, "14:00"), ("third", 2, "18:30")):
        page.locator(f"[name={name}_0]").fill(str(first + timedelta(days=days)))
        page.locator(f"[name={name}_1]").fill(hour)
    person.writes("場所", "市民センター 2階")
    person.presses("候補日を送る")
    person.reads("打ち合わせ")


def ticks(person: Person, need: str) -> None:
    person.goes_to("/introductions/?tab=going")
    person.follows(need, within="main")
    person.follows("都合を答える", within="main")
    form = person.window.page.locator("#tick")
    for question, answer in zip(
        form.get_by_role("radiogroup").or_(form.get_by_role("group")).all(), "○○×", strict=True
    ):
        choice = question.get_by_role("radio", name=answer)
        person.window.page.locator(f"label[for='{choice.get_attribute('id')}']").click()
    person.presses("この都合で答える")
    person.reads("全員の都合がそろいました")


def fixes(person: Person, introduction: str) -> None:
    person.goes_to(introduction)
    person.follows("打ち合わせの日を決める", within="main")
    person.window.page.locator("#fix input[name=date]").nth(1).check()
    person.presses("この日に決める")
    person.reads("この日時に決まりました。")


def takes_to_the_calendar(person: Person, need: str) -> None:
    person.goes_to("/introductions/?tab=going")
    person.follows(need, within="main")
    person.reads("前の日に、もう一度お知らせします。")
    with person.window.page.expect_download() as download:
        person.window.page.get_by_role("link", name="カレンダーに入れる").click()
    text = download.value.path().read_text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert "市民センター 2階" in text.replace("\r\n ", "")
    day = timezone.localdate() + timedelta(days=8)
    # 14:00 in Japan.
    assert f"{day:%Y%m%d}T140000" in text or f"{day:%Y%m%d}T050000Z" in text
