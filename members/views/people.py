"""One's own account, and who belongs to an organisation."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import rules
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.colleagues import organisations_of_colleagues, shared_domains
from members.enums import AffiliationRole, HandoverState, JoinRequestState, OrganisationState
from members.forms import AccountForm, JoinMessageForm, RoleForm
from members.gbizid import vouched_people
from members.models import ONGOING_STATES, Affiliation, Handover, Invitation, JoinRequest, Organisation, User
from members.retention import end_of, months_of
from members.retention_rules import READING
from members.transitions import (
    accept_join_request,
    ask_to_join,
    change_role,
    end_affiliation,
    refuse_join_request,
    update_person,
    withdraw_join_request,
)
from members.views.common import organisation_or_404
from tomoiki.workflow import TransitionError

#: How an organisation's state is coloured.
STATE_TONES = {
    OrganisationState.APPROVED: "offer",
    OrganisationState.APPLIED: "state",
    OrganisationState.RETURNED: "warning",
    OrganisationState.SUSPENDED: "warning",
}


def _person(request: HttpRequest) -> User:
    # LoginRequiredMiddleware lets nobody else through.
    return cast(User, request.user)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who I am, which organisations I belong to, and where I change how I log in."""
    user = _person(request)
    form = AccountForm(request.POST if request.method == "POST" else None, initial=_own(user))
    if request.method == "POST" and form.is_valid():
        update_person(user.pk, data=form.cleaned_data, actor=user)
        messages.success(request, "あなたの情報を保存しました。")
        return redirect("members:account")
    affiliations = list(Affiliation.objects.current().filter(user=user).select_related("organisation").order_by("pk"))
    requests = JoinRequest.objects.filter(user=user, state=JoinRequestState.WAITING).select_related("organisation")
    context = {
        "form": form,
        "places": _places(affiliations),
        "join_requests": list(requests.order_by("pk")),
        "invitations": list(
            Invitation.objects.open().to(user).select_related("organisation").order_by("-sent_at", "-pk")
        ),
        "colleagues": [] if affiliations else organisations_of_colleagues(user),
    }
    return render(request, "members/account.html", context)


def _own(user: User) -> dict[str, str]:
    return {"name": user.name, "name_kana": user.name_kana, "phone": user.phone}


def _places(affiliations: Iterable[Affiliation]) -> list[dict[str, Any]]:
    """A person's organisations; of those that left, until when what they did with others may be read."""
    months: int | None = None
    places = []
    for each in affiliations:
        readable_until = None
        if each.organisation.withdrawn_at is not None and each.organisation.state == OrganisationState.WITHDRAWN:
            months = months_of(READING) if months is None else months
            readable_until = end_of(each.organisation.withdrawn_at, months)
        places.append({**_place(each), "readable_until": readable_until})
    return places


def _place(affiliation: Affiliation) -> dict[str, Any]:
    """A person's organisation with what they may do there."""
    organisation = affiliation.organisation
    owner = affiliation.role == AffiliationRole.OWNER
    running = organisation.state in (OrganisationState.APPROVED, OrganisationState.SUSPENDED)
    return {
        "affiliation": affiliation,
        "organisation": organisation,
        "tone": STATE_TONES.get(OrganisationState(organisation.state), "none"),
        "may_edit": running and affiliation.role != AffiliationRole.VIEWER,
        "may_resubmit": owner and organisation.state == OrganisationState.RETURNED,
        "may_withdraw": owner and running,
        "may_export": owner and organisation.state in (*ONGOING_STATES, OrganisationState.WITHDRAWN),
        "is_member": organisation.state == OrganisationState.APPROVED,
        "may_see_application": organisation.state
        in (OrganisationState.APPLIED, OrganisationState.RETURNED, OrganisationState.REJECTED),
    }


