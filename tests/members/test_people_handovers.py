"""Handing over: what passes, who loses and gains what, and what the brief says."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from matching.enums import IntroductionState, PostState
from matching.models import Introduction, Post
from members import transitions
from members.enums import AffiliationRole, HandoverState, InvitationState, OrganisationState
from members.handing_over import shown
from members.handover_document import handover_brief
from members.models import Affiliation, Handover, Organisation, User
from tests.factories.consents import ReconfirmationReplyFactory
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.factories.people import HandoverFactory, InvitationFactory
from tests.members.people import token_to
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import Conversation, ConversationMessage, ReadMark
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaving() -> Affiliation:
    """The place of an owner who leaves, with a colleague who stays as owner too."""
    own: Affiliation = AffiliationFactory()
    member_of(own.organisation)
    return own


def pass_to(own: Affiliation, successor: User, *, actor: User | None = None, note: str = "") -> Handover:
    return transitions.plan_handover(own.pk, successor=successor, note=note, actor=actor or own.user)


def current_role(user: User, organisation: Organisation) -> str | None:
    found = Affiliation.objects.current().filter(user=user, organisation=organisation)
    return found.values_list("role", flat=True).first()


def told(code: str) -> set[User]:
    return {each.recipient for each in Notification.objects.filter(code=code).select_related("recipient")}


# --- at once, to a colleague ---


def test_open_posts_pass_and_what_is_over_stays(leaving: Affiliation) -> None:
    organisation, leaver = leaving.organisation, leaving.user
    successor = member_of(organisation, AffiliationRole.VIEWER)
    mine = PostFactory(organisation=organisation, author=leaver, contact=leaver)
    written = PostFactory(organisation=organisation, author=leaver, state=PostState.DRAFT)
    over = PostFactory(organisation=organisation, author=leaver, contact=leaver, state=PostState.CLOSED)
    colleagues = PostFactory(organisation=organisation, contact=member_of(organisation))
    elsewhere = PostFactory(contact=leaver)
    handover = pass_to(leaving, successor)
    contacts = {post.pk: post.contact for post in Post.objects.select_related("contact")}
    assert contacts[mine.pk] == contacts[written.pk] == successor
    assert contacts[over.pk] == leaver
    assert contacts[colleagues.pk] == colleagues.contact
    assert contacts[elsewhere.pk] == leaver
    assert (handover.state, handover.successor) == (HandoverState.DONE, successor)
    assert current_role(leaver, organisation) is None
    assert current_role(successor, organisation) == AffiliationRole.OWNER


def test_a_stronger_successor_keeps_the_role() -> None:
    own = AffiliationFactory(role=AffiliationRole.EDITOR)
    owner = member_of(own.organisation)
    pass_to(own, owner)
    assert current_role(owner, own.organisation) == AffiliationRole.OWNER


def test_everybody_whom_it_concerns_is_told(leaving: Affiliation) -> None:
    successor = member_of(leaving.organisation, AffiliationRole.EDITOR)
    others = set(leaving.organisation.people(AffiliationRole.OWNER)) - {leaving.user, successor}
    pass_to(leaving, successor, note="来月の下見をお願いします。")
    assert told("members_handover_done") == {successor}
    assert told("members_handover_left") == {leaving.user}
    assert told("members_handover_told") == others
    mail = Notification.objects.get(code="members_handover_done").message
    assert mail is not None
    assert "来月の下見をお願いします。" in mail.text_body


def test_what_was_read_stays_read_and_what_was_not_stays_new(leaving: Affiliation) -> None:
    organisation, leaver = leaving.organisation, leaving.user
    successor = member_of(organisation, AffiliationRole.EDITOR)
    partner = OrganisationFactory()
    author = member_of(partner)

    def talk(read: bool) -> Conversation:
        introduction = IntroductionFactory(
            post=PostFactory(organisation=organisation),
            offer=OfferFactory(organisation=partner),
            state=IntroductionState.AGREED,
        )
        conversation = Conversation.objects.about(introduction).get()
        message = ConversationMessage.objects.create(
            conversation=conversation, author=author, speaker=partner.name, side="1", body="こんにちは。"
        )
        if read:
            ReadMark.objects.create(conversation=conversation, user=leaver, read_up_to=message.created_at)
        return conversation

    read, unread, own_reading = talk(True), talk(False), talk(True)
    earlier = timezone.now() - timedelta(days=3)
    ReadMark.objects.create(conversation=own_reading, user=successor, read_up_to=earlier)
    elsewhere = IntroductionFactory(offer=OfferFactory(organisation=partner), state=IntroductionState.AGREED)
    foreign = Conversation.objects.about(elsewhere).get()
    ReadMark.objects.create(conversation=foreign, user=leaver, read_up_to=timezone.now())
    pass_to(leaving, successor)
    new = {each.pk for each in Conversation.objects.unread_by(successor)}
    assert new == {unread.pk, own_reading.pk}
    assert read.pk not in new
    # Of another organisation's conversations nothing is copied.
    assert not ReadMark.objects.filter(conversation=foreign, user=successor).exists()
    assert ReadMark.objects.get(conversation=own_reading, user=successor).read_up_to == earlier


def test_the_brief_tells_what_is_open_and_by_when(leaving: Affiliation) -> None:
    organisation = leaving.organisation
    successor = member_of(organisation, AffiliationRole.EDITOR, name="後任 春子")
    post = PostFactory(organisation=organisation, contact=leaving.user, title="畳の部屋をさがしています")
    introduction = IntroductionFactory(post=post, state=IntroductionState.ASKED)
    JoinRequestFactory(organisation=organisation)
    question = ReconfirmationReplyFactory(organisation=organisation).reconfirmation
    ReconfirmationReplyFactory(organisation=organisation, answer="continue")
    member_of(organisation, AffiliationRole.VIEWER, name="同僚 夏子")
    handover = pass_to(leaving, successor)
    handover.refresh_from_db()
    sections = dict(shown(handover.brief))
    lines = [line for lines in sections.values() for line in lines]
    assert "進んでいるおつなぎ" in sections
    assert any("畳の部屋をさがしています" in line.text and line.url == post.get_absolute_url() for line in lines)
    asked = next(line for line in sections["進んでいるおつなぎ"] if line.url == introduction.get_absolute_url())
    assert asked.due == Introduction.objects.get().respond_by
    assert "お返事を待っている申し込み" in sections
    # Silence is no consent: the one question that nobody has answered yet stands there with its day.
    [going_on] = sections["継続の確認"]
    assert going_on.due == question.deadline
    assert going_on.url == reverse("members:reconfirm", args=[organisation.pk, question.pk])
    colleagues = [line.text for line in sections["いっしょに活動している担当の方"]]
    assert any("同僚 夏子" in line for line in colleagues)
    # Nobody is told of themselves, nor of whoever goes.
    assert not any("後任 春子" in line or str(leaving.user) in line for line in colleagues)


def test_the_brief_is_a_readable_document(leaving: Affiliation) -> None:
    successor = member_of(leaving.organisation, name="後任 春子")
    PostFactory(organisation=leaving.organisation, contact=leaving.user, title='畳の部屋 #strong[*"]')
    handover = pass_to(leaving, successor, note="一行目\n#二行目")
    handover.refresh_from_db()
    reader = PdfReader(io.BytesIO(handover_brief(handover, with_note=True)))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    for words in ("引き継ぎ書", '#strong[*"]', "#二行目", "後任春子さん", leaving.organisation.name):
        assert words in text
    without = PdfReader(io.BytesIO(handover_brief(handover, with_note=False)))
    assert "#二行目" not in "".join(page.extract_text() for page in without.pages)


def test_a_handover_without_anything_open_is_done_too(leaving: Affiliation) -> None:
    successor = member_of(leaving.organisation)
    handover = pass_to(leaving, successor)
    assert handover_brief(handover, with_note=False)
    assert Entry.objects.about(handover).filter(action="handover.done").exists()


# --- by an invitation ---


def invite_successor(own: Affiliation, email: str = "mori@machi.example", actor: User | None = None) -> Handover:
    return transitions.plan_handover(
        own.pk, invite={"email": email, "name": "森 春子"}, note="よろしくお願いします。", actor=actor or own.user
    )


def test_until_the_invited_accept_nothing_changes() -> None:
    own = AffiliationFactory()
    post = PostFactory(organisation=own.organisation, contact=own.user)
    handover = invite_successor(own)
    post.refresh_from_db()
    assert handover.state == HandoverState.PLANNED
    assert handover.invitation is not None
    assert handover.invitation.role == AffiliationRole.OWNER
    assert post.contact == own.user
    assert current_role(own.user, own.organisation) == AffiliationRole.OWNER


def test_accepting_completes_it_even_for_the_last_owner() -> None:
    own = AffiliationFactory()
    post = PostFactory(organisation=own.organisation, contact=own.user)
    handover = invite_successor(own)
    data = {"name": "森 春子", "name_kana": "モリ ハルコ", "password": "machi-no-akari-7"}
    successor = transitions.join_by_invitation(token_to("mori@machi.example"), data=data)
    handover.refresh_from_db()
    post.refresh_from_db()
    assert (handover.state, handover.successor) == (HandoverState.DONE, successor)
    assert post.contact == successor
    assert current_role(successor, own.organisation) == AffiliationRole.OWNER
    assert current_role(own.user, own.organisation) is None


def test_an_invitation_on_its_way_becomes_that_of_the_successor() -> None:
    own = AffiliationFactory()
    waiting = InvitationFactory(organisation=own.organisation, role=AffiliationRole.VIEWER, over=True)
    handover = invite_successor(own, waiting.email)
    waiting.refresh_from_db()
    assert handover.invitation == waiting
    assert (waiting.role, waiting.is_over, waiting.times_sent) == (AffiliationRole.OWNER, False, 2)


def test_a_colleague_is_not_invited_again() -> None:
    own = AffiliationFactory()
    with pytest.raises(ValidationError, match="すでにこの団体の担当者です"):
        invite_successor(own, member_of(own.organisation).email)
    assert not Handover.objects.exists()


def test_the_successor_of_one_is_not_that_of_another_by_one_invitation() -> None:
    own, other = AffiliationFactory(), None
    other = AffiliationFactory(organisation=own.organisation)
    invite_successor(own)
    with pytest.raises(ValidationError, match="ほかの方の引き継ぎ先"):
        invite_successor(other)


def test_called_off_the_link_is_dead_and_all_stays() -> None:
    own = AffiliationFactory()
    handover = invite_successor(own)
    token = token_to("mori@machi.example")
    transitions.cancel_handover(handover.pk, actor=own.user)
    assert handover.invitation is not None
    handover.invitation.refresh_from_db()
    assert handover.invitation.state == InvitationState.REVOKED
    with pytest.raises(TransitionError):
        transitions.accept_invitation(token, actor=UserFactory(email="mori@machi.example"))
    assert current_role(own.user, own.organisation) == AffiliationRole.OWNER
    # Another may be chosen now.
    invite_successor(own, "hara@machi.example")


def test_it_is_complete_only_with_somebody_who_follows() -> None:
    handover = HandoverFactory()
    with pytest.raises(TransitionError) as refused:
        transitions.complete_handover(handover.pk, actor=handover.leaver)
    assert refused.value.code == "no_successor"


def test_who_left_meanwhile_is_still_followed() -> None:
    own = AffiliationFactory()
    owner = member_of(own.organisation)
    post = PostFactory(organisation=own.organisation, contact=own.user)
    invite_successor(own)
    transitions.end_affiliation(own.pk, actor=owner)
    successor = UserFactory(email="mori@machi.example")
    transitions.accept_invitation(token_to("mori@machi.example"), actor=successor)
    post.refresh_from_db()
    assert post.contact == successor


# --- who may ---


def test_an_owner_hands_over_for_somebody_who_has_gone() -> None:
    gone = AffiliationFactory(ended_at=timezone.now(), role=AffiliationRole.EDITOR)
    owner = member_of(gone.organisation)
    post = PostFactory(organisation=gone.organisation, author=gone.user, contact=gone.user)
    transitions.plan_handover(gone.pk, successor=owner, note="", actor=owner)
    post.refresh_from_db()
    assert post.contact == owner


def test_the_office_hands_over_where_nobody_is_left() -> None:
    gone = AffiliationFactory(ended_at=timezone.now())
    handover = transitions.plan_handover(
        gone.pk, invite={"email": "mori@machi.example", "name": ""}, note="", actor=StaffFactory()
    )
    assert handover.state == HandoverState.PLANNED


def test_others_hand_nothing_over(leaving: Affiliation) -> None:
    successor = member_of(leaving.organisation)
    for stranger in (
        member_of(leaving.organisation, AffiliationRole.EDITOR),
        member_of(OrganisationFactory()),
        UserFactory(),
    ):
        with pytest.raises(PermissionDenied):
            pass_to(leaving, successor, actor=stranger)
    gone = AffiliationFactory(organisation=leaving.organisation, ended_at=timezone.now())
    with pytest.raises(PermissionDenied):
        pass_to(gone, successor)


def test_a_stranger_neither_calls_off_nor_completes() -> None:
    handover = HandoverFactory()
    for act in (transitions.cancel_handover, transitions.complete_handover):
        with pytest.raises(PermissionDenied):
            act(handover.pk, actor=member_of(OrganisationFactory()))
        with pytest.raises(PermissionDenied):
            act(handover.pk, actor=member_of(handover.organisation, AffiliationRole.EDITOR))


@pytest.mark.parametrize("who", ["oneself", "stranger", "gone", "inactive"])
def test_the_successor_is_somebody_else_who_belongs_now(leaving: Affiliation, who: str) -> None:
    organisation = leaving.organisation
    successor = {
        "oneself": lambda: leaving.user,
        "stranger": UserFactory,
        "gone": lambda: AffiliationFactory(organisation=organisation, ended_at=timezone.now()).user,
        "inactive": lambda: member_of(organisation, is_active=False),
    }[who]()
    with pytest.raises(ValidationError) as refused:
        pass_to(leaving, successor)
    assert "successor" in refused.value.message_dict


def test_one_handover_at_a_time() -> None:
    own = AffiliationFactory()
    invite_successor(own)
    with pytest.raises(TransitionError) as refused:
        invite_successor(own, "hara@machi.example")
    assert refused.value.code == "planned_already"


def test_an_old_place_of_somebody_who_came_back_is_not_handed_over() -> None:
    gone = AffiliationFactory(ended_at=timezone.now())
    AffiliationFactory(organisation=gone.organisation, user=gone.user)
    with pytest.raises(TransitionError) as refused:
        pass_to(gone, member_of(gone.organisation), actor=StaffFactory())
    assert refused.value.code == "ended"


def test_a_note_too_long_and_an_organisation_that_left_are_refused(leaving: Affiliation) -> None:
    successor = member_of(leaving.organisation)
    with pytest.raises(ValidationError) as refused:
        pass_to(leaving, successor, note="あ" * 2001)
    assert "note" in refused.value.message_dict
    Organisation.objects.update(state=OrganisationState.WITHDRAWN, withdrawn_at=timezone.now())
    with pytest.raises(TransitionError):
        pass_to(leaving, successor)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_as_much_for_three_posts_as_for_one(
    leaving: Affiliation, count: int, django_assert_num_queries: Any
) -> None:
    successor = member_of(leaving.organisation)
    for _ in range(count):
        post = PostFactory(organisation=leaving.organisation, contact=leaving.user)
        IntroductionFactory(post=post)
    # The last to come: one question for the calls to colleagues that the person coordinates.
    with django_assert_num_queries(60):
        pass_to(leaving, successor)
