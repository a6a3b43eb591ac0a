"""Inviting an organisation by a personal link: the referrer's pages, and the page that the link leads to."""

from contextlib import suppress
from typing import cast

import rules
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import drafts
from members.enums import AffiliationRole, OrganisationState, ReferralSharing, ReferralState
from members.forms.referrals import AcceptForm, DeclineForm, ReferralForm, SharingForm
from members.models import Affiliation, Organisation, Referral, User
from members.referral_news import news_of
from members.transitions import (
    accept_referral,
    change_sharing,
    decline_referral,
    make_referral,
    revoke_referral,
)
from members.transitions.referrals import INVITED
from members.views.common import organisation_or_404
from tomoiki.documents.qr import qr_svg
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow import TransitionError
from tomoiki.workflow.buttons import add_errors

PAGE_SIZE = 20


def _person(request: HttpRequest) -> User:
    # LoginRequiredMiddleware lets nobody else through.
    return cast(User, request.user)


def _link(referral: Referral) -> str:
    return settings.SITE_URL + reverse("members:referral", args=[referral.token])


# --- the referrer's side ---


@never_cache
@require_safe
def referrals(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the organisation invited and what came of it; and who invited it."""
    organisation = organisation_or_404(request, pk, "members.view_referrals")
    own = Referral.objects.filter(referrer=organisation).select_related("referrer", "invited")
    page = keyset_page(own, request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    received = Referral.objects.filter(invited=organisation, state=ReferralState.ACCEPTED).select_related("referrer")
    context = {
        "organisation": organisation,
        "may_make": _may_make(request, organisation),
        "page": page,
        "rows": news_of(page.items),
        "received": list(received.order_by("-created_at", "-pk")[:PAGE_SIZE]),
        "may_share": rules.has_perm("members.accept_referral", request.user, organisation),
    }
    return render(request, "members/referrals.html", context)


def _may_make(request: HttpRequest, organisation: Organisation) -> bool:
    may: bool = rules.has_perm("members.make_referral", request.user, organisation)
    return may and organisation.state == OrganisationState.APPROVED


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def referral_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new personal link, in the name of this organisation."""
    organisation = organisation_or_404(request, pk, "members.make_referral")
    if organisation.state != OrganisationState.APPROVED:
        messages.info(request, "ほかの団体を紹介できるのは、登録が終わった団体だけです。")
        return redirect("members:referrals", pk=pk)
    form = ReferralForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user, key = _person(request), form.cleaned_data["key"]
        try:
            made = make_referral(
                pk, data=form.values(), actor=user, idempotency_key=f"{user.pk}:{key}"[:64] if key else None
            )
        except ValidationError as error:
            add_errors(form, error)
        except TransitionError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _made(made))
            return redirect("members:referral_detail", pk=pk, referral=made.pk)
    return render(request, "members/referral_new.html", {"form": form, "organisation": organisation})


def _made(referral: Referral) -> str:
    if not referral.email:
        return "リンクを作りました。相手の方にお渡しください。"
    # Whether the address has said no before is not for the referrer to know.
    return (
        "リンクを作り、メールの宛先を受け付けました。"
        "相手の方が案内のメールを断っているときは送られないので、リンクもお渡しください。"
    )


def _own_referral(request: HttpRequest, pk: int, referral: int) -> tuple[Organisation, Referral]:
    organisation = organisation_or_404(request, pk, "members.view_referrals")
    rows = Referral.objects.visible_to(request.user).select_related("referrer", "invited", "made_by")
    return organisation, get_object_or_404(rows, pk=referral, referrer=organisation)


@never_cache
@require_safe
def referral_detail(request: HttpRequest, pk: int, referral: int) -> HttpResponse:
    """One link to copy, show or print, and what came of it."""
    organisation, found = _own_referral(request, pk, referral)
    link = _link(found)
    context = {
        "organisation": organisation,
        "news": news_of([found])[0],
        "link": link,
        "qr": mark_safe(qr_svg(link, title="案内のページを開くQRコード")),
        "may_revoke": rules.has_perm("members.revoke_referral", request.user, found),
    }
    return render(request, "members/referral_detail.html", context)


@never_cache
@require_safe
def referral_card(request: HttpRequest, pk: int, referral: int) -> HttpResponse:
    """A sheet of paper with the link as a QR code, to hand over."""
    organisation, found = _own_referral(request, pk, referral)
    if not found.is_usable:
        raise Http404
    link = _link(found)
    context = {
        "organisation": organisation,
        "referral": found,
        "link": link,
        "qr": mark_safe(qr_svg(link, title="案内のページを開くQRコード", scale=5)),
    }
    return render(request, "members/referral_card.html", context)


