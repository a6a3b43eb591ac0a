"""Who probably works for the same body: told by confirmed addresses of a domain of its own, never by a provider's."""

from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from members.duplicates import own_domain
from members.enums import JoinRequestState
from members.models import Affiliation, JoinRequest, Organisation, User

MOST = 3


def _confirmed_domains(people: Collection[int] | QuerySet[Any]) -> dict[int, set[str]]:
    """Person -> their own domains; one query."""
    found: dict[int, set[str]] = {}
    for person, email in EmailAddress.objects.filter(user__in=people, verified=True).values_list("user", "email"):
        domain = own_domain(email)
        if domain:
            found.setdefault(person, set()).add(domain)
    return found


def shared_domains(organisation: Organisation, people: Collection[int]) -> dict[int, str]:
    """For each of ``people`` whose confirmed address is of the organisation's domain that domain; two queries.

    The organisation's domains are those of the confirmed addresses of its people.
    """
    wanted = _confirmed_domains(people)
    if not wanted:
        return {}
    known = set().union(*_confirmed_domains(organisation.people().values("pk")).values())
    return {person: sorted(domains & known)[0] for person, domains in wanted.items() if domains & known}


def organisations_of_colleagues(user: User) -> list[Organisation]:
    """Where people with a confirmed address of the person's own domain belong and they themselves do not yet.

    To be shown to the person alone, who has confirmed that they receive mail there. Those that they have asked to
    join already are left out. Three queries, or one for somebody with a provider's address.
    """
    domains = _confirmed_domains([user.pk]).get(user.pk, set())
    if not domains:
        return []
    of_domain = Q()
    for domain in sorted(domains):
        of_domain |= Q(email__iendswith=f"@{domain}")
    colleagues = EmailAddress.objects.filter(of_domain, verified=True, user__is_active=True).exclude(user=user)
    asked = JoinRequest.objects.filter(user=user, state=JoinRequestState.WAITING)
    current = Affiliation.objects.current()
    return list(
        Organisation.objects.active()
        .filter(pk__in=current.filter(user__in=colleagues.values("user")).values("organisation"))
        .exclude(pk__in=current.filter(user=user).values("organisation"))
        .exclude(pk__in=asked.values("organisation"))
        .order_by("name_kana", "pk")[:MOST]
    )
