"""From a report to thanks, to a story that everybody agrees to, and to the day on which one no longer does."""

import pytest

from tests.browser.portal import Portal
from tests.browser.windows import Windows
from tests.journeys.letters import Letters
from tests.journeys.people import Person
from tests.journeys.test_first_match import STAFF, opens_introduction, photographed_if_it_fails, reports, sits_down
from tomoiki.embedded.accounts import PASSWORD

pytestmark = pytest.mark.browser

NPO, COMPANY = "npo@demo.example", "kigyo@demo.example"
#: Size of the window -> what was needed, and the story of it.
TOLD = {
    "phone": ("土曜の朝に、紙芝居をする部屋", "二階の部屋に、紙芝居がやってきた"),
    "desk": ("日曜の朝に、人形劇をする部屋", "二階の部屋に、人形劇がやってきた"),
}
ASKED = "喜ばれましたか"
THANKS = "窓からのぞいていた子も、中に入ってきました。"


@pytest.mark.parametrize("size", TOLD)
def test_from_a_report_to_a_story_and_its_end(windows: Windows, portal: Portal, size: str) -> None:
    need, title = TOLD[size]
    portal.run("tests.journeys.a_shared_work", need)
    npo, company, staff, reader = (sits_down(windows, size) for _ in range(4))
    letters = Letters(portal.mail_folder)
    # What the same walk in another window was written.
    letters.taken[NPO] |= {mail.name for mail in letters.all_to(NPO, ASKED)}
    with photographed_if_it_fails(npo, company, staff, reader):
        npo.logs_in(NPO, PASSWORD)
        company.logs_in(COMPANY, PASSWORD)
        staff.logs_in(STAFF, PASSWORD)

        reports(company, need, "社員が、読み手の稽古を始めました。")
        gives_thanks(reader, letters)
        opens_introduction(company, need)
        company.reads(THANKS)
        company.reads("紹介してよいことばです")

        address = writes_the_story(npo, need, title)
        agrees(npo, address)
        agrees(company, address)
        staff.goes_to(address)
        staff.presses("公開する")

        public = address.removesuffix("preview/")
        reader.goes_to(public)
        reader.reads(THANKS)
        company.goes_to(address)
        company.follows("同意を取り消す", within="main")
        company.presses("同意を取り消す")
        company.reads("公開をやめました")
        reader.goes_to("/stories/")
        assert title not in reader.window.page.content()


def gives_thanks(reader: Person, letters: Letters) -> None:
    """By the link of the mail, without logging in."""
    asked = letters.come_to(NPO, "みどりベーカリー株式会社さんの", word=ASKED)
    reader.goes_to(letters.link_in(asked[0], "/w/"))
    reader.ticks("とても喜ばれた")
    reader.writes("お礼のことば", THANKS)
    reader.ticks("このことばを、相手の団体が")
    reader.presses("この答えを送る")
    reader.reads("ありがとうございました")


def writes_the_story(npo: Person, need: str, title: str) -> str:
    opens_introduction(npo, need)
    npo.follows("この取り組みを事例にする", within="main")
    npo.writes("題", title)
    npo.writes("ひとことで", "閉店後の二階が、土曜の朝だけの劇場になりました。")
    npo.writes("起きたこと", "毎週、十五人ほどが集まるようになりました。")
    npo.presses("保存して、できあがりを見る")
    address = npo.window.page.url.partition("/stories/")[2]
    npo.presses("みなさんに同意をうかがう")
    npo.reads("みなさんに同意をうかがいました。")
    return f"/stories/{address}"


def agrees(person: Person, address: str) -> None:
    person.goes_to(address)
    person.follows("読んで答える", within="main")
    person.ticks("同意する")
    person.presses("この答えを送る")
    person.reads("同意をありがとうございます。")
