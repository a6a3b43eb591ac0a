"""The queue of applications: what waits the longest first, likely doubles side by side, and from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from members.duplicates import Candidate, candidates, candidates_of, digits
from members.enums import OrganisationKind, OrganisationState
from members.merging import words
from members.models import ONGOING_STATES, Organisation
from members.review import review_due
from members.rounds import field_label, history
from tomoiki.workflow.admin import Panel, TransitionAdmin, TransitionButton

PAGE_SIZE = 30
#: What ends the waiting of an application.
DECISIONS = ("approve", "return", "reject")
#: What two have in common, the strongest first.
_SHORT = {
    "number": "同じ法人番号",
    "name": "同じ名前",
    "phone": "同じ電話",
    "website": "同じサイト",
    "domain": "同じメール",
    "similar": "似た名前",
}
_SIDE_BY_SIDE = (
    "name",
    "name_kana",
    "kind",
    "corporate_number",
    "municipality",
    "address",
    "phone",
    "website",
    "description",
)


@dataclass(frozen=True)
class Waiting:
    """One application in the queue."""

    organisation: Organisation
    url: str
    days: int
    due: date
    late: bool
    #: How often it has been handed in.
    times: int
    doubles: Sequence[Candidate]

    @property
    def needs_review(self) -> bool:
        """Of a kind that the consortium does not name: staff look whether it belongs."""
        return self.organisation.kind == OrganisationKind.OTHER

    @property
    def again(self) -> str:
        return f"直して再申込み（{self.times}回目）"

    @property
    def doubles_text(self) -> str:
        """What the likeliest double has in common, and how many there are; short, for it stands in a chip."""
        if not self.doubles:
            return ""
        first = self.doubles[0]
        what = "名簿の団体" if first.from_roster else next(_SHORT[code] for code in _SHORT if code in first.codes)
        return f"{what}・{len(self.doubles)}件"

    @property
    def doubles_tone(self) -> str:
        return self.doubles[0].strength.tone if self.doubles else ""

    @property
    def notable(self) -> bool:
        return self.times > 1 or self.needs_review or bool(self.doubles)


@dataclass(frozen=True)
class Row:
    """One field of two organisations side by side."""

    label: str
    here: str
    there: str
    differs: bool


@dataclass(frozen=True)
class SideBySide:
    """A likely double next to the application."""

    candidate: Candidate
    rows: Sequence[Row]
    url: str
    merge_url: str

    @property
    def against(self) -> list[str]:
        return [self.candidate.against] if self.candidate.against else []

    @property
    def mergeable(self) -> bool:
        """What is over is not made one with what begins, unless staff look for it themselves."""
        return self.candidate.organisation.state in ONGOING_STATES


def waiting_rows(organisations: Sequence[Organisation]) -> list[Waiting]:
    """The queue's rows for a page of applications (with ``times``); a fixed number of queries."""
    doubles = candidates_of(organisations)
    today = timezone.localdate()
    rows = []
    for each in organisations:
        applied_at = each.applied_at or timezone.now()
        due = review_due(applied_at)
        rows.append(
            Waiting(
                organisation=each,
                url=reverse("admin:members_organisation_change", args=[each.pk]),
                days=(today - timezone.localdate(applied_at)).days,
                due=due,
                late=due < today,
                times=getattr(each, "times", 1),
                doubles=doubles[each.pk],
            )
        )
    return rows


def side_by_side(organisation: Organisation, candidate: Candidate) -> SideBySide:
    other = candidate.organisation
    rows = []
    for name in _SIDE_BY_SIDE:
        here, there = words(organisation, name), words(other, name)
        differs = digits(here) != digits(there) if name == "phone" else here != there
        rows.append(Row(field_label(name), here, there, differs))
    # A line of the roster, or whoever came first, is what remains.
    merge_url = reverse("admin:members_organisation_merge", args=[other.pk]) + f"?with={organisation.pk}"
    return SideBySide(
        candidate=candidate,
        rows=[row for row in rows if row.here or row.there],
        url=reverse("admin:members_organisation_change", args=[other.pk]),
        merge_url=merge_url,
    )


class DecidesOnApplications(TransitionAdmin[Organisation]):
    """The part of the organisations' admin that works through the applications."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.queue_view)
        return [path("queue/", view, name="members_organisation_queue"), *super().get_urls()]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """The applications that wait, the longest waiting first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Organisation.objects.waiting_for_staff().select_related("municipality").annotate(times=Count("rounds"))
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "staff/members/queue.html",
            {
                **self.admin_site.each_context(request),
                "title": "団体の承認",
                "opts": self.opts,
                "page": page,
                "rows": waiting_rows(list(page.object_list)),
                "merges_url": reverse("admin:members_merge_changelist")
                if request.user.has_perm("members.view_merge")
                else "",
            },
        )

    def _perform(self, request: HttpRequest, button: TransitionButton, obj: Organisation) -> HttpResponse:
        response = super()._perform(request, button, obj)
        if button.name in DECISIONS and response.status_code == 302:
            state = Organisation.objects.values_list("state", flat=True).get(pk=obj.pk)
            if state != OrganisationState.APPLIED:
                # From here one button leads on to whoever waits next.
                return redirect(f"{self.change_url(obj)}?decided=1")
        return response

    def review_panels(self, request: HttpRequest, obj: Organisation) -> list[Panel]:
        """What stands above an organisation's fields: the next application, the likely doubles, the rounds so far."""
        panels = []
        if obj.state != OrganisationState.APPLIED and "decided" in request.GET:
            panels.append(Panel("staff/members/_next.html", self._next(obj)))
        if obj.state == OrganisationState.APPLIED and obj.applied_at is not None:
            found = candidates(obj)
            panels.append(
                Panel(
                    "staff/members/_review.html",
                    {
                        "due": review_due(obj.applied_at),
                        "late": review_due(obj.applied_at) < timezone.localdate(),
                        "doubles": [side_by_side(obj, each) for each in found],
                        "may_merge": request.user.has_perm("members.add_merge"),
                        "needs_review": obj.kind == OrganisationKind.OTHER,
                        "kind": obj.kind_other,
                    },
                )
            )
        return panels

    def rounds_panels(self, obj: Organisation) -> tuple[list[Panel], list[Panel]]:
        """What was handed in each time: above the fields where staff asked for something that is to be looked at."""
        rounds = history(obj)
        if not rounds:
            return [], []
        panel = Panel("staff/members/_rounds.html", {"rounds": rounds})
        mended = obj.state == OrganisationState.APPLIED and len(rounds) > 1
        return ([panel], []) if mended else ([], [panel])

    def _next(self, obj: Organisation) -> dict[str, Any]:
        waiting = Organisation.objects.waiting_for_staff().exclude(pk=obj.pk)
        first = waiting.first()
        return {
            "first": first,
            "url": self.change_url(first) if first else "",
            "left": waiting.count(),
            "queue_url": reverse("admin:members_organisation_queue"),
        }
