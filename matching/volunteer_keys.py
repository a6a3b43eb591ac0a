"""The personal link of a colleague without an account: signed, so that nothing about it has to be stored.

Whoever has it reads and changes one application. A new ``link_version`` makes all links from before useless.
"""

from datetime import timedelta

from django.core.signing import BadSignature, Signer, dumps, loads
from django.urls import reverse

from matching.models import ProBonoApplication

#: A mail to one's own address is answered soon, or asked for again.
ADDRESS_VALID_FOR = timedelta(days=14)

_SIGNER = Signer(salt="matching.pro_bono.volunteer", sep=".")


def key_of(application: ProBonoApplication) -> str:
    """What stands in the address of the person's own page."""
    return _SIGNER.sign(f"{application.pk}-{application.link_version}")


def page_of(application: ProBonoApplication) -> str:
    """The path of the person's own page."""
    return reverse("matching:volunteer", args=[key_of(application)])


def address_key(application: ProBonoApplication, address: str) -> str:
    """Proof that whoever opens it reads the mails of ``address``; of this application alone."""
    return dumps(address, salt=_address_salt(application))


def address_in(application: ProBonoApplication, key: str) -> str | None:
    """The address that ``key`` proves, or None."""
    try:
        return str(loads(key, salt=_address_salt(application), max_age=ADDRESS_VALID_FOR))
    except BadSignature:
        return None


def _address_salt(application: ProBonoApplication) -> str:
    return f"matching.pro_bono.address.{application.pk}.{application.link_version}"


def found_by(key: str) -> int | None:
    """The number of the application to which ``key`` leads, or None for one that leads nowhere (any more)."""
    try:
        number, version = _SIGNER.unsign(key).split("-")
        application = ProBonoApplication.objects.filter(pk=int(number), link_version=int(version))
    except (BadSignature, ValueError):
        return None
    return application.values_list("pk", flat=True).first()
