"""The directory of organisations and the page of one: to whom it shows what."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import PostState, Visibility
from members import search_text
from members.enums import AffiliationRole, OrganisationKind, OrganisationState, Stage
from members.models import Organisation
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.files.samples import picture, upload
from tomoiki.files.uploads import store_upload
from tomoiki.pages import directory_counts, tile_map
from tomoiki.pages.tile_map import Square
from tomoiki.pages.views import organisations as views
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import choices as vocabulary_choices

pytestmark = pytest.mark.django_db

LIST = "/organisations/"


def at(code: str) -> Municipality:
    return Municipality.objects.get(code=code)


def names_on(client: Client, **query: str | list[str]) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [organisation.name for organisation in response.context["page"].items]


def page_of(client: Client, organisation: Organisation) -> str:
    response = client.get(organisation.get_absolute_url())
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def test_the_list_shows_to_each_what_they_may_see(client: Client) -> None:
    OrganisationFactory(name="公開の団体")
    OrganisationFactory(name="一覧に載せない団体", listed_publicly=False)
    for state in set(OrganisationState) - {OrganisationState.APPROVED, OrganisationState.MERGED}:
        OrganisationFactory(name=f"{state.label}の団体", state=state)
    OrganisationFactory(
        name="統合済みの団体",
        state=OrganisationState.MERGED,
        merged_into=OrganisationFactory(state=OrganisationState.SUSPENDED),
    )
    assert names_on(client) == ["公開の団体"]
    client.force_login(UserFactory())
    assert names_on(client) == ["公開の団体"]
    client.force_login(member_of(OrganisationFactory(name="わたしの団体")))
    assert set(names_on(client)) == {"公開の団体", "一覧に載せない団体", "わたしの団体"}
    # What waits for staff stands in the office's own lists.
    client.force_login(StaffFactory())
    assert set(names_on(client)) == {"公開の団体", "一覧に載せない団体", "わたしの団体"}


def listed(name: str, **fields: object) -> Organisation:
    made = OrganisationFactory(name=name, **fields)
    search_text.refresh(made)
    return made


def test_the_list_narrows_by_kind_place_and_words(client: Client) -> None:
    listed("株式会社ここち住宅", kind=OrganisationKind.COMPANY, municipality=at("14101"))
    listed("みどりベーカリー", kind=OrganisationKind.COMPANY, municipality=at("14205"))
    listed("ひなたの庭", description="子ども食堂と畑", name_kana="ヒナタノニワ", municipality=at("14205"))
    assert set(names_on(client, kind="company")) == {"株式会社ここち住宅", "みどりベーカリー"}
    assert set(names_on(client, kind=["company", "npo"])) == {"株式会社ここち住宅", "みどりベーカリー", "ひなたの庭"}
    assert set(names_on(client, area="14205")) == {"みどりベーカリー", "ひなたの庭"}
    assert names_on(client, area="14100") == ["株式会社ここち住宅"]
    assert names_on(client, q="子ども　食堂") == ["ひなたの庭"]
    assert names_on(client, q="畑") == ["ひなたの庭"]
    assert names_on(client, q="ヒナタ") == ["ひなたの庭"]
    assert names_on(client, q="㈱ココチ住宅") == ["株式会社ここち住宅"]
    assert names_on(client, kind="company", area="14205") == ["みどりベーカリー"]
    assert names_on(client, q="いない団体") == []


def test_the_list_narrows_by_theme_and_stage(client: Client) -> None:
    children, elderly = (code for code, _ in vocabulary_choices("theme")[:2])
    listed("こども", themes=[children])
    listed("みんな", themes=[children, elderly], stage=Stage.PARTNER)
    listed("ほか", stage=Stage.PARTNER)
    assert set(names_on(client, theme=children)) == {"こども", "みんな"}
    assert set(names_on(client, theme=[children, elderly])) == {"こども", "みんな"}
    assert names_on(client, theme=elderly) == ["みんな"]
    assert set(names_on(client, stage="partner")) == {"みんな", "ほか"}
    assert names_on(client, stage="partner", theme=children) == ["みんな"]


def test_neighbours_are_found_with_the_place_when_asked_for(client: Client) -> None:
    listed("藤沢", municipality=at("14205"))
    listed("となりの茅ヶ崎", municipality=at("14207"))
    listed("となりの戸塚区で活動", municipality=at("14101"), areas=["14110"])
    listed("遠くの箱根", municipality=at("14382"))
    assert names_on(client, area="14205") == ["藤沢"]
    assert set(names_on(client, area="14205", nearby="on")) == {"藤沢", "となりの茅ヶ崎", "となりの戸塚区で活動"}
    # Beside no place there are no neighbours.
    assert len(names_on(client, nearby="on")) == 4


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "x"},
        {"area": "99999"},
        {"area": "14205' OR 1=1"},
        {"theme": "nothing-of-ours"},
        {"stage": "x", "kind": ["npo", "x"]},
        {"q": "あ" * 5_000},
        {"q": "\0"},
        {"nearby": "perhaps"},
        {"order": "x", "view": "x"},
        {"cursor": "x" * 100_000},
        {"cursor": "after~2026-01-01T00:00:00+00:00~99999999999999999999999999"},
        {"cursor": "after~9999-12-31T23:59:59+00:00~1"},
        {"order": "kana", "cursor": "after~\0~1"},
        {"order": "kana", "cursor": "before~~~0"},
        {"order": "kana", "cursor": "after~" + "ア" * 1_000 + "~1"},
        {"order": "kana", "cursor": "after~ア~x"},
    ],
    ids=str,
)
@pytest.mark.parametrize("view", ["", "map"])
def test_nonsense_in_the_address_is_no_condition_and_no_failure(
    client: Client, query: dict[str, str], view: str
) -> None:
    listed("ひなたの庭", municipality=at("14205"), name_kana="ンンン")
    response = client.get(LIST, {"view": view} | query)
    assert response.status_code == 200
    if "before" not in query.get("cursor", ""):
        assert [card.name for card in response.context["cards"]] == ["ひなたの庭"]


def test_each_condition_can_be_taken_away_again(client: Client) -> None:
    response = client.get(
        LIST,
        {
            "kind": ["company", "npo"],
            "area": "14205",
            "nearby": "on",
            "q": "庭",
            "cursor": "x",
            "view": "map",
            "stage": "",
        },
    )
    conditions = {condition.label: condition.url for condition in response.context["conditions"]}
    assert set(conditions) == {"企業", "NPO等", "藤沢市", "となりの市区町村も", "庭"}
    assert conditions["企業"] == f"{LIST}?kind=npo&area=14205&nearby=on&q=%E5%BA%AD&view=map"
    assert conditions["藤沢市"] == f"{LIST}?kind=company&kind=npo&q=%E5%BA%AD&view=map"
    assert conditions["となりの市区町村も"] == f"{LIST}?kind=company&kind=npo&area=14205&q=%E5%BA%AD&view=map"
    assert conditions["庭"] == f"{LIST}?kind=company&kind=npo&area=14205&nearby=on&view=map"
    assert response.context["cleared_url"] == f"{LIST}?view=map"
    html = response.content.decode()
    assert "しぼりこむ（5）" in html


def walk(client: Client, **query: str) -> list[str]:
    """All names page by page, then back again to the first."""
    seen: list[str] = []
    cursor = ""
    for _ in range(20):
        page = client.get(LIST, {**query, "cursor": cursor}).context["page"]
        seen += [organisation.name for organisation in page.items]
        cursor = page.next_cursor
        if not cursor:
            break
    back: list[str] = [organisation.name for organisation in page.items]
    while page.previous_cursor:
        page = client.get(LIST, {**query, "cursor": page.previous_cursor}).context["page"]
        back = [organisation.name for organisation in page.items] + back
    assert back == seen
    return seen


def test_the_list_goes_on_page_by_page_newest_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    now = timezone.now()
    for number in range(5):
        OrganisationFactory(name=f"団体{number}", approved_at=now - timedelta(days=number))
    assert walk(client) == [f"団体{number}" for number in range(5)]


def test_the_list_goes_on_page_by_page_in_the_order_of_readings(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for name, kana in [("う", "ウ"), ("あ1", "ア"), ("あ2", "ア"), ("漢字", ""), ("~", "~ア~"), ("え", "エ~1")]:
        OrganisationFactory(name=name, name_kana=kana)
    assert walk(client, order="kana") == ["~", "あ1", "あ2", "う", "え", "漢字"]


@pytest.mark.parametrize(("view", "queries_expected"), [("", 4), ("map", 6)])
def test_the_list_costs_the_same_for_one_organisation_and_for_three(
    client: Client, view: str, queries_expected: int
) -> None:
    theme = vocabulary_choices("theme")[0][0]
    counts = []
    for number in (1, 2):
        for _ in range(number):
            OrganisationFactory(municipality=at("14205"), themes=[theme], areas=["14204", "14207"])
        client.get(LIST, {"view": view})
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST, {"view": view})
        counts.append(len(queries))
    # The themes and the municipalities to choose from, the rows, their number; on the map its numbers and names.
    assert counts == [queries_expected, queries_expected]


def html_of(client: Client, **query: str | list[str]) -> str:
    html = client.get(LIST, query).content.decode()
    return html[html.index("<main") : html.index("</main>")]


def test_a_card_shows_no_field_to_whom_it_is_not_for(client: Client) -> None:
    theme, label = vocabulary_choices("theme")[0]
    hidden = {"description": "members", "themes": "members", "areas": "staff"}
    home = listed(
        "かくれた庭",
        description="温室があります",
        themes=[theme],
        areas=["14204", "14207"],
        municipality=at("14205"),
        audiences=hidden,
    )
    people = {"visitor": None, "stranger": UserFactory(), "member": member_of(OrganisationFactory())}
    people |= {"own": member_of(home), "staff": StaffFactory()}
    shown = {}
    for who, person in people.items():
        client.logout()
        if person is not None:
            client.force_login(person)
        html = html_of(client, q="かくれた庭")
        assert "藤沢市" in html
        card = html[html.index("<article") : html.index("</article>")]
        shown[who] = [text for text in ("温室があります", label, "活動する地域：鎌倉市・茅ヶ崎市") if text in card]
    everything = ["温室があります", label, "活動する地域：鎌倉市・茅ヶ崎市"]
    assert shown == {
        "visitor": [],
        "stranger": [],
        "member": everything[:2],
        "own": everything,
        "staff": everything,
    }


def test_a_card_shows_the_logo_to_whom_it_may(client: Client) -> None:
    logo = store_upload(upload(picture()), by=UserFactory())
    OrganisationFactory(name="しるしの会", logo=logo)
    assert logo.small_url in html_of(client)
    Organisation.objects.update(audiences={"logo": "members"})
    assert logo.small_url not in html_of(client)
    client.force_login(member_of(OrganisationFactory()))
    assert logo.small_url in html_of(client)


# --- the map ---


def squares(client: Client, **query: str | list[str]) -> dict[str, Square]:
    place_map = client.get(LIST, {"view": "map", **query}).context["map"]
    drawings = [place_map.prefecture, *place_map.cities]
    return {square.name: square for drawing in drawings for square in drawing.squares}


def test_the_map_shows_every_municipality_with_its_number(client: Client) -> None:
    listed("藤沢", municipality=at("14205"), areas=["14204"])
    listed("戸塚", municipality=at("14110"))
    found = squares(client)
    assert len(found) == 33 + 28
    assert {name: square.count for name, square in found.items() if square.count} == {
        "藤沢市": 1,
        "鎌倉市": 1,
        "横浜市": 1,
        "横浜市戸塚区": 1,
    }
    assert found["藤沢市"].url == f"{LIST}?view=map&area=14205"
    # Nowhere leads where nobody is.
    assert found["箱根町"].url == ""


def test_a_square_leads_to_as_many_as_stand_on_it(client: Client) -> None:
    listed("藤沢", municipality=at("14205"), areas=["14204"])
    listed("鎌倉", municipality=at("14204"), kind=OrganisationKind.COMPANY)
    listed("川崎区", municipality=at("14131"))
    for square in squares(client).values():
        if square.url:
            response = client.get(square.url)
            assert len(response.context["cards"]) == square.count
            chosen = [each.name for each in squares_of(response) if each.chosen]
            assert chosen == [square.name]


def squares_of(response: Any) -> list[Square]:
    place_map = response.context["map"]
    return [square for drawing in (place_map.prefecture, *place_map.cities) for square in drawing.squares]


def test_the_map_keeps_the_other_conditions_and_counts_by_them(client: Client) -> None:
    listed("庭", municipality=at("14205"), kind=OrganisationKind.COMPANY)
    listed("ほか", municipality=at("14205"))
    listed("山", municipality=at("14382"))
    found = squares(client, kind="company", area="14382", nearby="on", order="kana", cursor="x")
    assert {name for name, square in found.items() if square.count} == {"藤沢市"}
    # Neighbours belong to the place they were asked for.
    assert found["藤沢市"].url == f"{LIST}?view=map&kind=company&area=14205&order=kana"
    # What is chosen can be seen where nobody is, too.
    assert found["箱根町"].chosen
    assert not found["箱根町"].url


def test_the_map_counts_only_what_the_visitor_may_find(client: Client) -> None:
    listed("公開", municipality=at("14205"))
    listed("一覧に載せない", municipality=at("14205"), listed_publicly=False)
    hidden = listed("ひみつ", municipality=at("14205"), description="温室", audiences={"description": "members"})
    assert squares(client)["藤沢市"].count == 2
    assert squares(client, q="温室")["藤沢市"].count == 0
    client.force_login(member_of(hidden))
    assert squares(client)["藤沢市"].count == 3
    assert squares(client, q="温室")["藤沢市"].count == 1


def test_many_are_counted_once_in_a_while_and_few_each_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    caches["sessions"].clear()
    listed("一つ目", municipality=at("14205"))
    assert squares(client)["藤沢市"].count == 1
    listed("二つ目", municipality=at("14205"))
    assert squares(client)["藤沢市"].count == 2
    monkeypatch.setattr(directory_counts, "COUNT_LIMIT", 2)
    assert squares(client)["藤沢市"].count == 2
    listed("三つ目", municipality=at("14205"))
    assert squares(client)["藤沢市"].count == 2
    # Other conditions, and other people, have their own numbers.
    assert squares(client, kind="npo")["藤沢市"].count == 3
    client.force_login(member_of(OrganisationFactory()))
    assert squares(client)["藤沢市"].count == 3


def test_more_than_the_lists_count_is_said_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_map, "COUNT_LIMIT", 2)
    listed("一つ目", municipality=at("14205"))
    listed("二つ目", municipality=at("14205"))
    html = html_of(client, view="map")
    assert "2団体以上" in html


def test_the_map_is_readable_without_looking_and_without_scripts(client: Client) -> None:
    listed("藤沢", municipality=at("14205"))
    listed("どこにもない", municipality=None)
    html = html_of(client, view="map")
    assert 'role="group" aria-label="神奈川県の地図"' in html
    # The same as words, by region, with the same links.
    words = html[html.index("同じ数を、地域ごとの一覧で見る") :]
    assert "<h3" in words
    assert "湘南" in words
    assert "藤沢市<span" in words
    assert f'href="{LIST}?view=map&amp;area=14205"' in words
    assert "市区町村を登録していない団体が1団体" in html
    assert "style=" not in html
    assert "onclick" not in html


def test_the_wards_stand_open_when_one_of_their_cities_is_chosen(client: Client) -> None:
    for area, is_open in (("", False), ("14205", False), ("14110", True), ("14100", True)):
        assert client.get(LIST, {"view": "map", "area": area}).context["map"].in_a_ward is is_open


def test_the_ways_to_show_the_result_lead_to_the_same_result(client: Client) -> None:
    response = client.get(LIST, {"q": "庭", "cursor": "x"})
    assert [(each["label"], each["url"], each["current"]) for each in response.context["views"]] == [
        ("一覧", f"{LIST}?q=%E5%BA%AD", True),
        ("地図", f"{LIST}?q=%E5%BA%AD&view=map", False),
    ]
    html = html_of(client, view="map", order="kana")
    assert '<input type="hidden" name="view" value="map">' in html
    assert '<input type="hidden" name="order" value="kana">' in html


@pytest.mark.parametrize(
    ("state", "listed", "who"),
    [
        (OrganisationState.APPROVED, True, {"anonymous", "stranger", "member", "own", "staff"}),
        (OrganisationState.APPROVED, False, {"member", "own", "staff"}),
        (OrganisationState.APPLIED, True, {"own", "staff"}),
        (OrganisationState.SUSPENDED, True, {"own", "staff"}),
        (OrganisationState.WITHDRAWN, True, {"own", "staff"}),
    ],
)
def test_a_page_is_not_there_for_whoever_may_not_see_it(
    client: Client, state: OrganisationState, listed: bool, who: set[str]
) -> None:
    organisation = OrganisationFactory(state=state, listed_publicly=listed)
    people = {
        "anonymous": None,
        "stranger": UserFactory(),
        "member": member_of(OrganisationFactory()),
        "own": member_of(organisation),
        "staff": StaffFactory(),
    }
    seen = set()
    for name, person in people.items():
        client.logout()
        if person is not None:
            client.force_login(person)
        status = client.get(organisation.get_absolute_url()).status_code
        assert status in (200, 404)
        if status == 200:
            seen.add(name)
    assert seen == who


def test_telephone_and_street_are_for_members(client: Client) -> None:
    organisation = OrganisationFactory(
        phone="0466-00-1234", address="みほん町1-2-3", postal_code="2510024", municipality=at("14205")
    )
    for person, sees in (
        (None, False),
        (UserFactory(), False),
        (member_of(OrganisationFactory(state=OrganisationState.APPLIED)), False),
        (member_of(OrganisationFactory(), AffiliationRole.VIEWER), True),
        (member_of(organisation), True),
        (StaffFactory(), True),
    ):
        client.logout()
        if person is not None:
            client.force_login(person)
        html = page_of(client, organisation)
        assert ("0466-00-1234" in html) is sees
        assert ("〒251-0024 藤沢市みほん町1-2-3" in html) is sees
        assert "藤沢市" in html


def test_the_page_shows_the_open_posts_that_the_visitor_may_see(client: Client) -> None:
    organisation = OrganisationFactory()
    PostFactory(organisation=organisation, title="公開の困りごと")
    OfferFactory(organisation=organisation, title="団体だけのできること", visibility=Visibility.MEMBERS)
    PostFactory(organisation=organisation, title="下書き中のこと", state=PostState.DRAFT)
    PostFactory(title="よその困りごと")
    html = page_of(client, organisation)
    assert "公開の困りごと" in html
    assert "団体だけのできること" not in html
    assert "よその困りごと" not in html
    client.force_login(member_of(organisation))
    html = page_of(client, organisation)
    assert "団体だけのできること" in html
    # A draft is not open; it stands among one's own posts.
    assert "下書き中のこと" not in html


def test_its_own_people_may_mend_it_and_others_may_ask_to_join(client: Client) -> None:
    organisation = OrganisationFactory(description="")
    edit = reverse("members:profile_edit", args=[organisation.pk])
    join = reverse("members:join_request", args=[organisation.pk])
    assert edit not in page_of(client, organisation)
    assert join not in page_of(client, organisation)
    for role, may_edit in (
        (AffiliationRole.OWNER, True),
        (AffiliationRole.EDITOR, True),
        (AffiliationRole.VIEWER, False),
    ):
        client.force_login(member_of(organisation, role))
        html = page_of(client, organisation)
        assert (edit in html) is may_edit
        assert join not in html
    client.force_login(UserFactory())
    html = page_of(client, organisation)
    assert edit not in html
    assert join in html
    client.force_login(StaffFactory())
    html = page_of(client, organisation)
    assert reverse("admin:members_organisation_change", args=[organisation.pk]) in html
    assert edit not in html


def test_a_description_keeps_its_paragraphs_and_no_markup(client: Client) -> None:
    organisation = OrganisationFactory(description="一段落目\n\n<script>alert(1)</script>")
    html = page_of(client, organisation)
    assert "<p>一段落目</p>" in html
    assert "<script>alert" not in html


def test_the_page_costs_the_same_for_one_post_and_for_three(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            PostFactory(organisation=organisation)
        page_of(client, organisation)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, organisation)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


def test_a_number_beyond_all_numbers_is_not_found(client: Client) -> None:
    assert client.get("/organisations/99999999999999999999/").status_code == 404


def test_the_box_for_words_is_in_sight_on_a_phone(client: Client) -> None:
    html = client.get(LIST).content.decode()
    box = '<input type="search" name="q"'
    assert html.count(box) == 1
    assert html.index('role="search"') < html.index(box) < html.index('<details class="filter">')
