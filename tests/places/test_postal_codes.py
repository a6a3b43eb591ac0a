"""Addresses of postal codes, from any thread and not too often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tomoiki.places import views
from tomoiki.places.postal import lookup_postal_code

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["251-0024", "2510024", "２５１－００２４", "〒251ー0024", " 251 0024 "])
def test_a_code_is_read_in_any_width_with_or_without_hyphen(typed: str) -> None:
    address = lookup_postal_code(typed)
    assert address is not None
    assert address.postal_code == "2510024"
    assert address.city == "藤沢市"
    assert address.line.startswith("藤沢市")
    assert address.municipality is not None
    assert address.municipality.code == "14205"


def test_a_designated_city_gives_the_ward() -> None:
    address = lookup_postal_code("220-0011")
    assert address is not None
    assert str(address.municipality) == "横浜市西区"


def test_a_town_in_a_district_is_found() -> None:
    address = lookup_postal_code("253-0106")
    assert address is not None
    assert str(address.municipality) == "寒川町"


def test_another_prefecture_is_named_and_has_no_municipality_here() -> None:
    address = lookup_postal_code("100-0001")
    assert address is not None
    assert address.prefecture == "東京都"
    assert address.line.startswith("東京都千代田区")
    assert address.municipality is None


@pytest.mark.parametrize("typed", ["", "251", "251-00245", "000-0000", "999-9999", "ゆうびん", "251-002a"])
def test_no_such_code_is_nothing(typed: str) -> None:
    assert lookup_postal_code(typed) is None


@pytest.mark.django_db(transaction=True)
def test_a_code_is_found_from_any_thread() -> None:
    def look_up(code: str) -> str:
        try:
            address = lookup_postal_code(code)
            return address.city if address else ""
        finally:
            # Each thread has a connection of its own, which nobody else would close.
            connection.close()

    codes = ["251-0024", "220-0011", "210-0007", "252-0231"] * 3
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(look_up, codes))
    assert found == ["藤沢市", "横浜市西区", "川崎市川崎区", "相模原市中央区"] * 3


def test_the_registration_form_may_ask_without_logging_in(client: Client) -> None:
    response = client.get(reverse("places:postal"), {"code": "251-0024"})
    assert response.status_code == 200
    answer = response.json()
    assert (answer["city"], answer["municipality"]["code"]) == ("藤沢市", "14205")
    assert response["Cache-Control"] == "private, max-age=3600"


def test_an_unknown_code_says_what_to_do(client: Client) -> None:
    response = client.get(reverse("places:postal"), {"code": "000-0000"})
    assert response.status_code == 404
    assert "住所を直接入力してください" in response.json()["error"]


def test_asking_too_often_is_answered_politely(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LOOKUPS_PER_MINUTE", 2)
    address = reverse("places:postal")
    statuses = [client.get(address, {"code": "251-0024"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    response = client.get(address, {"code": "251-0024"})
    assert "1分ほど待ってから" in response.json()["error"]
    # Another visitor is not held up.
    assert client.get(address, {"code": "251-0024"}, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_only_reading_is_possible(client: Client) -> None:
    assert client.post(reverse("places:postal"), {"code": "251-0024"}).status_code == 405
