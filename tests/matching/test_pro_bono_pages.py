"""The pages of pro bono, as coordinators, colleagues and those they help use them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.enums import IntroductionState
from matching.enums.pro_bono import ProBonoState
from matching.models import ProBonoApplication, ProBonoCall
from matching.volunteer_keys import address_key, key_of
from tests.factories.matching import ParticipantFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.pro_bono import ProBonoApplicationFactory, ProBonoCallFactory, helping

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "shown"), [("company", True), ("university", True), ("npo", False), ("municipality", False)]
)
def test_who_has_colleagues_is_told_of_it_and_the_page_is_open_to_all(client: Client, kind: str, shown: bool) -> None:
    client.force_login(somebody_of(OrganisationFactory(kind=kind)))
    mine = client.get(reverse("matching:my_posts")).content.decode()
    assert ("社内募集（プロボノ）：社員の方に知らせる" in mine) == shown
    assert ("社内に知らせる" in client.get(PostFactory().get_absolute_url()).content.decode()) == shown
    assert client.get(reverse("matching:pro_bono_new")).status_code == 200


def test_a_coordinator_gets_a_link_for_the_needs_they_chose(client: Client) -> None:
    company = OrganisationFactory()
    client.force_login(member_of(company))
    need = PostFactory(resource="skill", title="帳簿を見てほしい")
    page = client.get(reverse("matching:pro_bono_new"), {"post": need.pk})
    assert "checked" in page.content.decode()
    answer = client.post(
        reverse("matching:pro_bono_new"),
        {
            "on_behalf": company.pk,
            "title": "春の募集",
            "posts": [need.pk],
            "closes_on": (timezone.localdate() + timedelta(days=10)).isoformat(),
        },
        follow=True,
    )
    call = ProBonoCall.objects.get()
    html = answer.content.decode()
    assert reverse("matching:pro_bono_open", args=[call.token]) in html
    assert "帳簿を見てほしい" in html


def test_what_was_typed_stays_when_something_is_missing(client: Client) -> None:
    company = OrganisationFactory()
    client.force_login(member_of(company))
    html = client.post(
        reverse("matching:pro_bono_new"), {"on_behalf": company.pk, "title": "春の募集", "message": "ご相談ください"}
    ).content.decode()
    assert "ひとつ以上選んでください" in html
    assert "春の募集" in html
    assert "ご相談ください" in html


def test_a_colleague_applies_confirms_and_the_coordinator_reads_who_it_is(client: Client) -> None:
    call = ProBonoCallFactory()
    need = call.posts.get()
    assert need.title in client.get(reverse("matching:pro_bono_open", args=[call.token])).content.decode()
    sent = client.post(
        reverse("matching:pro_bono_apply", args=[call.token, need.pk]),
        {"name": "試作 花子", "email": "hanako@kaisha.example", "words": "経理が得意です"},
    )
    assert sent["Location"] == reverse("matching:pro_bono_sent", args=[call.token])
    application = ProBonoApplication.objects.get()
    own = reverse("matching:volunteer", args=[key_of(application)])
    # A mail scanner opens the link; nothing happens by that.
    assert "この内容で申し込む" in client.get(own).content.decode()
    application.refresh_from_db()
    assert application.state == ProBonoState.UNCONFIRMED
    client.force_login(call.coordinator)
    assert "試作 花子" not in client.get(call.get_absolute_url()).content.decode()
    client.logout()
    client.post(reverse("matching:volunteer_act", args=[key_of(application), "confirm"]))
    client.force_login(call.coordinator)
    html = client.get(call.get_absolute_url()).content.decode()
    assert "試作 花子" in html
    assert "経理が得意です" in html


def test_a_name_shows_to_nobody_else_before_it_is_put_forward(client: Client) -> None:
    application = ProBonoApplicationFactory(name="秘密 太郎")
    helped = somebody_of(application.post.organisation)
    for person in (helped, StaffFactory(), member_of(OrganisationFactory())):
        client.force_login(person)
        for url in (application.call.get_absolute_url(), reverse("matching:pro_bono_hours", args=[application.pk])):
            assert client.get(url).status_code == 404
        for url in (application.post.get_absolute_url(), reverse("matching:introductions")):
            assert "秘密 太郎" not in client.get(url).content.decode()
    client.force_login(application.call.coordinator)
    forward = reverse("matching:pro_bono_put_forward", args=[application.call_id, application.post_id])
    answer = client.post(forward, {"applications": [application.pk], "message": "お手伝いします"})
    client.force_login(helped)
    assert "秘密 太郎" in client.get(answer["Location"]).content.decode()


def test_the_helped_organisation_reads_who_helps_and_thanks_them(client: Client) -> None:
    application = helping(name="試作 太郎")
    assert application.introduction is not None
    client.force_login(somebody_of(application.post.organisation))
    html = client.get(application.introduction.get_absolute_url()).content.decode()
    assert "試作 太郎さん" in html
    assert application.email not in html
    client.post(reverse("matching:pro_bono_thanks", args=[application.pk]), {"words": "助かりました"})
    client.logout()
    assert "助かりました" in client.get(reverse("matching:volunteer", args=[key_of(application)])).content.decode()


def test_a_person_writes_down_their_hours_and_takes_them_back(client: Client) -> None:
    application = helping()
    key = key_of(application)
    client.post(
        reverse("matching:volunteer_act", args=[key, "hours"]),
        {"worked_on": timezone.localdate().isoformat(), "hours": "１．５", "what": "帳簿"},
    )
    row = application.hours.get()
    assert "1.5時間" in client.get(reverse("matching:volunteer", args=[key])).content.decode()
    client.post(reverse("matching:volunteer_act", args=[key, "remove-hours"]), {"row": row.pk})
    assert not application.hours.exists()
    html = client.post(reverse("matching:volunteer_act", args=[key, "hours"]), {"hours": "百"}).content.decode()
    assert "活動した日" in html
    assert "百" in html


def test_going_on_in_ones_own_name_hides_the_new_address_from_the_employer(client: Client) -> None:
    application = helping(name="試作 太郎")
    proof = address_key(application, "watashi@jitaku.example")
    link = reverse("matching:volunteer_own_name", args=[key_of(application), proof])
    assert "watashi@jitaku.example" in client.get(link).content.decode()
    client.post(link, {"share_address": "on"})
    client.force_login(application.call.coordinator)
    html = client.get(application.call.get_absolute_url()).content.decode()
    assert "個人として続けています" in html
    assert "watashi@jitaku.example" not in html
    client.force_login(somebody_of(application.post.organisation))
    assert application.introduction is not None
    assert "watashi@jitaku.example" in client.get(application.introduction.get_absolute_url()).content.decode()


def test_hours_given_in_ones_own_name_are_not_the_employers_to_see(client: Client) -> None:
    application = helping(own_name_since=timezone.now())
    application.hours.create(worked_on=timezone.localdate(), hours=3, in_own_name=True, what="ひとりで")
    client.force_login(application.call.coordinator)
    html = client.get(reverse("matching:pro_bono_hours", args=[application.pk])).content.decode()
    assert "ひとりで" not in html
    assert "0時間" in html


def test_a_link_with_a_wrong_signature_leads_nowhere(client: Client) -> None:
    application = helping()
    key = key_of(application)
    for wrong in (key[:-1], key.replace(".", ".x"), "1-1.abc", "x"):
        assert client.get(reverse("matching:volunteer", args=[wrong])).status_code == 404


@pytest.mark.parametrize("people", [1, 4])
def test_a_call_asks_the_database_as_often_for_many_as_for_one(
    client: Client, people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    call = ProBonoCallFactory()
    ProBonoApplicationFactory.create_batch(people, call=call, state=ProBonoState.APPLIED)
    for _ in range(people):
        helping(call=call, state=IntroductionState.AGREED)
    client.force_login(call.coordinator)
    client.get(call.get_absolute_url())
    with django_assert_max_num_queries(18):
        client.get(call.get_absolute_url())


def test_the_employer_reads_on_the_introduction_neither_the_private_address_nor_what_came_after(client: Client) -> None:
    application = helping(
        name="試作 太郎",
        email="watashi@jitaku.example",
        address_shared=True,
        own_name_since=timezone.now(),
        thanks="神業",
    )
    application.hours.create(worked_on=timezone.localdate(), hours=2, in_own_name=False)
    application.hours.create(worked_on=timezone.localdate(), hours=7, in_own_name=True)
    assert application.introduction is not None
    page = application.introduction.get_absolute_url()
    client.force_login(application.call.coordinator)
    html = client.get(page).content.decode()
    assert "試作 太郎さん" in html
    assert [part in html for part in ("watashi@jitaku.example", "9時間", "2時間", "神業")] == [
        False,
        False,
        True,
        False,
    ]
    client.force_login(somebody_of(application.post.organisation))
    html = client.get(page).content.decode()
    assert [part in html for part in ("watashi@jitaku.example", "9時間", "神業")] == [True, True, True]


def test_who_is_only_asked_along_or_said_no_reads_no_names(client: Client) -> None:
    application = helping(name="試作 太郎")
    assert application.introduction is not None
    third = OrganisationFactory()
    side = ParticipantFactory(
        introduction=application.introduction, organisation=third, side="offer", invited_by=StaffFactory()
    )
    client.force_login(somebody_of(third))
    thanks = reverse("matching:pro_bono_thanks", args=[application.pk])
    for answer in ("waiting", "no"):
        side.answer = answer
        side.answered_at, side.decline_reason = (None, "") if answer == "waiting" else (timezone.now(), "other")
        side.save()
        assert "試作 太郎" not in client.get(application.introduction.get_absolute_url()).content.decode()
        assert client.get(thanks).status_code == 404
    side.answer, side.decline_reason = "yes", ""
    side.save()
    assert "試作 太郎" in client.get(application.introduction.get_absolute_url()).content.decode()


def test_whoever_comes_back_to_correct_the_address_applies_with_the_corrected_one(client: Client) -> None:
    call = ProBonoCallFactory()
    address = reverse("matching:pro_bono_apply", args=[call.token, call.posts.get().pk])
    key = "0b6c1c5e-6f5b-4a57-9a39-1d1b5a5b7a11"
    for email in ("typo@kaisha.example", "typo@kaisha.example", "right@kaisha.example"):
        assert client.post(address, {"name": "試作", "email": email, "key": key}).status_code == 302
    assert set(call.applications.values_list("email", flat=True)) == {"typo@kaisha.example", "right@kaisha.example"}


@pytest.mark.parametrize("path", ["/c/%00/", "/c/%00/sent/", "/c/%00/1/", "/volunteer/%00/", "/w/%00/", "/i/%00/"])
def test_a_link_with_a_character_that_no_database_keeps_leads_nowhere(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