@require_POST
def referral_revoke(request: HttpRequest, pk: int, referral: int) -> HttpResponse:
    """Take a link back."""
    _, found = _own_referral(request, pk, referral)
    revoke_referral(found.pk, actor=_person(request))
    messages.success(request, "紹介を取り消しました。お渡ししたリンクは、もう使えません。")
    return redirect("members:referrals", pk=pk)


# --- the invited party's side ---


@require_http_methods(["GET", "HEAD", "POST"])
def referral_sharing(request: HttpRequest, pk: int, referral: int) -> HttpResponse:
    """Let the one that invited this organisation see more or less, from now on."""
    organisation = organisation_or_404(request, pk, "members.view_referrals")
    found = get_object_or_404(
        Referral.objects.select_related("referrer", "invited"),
        pk=referral,
        invited=organisation,
        state=ReferralState.ACCEPTED,
    )
    if not rules.has_perm("members.change_sharing", request.user, found):
        raise PermissionDenied("members.change_sharing")
    form = SharingForm(request.POST if request.method == "POST" else None, initial={"sharing": found.sharing})
    if request.method == "POST" and form.is_valid():
        change_sharing(found.pk, sharing=ReferralSharing(form.cleaned_data["sharing"]), actor=_person(request))
        messages.success(request, f"保存しました。「{found.referrer.name}」に見える内容は、いますぐ変わります。")
        return redirect("members:referrals", pk=pk)
    context = {"form": form, "organisation": organisation, "referral": found}
    return render(request, "members/referral_sharing.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: who invites, to what, and three answers.

    It looks the same whatever was answered before: whoever made the link can open it too.
    """
    found = get_object_or_404(Referral.objects.select_related("referrer"), token=token)
    if not found.is_usable or found.referrer.state != OrganisationState.APPROVED:
        return render(request, "members/referral_over.html", {"referral": found})
    user = drafts.person_of(request)
    if user is not None and Affiliation.objects.current().filter(user=user, organisation=found.referrer).exists():
        return render(request, "members/referral.html", {"referral": found, "own": True})
    answer = request.POST.get("answer", "") if request.method == "POST" else ""
    if answer == "decline":
        return _decline(request, found, user)
    own = _owned(user)
    form = SharingForm(request.POST if answer == "register" else None)
    accept = AcceptForm(request.POST if answer == "accept" else None, organisations=own, auto_id="id_own_%s")
    if answer == "register" and form.is_valid():
        drafts.store(request, referral={"token": found.token, "sharing": form.cleaned_data["sharing"]})
        return redirect("members:join")
    if answer == "accept" and user is not None and own and accept.is_valid():
        return _accept(request, found, user, accept)
    context = {
        "referral": found,
        "own": False,
        "form": form,
        "accept": accept if own else None,
        "decline": DeclineForm(auto_id="id_decline_%s"),
    }
    return render(request, "members/referral.html", context)


def _owned(user: User | None) -> list[tuple[int, str]]:
    """Organisations that the person could take the link for."""
    if user is None:
        return []
    owned = Affiliation.objects.current().filter(user=user, role=AffiliationRole.OWNER).values("organisation")
    return list(Organisation.objects.ongoing().filter(pk__in=owned).order_by("name", "pk").values_list("pk", "name"))


def _accept(request: HttpRequest, found: Referral, user: User, form: AcceptForm) -> HttpResponse:
    organisation = Organisation.objects.get(pk=form.cleaned_data["organisation"])
    try:
        accept_referral(
            found.token,
            organisation=organisation,
            sharing=ReferralSharing(form.cleaned_data["sharing"]),
            actor=user,
        )
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect("members:referral", token=found.token)
    messages.success(request, f"「{organisation.name}」として、紹介を受け取りました。")
    return redirect("members:referrals", pk=organisation.pk)


def _decline(request: HttpRequest, found: Referral, user: User | None) -> HttpResponse:
    form = DeclineForm(request.POST)
    tell = form.is_valid() and form.cleaned_data["tell"]
    # Whoever holds the link may be its referrer: what became of it must not show here.
    with suppress(TransitionError):
        decline_referral(found.token, tell=tell, actor=user or INVITED)
    return render(request, "members/referral_declined.html", {"referral": found})
