"""An account is deleted: nothing tells any more who it was, and the figures stay true."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.enums import PostState
from matching.models import Outcome, Post
from members import transitions
from members.enums import AffiliationRole, ErasureReason, InvitationState, JoinRequestState, OrganisationState
from members.models import Affiliation, Consent, Handover, Invitation, JoinRequest, Organisation, User
from members.signals import person_erased
from tests.factories.consents import ReferralFactory
from tests.factories.lifecycle import EMAIL, NAME, WORDS, a_person_everywhere, places_of
from tests.factories.members import (
    PASSWORD,
    AffiliationFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.members.test_at_once import at_once
from tomoiki.audit.actors import RETENTION
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import ConversationMessage
from tomoiki.notifications import engine
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import NOBODY, Message, Notification
from tomoiki.pages.figures import count_figures
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


class Postman:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        self.taken.append(recipient)


def _carry_out(postman: Postman) -> None:
    engine.send_due(transport=postman)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_nothing_in_the_database_tells_who_it_was() -> None:
    user = a_person_everywhere(OrganisationFactory())
    # The scan finds what stands there: it could fail.
    assert len(places_of(*WORDS)) > 30
    transitions.erase_person(user.pk, actor=user)
    # One mail is on its way to the old address; when it has gone, the address has too.
    assert places_of(*WORDS) == ["notifications_message.to_address"]
    postman = Postman()
    _carry_out(postman)
    assert postman.taken.count(EMAIL) == 1
    assert places_of(*WORDS) == []


def test_what_was_achieved_stays() -> None:
    user = a_person_everywhere(OrganisationFactory())
    before = count_figures()
    numbers = list(Outcome.objects.order_by("pk").values_list("people_reached", "quantity", "result"))
    transitions.erase_person(user.pk, actor=user)
    assert count_figures() == before
    assert list(Outcome.objects.order_by("pk").values_list("people_reached", "quantity", "result")) == numbers


def test_the_row_stays_and_reads_as_somebody_who_left() -> None:
    user = a_person_everywhere(OrganisationFactory())
    post = Post.objects.filter(author=user, contact=user, state=PostState.PUBLISHED).get()
    agreed = Consent.objects.filter(user=user).count()
    transitions.erase_person(user.pk, actor=user)
    gone = User.objects.get(pk=user.pk)
    assert str(gone) == "退会した方"
    assert gone.anonymised_at is not None
    assert (gone.is_active, gone.is_staff, gone.has_usable_password()) == (False, False, False)
    assert gone.email.endswith("@erased.invalid")
    post.refresh_from_db()
    assert (post.author, post.contact) == (gone, None)
    assert post.title == "退会した方の教室"
    written = ConversationMessage.objects.filter(author=gone).get()
    assert written.body == "よろしくお願いします。退会した方　退会した方"
    assert Consent.objects.filter(user=gone).count() == agreed


def test_whom_an_organisation_names_to_write_to_is_forgotten_also_after_they_left_it() -> None:
    user = UserFactory(name="森 春子", email="haruko@midori.example", phone="090-0000-0001")
    shared = {"section": "事務局", "phone": "045-000-0000"}
    contact = {**shared, "name": "森　春子", "mail": "haruko@midori.example"}
    organisation = OrganisationFactory(details={"contact": contact})
    AffiliationFactory(organisation=organisation, user=user, ended_at=timezone.now())
    elsewhere = OrganisationFactory(details={"contact": contact})
    transitions.erase_person(user.pk, actor=user)
    organisation.refresh_from_db()
    elsewhere.refresh_from_db()
    assert organisation.details["contact"] == shared
    # Where they never were it is somebody of the same name.
    assert elsewhere.details["contact"] == contact
    (entry,) = Entry.objects.about(organisation).filter(action="organisation.contact_person_forgotten")
    assert entry.fields == ["details.contact"]


def test_every_way_in_is_closed(client: Client) -> None:
    user = a_person_everywhere(OrganisationFactory())
    elsewhere = Client()
    assert elsewhere.login(username=EMAIL, password=PASSWORD)
    transitions.erase_person(user.pk, actor=user)
    assert elsewhere.get(reverse("members:account")).status_code == 302
    assert not client.login(username=EMAIL, password=PASSWORD)
    assert not EmailAddress.objects.filter(user=user).exists()
    assert not Authenticator.objects.filter(user=user).exists()


def test_what_waited_for_them_is_called_off() -> None:
    organisation = OrganisationFactory()
    user = a_person_everywhere(organisation)
    transitions.erase_person(user.pk, actor=user)
    assert not Affiliation.objects.current().filter(user=user).exists()
    assert set(JoinRequest.objects.filter(user=user).values_list("state", flat=True)) == {
        JoinRequestState.WITHDRAWN,
        JoinRequestState.REFUSED,
    }
    assert set(Handover.objects.filter(leaver=user).values_list("state", flat=True)) == {"cancelled"}
    # What they sent in the organisation's name still stands; what was sent to them is answered.
    assert Invitation.objects.get(invited_by=user).state == InvitationState.SENT
    assert Invitation.objects.filter(email="").count() == 2
    assert not Message.objects.filter(state=MessageState.QUEUED, text_body__contains="letter").exists()
    queued = Message.objects.filter(key__startswith="letter-").values_list("state", "to_address")
    assert (MessageState.CANCELLED, NOBODY) in queued


def test_their_colleagues_hear_of_it_without_a_name() -> None:
    organisation = OrganisationFactory()
    user = a_person_everywhere(organisation)
    transitions.erase_person(user.pk, actor=user)
    [notice] = Notification.objects.filter(code="members_colleague_gone")
    assert "2件" in notice.digest_text
    assert NAME not in notice.subject


def test_the_trail_tells_that_and_by_whom() -> None:
    user = UserFactory()
    transitions.erase_person(user.pk, actor=user)
    entry = Entry.objects.about(user).get(action="user.erased")
    assert (entry.actor, entry.codes) == (user, {"reason": "own"})


def test_the_last_to_answer_for_an_organisation_cannot_go() -> None:
    organisation = OrganisationFactory(name="ひとりの会")
    user = member_of(organisation)
    member_of(organisation, AffiliationRole.EDITOR)
    with pytest.raises(TransitionError) as refusal:
        transitions.erase_person(user.pk, actor=user)
    assert refusal.value.code == "last_owner"
    assert "「ひとりの会」" in refusal.value.message
    user.refresh_from_db()
    assert user.anonymised_at is None
    AffiliationFactory(organisation=organisation)
    transitions.erase_person(user.pk, actor=user)


@pytest.mark.parametrize(
    ("state", "goes"),
    [
        (OrganisationState.APPLIED, False),
        (OrganisationState.RETURNED, False),
        (OrganisationState.APPROVED, False),
        (OrganisationState.SUSPENDED, False),
        (OrganisationState.REJECTED, True),
        (OrganisationState.WITHDRAWN, True),
    ],
)
def test_what_is_over_holds_nobody_back(state: str, goes: bool) -> None:
    user = member_of(OrganisationFactory(state=state))
    if goes:
        assert transitions.erase_person(user.pk, actor=user).anonymised_at is not None
        return
    with pytest.raises(TransitionError):
        transitions.erase_person(user.pk, actor=user)


def test_an_owner_who_is_gone_does_not_count() -> None:
    organisation = OrganisationFactory()
    user = member_of(organisation)
    AffiliationFactory(organisation=organisation, user=UserFactory(is_active=False))
    with pytest.raises(TransitionError):
        transitions.erase_person(user.pk, actor=user)


def test_a_registration_that_was_never_sent_goes_with_its_writer() -> None:
    draft = OrganisationFactory(state=OrganisationState.DRAFT)
    user = member_of(draft)
    transitions.erase_person(user.pk, actor=user)
    assert not Organisation.objects.filter(pk=draft.pk).exists()


def test_whoever_bears_the_same_name_is_left_alone() -> None:
    user, namesake = UserFactory(name="見本 花子"), UserFactory(name="見本 花子")
    organisation = OrganisationFactory()
    AffiliationFactory(organisation=organisation, user=user, role=AffiliationRole.EDITOR)
    notice = Notification.objects.create(
        key="x",
        recipient=namesake,
        code="test",
        topic="account",
        urgency="bell",
        subject="見本 花子さんが加わりました",
        reason="本人のため",
    )
    transitions.erase_person(user.pk, actor=user)
    notice.refresh_from_db()
    assert notice.subject == "見本 花子さんが加わりました"
    assert str(User.objects.get(pk=namesake.pk)) == "見本 花子"


# --- who may ---


def test_nobody_else_may() -> None:
    organisation = OrganisationFactory()
    owner, user = member_of(organisation), member_of(organisation, AffiliationRole.EDITOR)
    for stranger in (owner, UserFactory()):
        with pytest.raises(PermissionDenied):
            transitions.erase_person(user.pk, actor=stranger)


def test_the_office_may_for_a_reason() -> None:
    staff, user = StaffFactory(), UserFactory()
    transitions.erase_person(user.pk, actor=staff, reason=ErasureReason.PASSED_AWAY)
    assert Entry.objects.about(user).get(action="user.erased").codes == {"reason": "passed_away"}
    assert "事務局が" in Message.objects.get(code="members_account_deleted").text_body


def test_one_of_the_office_is_erased_by_a_colleague_alone() -> None:
    staff, colleague = StaffFactory(), StaffFactory()
    with pytest.raises(PermissionDenied):
        transitions.erase_person(staff.pk, actor=staff)
    transitions.erase_person(staff.pk, actor=colleague)
    staff.refresh_from_db()
    assert (staff.is_staff, staff.groups.count()) == (False, 0)


def test_upper_apps_may_stop_it() -> None:
    user = UserFactory()

    def refuse(**kwargs: object) -> None:
        raise TransitionError("teaches", "講座の担当です。")

    person_erased.connect(refuse)
    try:
        with pytest.raises(TransitionError):
            transitions.erase_person(user.pk, actor=user)
    finally:
        person_erased.disconnect(refuse)
    user.refresh_from_db()
    assert user.name


def test_the_portal_itself_may() -> None:
    user = UserFactory()
    assert transitions.erase_person(user.pk, actor=RETENTION, reason=ErasureReason.RETENTION).anonymised_at


# --- two at once ---


@pytest.mark.django_db(transaction=True)
def test_a_double_click_deletes_once() -> None:
    user = UserFactory()
    assert at_once(*[lambda: transitions.erase_person(user.pk, actor=User.objects.get(pk=user.pk))] * 2) == [
        "done",
        "done",
    ]
    assert Entry.objects.about(user).filter(action="user.erased").count() == 1
    assert Message.objects.filter(code="members_account_deleted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_delete_at_once_leave_one() -> None:
    organisation = OrganisationFactory()
    one, other = member_of(organisation), member_of(organisation)
    assert at_once(
        lambda: transitions.erase_person(one.pk, actor=one), lambda: transitions.erase_person(other.pk, actor=other)
    ) == ["done", "last_owner"]


@pytest.mark.django_db(transaction=True)
def test_deleting_while_somebody_hands_over_to_one() -> None:
    organisation = OrganisationFactory()
    leaver, successor = member_of(organisation), member_of(organisation, AffiliationRole.EDITOR)
    place = Affiliation.objects.get(user=leaver)

    def hand_over() -> None:
        transitions.plan_handover(place.pk, successor=successor, note="", actor=leaver)

    results = at_once(hand_over, lambda: transitions.erase_person(successor.pk, actor=successor))
    # Whoever came first: an owner remains, and a person who is gone owns nothing.
    owners = organisation.people(AffiliationRole.OWNER)
    assert owners.count() == 1
    assert results in (["done", "last_owner"], ["done", "invalid"])


@pytest.mark.django_db(transaction=True)
def test_deleting_while_the_organisation_is_withdrawn() -> None:
    organisation = OrganisationFactory()
    user = member_of(organisation)
    results = at_once(
        lambda: transitions.withdraw_organisation(organisation.pk, actor=user),
        lambda: transitions.erase_person(user.pk, actor=user),
    )
    assert results in (["done", "done"], ["done", "last_owner"])


def test_a_registration_that_was_never_sent_gives_its_link_back() -> None:
    user = UserFactory(email_confirmed=False)
    draft = OrganisationFactory(state=OrganisationState.DRAFT)
    AffiliationFactory(organisation=draft, user=user, role=AffiliationRole.OWNER)
    referral = ReferralFactory(invited=draft, sharing="membership", consented_by=user)
    transitions.erase_person(user.pk, actor=StaffFactory(), reason=ErasureReason.ASKED)
    referral.refresh_from_db()
    assert (referral.invited, referral.sharing, referral.consented_by) == (None, "nothing", None)
    assert not Organisation.objects.filter(pk=draft.pk).exists()
