"""Reporting what came of an introduction, and what an ibasho gained by it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import IbashoChangeKind, IntroductionState, OutcomeResult
from matching.models import Ibasho, IbashoChange, Introduction, Outcome, Participant
from members.models import User
from tests.factories.matching import IbashoFactory, IntroductionFactory, OutcomeFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduction() -> Introduction:
    introduction: Introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    return introduction


@pytest.fixture
def need_side(introduction: Introduction) -> Participant:
    return introduction.participants.get(side="need")


@pytest.fixture
def reporter(need_side: Participant) -> User:
    return member_of(need_side.organisation)


def filled(side: Participant, **changes: Any) -> dict[str, Any]:
    return {
        "participant": side.pk,
        "result": "done",
        "story": "火曜に八人が集まりました。",
        "quantity": "８",
        "unit": "people",
        "people_reached": "８人",
        "welcome": "very",
        "again": "yes",
        "ibasho-kind": "",
        "send": "1",
        **changes,
    }


def opened(**changes: Any) -> dict[str, Any]:
    return {
        "ibasho-kind": "opened",
        "ibasho-name": "火曜のひだまり",
        "ibasho-who_comes": "近くの小学生",
        "ibasho-days_after": "4",
        "ibasho-people_after": "8",
        **changes,
    }


def address(introduction: Introduction) -> str:
    return reverse("matching:report", args=[introduction.pk])


def test_a_report_is_told_and_thanked_for(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    html = client.get(address(introduction)).content.decode()
    assert f"{need_side.organisation.name}</span>として報告します" in html
    response = client.post(address(introduction), filled(need_side), follow=True)
    assert response.redirect_chain[-1][0] == reverse("matching:report_thanks", args=[introduction.pk])
    thanks = response.content.decode()
    assert "ありがとうございます" in thanks
    assert introduction.participants.get(side="offer").organisation.name in thanks
    outcome = Outcome.objects.get()
    assert (outcome.result, outcome.quantity, outcome.unit, outcome.people_reached) == ("done", 8, "people", 8)
    assert outcome.reported_by == reporter


def test_pressing_twice_reports_once(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    for _ in range(2):
        response = client.post(address(introduction), filled(need_side))
        assert response.status_code == 302
        assert response["Location"] == reverse("matching:report_thanks", args=[introduction.pk])
    assert Outcome.objects.count() == 1


def test_both_sides_read_it_at_once_without_what_is_for_staff(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    client.post(address(introduction), filled(need_side, welcome="not", again="no"))
    page = introduction.get_absolute_url()
    mine = client.get(page).content.decode()
    assert "望まれていなかった" in mine
    client.force_login(member_of(introduction.participants.get(side="offer").organisation))
    theirs = client.get(page).content.decode()
    assert "火曜に八人が集まりました。" in theirs
    assert "望まれていなかった" not in theirs
    assert "今回かぎり" not in theirs
    client.force_login(StaffFactory())
    assert "望まれていなかった" in client.get(page).content.decode()


def test_errors_stand_beside_their_fields_and_words_are_kept(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    response = client.post(address(introduction), filled(need_side, result="", unit="", people_reached="たくさん"))
    assert response.status_code == 200
    html = response.content.decode()
    assert "火曜に八人が集まりました。" in html
    errors = response.context["form"].errors
    assert set(errors) == {"result", "unit", "people_reached"}
    assert "data-error-summary" in html
    assert not Outcome.objects.exists()


def test_a_unit_without_a_number_is_no_report_of_quantity(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    client.post(address(introduction), filled(need_side, quantity="", unit="meals"))
    outcome = Outcome.objects.get()
    assert (outcome.quantity, outcome.unit) == (None, "")


def test_an_ibasho_that_opened_is_recorded_with_its_days_and_people(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    response = client.post(address(introduction), filled(need_side, **opened()))
    assert response.status_code == 302
    ibasho = Ibasho.objects.get()
    assert (ibasho.name, ibasho.organisation, ibasho.who_comes) == (
        "火曜のひだまり",
        need_side.organisation,
        "近くの小学生",
    )
    change = IbashoChange.objects.get()
    assert (change.kind, change.days_after, change.people_after) == (IbashoChangeKind.OPENED, 4, 8)
    assert "火曜のひだまり" in client.get(introduction.get_absolute_url()).content.decode()


def test_a_known_ibasho_that_opens_more_often_is_chosen_not_written_again(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    ibasho = IbashoFactory(organisation=need_side.organisation, name="ひなた食堂")
    foreign = IbashoFactory(name="よその食堂")
    client.force_login(reporter)
    html = client.get(address(introduction)).content.decode()
    assert "ひなた食堂" in html
    assert "よその食堂" not in html
    more = {
        "ibasho-kind": "more_often",
        "ibasho-ibasho": str(ibasho.pk),
        "ibasho-days_before": "1",
        "ibasho-days_after": "4",
    }
    for wrong in (str(foreign.pk), ""):
        refused = client.post(address(introduction), filled(need_side, **{**more, "ibasho-ibasho": wrong}))
        assert set(refused.context["ibasho_form"].errors) == {"ibasho"}
    assert client.post(address(introduction), filled(need_side, **more)).status_code == 302
    change = IbashoChange.objects.get()
    assert (change.ibasho, change.kind, change.days_before, change.days_after) == (
        ibasho,
        IbashoChangeKind.MORE_OFTEN,
        1,
        4,
    )
    assert Ibasho.objects.filter(organisation=need_side.organisation).count() == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"ibasho-name": ""}, {"name"}),
        ({"ibasho-days_after": ""}, {"days_after"}),
        ({"ibasho-days_after": "32"}, {"days_after"}),
        ({"ibasho-people_after": "たくさん"}, {"people_after"}),
        (
            {"ibasho-kind": "more_often", "ibasho-days_before": "4", "ibasho-days_after": "4"},
            {"days_after"},
        ),
        ({"ibasho-kind": "enlarged", "ibasho-people_before": ""}, {"people_before"}),
    ],
)
def test_what_is_wrong_about_the_ibasho_is_said_beside_it(
    client: Client,
    introduction: Introduction,
    need_side: Participant,
    reporter: User,
    changes: dict[str, str],
    wrong: set[str],
) -> None:
    client.force_login(reporter)
    response = client.post(address(introduction), filled(need_side, **opened(**changes)))
    assert response.status_code == 200
    assert set(response.context["ibasho_form"].errors) == wrong
    assert "近くの小学生" in response.content.decode()
    assert not Outcome.objects.exists()


def test_what_stands_in_the_folded_part_does_not_count(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    folded = opened(**{"ibasho-kind": "", "ibasho-days_after": "99"})
    assert client.post(address(introduction), filled(need_side, **folded)).status_code == 302
    assert Outcome.objects.count() == 1
    assert not Ibasho.objects.exists()


def test_a_name_that_is_known_already_means_the_same_ibasho(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    ibasho = IbashoFactory(organisation=need_side.organisation, name="火曜のひだまり")
    client.force_login(reporter)
    response = client.post(address(introduction), filled(need_side, **opened(**{"ibasho-ibasho": "new"})))
    assert response.status_code == 302
    assert IbashoChange.objects.get().ibasho == ibasho
    assert Ibasho.objects.count() == 1


def test_each_side_reports_for_itself(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    client.force_login(reporter)
    other = introduction.participants.get(side="offer")
    assert client.post(address(introduction), filled(other)).status_code == 404
    assert not Outcome.objects.exists()
    client.post(address(introduction), filled(need_side))
    client.force_login(member_of(other.organisation))
    client.post(address(introduction), filled(other))
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.COMPLETED


def test_somebody_of_both_sides_reports_for_each_by_name(
    client: Client, introduction: Introduction, need_side: Participant, reporter: User
) -> None:
    other = introduction.participants.get(side="offer")
    AffiliationFactory(organisation=other.organisation, user=reporter)
    client.force_login(reporter)
    html = client.get(f"{address(introduction)}?side={other.pk}").content.decode()
    assert f"{other.organisation.name}</span>として報告します" in html
    client.post(address(introduction), filled(other))
    assert Outcome.objects.get().participant == other


@pytest.mark.parametrize("state", [IntroductionState.ASKED, IntroductionState.DECLINED])
def test_nothing_is_reported_before_both_agreed(client: Client, state: IntroductionState) -> None:
    introduction = IntroductionFactory(state=state)
    side = introduction.participants.get(side="need")
    client.force_login(member_of(side.organisation))
    response = client.get(address(introduction), follow=True)
    assert response.redirect_chain[-1][0] == introduction.get_absolute_url()
    client.post(address(introduction), filled(side), follow=True)
    assert not Outcome.objects.exists()


def test_a_strangers_and_a_staff_members_report_is_refused(
    client: Client, introduction: Introduction, need_side: Participant
) -> None:
    client.force_login(member_of(OrganisationFactory()))
    assert client.post(address(introduction), filled(need_side)).status_code == 404
    client.force_login(StaffFactory())
    client.post(address(introduction), filled(need_side))
    assert not Outcome.objects.exists()


def test_the_thanks_say_when_everything_is_told(client: Client, introduction: Introduction) -> None:
    for side in introduction.participants.all():
        OutcomeFactory(introduction=introduction, participant=side, result=OutcomeResult.DONE)
    Introduction.objects.filter(pk=introduction.pk).update(state=IntroductionState.COMPLETED)
    client.force_login(member_of(introduction.participants.get(side="need").organisation))
    html = client.get(reverse("matching:report_thanks", args=[introduction.pk])).content.decode()
    assert "報告がそろいました" in html


def test_a_report_stands_beside_the_picture_of_its_organisation(
    client: Client,
    introduction: Introduction,
    need_side: Participant,
    reporter: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    OutcomeFactory(participant=need_side)
    client.force_login(reporter)
    page = client.get(introduction.get_absolute_url())
    assert [card.kind for card in page.context["page"].outcomes] == [need_side.organisation.kind]
    assert f"avatar--{need_side.organisation.kind}" in page.content.decode()
    assert "unknown icon" not in caplog.text