@never_cache
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who belongs to an organisation, and who would like to."""
    organisation = organisation_or_404(request, pk, "members.view_people")
    manages = rules.has_perm("members.manage_people", request.user, organisation)
    affiliations = Affiliation.objects.current().filter(organisation=organisation).select_related("user").order_by("pk")
    requests = organisation.join_requests.waiting().select_related("user") if manages else JoinRequest.objects.none()
    waiting = list(requests)
    asking = [each.user_id for each in waiting]
    domains = shared_domains(organisation, asking) if waiting else {}
    vouched = vouched_people(organisation, asking)
    context = {
        "organisation": organisation,
        "manages": manages,
        # The same people as those who manage.
        "may_invite": manages,
        "invitations": list(
            organisation.invitations.unanswered().select_related("invited_by").order_by("-sent_at", "-pk")
        )
        if manages
        else [],
        "handovers": list(
            Handover.objects.visible_to(request.user)
            .planned()
            .filter(organisation=organisation)
            .select_related("leaver", "invitation")
            .order_by("pk")
        ),
        "briefs": list(
            Handover.objects.visible_to(request.user)
            .filter(organisation=organisation, state=HandoverState.DONE, done_at__gt=timezone.now() - BRIEF_SHOWN_FOR)
            .select_related("leaver", "successor")
            .order_by("-done_at", "-pk")[:LEFT_SHOWN]
        ),
        "left": _left(organisation) if manages else [],
        "rows": [
            {
                "affiliation": each,
                "own": each.user_id == request.user.pk,
                "form": RoleForm(initial={"role": each.role}, auto_id=f"id_role_{each.pk}_%s"),
            }
            for each in affiliations
        ],
        "join_requests": [
            {"asked": each, "domain": domains.get(each.user_id, ""), "gbizid": vouched.get(each.user_id, "")}
            for each in waiting
        ],
        "roles": ROLES,
    }
    return render(request, "members/people.html", context)


#: How long the brief of a handover stands among the people.
BRIEF_SHOWN_FOR = timedelta(days=365)
#: Of those who left long ago nobody hands anything over any more.
LEFT_SHOWN = 10


def _left(organisation: Organisation) -> list[Affiliation]:
    """Who left lately without handing over: what they looked after may still be passed on. One query."""
    handed_over = Handover.objects.exclude(state=HandoverState.CANCELLED).filter(organisation=organisation)
    here = Affiliation.objects.filter(organisation=organisation)
    return list(
        here.filter(ended_at__gt=timezone.now() - timedelta(days=365), user__anonymised_at=None)
        .exclude(user__in=here.current().values("user"))
        .exclude(user__in=handed_over.values("leaver"))
        .select_related("user")
        .order_by("-ended_at", "-pk")[:LEFT_SHOWN]
    )


#: What each role may do, as it is explained on the page.
ROLES = (
    (AffiliationRole.OWNER.label, "団体の内容と担当者を変えられます。困りごとやおつなぎの返事も書けます。"),
    (AffiliationRole.EDITOR.label, "困りごと、できること、おつなぎの返事、団体の紹介を書けます。"),
    (AffiliationRole.VIEWER.label, "見ることだけができます。"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def join_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to join an organisation, with a line to those who answer."""
    user = _person(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user).ongoing(), pk=pk)
    if Affiliation.objects.current().filter(user=user, organisation=organisation).exists():
        return redirect("members:people", pk=pk)
    form = JoinMessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_join(pk, message=form.cleaned_data["message"], actor=user)
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request, f"「{organisation.name}」の代表担当者の方にお伝えしました。お返事をお待ちください。"
            )
        return redirect("members:account")
    return render(request, "members/join_request.html", {"form": form, "organisation": organisation})


ANSWERS = {
    "accept": (accept_join_request, "{person}さんを迎えました。ご本人にお知らせします。"),
    "refuse": (refuse_join_request, "{person}さんの申し込みをお断りしました。ご本人にお知らせします。"),
    "withdraw": (withdraw_join_request, "申し込みを取り下げました。"),
}


@require_POST
def answer_join_request(request: HttpRequest, pk: int, answer: str) -> HttpResponse:
    """Take somebody in, turn them down, or take one's own request back."""
    if answer not in ANSWERS:
        raise Http404
    asked: JoinRequest = get_object_or_404(
        JoinRequest.objects.visible_to(request.user).select_related("user", "organisation"), pk=pk
    )
    act, told = ANSWERS[answer]
    try:
        act(pk, actor=_person(request))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told.format(person=asked.user))
    if answer == "withdraw":
        return redirect("members:account")
    return redirect("members:people", pk=asked.organisation_id)


def _affiliation(request: HttpRequest, pk: int) -> Affiliation:
    """One that the visitor may see: a colleague's or their own, any for staff."""
    seen = Affiliation.objects.select_related("organisation", "user")
    if not _person(request).is_staff:
        seen = seen.filter(organisation__in=Organisation.objects.of(request.user))
    found: Affiliation = get_object_or_404(seen, pk=pk)
    return found


@require_POST
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a colleague another role."""
    affiliation = _affiliation(request, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            changed = change_role(pk, role=AffiliationRole(form.cleaned_data["role"]), actor=_person(request))
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{changed.user}さんの役割を「{changed.get_role_display()}」にしました。")
    return redirect("members:people", pk=affiliation.organisation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a colleague or oneself out of the organisation, after a page that says what that means."""
    affiliation = _affiliation(request, pk)
    user = _person(request)
    own = affiliation.user_id == user.pk
    if request.method == "POST":
        try:
            end_affiliation(pk, actor=user)
        except TransitionError as error:
            messages.error(request, error.message)
            if error.code == "last_owner":
                # Nobody would answer for it any more: here somebody is found who does.
                return redirect("members:handover_new", pk=pk)
            return redirect("members:people", pk=affiliation.organisation_id)
        messages.success(request, f"「{affiliation.organisation.name}」の担当者から外しました。")
        return redirect("members:account") if own else redirect("members:people", pk=affiliation.organisation_id)
    return render(request, "members/leave.html", {"affiliation": affiliation, "own": own})
