"""Questions about municipalities that forms, filters and matching ask."""

from collections.abc import Iterable

from tomoiki.places.enums import Region
from tomoiki.places.models import Municipality

Choices = list[tuple[str, list[tuple[str, str]]]]


def choices_by_region(*, wards: bool = True) -> Choices:
    """The municipalities as grouped choices of (code, name), one group a region; one query.

    With ``wards`` a designated city is followed by its wards; without, only the 33 stand there.
    """
    municipalities = Municipality.objects.selectable()
    if not wards:
        municipalities = municipalities.whole()
    groups: dict[str, list[tuple[str, str]]] = {region.value: [] for region in Region}
    for municipality in municipalities:
        groups[municipality.region].append((municipality.code, municipality.name))
    return [(str(region.label), groups[region.value]) for region in Region if groups[region.value]]


def expand(codes: Iterable[str]) -> set[str]:
    """``codes`` of municipalities, where a city brings its wards along: whoever asks for 川崎市 means all of it."""
    return set(Municipality.objects.with_wards(codes).values_list("code", flat=True))


def around(codes: Iterable[str]) -> set[str]:
    """Everything that overlaps ``codes``: themselves, the wards of a city, the city of a ward."""
    wanted = expand(codes)
    cities = Municipality.objects.filter(wards__code__in=wanted).values_list("code", flat=True)
    return wanted | set(cities)


def neighbours_of(codes: Iterable[str]) -> set[str]:
    """The codes of those that border on ``codes`` (with wards as in ``expand``), without these themselves."""
    wanted = expand(codes)
    found = Municipality.objects.filter(neighbours__code__in=wanted).values_list("code", flat=True)
    return set(found) - wanted
