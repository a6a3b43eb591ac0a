"""Links and questions when two act in the same moment."""

import pytest

from members import transitions
from members.enums import OrganisationState, ReconfirmationAnswer, ReferralSharing, ReferralState
from members.enums import ReconfirmationState as State
from members.models import Consent, ReconfirmationReply, Referral
from members.reconfirmation_tasks import announce_documents, carry_reconfirmations
from members.transitions.referrals import PER_DAY
from tests.factories.consents import ReconfirmationFactory, ReconfirmationReplyFactory, ReferralFactory
from tests.factories.members import (
    ConsentDocumentFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.members.test_at_once import at_once
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)

CONTINUE, LEAVE, HOLD = ReconfirmationAnswer
DATA = {"organisation_name": "架空商店会"}


# --- links ---


def test_a_form_sent_twice_makes_one_link() -> None:
    organisation = OrganisationFactory()
    actor = member_of(organisation)
    make = lambda: transitions.make_referral(  # noqa: E731 - called twice
        organisation.pk, data=DATA, actor=actor, idempotency_key="one-form"
    )
    assert at_once(make, make) == ["done", "done"]
    assert Referral.objects.count() == 1


def test_two_colleagues_do_not_go_over_the_limit_together() -> None:
    organisation = OrganisationFactory()
    one, other = member_of(organisation), member_of(organisation)
    ReferralFactory.create_batch(PER_DAY - 1, referrer=organisation, made_by=one)
    results = at_once(
        lambda: transitions.make_referral(organisation.pk, data=DATA, actor=one),
        lambda: transitions.make_referral(organisation.pk, data=DATA, actor=other),
    )
    assert results == ["done", "too_many_today"]


def test_one_organisation_takes_a_link_twice_and_has_it_once() -> None:
    referral, organisation = ReferralFactory(), OrganisationFactory(state=OrganisationState.APPLIED)
    owner, told = member_of(organisation), member_of(referral.referrer)
    accept = lambda: transitions.accept_referral(  # noqa: E731 - called twice
        referral.token, organisation=organisation, sharing=ReferralSharing.MEMBERSHIP, actor=owner
    )
    assert at_once(accept, accept) == ["done", "done"]
    assert Entry.objects.about(referral).filter(action="referral.accepted").count() == 1
    assert Notification.objects.filter(code="members_referral_news", recipient=told).count() == 1


def test_two_organisations_take_one_link_and_one_has_it() -> None:
    referral = ReferralFactory()
    sides = [OrganisationFactory(), OrganisationFactory()]
    owners = [member_of(side) for side in sides]
    one, other = (
        lambda side=side, owner=owner: transitions.accept_referral(
            referral.token, organisation=side, sharing=ReferralSharing.NOTHING, actor=owner
        )
        for side, owner in zip(sides, owners, strict=True)
    )
    assert at_once(one, other) == ["done", "taken"]


def test_of_yes_and_not_now_the_yes_remains() -> None:
    referral, organisation = ReferralFactory(), OrganisationFactory(state=OrganisationState.APPLIED)
    owner = member_of(organisation)
    results = at_once(
        lambda: transitions.accept_referral(
            referral.token, organisation=organisation, sharing=ReferralSharing.NOTHING, actor=owner
        ),
        lambda: transitions.decline_referral(referral.token, tell=True),
    )
    assert results in (["done", "done"], ["done", "taken"])
    referral.refresh_from_db()
    assert (referral.state, referral.invited) == (ReferralState.ACCEPTED, organisation)
    # Whatever came first, what the owner chose holds now.
    assert referral.sharing == ReferralSharing.NOTHING


def test_a_consent_taken_back_while_staff_approve_waits_for_nobody() -> None:
    referral, organisation = ReferralFactory(), OrganisationFactory(state=OrganisationState.APPLIED)
    owner, office = member_of(organisation), StaffFactory()
    member_of(referral.referrer)
    transitions.accept_referral(
        referral.token, organisation=organisation, sharing=ReferralSharing.MEMBERSHIP, actor=owner
    )
    results = at_once(
        lambda: transitions.approve_organisation(organisation.pk, actor=office),
        lambda: transitions.change_sharing(referral.pk, sharing=ReferralSharing.NOTHING, actor=owner),
    )
    assert results == ["done", "done"]


