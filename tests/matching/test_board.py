"""The board: who sees what, how it is searched, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import PostState, Resource, Visibility
from matching.models import Post
from members.enums import OrganisationKind, OrganisationState
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import choices

pytestmark = pytest.mark.django_db

BOARD = "/board/"
FUJISAWA, CHIGASAKI, ODAWARA = "14205", "14207", "14206"


def titles(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{BOARD}{query}")
    assert response.status_code == 200
    return [card.title for card in response.context["cards"]]


def test_a_visitor_sees_public_open_posts_newest_first(client: Client) -> None:
    now = timezone.now()
    PostFactory(title="古い部屋", published_at=now - timedelta(days=9))
    PostFactory(title="新しい部屋", published_at=now - timedelta(days=1))
    for state in set(PostState) - {PostState.PUBLISHED}:
        PostFactory(title=f"見えない {state}", state=state)
    PostFactory(title="団体だけ", visibility=Visibility.MEMBERS)
    assert titles(client) == ["新しい部屋", "古い部屋"]


@pytest.mark.parametrize(
    ("state", "seen"),
    [(OrganisationState.APPROVED, True), (OrganisationState.APPLIED, False), (OrganisationState.SUSPENDED, False)],
)
def test_posts_for_members_are_seen_by_people_of_approved_organisations(
    client: Client, state: OrganisationState, seen: bool
) -> None:
    PostFactory(title="団体だけ", visibility=Visibility.MEMBERS)
    client.force_login(member_of(OrganisationFactory(state=state)))
    assert titles(client) == (["団体だけ"] if seen else [])


def test_staff_see_posts_for_members(client: Client) -> None:
    PostFactory(title="団体だけ", visibility=Visibility.MEMBERS)
    client.force_login(StaffFactory())
    assert titles(client) == ["団体だけ"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("子ども", True),
        ("こども食堂", False),
        ("　子ども　　和室 ", True),
        ("子ども、和室", True),
        ("子ども プール", False),
        ("ＷＩ－ＦＩ", True),
        ("藤沢市", True),
        ("100%", False),
        ("_", False),
    ],
)
def test_every_word_must_be_found_in_whatever_width(client: Client, words: str, found: bool) -> None:
    PostFactory(title="子どもの居場所", body="和室を借りています。Wi-Fiがあるとうれしいです。", areas=[FUJISAWA])
    assert bool(titles(client, f"?q={words}")) is found


def test_direction_resource_kind_and_online_narrow_the_list(client: Client) -> None:
    company = OrganisationFactory(kind=OrganisationKind.COMPANY)
    PostFactory(title="部屋がほしい", resource=Resource.PLACE)
    OfferFactory(title="部屋を貸せる", resource=Resource.PLACE, organisation=company)
    OfferFactory(title="会計を教える", resource=Resource.SKILL, online=True)
    assert titles(client, "?direction=need") == ["部屋がほしい"]
    assert set(titles(client, "?direction=need&direction=offer")) == {"部屋がほしい", "部屋を貸せる", "会計を教える"}
    assert set(titles(client, "?resource=place")) == {"部屋がほしい", "部屋を貸せる"}
    assert set(titles(client, "?resource=skill&resource=place&direction=offer")) == {"部屋を貸せる", "会計を教える"}
    assert titles(client, "?kind=company") == ["部屋を貸せる"]
    assert titles(client, "?online=on") == ["会計を教える"]


def test_themes_widen_each_other(client: Client) -> None:
    first, second, third = [code for code, _ in choices("theme")][:3]
    PostFactory(title="一", themes=[first])
    PostFactory(title="二", themes=[second, third])
    PostFactory(title="なし")
    assert titles(client, f"?theme={first}") == ["一"]
    assert set(titles(client, f"?theme={first}&theme={third}")) == {"一", "二"}


def test_a_municipality_brings_posts_for_anywhere_and_its_neighbours_when_asked(client: Client) -> None:
    PostFactory(title="藤沢", areas=[FUJISAWA])
    PostFactory(title="茅ヶ崎", areas=[CHIGASAKI])
    PostFactory(title="小田原", areas=[ODAWARA])
    PostFactory(title="どこでも", areas=[])
    assert set(titles(client, f"?area={FUJISAWA}")) == {"藤沢", "どこでも"}
    assert set(titles(client, f"?area={FUJISAWA}&nearby=on")) == {"藤沢", "茅ヶ崎", "どこでも"}


def test_a_city_means_its_wards_and_a_ward_its_city(client: Client) -> None:
    ward = Municipality.objects.exclude(parent=None).select_related("parent").order_by("code").first()
    assert ward is not None
    assert ward.parent is not None
    PostFactory(title="区", areas=[ward.code])
    PostFactory(title="市", areas=[ward.parent.code])
    assert set(titles(client, f"?area={ward.parent.code}")) == {"区", "市"}
    assert set(titles(client, f"?area={ward.code}")) == {"区", "市"}


def test_a_condition_takes_itself_away_and_leaves_the_others(client: Client) -> None:
    response = client.get(f"{BOARD}?q=部屋&direction=need&resource=place&resource=food&area={FUJISAWA}&nearby=on&kind=")
    urls = {condition.label: condition.url for condition in response.context["conditions"]}
    assert set(urls) == {"部屋", "困りごと", "藤沢市とその近く", "場所", "食べもの"}
    without_place = client.get(urls["場所"])
    assert [each.label for each in without_place.context["conditions"]] == [
        "部屋",
        "困りごと",
        "藤沢市とその近く",
        "食べもの",
    ]
    without_area = client.get(urls["藤沢市とその近く"])
    assert [each.label for each in without_area.context["conditions"]] == ["部屋", "困りごと", "場所", "食べもの"]
    assert "kind=" not in urls["部屋"]
    assert "nearby" not in urls["藤沢市とその近く"]


def test_the_phone_button_tells_how_many_conditions_are_set(client: Client) -> None:
    assert "しぼりこむ（2）" in client.get(f"{BOARD}?q=部屋&resource=place").content.decode()
    assert "しぼりこむ（" not in client.get(BOARD).content.decode()


@pytest.mark.parametrize(
    "query", ["?direction=thief", "?area=99999", "?theme=none", "?cursor=x~y~z", "?q=%00", "?cursor=after~2026-01-01~1"]
)
def test_an_address_that_means_nothing_still_shows_the_board(client: Client, query: str) -> None:
    PostFactory(title="部屋")
    assert titles(client, query) == ["部屋"]


def test_pages_go_on_without_repeating_or_losing_a_post(client: Client) -> None:
    moment = timezone.now() - timedelta(days=1)
    # Published in the same moment: the number decides.
    posts = [PostFactory(title=f"部屋{number:02}", published_at=moment) for number in range(45)]
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        response = client.get(BOARD, {"direction": "need", "cursor": cursor})
        seen += [card.title for card in response.context["cards"]]
        cursor = response.context["page"].next_cursor
    assert seen == [post.title for post in reversed(posts)]
    assert response.context["page"].next_cursor == ""
    back = client.get(BOARD, {"cursor": response.context["page"].previous_cursor})
    assert [card.title for card in back.context["cards"]] == seen[20:40]


def test_the_count_is_exact(client: Client) -> None:
    PostFactory.create_batch(3)
    assert client.get(BOARD).context["total"] == "3件"


def test_an_empty_board_says_what_to_do_next(client: Client) -> None:
    assert "最初のひとつを書いてみませんか" in client.get(BOARD).content.decode()
    html = client.get(f"{BOARD}?q=ない").content.decode()
    assert "合うものが見つかりませんでした" in html
    assert "条件をすべてはずす" in html


@pytest.mark.parametrize("hidden", [0, 1])
def test_who_finds_little_hears_that_members_see_more_and_not_whether_there_is_any(client: Client, hidden: int) -> None:
    PostFactory.create_batch(hidden, title="電子顕微鏡", visibility="members")
    PostFactory.create_batch(3, title="手話の会")
    told = "参加団体だけに公開している掲載もさがせます"
    assert told in client.get(f"{BOARD}?q=電子顕微鏡").content.decode()
    assert told not in client.get(f"{BOARD}?q=手話").content.decode()
    assert told not in client.get(BOARD).content.decode()
    client.force_login(UserFactory())
    assert told not in client.get(f"{BOARD}?q=電子顕微鏡").content.decode()


def test_who_has_no_organisation_is_led_to_join_and_a_member_to_the_form(client: Client) -> None:
    html = client.get(BOARD).content.decode()
    assert f'href="{reverse("matching:post_new", args=["need"])}"' not in html
    client.force_login(UserFactory())
    html = client.get(BOARD).content.decode()
    assert f'href="{reverse("matching:post_new", args=["need"])}"' in html


@pytest.mark.parametrize("as_member", [False, True])
def test_three_posts_cost_no_more_than_one(client: Client, as_member: bool) -> None:
    if as_member:
        client.force_login(member_of(OrganisationFactory()))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{BOARD}?q=部屋&area={FUJISAWA}&nearby=on")
        return len(captured)

    PostFactory(title="部屋", areas=[FUJISAWA])
    client.get(BOARD)
    one = queries()
    PostFactory.create_batch(2, title="部屋", areas=[FUJISAWA, CHIGASAKI])
    assert queries() == one
    # Two of them read a moment off the index of the board; see matching.post_search.
    assert one <= 17


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post(BOARD).status_code == 405


def test_an_evil_title_is_text(client: Client) -> None:
    PostFactory(title="<script>alert(1)</script>")
    html: Any = client.get(BOARD).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("word", ["子供食堂", "子ども食堂", "こども食堂", "茅ケ崎", "茅ケ崎市", "茅ヶ崎"])
def test_words_that_are_written_in_several_ways_are_found_in_each(client: Client, word: str) -> None:
    PostFactory(title="子ども食堂の場所", areas=[CHIGASAKI])
    PostFactory(title="こども食堂の人手", area_note="茅ケ崎市の駅前", areas=[])
    PostFactory(title="ケアカフェの場所", areas=[FUJISAWA])
    assert set(titles(client, f"?q={word}")) == {"子ども食堂の場所", "こども食堂の人手"}


def test_the_box_for_words_is_in_sight_on_a_phone(client: Client) -> None:
    html = client.get(BOARD).content.decode()
    box = '<input type="search" name="q"'
    assert html.count(box) == 1
    assert html.index('role="search"') < html.index(box) < html.index('<details class="filter">')


# --- searching by words ---


def html_of(client: Client, query: str) -> str:
    return str(client.get(f"{BOARD}?{query}").content.decode())


def test_hits_are_marked_in_title_and_body(client: Client) -> None:
    PostFactory(title="手話を学ぶ会", body=f"{'はじめての方も、どうぞ。' * 9}やさしい手話からはじめます。")
    html = html_of(client, "q=手話")
    assert "<mark>手話</mark>を学ぶ会" in html
    assert "やさしい<mark>手話</mark>から" in html
    assert "<mark>" not in html_of(client, "direction=need")


def test_what_is_marked_stays_text(client: Client) -> None:
    PostFactory(title="<b>手話</b>", body="<i>手話</i>")
    html = html_of(client, "q=手話")
    assert "&lt;b&gt;<mark>手話</mark>&lt;/b&gt;" in html
    assert "<i>" not in html


def test_synonyms_find_and_are_told(client: Client) -> None:
    PostFactory(title="社会福祉協議会の倉庫")
    response = client.get(f"{BOARD}?q=社協")
    assert [card.title for card in response.context["cards"]] == ["社会福祉協議会の倉庫"]
    assert "「社会福祉協議会」" in response.content.decode()


@pytest.mark.parametrize("minus", ["-", "−", "－"])
def test_words_can_be_left_out(client: Client, minus: str) -> None:
    PostFactory(title="手話を学ぶ会")
    PostFactory(title="手話を学ぶ夜の会", body="夜に集まります。")
    assert titles(client, f"?q=手話　{minus}夜") == ["手話を学ぶ会"]


def test_a_slip_is_mended_by_a_link(client: Client) -> None:
    PostFactory(title="手話のボランティア")
    response = client.get(f"{BOARD}?q=ボランテァイ&direction=need")
    assert [each.label for each in response.context["slips"]][:1] == ["ボランティア"]
    assert titles(client, f"?{response.context['slips'][0].url.partition('?')[2]}") == ["手話のボランティア"]


def test_where_nothing_is_found_other_questions_are_offered(client: Client) -> None:
    PostFactory(title="手話を学ぶ会", areas=[CHIGASAKI])
    response = client.get(f"{BOARD}?q=「手話」 「電子顕微鏡」&area={CHIGASAKI}")
    assert [each.label for each in response.context["others"]] == [
        "となりの市区町村も入れてさがす",
        "「手話」でさがす",
    ]
    assert response.context["others"][1].number == "1件"
    assert titles(client, f"?{response.context['others'][1].url.partition('?')[2]}") == ["手話を学ぶ会"]


def test_what_has_some_of_the_words_is_shown_where_nothing_has_all(client: Client) -> None:
    PostFactory(title="週末に畑を手伝う高校生")
    response = client.get(f"{BOARD}?q=雨の日に畑を手伝う高校生をさがしています")
    assert response.context["partly"]
    assert [card.title for card in response.context["cards"]] == ["週末に畑を手伝う高校生"]


def test_the_order_can_be_by_how_well_it_answers(client: Client) -> None:
    now = timezone.now()
    PostFactory(title="通訳をお願いしたい", body="手話ができる方を。", published_at=now)
    PostFactory(title="手話通訳", body="手話の相談", published_at=now - timedelta(days=2))
    assert titles(client, "?q=手話") == ["通訳をお願いしたい", "手話通訳"]
    assert titles(client, "?q=手話&order=relevance") == ["手話通訳", "通訳をお願いしたい"]
    assert titles(client, "?q=手話&order=nonsense") == ["通訳をお願いしたい", "手話通訳"]
    orders = client.get(f"{BOARD}?q=手話&order=relevance&cursor=x").context["orders"]
    assert [(order["label"], order["current"]) for order in orders] == [("新しい順", False), ("合う順", True)]
    assert "cursor" not in "".join(str(order["url"]) for order in orders)
    # Without words there is nothing to order by.
    assert client.get(f"{BOARD}?order=relevance").context["orders"] == []


def test_days_and_weekdays_narrow_the_list(client: Client) -> None:
    from datetime import date  # beside its only use

    PostFactory(title="春", available_from=date(2027, 4, 1), available_until=date(2027, 5, 31))
    PostFactory(title="夏から", available_from=date(2027, 7, 1))
    PostFactory(title="土曜", weekdays=[5])
    assert set(titles(client, "?since=2027-06-01")) == {"夏から", "土曜"}
    assert set(titles(client, "?until=令和9年6月1日")) == {"春", "土曜"}
    assert set(titles(client, "?since=２０２７/５/１&until=2027年5月2日")) == {"春", "土曜"}
    assert set(titles(client, "?weekday=5")) == {"春", "夏から", "土曜"}
    assert set(titles(client, "?weekday=0")) == {"春", "夏から"}
    response = client.get(f"{BOARD}?since=2027-06-01&until=2027-05-01")
    assert "後の日にしてください" in response.content.decode()


def test_a_searched_page_costs_the_same_for_one_and_three_in_either_order(client: Client) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{BOARD}?{query}")
        return len(captured)

    PostFactory(title="手話")
    client.get(f"{BOARD}?q=手話")
    one = [queries("q=手話"), queries("q=手話&order=relevance")]
    PostFactory.create_batch(2, title="手話")
    assert [queries("q=手話"), queries("q=手話&order=relevance")] == one


def test_no_word_of_members_posts_is_offered_for_a_slip(client: Client) -> None:
    PostFactory(title="ゾウガメとふれあう会")
    assert client.get(BOARD, {"q": "ゾウガネ"}).context["slips"]
    cache.clear()
    Post.objects.update(visibility=Visibility.MEMBERS)
    assert client.get(BOARD, {"q": "ゾウガネ"}).context["slips"] == []
