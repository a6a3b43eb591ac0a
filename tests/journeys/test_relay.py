"""A neighbourhood group without an account, from its desk's list to the thanks that its desk reads out to it."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from tests.browser.portal import Portal
from tests.browser.windows import Windows
from tests.journeys.letters import Letters
from tests.journeys.people import Person
from tests.journeys.test_first_match import (
    STAFF,
    begins,
    photographed_if_it_fails,
    reports,
    says_yes,
    sits_down,
    writes,
)
from tomoiki.embedded.accounts import PASSWORD

pytestmark = pytest.mark.browser

DESK, COMPANY = "shakyo@demo.example", "kigyo@demo.example"
GROUP, NEED = "七夕通り町内会", "七夕かざりを立てる竹を切ってくれる方"
OTHER_GROUP, OFFER = "灯台下自治会", "使わなくなったテントを、おゆずりします"


@pytest.fixture
def letters(portal: Portal) -> Letters:
    return Letters(portal.mail_folder)


def test_a_need_of_a_group_from_the_list_to_the_thanks(windows: Windows, letters: Letters) -> None:
    desk, company, staff = (sits_down(windows, "phone") for _ in range(3))
    with photographed_if_it_fails(desk, company, staff):
        staff.logs_in(STAFF, PASSWORD)
        desk.logs_in(DESK, PASSWORD)
        company.logs_in(COMPANY, PASSWORD)

        adds_a_group(desk, GROUP, "タナバタドオリチョウナイカイ")
        posts_for_it(desk)
        is_published(staff, letters, NEED, DESK)
        prints_the_sheet(desk)

        raises_a_hand(company)
        letters.come_to(DESK, f"みどりベーカリー株式会社さんが「{NEED}」に手を挙げました", word=NEED)
        writes_down_its_yes(desk)
        letters.come_to(COMPANY, f"{GROUP}さんと結ばれました", word=GROUP)
        hands_it_back(desk, "いっしょにすすめることになりました。")

        writes(desk, NEED, "ありがとうございます。土曜の朝は、いかがでしょうか。")
        letters.come_to(COMPANY, f"{GROUP}（窓口：しおさい市社会福祉協議会）さんから新しいメッセージ", word=GROUP)
        begins(desk, NEED)
        reports(desk, NEED, "子どもたちと、竹を切りました。")
        reports(company, NEED, "のこぎりの使い方を教わりました。")
        hands_it_back(desk, "ぶじに終わりました。")


def test_a_group_takes_an_offer_and_calls_are_written_down_without_scripts(windows: Windows, letters: Letters) -> None:
    desk, npo, staff = (sits_down(windows, "desk", scripts=False) for _ in range(3))
    with photographed_if_it_fails(desk, npo, staff):
        staff.logs_in(STAFF, PASSWORD)
        desk.logs_in(DESK, PASSWORD)
        npo.logs_in("npo@demo.example", PASSWORD)
        adds_a_group(desk, OTHER_GROUP, "トウダイシタジチカイ")
        offers(npo)
        is_published(staff, letters, OFFER, "npo@demo.example")

        finds_it(desk, OFFER)
        desk.follows("お願いしたい（手を挙げる）")
        desk.selects("どの団体の代わりに手を挙げますか", f"{OTHER_GROUP}　東地区")
        desk.ticks("電話", of="団体から、どのように聞きましたか")
        desk.writes("メッセージ", "防災訓練で使いたいそうです。")
        desk.presses("手を挙げる")
        desk.reads("手を挙げたことをお伝えしました。")
        letters.come_to("npo@demo.example", f"{OTHER_GROUP}さんが「{OFFER}」に手を挙げました", word=OFFER)

        finds_it(npo, OFFER)
        npo.follows("電話や紙で届いたお申し出")
        npo.writes("お名前・団体名", "山道 歩")
        npo.writes("折り返しの連絡先", "046-000-0000")
        npo.ticks("ファクス")
        npo.writes("お話の内容", "キャンプで使いたいです。")
        npo.presses("記録する")
        npo.reads("山道 歩さん")
        npo.ticks("今回は見送りになった")
        npo.presses("済みにする")
        npo.reads("お名前と連絡先、お話の内容は消えました。")
        says_yes(npo, OTHER_GROUP, OFFER)
        letters.come_to(DESK, "NPO法人ひなたの庭さんと結ばれました", word="ひなたの庭さんと結ばれました")


def adds_a_group(desk: Person, name: str, kana: str) -> None:
    desk.goes_to("/me/")
    desk.follows("地域の団体", within="main")
    desk.follows("団体を加える")
    desk.writes("団体の名前", name)
    desk.writes("名前のフリガナ", kana)
    desk.selects("種類", "町内会")
    desk.writes("地区", "東地区")
    desk.writes("連絡先のお名前", "星 彦一")
    desk.writes("連絡先の電話番号", "０４６６－００－１１１１")
    desk.presses("一覧に加える")
    desk.reads(f"「{name}」を一覧に加えました。")
    desk.reads("0466-00-1111")


def posts_for_it(desk: Person) -> None:
    desk.writes("名前・フリガナ・地区でさがす", "たなばた")
    desk.presses("さがす")
    desk.follows("代わりに困りごとを書く")
    desk.selects("団体の承諾を、どのようにもらいましたか", "電話で聞いた")
    desk.writes("承諾をもらった日", timezone.localdate().isoformat())
    desk.ticks("名前を出す", of="団体の名前を、みんなに見せてよいですか")
    desk.ticks("人手", of="種類")
    desk.writes("見出し", NEED)
    desk.writes("くわしい内容", "裏山の竹を切って、通りまで運びます。")
    desk.writes("数", "３")
    desk.selects("単位", "人")
    desk.presses("確認へ進む")
    desk.reads(f"{GROUP}（窓口：しおさい市社会福祉協議会）")
    desk.presses("提出する")
    desk.reads("提出しました")


def is_published(staff: Person, letters: Letters, title: str, address: str) -> None:
    """The desk and the NPO get mails of other tests as well, so that each letter is asked for by its words."""
    letters.come_to(STAFF, f"確認待ち：「{title}", word=title)
    staff.goes_to("/admin/")
    staff.follows("投稿の確認")
    staff.follows(title)
    staff.presses("掲載する")
    staff.reads("掲載し、書いた団体にお知らせしました。")
    letters.come_to(address, f"「{title}」を掲載しました", word=title)


def prints_the_sheet(desk: Person) -> None:
    finds_it(desk, NEED)
    with desk.window.page.expect_download() as download:
        desk.window.page.get_by_role("link", name="回覧板の紙").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text().replace(" ", "")
    assert "たなばたどおりちょうないかい" in text.replace("\n", "")
    assert "きりとり" in text


def finds_it(person: Person, title: str) -> None:
    person.goes_to(f"/board/?q={title}")
    person.follows(title, within="h3")


def raises_a_hand(company: Person) -> None:
    finds_it(company, NEED)
    company.reads(f"{GROUP}（窓口：しおさい市社会福祉協議会）")
    company.follows("力になれます（手を挙げる）")
    company.writes("メッセージ", "店の者が3人、うかがえます。")
    company.presses("手を挙げる")
    company.reads("手を挙げたことをお伝えしました。")


def writes_down_its_yes(desk: Person) -> None:
    desk.goes_to("/introductions/?tab=waiting")
    desk.follows(NEED, within="main")
    desk.follows("聞いたお返事を記録する")
    desk.ticks("電話", of="どのように届きましたか")
    desk.ticks("ぜひ、すすめたい")
    desk.presses("このお返事を記録する")
    desk.reads("両方の「ぜひ」がそろい、やりとりが始まりました。")


def hands_it_back(desk: Person, words: str) -> None:
    desk.goes_to("/me/")
    desk.reads(f"{GROUP}さんに、知らせることがあります")
    desk.goes_to("/introductions/?tab=going" if "すすめる" in words else "/introductions/?tab=over")
    desk.follows(NEED, within="main")
    desk.follows("地域の団体に伝える")
    desk.reads(words)
    desk.presses("伝えました")
    desk.reads(f"{GROUP}さんに伝えたことを記録しました。")


def offers(npo: Person) -> None:
    npo.goes_to("/me/")
    npo.follows("できることを書く")
    npo.ticks("物品", of="種類")
    npo.unfolds("「物品」を選んだとき")
    npo.ticks("届けます", of="だれが運びますか")
    npo.writes("見出し", OFFER)
    npo.writes("くわしい内容", "運動会で使っていたテントです。")
    npo.presses("確認へ進む")
    npo.presses("提出する")
    npo.reads("提出しました")
