"""Who is registered already is led to join; strangers learn nothing; programs and floods get nowhere."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.models import JoinRequest, Organisation, RegistrationDraft, User
from tests.factories.members import (
    OrganisationFactory,
    UserFactory,
    member_of,
)
from tests.members.joining import ORGANISATION, PERSON, fill_in, finish
from tomoiki.notifications.models import Message, Notification

pytestmark = pytest.mark.django_db


# --- registered already ---


@pytest.fixture
def known() -> Organisation:
    organisation: Organisation = OrganisationFactory(
        name="特定非営利活動法人みどりの縁側", corporate_number="5835678256246"
    )
    return organisation


def test_who_comes_second_is_led_to_join(client: Client, known: Organisation) -> None:
    owner = member_of(known, name="代表 太郎")
    answer = client.post(reverse("members:join"), ORGANISATION)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "この法人番号の団体が、すでに登録されています" in html
    assert "別の団体として" not in html
    assert "代表 太郎" not in html
    assert owner.email not in html
    # There is no way round it.
    assert client.post(reverse("members:join"), {**ORGANISATION, "join": "none"}).status_code == 200

    answer = client.post(reverse("members:join"), {**ORGANISATION, "join": known.pk})
    assert answer.headers["Location"] == reverse("members:join_person")
    person = {**PERSON, "message": "広報の係です"}
    del person["title"]
    client.post(reverse("members:join_person"), person)
    assert "代表担当者" in client.get(reverse("members:join_check")).content.decode()
    finish(client)
    assert not JoinRequest.objects.exists()
    assert Organisation.objects.count() == 1
    follow = Message.objects.get(to_address="haruko@midori.example")
    path = re.search(r"http://testserver(/account/confirm-email/\S+)", follow.text_body)
    assert path is not None
    client.post(path[1])
    request = JoinRequest.objects.get()
    assert (request.organisation, request.user.email, request.message) == (
        known,
        "haruko@midori.example",
        "広報の係です",
    )
    assert Notification.objects.filter(recipient=owner, code="members_join_requested").count() == 1


def test_the_same_name_hereabouts_is_asked_about_once(client: Client, known: Organisation) -> None:
    other = {**ORGANISATION, "corporate_number": ""}
    html = client.post(reverse("members:join"), other).content.decode()
    assert "同じ名前の団体が、すでに登録されています" in html
    answer = client.post(reverse("members:join"), {**other, "join": "none"})
    assert answer.headers["Location"] == reverse("members:join_person")
    # Coming back to mend something does not ask again.
    assert client.post(reverse("members:join"), other).status_code == 302
    assert RegistrationDraft.objects.get().data["join"] is None


def test_an_organisation_that_was_not_offered_cannot_be_named(client: Client) -> None:
    stranger = OrganisationFactory(name="よその会", listed_publicly=False)
    client.post(reverse("members:join"), {**ORGANISATION, "join": stranger.pk})
    assert RegistrationDraft.objects.get().data["join"] is None


def test_a_colleagues_address_leads_to_the_organisation(client: Client) -> None:
    known = OrganisationFactory(name="みどり総合研究所")
    colleague = member_of(known, email="tanaka@midori.example", name="田中 一")
    hidden = OrganisationFactory(name="みどり別館", listed_publicly=False)
    member_of(hidden, email="suzuki@midori.example")
    client.post(reverse("members:join"), ORGANISATION)
    html = client.post(reverse("members:join_person"), PERSON).content.decode()
    assert "「@midori.example」の団体が、すでに登録されています" in html
    assert "みどり総合研究所" in html
    assert colleague.name not in html
    assert "みどり別館" not in html
    answer = client.post(reverse("members:join_person"), {**PERSON, "join": known.pk})
    assert answer.headers["Location"] == reverse("members:join_check")
    assert RegistrationDraft.objects.get().data["join"] == known.pk


def test_a_providers_address_leads_nowhere(client: Client) -> None:
    member_of(OrganisationFactory(), email="dareka@gmail.com")
    fill_in(client, person={"email": "haruko@gmail.com"})


def test_a_number_taken_while_the_form_was_open_is_told(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    person = {key: value for key, value in PERSON.items() if key != "email"}
    client.post(reverse("members:join"), ORGANISATION)
    client.post(reverse("members:join_person"), person)
    OrganisationFactory(corporate_number="5835678256246")
    answer = finish(client)
    assert "すでに登録されています" in answer.content.decode()
    assert not Organisation.objects.of(user).exists()


# --- strangers learn nothing ---


def test_an_address_in_use_looks_like_any_other(client: Client) -> None:
    owner = UserFactory(email="haruko@midori.example", name="本人")
    fill_in(client)
    taken = finish(client)
    taken_done = client.get(reverse("members:join_done")).content.decode()
    taken_join = client.get(reverse("members:join")).content.decode()

    fresh_client = Client()
    fill_in(fresh_client, organisation={"corporate_number": ""}, person={"email": "natsuko@midori2.example"})
    fresh = finish(fresh_client)
    fresh_done = fresh_client.get(reverse("members:join_done")).content.decode()
    fresh_join = fresh_client.get(reverse("members:join")).content.decode()
    assert (taken.status_code, taken.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    fresh_done = fresh_done.replace("natsuko@midori2.example", "haruko@midori.example")
    assert without_token(taken_done) == without_token(fresh_done)
    assert without_token(taken_join) == without_token(fresh_join)

    assert User.objects.filter(email="haruko@midori.example").get() == owner
    assert not Organisation.objects.of(owner).exists()
    mail = Message.objects.get(to_address="haruko@midori.example")
    assert "すでに登録があります" in mail.text_body

    # The owner of the address loses nothing: the form is there once they have logged in.
    client.force_login(owner)
    assert 'value="NPO法人　みどりの縁側"' in client.get(reverse("members:join")).content.decode()


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


def test_a_program_that_fills_in_the_trap_registers_nothing(client: Client) -> None:
    answer = client.post(reverse("members:join"), {**ORGANISATION, "nickname": "bot"})
    assert answer.status_code == 200
    assert not RegistrationDraft.objects.exists()
    fill_in(client)
    assert finish(client, surname_check="bot").status_code == 200
    assert not User.objects.exists()


def test_a_flood_is_stopped_and_the_form_kept(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"join": "100/m/ip", "signup": "1/m/ip"}
    fill_in(client)
    finish(client)
    fill_in(client, organisation={"name": "二つ目", "corporate_number": ""}, person={"email": "b@futatsume.example"})
    answer = finish(client)
    assert answer.status_code == 429
    assert "1分ほど待って" in answer.content.decode()
    assert Organisation.objects.count() == 1
