"""Was it truly welcome? The receiving side says so; the giver gets the words, and may use them if allowed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import IntroductionState
from matching.models import Introduction, Participant, WelcomeConfirmation
from matching.transitions.welcome import SLIP
from matching.welcome_keys import link_for
from members.models import Affiliation
from tests.factories.matching import IntroductionFactory, somebody_of
from tests.factories.members import AffiliationFactory, StaffFactory, UserFactory
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tests.matching.relayed import answered, need_of
from tests.matching.traces import mail, told
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduction() -> Introduction:
    made: Introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    return made


@pytest.fixture
def helped(introduction: Introduction) -> Participant:
    return introduction.participants.get(side="need")


@pytest.fixture
def giver(introduction: Introduction) -> Participant:
    return introduction.participants.get(side="offer")


def confirm(side: Participant, **more: object) -> WelcomeConfirmation:
    values = {"welcome": "very", "words": "ありがとうございました。", **more}
    actor = values.pop("actor", None) or somebody_of(side.speaks)
    return transitions.confirm_welcome(side.introduction_id, participant=side.pk, actor=actor, **values)  # type: ignore[arg-type]


def test_the_giver_gets_the_words(helped: Participant, giver: Participant) -> None:
    made = confirm(helped)
    assert told("matching_thanks_received") == [somebody_of(giver.organisation)]
    assert "ありがとうございました。" in mail("matching_thanks_received").text_body
    assert "ご遠慮ください" in mail("matching_thanks_received").text_body
    # The same again is the same; another answer is not taken.
    assert confirm(helped) == made
    with pytest.raises(TransitionError):
        confirm(helped, welcome="not")


@pytest.mark.parametrize("answer", ["little", "not"])
def test_what_could_hurt_is_read_by_the_office_alone(
    client: Client, helped: Participant, giver: Participant, answer: str
) -> None:
    staff = StaffFactory()
    confirm(helped, welcome=answer, words="少しちがいました。")
    assert told("matching_thanks_received") == []
    assert staff in told("matching_staff_not_welcome")
    address = helped.introduction.get_absolute_url()
    client.force_login(somebody_of(giver.organisation))
    assert "少しちがいました。" not in client.get(address).content.decode()
    client.force_login(somebody_of(helped.organisation))
    assert "少しちがいました。" in client.get(address).content.decode()


def test_words_are_used_with_permission_only_and_that_ends(
    client: Client, helped: Participant, giver: Participant
) -> None:
    made = confirm(helped)
    address = helped.introduction.get_absolute_url()
    client.force_login(somebody_of(giver.organisation))
    quote = f"「ありがとうございました。」（{helped.organisation.name}）"
    assert quote not in client.get(address).content.decode()
    with pytest.raises(PermissionDenied):
        transitions.allow_words(made.pk, named_as="name", actor=somebody_of(giver.organisation))
    with pytest.raises(PermissionDenied):
        transitions.allow_words(made.pk, named_as="name", actor=StaffFactory())
    transitions.allow_words(made.pk, named_as="name", actor=somebody_of(helped.organisation))
    assert quote in client.get(address).content.decode()
    client.force_login(somebody_of(helped.organisation))
    client.post(reverse("matching:welcome_use", args=[made.pk]), {"end": "1"})
    made.refresh_from_db()
    assert (made.may_be_used, made.use_ended_at is None, made.quote) == (False, False, "")
    assert len(told("matching_words_in_use")) == 2
    # Allowed anew, it is told anew.
    transitions.allow_words(made.pk, named_as="name", actor=somebody_of(helped.organisation))
    assert len(told("matching_words_in_use")) == 3


def test_only_the_side_that_was_helped_is_asked(helped: Participant, giver: Participant) -> None:
    for side, actor in ((giver, somebody_of(giver.organisation)), (helped, StaffFactory()), (helped, SLIP)):
        with pytest.raises(PermissionDenied):
            confirm(side, actor=actor)
    with pytest.raises(ValidationError):
        confirm(helped, words="", may_be_used=True)


def test_a_report_of_the_giver_asks_the_others_by_a_link_of_their_own(
    client: Client, introduction: Introduction, helped: Participant, giver: Participant
) -> None:
    reader = somebody_of(helped.organisation)
    transitions.report_outcome(
        introduction.pk,
        participant=giver.pk,
        data={"result": "done", "again": "yes", "welcome": "unknown"},
        actor=somebody_of(giver.organisation),
    )
    assert told("matching_welcome_wanted") == [reader]
    assert told("matching_other_side_reported") == []
    address = link_for(helped, reader.pk)
    # Opened without logging in, also by a scanner of mails, it changes nothing.
    html = client.get(address).content.decode()
    assert "喜ばれましたか" in html
    assert not WelcomeConfirmation.objects.exists()
    client.post(address, {"participant": helped.pk, "welcome": "well"})
    made = WelcomeConfirmation.objects.get()
    assert (made.confirmed_by, made.welcome) == (reader, "well")
    assert "ありがとうございました" in client.get(address).content.decode()


def test_a_link_works_for_its_person_and_its_time_only(client: Client, helped: Participant) -> None:
    reader = somebody_of(helped.organisation)
    address = link_for(helped, reader.pk)
    assert client.get(address[:-3] + "xx/").status_code == 404
    assert client.get(link_for(helped, UserFactory().pk)).status_code == 404
    Affiliation.objects.filter(user=reader).update(ended_at=timezone.now())
    assert client.get(address).status_code == 404
    # A slip is for groups without an account alone.
    assert client.post(link_for(helped), {"participant": helped.pk, "welcome": "well"}).status_code in (403, 404)
    assert not WelcomeConfirmation.objects.exists()


def test_a_group_answers_by_the_slip_or_its_desk_writes_it_down(client: Client) -> None:
    desk = DeskFactory()
    group = RelayedGroupFactory(desk=desk)
    clerk = UserFactory()
    AffiliationFactory(organisation=desk, user=clerk)
    relayed = answered(need_of(group))
    relayed.participants.update(answer="yes", answered_at=timezone.now())
    Introduction.objects.filter(pk=relayed.pk).update(
        state=IntroductionState.UNDER_WAY, agreed_at=timezone.now() - timedelta(days=3)
    )
    side = relayed.participants.get(group=group)
    client.force_login(clerk)
    slip = client.get(reverse("matching:welcome_slip", args=[relayed.pk]))
    assert slip.content.startswith(b"%PDF")
    client.logout()
    client.post(link_for(side), {"participant": side.pk, "welcome": "very", "words": "うれしかった"})
    made = WelcomeConfirmation.objects.get()
    assert (made.confirmed_by, made.words) == (None, "うれしかった")
    made.delete()
    client.force_login(clerk)
    told_on = {"channel": "paper", "received_on": timezone.localdate().isoformat()}
    address = reverse("matching:welcome_record", args=[relayed.pk])
    client.post(address, {"participant": side.pk, "welcome": "well", **told_on})
    made = WelcomeConfirmation.objects.get()
    assert (made.channel, made.confirmed_by) == ("paper", clerk)


def test_a_report_is_looked_over_before_it_is_sent(client: Client, introduction: Introduction) -> None:
    side = introduction.participants.get(side="need")
    client.force_login(somebody_of(side.organisation))
    address = reverse("matching:report", args=[introduction.pk])
    data = {"participant": side.pk, "result": "done", "story": "八人が来ました。", "welcome": "well", "again": "yes"}
    data |= {"ibasho-kind": "", "quantity": "８", "unit": "people"}
    looked = client.post(address, data).content.decode()
    assert "この内容で送りますか" in looked
    assert "8人" in looked
    side.refresh_from_db()
    assert not side.has_reported
    again = client.post(address, data | {"edit": "1"}).content.decode()
    assert "八人が来ました。" in again
    client.post(address, data | {"send": "1"})
    assert Participant.objects.get(pk=side.pk).has_reported


def test_no_unit_is_chosen_beforehand(client: Client, introduction: Introduction) -> None:
    side = introduction.participants.get(side="need")
    client.force_login(somebody_of(side.organisation))
    form = client.get(reverse("matching:report", args=[introduction.pk])).context["form"]
    assert not form["unit"].value()


def test_no_answer_is_chosen_beforehand_and_none_is_recorded_without_a_choice(
    client: Client, helped: Participant
) -> None:
    client.force_login(somebody_of(helped.organisation))
    for address in (reverse("matching:welcome", args=[helped.introduction_id]), link_for(helped)):
        assert "checked" not in str(client.get(address).context["form"]["welcome"])
        page = client.post(address, {"participant": helped.pk})
        assert "ひとつ選んでください" in page.context["form"].errors["welcome"][0]
        assert "ひとつ選んでください" in str(page.context["form"]["welcome"].as_field_group())
    assert not WelcomeConfirmation.objects.exists()
