"""Whether a body is registered already: asked before somebody registers it a second time.

The answers name organisations, never people.
"""

from allauth.account.models import EmailAddress

from members.models import Affiliation, Organisation
from members.models.organisation import OrganisationQuerySet
from tomoiki.places.lookups import around
from tomoiki.places.models import Municipality
from tomoiki.text.normalisation import normalise_name

MOST = 3

# Addresses of these say nothing about where somebody works; so does everything under .ne.jp, which is for
# providers (docomo, ezweb, nifty, biglobe, ...).
_FREE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "yahoo.co.jp",
        "yahoo.com",
        "outlook.jp",
        "outlook.com",
        "hotmail.co.jp",
        "hotmail.com",
        "live.jp",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.jp",
        "aol.com",
        "au.com",
        "i.softbank.jp",
        "ymobile1.ne.jp",
        "rakuten.jp",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "zoho.com",
        "jcom.zaq.ne.jp",
        "excite.co.jp",
        "goo.jp",
        "infoseek.jp",
        "nifty.com",
    }
)


def own_domain(email: str) -> str:
    """The domain of ``email`` when it belongs to an organisation; empty for a provider's."""
    _, at, domain = email.strip().lower().rpartition("@")
    if not at or not domain or domain in _FREE_MAIL or domain.endswith(".ne.jp"):
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
    colleagues = EmailAddress.objects.filter(verified=True, email__iendswith=f"@{domain}", user__is_active=True).values(
        "user"
    )
    organisations = Affiliation.objects.current().filter(user__in=colleagues).values("organisation")
    return list(Organisation.objects.listed().filter(pk__in=organisations).order_by("name_kana", "pk")[:MOST])
