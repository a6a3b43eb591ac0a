"""What passes from somebody who leaves an organisation to whoever follows, and the brief that tells of it.

Which rows pass is declared beside each foreign key (``tomoiki.web.lifecycle.person_links``); what passes without a
key, such as how far conversations were read, is registered here by the app that knows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole
from members.models import Affiliation, Organisation, ReconfirmationReply, User
from tomoiki.web.lifecycle import BriefLine, BriefSection, Pass, PersonLink, brief_sections, field_of, person_links
from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class HandoverStep:
    """``carry(organisation, leaver, successor)`` runs inside the transaction, when the rows have passed."""

    name: str
    carry: Callable[[Organisation, User, User], None]


handover_steps: Registry[HandoverStep] = Registry("handover steps", key=lambda step: step.name)


@dataclass(frozen=True)
class Share:
    """The rows of one foreign key that pass."""

    link: PersonLink
    passing: Pass
    rows: tuple[Any, ...]

    @property
    def title(self) -> str:
        return self.passing.title

    @property
    def count(self) -> int:
        return len(self.rows)


def shares_of(organisation: Organisation, leaver: User, *, lock: bool = False) -> list[Share]:
    """What would pass now, one share for each kind of thing of which there is any."""
    found = []
    for link in person_links:
        passing = link.hand_over
        if not isinstance(passing, Pass):
            continue
        rows = passing.rows(leaver, organisation).order_by("pk")
        if lock:
            # Without the key: others may refer to these rows meanwhile.
            rows = rows.select_for_update(of=("self",), no_key=True)
        if kept := tuple(rows):
            found.append(Share(link, passing, kept))
    return found


def pass_on(shares: list[Share], successor: User) -> None:
    """Set the foreign keys to the successor: one statement for each kind of thing."""
    for share in shares:
        field = field_of(share.link.key)
        field.model._base_manager.filter(pk__in=[row.pk for row in share.rows]).update(**{field.name: successor})


def brief(organisation: Organisation, leaver: User, successor: User, shares: list[Share]) -> list[dict[str, Any]]:
    """The brief as it is kept: ``[{"title", "lines": [{"text", "url", "due"}]}]``, sections without lines left out.

    Written before anything passes, so that it tells what the leaver looked after.
    """
    sections = [(share.title, [share.passing.line(row) for row in share.rows]) for share in shares]
    ordered = sorted(brief_sections, key=lambda each: (each.order, each.name))
    sections += [(each.title, list(each.lines(organisation, leaver))) for each in ordered]
    sections.append(("いっしょに活動している担当の方", list(_colleagues(organisation, leaver, successor))))
    merged: dict[str, list[BriefLine]] = {}
    for title, lines in sections:
        merged.setdefault(title, []).extend(lines)
    return [{"title": title, "lines": [_stored(line) for line in lines]} for title, lines in merged.items() if lines]


def _stored(line: BriefLine) -> dict[str, str]:
    return {"text": line.text, "url": line.url, "due": line.due.isoformat() if line.due else ""}


@dataclass(frozen=True)
class ShownLine:
    """A line of a stored brief, with its day as a day again."""

    text: str
    url: str
    due: date | None


def shown(stored: list[dict[str, Any]]) -> Iterator[tuple[str, list[ShownLine]]]:
    """A stored brief for a page or a document; what is due soonest stands first."""
    for section in stored:
        lines = [
            ShownLine(line["text"], line.get("url", ""), date.fromisoformat(line["due"]) if line.get("due") else None)
            for line in section["lines"]
        ]
        yield section["title"], sorted(lines, key=lambda line: line.due or date.max)


# --- this app's own share of every brief ---


def _colleagues(organisation: Organisation, leaver: User, successor: User) -> Iterator[BriefLine]:
    """Whom the successor may ask: the colleagues who stay. One query."""
    staying = Affiliation.objects.current().filter(organisation=organisation, user__is_active=True)
    for each in staying.exclude(user__in=[leaver, successor]).select_related("user").order_by("started_at", "pk"):
        title = f"・{each.title}" if each.title else ""
        yield BriefLine(f"{each.user}さん（{AffiliationRole(each.role).label}{title}）")


def _answers_wanted(organisation: Organisation, leaver: User) -> Iterator[BriefLine]:
    """Who waits to be taken in. One query."""
    url = reverse("members:people", args=[organisation.pk])
    for asked in organisation.join_requests.waiting().select_related("user"):
        yield BriefLine(f"{asked.user}さんが、担当者に加わりたいと申し込んでいます", url)


brief_sections.register(BriefSection("members-join-requests", "お返事を待っている申し込み", _answers_wanted, order=70))


def _goes_on(organisation: Organisation, leaver: User) -> Iterator[BriefLine]:
    """The office asks whether the organisation goes on: silence is no consent, and only owners answer. One query."""
    asked = ReconfirmationReply.objects.filter(organisation=organisation).due_for_reminder(timezone.localdate())
    for reply in asked.select_related("reconfirmation").order_by("reconfirmation__deadline", "pk"):
        yield BriefLine(
            f"{reply.reconfirmation}（代表担当者の方がお返事できます）",
            reverse("members:reconfirm", args=[organisation.pk, reply.reconfirmation_id]),
            reply.reconfirmation.deadline,
        )


brief_sections.register(BriefSection("members-reconfirmations", "継続の確認", _goes_on, order=60))
