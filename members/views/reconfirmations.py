"""What one agreed to and is asked to agree to now; whether one's organisation goes on."""

from typing import Any, cast

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members.document_changes import changes_between
from members.enums import (
    AffiliationRole,
    ConsentKind,
    OrganisationState,
    ReconfirmationAnswer,
    ReconfirmationState,
    ReferralState,
)
from members.forms.reconfirmations import AgreeForm, AnswerForm
from members.models import Affiliation, Consent, ConsentDocument, ReconfirmationReply, Referral, User
from members.notices.reconfirmations import MEANINGS
from members.transitions import agree_to_documents, answer_reconfirmation
from members.views.common import organisation_or_404
from tomoiki.workflow import TransitionError

# More than anybody has; the organisation's own page lists them too.
RECEIVED_SHOWN = 50


def _person(request: HttpRequest) -> User:
    # LoginRequiredMiddleware lets nobody else through.
    return cast(User, request.user)


# --- the texts ---


def _kind(kind: str) -> ConsentKind:
    if kind not in ConsentKind.values:
        raise Http404
    return ConsentKind(kind)


@login_not_required
@require_safe
def document_versions(request: HttpRequest, kind: str) -> HttpResponse:
    """All versions of one text, those in force once among them."""
    versions = list(ConsentDocument.objects.published().filter(kind=_kind(kind)).order_by("-in_force_from", "-pk"))
    current = next((each for each in versions if each.is_in_force), None)
    rows = [{"document": each, "tone": _tone(each, current), "label": _label(each, current)} for each in versions]
    context = {"kind": _kind(kind), "rows": rows, "first": versions[-1] if versions else None}
    return render(request, "members/document_versions.html", context)


def _label(document: ConsentDocument, current: ConsentDocument | None) -> str:
    if document == current:
        return "いまの版"
    return "これまでの版" if document.is_in_force else "これからの版"


def _tone(document: ConsentDocument, current: ConsentDocument | None) -> str:
    if document == current:
        return "offer"
    return "none" if document.is_in_force else "state"


def _document(kind: str, pk: int) -> ConsentDocument:
    found: ConsentDocument = get_object_or_404(ConsentDocument.objects.published(), kind=_kind(kind), pk=pk)
    return found


@login_not_required
@require_safe
def document(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One version of a text, as it was, is or will be in force."""
    found = _document(kind, pk)
    current = ConsentDocument.objects.current().filter(kind=found.kind).first()
    context = {
        "document": found,
        "previous": found.previous(),
        "label": _label(found, current),
        "tone": _tone(found, current),
    }
    return render(request, "members/document.html", context)


@login_not_required
@require_safe
def document_changes(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What is new in a version, beside the one before it."""
    found = _document(kind, pk)
    previous = found.previous()
    if previous is None:
        raise Http404
    context = {"document": found, "previous": previous, "changes": changes_between(previous.body, found.body)}
    return render(request, "members/document_changes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """What I agreed to and when; what is to be read and agreed to now."""
    user = _person(request)
    missing = list(ConsentDocument.objects.missing_for(user))
    form = AgreeForm(request.POST if request.method == "POST" else None, documents=missing)
    if request.method == "POST" and missing and form.is_valid():
        given = agree_to_documents(user, documents=form.agreed(), actor=user)
        if given:
            messages.success(request, "同意を受け付けました。ありがとうございました。")
        return redirect("pages:me")
    given_before = Consent.objects.filter(user=user).select_related("document").order_by("-given_at", "-pk")
    asked = [_asked(each, form) for each in form.documents]
    context = {"form": form, "asked": asked, "given": list(given_before), "received": _received(user)}
    return render(request, "members/consents.html", context)


def _received(user: User) -> list[Referral]:
    """Referrals that brought organisations of which the person decides what the referrer gets to know."""
    owned = Affiliation.objects.current().filter(user=user, role=AffiliationRole.OWNER).values("organisation")
    rows = Referral.objects.filter(invited__in=owned, state=ReferralState.ACCEPTED)
    return list(rows.select_related("referrer", "invited").order_by("-created_at", "-pk")[:RECEIVED_SHOWN])


def _asked(document: ConsentDocument, form: AgreeForm) -> dict[str, Any]:
    previous = document.previous()
    return {
        "document": document,
        "previous": previous,
        "changes": changes_between(previous.body, document.body) if previous else [],
        "field": form[AgreeForm.name_of(document)],
    }


# --- whether an organisation goes on ---


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reconfirm(request: HttpRequest, pk: int, campaign: int) -> HttpResponse:
    """What is asked of the organisation, what each answer means, and the answer."""
    organisation = organisation_or_404(request, pk, "members.view_reconfirmation_question")
    reply = get_object_or_404(
        ReconfirmationReply.objects.select_related("reconfirmation__document", "answered_by").exclude(
            reconfirmation__state=ReconfirmationState.DRAFT
        ),
        organisation=organisation,
        reconfirmation=campaign,
    )
    # The rule asks for the reply's organisation, which is at hand.
    reply.organisation = organisation
    asked = reply.reconfirmation
    still = asked.state == ReconfirmationState.OPEN and asked.deadline >= timezone.localdate()
    member = organisation.state in (OrganisationState.APPROVED, OrganisationState.SUSPENDED)
    owner = rules.has_perm("members.answer_reconfirmation", request.user, reply)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, initial={"answer": reply.answer, "note": reply.note}
    )
    if request.method == "POST":
        if not owner:
            raise PermissionDenied("members.answer_reconfirmation")
        if form.is_valid():
            try:
                answer_reconfirmation(
                    campaign,
                    organisation=organisation,
                    answer=ReconfirmationAnswer(form.cleaned_data["answer"]),
                    note=form.cleaned_data["note"],
                    actor=_person(request),
                )
            except TransitionError as error:
                messages.error(request, error.message)
            else:
                messages.success(request, "お返事を受け付けました。控えをメールでお送りします。")
            return redirect("members:reconfirm", pk=pk, campaign=campaign)
    context = {
        "organisation": organisation,
        "reply": reply,
        "newcomer": reply.is_newcomer,
        "campaign": asked,
        "form": form,
        "open": still,
        "member": member,
        "may_answer": owner and still and member,
        "owner": owner,
        "meanings": [(answer.label, text) for answer, text in MEANINGS.items()],
        "meaning": MEANINGS[ReconfirmationAnswer(reply.answer)] if reply.answer else "",
        "leaving": reply.answer == ReconfirmationAnswer.LEAVE,
    }
    return render(request, "members/reconfirm.html", context)
