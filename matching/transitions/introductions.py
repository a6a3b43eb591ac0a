"""What happens to an introduction until everybody has said yes, or it is over."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Answer, Direction, IntroductionState, Origin
from matching.models import Introduction, Participant, Post
from matching.notices.introductions import (
    AnswerReminder,
    HandRaised,
    IntroductionAgreed,
    IntroductionAsked,
    IntroductionDeclined,
    IntroductionLapsed,
    IntroductionWithdrawn,
    SaidYes,
)
from matching.notices.staff import StaffIntroductionAgreed, StaffIntroductionDeclined, StaffIntroductionLapsed
from matching.transitions.agreement import take_quantities
from matching.transitions.checks import (
    MAX_MESSAGE,
    MAX_NOTE,
    answer_due,
    check_brought,
    limited,
    person,
    reason_in,
    require_active,
    require_no_open_pair,
    require_open,
    require_room,
    side_in,
)
from matching.transitions.locks import lock_introduction, lock_owners, lock_posts
from matching.transitions.told import ONLINE, Told, spoken_for
from matching.workflow import INTRODUCTIONS
from members.models import Organisation, RelayedGroup, User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.conversations.transitions import open_conversation
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
) -> Introduction:
    """Record that ``on_behalf``, or a ``group`` that it speaks for, raised its hand; the caller asked who may."""
    responder = person(actor)
    organisations = lock_owners(lambda: {Post.objects.values_list("organisation", flat=True).get(pk=pk), on_behalf.pk})
    posts = lock_posts({pk} | ({post.pk} if post else set()))
    answered = posts[pk]
    brought = posts[post.pk] if post else None
    require_active(organisations[on_behalf.pk])
    if answered.organisation_id == on_behalf.pk:
        raise TransitionError("own_post", "自分の団体の掲載に、手を挙げることはできません。")
    if told.online:
        require(actor, "matching.respond_to_post", answered)
    require_open(answered)
    require_room(answered, quantity)
    if brought is not None:
        check_brought(brought, answered, on_behalf, group)
    require_no_open_pair(answered, on_behalf.pk, brought, group)
    now = timezone.now()
    introduction = Introduction.objects.create(
        origin=Origin.RESPONSE,
        state=IntroductionState.ASKED,
        pair_key=pair_key(answered, on_behalf, brought, group),
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
    if need.organisation_id == offer.organisation_id:
        raise TransitionError("own_post", "同じ団体の困りごとと、できることは、おつなぎできません。")
    for post in (need, offer):
        require_open(post)
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
    introduction.state = IntroductionState.ASKED
    introduction.asked_at = timezone.now()
    introduction.respond_by = answer_due()
    introduction.save(update_fields=["state", "asked_at", "respond_by", "updated_at"])
    audit.record(introduction, "introduction.asked", actor=actor, before=before)
    outbox.put(IntroductionAsked(introduction))
    return introduction


@transaction.atomic
def answer_introduction(
    pk: int,
    *,
    participant: int,
    answer: str,
    actor: Actor,
    reason: str = "",
    note: str = "",
    quantity: int | None = None,
) -> Introduction:
    """One side says yes, or no with a reason that only staff read. When all said yes, they begin to talk.

    The same answer again changes nothing; another one is refused, since the others have been told of the first.
    """
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.answer_introduction", side)
    if side.group is not None and side.answer == Answer.WAITING:
        raise TransitionError(
            "ask_the_group",
            f"{side.group.name}さんのお返事を、いつ、どのように聞いたかといっしょに記録してください。",
        )
    return give_answer(
        introduction, side, answer=answer, actor=actor, reason=reason, note=note, quantity=quantity, told=ONLINE
    )


def give_answer(
    introduction: Introduction,
    side: Participant,
    *,
    answer: str,
    actor: Actor,
    reason: str,
    note: str,
    quantity: int | None,
    told: Told,
) -> Introduction:
    """Record the answer of ``side`` of a locked introduction, and what follows; the caller asked who may."""
    answer = Answer(answer)
    if answer == Answer.WAITING:
        raise ValidationError({"answer": "「ぜひ」か「今回は見送る」を選んでください。"})
    if side.answer == answer:
        return introduction
    if side.answer != Answer.WAITING:
        raise TransitionError(
            "answered_already",
            f"すでに「{Answer(side.answer).label}」とお返事いただいています。変えたいときは、事務局へご連絡ください。",
        )
    before = INTRODUCTIONS.check(introduction, "answer")
    reason_label = ""
    if answer == Answer.NO:
        reason_label = reason_in("decline_reason", reason)
        side.decline_reason = reason
        side.decline_note = limited("note", note, MAX_NOTE)
    elif quantity is not None:
        if side.post is not None:
            require_room(side.post, quantity)
        side.quantity = quantity
    side.answer = answer
    side.answered_at = timezone.now()
    side.answered_by = actor if isinstance(actor, User) else None
    side.answer_channel = told.channel
    side.answer_received_on = told.received_on
    side.save(
        update_fields=[
            "answer",
            "answered_at",
            "answered_by",
            "answer_channel",
            "answer_received_on",
            "decline_reason",
            "decline_note",
            "quantity",
        ]
    )
    introduction.state = introduction.state_after_answers()
    audit.record(
        introduction,
        "introduction.answered",
        actor=actor,
        before=before,
        codes={
            "participant": side.pk,
            "answer": answer.value,
            "reason": reason if answer == Answer.NO else "",
            **told.codes,
        },
    )
    if introduction.state == IntroductionState.AGREED:
        _agree(introduction, actor=actor)
    elif introduction.state == IntroductionState.DECLINED:
        _over(introduction, IntroductionState.DECLINED)
        outbox.put(IntroductionDeclined(introduction, by=side))
        outbox.put(StaffIntroductionDeclined(introduction, by=side, reason_label=reason_label))
    else:
        introduction.save(update_fields=["state", "updated_at"])
        if answer == Answer.YES:
            outbox.put(SaidYes(introduction, by=side))
    return introduction


def _agree(introduction: Introduction, *, actor: Actor) -> None:
    """Everybody said yes: take what was agreed from the posts, open the conversation, tell everybody."""
    introduction.agreed_at = timezone.now()
    introduction.save(update_fields=["state", "agreed_at", "updated_at"])
    take_quantities(introduction, actor=actor)
    audit.record(introduction, "introduction.agreed", actor=actor, before=IntroductionState.ASKED)
    open_conversation(
        introduction,
        actor=actor,
        line="おつなぎが結ばれました。まずは、ごあいさつと、打ち合わせの候補日をお送りください。"
        "事務局も、このやりとりを読んでいます。",
    )
    outbox.put(IntroductionAgreed(introduction))
    outbox.put(StaffIntroductionAgreed(introduction))


@transaction.atomic
def withdraw_introduction(pk: int, *, actor: Actor, note: str = "") -> Introduction:
    """Staff, or the organisation that raised its hand, take it back before everybody has agreed."""
    introduction = lock_introduction(pk)
    require(actor, "matching.withdraw_introduction", introduction)
    before = INTRODUCTIONS.check(introduction, "withdraw")
    introduction.end_note = limited("note", note, MAX_NOTE)
    _over(introduction, IntroductionState.WITHDRAWN)
    audit.record(introduction, "introduction.withdrawn", actor=actor, before=before)
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
    _over(introduction, IntroductionState.LAPSED)
    audit.record(introduction, "introduction.lapsed", actor=actor, before=before)
    outbox.put(IntroductionLapsed(introduction))
    outbox.put(StaffIntroductionLapsed(introduction, actor=actor))
    return introduction


def _over(introduction: Introduction, state: IntroductionState) -> None:
    introduction.state = state
    introduction.ended_at = timezone.now()
    introduction.save(update_fields=["state", "ended_at", "end_note", "updated_at"])


def pair_key(post: Post, organisation: Organisation, other: Post | None, group: RelayedGroup | None = None) -> str:
    """What makes two introductions the same pair, whichever side began."""
    if other is None and group is not None:
        return f"post:{post.pk}:group:{group.pk}"
    if other is None:
        return f"post:{post.pk}:organisation:{organisation.pk}"
    first, second = (post, other) if post.direction == Direction.NEED else (other, post)
    return f"post:{first.pk}:post:{second.pk}"
