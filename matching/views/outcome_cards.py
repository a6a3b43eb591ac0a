"""Reports as both sides read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.enums import Again, OutcomeResult, Welcome
from matching.models import IbashoChange, Outcome

# A report is thanks, so the other side reads it at once, not only when both have reported. So that people can
# nevertheless be honest, what could hurt is read by staff and by the side that wrote it alone.
_SHOWN_WELCOME = {Welcome.VERY, Welcome.WELL}
_SHOWN_AGAIN = {Again.YES, Again.MAYBE}
_RESULTS = {
    OutcomeResult.DONE: ("circle-check", "offer"),
    OutcomeResult.PARTLY: ("circle-check", "state"),
    OutcomeResult.NOT_DONE: ("info-circle", "warning"),
}


@dataclass(frozen=True)
class Figure:
    number: int
    label: str
    unit: str


@dataclass(frozen=True)
class ChangeCard:
    """What an ibasho gained, in one sentence."""

    name: str
    kind: str
    told: str


@dataclass(frozen=True)
class OutcomeCard:
    name: str
    #: The organisation's, for its picture.
    kind: str
    reported_at: datetime
    result: str
    result_icon: str
    result_tone: str
    welcome: str
    again: str
    story: str
    figures: Sequence[Figure]
    changes: Sequence[ChangeCard]


def outcome_cards(outcomes: Sequence[Outcome], *, own: Collection[int], staff: bool) -> list[OutcomeCard]:
    """The reports for one reader; one query for the ibasho of all of them."""
    changes: dict[int, list[IbashoChange]] = {outcome.pk: [] for outcome in outcomes}
    if outcomes:
        found = IbashoChange.objects.filter(outcome__in=changes).select_related("ibasho").order_by("pk")
        for change in found:
            changes[change.outcome_id].append(change)
    return [
        _card(outcome, changes[outcome.pk], everything=staff or outcome.participant_id in own) for outcome in outcomes
    ]


def _card(outcome: Outcome, changes: Sequence[IbashoChange], *, everything: bool) -> OutcomeCard:
    icon, tone = _RESULTS[OutcomeResult(outcome.result)]
    figures = []
    if outcome.quantity is not None:
        figures.append(Figure(outcome.quantity, "実際の数", outcome.get_unit_display()))
    if outcome.people_reached is not None:
        figures.append(Figure(outcome.people_reached, "届いた人", "人"))
    return OutcomeCard(
        name=outcome.participant.label,
        kind=outcome.participant.organisation.kind,
        reported_at=outcome.reported_at,
        result=outcome.get_result_display(),
        result_icon=icon,
        result_tone=tone,
        welcome=outcome.get_welcome_display() if everything or outcome.welcome in _SHOWN_WELCOME else "",
        again=outcome.get_again_display() if everything or outcome.again in _SHOWN_AGAIN else "",
        story=outcome.story,
        figures=figures,
        changes=[ChangeCard(change.ibasho.name, change.get_kind_display(), _told(change)) for change in changes],
    )


def _told(change: IbashoChange) -> str:
    """月に2日から4日、1回に8人から15人くらい。"""
    parts = [
        _span("月に", change.days_before, change.days_after, "日"),
        _span("1回に", change.people_before, change.people_after, "人"),
    ]
    return "、".join(part for part in parts if part)


def _span(lead: str, before: int | None, after: int | None, unit: str) -> str:
    if after is None:
        return ""
    return f"{lead}{before:,}{unit}から{after:,}{unit}へ" if before else f"{lead}{after:,}{unit}"
