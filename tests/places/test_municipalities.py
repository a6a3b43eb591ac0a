"""The prefecture's municipalities: complete, in their regions, with their neighbours."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tomoiki.places.enums import Region
from tomoiki.places.loading import load_municipalities, read_rows
from tomoiki.places.lookups import around, choices_by_region, expand, neighbours_of
from tomoiki.places.models import Municipality

YOKOHAMA, KAWASAKI, SAGAMIHARA = "14100", "14130", "14150"
FUJISAWA, CHIGASAKI, KAMAKURA = "14205", "14207", "14204"

pytestmark = pytest.mark.django_db


def test_all_33_municipalities_are_there_with_the_wards_of_three_cities() -> None:
    assert Municipality.objects.whole().count() == 33
    wards = {city: Municipality.objects.filter(parent__code=city).count() for city in (YOKOHAMA, KAWASAKI, SAGAMIHARA)}
    assert wards == {YOKOHAMA: 18, KAWASAKI: 7, SAGAMIHARA: 3}
    assert Municipality.objects.count() == 33 + 28


def test_a_ward_names_its_city_since_two_cities_have_a_midori_ward() -> None:
    names = Municipality.objects.filter(name__endswith="緑区").order_by("code").values_list("name", flat=True)
    assert list(names) == ["横浜市緑区", "相模原市緑区"]
    assert Municipality.objects.get(name="横浜市緑区").short_name == "緑区"
    assert Municipality.objects.get(code=FUJISAWA).short_name == "藤沢市"


def test_every_region_has_municipalities_and_wards_lie_in_the_region_of_their_city() -> None:
    assert set(Municipality.objects.values_list("region", flat=True)) == set(Region.values)
    for ward in Municipality.objects.filter(parent__isnull=False).select_related("parent"):
        assert ward.parent is not None
        assert ward.region == ward.parent.region


def test_neighbours_know_each_other_and_nobody_stands_alone() -> None:
    pairs = set(Municipality.neighbours.through.objects.values_list("from_municipality", "to_municipality"))
    assert pairs == {(end, start) for start, end in pairs}
    assert not any(start == end for start, end in pairs)
    assert not Municipality.objects.filter(neighbours=None).exists()


def test_fujisawa_borders_on_the_sea_towns_and_on_two_wards_of_yokohama() -> None:
    names = set(Municipality.objects.filter(code__in=neighbours_of([FUJISAWA])).values_list("name", flat=True))
    assert {"鎌倉市", "茅ヶ崎市", "綾瀬市", "大和市", "海老名市", "寒川町"} <= names
    assert {"横浜市", "横浜市戸塚区", "横浜市泉区"} <= names
    assert "藤沢市" not in names
    assert "川崎市" not in names


def test_a_city_means_its_wards_and_a_ward_overlaps_its_city() -> None:
    tsurumi = "14101"
    assert expand([KAWASAKI]) == {"14130", *(f"1413{number}" for number in range(1, 8))}
    assert expand([FUJISAWA]) == {FUJISAWA}
    assert around([tsurumi]) == {tsurumi, YOKOHAMA}
    assert YOKOHAMA not in neighbours_of([YOKOHAMA])
    assert tsurumi not in neighbours_of([YOKOHAMA])
    assert expand(["99999"]) == set()


def test_choices_stand_by_region_in_the_order_of_the_lists() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        groups = choices_by_region()
    assert len(queries) == 1
    assert [label for label, _ in groups] == [region.label for region in Region]
    yokohama = dict(groups)["横浜"]
    assert yokohama[:2] == [("14100", "横浜市"), ("14101", "横浜市鶴見区")]
    assert sum(len(group) for _, group in choices_by_region(wards=False)) == 33


def test_what_is_no_longer_in_use_is_not_offered() -> None:
    Municipality.objects.filter(code=KAMAKURA).update(active=False)
    assert KAMAKURA not in {code for _, group in choices_by_region() for code, _ in group}


def test_loading_again_adds_what_is_missing_and_keeps_what_staff_edited() -> None:
    Municipality.objects.filter(code=FUJISAWA).update(name="藤沢市（編集済み）")
    Municipality.objects.get(code=CHIGASAKI).delete()
    assert load_municipalities() == 1
    assert load_municipalities() == 0
    assert Municipality.objects.get(code=FUJISAWA).name == "藤沢市（編集済み）"
    back = Municipality.objects.get(code=CHIGASAKI)
    assert back.neighbours.filter(code=FUJISAWA).exists()
    assert Municipality.objects.get(code=FUJISAWA).neighbours.filter(pk=back.pk).exists()


def test_the_data_file_names_no_neighbour_twice_and_none_that_is_not_there() -> None:
    rows = list(read_rows())
    codes = {row.code for row in rows}
    assert len(codes) == len(rows)
    for row in rows:
        assert len(set(row.neighbour_codes)) == len(row.neighbour_codes)
        assert set(row.neighbour_codes) <= codes
        assert row.city_code == "" or row.city_code in codes
