"""People of an organisation: invited by mail, in two organisations at once, and gone after handing over."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.picks.journeys import GIVEN_OVER, SHOP
from tests.browser.portal import Portal
from tests.browser.windows import Windows
from tests.journeys.letters import Letters
from tests.journeys.people import Person
from tests.journeys.test_first_match import SECRET, photographed_if_it_fails, sits_down
from tests.journeys.test_profile import comes_back

pytestmark = pytest.mark.browser

LEAVER, BOTH = "oozora@chigusa.example", "ryooka@chigusa.example"
NEWCOMER, SUCCESSOR = "shinkao@chigusa.example", "atono@chigusa.example"
NEED = "花だんの植えかえを、手伝ってくださる方"


def test_inviting_a_colleague_switching_and_handing_over(portal: Portal, windows: Windows) -> None:
    letters = Letters(portal.mail_folder)
    leaver, both = comes_back(windows, "leaver", "desk"), comes_back(windows, "both", "phone")
    newcomer, successor = sits_down(windows, "phone"), sits_down(windows, "phone", scripts=False)
    people = f"/organisation/{portal.ids['given_over']}/people/"
    with photographed_if_it_fails(leaver, both, newcomer, successor):
        leaver.goes_to(people)
        leaver.follows("担当者を招待する")
        leaver.writes("メールアドレス", NEWCOMER)
        leaver.writes("お名前", "新顔 葵")
        leaver.writes("ひとこと", "いっしょにお願いします。")
        leaver.presses("招待を送る")
        leaver.reads(f"{NEWCOMER} に招待を送りました。")
        accepts(newcomer, letters, NEWCOMER, "新顔 葵")
        newcomer.reads(f"「{GIVEN_OVER}」の担当者になりました。")
        letters.come_to(NEWCOMER, f"「{GIVEN_OVER}」の担当者になりました")
        letters.come_to(LEAVER, f"新顔 葵さんが「{GIVEN_OVER}」に加わりました")

        switches(both)

        leaver.goes_to(people)
        leaver.reads("新顔 葵")
        leaver.follows("後任に引き継いで抜ける")
        leaver.reads("1件")
        leaver.ticks("新しい方を招待する")
        leaver.writes("新しい方のメールアドレス", SUCCESSOR)
        leaver.writes("新しい方のお名前", "後野 守")
        leaver.writes("申し送り", "鍵は、玄関の棚の中です。")
        leaver.presses("引き継ぐ")
        leaver.reads("後任の方のお返事を待っています")

        accepts(successor, letters, SUCCESSOR, "後野 守")
        successor.reads("大空 明さんから引き継ぎました。")
        reads_the_brief(successor)
        letters.come_to(SUCCESSOR, f"「{GIVEN_OVER}」の大空 明さんから引き継ぎました")
        letters.come_to(LEAVER, f"「{GIVEN_OVER}」の引き継ぎが終わりました")

        # The page that still lies open before whoever left.
        response = leaver.window.page.reload()
        assert response is not None
        assert response.status == 404
        assert [each for each in leaver.window.told() if "status of 404" not in each] == []
        for address in (LEAVER, BOTH, NEWCOMER, SUCCESSOR):
            letters.has_none_left(address)


def accepts(person: Person, letters: Letters, email: str, name: str) -> None:
    """The link of the mail, an account, and yes: on one page."""
    (mail,) = letters.come_to(email, f"「{GIVEN_OVER}」の担当者への招待")
    person.goes_to(letters.link_in(mail, "/invitations/"))
    person.finds("お名前", name)
    person.writes("お名前のフリガナ", "ミホン ハナコ")
    person.writes("パスワード", SECRET)
    person.ticks("利用規約")
    person.ticks("個人情報の取り扱い")
    person.presses("この団体に加わる")


def switches(both: Person) -> None:
    """What is chosen stands first in the form, which still names it; nothing else follows from it."""
    page = both.window.page
    for name in (GIVEN_OVER, SHOP):
        both.goes_to("/posts/new/offer/")
        page.locator(".acting-switch select").select_option(label=name)
        both.presses("切り替える", within=".acting-switch")
        both.reads(f"「{name}」が先に選ばれるようにしました。")
        chosen = page.get_by_role("radio", name=name).or_(page.locator("main option", has_text=name))
        expect(chosen.first).to_be_attached()
        assert chosen.first.evaluate("each => each.checked || each.selected")


def reads_the_brief(successor: Person) -> None:
    successor.reads("鍵は、玄関の棚の中です。")
    successor.reads(NEED)
    with successor.window.page.expect_download() as download:
        successor.window.page.get_by_role("link", name="印刷用（PDF）").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert "大空 明" in text
    assert "鍵は、玄関の棚の中です。" in text
