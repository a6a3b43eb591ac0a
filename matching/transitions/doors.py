"""Doors for universities, banks and media, whose part is more than posting.

What a university or the media bring to a need becomes an introduction that uses up nothing of it; what they bring to
a story, or to the consortium, lands on the office's desk; a bank passes a need on to a client who agreed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Direction, Visibility
from matching.enums.doors import ApproachKind, ApproachResult, ApproachState, Purpose
from matching.models import Approach, Introduction, Post
from matching.notices.doors import (
    ApproachAnswered,
    ApproachToStory,
    ApproachWaiting,
    NeedPassedOn,
    NeedPassedOnToClient,
)
from matching.transitions.checks import MAX_MESSAGE, limited, person, require_active, require_open
from matching.transitions.introductions import raise_hand
from matching.transitions.locks import lock_owners, lock_posts
from matching.workflow import APPROACHES
from members.enums import AgreedBy, OrganisationState
from members.models import Organisation, User
from members.transitions import make_referral
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.stories.models import Story
from tomoiki.workflow import TransitionError, require

#: Which door an organisation comes by, to which purpose.
DOOR_OF = {Purpose.RESEARCH: "matching.open_research_door", Purpose.INTERVIEW: "matching.open_media_door"}
#: How many an organisation may send in a day: each asks something of people.
PER_DAY = 20


@transaction.atomic
def come_to_need(pk: int, *, purpose: Purpose, on_behalf: Organisation, message: str, actor: Actor) -> Introduction:
    """A university says that a need concerns its research, or media ask for an interview: an introduction begins.

    Its owner is asked as for any hand raised; nothing of the need is used up by it.
    """
    require(actor, DOOR_OF[purpose], on_behalf)
    if not message.strip():
        raise ValidationError({"message": "どんなことを考えているかを書いてください。"})
    if Post.objects.get(pk=pk).direction != Direction.NEED:
        raise TransitionError("not_a_need", "お伝えできるのは、困りごとだけです。")
    return raise_hand(pk, on_behalf=on_behalf, message=message, actor=actor, quantity=None, post=None, purpose=purpose)


@transaction.atomic
def come_to_story(
    pk: int,
    *,
    kind: ApproachKind,
    on_behalf: Organisation,
    message: str,
    actor: Actor,
    deadline: str = "",
    idempotency_key: str | None = None,
) -> Approach:
    """A university or media come to a published story: the office sees to it, and its partners hear of it."""
    purpose = {ApproachKind.RESEARCH: Purpose.RESEARCH, ApproachKind.INTERVIEW: Purpose.INTERVIEW}[kind]
    require(actor, DOOR_OF[purpose], on_behalf)
    story = Story.objects.public().filter(pk=pk).first()
    if story is None:
        raise TransitionError("story_gone", "この事例は、いまは公開されていません。")
    made, created = _make(
        kind=kind,
        on_behalf=on_behalf,
        actor=actor,
        message=message,
        idempotency_key=idempotency_key,
        story=story,
        deadline=limited("deadline", deadline, 60),
    )
    if created:
        outbox.put(ApproachWaiting(made))
        outbox.put(ApproachToStory(made))
    return made


@transaction.atomic
def inform_consortium(
    *, on_behalf: Organisation, message: str, actor: Actor, idempotency_key: str | None = None
) -> Approach:
    """Media send the consortium information; it waits on the office's desk."""
    require(actor, "matching.open_media_door", on_behalf)
    made, created = _make(
        kind=ApproachKind.INFORMATION,
        on_behalf=on_behalf,
        actor=actor,
        message=message,
        idempotency_key=idempotency_key,
    )
    if created:
        outbox.put(ApproachWaiting(made))
    return made


@dataclass(frozen=True)
class BankClient:
    """To whom a bank passes something on: a member (``organisation``) or somebody by ``name``, and their consent."""

    organisation: Organisation | None
    name: str
    agreed_by: str
    agreed_on: date | None


@transaction.atomic
def pass_need_on(
    pk: int,
    *,
    on_behalf: Organisation,
    client: BankClient,
    message: str,
    actor: Actor,
    idempotency_key: str | None = None,
) -> Approach:
    """A bank shows a need to a client who agreed to it: to a member by a notice, to others by a personal link.

    The need's owner hears that it was passed on, and not to whom: the client speaks for itself, or stays silent.
    """
    require(actor, "matching.open_bank_door", on_behalf)
    _check_agreement(client)
    held = lock_owners(lambda: {Post.objects.values_list("organisation", flat=True).get(pk=pk), on_behalf.pk})
    post = lock_posts([pk])[pk]
    known = _known(on_behalf, idempotency_key)
    if known is not None:
        return known
    require_active(held[on_behalf.pk])
    require_open(post)
    if post.direction != Direction.NEED:
        raise TransitionError("not_a_need", "紹介できるのは、困りごとと共創事例です。")
    _check_client(client, but={on_behalf.pk, post.organisation_id})
    if client.organisation is None and post.visibility != Visibility.PUBLIC:
        raise TransitionError(
            "members_only", "参加団体だけに公開されている困りごとは、登録している団体にだけ紹介できます。"
        )
    made = _pass_on(
        client, on_behalf, f"「{post}」という困りごとのご紹介です。", message, actor, idempotency_key, post=post
    )
    outbox.put(NeedPassedOn(made))
    return made


