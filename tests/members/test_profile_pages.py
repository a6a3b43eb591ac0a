"""Keeping a profile on short pages: what stands there, what is kept when something is wrong, and two people at once."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.completeness import meter_of, meters_of, next_step
from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Organisation
from members.profiles import KINDS
from members.profiles.questions import QUESTIONS, REASONS
from members.waiting import waiting_items
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.profiles import BranchFactory, ToldOrganisationFactory
from tests.files.samples import picture, upload
from tomoiki.audit.models import Entry
from tomoiki.vocabulary.models import Term

pytestmark = pytest.mark.django_db

SECTIONS = ("about", "kind", "place", "contact", "branches", "links", "visibility")
PLACE = {"name_kana": "ミホンノワ", "postal_code": "251-0024", "municipality": "14205", "address": "藤沢市鵠沼橘1-1"}


def url_of(organisation: Organisation, section: str) -> str:
    return reverse("members:profile_section", args=[organisation.pk, section])


def marks_in(html: str) -> dict[str, str]:
    """What the form brings along to notice changes."""
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', html) for name in ("version", "seen")}
    return {name: match[1] for name, match in found.items() if match}


def opened(client: Client, organisation: Organisation, section: str) -> dict[str, str]:
    return marks_in(client.get(url_of(organisation, section)).content.decode())


def rows(name: str, *filled: dict[str, str]) -> dict[str, str]:
    data = {f"{name}-TOTAL_FORMS": str(len(filled)), f"{name}-INITIAL_FORMS": "0"}
    for number, row in enumerate(filled):
        data |= {f"{name}-{number}-{key}": value for key, value in row.items()}
    return data


def sent(client: Client, organisation: Organisation, section: str, **data: Any) -> Any:
    return client.post(url_of(organisation, section), {**opened(client, organisation, section), **data})


# --- what stands there ---


@pytest.mark.parametrize("kind", OrganisationKind)
def test_each_kind_has_its_own_pages_and_its_own_questions(client: Client, kind: OrganisationKind) -> None:
    organisation = OrganisationFactory(kind=kind)
    client.force_login(member_of(organisation))
    overview = client.get(reverse("members:profile_edit", args=[organisation.pk])).content.decode()
    for section in SECTIONS:
        assert url_of(organisation, section) in overview
        assert client.get(url_of(organisation, section)).status_code == 200
    html = client.get(url_of(organisation, "kind")).content.decode()
    for each in KINDS[kind].details:
        if each.section == "kind":
            assert f'name="{each.code}"' in html
    assert client.get(url_of(organisation, "nonsense")).status_code == 404


def test_the_overview_says_what_is_there_and_what_would_help_most(client: Client) -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.COMPANY, details={"business": ["food"]})
    client.force_login(member_of(organisation))
    html = client.get(reverse("members:profile_edit", args=[organisation.pk])).content.decode()
    assert "9項目のうち、2項目が書けています" in html
    assert "社員のみなさんができることを選びましょう" in html
    assert "お金でなくても力になれることが、団体に伝わります。" in html
    assert "入力済み：</span>事業の分野" in html
    assert "まだ：</span>社員のみなさんができること" in html


def test_pages_cost_the_same_however_much_is_told(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    urls = [reverse("members:profile_edit", args=[organisation.pk]), url_of(organisation, "branches")]
    counts = []
    for number in (1, 2):
        for _ in range(number):
            BranchFactory(organisation=organisation)
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 13


# --- saving ---


def test_about_with_a_logo(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation, AffiliationRole.EDITOR))
    data = {"description": "新しい紹介です。", "stage": "learner", "themes": ["work", "children"]}
    answer = sent(client, organisation, "about", **data, logo=upload(picture(), name="印.jpg"))
    assert answer.headers["Location"] == reverse("members:profile_edit", args=[organisation.pk])
    organisation.refresh_from_db()
    assert (organisation.description, organisation.stage) == ("新しい紹介です。", "learner")
    assert organisation.themes == ["children", "work"]
    assert organisation.logo is not None
    # A colleague saves the same page and leaves the logo as it is; then takes it away.
    client.force_login(member_of(organisation))
    sent(client, organisation, "about", **{**data, "description": "書き足しました。"})
    organisation.refresh_from_db()
    assert (organisation.description, organisation.logo is None) == ("書き足しました。", False)
    sent(client, organisation, "about", **data, **{"logo-drop": organisation.logo.token})
    organisation.refresh_from_db()
    assert organisation.logo is None
    fields = Entry.objects.filter(action="organisation.updated").order_by("pk").values_list("fields", flat=True)
    assert [set(each) for each in fields] == [
        {"description", "stage", "themes", "logo"},
        {"description"},
        {"description", "logo"},
    ]


def test_a_file_that_is_no_picture_is_told_beside_its_field(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    answer = sent(client, organisation, "about", stage="learner", logo=upload(b"%PDF-1.7 no", name="a.pdf"))
    assert "logo" in answer.context["form"].errors
    organisation.refresh_from_db()
    assert organisation.logo is None


def test_place_and_the_button_that_looks_the_address_up(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    html = sent(client, organisation, "place", **{**PLACE, "address": "", "lookup": "1", "areas": ["14207"]}).content
    assert 'value="藤沢市鵠沼橘"' in html.decode()
    assert re.search(r'value="14207"[^>]*checked', html.decode())
    sent(client, organisation, "place", **PLACE, areas=["14207", "14205"])
    organisation.refresh_from_db()
    assert (organisation.postal_code, str(organisation.municipality)) == ("2510024", "藤沢市")
    assert organisation.areas == ["14205", "14207"]
    # Somewhere else is somewhere, too.
    sent(client, organisation, "place", **{**PLACE, "municipality": "outside"})
    organisation.refresh_from_db()
    assert organisation.municipality is None


def test_the_kinds_own_page_and_its_contact(client: Client) -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.UNIVERSITY)
    client.force_login(member_of(organisation))
    sent(client, organisation, "kind", offers=["students"], faculties="社会福祉学部\r\n\r\n人間科学部\r\n人間科学部")
    answer = sent(client, organisation, "contact", phone="045-000-0000", contact_mail="あて先", contact_name="学")
    assert "メールアドレス" in answer.content.decode()
    assert 'value="学"' in answer.content.decode()
    sent(client, organisation, "contact", phone="", contact_mail="ＲＥＮＫＥＩ@daigaku.example")
    organisation.refresh_from_db()
    assert organisation.details == {
        "offers": ["students"],
        "faculties": ["社会福祉学部", "人間科学部"],
        "contact": {"mail": "RENKEI@daigaku.example"},
    }
    assert organisation.phone == ""


def test_links_are_filled_in_row_by_row(client: Client) -> None:
    organisation = OrganisationFactory(links=[{"label": "前のページ", "url": "https://mae.example"}])
    client.force_login(member_of(organisation))
    data = rows(
        "links",
        {"label": "前のページ", "url": "https://mae.example", "DELETE": "on"},
        {"label": "ブログ", "url": "ｂｌｏｇ．example"},
        {"label": "", "url": ""},
    )
    sent(client, organisation, "links", website="midori.example", **data)
    organisation.refresh_from_db()
    assert organisation.website == "https://midori.example"
    assert organisation.links == [{"label": "ブログ", "url": "https://blog.example"}]
    wrong = rows("links", {"label": "わな", "url": "javascript:alert(1)"}, {"label": "名前だけ", "url": ""})
    answer = sent(client, organisation, "links", website="", **wrong)
    html = answer.content.decode()
    assert "アドレスを入力してください。" in html
    assert 'value="javascript:alert(1)"' in html
    organisation.refresh_from_db()
    assert organisation.website == "https://midori.example"


def test_branches_without_a_script(client: Client) -> None:
    organisation = OrganisationFactory()
    kept, gone = BranchFactory(organisation=organisation), BranchFactory(organisation=organisation)
    foreign = BranchFactory()
    client.force_login(member_of(organisation))
    typed = rows(
        "branches",
        {"pk": str(kept.pk), "name": "直した店", "municipality": "14201"},
        {"pk": str(gone.pk), "name": gone.name, "municipality": "14205", "DELETE": "on"},
        {"pk": "", "name": "新しい店", "municipality": "14133", "note": "駅前"},
        {"pk": "", "name": "", "municipality": "", "note": ""},
    )
    html = sent(client, organisation, "branches", **typed, more="1").content.decode()
    # More rows, nothing lost, nothing stored, no complaints.
    assert 'name="branches-4-name"' in html
    assert 'name="branches-5-name"' not in html
    assert 'value="直した店"' in html
    assert 'value="駅前"' in html
    assert "入力してください" not in html
    assert [branch.name for branch in organisation.branches.all()] == [kept.name, gone.name]
    sent(client, organisation, "branches", **typed)
    assert [(each.name, each.municipality.code, each.note) for each in organisation.branches.all()] == [
        ("直した店", "14201", ""),
        ("新しい店", "14133", "駅前"),
    ]
    answer = sent(
        client,
        organisation,
        "branches",
        **rows("branches", {"pk": str(foreign.pk), "name": "よその店", "municipality": "14205"}),
    )
    assert "ほかの画面で変わった行があります" in answer.content.decode()
    answer = sent(client, organisation, "branches", **rows("branches", {"name": "場所のない店", "municipality": "x"}))
    assert answer.status_code == 200
    assert organisation.branches.count() == 2
    # A management form that somebody broke stores nothing and fails nowhere.
    assert client.post(url_of(organisation, "branches"), {"branches-TOTAL_FORMS": "x"}).status_code == 200
    assert organisation.branches.count() == 2


def test_who_reads_what_is_chosen_on_one_page(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    names = KINDS["npo"].default_audiences()
    chosen = {f"audience-{name}": audience.value for name, audience in names.items()}
    sent(client, organisation, "visibility", **{**chosen, "audience-phone": "public", "audience-serves": "staff"})
    organisation.refresh_from_db()
    assert organisation.audiences == {"phone": "public", "serves": "staff"}
    assert organisation.listed_publicly is False
    html = client.get(url_of(organisation, "kind")).content.decode()
    assert "あなたの団体と事務局だけに見えます。" in html
    answer = sent(client, organisation, "visibility", **{**chosen, "audience-phone": "whoever"})
    assert answer.status_code == 200
    assert "audience-phone" in answer.context["form"].errors


# --- two people ---


def test_of_two_on_one_page_the_second_sees_what_the_first_stored(client: Client) -> None:
    organisation = OrganisationFactory(description="はじめの紹介")
    client.force_login(member_of(organisation))
    marks = opened(client, organisation, "about")
    data = {"stage": "sympathiser", **marks}
    client.post(url_of(organisation, "about"), {**data, "description": "一つ目の画面"})
    answer = client.post(url_of(organisation, "about"), {**data, "description": "二つ目の画面", "themes": ["work"]})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert answer.context["differences"] == [
        ("活動の紹介", "一つ目の画面", "二つ目の画面"),
        ("テーマ", "（空欄）", "働くこと"),
    ]
    assert "二つ目の画面</textarea>" in html
    organisation.refresh_from_db()
    assert organisation.description == "一つ目の画面"
    # Having seen both, one decides.
    again = {"stage": "sympathiser", "description": "二つを合わせた", **marks_in(html)}
    client.post(url_of(organisation, "about"), again)
    organisation.refresh_from_db()
    assert organisation.description == "二つを合わせた"


def test_rows_that_somebody_else_changed_are_compared(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    marks = opened(client, organisation, "branches")
    BranchFactory(organisation=organisation, name="先に足した店")
    organisation.save(update_fields=["updated_at"])
    data = rows("branches", {"name": "あとの店", "municipality": "14201", "note": "海辺"})
    answer = client.post(url_of(organisation, "branches"), {**marks, **data})
    assert answer.status_code == 409
    assert answer.context["differences"] == [
        ("活動している場所", "先に足した店　藤沢市", "あとの店　横須賀市　海辺"),
    ]
    assert [branch.name for branch in organisation.branches.all()] == ["先に足した店"]


def test_a_colleague_on_another_page_stands_in_nobodys_way(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    about = opened(client, organisation, "about")
    sent(client, organisation, "kind", serves=["children"])
    answer = client.post(url_of(organisation, "about"), {**about, "stage": "partner", "description": "紹介"})
    assert answer.status_code == 302
    organisation.refresh_from_db()
    assert (organisation.description, organisation.details) == ("紹介", {"serves": ["children"]})


def test_without_having_seen_anything_nothing_is_stored(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    answer = client.post(url_of(organisation, "about"), {"stage": "partner", "version": "いつか"})
    assert answer.status_code == 409
    organisation.refresh_from_db()
    assert organisation.stage == "sympathiser"


# --- who may ---


def test_whose_page_it_is(client: Client) -> None:
    organisation = OrganisationFactory()
    for section in ("kind", "branches"):
        url = url_of(organisation, section)
        client.logout()
        assert client.get(url).status_code == 302
        client.force_login(member_of(OrganisationFactory()))
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
        client.force_login(member_of(organisation, AffiliationRole.VIEWER))
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
        client.force_login(StaffFactory())
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("state", "leads_to"),
    [
        (OrganisationState.RETURNED, "members:resubmit"),
        (OrganisationState.APPLIED, "members:account"),
        (OrganisationState.WITHDRAWN, "members:account"),
    ],
)
def test_while_nothing_can_be_changed_the_pages_lead_elsewhere(
    client: Client, state: OrganisationState, leads_to: str
) -> None:
    organisation = OrganisationFactory(state=state)
    client.force_login(member_of(organisation))
    arguments = [organisation.pk] if leads_to == "members:resubmit" else []
    for url in (reverse("members:profile_edit", args=[organisation.pk]), url_of(organisation, "about")):
        assert client.get(url).headers["Location"] == reverse(leads_to, args=arguments)
    assert client.post(url_of(organisation, "about"), {"stage": "partner"}).status_code == 302


# --- the meter ---


def test_the_next_step_goes_on_until_all_that_is_asked_for_is_there() -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.FINANCIAL, description="")
    asked = []
    while (step := next_step(organisation)) is not None:
        asked.append(step.field)
        assert step.why
        assert step.url == url_of(organisation, step.section)
        if step.field == "branches":
            BranchFactory(organisation=organisation)
        elif KINDS["financial"].detail(step.field):
            organisation.details[step.field] = ["x"]
        else:
            setattr(organisation, step.field, ["x"])
    assert asked == list(KINDS["financial"].wanted)
    meter = meter_of(organisation)
    # What is merely nice to have is shown on the form, and asked for nowhere else.
    assert (meter.done, meter.total, meter.complete) == (7, 9, False)
    assert meter.next is not None
    assert meter.next.field == "logo"


def test_meters_of_many_cost_as_much_as_of_one() -> None:
    counts = []
    for number in (1, 3):
        organisations = OrganisationFactory.create_batch(number)
        with CaptureQueriesContext(connection) as queries:
            meters_of(organisations)
        counts.append(len(queries))
    assert counts == [2, 2]
    with CaptureQueriesContext(connection) as queries:
        assert meters_of([]) == {}
    assert len(queries) == 0


def test_what_staff_no_longer_ask_for_is_neither_counted_nor_asked() -> None:
    organisation = OrganisationFactory(description="")
    before = meter_of(organisation)
    Term.objects.filter(vocabulary=REASONS, code="any-description").update(active=False)
    after = meter_of(organisation)
    assert after.total == before.total - 1
    assert after.asked is not None
    assert after.asked.field == "activities"
    Term.objects.filter(vocabulary=REASONS, code="npo-activities").update(label="活動を書いてみませんか")
    assert next_step(organisation).title == "活動を書いてみませんか"  # type: ignore[union-attr]


def test_the_home_asks_for_one_thing_at_a_time_and_then_for_nothing() -> None:
    told = ToldOrganisationFactory()
    assert list(waiting_items(member_of(told))) == []
    lacking = ToldOrganisationFactory(themes=[])
    (item,) = waiting_items(member_of(lacking))
    assert item.url == url_of(lacking, "about")
    assert lacking.name in item.detail
    assert list(waiting_items(member_of(lacking, AffiliationRole.VIEWER))) == []


def test_words_that_staff_wrote_stand_on_the_page_at_once(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    Term.objects.filter(vocabulary=QUESTIONS, code="npo-serves").update(
        label="どなたのための活動でしょうか", help_text="思いつくだけ選んでください。"
    )
    html = client.get(url_of(organisation, "kind")).content.decode()
    assert "どなたのための活動でしょうか" in html
    assert "思いつくだけ選んでください。" in html
