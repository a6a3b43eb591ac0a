"""The personal link of a colleague without an account: signed, so that nothing about it has to be stored.

Whoever has it reads and changes one application. A new ``link_version`` makes all links from before useless.
"""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from matching.models import ProBonoApplication

_SIGNER = Signer(salt="matching.pro_bono.volunteer", sep=".")


def key_of(application: ProBonoApplication) -> str:
    """What stands in the address of the person's own page."""
    return _SIGNER.sign(f"{application.pk}-{application.link_version}")


def page_of(application: ProBonoApplication) -> str:
    """The path of the person's own page."""
    return reverse("matching:volunteer", args=[key_of(application)])


def address_key(application: ProBonoApplication, address: str) -> str:
    """Proof that whoever opens it reads the mails of ``address``; of this application alone."""
    return Signer(salt=f"matching.pro_bono.address.{application.pk}.{application.link_version}", sep="~").sign(address)


def address_in(application: ProBonoApplication, key: str) -> str | None:
    """The address that ``key`` proves, or None."""
    try:
        return Signer(salt=f"matching.pro_bono.address.{application.pk}.{application.link_version}", sep="~").unsign(
            key
        )
    except BadSignature:
        return None


def found_by(key: str) -> int | None:
    """The number of the application to which ``key`` leads, or None for one that leads nowhere (any more)."""
    try:
        number, version = _SIGNER.unsign(key).split("-")
        application = ProBonoApplication.objects.filter(pk=int(number), link_version=int(version))
    except (BadSignature, ValueError):
        return None
    return application.values_list("pk", flat=True).first()
