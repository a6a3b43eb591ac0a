"""The switch of somebody who belongs to several organisations.

It stands in the session and only preselects: each form names the organisation that acts, and sends its name along.
"""

from django.http import HttpRequest

from members.models import Organisation

SESSION_KEY = "acting_organisation"


def choices(request: HttpRequest) -> list[Organisation]:
    """The organisations one may choose from: one query a request, none for a visitor."""
    if not request.user.is_authenticated:
        return []
    known = getattr(request, "_acting_choices", None)
    if known is None:
        own = Organisation.objects.ongoing().of(request.user)
        known = list(own.only("name", "kind", "state").order_by("name", "pk"))
        request._acting_choices = known  # type: ignore[attr-defined]
    return known


def preselected(request: HttpRequest) -> Organisation | None:
    """The organisation that a form should offer first: the chosen one while one belongs to it, or the only one.

    None where somebody with several has not chosen; the form asks then.
    """
    own = choices(request)
    chosen = request.session.get(SESSION_KEY)
    found = next((each for each in own if each.pk == chosen), None)
    return found or (own[0] if len(own) == 1 else None)


def choose(request: HttpRequest, organisation: Organisation) -> None:
    """Offer ``organisation`` first from now on, in this session."""
    request.session[SESSION_KEY] = organisation.pk
