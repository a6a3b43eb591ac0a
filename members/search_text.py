"""What a search box finds an organisation by: normalised words of what everybody, and of what members, may read.

``search_text_members`` holds all that ``search_text`` holds. What only staff may read stands in neither.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Prefetch

from members.enums import FieldAudience
from members.models import Branch, Organisation
from members.profiles import KINDS, profile_of, words_for
from members.visibility import readable_by
from tomoiki.places.models import Municipality
from tomoiki.text import normalise_name, search_text
from tomoiki.vocabulary.words import Words

_BATCH = 500


def refresh(organisation: Organisation, words: Words | None = None) -> None:
    """Store both texts anew. ``updated_at`` stays, for nothing that anybody wrote has changed.

    Called by every transition after which something else may be read of the organisation. Whoever writes many loads
    the ``words`` of all kinds once (``words_for(KINDS)``).
    """
    branches = list(organisation.branches.select_related("municipality"))
    places = {branch.municipality.code: branch.municipality.name for branch in branches}
    missing = set(organisation.areas) - set(places)
    if missing:
        places |= dict(Municipality.objects.filter(code__in=missing).values_list("code", "name"))
    words = words or words_for([organisation.kind])
    for name, audience in _COLUMNS.items():
        setattr(organisation, name, _text(organisation, branches, audience, words, places))
    Organisation.objects.filter(pk=organisation.pk).update(**{name: getattr(organisation, name) for name in _COLUMNS})


def prepare(organisation: Organisation, words: Words) -> None:
    """Set both texts of an organisation that is about to be stored, and so has neither branches nor areas yet."""
    for name, audience in _COLUMNS.items():
        setattr(organisation, name, _text(organisation, (), audience, words, {}))


def refresh_all() -> int:
    """Store the texts of all organisations anew where they differ, as after staff renamed a theme; how many did.

    Whatever another hand holds is left to it: a text made of what stood there before must not come back after a field
    was hidden or the organisation was erased.
    """
    words = words_for(KINDS)
    places = dict(Municipality.objects.values_list("code", "name"))
    return sum(_refresh_batch(batch, words, places) for batch in _batches())


@transaction.atomic
def _refresh_batch(pks: Sequence[int], words: Words, places: Mapping[str, str]) -> int:
    branches = Prefetch("branches", Branch.objects.select_related("municipality"))
    rows = Organisation.objects.filter(pk__in=pks, erased_at=None).select_related("municipality").order_by("pk")
    differing = []
    for organisation in rows.select_for_update(of=("self",), no_key=True, skip_locked=True).prefetch_related(branches):
        texts = {
            name: _text(organisation, organisation.branches.all(), audience, words, places)
            for name, audience in _COLUMNS.items()
        }
        if any(getattr(organisation, name) != text for name, text in texts.items()):
            for name, text in texts.items():
                setattr(organisation, name, text)
            differing.append(organisation)
    Organisation.objects.bulk_update(differing, list(_COLUMNS), batch_size=_BATCH)
    return len(differing)


_COLUMNS: Mapping[str, FieldAudience] = {
    "search_text": FieldAudience.PUBLIC,
    "search_text_members": FieldAudience.MEMBERS,
}


def _batches() -> Iterator[Sequence[int]]:
    """The numbers of all organisations, some at a time."""
    last = 0
    while True:
        rows = Organisation.objects.filter(pk__gt=last, erased_at=None).order_by("pk")
        batch = list(rows.values_list("pk", flat=True)[:_BATCH])
        if not batch:
            return
        last = batch[-1]
        yield batch


def _text(
    organisation: Organisation,
    branches: Iterable[Branch],
    audience: FieldAudience,
    words: Words,
    places: Mapping[str, str],
) -> str:
    """What ``audience`` may read, as one line."""
    may = readable_by(organisation, audience)
    profile = profile_of(organisation, words)
    shown = {
        "description": organisation.description,
        "stage": organisation.get_stage_display(),
        "themes": words.labels("theme", organisation.themes),
        "areas": [places[code] for code in organisation.areas if code in places],
        "links": [link.get("label") for link in organisation.links],
        "branches": [(branch.name, branch.municipality.name, branch.note) for branch in branches],
        "phone": (organisation.phone, organisation.phone.replace("-", "")),
        "address": organisation.address,
        "corporate_number": organisation.corporate_number,
    }
    return search_text(
        organisation.name,
        # Also without its legal form and in one spelling, as people type it.
        normalise_name(organisation.name),
        organisation.name_kana,
        organisation.kind_label,
        organisation.municipality.name if organisation.municipality else None,
        *(text for name, text in shown.items() if name in may),
        *((*fact.shown.words(), fact.note) for fact in profile.facts(may)),
    )
