"""The draft of a registration: which one is this visitor's, and what it holds.

Its token stands in the session, so that it outlives a closed tab; that of somebody logged in is theirs.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from members import gbizid
from members.models import RegistrationDraft, User

SESSION_KEY = "registration_draft"
#: A draft whose sender turned out to have an account already: it comes back once they have logged in.
PARKED_KEY = "registration_draft_parked"
DONE_KEY = "registration_done"


def person_of(request: HttpRequest) -> User | None:
    """Who is logged in."""
    return request.user if isinstance(request.user, User) else None


def find(request: HttpRequest, *, lock: bool = False) -> RegistrationDraft | None:
    """The visitor's draft, held until the transaction ends with ``lock``."""
    drafts = RegistrationDraft.objects.select_for_update(of=("self",)) if lock else RegistrationDraft.objects.all()
    user = person_of(request)
    if user is not None:
        own = drafts.filter(user=user).first()
        if own is not None:
            return own
    tokens = [request.session.get(SESSION_KEY), request.session.get(PARKED_KEY) if user else None]
    return drafts.filter(token__in=[token for token in tokens if token], user=None).first()


@transaction.atomic
def store(request: HttpRequest, **answers: Any) -> RegistrationDraft:
    """Keep ``answers`` with what was filled in before."""
    draft = find(request, lock=True) or RegistrationDraft()
    draft.user = draft.user or person_of(request)
    draft.data = {**draft.data, **answers}
    draft.save()
    if draft.user is None and request.session.get(SESSION_KEY) != draft.token:
        request.session[SESSION_KEY] = draft.token
    return draft


def begin_with_gbizid(request: HttpRequest, claims: gbizid.Claims) -> RegistrationDraft:
    """Keep what GビズID says, and fill in what was not typed yet; name and 法人番号 are the claims' from now on."""
    draft = find(request)
    typed = draft.data if draft else {}
    organisation = {
        **typed.get("organisation", {}),
        "name": claims.organisation,
        "corporate_number": claims.corporate_number,
    }
    person = {"name": claims.person, "name_kana": claims.person_kana, "email": claims.email}
    return store(
        request,
        **{gbizid.PROVIDER: claims.stored()},
        organisation=organisation,
        person={**{name: value for name, value in person.items() if value}, **typed.get("person", {})},
        join=None,
    )


def without_gbizid(request: HttpRequest) -> None:
    """Go on by hand: what GビズID said is forgotten, what was typed stays."""
    draft = find(request)
    if draft is not None and gbizid.PROVIDER in draft.data:
        draft.data = {name: value for name, value in draft.data.items() if name != gbizid.PROVIDER}
        draft.save(update_fields=["data", "updated_at"])


def let_go(request: HttpRequest) -> None:
    """Forget which draft is this visitor's."""
    for key in (SESSION_KEY, PARKED_KEY):
        request.session.pop(key, None)


def park(request: HttpRequest, draft: RegistrationDraft) -> None:
    """Put the draft away until its sender has logged in; to a visitor it is gone, as after any registration."""
    let_go(request)
    request.session[PARKED_KEY] = draft.token
