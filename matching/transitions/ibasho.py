"""What becomes of an ibasho: opened, changed, measured, closed; and those who come are asked."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import TOLD_CHANNELS, AnswerChannel
from matching.enums.ibasho import QUESTIONS, Score
from matching.models import Ibasho, IbashoAnswer, IbashoMeasure, IbashoSurvey, Outcome
from matching.transitions.checks import person
from members.models import Organisation
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError, require

_FIELDS = ("name", "municipality", "address", "who", "who_comes", "opened_on")
NUMBERS = ("open_days_a_month", "people_a_time")
#: Of one round; a survey asks for months, not for ever.
LONGEST_DAYS = 366
MOST_SHEETS = 10_000


def _lock(pk: int) -> Ibasho:
    return Ibasho.objects.select_for_update(of=("self",)).select_related("organisation", "municipality").get(pk=pk)


@transaction.atomic
def open_ibasho(*, on_behalf: Organisation, data: Mapping[str, Any], actor: Actor) -> Ibasho:
    """An organisation writes down a place of its own; ``data`` holds its columns and how it stands today."""
    require(actor, "matching.open_ibasho", on_behalf)
    ibasho = Ibasho(organisation=on_behalf)
    _fill(ibasho, data)
    if Ibasho.objects.filter(organisation=on_behalf, name=ibasho.name).exists():
        raise ValidationError({"name": "この名前の居場所は、もう登録されています。"})
    ibasho.save(force_insert=True)
    today = timezone.localdate()
    begun = ibasho.opened_on if ibasho.opened_on and ibasho.opened_on < today else today
    measure(ibasho, on=begun, numbers={name: data.get(name) for name in NUMBERS})
    audit.record(ibasho, "ibasho.opened", actor=actor)
    return ibasho


@transaction.atomic
def edit_ibasho(pk: int, *, data: Mapping[str, Any], actor: Actor) -> Ibasho:
    """What it is called, where it is and who comes; the numbers are measured, not edited."""
    ibasho = _lock(pk)
    require(actor, "matching.edit_ibasho", ibasho)
    before = {name: getattr(ibasho, name) for name in _FIELDS}
    _fill(ibasho, data)
    changed = [name for name in _FIELDS if getattr(ibasho, name) != before[name]]
    if "name" in changed and (
        Ibasho.objects.filter(organisation=ibasho.organisation_id, name=ibasho.name).exclude(pk=pk).exists()
    ):
        raise ValidationError({"name": "この名前の居場所は、もう登録されています。"})
    if changed:
        ibasho.save(update_fields=[*changed, "updated_at"])
        audit.record(ibasho, "ibasho.edited", actor=actor, fields=changed)
    return ibasho


def _fill(ibasho: Ibasho, data: Mapping[str, Any]) -> None:
    unknown = set(data) - {*_FIELDS, *NUMBERS}
    if unknown:
        raise ValueError(f"not part of an ibasho: {sorted(unknown)}")
    for name in _FIELDS:
        if name in data:
            setattr(ibasho, name, data[name])
    ibasho.full_clean(exclude=["organisation"], validate_unique=False, validate_constraints=False)


@transaction.atomic
def measure_ibasho(pk: int, *, on: date, numbers: Mapping[str, int | None], actor: Actor) -> IbashoMeasure:
    """How often it is open and how many come, from ``on`` on; a second measure of the same day replaces the first."""
    ibasho = _lock(pk)
    require(actor, "matching.measure_ibasho", ibasho)
    if on > timezone.localdate():
        raise ValidationError({"on": "これからの日は入れられません。"})
    if not ibasho.is_open:
        raise TransitionError("ibasho_closed", "閉じた居場所です。もう一度開いてから、記録してください。")
    if all(numbers.get(name) is None for name in NUMBERS):
        raise ValidationError({NUMBERS[0]: "どちらかの数を書いてください。"})
    made = measure(ibasho, on=on, numbers=numbers)
    audit.record(ibasho, "ibasho.measured", actor=actor, fields=NUMBERS)
    return made


def measure(
    ibasho: Ibasho,
    *,
    on: date,
    numbers: Mapping[str, int | None],
    outcome: Outcome | None = None,
    is_open: bool = True,
) -> IbashoMeasure:
    """Write one line of the history of a locked ibasho; a number that is not told stays as it was before.

    What the newest line says stands with the ibasho itself.
    """
    earlier = IbashoMeasure.objects.filter(ibasho=ibasho, on__lte=on).order_by("-on").first()
    # What an ibasho said before it had a history counts too.
    said = earlier if earlier is not None or ibasho.measures.exists() else ibasho
    values = {
        name: numbers.get(name) if numbers.get(name) is not None else getattr(said, name, None) for name in NUMBERS
    }
    made, _ = IbashoMeasure.objects.update_or_create(
        ibasho=ibasho, on=on, defaults={**values, "is_open": is_open, "outcome": outcome}
    )
    made.full_clean(exclude=["ibasho", "outcome"])
    newest = IbashoMeasure.objects.filter(ibasho=ibasho).order_by("-on").first()
    if newest is not None:
        for name in NUMBERS:
            setattr(ibasho, name, getattr(newest, name))
        ibasho.closed_on = None if newest.is_open else newest.on
        ibasho.save(update_fields=[*NUMBERS, "closed_on", "updated_at"])
    return made


@transaction.atomic
def close_ibasho(pk: int, *, on: date, actor: Actor) -> Ibasho:
    """It is not open any more from ``on`` on; what it was stays in the figures of its time."""
    ibasho = _lock(pk)
    require(actor, "matching.close_ibasho", ibasho)
    if not ibasho.is_open:
        return ibasho
    if on > timezone.localdate():
        raise ValidationError({"on": "これからの日は入れられません。"})
    newest = IbashoMeasure.objects.filter(ibasho=ibasho).order_by("-on").first()
    if newest is not None and newest.on > on:
        raise ValidationError(
            {"on": f"{newest.on.month}月{newest.on.day}日の記録があるため、それより後の日にしてください。"}
        )
    measure(ibasho, on=on, numbers={}, is_open=False)
    # Nobody comes any more who could be asked.
    IbashoSurvey.objects.filter(ibasho=ibasho, opens_on__lte=on, closes_on__gt=on).update(closes_on=on)
    audit.record(ibasho, "ibasho.closed", actor=actor)
    return ibasho


@transaction.atomic
def reopen_ibasho(pk: int, *, actor: Actor) -> Ibasho:
    """It is open again from today on, as it was before it closed."""
    ibasho = _lock(pk)
    require(actor, "matching.close_ibasho", ibasho)
    if ibasho.is_open:
        return ibasho
    measure(ibasho, on=timezone.localdate(), numbers={})
    audit.record(ibasho, "ibasho.reopened", actor=actor)
    return ibasho


# --- those who come are asked ---


@transaction.atomic
def start_survey(pk: int, *, opens_on: date, closes_on: date, actor: Actor) -> IbashoSurvey:
    """Begin a round of the three questions; rounds of one ibasho do not overlap."""
    ibasho = _lock(pk)
    require(actor, "matching.start_survey", ibasho)
    if not ibasho.is_open:
        raise TransitionError("ibasho_closed", "閉じた居場所です。もう一度開いてから、アンケートを始めてください。")
    if closes_on < opens_on:
        raise ValidationError({"closes_on": "終わりの日は、始まりの日よりあとにしてください。"})
    if closes_on < timezone.localdate():
        raise ValidationError({"closes_on": "もう過ぎた日です。これからの日を入力してください。"})
    if (closes_on - opens_on).days > LONGEST_DAYS:
        raise ValidationError({"closes_on": "長くても1年までにしてください。"})
    same = IbashoSurvey.objects.filter(ibasho=ibasho, opens_on__lte=closes_on, closes_on__gte=opens_on).first()
    if same is not None:
        if (same.opens_on, same.closes_on) == (opens_on, closes_on):
            return same
        raise ValidationError(
            {"opens_on": "この期間には、もうアンケートがあります。それが終わってからの日にしてください。"}
        )
    survey = IbashoSurvey.objects.create(
        ibasho=ibasho, token=secrets.token_urlsafe(12), opens_on=opens_on, closes_on=closes_on
    )
    audit.record(survey, "survey.started", actor=actor)
    return survey


@transaction.atomic
def close_survey(pk: int, *, actor: Actor) -> IbashoSurvey:
    """End a round before its time: from tomorrow on its link takes no answers."""
    survey = IbashoSurvey.objects.select_for_update(of=("self",)).select_related("ibasho").get(pk=pk)
    require(actor, "matching.close_survey", survey)
    today = timezone.localdate()
    if survey.closes_on <= today:
        return survey
    survey.closes_on = max(today, survey.opens_on)
    survey.save(update_fields=["closes_on"])
    audit.record(survey, "survey.closed", actor=actor)
    return survey


@transaction.atomic
def answer_survey(pk: int, *, scores: Mapping[str, int | None], words: str, form_key: str) -> IbashoAnswer:
    """Somebody who comes answers by the link, unnamed. One form is one answer, however often it is sent."""
    survey = IbashoSurvey.objects.select_related("ibasho").get(pk=pk)
    if not survey.is_running(timezone.localdate()) or not survey.ibasho.is_open:
        raise TransitionError("survey_over", "このアンケートは、いまはお答えいただけません。")
    answer = IbashoAnswer(survey=survey, words=words.strip()[:300], form_key=form_key, **_scores(scores))
    made, _ = IbashoAnswer.objects.get_or_create(
        form_key=form_key,
        defaults={"survey": survey, "words": answer.words, **{name: getattr(answer, name) for name in QUESTIONS}},
    )
    return made


def _scores(scores: Mapping[str, int | None]) -> dict[str, int | None]:
    found = {name: scores.get(name) for name in QUESTIONS}
    if any(value is not None and value not in Score.values for value in found.values()):
        raise ValueError("not on the scale")
    if all(value is None for value in found.values()):
        raise ValidationError("どれかひとつは選んでください。")
    return found


@transaction.atomic
def record_sheet(
    pk: int, *, scores: Mapping[str, int | None], words: str, channel: str, form_key: str, actor: Actor
) -> IbashoAnswer:
    """Type in one sheet of paper, or what somebody said by telephone."""
    survey = _survey_for_typing(pk, channel, actor=actor)
    made, fresh = IbashoAnswer.objects.get_or_create(
        form_key=f"{survey.pk}:{form_key}"[:64],
        defaults={
            "survey": survey,
            "words": words.strip()[:300],
            "channel": channel,
            "recorded_by": person(actor),
            **_scores(scores),
        },
    )
    if fresh:
        audit.record(survey, "survey.answer_recorded", actor=actor, codes={"channel": channel})
    return made


@transaction.atomic
def record_tallies(
    pk: int, *, tallies: Iterable[tuple[str, int, int]], channel: str, form_key: str, actor: Actor
) -> int:
    """Type in counted sheets: (question, score, how many). The same form again changes nothing; gives the rows made."""
    survey = _survey_for_typing(pk, channel, actor=actor)
    rows = []
    for question, score, count in tallies:
        if question not in QUESTIONS or score not in Score.values or not 0 <= count <= MOST_SHEETS:
            raise ValueError("not on the sheet")
        if count:
            rows.append(
                IbashoAnswer(
                    survey=survey,
                    count=count,
                    channel=channel,
                    recorded_by=person(actor),
                    form_key=f"{survey.pk}:{form_key}:{question}:{score}"[:64],
                    **{question: score},
                )
            )
    if not rows:
        raise ValidationError("数を、どれかひとつは書いてください。")
    known = IbashoAnswer.objects.filter(form_key__in=[row.form_key for row in rows])
    if known.exists():
        return 0
    IbashoAnswer.objects.bulk_create(rows)
    audit.record(survey, "survey.answers_recorded", actor=actor, codes={"channel": channel, "rows": len(rows)})
    return len(rows)


def _survey_for_typing(pk: int, channel: str, *, actor: Actor) -> IbashoSurvey:
    """The survey, locked: two clicks at once are one after the other. Paper may come in after its end."""
    survey = IbashoSurvey.objects.select_for_update(of=("self",)).select_related("ibasho").get(pk=pk)
    require(actor, "matching.record_survey", survey)
    if channel not in dict(TOLD_CHANNELS) or channel == AnswerChannel.ONLINE:
        raise ValidationError({"channel": "どのように届いたかを選んでください。"})
    return survey
