"""Pages that mostly stand still: what the portal is, questions, plain Japanese, legal texts."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.enums import ConsentKind, Stage
from members.models import ConsentDocument
from tomoiki.pages.questions import GROUPS

# Nothing there for a search engine: one's own pages, forms that begin something, and the office.
NOT_FOR_ROBOTS = ("/admin/", "/account/", "/me/", "/my/", "/settings/", "/introductions/", "/notifications/", "/r/")

#: How far an organisation may take part, with an icon and a line each.
STAGES = [
    (
        Stage.SYMPATHISER,
        "heart",
        "考え方に共感し、お知らせや事例を受け取る。ずっとここでもかまいません。",
    ),
    (Stage.LEARNER, "learn", "講座や事例から、続く取り組みのつくり方を学ぶ。"),
    (Stage.CONTRIBUTOR, "hands", "場所や人手など、できることをできる範囲で持ちよる。"),
    (Stage.PARTNER, "partnership", "ほかの団体と組んで、一つの困りごとにいっしょに取り組む。"),
    (Stage.OPERATOR, "realise", "事業として育て、続けていく。次の団体の手本にもなる。"),
]


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the consortium is for, how far one may take part, and who runs it."""
    return render(request, "pages/about.html", {"stages": STAGES})


@login_not_required
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """Questions that everybody asks, and those of each kind of organisation."""
    return render(request, "pages/faq.html", {"groups": GROUPS})


@login_not_required
@require_safe
def easy(request: HttpRequest) -> HttpResponse:
    """The portal in plain Japanese with readings."""
    return render(request, "pages/easy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use the portal, and whom to tell when somebody cannot."""
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice in force."""
    return _legal(request, ConsentKind.PRIVACY)


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms in force."""
    return _legal(request, ConsentKind.TERMS)


def _legal(request: HttpRequest, kind: ConsentKind) -> HttpResponse:
    document = (
        ConsentDocument.objects.filter(kind=kind, in_force_from__lte=timezone.now())
        .order_by("-in_force_from", "-pk")
        .first()
    )
    return render(request, "pages/legal.html", {"document": document, "kind": kind})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines are asked to leave alone; the demo as a whole."""
    lines = ["User-agent: *"]
    if getattr(settings, "DEMO", False):
        lines.append("Disallow: /")
    else:
        lines += [f"Disallow: {path}" for path in NOT_FOR_ROBOTS]
        lines.append(f"Allow: {reverse('pages:home')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
