"""From a draft to a decision: who may do what, from which state, and what follows."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError

from members import transitions
from members.enums import AffiliationRole, JoinRequestState, OrganisationKind, OrganisationState
from members.models import Affiliation, JoinRequest, Organisation, RegistrationDraft, User
from members.receivers import go_on_once_confirmed
from members.signals import organisation_reinstated, organisation_suspended, organisation_withdrawn
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.audit.actors import REGISTRATION
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

DATA: dict[str, Any] = {
    "kind": OrganisationKind.NPO,
    "name": "NPO法人 みどりの縁側",
    "name_kana": "ミドリノエンガワ",
    "corporate_number": "5835678256246",
    "postal_code": "2510024",
    "address": "藤沢市鵠沼橘1-1",
    "description": "縁側でお茶を飲む会です。",
}


def told(code: str) -> set[User]:
    return {each.recipient for each in Notification.objects.filter(code=code).select_related("recipient")}


def trail(obj: Any) -> list[tuple[str, str, str]]:
    return [(entry.action, entry.before, entry.after) for entry in Entry.objects.about(obj)]


# --- applying ---


def test_who_has_confirmed_their_address_applies_at_once() -> None:
    user, office = UserFactory(), StaffFactory()
    organisation = transitions.register_organisation(DATA, user=user, title="事務局長", actor=user)
    assert organisation.state == OrganisationState.APPLIED
    assert organisation.applied_at is not None
    affiliation = Affiliation.objects.get(organisation=organisation)
    assert (affiliation.user, affiliation.role, affiliation.title) == (user, AffiliationRole.OWNER, "事務局長")
    assert [action for action, _, _ in trail(organisation)] == ["organisation.registered", "organisation.applied"]
    assert told("members_application_received") == {user}
    assert told("members_application_waiting") == {office}


def test_nobody_sees_an_application_before_the_address_is_confirmed() -> None:
    user = UserFactory(email_confirmed=False)
    StaffFactory()
    organisation = transitions.register_organisation(DATA, user=user, actor=REGISTRATION)
    assert organisation.state == OrganisationState.DRAFT
    assert list(Organisation.objects.waiting_for_staff()) == []
    assert not Notification.objects.exists()
    with pytest.raises(TransitionError) as refused:
        transitions.submit_application(organisation.pk, actor=user)
    assert refused.value.code == "address_not_confirmed"
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.DRAFT


def test_confirming_the_address_brings_the_application_to_the_office_once() -> None:
    user, office = UserFactory(email_confirmed=False), StaffFactory()
    organisation = transitions.register_organisation(DATA, user=user, actor=REGISTRATION)
    address = EmailAddress.objects.get(user=user)
    address.verified = True
    address.save()
    for _ in range(2):
        go_on_once_confirmed(EmailAddress, email_address=address)
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.APPLIED
    assert Message.objects.filter(to_address=office.email).count() == 1


def test_confirming_passes_on_the_wish_to_join() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    user = UserFactory()
    RegistrationDraft.objects.create(
        user=user,
        data={"join": organisation.pk, "person": {"message": "広報の係です"}, "waits_for_confirmation": True},
    )
    transitions.settle_registration(user, actor=REGISTRATION)
    request = JoinRequest.objects.get(organisation=organisation, user=user)
    assert request.message == "広報の係です"
    assert told("members_join_requested") == {owner}
    assert not RegistrationDraft.objects.exists()


def test_who_comes_second_with_a_corporate_number_asks_to_join_instead() -> None:
    """Both filled in the form before either had opened the mail."""
    first, second = UserFactory(email_confirmed=False), UserFactory(email_confirmed=False)
    earlier = transitions.register_organisation(DATA, user=first, actor=REGISTRATION)
    later = transitions.register_organisation({**DATA, "name": "みどり"}, user=second, actor=REGISTRATION)
    EmailAddress.objects.update(verified=True)
    transitions.settle_registration(first, actor=REGISTRATION)
    transitions.settle_registration(second, actor=REGISTRATION)
    assert not Organisation.objects.filter(pk=later.pk).exists()
    request = JoinRequest.objects.get()
    assert (request.organisation, request.user, request.state) == (earlier, second, JoinRequestState.WAITING)
    assert told("members_join_sent") == {second}


def test_a_corporate_number_is_registered_once() -> None:
    OrganisationFactory(corporate_number=DATA["corporate_number"])
    user = UserFactory()
    with pytest.raises(TransitionError) as refused:
        transitions.register_organisation(DATA, user=user, actor=user)
    assert refused.value.code == "already_registered"
    assert Organisation.objects.count() == 1


def test_nobody_registers_in_another_persons_name() -> None:
    with pytest.raises(PermissionDenied):
        transitions.register_organisation(DATA, user=UserFactory(), actor=UserFactory())


@pytest.mark.parametrize("wrong", [{"kind": "other"}, {"kind": "guild"}, {"name": ""}, {"website": "javascript:x"}])
def test_what_may_not_be_stored_is_refused(wrong: dict[str, str]) -> None:
    user = UserFactory()
    with pytest.raises(ValidationError):
        transitions.register_organisation({**DATA, **wrong}, user=user, actor=user)
    assert not Organisation.objects.exists()


def test_an_applicant_cannot_set_what_is_the_offices_to_set() -> None:
    user = UserFactory()
    with pytest.raises(TypeError):
        transitions.register_organisation({**DATA, "state": "approved"}, user=user, actor=user)


# --- decisions ---

DECISIONS: dict[str, tuple[Callable[..., Organisation], OrganisationState, OrganisationState, dict[str, str]]] = {
    "approve": (transitions.approve_organisation, OrganisationState.APPLIED, OrganisationState.APPROVED, {}),
    "return": (
        transitions.return_organisation,
        OrganisationState.APPLIED,
        OrganisationState.RETURNED,
        {"message": "活動の場所を教えてください。"},
    ),
    "reject": (
        transitions.reject_organisation,
        OrganisationState.APPLIED,
        OrganisationState.REJECTED,
        {"message": "営業のための登録とお見受けしました。"},
    ),
    "suspend": (
        transitions.suspend_organisation,
        OrganisationState.APPROVED,
        OrganisationState.SUSPENDED,
        {"message": "ご連絡がとれないためです。"},
    ),
    "reinstate": (transitions.reinstate_organisation, OrganisationState.SUSPENDED, OrganisationState.APPROVED, {}),
}
NOTICES = {
    "approve": "members_application_approved",
    "return": "members_application_returned",
    "reject": "members_application_rejected",
    "suspend": "members_organisation_suspended",
    "reinstate": "members_organisation_reinstated",
}


@pytest.mark.parametrize("name", DECISIONS)
def test_staff_decide_and_the_people_are_told(name: str) -> None:
    decide, before, after, words = DECISIONS[name]
    organisation = OrganisationFactory(state=before)
    owner, editor = member_of(organisation), member_of(organisation, AffiliationRole.EDITOR)
    member_of(organisation, AffiliationRole.VIEWER)
    decide(organisation.pk, actor=StaffFactory(), **words)
    organisation.refresh_from_db()
    assert organisation.state == after
    assert (organisation.approved_at is not None) == (name in ("approve", "suspend", "reinstate"))
    assert organisation.staff_message == words.get("message", "")
    assert [(before_, after_) for _, before_, after_ in trail(organisation)] == [(before, after)]
    assert told(NOTICES[name]) == {owner, editor}
    for message in Message.objects.filter(code=NOTICES[name]):
        assert organisation.name in message.text_body
        assert words.get("message", "") in message.text_body


@pytest.mark.parametrize("name", DECISIONS)
def test_nobody_but_staff_decides(name: str) -> None:
    decide, before, _, words = DECISIONS[name]
    organisation = OrganisationFactory(state=before)
    for person in (member_of(organisation), UserFactory(), StaffFactory(is_active=False)):
        with pytest.raises(PermissionDenied):
            decide(organisation.pk, actor=person, **words)
    organisation.refresh_from_db()
    assert organisation.state == before
    assert not Notification.objects.exists()


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_needs_its_state(name: str) -> None:
    decide, before, _, words = DECISIONS[name]
    office = StaffFactory()
    for state in OrganisationState:
        if state == before:
            continue
        organisation = OrganisationFactory(state=state)
        with pytest.raises(TransitionError) as refused:
            decide(organisation.pk, actor=office, **words)
        assert refused.value.code == "wrong_state"
        assert state.label in refused.value.message


@pytest.mark.parametrize("name", ["return", "reject", "suspend"])
def test_a_no_needs_its_reason(name: str) -> None:
    decide, before, _, _ = DECISIONS[name]
    organisation = OrganisationFactory(state=before)
    with pytest.raises(ValidationError) as refused:
        decide(organisation.pk, actor=StaffFactory(), message=" 　\n")
    assert list(refused.value.message_dict) == ["message"]


def test_who_mended_the_application_applies_again_and_the_office_is_told_again() -> None:
    office = StaffFactory()
    user = UserFactory()
    organisation = transitions.register_organisation(DATA, user=user, actor=user)
    transitions.return_organisation(organisation.pk, message="名前を正式なものに。", actor=office)
    organisation = transitions.resubmit_organisation(
        organisation.pk, data={"name": "NPO法人 みどりのえんがわ"}, actor=user
    )
    assert (organisation.state, organisation.staff_message) == (OrganisationState.APPLIED, "")
    entry = Entry.objects.about(organisation).get(action="organisation.resubmitted")
    assert entry.fields == ["name"]
    # The trail names fields; what stood in them is nobody's business there.
    assert "みどり" not in str(entry.codes)
    assert Message.objects.filter(code="members_application_waiting", to_address=office.email).count() == 2
    transitions.return_organisation(organisation.pk, message="もう一つだけ。", actor=office)
    assert Message.objects.filter(code="members_application_returned").count() == 2


def test_only_an_owner_mends_and_only_what_was_returned() -> None:
    organisation = OrganisationFactory(state=OrganisationState.RETURNED)
    owner = member_of(organisation)
    for person in (member_of(organisation, AffiliationRole.EDITOR), UserFactory(), StaffFactory()):
        with pytest.raises(PermissionDenied):
            transitions.resubmit_organisation(organisation.pk, data={}, actor=person)
    transitions.resubmit_organisation(organisation.pk, data={}, actor=owner)
    with pytest.raises(TransitionError):
        transitions.resubmit_organisation(organisation.pk, data={}, actor=owner)


def test_a_number_taken_meanwhile_is_told_beside_its_field() -> None:
    OrganisationFactory(corporate_number=DATA["corporate_number"])
    organisation = OrganisationFactory(state=OrganisationState.RETURNED)
    owner = member_of(organisation)
    with pytest.raises(ValidationError) as refused:
        transitions.resubmit_organisation(
            organisation.pk, data={"corporate_number": DATA["corporate_number"]}, actor=owner
        )
    assert "すでに登録されています" in str(refused.value.messages)
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.RETURNED


# --- signals, leaving ---


@pytest.mark.parametrize(
    ("name", "signal"), [("suspend", organisation_suspended), ("reinstate", organisation_reinstated)]
)
def test_upper_apps_hear_of_it_inside_the_transaction(name: str, signal: Any) -> None:
    decide, before, after, words = DECISIONS[name]
    organisation = OrganisationFactory(state=before)
    heard: list[str] = []

    def fails(organisation: Organisation, **kwargs: Any) -> None:
        heard.append(organisation.state)
        raise RuntimeError("a post could not be paused")

    signal.connect(fails)
    try:
        with pytest.raises(RuntimeError):
            decide(organisation.pk, actor=StaffFactory(), **words)
    finally:
        signal.disconnect(fails)
    assert heard == [after]
    organisation.refresh_from_db()
    assert organisation.state == before


@pytest.mark.parametrize("state", [OrganisationState.APPROVED, OrganisationState.SUSPENDED])
def test_an_owner_leaves_with_the_organisation(state: OrganisationState) -> None:
    organisation = OrganisationFactory(state=state)
    owner, office = member_of(organisation), StaffFactory()
    request = JoinRequestFactory(organisation=organisation)
    heard: list[Any] = []
    receiver = lambda **kwargs: heard.append(kwargs["organisation"].pk)  # noqa: E731 - a signal holds it weakly
    organisation_withdrawn.connect(receiver)
    try:
        transitions.withdraw_organisation(organisation.pk, actor=owner)
    finally:
        organisation_withdrawn.disconnect(receiver)
    organisation.refresh_from_db()
    request.refresh_from_db()
    assert organisation.state == OrganisationState.WITHDRAWN
    assert heard == [organisation.pk]
    assert request.state == JoinRequestState.REFUSED
    assert told("members_organisation_withdrawn") == {owner}
    assert told("members_organisation_left") == {office}
    assert told("members_join_refused") == {request.user}
    with pytest.raises(TransitionError):
        transitions.withdraw_organisation(organisation.pk, actor=owner)


def test_an_editor_does_not_withdraw_the_organisation() -> None:
    organisation = OrganisationFactory()
    for person in (member_of(organisation, AffiliationRole.EDITOR), UserFactory()):
        with pytest.raises(PermissionDenied):
            transitions.withdraw_organisation(organisation.pk, actor=person)


# --- the profile ---


def test_owner_and_editor_keep_the_profile() -> None:
    organisation = OrganisationFactory(description="")
    for role in (AffiliationRole.OWNER, AffiliationRole.EDITOR):
        words = f"紹介 {role}"
        transitions.update_profile(organisation.pk, data={"description": words}, actor=member_of(organisation, role))
        organisation.refresh_from_db()
        assert organisation.description == words
    with pytest.raises(PermissionDenied):
        transitions.update_profile(organisation.pk, data={}, actor=member_of(organisation, AffiliationRole.VIEWER))


def test_nothing_changed_leaves_no_trace() -> None:
    organisation = OrganisationFactory()
    before = organisation.updated_at
    transitions.update_profile(
        organisation.pk, data={"description": organisation.description}, actor=member_of(organisation)
    )
    organisation.refresh_from_db()
    assert organisation.updated_at == before
    assert trail(organisation) == []


def test_what_an_organisation_is_is_changed_by_staff_only() -> None:
    organisation = OrganisationFactory()
    with pytest.raises(TypeError):
        transitions.update_profile(organisation.pk, data={"name": "別の名前"}, actor=member_of(organisation))
    changed = transitions.update_profile(organisation.pk, data={"name": "株式会社別の名前"}, actor=StaffFactory())
    changed.refresh_from_db()
    assert (changed.name, changed.name_normalised) == ("株式会社別の名前", "別ノ名前")


def test_two_editors_do_not_overwrite_each_other_unseen() -> None:
    organisation = OrganisationFactory()
    seen = organisation.updated_at
    first, second = member_of(organisation), member_of(organisation, AffiliationRole.EDITOR)
    transitions.update_profile(organisation.pk, data={"description": "一人目"}, version=seen, actor=first)
    with pytest.raises(TransitionError) as refused:
        transitions.update_profile(organisation.pk, data={"description": "二人目"}, version=seen, actor=second)
    assert refused.value.code == "changed_meanwhile"
    organisation.refresh_from_db()
    assert organisation.description == "一人目"


@pytest.mark.parametrize("state", [OrganisationState.APPLIED, OrganisationState.WITHDRAWN, OrganisationState.REJECTED])
def test_the_profile_waits_for_the_registration(state: OrganisationState) -> None:
    organisation = OrganisationFactory(state=state)
    with pytest.raises(TransitionError):
        transitions.update_profile(
            organisation.pk, data={"description": "新しい"}, actor=AffiliationFactory(organisation=organisation).user
        )


def test_whoever_asked_to_join_an_applicant_that_is_turned_down_has_an_answer() -> None:
    organisation = OrganisationFactory(state=OrganisationState.APPLIED)
    asked = JoinRequestFactory(organisation=organisation)
    transitions.reject_organisation(organisation.pk, message="営利の勧誘とうかがいました。", actor=StaffFactory())
    asked.refresh_from_db()
    assert asked.state == JoinRequestState.REFUSED
    assert Notification.objects.filter(recipient=asked.user).exists()


def test_the_wish_to_join_follows_an_organisation_into_the_one_that_it_went_up_in() -> None:
    user = UserFactory()
    remains = OrganisationFactory()
    wanted = OrganisationFactory(state=OrganisationState.MERGED, merged_into=remains)
    RegistrationDraft.objects.create(user=user, data={"join": wanted.pk, "waits_for_confirmation": True})
    transitions.settle_registration(user, actor=REGISTRATION)
    assert JoinRequest.objects.get().organisation == remains
