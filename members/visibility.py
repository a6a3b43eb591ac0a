"""Who reads which field of an organisation. Every page, search and export that shows one asks here.

The organisation chooses an audience for each field; where it chose none, its kind's safe default holds.
"""

from members.enums import FieldAudience
from members.models import Affiliation, Organisation
from members.models.organisation import Visitor
from members.profiles import ALWAYS, profile_class
from tomoiki.files.models import StoredFile

#: How much of an organisation each audience reaches, the widest audience first.
_ORDER = (FieldAudience.PUBLIC, FieldAudience.MEMBERS, FieldAudience.STAFF)


def readable_by(organisation: Organisation, audience: FieldAudience) -> frozenset[str]:
    """The fields that ``audience`` may read: PUBLIC stands for any visitor, STAFF for the office and its own people.

    No query. Whether the organisation may be seen at all is what ``Organisation.objects.visible_to`` says.
    """
    reach = _ORDER.index(audience)
    chosen = organisation.audiences
    names = set(ALWAYS)
    kind = profile_class(organisation.kind)
    for name, default in kind.default_audiences().items():
        meant = chosen.get(name, default)
        # What nobody understands any more is shown to nobody who might not be meant.
        needed = _ORDER.index(FieldAudience(meant)) if meant in FieldAudience.values else len(_ORDER) - 1
        if needed <= reach:
            names.add(name)
    return frozenset(names | {name for name, other in kind.together().items() if other in names})


class Readership:
    """What one visitor may read of many organisations: two queries, however many they are."""

    def __init__(self, user: Visitor) -> None:
        self._staff = bool(user.is_authenticated and user.is_active and user.is_staff)
        self._own: frozenset[int] = frozenset()
        self._member = False
        if user.is_authenticated and not self._staff:
            self._own = frozenset(
                Affiliation.objects.current().filter(user_id=user.pk).values_list("organisation", flat=True)
            )
            self._member = bool(self._own) and Organisation.objects.active().filter(pk__in=self._own).exists()

    @property
    def is_member(self) -> bool:
        """Whether this is somebody of an organisation in good standing, or of the office."""
        return self._staff or self._member

    def belongs(self, organisation: Organisation) -> bool:
        """Whether this is one of its own people."""
        return organisation.pk in self._own

    def audience(self, organisation: Organisation) -> FieldAudience:
        """The narrowest audience of ``organisation`` that this visitor is part of."""
        if self._staff or self.belongs(organisation):
            return FieldAudience.STAFF
        return FieldAudience.MEMBERS if self._member else FieldAudience.PUBLIC

    def readable(self, organisation: Organisation) -> frozenset[str]:
        """The names of the fields of ``organisation`` that this visitor may read."""
        return readable_by(organisation, self.audience(organisation))


def readable(organisation: Organisation, user: Visitor) -> frozenset[str]:
    """The names of the fields of ``organisation`` that ``user`` may read; for lists take one ``Readership``."""
    return Readership(user).readable(organisation)


def can_read_logo(user: Visitor, file: StoredFile) -> bool:
    """Whether an organisation that ``user`` may see shows them this file as its logo."""
    shown = Organisation.objects.visible_to(user).filter(logo=file)
    readership = Readership(user)
    return any("logo" in readership.readable(organisation) for organisation in shown[:10])
