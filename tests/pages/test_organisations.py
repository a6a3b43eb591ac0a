"""The directory of organisations and the page of one: to whom it shows what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import PostState, Visibility
from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Organisation
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.pages.views import organisations as views
from tomoiki.places.models import Municipality

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
    for state in set(OrganisationState) - {OrganisationState.APPROVED}:
        OrganisationFactory(name=f"{state.label}の団体", state=state)
    assert names_on(client) == ["公開の団体"]
    client.force_login(UserFactory())
    assert names_on(client) == ["公開の団体"]
    client.force_login(member_of(OrganisationFactory(name="わたしの団体")))
    assert set(names_on(client)) == {"公開の団体", "一覧に載せない団体", "わたしの団体"}
    # What waits for staff stands in the office's own lists.
    client.force_login(StaffFactory())
    assert set(names_on(client)) == {"公開の団体", "一覧に載せない団体", "わたしの団体"}


def test_the_list_narrows_by_kind_place_and_words(client: Client) -> None:
    OrganisationFactory(name="株式会社ここち住宅", kind=OrganisationKind.COMPANY, municipality=at("14101"))
    OrganisationFactory(name="みどりベーカリー", kind=OrganisationKind.COMPANY, municipality=at("14205"))
    OrganisationFactory(
        name="ひなたの庭", description="子ども食堂を開いています。", name_kana="ヒナタノニワ", municipality=at("14205")
    )
    assert set(names_on(client, kind="company")) == {"株式会社ここち住宅", "みどりベーカリー"}
    assert set(names_on(client, kind=["company", "npo"])) == {"株式会社ここち住宅", "みどりベーカリー", "ひなたの庭"}
    assert set(names_on(client, area="14205")) == {"みどりベーカリー", "ひなたの庭"}
    assert names_on(client, area="14100") == ["株式会社ここち住宅"]
    assert names_on(client, q="子ども　食堂") == ["ひなたの庭"]
    assert names_on(client, q="ヒナタ") == ["ひなたの庭"]
    assert names_on(client, q="㈱ココチ住宅") == ["株式会社ここち住宅"]
    assert names_on(client, kind="company", area="14205") == ["みどりベーカリー"]
    assert names_on(client, q="いない団体") == []
    # Nonsense in the address is no condition, and no failure.
    assert len(names_on(client, kind="x", area="99999")) in (0, 3)


def test_each_condition_can_be_taken_away_again(client: Client) -> None:
    response = client.get(LIST, {"kind": ["company", "npo"], "area": "14205", "q": "庭", "cursor": "x"})
    conditions = {condition.label: condition.url for condition in response.context["conditions"]}
    assert set(conditions) == {"企業", "NPO等", "藤沢市", "庭"}
    assert conditions["企業"] == f"{LIST}?kind=npo&area=14205&q=%E5%BA%AD"
    assert conditions["藤沢市"] == f"{LIST}?kind=company&kind=npo&q=%E5%BA%AD"
    assert conditions["庭"] == f"{LIST}?kind=company&kind=npo&area=14205"


def test_the_list_goes_on_page_by_page_newest_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    now = timezone.now()
    for number in range(5):
        OrganisationFactory(name=f"団体{number}", approved_at=now - timedelta(days=number))
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        response = client.get(LIST, {"cursor": cursor})
        seen += [organisation.name for organisation in response.context["page"].items]
        cursor = response.context["page"].next_cursor
    assert seen == [f"団体{number}" for number in range(5)]
    assert cursor == ""


def test_the_list_costs_the_same_for_one_organisation_and_for_three(client: Client) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            OrganisationFactory(municipality=at("14205"))
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    # The municipalities to choose from, the rows, and their number.
    assert counts == [3, 3]


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
    assert counts[0] <= 12


def test_a_number_beyond_all_numbers_is_not_found(client: Client) -> None:
    assert client.get("/organisations/99999999999999999999/").status_code == 404
