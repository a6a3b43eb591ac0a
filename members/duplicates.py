"""Whether a body is registered already: asked before somebody registers it a second time, and by staff who decide.

The answers name organisations, never people.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.db import connection

from members.enums import OrganisationState
from members.free_mail import is_free_mail
from members.models import ONGOING_STATES, Affiliation, Organisation, User
from members.models.lookups import domain_of
from members.models.organisation import OrganisationQuerySet
from tomoiki.places.lookups import around
from tomoiki.places.models import Municipality
from tomoiki.text.normalisation import normalise_name

MOST = 3

# Pages of these belong to whoever rents them.
_RENTED_HOSTS = (
    "ameblo.jp",
    "facebook.com",
    "instagram.com",
    "x.com",
    "twitter.com",
    "youtube.com",
    "line.me",
    "lin.ee",
    "note.com",
    "note.mu",
    "jimdo.com",
    "jimdofree.com",
    "jimdosite.com",
    "wixsite.com",
    "studio.site",
    "peraichi.com",
    "goope.jp",
    "fc2.com",
    "hatenablog.com",
    "hatenablog.jp",
    "blogspot.com",
    "livedoor.jp",
    "wordpress.com",
    "weebly.com",
    "sites.google.com",
    "docs.google.com",
    "forms.gle",
    "github.io",
    "crayonsite.net",
    "amebaownd.com",
    "theshop.jp",
    "base.shop",
    "stores.jp",
    "linktr.ee",
    "lit.link",
    "canpan.info",
)


def own_domain(email: str) -> str:
    """The domain of ``email`` when it belongs to an organisation; empty for a provider's."""
    _, at, domain = email.strip().lower().rpartition("@")
    if not at or not domain or is_free_mail(domain):
        return ""
    return domain


def _others(besides: int | None) -> OrganisationQuerySet:
    ongoing = Organisation.objects.ongoing()
    return ongoing if besides is None else ongoing.exclude(pk=besides)


def same_number(corporate_number: str, *, besides: int | None = None) -> Organisation | None:
    """The organisation that has this 法人番号 already; certainly the same one."""
    if not corporate_number:
        return None
    return _others(besides).filter(corporate_number=corporate_number).first()


def same_name(name: str, municipality: Municipality | None, *, besides: int | None = None) -> list[Organisation]:
    """Those of the same name, whatever its legal form and spelling, unless both are known to sit elsewhere."""
    core = normalise_name(name)[:160]
    if not core:
        return []
    found = _others(besides).filter(name_normalised=core)
    if municipality is not None:
        near = around([municipality.code])
        elsewhere = found.exclude(municipality=None).exclude(municipality__code__in=near)
        found = found.exclude(pk__in=elsewhere.values("pk"))
    return list(found.select_related("municipality").order_by("-approved_at", "pk")[:MOST])


def same_domain(email: str) -> list[Organisation]:
    """Publicly listed organisations with a person whose confirmed address is of the same domain.

    Only listed ones, because anybody may type an address of any domain.
    """
    domain = own_domain(email)
    if not domain:
        return []
    colleagues = User.objects.alias(domain=domain_of("email")).filter(
        domain=domain, is_active=True, pk__in=EmailAddress.objects.filter(verified=True, primary=True).values("user")
    )
    organisations = Affiliation.objects.current().filter(user__in=colleagues).values("organisation")
    return list(Organisation.objects.listed().filter(pk__in=organisations).order_by("name_kana", "pk")[:MOST])


# --- for staff: everything that speaks for two being one ---

#: What staff are shown: those that came to nothing too, for they may come again under another name.
_SHOWN_STATES = (*ONGOING_STATES, OrganisationState.REJECTED, OrganisationState.WITHDRAWN)
#: A telephone, host or domain that more than these share says nothing: a town hall, a shared office.
_SHARED_BY = 5
#: As pg_trgm measures it: 0 has nothing in common, 1 is the same.
_SIMILAR = 0.5
_CANDIDATES = 6


class Strength(IntEnum):
    """How much speaks for two organisations being one."""

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def label(self) -> str:
        return {1: "似ています", 2: "同じ団体かもしれません", 3: "同じ団体です"}[self.value]

    @property
    def tone(self) -> str:
        return {1: "", 2: "warning", 3: "danger"}[self.value]


