"""What reaches a desk or the office by telephone, fax or paper, and what a desk hands back to its groups."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import OfflineResult
from matching.models import Introduction, OfflineResponse, Participant, Post
from matching.notices.people import people_by_side
from matching.notices.relay import AnswerTaken
from matching.transitions.answers import give_answer
from matching.transitions.checks import limited, person, require_open, side_in
from matching.transitions.introductions import raise_hand
from matching.transitions.locks import lock_introduction, lock_owners, lock_post
from matching.transitions.told import Told, asked_on, told
from members.models import Organisation, RelayedGroup
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

MAX_WHO = 80
MAX_WORDS = 500


@transaction.atomic
def respond_for_group(
    pk: int,
    *,
    group: RelayedGroup,
    channel: str,
    received_on: date | None,
    message: str,
    actor: Actor,
    quantity: int | None = None,
    post: Post | None = None,
) -> Introduction:
    """A desk raises the hand of a group that told it to, by ``channel`` on ``received_on``: that is its agreement."""
    _lock_owners_of(pk, group)
    group = RelayedGroup.objects.select_related("desk").select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    require(actor, "matching.respond_for_group", group)
    if not group.active:
        raise ValidationError({"group": "この団体は、いまの一覧から外れています。"})
    introduction = raise_hand(
        pk,
        on_behalf=group.desk,
        message=message,
        actor=actor,
        quantity=quantity,
        post=post,
        group=group,
        told=told(channel, received_on),
    )
    _tell_whose_it_is(introduction, _responder_in(introduction), actor)
    return introduction


def _lock_owners_of(pk: int, group: RelayedGroup) -> None:
    """Hold the organisations before the group: whoever changes the group holds its desk first."""

    def owners() -> set[int]:
        desk = RelayedGroup.objects.values_list("desk", flat=True).get(pk=group.pk)
        return {Post.objects.values_list("organisation", flat=True).get(pk=pk), desk}

    lock_owners(owners)


@transaction.atomic
def respond_for_organisation(
    pk: int,
    *,
    organisation: Organisation,
    channel: str,
    received_on: date | None,
    message: str,
    actor: Actor,
    quantity: int | None = None,
) -> Introduction:
    """A member answered the post ``pk`` by telephone or on paper: its hand is raised, and its people are told so."""
    require(actor, "matching.respond_for_organisation", Post.objects.select_related("organisation").get(pk=pk))
    introduction = raise_hand(
        pk,
        on_behalf=organisation,
        message=message,
        actor=actor,
        quantity=quantity,
        post=None,
        told=told(channel, received_on),
    )
    _tell_whose_it_is(introduction, _responder_in(introduction), actor)
    return introduction


@transaction.atomic
def record_offline_answer(
    pk: int,
    *,
    participant: int,
    answer: str,
    channel: str,
    received_on: date | None,
    actor: Actor,
    reason: str = "",
    note: str = "",
    quantity: int | None = None,
) -> Introduction:
    """Enter the answer of one side that came by telephone, fax, paper or in person.

    A desk does so for its group, staff for anybody. What follows is what follows on an answer given online; whoever
    it is the answer of is told that it was taken down.
    """
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.record_offline_answer", side)
    waiting = side.is_awaited
    way = told(channel, received_on, since=asked_on(introduction)) if waiting else Told(channel, received_on)
    introduction = give_answer(
        introduction, side, answer=answer, actor=actor, reason=reason, note=note, quantity=quantity, told=way
    )
    if waiting:
        _tell_whose_it_is(introduction, side, actor)
    return introduction


@transaction.atomic
def record_offline_response(
    pk: int,
    *,
    who: str,
    contact: str,
    words: str,
    channel: str,
    received_on: date | None,
    actor: Actor,
    idempotency_key: str | None = None,
) -> OfflineResponse:
    """Keep what somebody without an account said about the post ``pk``, until its organisation has called back."""
    post = lock_post(pk)
    require(actor, "matching.record_offline_response", post)
    if idempotency_key:
        known = OfflineResponse.objects.filter(idempotency_key=idempotency_key, post=post).first()
        if known is not None:
            return known
    require_open(post)
    way = told(channel, received_on)
    response = OfflineResponse(
        post=post,
        who=limited("who", who, MAX_WHO),
        contact=limited("contact", contact, MAX_WHO),
        words=limited("words", words, MAX_WORDS),
        channel=way.channel,
        received_on=way.day,
        recorded_by=person(actor),
        idempotency_key=idempotency_key or None,
    )
    if not response.who:
        raise ValidationError({"who": "お名前か団体名を書いてください。"})
    response.save(force_insert=True)
    audit.record(
        post, "post.answered_offline", actor=actor, codes={"response": response.pk, "channel": str(way.channel)}
    )
    return response


@transaction.atomic
def settle_offline_response(pk: int, *, result: str, actor: Actor) -> OfflineResponse:
    """It was followed up: what told who it was is wiped, the rest stays for the figures."""
    response = OfflineResponse.objects.select_for_update(of=("self",)).select_related("post").get(pk=pk)
    require(actor, "matching.settle_offline_response", response)
    if response.settled_at is not None:
        return response
    if result not in OfflineResult.values:
        raise ValidationError({"result": "どうなったかを選んでください。"})
    response.who = response.contact = response.words = ""
    response.result = result
    response.settled_at = timezone.now()
    response.settled_by = person(actor)
    response.save(update_fields=["who", "contact", "words", "result", "settled_at", "settled_by"])
    audit.record(
        response.post, "post.offline_answer_settled", actor=actor, codes={"response": response.pk, "result": result}
    )
    return response


@transaction.atomic
def forget_offline_response(pk: int, *, actor: Actor) -> OfflineResponse:
    """Nobody called back for so long that nobody will: who it was is wiped, as when it is settled."""
    response = OfflineResponse.objects.select_for_update(of=("self",)).select_related("post").get(pk=pk)
    require(actor, "members.forget", response)
    if response.settled_at is not None:
        return response
    response.who = response.contact = response.words = ""
    response.result = OfflineResult.NOT_NOW
    response.settled_at = timezone.now()
    response.save(update_fields=["who", "contact", "words", "result", "settled_at"])
    audit.record(response.post, "post.offline_answer_forgotten", actor=actor, codes={"response": response.pk})
    return response


@transaction.atomic
def tell_group(pk: int, *, participant: int, actor: Actor) -> Introduction:
    """The desk handed the news back to its group. Noted twice (a double click), it was handed back once."""
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.tell_group", side)
    if side.group is None:
        raise PermissionDenied("speaks for itself")
    if not introduction.has_news:
        raise TransitionError("no_news", "お伝えすることは、まだありません。相手の団体のお返事を待っています。")
    if not side.has_news_for_group:
        return introduction
    side.group_told_at = timezone.now()
    side.save(update_fields=["group_told_at"])
    audit.record(introduction, "introduction.group_told", actor=actor, codes={"participant": side.pk})
    return introduction


def _responder_in(introduction: Introduction) -> Participant:
    """Whose hand has just been raised: the side that brought its yes along."""
    return next(side for side in introduction.sides() if side.post_id != introduction.post_id)


def _tell_whose_it_is(introduction: Introduction, side: Participant, actor: Actor) -> None:
    """Those in whose name somebody else spoke hear of it, so that no slip goes unseen."""
    if actor not in people_by_side([side]):
        outbox.put(AnswerTaken(introduction, by=side, actor=actor))
