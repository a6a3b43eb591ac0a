"""Handing over: who follows, what passes, and the brief as a page and as a document."""

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import transitions
from members.enums import HandoverState
from members.forms.invitations import HandoverForm
from members.handing_over import shares_of, shown
from members.handover_document import handover_brief
from members.models import Affiliation, Handover, Organisation, User
from members.views.invitations import _person
from tomoiki.workflow import TransitionError


def _affiliation(request: HttpRequest, pk: int) -> Affiliation:
    """One of one's own organisations, ended or not; any for staff."""
    seen = Affiliation.objects.select_related("organisation", "user")
    if not _person(request).is_staff:
        seen = seen.filter(organisation__in=Organisation.objects.of(request.user))
    found: Affiliation = get_object_or_404(seen, pk=pk)
    if not rules.has_perm("members.plan_handover", request.user, found):
        raise PermissionDenied("members.plan_handover")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Who follows somebody, and what passes to them; one under way is shown instead."""
    affiliation = _affiliation(request, pk)
    organisation, leaver = affiliation.organisation, affiliation.user
    planned = Handover.objects.planned().filter(organisation=organisation, leaver=leaver).first()
    if planned is not None:
        return redirect("members:handover", pk=planned.pk)
    colleagues = list(organisation.people().exclude(pk=leaver.pk).order_by("name_kana", "pk"))
    form = HandoverForm(request.POST if request.method == "POST" else None, colleagues=colleagues, leaver=leaver)
    if request.method == "POST" and form.is_valid():
        done = _plan(request, affiliation, form)
        if done is not None:
            return done
    shares = shares_of(organisation, leaver)
    return render(
        request,
        "members/handover_new.html",
        {
            "form": form,
            "affiliation": affiliation,
            "organisation": organisation,
            "leaver": leaver,
            "own": leaver.pk == request.user.pk,
            "gone": affiliation.ended_at is not None,
            "passing": [(share.title, f"{share.count}件") for share in shares],
        },
    )


def _plan(request: HttpRequest, affiliation: Affiliation, form: HandoverForm) -> HttpResponse | None:
    user = _person(request)
    try:
        handover = transitions.plan_handover(
            affiliation.pk,
            successor=form.successor_chosen(),
            invite=form.to_invite(),
            note=form.cleaned_data["note"],
            actor=user,
        )
    except TransitionError as error:
        form.add_error(None, error.message)
        return None
    except ValidationError as error:
        form.add_error(None, error)
        return None
    if handover.state != HandoverState.DONE:
        messages.success(request, "招待を送りました。その方が加わると、引き継ぎます。それまでは、いまのままです。")
        return redirect("members:handover", pk=handover.pk)
    messages.success(request, f"{handover.successor}さんに引き継ぎました。ご本人にお知らせします。")
    if handover.leaver_id == user.pk and not user.is_staff:
        # Whoever handed over has nothing to see here any more.
        return redirect("members:account")
    return redirect("members:handover", pk=handover.pk)


def _seen(request: HttpRequest, pk: int) -> Handover:
    rows = Handover.objects.visible_to(request.user).select_related(
        "organisation", "leaver", "successor", "requested_by", "invitation"
    )
    found: Handover = get_object_or_404(rows, pk=pk)
    return found


@never_cache
@require_safe
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a handover is; once it is done, the brief of the successor."""
    found = _seen(request, pk)
    user = _person(request)
    planned = found.state == HandoverState.PLANNED
    return render(
        request,
        "members/handover.html",
        {
            "handover": found,
            "organisation": found.organisation,
            "sections": list(shown(found.brief)),
            "planned": planned,
            "done": found.state == HandoverState.DONE,
            "may_cancel": planned and rules.has_perm("members.cancel_handover", user, found),
            "may_resend": planned
            and found.invitation is not None
            and rules.has_perm("members.resend_invitation", user, found.invitation),
            "passing": [(share.title, f"{share.count}件") for share in shares_of(found.organisation, found.leaver)]
            if planned
            else [],
            "note_shown": _may_read_note(user, found),
        },
    )


def _may_read_note(user: User, found: Handover) -> bool:
    """The leaver's own words are for the successor, and for whoever wrote them."""
    return user.pk in {found.successor_id, found.requested_by_id, found.leaver_id}


@never_cache
@require_safe
def handover_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief to print."""
    found = _seen(request, pk)
    if found.state != HandoverState.DONE:
        return redirect("members:handover", pk=pk)
    document = handover_brief(found, with_note=_may_read_note(_person(request), found))
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="handover-{found.pk}.pdf"'
    return response


@require_POST
def cancel_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off what has not happened yet."""
    found = _seen(request, pk)
    try:
        transitions.cancel_handover(pk, actor=_person(request))
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect("members:handover", pk=pk)
    messages.success(request, "引き継ぎを取りやめました。担当はそのままです。")
    return redirect("members:people", pk=found.organisation_id)