@dataclass
class Candidate:
    """An organisation that may be the same body, with what speaks for it and against it."""

    organisation: Organisation
    reasons: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    #: Nobody answers for it yet: a line of the prefecture's roster.
    from_roster: bool = False
    against: str = ""

    @property
    def strength(self) -> Strength:
        if "number" in self.codes:
            return Strength.CERTAIN
        strong = self.codes & {"name", "phone", "website"}
        if self.against:
            return Strength.POSSIBLE
        return Strength.LIKELY if strong or len(self.codes) > 1 else Strength.POSSIBLE


def own_host(website: str) -> str:
    """The host of an organisation's own website; empty for a page on somebody else's."""
    host = (urlsplit(website).hostname or "").lower().removeprefix("www.")
    rented = any(host == each or host.endswith(f".{each}") for each in _RENTED_HOSTS)
    return "" if rented else host


def digits(phone: str) -> str:
    """What is left of a telephone number when it is compared."""
    return "".join(each for each in phone if each.isascii() and each.isdigit())


def candidates(organisation: Organisation) -> list[Candidate]:
    """Organisations that may be the same body as ``organisation``, the likeliest first."""
    return candidates_of([organisation])[organisation.pk]


def candidates_of(organisations: Sequence[Organisation]) -> dict[int, list[Candidate]]:
    """The same for a page of organisations: a fixed number of queries, however many there are."""
    found: dict[int, dict[int, Candidate]] = {each.pk: {} for each in organisations}
    hits = _hits(organisations)
    if not hits:
        return {pk: [] for pk in found}
    others = (
        Organisation.objects.filter(pk__in={other for _, _, other, _ in hits}).select_related("municipality").in_bulk()
    )
    owned = set(
        Affiliation.objects.current().filter(organisation__in=others).values_list("organisation", flat=True).distinct()
    )
    by_pk = {each.pk: each for each in organisations}
    for pk, code, other, reason in hits:
        if other == pk or other not in others:
            continue
        candidate = found[pk].setdefault(other, Candidate(others[other], from_roster=_unclaimed(others[other], owned)))
        if code not in candidate.codes:
            candidate.codes.add(code)
            candidate.reasons.append(reason)
    for pk, row in found.items():
        for candidate in row.values():
            candidate.against = _against(by_pk[pk], candidate)
    return {
        pk: sorted(row.values(), key=lambda each: (-each.strength, -len(each.codes), each.organisation.pk))[
            :_CANDIDATES
        ]
        for pk, row in found.items()
    }


def _unclaimed(organisation: Organisation, owned: set[int]) -> bool:
    return organisation.imported_at is not None and organisation.pk not in owned


def _against(organisation: Organisation, candidate: Candidate) -> str:
    """What speaks against the two being one; empty when nothing does."""
    other = candidate.organisation
    if "number" in candidate.codes:
        return ""
    if organisation.corporate_number and other.corporate_number:
        return "法人番号は違います"
    here, there = organisation.municipality, other.municipality
    if here and there and not _overlap(here, there) and not candidate.codes & {"phone", "website"}:
        return "市区町村は違います"
    return ""


def _overlap(here: Municipality, there: Municipality) -> bool:
    """Whether they are one place, or a city and its ward."""
    return here.pk == there.pk or here.pk == there.parent_id or there.pk == here.parent_id


#: One line: whose question, which kind of likeness, the other organisation, the reason in words.
_Hit = tuple[int, str, int, str]