# --- texts ---


def test_two_of_the_office_publish_once() -> None:
    document = ConsentDocumentFactory(published_at=None, in_force_from="2100-01-01T00:00+09:00")
    offices = [StaffFactory(), StaffFactory()]
    one, other = (
        lambda actor=actor: transitions.publish_consent_document(document.pk, actor=actor) for actor in offices
    )
    assert at_once(one, other) == ["done", "published"]


def test_two_workers_tell_everybody_once() -> None:
    document = ConsentDocumentFactory(published_at=None, in_force_from="2100-01-01T00:00+09:00")
    people = UserFactory.create_batch(3)
    transitions.publish_consent_document(document.pk, actor=StaffFactory())
    assert at_once(announce_documents, announce_documents) == ["done", "done"]
    told = Notification.objects.filter(code="members_document_published", recipient__in=people)
    assert told.count() == 3


def test_agreeing_twice_is_one_consent() -> None:
    user, document = UserFactory(), ConsentDocumentFactory()
    agree = lambda: transitions.agree_to_documents(user, documents=[document.pk], actor=user)  # noqa: E731
    assert at_once(agree, agree) == ["done", "done"]
    assert Consent.objects.filter(user=user, document=document).count() == 1
    assert Entry.objects.about(user).filter(action="user.consented").count() == 1


# --- questions ---


def test_two_owners_answer_and_the_later_answer_stands() -> None:
    reply = ReconfirmationReplyFactory()
    owners = [member_of(reply.organisation), member_of(reply.organisation)]
    yes, no = (
        lambda what=what, actor=actor: transitions.answer_reconfirmation(
            reply.reconfirmation_id, organisation=reply.organisation, answer=what, actor=actor
        )
        for what, actor in zip((CONTINUE, LEAVE), owners, strict=True)
    )
    assert at_once(yes, no) == ["done", "done"]
    reply.refresh_from_db()
    entries = list(Entry.objects.about(reply).order_by("pk"))
    assert [each.before for each in entries] == ["", entries[0].after]
    assert reply.answer == entries[1].after
    assert reply.answered_by == entries[1].actor


def test_an_answer_and_the_closing_leave_nothing_half_done() -> None:
    reply = ReconfirmationReplyFactory()
    owner, office = member_of(reply.organisation), StaffFactory()
    results = at_once(
        lambda: transitions.answer_reconfirmation(
            reply.reconfirmation_id, organisation=reply.organisation, answer=CONTINUE, actor=owner
        ),
        lambda: transitions.close_reconfirmation(reply.reconfirmation_id, actor=office),
    )
    reply.refresh_from_db()
    assert results in (["done", "done"], ["done", "wrong_state"])
    # Either it came in time and counts, or it was refused and is not there.
    assert (reply.answer == CONTINUE) == (results == ["done", "done"])
    assert reply.reconfirmation.state == State.CLOSED


def test_two_of_the_office_open_one_question() -> None:
    OrganisationFactory.create_batch(2)
    campaign = ReconfirmationFactory(state=State.DRAFT)
    offices = [StaffFactory(), StaffFactory()]
    one, other = (lambda actor=actor: transitions.open_reconfirmation(campaign.pk, actor=actor) for actor in offices)
    assert at_once(one, other) == ["done", "wrong_state"]
    assert ReconfirmationReply.objects.count() == 2


def test_two_workers_write_to_each_organisation_once() -> None:
    campaign = ReconfirmationFactory()
    for _ in range(3):
        member_of(ReconfirmationReplyFactory(reconfirmation=campaign).organisation)
    OrganisationFactory()
    assert at_once(carry_reconfirmations, carry_reconfirmations) == ["done", "done"]
    assert Notification.objects.filter(code="members_reconfirmation_asked").count() == 3
    assert campaign.replies.count() == 4
