"""Redis may be away: who is logged in stays so, and a session that was ended does not come back."""

from copy import deepcopy

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from redis.exceptions import RedisError

from tests.factories.members import UserFactory
from tomoiki.embedded.processes import free_port


def send_redis_away(settings) -> None:
    away = deepcopy(settings.CACHES)
    for cache in away.values():
        cache["LOCATION"] = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = away


@pytest.fixture
def redis_is_away(settings) -> None:
    send_redis_away(settings)


@pytest.mark.django_db
def test_who_is_logged_in_stays_so(client: Client, settings) -> None:
    client.force_login(UserFactory())
    send_redis_away(settings)
    response = client.get(reverse("notifications:list"))
    assert response.status_code == 200
    # A session that does not count would be sent to the login.
    assert client.get(reverse("notifications:list")).wsgi_request.user.is_authenticated


def test_reading_finds_nothing_writing_does_nothing_and_deleting_says_so(redis_is_away: None) -> None:
    sessions = caches[settings.SESSION_CACHE_ALIAS]
    sessions.set("key", "value", 60)
    assert sessions.get("key", "nothing") == "nothing"
    with pytest.raises(RedisError):
        sessions.delete("key")


def test_other_caches_do_not_hide_that_redis_is_away(redis_is_away: None) -> None:
    with pytest.raises(RedisError):
        caches["default"].set("key", "value")


def test_with_redis_there_it_is_an_ordinary_cache() -> None:
    sessions = caches[settings.SESSION_CACHE_ALIAS]
    sessions.set("key", {"a": 1}, 60)
    assert sessions.get("key") == {"a": 1}
    assert sessions.delete("key")
    assert sessions.get("key") is None