_SAME = """
    SELECT asked.key, found.id
    FROM unnest(%s::text[]) AS asked(key)
    CROSS JOIN LATERAL (
        SELECT organisation.id FROM members_organisation organisation
        WHERE {condition} AND organisation.state = ANY(%s) AND organisation.erased_at IS NULL
        -- The sum keeps the planner from walking the primary key in the hope of meeting one soon.
        ORDER BY organisation.id + 0 LIMIT %s
    ) found
"""
# The expressions are those of the indexes (members.models.lookups).
_NUMBER = "organisation.corporate_number <> '' AND organisation.corporate_number = asked.key"
_NAME = "organisation.name_normalised = asked.key"
_PHONE = "organisation.phone <> '' AND regexp_replace(organisation.phone, '[^0-9]', '', 'g') = asked.key"
_WEBSITE = (
    "organisation.website <> '' AND "
    "lower(substring(organisation.website, '^[a-zA-Z]+://(?:www[.])?([^/:?#]+)')) = asked.key"
)
_DOMAIN = """organisation.id IN (
    SELECT affiliation.organisation_id
    FROM members_user person
    JOIN members_affiliation affiliation ON affiliation.user_id = person.id AND affiliation.ended_at IS NULL
    JOIN account_emailaddress address ON address.user_id = person.id AND address.verified AND address.primary
    WHERE split_part(person.email, '@', 2) = asked.key AND person.is_active
)"""
_ALIKE = """
    SELECT asked.key, found.id
    FROM unnest(%s::text[]) AS asked(key)
    CROSS JOIN LATERAL (
        SELECT organisation.id, similarity(organisation.name_normalised, asked.key) AS likeness
        FROM members_organisation organisation
        WHERE organisation.name_normalised %% asked.key AND organisation.name_normalised <> asked.key
            AND organisation.state = ANY(%s) AND organisation.erased_at IS NULL
        ORDER BY likeness DESC, organisation.id LIMIT %s
    ) found
    WHERE found.likeness >= %s
"""


def _same(condition: str, keys: Iterable[str], *, shared_by: int | None = None) -> dict[str, list[int]]:
    """key -> organisations that share it; those that too many share are left out where ``shared_by`` is given."""
    wanted = sorted(set(keys) - {""})
    if not wanted:
        return {}
    most = (shared_by or _CANDIDATES) + 2
    return {
        key: pks
        for key, pks in _rows(_SAME.format(condition=condition), [wanted, list(_SHOWN_STATES), most]).items()
        # The one that is asked about counts too.
        if shared_by is None or len(pks) <= shared_by + 1
    }


def _alike(keys: Iterable[str]) -> dict[str, list[int]]:
    wanted = sorted(set(keys) - {""})
    return _rows(_ALIKE, [wanted, list(_SHOWN_STATES), _CANDIDATES, _SIMILAR]) if wanted else {}


def _rows(sql: str, parameters: list[Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for key, pk in cursor.fetchall():
            found[key].append(pk)
    return found


def _domains(organisations: Sequence[Organisation]) -> dict[int, set[str]]:
    """organisation -> the domains of its people's confirmed addresses, those of providers left out."""
    people = Affiliation.objects.current().filter(
        organisation__in=organisations,
        user__is_active=True,
        user__in=EmailAddress.objects.filter(verified=True, primary=True).values("user"),
    )
    found: dict[int, set[str]] = defaultdict(set)
    for pk, email in people.values_list("organisation", "user__email"):
        found[pk].add(own_domain(email))
    return found


def _hits(organisations: Sequence[Organisation]) -> list[_Hit]:
    domains = _domains(organisations)
    numbers = _same(_NUMBER, (each.corporate_number for each in organisations))
    names = _same(_NAME, (each.name_normalised for each in organisations))
    alike = _alike(each.name_normalised for each in organisations)
    phones = _same(_PHONE, (digits(each.phone) for each in organisations), shared_by=_SHARED_BY)
    hosts = _same(_WEBSITE, (own_host(each.website) for each in organisations), shared_by=_SHARED_BY)
    mails = _same(_DOMAIN, {each for row in domains.values() for each in row}, shared_by=_SHARED_BY)
    hits: list[_Hit] = []
    for each in organisations:
        of_each: list[tuple[str, Iterable[int], str]] = [
            ("number", numbers.get(each.corporate_number, ()), "法人番号が同じです"),
            ("name", names.get(each.name_normalised, ()), "団体名が同じです"),
            ("similar", alike.get(each.name_normalised, ()), "団体名が似ています"),
            ("phone", phones.get(digits(each.phone), ()), "電話番号が同じです"),
            ("website", hosts.get(own_host(each.website), ()), "ウェブサイトが同じです"),
        ]
        of_each += [
            ("domain", mails.get(domain, ()), f"担当者のメールが同じ「@{domain}」です")
            for domain in sorted(domains.get(each.pk, set()))
        ]
        hits += [(each.pk, code, other, reason) for code, others, reason in of_each for other in others]
    return hits