@transaction.atomic
def pass_story_on(
    pk: int,
    *,
    on_behalf: Organisation,
    client: BankClient,
    message: str,
    actor: Actor,
    idempotency_key: str | None = None,
) -> Approach:
    """A bank shows a published story to a client who agreed to it; its partners hear so, and not to whom."""
    require(actor, "matching.open_bank_door", on_behalf)
    _check_agreement(client)
    require_active(lock_owners(lambda: {on_behalf.pk})[on_behalf.pk])
    known = _known(on_behalf, idempotency_key)
    if known is not None:
        return known
    story = Story.objects.public().filter(pk=pk).first()
    if story is None:
        raise TransitionError("story_gone", "この事例は、いまは公開されていません。")
    _check_client(client, but={on_behalf.pk})
    made = _pass_on(
        client, on_behalf, f"共創事例「{story}」のご紹介です。", message, actor, idempotency_key, story=story
    )
    outbox.put(ApproachToStory(made))
    return made


def _check_client(client: BankClient, *, but: set[int]) -> None:
    if client.organisation is None:
        if not client.name.strip():
            raise ValidationError({"client_name": "取引先の名前を入力するか、登録している団体を選んでください。"})
        return
    if client.organisation.pk in but:
        raise ValidationError({"client": "ここには紹介できない団体です。"})
    if client.organisation.state != OrganisationState.APPROVED:
        raise ValidationError({"client": "いまは登録が終わっていない団体です。"})


def _pass_on(
    client: BankClient,
    on_behalf: Organisation,
    words: str,
    message: str,
    actor: Actor,
    idempotency_key: str | None,
    **about: object,
) -> Approach:
    referral = None
    if client.organisation is None:
        referral = make_referral(
            on_behalf.pk,
            data={"organisation_name": client.name.strip(), "message": f"{words}{message.strip()}"[:500]},
            actor=person(actor),
        )
    made, _ = _make(
        kind=ApproachKind.PASSED_ON,
        on_behalf=on_behalf,
        actor=actor,
        message=message,
        idempotency_key=idempotency_key,
        client=client.organisation,
        referral=referral,
        agreed_by=client.agreed_by,
        agreed_on=client.agreed_on,
        state=ApproachState.PASSED,
        **about,
    )
    if client.organisation is not None:
        outbox.put(NeedPassedOnToClient(made))
    return made


def _check_agreement(client: BankClient) -> None:
    agreed_by, agreed_on = client.agreed_by, client.agreed_on
    wrong = {}
    if agreed_by not in AgreedBy.values:
        wrong["agreed_by"] = "取引先の承諾を、どのようにもらったかを選んでください。"
    if agreed_on is None:
        wrong["agreed_on"] = "承諾をもらった日を入力してください。"
    elif agreed_on > timezone.localdate():
        wrong["agreed_on"] = "これからの日付になっています。承諾をもらった日を入力してください。"
    if wrong:
        raise ValidationError(wrong)


def _known(on_behalf: Organisation, key: str | None) -> Approach | None:
    return Approach.objects.filter(idempotency_key=key, organisation=on_behalf).first() if key else None


def _make(
    *,
    kind: ApproachKind,
    on_behalf: Organisation,
    actor: Actor,
    message: str,
    idempotency_key: str | None,
    **values: object,
) -> tuple[Approach, bool]:
    """One approach, or the one that this form made a moment ago; the organisation is held meanwhile."""
    organisation = lock_owners(lambda: {on_behalf.pk})[on_behalf.pk]
    known = _known(on_behalf, idempotency_key)
    if known is not None:
        return known, False
    require_active(organisation)
    today = timezone.now() - timedelta(days=1)
    if Approach.objects.filter(organisation=organisation, created_at__gt=today).count() >= PER_DAY:
        raise TransitionError("too_many_today", f"申し出は1日に{PER_DAY}件までです。明日もう一度お願いします。")
    message = limited("message", message, MAX_MESSAGE)
    if not message and kind != ApproachKind.PASSED_ON:
        raise ValidationError({"message": "内容を書いてください。"})
    made = Approach.objects.create(
        kind=kind,
        organisation=organisation,
        made_by=person(actor),
        message=message,
        idempotency_key=idempotency_key or None,
        **values,
    )
    audit.record(made, "approach.made", actor=actor, codes={"kind": str(kind)})
    return made, True


@transaction.atomic
def settle_approach(pk: int, *, result: str, answer: str, actor: Actor) -> Approach:
    """The office has seen to it and says what came of it; the organisation reads ``answer``."""
    approach = Approach.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)
    require(actor, "matching.settle_approach", approach)
    before = APPROACHES.check(approach, "settle")
    if result not in ApproachResult.values:
        raise ValidationError({"result": "どうなったかを選んでください。"})
    approach.state = ApproachState.SETTLED
    approach.result = result
    approach.answer = limited("answer", answer, MAX_MESSAGE)
    approach.settled_at = timezone.now()
    approach.settled_by = actor if isinstance(actor, User) else None
    approach.save(update_fields=["state", "result", "answer", "settled_at", "settled_by"])
    audit.record(approach, "approach.settled", actor=actor, before=before, codes={"result": result})
    outbox.put(ApproachAnswered(approach))
    return approach
