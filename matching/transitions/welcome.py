"""Whether what was given was truly welcome: the side that received it says so, and lets its words be used or not."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import TALKING_STATES, Welcome
from matching.enums.ibasho import NamedAs
from matching.models import Introduction, Participant, WelcomeConfirmation
from matching.models.welcome import receives
from matching.notices.welcome import StaffNotWelcome, ThanksReceived, WordsInUse
from matching.transitions.checks import limited, person, side_in
from matching.transitions.locks import lock_introduction
from matching.transitions.told import ONLINE, Told, told
from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

MAX_WORDS = 600
#: Whoever answers by the code on the slip that their desk gave them; no account stands behind it.
SLIP = SystemActor("welcome_slip")


@transaction.atomic
def confirm_welcome(
    pk: int,
    *,
    participant: int,
    welcome: str,
    actor: Actor,
    words: str = "",
    may_be_used: bool = False,
    named_as: str = NamedAs.NAME,
) -> WelcomeConfirmation:
    """The side that received it says whether it was welcome. The same again (a double click) is the same one."""
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.confirm_welcome", side)
    if isinstance(actor, SystemActor) and side.group_id is None:
        # Who has an account answers with it, or by the link in their own mail.
        raise PermissionDenied("matching.confirm_welcome")
    by = actor if isinstance(actor, User) else None
    return _confirm(
        introduction, side, ONLINE, welcome=welcome, words=words, may=may_be_used, named=named_as, by=by, actor=actor
    )


@transaction.atomic
def record_welcome(
    pk: int,
    *,
    participant: int,
    welcome: str,
    channel: str,
    received_on: date | None,
    actor: Actor,
    words: str = "",
    may_be_used: bool = False,
    named_as: str = NamedAs.NAME,
) -> WelcomeConfirmation:
    """A desk enters what its group said on the slip or by telephone; staff do so for anybody."""
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.record_welcome", side)
    way = told(channel, received_on)
    return _confirm(
        introduction,
        side,
        way,
        welcome=welcome,
        words=words,
        may=may_be_used,
        named=named_as,
        by=person(actor),
        actor=actor,
    )


def _confirm(
    introduction: Introduction,
    side: Participant,
    way: Told,
    *,
    welcome: str,
    words: str,
    may: bool,
    named: str,
    by: User | None,
    actor: Actor,
) -> WelcomeConfirmation:
    if not receives(side):
        raise PermissionDenied("was not helped")
    words = limited("words", words, MAX_WORDS)
    known = WelcomeConfirmation.objects.filter(participant=side).first()
    if known is not None:
        if (known.welcome, known.words) == (welcome, words):
            return known
        raise TransitionError("confirmed_already", "このお答えは、すでに届いています。ありがとうございました。")
    if introduction.state not in TALKING_STATES:
        raise TransitionError("wrong_state", "このおつなぎについては、いまお答えいただくことはありません。")
    if welcome not in Welcome.values:
        raise ValidationError({"welcome": "ひとつ選んでください。"})
    if may and not words:
        raise ValidationError({"words": "紹介してよいことばを書いてください。"})
    confirmation = WelcomeConfirmation(
        introduction=introduction,
        participant=side,
        welcome=welcome,
        words=words,
        may_be_used=may,
        named_as=named,
        channel=way.channel,
        received_on=way.received_on,
        confirmed_by=by,
    )
    confirmation.full_clean(exclude=["introduction", "participant", "confirmed_by"])
    confirmation.save(force_insert=True)
    codes: dict[str, str | int | bool | None] = {
        "participant": side.pk,
        "welcome": welcome,
        "may_be_used": may,
        **way.codes,
    }
    audit.record(introduction, "introduction.welcome_confirmed", actor=actor, before=introduction.state, codes=codes)
    if confirmation.is_for_givers:
        outbox.put(ThanksReceived(confirmation))
    else:
        outbox.put(StaffNotWelcome(confirmation, actor=actor))
    return confirmation


@transaction.atomic
def allow_words(pk: int, *, named_as: str, actor: Actor) -> WelcomeConfirmation:
    """Whoever wrote the words lets the giver use them, named as they wish."""
    confirmation = _lock(pk)
    require(actor, "matching.allow_words", confirmation)
    if named_as not in NamedAs.values:
        raise ValidationError({"named_as": "名前の出し方を選んでください。"})
    if not confirmation.words:
        raise TransitionError("no_words", "紹介できることばがありません。")
    if confirmation.may_be_used and confirmation.named_as == named_as:
        return confirmation
    confirmation.may_be_used, confirmation.named_as, confirmation.use_ended_at = True, named_as, None
    return _keep_use(confirmation, "introduction.words_allowed", actor=actor)


@transaction.atomic
def end_words(pk: int, *, actor: Actor) -> WelcomeConfirmation:
    """The words may no longer be used; the giver is told at once."""
    confirmation = _lock(pk)
    require(actor, "matching.end_words", confirmation)
    if not confirmation.may_be_used:
        return confirmation
    confirmation.may_be_used, confirmation.use_ended_at = False, timezone.now()
    return _keep_use(confirmation, "introduction.words_ended", actor=actor)


def _lock(pk: int) -> WelcomeConfirmation:
    introduction = WelcomeConfirmation.objects.values_list("introduction", flat=True).get(pk=pk)
    # Held as everything about an introduction is, in the one order of the house.
    held = lock_introduction(introduction)
    confirmation = WelcomeConfirmation.objects.select_for_update(of=("self",)).get(pk=pk)
    confirmation.introduction = held
    confirmation.participant = side_in(held, confirmation.participant_id)
    return confirmation


def _keep_use(confirmation: WelcomeConfirmation, action: str, *, actor: Actor) -> WelcomeConfirmation:
    confirmation.save(update_fields=["may_be_used", "named_as", "use_ended_at"])
    codes: dict[str, str | int | bool | None] = {
        "participant": confirmation.participant_id,
        "named_as": confirmation.named_as,
    }
    audit.record(confirmation.introduction, action, actor=actor, before=confirmation.introduction.state, codes=codes)
    if confirmation.is_for_givers:
        outbox.put(WordsInUse(confirmation))
    return confirmation
