"""Whom an organisation names as the one to write to, when that person is forgotten."""

from collections.abc import Iterable

from members import search_text
from members.models import Organisation, User
from members.profiles import profile_class
from members.profiles.details import ContactPoint
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.text.normalisation import normalise
from tomoiki.web.lifecycle import Identity


def forget_as_contact(user: User, identity: Identity, organisations: Iterable[Organisation], *, actor: Actor) -> None:
    """Take the person's own name, address and telephone number out of the contacts of ``organisations``, held.

    Only what is exactly theirs goes: the office's number and a shared address stay the organisation's.
    """
    # A namesake's name may stand in a text; a field that holds a person's name holds this one's.
    own = {_plain(each) for each in (user.name, user.name_kana, *identity.names, *identity.others) if each}
    for organisation in organisations:
        details, changed = dict(organisation.details), []
        for detail in profile_class(organisation.kind).details:
            held = details.get(detail.code)
            if not isinstance(detail, ContactPoint) or not isinstance(held, dict):
                continue
            kept = {part: value for part, value in held.items() if _plain(str(value)) not in own}
            if kept != held:
                details[detail.code] = kept
                changed.append(f"details.{detail.code}")
        if changed:
            organisation.details = details
            organisation.save(update_fields=["details", "updated_at"])
            search_text.refresh(organisation)
            audit.record(
                organisation,
                "organisation.contact_person_forgotten",
                actor=actor,
                before=organisation.state,
                fields=changed,
            )


def _plain(text: str) -> str:
    """Without spaces and hyphens, which people type in and leave out."""
    return normalise(text).replace(" ", "").replace("-", "")
