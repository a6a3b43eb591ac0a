"""What a search box finds an organisation by: normalised words of what everybody, and of what members, may read.

``search_text_members`` holds all that ``search_text`` holds. What only staff may read stands in neither.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    """Store the texts of all organisations anew where they differ, as after staff renamed a theme; how many did."""
    words = words_for(KINDS)
    places = dict(Municipality.objects.values_list("code", "name"))
    changed = 0
    for batch in _batches():
        differing = []
        for organisation in batch:
            texts = {
                name: _text(organisation, organisation.branches.all(), audience, words, places)
                for name, audience in _COLUMNS.items()
            }
            if any(getattr(organisation, name) != text for name, text in texts.items()):
                for name, text in texts.items():
                    setattr(organisation, name, text)
                differing.append(organisation)
        # A profile that is saved meanwhile is written by its own transition, and again the next time this runs.
        Organisation.objects.bulk_update(differing, list(_COLUMNS), batch_size=_BATCH)
        changed += len(differing)
    return changed


_COLUMNS: Mapping[str, FieldAudience] = {
    "search_text": FieldAudience.PUBLIC,
    "search_text_members": FieldAudience.MEMBERS,
}


def _batches() -> Iterator[Sequence[Organisation]]:
    branches = Prefetch("branches", Branch.objects.select_related("municipality"))
    last = 0
    while True:
        rows = Organisation.objects.filter(pk__gt=last, erased_at=None).order_by("pk")
        batch = list(rows.select_related("municipality").prefetch_related(branches)[:_BATCH])
        if not batch:
            return
        last = batch[-1].pk
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
