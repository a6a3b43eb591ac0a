"""Offering the organisations of the roster to whom it names: choose, look the mail over, send. Once each."""

from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from members.enums import AffiliationRole, InvitationKind
from members.models import Invitation, RosterContact
from members.transitions import send_claim_invitation
from tomoiki.notifications import outbox
from tomoiki.web.fields import TextField
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import TransitionAdmin

PAGE_SIZE = 50


class ClaimForm(forms.Form):
    """Whom to ask, and a word to them."""

    contacts = forms.ModelMultipleChoiceField(
        queryset=RosterContact.objects.none(),
        error_messages={
            "required": "招待を送る団体を、1つ以上選んでください。",
            "invalid_choice": "選んだ団体のなかに、すでに招待したか、担当者の方が加わった団体があります。"
            "選び直してください。",
        },
    )
    message = TextField(
        label="ひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="招待のメールに、そのまま入ります。書かなくてもかまいません。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = claimable()  # type: ignore[attr-defined]


def claimable() -> Any:
    """Whom the roster names for organisations that nobody has claimed and nobody was asked to claim."""
    return (
        RosterContact.objects.to_invite()
        .exclude(email="")
        .exclude(organisation__invitations__state="sent")
        .select_related("organisation", "organisation__municipality")
        .order_by("organisation__name_kana", "pk")
    )


class ClaimPages(TransitionAdmin):
    """The part of the imports' admin that sends invitations to claim."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.claims_view)
        return [path("claims/", view, name="members_rosterimport_claims"), *super().get_urls()]

    def claims_view(self, request: HttpRequest) -> HttpResponse:
        """The list to choose from; POST ``review`` shows the mail, POST ``send`` sends it."""
        if not rules.has_perm("members.send_claim_invitation", request.user):
            raise PermissionDenied
        form = ClaimForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            chosen = list(form.cleaned_data["contacts"])
            if request.POST.get("step") == "send":
                self._send(request, chosen, form.cleaned_data["message"])
                return redirect(reverse("admin:members_rosterimport_claims"))
            if request.POST.get("step") == "review":
                return self._page(
                    request, "claims_review", form, chosen=chosen, mail=self._mail(request, chosen[0], form)
                )
        return self._page(
            request,
            "claims",
            form,
            page=Paginator(claimable(), PAGE_SIZE).get_page(request.GET.get("page")),
            everyone=request.method == "GET" and "all" in request.GET,
            picked=set(request.POST.getlist("contacts")),
            without=RosterContact.objects.to_invite().filter(email="").count(),
        )

    def _send(self, request: HttpRequest, chosen: list[RosterContact], message: str) -> None:
        sent, refusals = 0, []
        for contact in chosen:
            try:
                send_claim_invitation(contact.pk, message=message, actor=request.user)  # type: ignore[arg-type]
                sent += 1
            except TransitionError as refusal:
                refusals.append(refusal.message)
            except ValidationError as error:
                refusals.append(f"「{contact.organisation}」：{' '.join(error.messages)}")
        if sent:
            messages.success(request, f"{sent:,}件の団体に、招待を送りました。お返事があると、お知らせが届きます。")
        if refusals:
            messages.warning(request, f"送らなかったもの{len(refusals):,}件：{' '.join(refusals[:5])}")

    @staticmethod
    def _mail(request: HttpRequest, contact: RosterContact, form: ClaimForm) -> str:
        """The mail to the first of them, as it would be sent."""
        invitation = Invitation(
            kind=InvitationKind.CLAIM,
            organisation=contact.organisation,
            email=contact.email,
            name=contact.name,
            role=AffiliationRole.OWNER,
            message=form.cleaned_data["message"],
            invited_by=request.user,  # type: ignore[misc]
        )
        context = {
            **outbox.site_context(),
            "invitation": invitation,
            "organisation": contact.organisation,
            "for_handover": False,
            "body_only": True,
        }
        return render_to_string("email/members_invitation.txt", context).strip()

    def _page(self, request: HttpRequest, name: str, form: ClaimForm, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        everything = {
            **self.admin_site.each_context(request),
            "title": "名簿の団体への招待",
            "opts": self.opts,
            "form": form,
            "media": self.media,
            **context,
        }
        return TemplateResponse(
            request, f"staff/members/roster/{name}.html", everything, status=422 if form.errors else 200
        )
