"""How an introduction begins, and how it ends before everybody has said yes."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Answer, Direction, IntroductionState, Origin
from matching.enums.doors import Purpose
from matching.freshness import mark_stale_in
from matching.models import Introduction, Participant, Post
from matching.notices.introductions import (
    AnswerReminder,
    HandRaised,
    IntroductionAsked,
    IntroductionLapsed,
    IntroductionWithdrawn,
)
from matching.notices.staff import (
    StaffIntroductionLapsed,
)
from matching.transitions.bystanders import over, review_inquiry
from matching.transitions.checks import (
    MAX_MESSAGE,
    MAX_NOTE,
    answer_due,
    check_brought,
    limited,
    person,
    require_active,
    require_no_open_pair,
    require_open,
    require_room,
)
from matching.transitions.giving import require_quota
from matching.transitions.locks import lock_introduction, lock_owners, lock_posts
from matching.transitions.pairs import is_same_side, pair_key
from matching.transitions.told import ONLINE, Told, spoken_for
from matching.workflow import INTRODUCTIONS
from members.models import Organisation, RelayedGroup
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: After how many working days those who have not answered are asked again.
REMIND_AFTER = 3


@transaction.atomic
def respond_to_post(
    pk: int,
    *,
    on_behalf: Organisation,
    message: str,
    actor: Actor,
    quantity: int | None = None,
    post: Post | None = None,
) -> Introduction:
    """Raise a hand for a published post in the name of ``on_behalf``, whose yes is recorded with it.

    ``quantity`` is how much of the post it takes on; ``post`` is one of its own that fits.
    """
    require(actor, "matching.act_for_organisation", on_behalf)
    return raise_hand(pk, on_behalf=on_behalf, message=message, actor=actor, quantity=quantity, post=post)


def raise_hand(
    pk: int,
    *,
    on_behalf: Organisation,
    message: str,
    actor: Actor,
    quantity: int | None,
    post: Post | None,
    group: RelayedGroup | None = None,
    told: Told = ONLINE,
    purpose: Purpose = Purpose.HELP,
) -> Introduction:
    """Record that ``on_behalf``, or a ``group`` that it speaks for, raised its hand; the caller asked who may.

    What is not for help uses up nothing of the post, and may go on beside it.
    """
    responder = person(actor)
    organisations = lock_owners(lambda: {Post.objects.values_list("organisation", flat=True).get(pk=pk), on_behalf.pk})
    posts = lock_posts({pk} | ({post.pk} if post else set()))
    answered = posts[pk]
    brought = posts[post.pk] if post else None
    require_active(organisations[on_behalf.pk])
    # A desk may raise the hand of one of its groups for another.
    if is_same_side(answered, on_behalf.pk, group.pk if group else None):
        raise TransitionError("own_post", "自分の団体の掲載に、手を挙げることはできません。")
    if told.online:
        require(actor, "matching.respond_to_post", answered)
    require_open(answered)
    if purpose == Purpose.HELP:
        require_quota(answered)
    require_room(answered, quantity)
    if brought is not None:
        check_brought(brought, answered, on_behalf, group)
        require_quota(brought)
    require_no_open_pair(answered, on_behalf.pk, brought, group, purpose=purpose)
    now = timezone.now()
    introduction = Introduction.objects.create(
        origin=Origin.RESPONSE,
        purpose=purpose,
        state=IntroductionState.ASKED,
        pair_key=pair_key(answered, on_behalf, brought, group, purpose=purpose),
        post=answered,
        proposed_by=responder,
        message=limited("message", message, MAX_MESSAGE),
        created_at=now,
        asked_at=now,
        respond_by=answer_due(),
    )
    side = Direction(answered.direction)
    Participant.objects.create(
        introduction=introduction,
        organisation=answered.organisation,
        side=side,
        post=answered,
        **spoken_for(answered.organisation, answered.on_behalf_of),
    )
    own = Participant.objects.create(
        introduction=introduction,
        organisation=organisations[on_behalf.pk],
        side=side.opposite,
        post=brought,
        answer=Answer.YES,
        answered_at=now,
        answered_by=responder,
        answer_channel=told.channel,
        answer_received_on=told.received_on,
        quantity=quantity,
        **spoken_for(organisations[on_behalf.pk], group),
    )
    codes: dict[str, str | int | bool | None] = {"organisation": on_behalf.pk, **told.codes}
    if group is not None:
        codes["group"] = group.pk
    audit.record(introduction, "introduction.responded", actor=actor, codes=codes)
    outbox.put(HandRaised(introduction, responder=own))
    return introduction


@transaction.atomic
def propose_introduction(*, need: Post, offer: Post, message: str, actor: Actor) -> Introduction:
    """Staff put a need and an offer together; nobody is told before ``ask_participants``."""
    proposer = person(actor)
    require(actor, "matching.propose_introduction")
    pair = {need.pk, offer.pk}
    lock_owners(lambda: set(Post.objects.filter(pk__in=pair).values_list("organisation", flat=True)))
    posts = lock_posts(pair)
    need, offer = posts[need.pk], posts[offer.pk]
    if (need.direction, offer.direction) != (Direction.NEED, Direction.OFFER):
        raise ValidationError("困りごとと、できることを、ひとつずつ選んでください。")
    if is_same_side(need, offer.organisation_id, offer.on_behalf_of_id):
        raise TransitionError("own_post", "同じ団体の困りごとと、できることは、おつなぎできません。")
    for post in (need, offer):
        require_open(post)
        require_quota(post)
    require_no_open_pair(need, offer.organisation_id, offer, offer.on_behalf_of)
    introduction = Introduction.objects.create(
        origin=Origin.STAFF,
        pair_key=pair_key(need, offer.organisation, offer),
        post=need,
        proposed_by=proposer,
        message=limited("message", message, MAX_MESSAGE),
    )
    for post in (need, offer):
        Participant.objects.create(
            introduction=introduction,
            organisation=post.organisation,
            side=post.direction,
            post=post,
            **spoken_for(post.organisation, post.on_behalf_of),
        )
    audit.record(introduction, "introduction.proposed", actor=actor, codes={"need": need.pk, "offer": offer.pk})
    return introduction


@transaction.atomic
def ask_participants(pk: int, *, actor: Actor) -> Introduction:
    """Staff ask both sides whether they would like to get to know each other."""
    introduction = lock_introduction(pk)
    require(actor, "matching.ask_participants", introduction)
    before = INTRODUCTIONS.check(introduction, "ask")
    for side in introduction.sides():
        if side.post is not None:
            require_open(side.post)
            require_quota(side.post, but=introduction)
    introduction.state = IntroductionState.ASKED
    introduction.asked_at = timezone.now()
    introduction.respond_by = answer_due()
    introduction.save(update_fields=["state", "asked_at", "respond_by", "updated_at"])
    audit.record(introduction, "introduction.asked", actor=actor, before=before)
    outbox.put(IntroductionAsked(introduction))
    return introduction


@transaction.atomic
def withdraw_introduction(pk: int, *, actor: Actor, note: str = "") -> Introduction:
    """Staff, or the organisation that raised its hand, take it back before everybody has agreed."""
    introduction = lock_introduction(pk)
    require(actor, "matching.withdraw_introduction", introduction)
    before = INTRODUCTIONS.check(introduction, "withdraw")
    introduction.end_note = limited("note", note, MAX_NOTE)
    over(introduction, IntroductionState.WITHDRAWN)
    mark_stale_in(introduction)
    audit.record(introduction, "introduction.withdrawn", actor=actor, before=before)
    review_inquiry(introduction.inquiry_id, actor=actor)
    # Of a pair that was only prepared nobody has heard.
    if before == IntroductionState.ASKED:
        outbox.put(IntroductionWithdrawn(introduction, by=actor))
    return introduction


@transaction.atomic
def remind_introduction(pk: int, *, actor: Actor) -> Introduction:
    """Ask those who have not answered once more."""
    introduction = lock_introduction(pk)
    require(actor, "matching.remind_introduction", introduction)
    before = INTRODUCTIONS.check(introduction, "remind")
    if introduction.reminded_at is not None and introduction.reminded_at > timezone.now() - timedelta(hours=24):
        raise TransitionError(
            "reminded_already", "この1日のあいだに、もう一度たずねています。少し待ってからお試しください。"
        )
    introduction.reminded_at = timezone.now()
    introduction.save(update_fields=["reminded_at", "updated_at"])
    audit.record(introduction, "introduction.reminded", actor=actor, before=before)
    outbox.put(AnswerReminder(introduction))
    return introduction


@transaction.atomic
def lapse_introduction(pk: int, *, actor: Actor) -> Introduction:
    """The last day to answer is past: let it end, and tell everybody."""
    introduction = lock_introduction(pk)
    require(actor, "matching.lapse_introduction", introduction)
    before = INTRODUCTIONS.check(introduction, "lapse")
    if introduction.respond_by is None or introduction.respond_by >= timezone.localdate():
        raise TransitionError("not_due", "お返事の期限は、まだ過ぎていません。")
    over(introduction, IntroductionState.LAPSED)
    mark_stale_in(introduction)
    audit.record(introduction, "introduction.lapsed", actor=actor, before=before)
    review_inquiry(introduction.inquiry_id, actor=actor)
    outbox.put(IntroductionLapsed(introduction))
    outbox.put(StaffIntroductionLapsed(introduction, actor=actor))
    return introduction
