"""Whether every organisation goes on: asking, answering, writing down what came on paper, closing.

Silence is not consent. Nothing here ever turns a missing answer into one.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from members.enums import AgreedBy, OrganisationState, ReconfirmationAnswer, ReconfirmationState
from members.models import Organisation, Reconfirmation, ReconfirmationReply, User
from members.notices.reconfirmations import (
    ReconfirmationAnswered,
    ReconfirmationAsked,
    ReconfirmationClosed,
    ReconfirmationReminder,
)
from members.workflow import RECONFIRMATIONS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: Those who are asked: members, also while they are suspended.
ASKED_STATES = (OrganisationState.APPROVED, OrganisationState.SUSPENDED)
BATCH = 2_000


@transaction.atomic
def open_reconfirmation(pk: int, *, actor: Actor) -> Reconfirmation:
    """Begin to ask: draft -> open. There is a row for each organisation from now on; a task writes to them.

    Raises ``TransitionError``: 'deadline_passed', 'document_not_published'.
    """
    campaign = Reconfirmation.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.open_reconfirmation", campaign)
    before = RECONFIRMATIONS.check(campaign, "open")
    if campaign.deadline <= timezone.localdate():
        raise TransitionError("deadline_passed", "お返事の期限が、今日かそれより前になっています。直してください。")
    if campaign.document is not None and campaign.document.published_at is None:
        raise TransitionError(
            "document_not_published", "同意する規約が、まだ公表されていません。先に、規約の版を公表してください。"
        )
    campaign.state = ReconfirmationState.OPEN
    campaign.opened_at = timezone.now()
    campaign.save(update_fields=["state", "opened_at"])
    asked = _add_missing(campaign)
    audit.record(campaign, "reconfirmation.opened", actor=actor, before=before, codes={"organisations": asked})
    return campaign


def organisations_for(campaign: Reconfirmation) -> QuerySet[Organisation]:
    """Those whom ``campaign`` asks, as things stand now."""
    organisations = Organisation.objects.filter(state__in=ASKED_STATES)
    return organisations.filter(kind__in=campaign.kinds) if campaign.kinds else organisations


@transaction.atomic
def add_missing_organisations(pk: int, *, actor: Actor) -> int:
    """Ask those too that became members after the campaign began; how many these were."""
    campaign = Reconfirmation.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    require(actor, "members.open_reconfirmation", campaign)
    if campaign.state != ReconfirmationState.OPEN or campaign.deadline < timezone.localdate():
        return 0
    added = _add_missing(campaign)
    if added:
        audit.record(campaign, "reconfirmation.extended", actor=actor, codes={"organisations": added})
    return added


def _add_missing(campaign: Reconfirmation) -> int:
    asked = ReconfirmationReply.objects.filter(reconfirmation=campaign, organisation=OuterRef("pk"))
    missing = organisations_for(campaign).filter(~Exists(asked)).order_by("pk").values_list("pk", flat=True)
    rows = [ReconfirmationReply(reconfirmation=campaign, organisation_id=pk) for pk in missing]
    ReconfirmationReply.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def ask_for_reconfirmation(pk: int, *, actor: Actor) -> bool:
    """Write to the owners of one asked organisation; False when nothing is to be asked any more."""
    reply = _held_if_silent(pk, actor=actor)
    if reply is None:
        return False
    return bool(outbox.put(ReconfirmationAsked(reply)))


@transaction.atomic
def remind_of_reconfirmation(pk: int, *, days: int, actor: Actor) -> bool:
    """Ask a silent organisation again, once for each threshold of ``days`` before the deadline."""
    reply = _held_if_silent(pk, actor=actor)
    if reply is None:
        return False
    return bool(outbox.put(ReconfirmationReminder(reply, days=days)))


def _held_if_silent(pk: int, *, actor: Actor) -> ReconfirmationReply | None:
    """The row, held, if it still waits for an answer that can be given."""
    reply = (
        ReconfirmationReply.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reconfirmation", "organisation")
        .get(pk=pk)
    )
    require(actor, "members.open_reconfirmation", reply.reconfirmation)
    campaign = reply.reconfirmation
    waits = campaign.state == ReconfirmationState.OPEN and campaign.deadline >= timezone.localdate()
    return reply if waits and not reply.answer and reply.organisation.state in ASKED_STATES else None


@transaction.atomic
def answer_reconfirmation(
    pk: int, *, organisation: Organisation, answer: ReconfirmationAnswer, note: str = "", actor: User
) -> ReconfirmationReply:
    """Say for ``organisation`` whether it goes on; an owner may change that until the deadline.

    Saying 'leave' withdraws nothing by itself. Raises ``TransitionError``: 'not_asked', 'too_late', 'not_a_member'.
    """
    # The campaign first: whoever closes it waits for an answer that is being given, and the other way round.
    campaign = Reconfirmation.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    reply = _held_reply(campaign, organisation)
    require(actor, "members.answer_reconfirmation", reply)
    RECONFIRMATIONS.check(campaign, "answer")
    if campaign.deadline < timezone.localdate():
        raise TransitionError("too_late", "お返事の期限を過ぎています。お困りのときは、事務局へご連絡ください。")
    if reply.organisation.state not in ASKED_STATES:
        raise TransitionError("not_a_member", "この団体は、いまはお返事ができません。")
    return _store(reply, answer=answer, note=note, actor=actor, action="reconfirmation.answered")


@transaction.atomic
def record_reconfirmation_answer(
    pk: int,
    *,
    answer: ReconfirmationAnswer,
    channel: AgreedBy,
    said_by: str,
    said_on: date,
    note: str = "",
    actor: Actor,
) -> ReconfirmationReply:
    """Write down for the reply ``pk`` what somebody said by telephone or on paper, who it was and when.

    Also after closing, as long as it had reached the office by then.
    """
    campaign_pk = ReconfirmationReply.objects.values_list("reconfirmation", flat=True).get(pk=pk)
    campaign = Reconfirmation.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign_pk)
    reply = ReconfirmationReply.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)
    reply.reconfirmation = campaign
    require(actor, "members.record_reconfirmation", reply)
    RECONFIRMATIONS.check(campaign, "record")
    _said_in_time(campaign, said_on)
    if not said_by.strip():
        raise ValidationError({"said_by": "どなたのお返事かを書いてください。"})
    if reply.organisation.state not in ASKED_STATES:
        raise TransitionError("not_a_member", "この団体は、いまは会員ではありません。お返事は記録できません。")
    return _store(
        reply,
        answer=answer,
        note=note,
        actor=actor,
        action="reconfirmation.recorded",
        channel=channel,
        said_by=said_by.strip(),
        said_on=said_on,
    )


def _said_in_time(campaign: Reconfirmation, said_on: date) -> None:
    ends = [campaign.deadline, timezone.localdate()]
    if campaign.closed_at is not None:
        ends.append(timezone.localdate(campaign.closed_at))
    if said_on > timezone.localdate():
        raise ValidationError({"said_on": "これからの日付になっています。お返事を受けた日を入力してください。"})
    if said_on > min(ends):
        raise ValidationError({"said_on": "締め切りのあとに受けたお返事は、記録できません。"})
    if campaign.opened_at is not None and said_on < timezone.localdate(campaign.opened_at):
        raise ValidationError({"said_on": "確認を始める前の日付になっています。"})


def _held_reply(campaign: Reconfirmation, organisation: Organisation) -> ReconfirmationReply:
    reply = (
        ReconfirmationReply.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(reconfirmation=campaign, organisation=organisation)
        .first()
    )
    if reply is None:
        raise TransitionError("not_asked", "この団体には、この確認のお願いをしていません。")
    reply.reconfirmation = campaign
    return reply


def _store(
    reply: ReconfirmationReply,
    *,
    answer: ReconfirmationAnswer,
    note: str,
    actor: Actor,
    action: str,
    channel: str = "",
    said_by: str = "",
    said_on: date | None = None,
) -> ReconfirmationReply:
    values = {
        "answer": ReconfirmationAnswer(answer),
        "note": note.strip(),
        "channel": channel,
        "said_by": said_by,
        "said_on": said_on,
    }
    if all(getattr(reply, name) == value for name, value in values.items()):
        # The button pressed twice.
        return reply
    before = reply.answer
    for name, value in values.items():
        setattr(reply, name, value)
    reply.answered_at = timezone.now()
    reply.answered_by = actor if isinstance(actor, User) else None
    reply.full_clean(validate_unique=False)
    reply.save(update_fields=[*values, "answered_at", "answered_by"])
    entry = audit.record(reply, action, actor=actor, before=before, after=reply.answer, codes={"channel": channel})
    outbox.put(ReconfirmationAnswered(reply, change=entry.pk))
    return reply


@transaction.atomic
def close_reconfirmation(pk: int, *, actor: Actor) -> Reconfirmation:
    """Take no more answers: open -> closed. Whoever has not answered has not consented."""
    campaign = Reconfirmation.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.close_reconfirmation", campaign)
    before = RECONFIRMATIONS.check(campaign, "close")
    campaign.state = ReconfirmationState.CLOSED
    campaign.closed_at = timezone.now()
    campaign.save(update_fields=["state", "closed_at"])
    audit.record(campaign, "reconfirmation.closed", actor=actor, before=before)
    outbox.put(ReconfirmationClosed(campaign))
    return campaign
