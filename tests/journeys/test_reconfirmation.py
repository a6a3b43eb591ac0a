"""The office asks whether organisations go on; what was not said is not made up."""

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from members.notices.reconfirmations import day_in_words
from tests.browser.picks.journeys import ASKED
from tests.browser.portal import Portal
from tests.browser.windows import Windows
from tests.journeys.letters import ASKING, Letters
from tests.journeys.people import Person
from tests.journeys.test_first_match import photographed_if_it_fails
from tests.journeys.test_profile import comes_back

pytestmark = pytest.mark.browser

TITLE = "春からの参加の確認"
RADIO, MONTHLY, PAPER = ASKED


def test_asking_answering_reminding_writing_down_and_counting(portal: Portal, windows: Windows) -> None:
    letters = Letters(portal.mail_folder)
    staff = comes_back(windows, "jimukyoku", "desk")
    radio, monthly = comes_back(windows, "radio", "phone"), comes_back(windows, "monthly", "phone", scripts=False)
    too = comes_back(windows, "monthly_too", "phone")
    with photographed_if_it_fails(staff, radio, monthly, too):
        begins(staff)
        strikes(portal, days=0)
        for address in ("aozora@radio.example", "yorimichi@gekkan.example", "kodama@shinpo.example"):
            letters.come_to(address, ASKING, word=day_in_words(_tomorrow()))

        answers(radio, RADIO, "継続する")
        letters.come_to("aozora@radio.example", "お返事を受け付けました：継続する")
        answers(monthly, MONTHLY, "継続する")
        too.goes_to(monthly.window.page.url)
        too.reads("いまのお返事：継続する")
        too.ticks("保留する")
        too.presses("この内容で返事をする")
        too.reads("いまのお返事：保留する")
        letters.come_to(
            "yorimichi@gekkan.example", "お返事を受け付けました：継続する", "お返事を受け付けました：保留する"
        )

        strikes(portal, days=1)
        letters.come_to("kodama@shinpo.example", "お返事をお待ちしています")
        writes_down(staff, PAPER)
        letters.come_to("kodama@shinpo.example", "お返事を受け付けました：継続する")

        assert closes_and_takes_out(staff) == {RADIO, PAPER}
        radio.window.page.reload()
        radio.reads("お返事の受け付けは終わりました。")
        for address in ("aozora@radio.example", "yorimichi@gekkan.example", "kodama@shinpo.example"):
            letters.has_none_left(address)


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def strikes(portal: Portal, *, days: int) -> None:
    """The clock, as many days later."""
    portal.run("tests.journeys.a_day_later", TITLE, str(days))


def begins(staff: Person) -> None:
    staff.goes_to("/admin/")
    staff.goes_to("/admin/members/reconfirmation/")
    staff.follows("継続の確認を用意する")
    staff.writes("題名", TITLE)
    staff.writes("お願いの文", "運営の移行を前に、続けて参加されるかをおたずねします。費用はかかりません。")
    staff.ticks("マスコミ", of="対象の種類")
    staff.writes("お返事の期限", _tomorrow().isoformat())
    staff.writes("催促する日", "1")
    staff.presses("保存して、この画面に戻る")
    staff.reads("運営の移行を前に、続けて参加されるかをおたずねします。")
    staff.follows("確認を始める", within="main")
    staff.presses("確認を始める")
    staff.reads("確認を始めました。")


def answers(person: Person, organisation: str, answer: str) -> None:
    person.goes_to("/me/")
    person.reads(f"「{organisation}」は、続けて参加されますか")
    person.follows("返事をする", within="main")
    person.reads(TITLE)
    person.ticks(answer)
    person.presses("この内容で返事をする")
    person.reads(f"いまのお返事：{answer}")


def writes_down(staff: Person, name: str) -> None:
    """What somebody said on the telephone."""
    staff.follows("返事のない団体を見る")
    staff.follows(name, within="main")
    staff.follows("お返事を代わりに記録する")
    staff.ticks("継続する")
    staff.ticks("電話")
    staff.writes("答えた方のお名前", "編集長 木霊 伝")
    staff.presses("お返事を代わりに記録する")
    staff.reads("お返事を記録しました。")


def closes_and_takes_out(staff: Person) -> set[str]:
    """Who stands in the list of those who go on."""
    staff.goes_to("/admin/members/reconfirmation/")
    staff.follows(TITLE, within="main")
    staff.follows("締め切る", within="main")
    staff.presses("締め切る")
    staff.reads("締め切りました。")
    with staff.window.page.expect_download() as download:
        staff.window.page.get_by_role("button", name="Excelで取り出す").click()
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    heading, *rows = sheet.iter_rows(values_only=True)
    column = heading.index("団体名")
    return {str(row[column]) for row in rows}
