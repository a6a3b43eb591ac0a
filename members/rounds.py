"""What an organisation handed in each time it applied, and how that differs from the time before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from members.enums import OrganisationKind, OrganisationState, Stage
from members.models import ApplicationRound, Organisation, User
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import labels

#: What the office looks at when it decides, in the order in which it is shown.
SHOWN = (
    "name",
    "name_kana",
    "kind",
    "kind_other",
    "corporate_number",
    "postal_code",
    "municipality",
    "address",
    "phone",
    "website",
    "description",
    "themes",
    "areas",
    "stage",
    "listed_publicly",
)


def snapshot(organisation: Organisation) -> dict[str, Any]:
    """What stands in the application now, as JSON can hold it."""
    return {name: _plain(getattr(organisation, name)) for name in SHOWN}


def _plain(value: Any) -> Any:
    if isinstance(value, Municipality):
        return value.code
    if isinstance(value, Model):
        return value.pk
    return "" if value is None else value


@dataclass(frozen=True)
class Line:
    """One field of a round: its label, what it said the time before and what it says."""

    label: str
    before: str
    now: str
    changed: bool


@dataclass(frozen=True)
class RoundView:
    """One time that an organisation applied, ready to be shown.

    ``changes`` is what differs from the time before; ``unknown`` when nobody kept what was handed in.
    """

    number: int
    submitted_at: datetime
    submitted_by: User | None
    lines: Sequence[Line]
    first: bool
    unknown: bool
    decision: str
    decision_label: str
    message: str
    decided_at: datetime | None
    decided_by: User | None

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if line.changed]

    @property
    def tone(self) -> str:
        return _TONES.get(self.decision, "warning")


_TONES: Mapping[str, str] = {
    OrganisationState.APPROVED: "offer",
    OrganisationState.RETURNED: "state",
    OrganisationState.REJECTED: "danger",
}
_DECISIONS: Mapping[str, str] = {
    "": "確認中",
    OrganisationState.APPROVED: "登録を承認",
    OrganisationState.RETURNED: "直しをお願い",
    OrganisationState.REJECTED: "登録を見送り",
    OrganisationState.MERGED: "別の団体とまとめた",
}


def history(organisation: Organisation) -> list[RoundView]:
    """The rounds of ``organisation``, the latest first; three queries, however many there are."""
    rounds = list(
        ApplicationRound.objects.filter(organisation=organisation)
        .select_related("submitted_by", "decided_by")
        .order_by("number")
    )
    words = _Words(rounds)
    views: list[RoundView] = []
    before: Mapping[str, Any] = {}
    for each in rounds:
        views.append(
            RoundView(
                number=each.number,
                submitted_at=each.submitted_at,
                submitted_by=each.submitted_by,
                lines=words.lines(before, each.data) if each.data else (),
                first=each.number == 1,
                unknown=not each.data,
                decision=each.decision,
                decision_label=_DECISIONS.get(each.decision, each.decision),
                message=each.message,
                decided_at=each.decided_at,
                decided_by=each.decided_by,
            )
        )
        before = each.data or before
    return views[::-1]


class _Words:
    """Turns what rounds hold into what people read; places and themes are looked up once for all of them."""

    def __init__(self, rounds: Sequence[ApplicationRound]) -> None:
        codes: set[str] = set()
        for each in rounds:
            codes |= {str(each.data.get("municipality") or ""), *map(str, each.data.get("areas") or [])}
        found = Municipality.objects.filter(code__in=codes - {""}) if codes - {""} else []
        self.places = {place.code: str(place) for place in found}
        self.themes = labels("theme") if any(each.data.get("themes") for each in rounds) else {}

    def lines(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Line]:
        lines = []
        for name in SHOWN:
            if name not in now and name not in before:
                continue
            was, says = self._text(name, before.get(name)), self._text(name, now.get(name))
            changed = bool(before) and name in now and name in before and was != says
            if was or says:
                lines.append(Line(field_label(name), was, says, changed))
        return lines

    def _text(self, name: str, value: Any) -> str:
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, bool):
            return "はい" if value else "いいえ"
        if name == "municipality":
            return self.places.get(str(value), str(value))
        if name == "areas":
            return "、".join(self.places.get(str(code), str(code)) for code in value)
        if name == "themes":
            return "、".join(self.themes.get(str(code), str(code)) for code in value)
        if name == "kind" and value in OrganisationKind.values:
            return OrganisationKind(value).label
        if name == "stage" and value in Stage.values:
            return Stage(value).label
        return str(value)


def field_label(name: str) -> str:
    """How a field of an organisation is called on screen."""
    return str(getattr(Organisation._meta.get_field(name), "verbose_name", name))
