"""The demo's mailbox: what the portal has sent, for a newcomer to follow. Not routed in production."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tomoiki.embedded.mailbox import Mail, Mailbox

# A mail may bring its own styles and nothing else; its links open in place of the page around the frame.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def _mail(name: str) -> Mail:
    mail = Mailbox(settings.DEMO_MAIL_FOLDER).get(name)
    if mail is None:
        raise Http404
    return mail


@require_safe
@never_cache
@login_not_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mails that are kept, newest first."""
    return render(request, "embedded/mail_list.html", {"mails": Mailbox(settings.DEMO_MAIL_FOLDER).mails()})


@require_safe
@never_cache
@login_not_required
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know views without arguments only
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text with links to follow, and its HTML in a frame."""
    return render(request, "embedded/mail_detail.html", {"mail": _mail(name)})


@require_safe
@never_cache
@login_not_required
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # see above
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, as a mail program would show it: no scripts, no forms, no other origin."""
    html = _mail(name).html
    if not html:
        raise Http404
    return HttpResponse(f'<!DOCTYPE html><base target="_top">{html.removeprefix("<!DOCTYPE html>")}')
