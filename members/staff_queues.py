"""What waits for staff among members: applications to decide on, and requests to join that nobody answers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from members.duplicates import candidates_of
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
    """A fixed number of queries: the applications, and those that might be the same bodies."""
    found = list(Organisation.objects.waiting_for_staff().select_related("municipality")[:limit])
    doubles = candidates_of(found)
    for each in found:
        where = f"・{each.municipality.name}" if each.municipality else ""
        if each.applied_at is not None:
            yield StaffTask(
                subject=each.name,
                url=reverse("admin:members_organisation_change", args=[each.pk]),
                since=each.applied_at,
                kind=f"{each.kind_label}{where}",
                note=f"同じ団体かもしれない登録が{len(doubles[each.pk])}件" if doubles[each.pk] else "",
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
        url=lambda: reverse("admin:members_organisation_queue"),
        summary=_applications,
        first=_first_applications,
        allows=lambda user: user.has_perm("members.view_organisation"),
        order=10,
    ),
    StaffQueue(
        "join-requests",
        label="担当者になりたい方",
        task="担当者になりたい方",
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
