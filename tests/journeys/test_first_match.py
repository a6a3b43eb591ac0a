"""The main job, end to end and for real: from registering to what came of the first match."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import FilePayload

from tests.browser.portal import Portal
from tests.browser.windows import Window, Windows, picture_of
from tests.files.samples import PDF, picture
from tests.journeys.letters import Letters, told_by_the_clock
from tests.journeys.people import Person
from tomoiki.embedded.accounts import PASSWORD

pytestmark = pytest.mark.browser

STAFF = "jimukyoku@demo.example"
NPO = "npo@demo.example"
SECRET = "machi-no-akari-7"

PHOTO = FilePayload(name="昼の台所.jpg", mimeType="image/jpeg", buffer=picture(1600, 1200, with_position=True))
PLAN = FilePayload(name="当日の流れ.pdf", mimeType="application/pdf", buffer=PDF)


@pytest.fixture
def letters(portal: Portal) -> Letters:
    return Letters(portal.mail_folder)


def sits_down(windows: Windows, size: str, *, scripts: bool = True) -> Person:
    """A visitor whom nobody knows yet."""
    return Person(Window(windows.context(size=size, scripts=scripts).new_page(), windows.portal.url))


@contextmanager
def photographed_if_it_fails(*people: Person) -> Iterator[None]:
    """What each of them had before them."""
    try:
        yield
    except BaseException as error:
        for number, person in enumerate(people):
            error.add_note(f"see {picture_of(person.window.page, f'journey-{number}')}")
        raise
    for person in people:
        assert person.window.told() == []
        person.window.page.context.close()


def test_from_registering_to_the_outcome_on_a_phone(windows: Windows, letters: Letters) -> None:
    mori, tani, staff = (sits_down(windows, "phone") for _ in range(3))
    with photographed_if_it_fails(mori, tani, staff):
        staff.logs_in(STAFF, PASSWORD)
        registers(
            mori, letters, "NPO等", "NPO法人こもれび台の家", "コモレビダイノイエ", "森 春子", "mori@komorebi.example"
        )
        approves(staff, letters, "NPO法人こもれび台の家", "mori@komorebi.example")
        registers(tani, letters, "企業", "株式会社たに食堂", "タニショクドウ", "谷 夏男", "tani@tani-shokudo.example")
        approves(staff, letters, "株式会社たに食堂", "tani@tani-shokudo.example")

        need, offer = "夏休みの昼に使える台所をさがしています", "休みの月曜日に、店の台所をお使いください"
        posts_a_need(mori, need)
        posts_an_offer(tani, offer)
        publishes(staff, letters, need, "mori@komorebi.example")
        publishes(staff, letters, offer, "tani@tani-shokudo.example")

        brings_together(staff, need, offer)
        letters.come_to("mori@komorebi.example", "株式会社たに食堂さんをご紹介します。お返事をください")
        letters.come_to("tani@tani-shokudo.example", "NPO法人こもれび台の家さんをご紹介します。お返事をください")
        says_yes(mori, "株式会社たに食堂", need)
        says_yes(tani, "NPO法人こもれび台の家", need)
        letters.come_to("mori@komorebi.example", "株式会社たに食堂さんと結ばれました")
        letters.come_to("tani@tani-shokudo.example", "NPO法人こもれび台の家さんと結ばれました")

        writes(mori, need, "はじめまして。月曜日に、一度うかがってもよろしいですか。", PLAN)
        letters.come_to("tani@tani-shokudo.example", "NPO法人こもれび台の家さんから新しいメッセージ")
        reads_and_writes(tani, need, "当日の流れ.pdf", "お待ちしています。11時ごろにお越しください。")
        letters.come_to("mori@komorebi.example", "株式会社たに食堂さんから新しいメッセージ")
        is_read_by_staff(staff, need, "お待ちしています。11時ごろにお越しください。")

        begins(mori, need)
        reports(mori, need, "子どもと大人が20人、昼ごはんを囲みました。", ibasho="こもれび台の昼ごはん")
        letters.come_to("tani@tani-shokudo.example", f"NPO法人こもれび台の家さんが報告しました：「{need}")
        reports(tani, need, "店の台所が、休みの日もにぎやかになりました。")
        for address in ("mori@komorebi.example", "tani@tani-shokudo.example"):
            letters.come_to(address, f"「{need}」のおつなぎが終わりました")
        sees_it_completed(mori, need, "こもれび台の昼ごはん")

        has_heard(
            mori,
            "「NPO法人こもれび台の家」の申込みを受け付けました",
            "「NPO法人こもれび台の家」の登録が終わりました",
            f"「{need}」を掲載しました",
            "株式会社たに食堂さんをご紹介します。お返事をください",
            "株式会社たに食堂さんと結ばれました",
            "株式会社たに食堂さんから新しいメッセージ",
            f"「{need}」のおつなぎが終わりました",
        )
        has_heard(
            tani,
            "「株式会社たに食堂」の申込みを受け付けました",
            "「株式会社たに食堂」の登録が終わりました",
            f"「{offer}」を掲載しました",
            "NPO法人こもれび台の家さんをご紹介します。お返事をください",
            "NPO法人こもれび台の家さんは「ぜひ」とのことです",
            "NPO法人こもれび台の家さんと結ばれました",
            "NPO法人こもれび台の家さんから新しいメッセージ",
            f"「{need}」が実施に入りました",
            f"NPO法人こもれび台の家さんが報告しました：「{need}」",
            f"「{need}」のおつなぎが終わりました",
        )
        letters.has_none_left("mori@komorebi.example")
        letters.has_none_left("tani@tani-shokudo.example")
        for word in ("こもれび台", "たに食堂", need, offer):
            letters.has_none_left(STAFF, word)


def test_registering_posting_and_answering_without_scripts_on_a_desk(windows: Windows, letters: Letters) -> None:
    oka, npo, staff = (sits_down(windows, "desk", scripts=False) for _ in range(3))
    need, title = "畑の草取りを、一日だけ手伝ってください", "おはなし会で、絵本を読んでくれる方"
    with photographed_if_it_fails(oka, npo, staff):
        staff.logs_in(STAFF, PASSWORD)
        registers(oka, letters, "大学", "丘の上大学 地域ゼミ", "オカノウエダイガク", "岡 秋江", "oka@okanoue.example")
        approves(staff, letters, "丘の上大学 地域ゼミ", "oka@okanoue.example")
        posts_a_need(oka, need)
        publishes(staff, letters, need, "oka@okanoue.example")

        npo.logs_in(NPO, PASSWORD)
        raises_a_hand(oka, title, "学生が二人、毎月うかがえます。")
        letters.come_to(NPO, f"丘の上大学 地域ゼミさんが「{title}」に手を挙げました", word=title)
        says_yes(npo, "丘の上大学 地域ゼミ", title)
        letters.come_to("oka@okanoue.example", "NPO法人ひなたの庭さんと結ばれました")
        writes(oka, title, "ありがとうございます。来月から、よろしくお願いします。")
        letters.has_none_left("oka@okanoue.example")


def registers(person: Person, letters: Letters, kind: str, organisation: str, kana: str, name: str, email: str) -> None:
    """Three screens, and the link of the mail that confirms the address."""
    person.goes_to("/")
    person.follows("団体として参加する")
    person.ticks(kind)
    person.writes("団体名", organisation)
    person.writes("団体名のフリガナ", kana)
    person.writes("郵便番号", "２５１－００３７")
    person.presses_here("住所を調べる")
    person.reads("住所を入れました。続けて、番地や建物名を入力してください。")
    person.finds("市区町村", "14205")
    person.finds("住所", "藤沢市鵠沼海岸")
    person.writes("住所", "藤沢市鵠沼海岸9丁目9番")
    person.writes("活動の紹介", "学校が休みの日に、みんなで昼ごはんを作っています。")
    person.presses("保存して次へ")
    person.writes("お名前", name)
    person.writes("お名前のフリガナ", "モリ ハルコ")
    person.writes("メールアドレス", email)
    person.presses("保存して次へ")
    person.reads(organisation)
    person.writes("パスワード", SECRET)
    person.ticks("利用規約")
    person.ticks("個人情報の取り扱い")
    person.presses("この内容で申し込む")
    person.reads(email)
    (mail,) = letters.come_to(email, "メールアドレスの確認")
    letters.has_none_left(STAFF, organisation)
    person.goes_to(letters.link_in(mail, "/account/confirm-email/"))
    person.presses("確認する")
    letters.come_to(email, f"「{organisation}」の申込みを受け付けました")
    letters.come_to(STAFF, f"新しい申込みが届きました：{organisation}", word=organisation)
    person.logs_in(email, SECRET)
    person.reads("登録が終わるまでのあいだに")


def approves(staff: Person, letters: Letters, organisation: str, email: str) -> None:
    staff.goes_to("/admin/")
    staff.follows("団体の承認")
    staff.follows(organisation)
    staff.presses("登録を承認する")
    staff.reads("登録を承認し、担当者にメールでお知らせしました。")
    letters.come_to(email, f"「{organisation}」の登録が終わりました")


def posts_a_need(person: Person, title: str) -> None:
    """First as a draft, then with a photo, looked at and handed in."""
    person.goes_to("/me/")
    person.follows("困りごとを書く")
    person.writes("見出し", title)
    person.presses("下書きに保存")
    person.reads("下書きを保存しました。")
    person.follows("続きを書く")
    person.ticks("場所", of="種類")
    person.writes("くわしい内容", "夏休みのあいだ、子どもたちと昼ごはんを作る台所がほしいです。")
    person.writes("数", "２０")
    person.selects("単位", "人")
    person.hands_in("写真", PHOTO)
    person.writes("写真の説明", "赤と青のタイルの台所")
    person.presses("確認へ進む")
    person.reads("夏休みのあいだ、子どもたちと昼ごはんを作る台所がほしいです。")
    person.presses("提出する")
    person.reads("提出しました")


def posts_an_offer(person: Person, title: str) -> None:
    person.goes_to("/me/")
    person.follows("できることを書く")
    person.ticks("場所", of="種類")
    person.writes("見出し", title)
    person.writes("くわしい内容", "月曜日は店がお休みです。台所と20席ほどの店内を、自由にお使いください。")
    person.writes("数", "20")
    person.selects("単位", "人")
    person.presses("確認へ進む")
    person.presses("提出する")
    person.reads("提出しました")


def publishes(staff: Person, letters: Letters, title: str, email: str) -> None:
    letters.come_to(STAFF, f"確認待ち：「{title}", word=title)
    staff.goes_to("/admin/")
    staff.follows("投稿の確認")
    staff.follows(title)
    staff.presses("掲載する")
    staff.reads("掲載し、書いた団体にお知らせしました。")
    letters.come_to(email, f"「{title}」を掲載しました")


def brings_together(staff: Person, need: str, offer: str) -> None:
    staff.goes_to("/admin/matching/post/")
    staff.follows(need)
    staff.follows("相手をさがして紹介する")
    staff.writes("ことばでさがす", "たに食堂")
    staff.presses("さがす")
    staff.follows("この組み合わせを確かめる")
    staff.reads(offer)
    staff.presses("両方の団体にたずねる")
    staff.reads("両方の団体にたずねました。")


def raises_a_hand(person: Person, title: str, text: str) -> None:
    person.goes_to("/board/")
    person.writes("ことば", title)
    person.presses("この条件でさがす")
    person.follows(title, within="h3")
    person.follows("力になれます（手を挙げる）")
    person.writes("メッセージ", text)
    person.presses("手を挙げる")
    person.reads("手を挙げたことをお伝えしました。")


def says_yes(person: Person, partner: str, title: str) -> None:
    person.goes_to("/introductions/?tab=waiting")
    person.follows(title, within="main")
    person.reads(partner)
    person.ticks("ぜひ")
    person.presses("この内容でお返事する")
    person.reads("「ぜひ」")


def opens_introduction(person: Person, title: str) -> None:
    person.goes_to("/introductions/?tab=going")
    person.follows(title, within="main")


def writes(person: Person, title: str, text: str, *files: FilePayload) -> None:
    opens_introduction(person, title)
    person.writes("メッセージ", text)
    if files:
        person.hands_in("写真や資料", *files)
    person.presses("送る")
    person.reads(text)


def reads_and_writes(person: Person, title: str, file: str, text: str) -> None:
    opens_introduction(person, title)
    with person.window.page.expect_download() as download:
        person.window.page.get_by_role("link", name=file).click()
    assert download.value.path().read_bytes() == PLAN["buffer"]
    person.writes("メッセージ", text)
    person.presses("送る")
    person.reads(text)


def is_read_by_staff(staff: Person, title: str, text: str) -> None:
    staff.goes_to("/admin/matching/introduction/?state__exact=agreed")
    staff.follows(title)
    staff.reads(text)


def begins(person: Person, title: str) -> None:
    opens_introduction(person, title)
    person.presses("実施に入る")
    person.reads("実施に入りました。")


def reports(person: Person, title: str, story: str, *, ibasho: str = "") -> None:
    opens_introduction(person, title)
    person.follows("報告する")
    person.ticks("予定どおりできた")
    person.writes("どんなことがありましたか", story)
    person.writes("実際の数", "20")
    person.selects("実際の数の単位", "人")
    person.writes("届いた人の数", "20")
    person.ticks("とても喜ばれた")
    person.ticks("またやりたい")
    if ibasho:
        person.ticks("新しく開いた")
        person.writes("居場所の名前", ibasho)
        person.writes("これから、月に何日開きますか", "4")
        person.writes("これから、1回に何人くらい来ますか", "20")
    person.presses("内容を確かめる")
    person.presses("この内容で送る")
    person.reads("報告をありがとうございます")


def has_heard(person: Person, *subjects: str) -> None:
    """Everything the bell told, in the order it happened, and nothing twice."""
    person.goes_to("/notifications/")
    told = person.window.page.get_by_role("main").get_by_role("heading", level=2).all_inner_texts()
    assert [each for each in reversed(told) if not told_by_the_clock(each)] == list(subjects)


def sees_it_completed(person: Person, title: str, ibasho: str) -> None:
    person.goes_to("/introductions/?tab=over")
    person.follows(title, within="main")
    person.reads("おつなぎが終わりました。ありがとうございました。")
    person.reads(ibasho)
