"""Needs shown to an employer's colleagues: who may, who reads which name and when, and what time brings about."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, IntroductionState, PostState, Visibility
from matching.enums.doors import Purpose
from matching.enums.pro_bono import ProBonoState
from matching.models import Introduction, ProBonoApplication, ProBonoCall
from matching.pro_bono_tasks import follow_up_pro_bono
from matching.transitions.pro_bono import VOLUNTEER
from matching.volunteer_keys import address_key, found_by, key_of
from members.enums import AffiliationRole
from members.models import Organisation, User
from tests.factories.matching import PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.pro_bono import ProBonoApplicationFactory, ProBonoCallFactory, helping
from tests.matching.traces import told, trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.notifications.models import Message
from tomoiki.web.lifecycle import retention_rules
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def coordinator(company: Organisation) -> User:
    return member_of(company)


def call_data(**more: Any) -> dict[str, Any]:
    closes_on = timezone.localdate() + timedelta(days=20)
    return {"title": "春の募集", "message": "", "posts": [PostFactory()], "closes_on": closes_on, **more}


def person_data(**more: Any) -> dict[str, Any]:
    return {"name": "試作 花子", "email": "Hanako@Kaisha.example", "skills": ["accounting", "no-such"], **more}


def mails_to(address: str) -> list[str]:
    return list(Message.objects.filter(to_address=address).order_by("pk").values_list("code", flat=True))


# --- the call ---


def test_a_coordinator_makes_a_call_once_however_often_they_click(company: Organisation, coordinator: User) -> None:
    data = call_data()
    calls = [
        transitions.make_pro_bono_call(on_behalf=company, data=data, actor=coordinator, idempotency_key="k")
        for _ in range(2)
    ]
    assert calls[0] == calls[1]
    assert list(calls[0].posts.all()) == data["posts"]
    assert trail(calls[0]) == [("pro_bono.call_made", "", "")]


def test_a_viewer_and_another_organisation_make_no_call_for_it(company: Organisation) -> None:
    for person in (member_of(company, role=AffiliationRole.VIEWER), member_of(OrganisationFactory()), StaffFactory()):
        with pytest.raises(PermissionDenied):
            transitions.make_pro_bono_call(on_behalf=company, data=call_data(), actor=person)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"posts": []}, "posts"),
        ({"closes_on": date(2020, 1, 1)}, "closes_on"),
        ({"closes_on": date(2999, 1, 1)}, "closes_on"),
    ],
)
def test_a_call_needs_words_needs_and_an_end(
    company: Organisation, coordinator: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        transitions.make_pro_bono_call(on_behalf=company, data=call_data(**wrong), actor=coordinator)
    assert field in refused.value.message_dict
    assert not ProBonoCall.objects.exists()


def test_what_members_alone_may_read_goes_into_no_call(company: Organisation, coordinator: User) -> None:
    for post in (PostFactory(visibility=Visibility.MEMBERS), PostFactory(organisation=company)):
        with pytest.raises(ValidationError):
            transitions.make_pro_bono_call(on_behalf=company, data=call_data(posts=[post]), actor=coordinator)


def test_a_need_that_somebody_applied_for_stays_in_the_call(coordinator: User, company: Organisation) -> None:
    call = ProBonoCallFactory(organisation=company)
    applied = ProBonoApplicationFactory(call=call)
    other = PostFactory()
    transitions.update_pro_bono_call(call.pk, data=call_data(posts=[other]), actor=coordinator)
    assert set(call.posts.all()) == {applied.post, other}


def test_a_new_link_makes_the_old_one_useless(coordinator: User, company: Organisation) -> None:
    call = ProBonoCallFactory(organisation=company)
    post = call.posts.get().pk
    transitions.renew_call_link(call.pk, actor=coordinator)
    with pytest.raises(TransitionError, match="終わりました"):
        transitions.apply_for_pro_bono(call.token, post=post, data=person_data())


# --- applying ---


def test_an_application_counts_once_its_address_is_confirmed() -> None:
    call = ProBonoCallFactory()
    application = transitions.apply_for_pro_bono(call.token, post=call.posts.get().pk, data=person_data())
    assert application.state == ProBonoState.UNCONFIRMED
    assert application.email == "hanako@kaisha.example"
    assert application.skills == ["accounting"]
    assert mails_to("hanako@kaisha.example") == ["matching_pro_bono_confirm"]
    assert not call.applications.seen_by_coordinator().exists()
    assert told("matching_pro_bono_applied") == []
    for _ in range(2):
        transitions.confirm_application(application.pk)
    assert list(call.applications.seen_by_coordinator()) == [application]
    assert told("matching_pro_bono_applied") == [call.coordinator]


def test_the_same_address_again_gets_the_mail_again_and_shows_nothing_else() -> None:
    call = ProBonoCallFactory()
    post = call.posts.get().pk
    first = transitions.apply_for_pro_bono(call.token, post=post, data=person_data())
    again = transitions.apply_for_pro_bono(call.token, post=post, data=person_data(name="別人"))
    assert first == again
    assert ProBonoApplication.objects.get().name == "試作 花子"
    assert len(mails_to("hanako@kaisha.example")) == 2


def test_nobody_applies_for_what_is_over() -> None:
    call = ProBonoCallFactory()
    post = call.posts.get()
    with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(TransitionError):
        transitions.apply_for_pro_bono(call.token, post=post.pk, data=person_data())
    post.state = PostState.CLOSED
    post.save()
    with pytest.raises(TransitionError):
        transitions.apply_for_pro_bono(call.token, post=post.pk, data=person_data())
    with pytest.raises(TransitionError, match="募集から外れました"):
        transitions.apply_for_pro_bono(call.token, post=PostFactory().pk, data=person_data())


# --- putting forward ---


def put(application: ProBonoApplication, actor: User, message: str = "お手伝いします。") -> Introduction:
    return transitions.put_forward(
        application.call_id, post=application.post_id, applications=[application.pk], message=message, actor=actor
    )


def test_putting_forward_raises_the_employers_hand_and_only_then_tells_the_name() -> None:
    application = ProBonoApplicationFactory()
    left_out = ProBonoApplicationFactory(call=application.call)
    introduction = put(application, application.call.coordinator)
    assert introduction.post == application.post
    assert introduction.participants.get(organisation=application.call.organisation).answer == Answer.YES
    assert list(ProBonoApplication.objects.shown_in(introduction)) == [application]
    assert mails_to(application.email) == ["matching_pro_bono_you_were_put_forward"]
    assert mails_to(left_out.email) == []


def test_a_second_colleague_joins_the_introduction_that_is_on_its_way() -> None:
    first = ProBonoApplicationFactory()
    second = ProBonoApplicationFactory(call=first.call)
    introduction = put(first, first.call.coordinator)
    assert put(second, first.call.coordinator) == introduction
    assert told("matching_pro_bono_put_forward") == [somebody_of(first.post.organisation)]


def test_whoever_withdrew_meanwhile_is_put_forward_by_nobody() -> None:
    staying, leaving = ProBonoApplicationFactory.create_batch(2, call=ProBonoCallFactory())
    transitions.withdraw_application(leaving.pk)
    with pytest.raises(TransitionError):
        transitions.put_forward(
            staying.call_id,
            post=staying.post_id,
            applications=[staying.pk, leaving.pk],
            message="お願いします。",
            actor=staying.call.coordinator,
        )
    staying.refresh_from_db()
    assert staying.state == ProBonoState.APPLIED
    assert not Introduction.objects.exists()


def test_only_the_employers_own_people_put_forward() -> None:
    application = ProBonoApplicationFactory()
    for person in (StaffFactory(), somebody_of(application.post.organisation)):
        with pytest.raises(PermissionDenied):
            put(application, person)


def test_a_refusal_is_polite_and_tells_nobody_else() -> None:
    application = ProBonoApplicationFactory()
    for _ in range(2):
        transitions.not_choose_application(application.pk, actor=application.call.coordinator)
    assert mails_to(application.email) == ["matching_pro_bono_not_this_time"]
    with pytest.raises(TransitionError):
        put(application, application.call.coordinator)


# --- taking it back, and being forgotten ---


def test_whoever_withdraws_is_forgotten_at_once_and_those_who_knew_are_told() -> None:
    application = helping()
    key = key_of(application)
    transitions.withdraw_application(application.pk)
    application.refresh_from_db()
    assert (application.name, application.email, application.words) == ("", "", "")
    assert found_by(key) is None
    assert told("matching_pro_bono_left") == [somebody_of(application.post.organisation)]
    assert told("matching_pro_bono_left_employer") == [application.call.coordinator]
    assert application.introduction is not None
    assert not ProBonoApplication.objects.shown_in(application.introduction).exists()


def test_forgetting_keeps_the_hours_as_figures() -> None:
    application = helping(state=IntroductionState.AGREED)
    transitions.record_hours(application.pk, worked_on=timezone.localdate(), hours=Decimal("2.5"), what="山田さんと")
    helped = somebody_of(application.post.organisation)
    transitions.thank_volunteer(application.pk, words="試作さん、助かりました。", actor=helped)
    transitions.end_pro_bono(application.pk, actor=VOLUNTEER)
    transitions.forget_application(application.pk, actor=VOLUNTEER)
    application.refresh_from_db()
    row = application.hours.get()
    assert (application.email, application.thanks, row.hours, row.what) == ("", "", Decimal("2.5"), "")


def test_colleagues_are_put_forward_for_help_where_their_employer_studies_the_need_besides() -> None:
    call = ProBonoCallFactory(organisation=OrganisationFactory(kind="university"))
    application = ProBonoApplicationFactory(call=call)
    actor = somebody_of(call.organisation)
    study = transitions.come_to_need(
        application.post.pk, purpose=Purpose.RESEARCH, on_behalf=call.organisation, message="調べたいです", actor=actor
    )
    introduction = transitions.put_forward(
        call.pk, post=application.post_id, applications=[application.pk], message="ぜひ", actor=actor
    )
    assert (introduction.purpose, introduction == study) == (Purpose.HELP, False)


# --- hours and thanks ---


def test_hours_are_given_once_the_two_sides_know_each_other() -> None:
    waiting = helping(state=IntroductionState.ASKED)
    with pytest.raises(TransitionError, match="結ばれて"):
        transitions.record_hours(waiting.pk, worked_on=timezone.localdate(), hours=Decimal(1))


@pytest.mark.parametrize("hours", ["0", "-1", "24.5", "0.25"])
def test_hours_of_a_day_are_more_than_none_and_fit_into_it(hours: str) -> None:
    with pytest.raises(ValidationError):
        transitions.record_hours(helping().pk, worked_on=timezone.localdate(), hours=Decimal(hours))


def test_a_day_has_no_more_than_24_hours_altogether() -> None:
    application = helping()
    today = timezone.localdate()
    transitions.record_hours(application.pk, worked_on=today, hours=Decimal(20))
    with pytest.raises(ValidationError, match="24時間"):
        transitions.record_hours(application.pk, worked_on=today, hours=Decimal(5))
    with pytest.raises(ValidationError, match="これから"):
        transitions.record_hours(application.pk, worked_on=today + timedelta(days=1), hours=Decimal(5))


def test_a_double_click_writes_hours_once_and_each_party_takes_back_its_own() -> None:
    application = helping()
    coordinator = application.call.coordinator
    today = timezone.localdate()
    rows = [
        transitions.record_hours(application.pk, worked_on=today, hours=Decimal(1), idempotency_key="once")
        for _ in range(2)
    ]
    theirs = transitions.record_hours(application.pk, worked_on=today, hours=Decimal(2), actor=coordinator)
    assert rows[0] == rows[1]
    transitions.remove_hours(theirs.pk, application=application.pk)
    transitions.remove_hours(rows[0].pk, application=application.pk, actor=coordinator)
    assert application.hours.total() == Decimal(3)
    transitions.remove_hours(rows[0].pk, application=application.pk)
    assert application.hours.total() == Decimal(2)


def test_the_helped_organisation_thanks_the_person_and_the_employer_reads_it_too() -> None:
    application = helping()
    helped = somebody_of(application.post.organisation)
    for person in (application.call.coordinator, StaffFactory(), member_of(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            transitions.thank_volunteer(application.pk, words="ありがとう", actor=person)
    for _ in range(2):
        transitions.thank_volunteer(application.pk, words="帳簿がすっきりしました。", actor=helped)
    assert mails_to(application.email) == ["matching_pro_bono_thanks"]
    assert told("matching_pro_bono_thanked") == [application.call.coordinator]


# --- in one's own name ---


def test_after_retirement_a_person_goes_on_in_their_own_name_and_the_employer_sees_no_more_of_it() -> None:
    application = helping()
    coordinator = application.call.coordinator
    old_key = key_of(application)
    transitions.ask_for_own_name(application.pk, address="Watashi@jitaku.example")
    assert mails_to("watashi@jitaku.example") == ["matching_pro_bono_new_address"]
    proof = address_key(application, "watashi@jitaku.example")
    with pytest.raises(TransitionError, match="使えません"):
        transitions.go_on_in_own_name(application.pk, proof="made:up:proof", share_address=False)
    changed = transitions.go_on_in_own_name(application.pk, proof=proof, share_address=True)
    assert (changed.email, changed.address_shared, changed.is_on_its_own) == ("watashi@jitaku.example", True, True)
    assert found_by(old_key) is None
    assert found_by(key_of(changed)) == application.pk
    assert told("matching_pro_bono_goes_on") == [somebody_of(application.post.organisation)]
    row = transitions.record_hours(application.pk, worked_on=timezone.localdate(), hours=Decimal(2))
    assert row.in_own_name
    for verb in (transitions.end_pro_bono, transitions.not_choose_application):
        with pytest.raises(PermissionDenied):
            verb(application.pk, actor=coordinator)
    transitions.thank_volunteer(application.pk, words="これからも", actor=somebody_of(application.post.organisation))
    assert told("matching_pro_bono_thanked") == []


def test_nobody_goes_on_where_nothing_has_begun() -> None:
    with pytest.raises(TransitionError):
        transitions.ask_for_own_name(helping(state=IntroductionState.ASKED).pk, address="a@jitaku.example")


# --- what time brings about ---


def test_whoever_was_put_forward_in_vain_hears_so_once() -> None:
    application = helping(state=IntroductionState.DECLINED)
    going_on = helping(state=IntroductionState.AGREED)
    for _ in range(2):
        follow_up_pro_bono()
    application.refresh_from_db()
    going_on.refresh_from_db()
    assert application.state == ProBonoState.NOT_CHOSEN
    assert going_on.state == ProBonoState.PUT_FORWARD
    assert mails_to(application.email) == ["matching_pro_bono_not_this_time"]


def test_an_early_end_ends_the_persons_part_unless_they_go_on_by_themselves() -> None:
    ended = helping(state=IntroductionState.ENDED_EARLY)
    alone = helping(state=IntroductionState.ENDED_EARLY, own_name_since=timezone.now())
    follow_up_pro_bono()
    ended.refresh_from_db()
    alone.refresh_from_db()
    assert (ended.state, alone.state) == (ProBonoState.ENDED, ProBonoState.PUT_FORWARD)


def test_nothing_is_kept_of_an_address_that_nobody_confirmed() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        ProBonoApplicationFactory(state=ProBonoState.UNCONFIRMED)
    fresh = ProBonoApplicationFactory(state=ProBonoState.UNCONFIRMED)
    assert follow_up_pro_bono() == 1
    assert ProBonoApplication.objects.get() == fresh


def test_who_was_never_answered_is_forgotten_as_well_as_whose_introduction_is_long_over() -> None:
    long_ago = timezone.now() - timedelta(days=300)
    unanswered = ProBonoApplicationFactory(call=ProBonoCallFactory(closed_at=long_ago))
    done = helping(state=IntroductionState.COMPLETED)
    on_its_own = helping(state=IntroductionState.COMPLETED, own_name_since=long_ago)
    Introduction.objects.update(ended_at=long_ago)
    waiting, rule = ProBonoApplicationFactory(), retention_rules["pro_bono_applications"]
    due = list(rule.due(timezone.now() - timedelta(days=180)))
    assert sorted(due) == sorted([unanswered.pk, done.pk])
    for pk in due:
        rule.erase(pk, SCHEDULER)
    states = {each.pk: (each.state, each.name != "") for each in ProBonoApplication.objects.all()}
    assert states == {
        unanswered.pk: (ProBonoState.NOT_CHOSEN, False),
        done.pk: (ProBonoState.ENDED, False),
        on_its_own.pk: (ProBonoState.PUT_FORWARD, True),
        waiting.pk: (ProBonoState.APPLIED, True),
    }
    assert not list(rule.due(timezone.now() - timedelta(days=180)))
