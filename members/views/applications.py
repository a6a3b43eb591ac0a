"""An application after it was sent: reading it again, and asking once more for the mail that confirms the address."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members import drafts
from members.enums import OrganisationState
from members.models import Organisation
from members.review import review_due
from members.rounds import history
from members.views.common import organisation_or_404
from members.views.people import STATE_TONES


@never_cache
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """What was applied with, what the office answered, and what happens next; nothing is changed here."""
    organisation = organisation_or_404(request, pk, "members.view_people")
    state = OrganisationState(organisation.state)
    waits = state == OrganisationState.APPLIED and organisation.applied_at is not None
    return render(
        request,
        "members/application.html",
        {
            "organisation": organisation,
            "tone": STATE_TONES.get(state, "none"),
            "due": review_due(organisation.applied_at) if waits and organisation.applied_at else None,
            "rows": _rows(organisation),
            "rounds": history(organisation),
        },
    )


def _rows(organisation: Organisation) -> list[tuple[str, Any]]:
    postal = organisation.postal_code
    return [
        ("団体の種類", organisation.kind_label),
        ("団体名", organisation.name),
        ("フリガナ", organisation.name_kana),
        ("法人番号", organisation.corporate_number),
        ("郵便番号", f"{postal[:3]}-{postal[3:]}" if postal else ""),
        ("市区町村", organisation.municipality or ""),
        ("住所", organisation.address),
        ("代表電話", organisation.phone),
        ("ウェブサイト", organisation.website),
        ("活動の紹介", organisation.description),
    ]


@login_not_required
@require_POST
def resend_confirmation(request: HttpRequest) -> HttpResponse:
    """Send the mail of a registration again to the address typed in this session.

    What the visitor is told depends on nothing but how often they asked: who has an account gets the mail that says
    so, as at the registration itself.
    """
    done = request.session.get(drafts.DONE_KEY, {})
    email = str(done.get("email", "")) if done.get("kind") == "confirm" else ""
    if not email:
        messages.info(
            request, "どのメールアドレスに送るかが分かりませんでした。お手数ですが、もう一度入力してください。"
        )
        return redirect("members:join")
    if not ratelimit.consume(request, action="confirm_email", key=email):
        messages.info(request, "少し前にお送りしています。3分ほど待っても届かないときに、もう一度押してください。")
        return redirect("members:join_done")
    address = EmailAddress.objects.filter(email=email).select_related("user").first()
    if address is not None and not address.verified:
        address.send_confirmation(request, signup=True)
    elif address is not None:
        get_adapter().send_account_already_exists_mail(email)
    messages.success(request, f"{email} に、もう一度メールをお送りしました。")
    return redirect("members:join_done")
