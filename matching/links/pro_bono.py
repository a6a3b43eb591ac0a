"""What becomes of an employer's calls, and of what was given and thanked for."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from matching.links.everyday import A_NUMBER, GONE
from matching.models import ProBonoApplication, ProBonoCall, ProBonoHours
from matching.transitions.pro_bono import forget_application
from tomoiki.web.lifecycle import (
    BriefLine,
    Carry,
    Identity,
    Move,
    Nothing,
    OrganisationLink,
    Pass,
    PersonLink,
    Rows,
    Trace,
    mask,
    organisation_links,
    organisation_traces,
    person_links,
    person_traces,
)

CALL_COLUMNS = {
    "number": ("番号", "pk"),
    "title": ("見出し", "title"),
    "message": ("社内の方へのことば", "message"),
    "closes_on": ("受け付ける最後の日", "closes_on"),
    "created_at": ("作った日時", "created_at"),
}


def _running(leaver: Any, organisation: Any) -> QuerySet[ProBonoCall]:
    """Those that still take applications, or whose colleagues are not settled yet."""
    waiting = ProBonoApplication.objects.filter(state__in=["applied", "put_forward"]).values("call")
    still = Q(closed_at=None, closes_on__gte=timezone.localdate()) | Q(pk__in=waiting)
    return ProBonoCall.objects.filter(still, coordinator=leaver, organisation=organisation).order_by("closes_on", "pk")


def _line(call: ProBonoCall) -> BriefLine:
    return BriefLine(f"社内募集「{call}」", call.get_absolute_url(), call.closes_on)


person_links.register(
    PersonLink(
        "matching.ProBonoCall.coordinator",
        hand_over=Pass("取りまとめている社内募集", rows=_running, line=_line),
        export=Rows("作った社内募集", CALL_COLUMNS),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "matching.ProBonoApplication.thanks_by",
        hand_over=Nothing("Thanks are given; whoever wrote them stays so."),
        export=Rows(
            "書いたお礼のことば",
            {
                "thanked_at": ("お礼の日時", "thanked_at"),
                "post": ("困りごと", lambda application: str(application.post)),
                "thanks": ("お礼のことば", "thanks"),
            },
            rows=lambda rows: rows.select_related("post"),
        ),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "matching.ProBonoHours.recorded_by",
        hand_over=Nothing("Who wrote the hours down stays so."),
        # Whose hours they are is somebody else's data.
        export=Rows(
            "記録したプロボノの時間",
            {"worked_on": ("活動した日", "worked_on"), "hours": ("時間", lambda row: str(row.hours))},
        ),
        erase=A_NUMBER,
    )
)


def _erase_calls(rows: QuerySet[ProBonoCall], actor: Any) -> None:
    """The words go, and with them who applied; hours stay as figures."""
    applications: Iterable[int] = ProBonoApplication.objects.filter(call__in=rows).values_list("pk", flat=True)
    for pk in list(applications):
        forget_application(pk, actor=actor)
    rows.filter(closed_at=None).update(closed_at=timezone.now())
    rows.update(title=GONE, message="")


organisation_links.register(
    OrganisationLink(
        "matching.ProBonoCall.organisation",
        merge=Move(label="社内募集"),
        export=Rows("社内募集", CALL_COLUMNS),
        erase=Carry(_erase_calls),
    )
)


def _mask_person(identity: Identity, actor: Any) -> None:
    instead = "退会した方"
    mask(ProBonoCall.objects.filter(coordinator=identity.pk), ["title", "message"], identity, instead)
    mask(ProBonoApplication.objects.filter(thanks_by=identity.pk), ["thanks"], identity, instead)
    mask(ProBonoHours.objects.filter(recorded_by=identity.pk), ["what"], identity, instead)


def _mask_organisation(identity: Identity, actor: Any) -> None:
    """Those it helped, and those who helped it, name it."""
    instead = "退会した団体"
    helped = ProBonoApplication.objects.filter(introduction__participants__organisation__in=identity.pks)
    mask(helped, ["words", "thanks"], identity, instead, familiar=True)
    mask(ProBonoHours.objects.filter(application__in=helped.values("pk")), ["what"], identity, instead, familiar=True)
    mask(ProBonoCall.objects.filter(posts__organisation__in=identity.pks), ["title", "message"], identity, instead)


person_traces.register(Trace("names in pro bono", erase=_mask_person))
organisation_traces.register(Trace("names in pro bono", erase=_mask_organisation))
