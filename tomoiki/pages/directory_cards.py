"""An organisation at a glance, with what the visitor may read of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from members.directory import Directory
from members.models import Organisation

SHOWN_THEMES = 3
SHOWN_PLACES = 3
#: Columns that a card is made of; the long texts that searches ask stay where they are.
COLUMNS = (
    *("kind", "kind_other", "name", "name_kana", "name_normalised", "description", "themes", "areas", "audiences"),
    *("approved_at", "municipality", "logo"),
)


@dataclass(frozen=True)
class OrganisationCard:
    """What one card of the directory shows; a field that the visitor may not read is empty."""

    url: str
    name: str
    kind: str
    kind_label: str
    place: str
    areas: str
    themes: Sequence[str]
    more_themes: int
    text: str
    logo: str


def cards_of(
    organisations: Iterable[Organisation], directory: Directory, *, themes: Mapping[str, str], places: Mapping[str, str]
) -> list[OrganisationCard]:
    """The cards of organisations that were taken with their municipality and logo; no query."""
    return [_card(each, directory.readership.readable(each), themes, places) for each in organisations]


def _card(
    organisation: Organisation, readable: frozenset[str], themes: Mapping[str, str], places: Mapping[str, str]
) -> OrganisationCard:
    about = [label for code, label in themes.items() if code in organisation.themes] if "themes" in readable else []
    return OrganisationCard(
        url=organisation.get_absolute_url(),
        name=organisation.name,
        kind=organisation.kind,
        kind_label=organisation.kind_label,
        place=str(organisation.municipality or ""),
        areas=_areas(organisation, places) if "areas" in readable else "",
        themes=about[:SHOWN_THEMES],
        more_themes=max(0, len(about) - SHOWN_THEMES),
        text=organisation.description if "description" in readable else "",
        logo=organisation.logo.small_url if organisation.logo and "logo" in readable else "",
    )


def _areas(organisation: Organisation, places: Mapping[str, str]) -> str:
    names = [name for code, name in places.items() if code in organisation.areas]
    # Where it sits stands on the card already.
    if names == [str(organisation.municipality or "")]:
        return ""
    more = f" ほか{len(names) - SHOWN_PLACES}か所" if len(names) > SHOWN_PLACES else ""
    return "・".join(names[:SHOWN_PLACES]) + more
