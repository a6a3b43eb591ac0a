"""Inviting somebody by e-mail: who may, what the mail holds, what becomes of an answer."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from members import transitions
from members.enums import (
    AffiliationRole,
    HandoverState,
    InvitationKind,
    InvitationState,
    JoinRequestState,
    OrganisationState,
)
from members.models import Affiliation, Consent, Invitation, Organisation, User
from members.models.invitation import INVITATION_VALID_FOR
from members.transitions.invitations import MOST_A_DAY, MOST_OPEN, MOST_TIMES_SENT, MOST_TO_ONE_ADDRESS
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.factories.people import HandoverFactory, InvitationFactory
from tests.members.people import link_to, reload, token_to
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def invite(organisation: Organisation, actor: User, **changes: Any) -> Invitation:
    data: dict[str, Any] = {
        "email": "mori@machi.example",
        "name": "森 春子",
        "role": AffiliationRole.EDITOR,
        "message": "",
        **changes,
    }
    return transitions.invite_person(organisation.pk, actor=actor, **data)


def role_of(user: User, organisation: Organisation) -> str | None:
    return (
        Affiliation.objects.current()
        .filter(user=user, organisation=organisation)
        .values_list("role", flat=True)
        .first()
    )


# --- inviting ---


def test_the_link_is_in_the_mail_and_nowhere_else() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    invitation = invite(organisation, owner, email=" Mori@Machi.example ", message="いっしょにお願いします。")
    mail = Message.objects.get(code="members_invitation")
    token = token_to("mori@machi.example")
    assert (mail.to_address, mail.secret, mail.recipient) == ("mori@machi.example", True, None)
    assert organisation.name in mail.subject
    assert "いっしょにお願いします。" in mail.text_body
    assert token in mail.html_body
    assert token not in invitation.token_hash
    assert not Notification.objects.exists()
    codes = Entry.objects.about(invitation).get().codes
    assert codes == {
        "organisation": organisation.pk,
        "kind": "colleague",
        "role": "editor",
        "handover": False,
    }
    assert invitation.expires_at - timezone.now() > INVITATION_VALID_FOR - timedelta(minutes=1)


def test_who_has_an_account_finds_it_in_the_bell_as_well() -> None:
    organisation, person = OrganisationFactory(), UserFactory(email="mori@machi.example")
    invitation = invite(organisation, member_of(organisation))
    told = Notification.objects.get(recipient=person)
    assert (told.code, told.link) == ("members_invited", f"/invitations/mine/{invitation.pk}/")
    assert told.message is None


def test_an_address_that_nobody_confirmed_tells_nobody_in_the_bell() -> None:
    UserFactory(email="mori@machi.example", email_confirmed=False)
    organisation = OrganisationFactory()
    invite(organisation, member_of(organisation))
    assert not Notification.objects.exists()


@pytest.mark.parametrize("role", [AffiliationRole.EDITOR, AffiliationRole.VIEWER])
def test_only_owners_and_the_office_invite(role: AffiliationRole) -> None:
    organisation = OrganisationFactory()
    for stranger in (member_of(organisation, role), member_of(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            invite(organisation, stranger)
    invite(organisation, StaffFactory())


@pytest.mark.parametrize("email", ["", "mori", "mori@", "mori@machi.example, hara@machi.example", "a" * 260 + "@x.jp"])
def test_an_address_that_is_none_is_refused_beside_its_field(email: str) -> None:
    organisation = OrganisationFactory()
    with pytest.raises(ValidationError) as refused:
        invite(organisation, member_of(organisation), email=email)
    assert "email" in refused.value.message_dict
    assert not Message.objects.exists()


def test_nobody_is_invited_twice_or_although_they_belong() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    invite(organisation, owner)
    with pytest.raises(ValidationError, match="もう招待を送っています"):
        invite(organisation, owner, email="MORI@machi.example")
    colleague = member_of(organisation)
    with pytest.raises(ValidationError, match="すでにこの団体の担当者です"):
        invite(organisation, owner, email=colleague.email)
    assert Invitation.objects.count() == 1


def test_nobody_writes_to_a_crowd_of_strangers() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    for _ in range(MOST_OPEN):
        InvitationFactory(organisation=organisation, invited_by=owner)
    with pytest.raises(TransitionError) as refused:
        invite(organisation, owner)
    assert refused.value.code == "too_many"


def test_nobody_is_written_to_again_and_again_by_taking_back() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    for _ in range(MOST_TO_ONE_ADDRESS):
        transitions.revoke_invitation(invite(organisation, owner).pk, actor=owner)
    with pytest.raises(ValidationError) as refused:
        invite(organisation, owner)
    assert list(refused.value.message_dict) == ["email"]
    # Another organisation has written to nobody yet, and the office knows what it does.
    another = OrganisationFactory()
    invite(another, member_of(another))
    invite(organisation, StaffFactory())
    assert Invitation.objects.open().count() == 2


def test_what_was_taken_back_counts_for_the_day() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    for _ in range(MOST_A_DAY):
        InvitationFactory(organisation=organisation, invited_by=owner, state=InvitationState.REVOKED)
    with pytest.raises(TransitionError) as refused:
        invite(organisation, owner)
    assert refused.value.code == "too_many_today"
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        invite(organisation, owner)


@pytest.mark.parametrize("state", [OrganisationState.WITHDRAWN, OrganisationState.REJECTED, OrganisationState.DRAFT])
def test_an_organisation_that_is_not_there_invites_nobody(state: OrganisationState) -> None:
    with pytest.raises(TransitionError) as refused:
        invite(OrganisationFactory(state=state), StaffFactory())
    assert refused.value.code == "not_ongoing"


# --- claims of the roster ---


def test_the_office_offers_an_organisation_of_the_roster_to_somebody() -> None:
    organisation, staff = OrganisationFactory(), StaffFactory()
    invitation = invite(organisation, staff, kind=InvitationKind.CLAIM, role=AffiliationRole.VIEWER)
    assert invitation.role == AffiliationRole.OWNER
    assert "引き継いで" in Message.objects.get().subject
    person = UserFactory(email="mori@machi.example")
    transitions.accept_invitation(token_to("mori@machi.example"), actor=person)
    assert role_of(person, organisation) == AffiliationRole.OWNER


def test_nobody_claims_what_has_an_owner() -> None:
    organisation, staff = OrganisationFactory(), StaffFactory()
    invitation = InvitationFactory(
        organisation=organisation, kind=InvitationKind.CLAIM, token="claim", invited_by=staff, role="owner"
    )
    member_of(organisation)
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("claim", actor=UserFactory(email=invitation.email))
    assert refused.value.code == "claimed_already"
    with pytest.raises(TransitionError):
        invite(organisation, staff, kind=InvitationKind.CLAIM)


def test_an_owner_sends_and_revokes_no_claims() -> None:
    claim = InvitationFactory(kind=InvitationKind.CLAIM, role="owner")
    owner = claim.invited_by
    with pytest.raises(PermissionDenied):
        transitions.revoke_invitation(claim.pk, actor=owner)
    with pytest.raises(PermissionDenied):
        invite(claim.organisation, owner, kind=InvitationKind.CLAIM)


# --- sending again, taking back ---


def test_a_new_mail_kills_the_old_link() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    with time_machine.travel(timezone.now() - timedelta(days=13), tick=False):
        invitation = invite(organisation, owner)
    old = token_to("mori@machi.example")
    transitions.resend_invitation(invitation.pk, actor=owner)
    new = token_to("mori@machi.example")
    person = UserFactory(email="mori@machi.example")
    assert old != new
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation(old, actor=person)
    assert refused.value.code == "unknown"
    transitions.accept_invitation(new, actor=person)
    assert reload(invitation).times_sent == 2
    assert reload(invitation).expires_at > timezone.now() + timedelta(days=13)


def test_a_mail_is_not_asked_for_twice_in_ten_minutes_nor_without_end() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    invitation = invite(organisation, owner)
    with pytest.raises(TransitionError) as refused:
        transitions.resend_invitation(invitation.pk, actor=owner)
    assert refused.value.code == "too_soon"
    Invitation.objects.update(times_sent=MOST_TIMES_SENT, sent_at=timezone.now() - timedelta(days=1))
    with pytest.raises(TransitionError) as refused:
        transitions.resend_invitation(invitation.pk, actor=owner)
    assert refused.value.code == "too_often"
    assert Message.objects.count() == 1


def test_an_invitation_taken_back_is_worth_nothing() -> None:
    invitation = InvitationFactory(token="back")
    transitions.revoke_invitation(invitation.pk, actor=invitation.invited_by)
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("back", actor=UserFactory(email=invitation.email))
    assert refused.value.code == "wrong_state"
    assert reload(invitation).state == InvitationState.REVOKED
    # The address may be invited again.
    invite(invitation.organisation, invitation.invited_by, email=invitation.email)


def test_a_stranger_neither_revokes_nor_sends_again() -> None:
    invitation = InvitationFactory()
    for stranger in (member_of(OrganisationFactory()), member_of(invitation.organisation, AffiliationRole.EDITOR)):
        for act in (transitions.revoke_invitation, transitions.resend_invitation):
            with pytest.raises(PermissionDenied):
                act(invitation.pk, actor=stranger)


# --- accepting ---


def test_who_accepts_belongs_and_those_who_answer_for_it_are_told() -> None:
    invitation = InvitationFactory(token="yes", role=AffiliationRole.VIEWER)
    other_owner = member_of(invitation.organisation)
    person = UserFactory(email=invitation.email)
    transitions.accept_invitation("yes", actor=person)
    assert role_of(person, invitation.organisation) == AffiliationRole.VIEWER
    accepted = Notification.objects.filter(code="members_invitation_accepted")
    assert {each.recipient for each in accepted} == {invitation.invited_by, other_owner}
    assert Notification.objects.get(code="members_invitation_welcome").recipient == person


def test_a_link_is_used_once() -> None:
    invitation = InvitationFactory(token="once")
    transitions.accept_invitation("once", actor=UserFactory(email=invitation.email))
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("once", actor=UserFactory(), as_another=True)
    assert refused.value.code == "wrong_state"


def test_after_fourteen_days_it_is_over() -> None:
    invitation = InvitationFactory(token="late", over=True)
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("late", actor=UserFactory(email=invitation.email))
    assert refused.value.code == "expired"


def test_another_account_says_first_that_it_is_meant() -> None:
    invitation = InvitationFactory(token="other")
    person = UserFactory(email="hara@elsewhere.example")
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("other", actor=person)
    assert refused.value.code == "other_address"
    assert invitation.email in refused.value.message
    transitions.accept_invitation("other", actor=person, as_another=True)
    assert role_of(person, invitation.organisation) == AffiliationRole.EDITOR
    assert Entry.objects.get(action="invitation.accepted").codes["own_address"] is False


def test_an_address_is_confirmed_before_anybody_accepts() -> None:
    invitation = InvitationFactory(token="unconfirmed")
    person = UserFactory(email=invitation.email, email_confirmed=False)
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("unconfirmed", actor=person, as_another=True)
    assert refused.value.code == "address_not_confirmed"


def test_without_the_link_only_the_invited_accept_or_decline() -> None:
    invitation = InvitationFactory()
    for act in (transitions.accept_own_invitation, transitions.decline_own_invitation):
        with pytest.raises(PermissionDenied):
            act(invitation.pk, actor=invitation.invited_by)
    person = UserFactory(email=invitation.email)
    transitions.accept_own_invitation(invitation.pk, actor=person)
    assert role_of(person, invitation.organisation) == AffiliationRole.EDITOR


def test_nobody_loses_a_role_by_accepting() -> None:
    invitation = InvitationFactory(token="less", role=AffiliationRole.VIEWER)
    own = AffiliationFactory(organisation=invitation.organisation, role=AffiliationRole.OWNER)
    transitions.accept_invitation("less", actor=own.user, as_another=True)
    assert role_of(own.user, invitation.organisation) == AffiliationRole.OWNER
    assert own.user.affiliations.count() == 1


def test_a_request_to_join_is_answered_by_it() -> None:
    invitation = InvitationFactory(token="asked")
    person = UserFactory(email=invitation.email)
    asked = JoinRequestFactory(organisation=invitation.organisation, user=person)
    transitions.accept_invitation("asked", actor=person)
    asked.refresh_from_db()
    assert asked.state == JoinRequestState.ACCEPTED


def test_nobody_joins_what_has_left_meanwhile() -> None:
    invitation = InvitationFactory(token="gone")
    Organisation.objects.update(state=OrganisationState.WITHDRAWN, withdrawn_at=timezone.now())
    with pytest.raises(TransitionError) as refused:
        transitions.accept_invitation("gone", actor=UserFactory(email=invitation.email))
    assert refused.value.code == "not_ongoing"


# --- an account by an invitation ---

NEWCOMER = {"name": "森 春子", "name_kana": "モリ ハルコ", "password": "machi-no-akari-7"}


def test_a_newcomer_has_an_account_whose_address_is_confirmed() -> None:
    invitation = InvitationFactory(token="new")
    user = transitions.join_by_invitation("new", data=NEWCOMER)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (invitation.email, True, True)
    assert user.check_password(NEWCOMER["password"])
    assert role_of(user, invitation.organisation) == AffiliationRole.EDITOR
    assert Consent.objects.filter(user=user).count() == 2


def test_an_account_that_is_there_is_not_taken_over() -> None:
    invitation = InvitationFactory(token="squat")
    somebody = UserFactory(email=invitation.email, email_confirmed=False)
    with pytest.raises(TransitionError) as refused:
        transitions.join_by_invitation("squat", data=NEWCOMER)
    assert refused.value.code == "address_in_use"
    assert not EmailAddress.objects.get(user=somebody).verified


@pytest.mark.parametrize("change", [{"over": True}, {"state": InvitationState.REVOKED}])
def test_no_account_comes_of_what_is_not_open(change: dict[str, Any]) -> None:
    InvitationFactory(token="shut", **change)
    before = User.objects.count()
    with pytest.raises(TransitionError):
        transitions.join_by_invitation("shut", data=NEWCOMER)
    assert User.objects.count() == before


# --- declining ---


def test_who_declines_needs_no_account_and_whoever_invited_is_told() -> None:
    invitation = InvitationFactory(token="no")
    transitions.decline_invitation("no")
    assert reload(invitation).state == InvitationState.DECLINED
    told = Notification.objects.get(code="members_invitation_declined")
    assert told.recipient == invitation.invited_by


def test_a_handover_that_waited_for_it_is_off() -> None:
    for act in ("decline", "revoke"):
        handover = HandoverFactory(invitation__token=act)
        if act == "decline":
            transitions.decline_invitation(act)
        else:
            transitions.revoke_invitation(handover.invitation.pk, actor=handover.leaver)
        handover.refresh_from_db()
        assert handover.state == "cancelled"


def test_an_inviter_who_left_meanwhile_is_told_nothing() -> None:
    invitation = InvitationFactory(token="left")
    remaining = member_of(invitation.organisation)
    Affiliation.objects.filter(user=invitation.invited_by).update(ended_at=timezone.now())
    transitions.decline_invitation("left")
    assert {each.recipient for each in Notification.objects.all()} == {remaining}


def test_the_mail_of_a_handover_says_so() -> None:
    own = AffiliationFactory()
    transitions.plan_handover(
        own.pk, invite={"email": "mori@machi.example", "name": "森 春子"}, note="", actor=own.user
    )
    assert "引き継ぎ書" in Message.objects.get(code="members_invitation").text_body
    assert link_to("mori@machi.example")


def test_what_waits_for_an_answer_ends_with_the_organisation() -> None:
    organisation = OrganisationFactory()
    owner, leaver = member_of(organisation), member_of(organisation)
    waiting = InvitationFactory(organisation=organisation, invited_by=owner)
    handover = HandoverFactory(organisation=organisation, leaver=leaver, invitation=waiting)
    declined = InvitationFactory(organisation=organisation, invited_by=owner, state=InvitationState.DECLINED)
    elsewhere = InvitationFactory()
    transitions.withdraw_organisation(organisation.pk, actor=owner)
    handover.refresh_from_db()
    states = [reload(each).state for each in (waiting, declined, elsewhere)]
    assert states == [InvitationState.REVOKED, InvitationState.DECLINED, InvitationState.SENT]
    assert handover.state == HandoverState.CANCELLED
    assert Entry.objects.about(waiting).filter(action="invitation.revoked", actor=owner).count() == 1


def test_an_applicant_that_is_turned_down_invites_nobody_any_more() -> None:
    organisation = OrganisationFactory(state=OrganisationState.APPLIED)
    waiting = InvitationFactory(organisation=organisation)
    transitions.reject_organisation(organisation.pk, message="営利の勧誘とうかがいました。", actor=StaffFactory())
    assert reload(waiting).state == InvitationState.REVOKED
