"""The prefecture's municipalities: complete, in their regions, with their neighbours."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tomoiki.places.enums import Region
from tomoiki.places.loading import Row, load_municipalities, read_rows
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


#: Taken from what the municipalities say of themselves: all that border on the first, wards left aside.
BORDERS = {
    "清川村": "厚木市 秦野市 相模原市 愛川町 山北町",
    "座間市": "相模原市 大和市 厚木市 海老名市",
    "大和市": "横浜市 座間市 相模原市 綾瀬市 藤沢市 海老名市",
    "海老名市": "厚木市 座間市 大和市 綾瀬市 藤沢市 寒川町",
    "厚木市": "海老名市 伊勢原市 相模原市 座間市 秦野市 平塚市 愛川町 清川村 寒川町",
    "愛川町": "厚木市 相模原市 清川村",
    "山北町": "相模原市 秦野市 南足柄市 松田町 開成町 清川村",
    "南足柄市": "小田原市 箱根町 開成町 山北町",
    "川崎市": "横浜市",
    "三浦市": "横須賀市",
    "葉山町": "横須賀市 逗子市",
}
#: The same for wards, with those of other cities.
WARD_BORDERS = {
    "横浜市瀬谷区": "横浜市旭区 横浜市緑区 横浜市泉区 大和市",
    "横浜市旭区": "横浜市保土ケ谷区 横浜市戸塚区 横浜市緑区 横浜市瀬谷区 横浜市泉区",
    "横浜市戸塚区": "横浜市南区 横浜市保土ケ谷区 横浜市港南区 横浜市旭区 横浜市栄区 横浜市泉区 鎌倉市 藤沢市",
    "横浜市緑区": "横浜市青葉区 横浜市都筑区 横浜市港北区 横浜市神奈川区 横浜市保土ケ谷区 横浜市旭区 横浜市瀬谷区",
    "横浜市青葉区": "横浜市緑区 横浜市都筑区 川崎市宮前区 川崎市麻生区",
    "川崎市麻生区": "川崎市多摩区 川崎市宮前区 横浜市青葉区",
    "川崎市高津区": "川崎市中原区 川崎市宮前区 川崎市多摩区 横浜市港北区 横浜市都筑区",
    "相模原市南区": "相模原市中央区 厚木市 座間市 大和市",
}


def test_borders_are_those_that_the_municipalities_name() -> None:
    rows = {row.code: row for row in read_rows()}
    of = {row.name: {rows[code] for code in row.neighbour_codes} for row in rows.values()}
    for name, others in BORDERS.items():
        assert {row.name for row in of[name] if not row.city_code} == set(others.split()), name
    for name, others in WARD_BORDERS.items():
        assert {row.name for row in of[name] if not _city_of_ward(row, of[name])} == set(others.split()), name


def _city_of_ward(row: Row, others: set[Row]) -> bool:
    """Whether ``row`` stands there only as the city of a ward beside it."""
    return any(other.city_code == row.code for other in others)


def test_a_city_borders_on_what_its_wards_border_on() -> None:
    rows = {row.code: row for row in read_rows()}
    for city in (YOKOHAMA, KAWASAKI, SAGAMIHARA):
        beyond = {
            rows[code].city_code or code
            for row in rows.values()
            if row.city_code == city
            for code in row.neighbour_codes
            if rows[code].city_code != city
        }
        assert set(rows[city].neighbour_codes) == beyond
        # A ward overlaps its city, so that they are no neighbours of each other.
        assert all(city not in row.neighbour_codes for row in rows.values() if row.city_code == city)


def test_everything_hangs_together_over_land() -> None:
    rows = {row.code: row for row in read_rows()}
    for wards in (False, True):
        # With the wards the cities are left out, which would join everything for them.
        left_out = {row.city_code for row in rows.values()} if wards else set()
        kept = {code for code, row in rows.items() if code not in left_out and (wards or not row.city_code)}
        reached, waiting = set(), [FUJISAWA]
        while waiting:
            code = waiting.pop()
            if code not in reached:
                reached.add(code)
                waiting += [each for each in rows[code].neighbour_codes if each in kept]
        assert reached == kept


def test_a_correction_of_the_table_reaches_a_database_that_stands_already() -> None:
    chigasaki = Municipality.objects.get(code=CHIGASAKI)
    fujisawa = Municipality.objects.get(code=FUJISAWA)
    kamakura = Municipality.objects.get(code=KAMAKURA)
    chigasaki.neighbours.remove(fujisawa)
    chigasaki.neighbours.add(kamakura)
    assert load_municipalities() == 0
    assert FUJISAWA in neighbours_of([CHIGASAKI])
    assert KAMAKURA not in neighbours_of([CHIGASAKI])
    assert CHIGASAKI in neighbours_of([FUJISAWA])


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
