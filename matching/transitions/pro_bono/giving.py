"""What was given and the thanks for it; how it ends."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import IntroductionState
from matching.enums.pro_bono import ProBonoState
from matching.models import ProBonoApplication, ProBonoHours
from matching.notices.pro_bono import (
    VolunteerThanked,
    mail_volunteer,
)
from matching.transitions.checks import limited, person
from matching.transitions.pro_bono.calls import not_choose_application
from matching.transitions.pro_bono.common import TOGETHER, VOLUNTEER, forget, locked_application, settle
from matching.workflow import PRO_BONO
from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: How long somebody who applied may take to confirm their address.
CONFIRM_WITHIN = timedelta(days=7)


@transaction.atomic
def record_hours(
    pk: int,
    *,
    worked_on: date,
    hours: Decimal,
    what: str = "",
    actor: Actor = VOLUNTEER,
    idempotency_key: str | None = None,
) -> ProBonoHours:
    """Write down hours of one day: by the person, or by the coordinator for them. The same key writes once."""
    application = locked_application(pk)
    require(actor, "matching.record_pro_bono_hours", application)
    if idempotency_key:
        known = application.hours.filter(idempotency_key=idempotency_key).first()
        if known is not None:
            return known
    PRO_BONO.check(application, "record_hours")
    _require_begun(application, worked_on)
    row = ProBonoHours(
        application=application,
        worked_on=worked_on,
        hours=hours,
        what=limited("what", what, 100),
        recorded_by=actor if isinstance(actor, User) else None,
        in_own_name=application.is_on_its_own,
        idempotency_key=idempotency_key or None,
    )
    row.full_clean(exclude=["idempotency_key", "application", "recorded_by"], validate_unique=False)
    day = application.hours.filter(worked_on=worked_on)
    if day.total() + row.hours > 24:
        raise ValidationError({"hours": "1日の合計が24時間を超えます。日にちと時間をご確認ください。"})
    row.save(force_insert=True)
    audit.record(application, "pro_bono.hours_recorded", actor=actor)
    return row


def _require_begun(application: ProBonoApplication, day: date) -> None:
    introduction = application.introduction
    if introduction is None or introduction.agreed_at is None or introduction.state not in TOGETHER:
        raise TransitionError("not_yet", "お相手の団体とのおつなぎが結ばれてから、記録できます。")
    if day > timezone.localdate():
        raise ValidationError({"worked_on": "これからの日は入れられません。活動した日を入力してください。"})
    if application.put_forward_at and day < timezone.localdate(application.put_forward_at):
        raise ValidationError({"worked_on": "推薦された日より前の日です。活動した日を入力してください。"})


@transaction.atomic
def remove_hours(pk: int, *, application: int, actor: Actor = VOLUNTEER) -> None:
    """Take back what was written down by mistake; each party only what it wrote itself."""
    found = locked_application(application)
    require(actor, "matching.record_pro_bono_hours", found)
    own = found.hours.filter(pk=pk, recorded_by=actor if isinstance(actor, User) else None)
    if own.delete()[0]:
        audit.record(found, "pro_bono.hours_removed", actor=actor)


@transaction.atomic
def thank_volunteer(pk: int, *, words: str, actor: Actor) -> ProBonoApplication:
    """The helped organisation thanks one person; they get the words, and so does their employer."""
    application = locked_application(pk)
    require(actor, "matching.thank_volunteer", application)
    PRO_BONO.check(application, "thank")
    words = limited("words", words, 500)
    if not words:
        raise ValidationError({"words": "お礼のことばを書いてください。"})
    if words == application.thanks:
        return application
    application.thanks = words
    application.thanks_by = person(actor)
    application.thanked_at = timezone.now()
    application.save(update_fields=["thanks", "thanks_by", "thanked_at"])
    audit.record(application, "pro_bono.thanked", actor=actor)
    mail_volunteer(application, "matching_pro_bono_thanks", f"お礼のことばが届きました：「{application.post}」")
    if not application.is_on_its_own:
        outbox.put(VolunteerThanked(application))
    return application


@transaction.atomic
def end_pro_bono(pk: int, *, actor: Actor) -> ProBonoApplication:
    """The person's part is done, as they, their coordinator or the helped organisation say; again is the same."""
    application = locked_application(pk)
    require(actor, "matching.end_pro_bono", application)
    if application.state == ProBonoState.ENDED:
        return application
    return settle(
        application,
        "end",
        ProBonoState.ENDED,
        "pro_bono.ended",
        actor=actor,
        mail=("matching_pro_bono_ended", f"お疲れさまでした：「{application.post}」"),
    )


@transaction.atomic
def follow_introduction(pk: int, *, actor: Actor) -> ProBonoApplication:
    """The introduction came to nothing, or ended early: tell whoever was put forward in it, if not told yet."""
    application = locked_application(pk)
    if application.state != ProBonoState.PUT_FORWARD or application.introduction is None:
        return application
    state = application.introduction.state
    if state == IntroductionState.ENDED_EARLY and not application.is_on_its_own:
        return end_pro_bono(pk, actor=actor)
    if state in CAME_TO_NOTHING:
        return not_choose_application(pk, actor=actor)
    return application


CAME_TO_NOTHING = (
    IntroductionState.DECLINED,
    IntroductionState.LAPSED,
    IntroductionState.WITHDRAWN,
    IntroductionState.NOT_NEEDED,
)


@transaction.atomic
def drop_unconfirmed(pk: int, *, actor: Actor) -> None:
    """Nobody confirmed the address in time: nothing is kept of it."""
    application = locked_application(pk)
    if application.state == ProBonoState.UNCONFIRMED and application.created_at < timezone.now() - CONFIRM_WITHIN:
        audit.record(application, "pro_bono.dropped", actor=actor)
        application.delete()


#: How what still stood open ends when nobody is known any more.
_OVER = {ProBonoState.APPLIED: ProBonoState.NOT_CHOSEN, ProBonoState.PUT_FORWARD: ProBonoState.ENDED}


@transaction.atomic
def forget_application(pk: int, *, actor: Actor) -> ProBonoApplication:
    """Forget who it was; the hours stay as figures. What nobody decided on, or ended, is over with it."""
    application = locked_application(pk)
    over = _OVER.get(ProBonoState(application.state))
    if over is not None:
        application.state, application.settled_at = over, timezone.now()
        application.save(update_fields=["state", "settled_at"])
    forget(application)
    audit.record(application, "pro_bono.forgotten", actor=actor)
    return application
