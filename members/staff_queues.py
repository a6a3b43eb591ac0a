"""What waits for staff among members: applications to decide on, and requests to join that nobody answers."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from members.models import JoinRequest, Organisation, RosterImport
from members.workflow import REVIEW_WORKING_DAYS
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, summarise

#: An organisation's own people answer first; staff look after a week.
JOIN_REQUEST_DAYS = 7
APPLICATION_DAYS = REVIEW_WORKING_DAYS
IMPORT_DAYS = 3


def _applications(user: Any) -> QueueSummary:
    return summarise(Organisation.objects.waiting_for_staff(), "applied_at", APPLICATION_DAYS)


def _first_applications(user: Any, limit: int) -> Iterable[StaffTask]:
    """Two queries: the applications, and those that might be the same bodies."""
    found = list(Organisation.objects.waiting_for_staff().select_related("municipality")[:limit])
    numbers = {each.corporate_number for each in found} - {""}
    same = Organisation.objects.ongoing().filter(
        Q(name_normalised__in={each.name_normalised for each in found} - {""}) | Q(corporate_number__in=numbers)
    )
    names: Counter[str] = Counter()
    by_number: Counter[str] = Counter()
    for name, number in same.values_list("name_normalised", "corporate_number"):
        names[name] += 1
        by_number[number] += 1
    for each in found:
        doubles = max(names[each.name_normalised], by_number[each.corporate_number] if each.corporate_number else 0) - 1
        where = f"・{each.municipality.name}" if each.municipality else ""
        if each.applied_at is not None:
            yield StaffTask(
                subject=each.name,
                url=reverse("admin:members_organisation_change", args=[each.pk]),
                since=each.applied_at,
                kind=f"{each.kind_label}{where}",
                note=f"似た名前の登録が{doubles}件" if doubles > 0 else "",
            )


def _join_requests(user: Any) -> QueueSummary:
    return summarise(JoinRequest.objects.waiting(), "created_at", JOIN_REQUEST_DAYS)


def _first_join_requests(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in JoinRequest.objects.waiting().select_related("user", "organisation")[:limit]:
        yield StaffTask(
            subject=f"{each.user} → {each.organisation}",
            url=reverse("admin:members_joinrequest_change", args=[each.pk]),
            since=each.created_at,
            kind="団体への参加",
        )


def _imports(user: Any) -> QueueSummary:
    return summarise(RosterImport.objects.to_look_over(), "checked_at", IMPORT_DAYS)


def _first_imports(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in RosterImport.objects.to_look_over().select_related("file").defer("problems", "preview")[:limit]:
        if each.checked_at is not None:
            rejected = each.count("rejected")
            yield StaffTask(
                subject=each.file.name,
                url=reverse("admin:members_rosterimport_change", args=[each.pk]),
                since=each.checked_at,
                kind="名簿の取り込み",
                note=f"取り込めない行が{rejected:,}件" if rejected else "",
            )


QUEUES = (
    StaffQueue(
        "organisations",
        label="団体の承認",
        task="団体の承認",
        tone="need",
        target_days=APPLICATION_DAYS,
        url=lambda: reverse("admin:members_organisation_changelist") + "?state__exact=applied",
        summary=_applications,
        first=_first_applications,
        allows=lambda user: user.has_perm("members.view_organisation"),
        order=10,
    ),
    StaffQueue(
        "join-requests",
        label="参加の申し込み",
        task="参加の申し込み",
        tone="state",
        target_days=JOIN_REQUEST_DAYS,
        url=lambda: reverse("admin:members_joinrequest_changelist") + "?state__exact=waiting",
        summary=_join_requests,
        first=_first_join_requests,
        allows=lambda user: user.has_perm("members.view_joinrequest"),
        order=60,
    ),
    StaffQueue(
        "roster-imports",
        label="名簿の取り込み",
        task="名簿の取り込み",
        tone="state",
        target_days=IMPORT_DAYS,
        url=lambda: reverse("admin:members_rosterimport_changelist") + "?state__exact=checked",
        summary=_imports,
        first=_first_imports,
        allows=lambda user: user.has_perm("members.add_rosterimport"),
        order=70,
    ),
)
