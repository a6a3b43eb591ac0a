"""Writing to the office."""

import secrets
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from members.models import Organisation
from tomoiki.pages.enums import ContactTopic
from tomoiki.pages.forms import ContactForm
from tomoiki.pages.limits import contact_allowed
from tomoiki.pages.transitions import CONTACT_FORM, receive_contact_message


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The contact form; ``?topic=`` chooses what it is about."""
    if request.method != "POST":
        return render(request, "pages/contact.html", {"form": ContactForm(initial=_initial(request))})
    form = ContactForm(request.POST)
    if form.is_valid():
        if contact_allowed(request, form.cleaned_data["email"]):
            receive_contact_message(
                form.values(),
                idempotency_key=form.cleaned_data["key"],
                actor=request.user if request.user.is_authenticated else CONTACT_FORM,
            )
            return redirect("pages:contact_sent")
        form.add_error(
            None, "続けて送られた回数が多いため、受け付けられませんでした。1時間ほどおいて、もう一度お送りください。"
        )
    return render(request, "pages/contact.html", {"form": form})


def _initial(request: HttpRequest) -> dict[str, Any]:
    initial: dict[str, Any] = {"key": secrets.token_urlsafe(24)}
    if request.GET.get("topic") in ContactTopic.values:
        initial["topic"] = request.GET["topic"]
    user = request.user
    if user.is_authenticated:
        initial |= {"name": user.name, "email": user.email}
        organisation = Organisation.objects.of(user).order_by("pk").first()
        initial["organisation"] = organisation.name if organisation else ""
    return initial


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Thanks, and what happens next."""
    return render(request, "pages/contact_sent.html")
