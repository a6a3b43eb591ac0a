from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.template import engines
from pytest_django.fixtures import Settings

from members.models import User
from tests.factories.members import UserFactory
from tests.smtp import Sink, smtp_sink
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.models import Message, Notification
from tomoiki.notifications.notice import Notice


class Told(Notice):
    """「夏祭りの準備が始まりました」 to whoever a test names."""

    topic = Topic.INTRODUCTION

    def __init__(self, about: Model, *people: User, number: int = 1, link: str = "/me/", words: str = "") -> None:
        self.subject_of_it, self.people, self.number, self.path, self.words = about, people, number, link, words

    def about(self) -> Model:
        return self.subject_of_it

    def key(self) -> str:
        return f"{self.code}:{self.subject_of_it.pk}:{self.number}"

    def audience(self) -> Iterable[User]:
        return self.people

    def subject(self, recipient: User) -> str:
        return self.words or f"夏祭りの準備が始まりました（{self.number}）"

    def reason(self, recipient: User) -> str:
        return "おつなぎの参加者のため"

    def link(self, recipient: User) -> str:
        return self.path

    def digest_text(self, recipient: User) -> str:
        return "やぐらを組む日を決めましょう。"


# Set afterwards: a class with a code of its own enters the registry of what the portal sends, and this one does not.
Told.code = "told"


class ToldOnTheBell(Told):
    urgency = Urgency.BELL


class ToldOfMembership(Told):
    topic = Topic.MEMBERSHIP


@pytest.fixture(autouse=True)
def _templates_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, Path(__file__).parent / "templates"])


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A mail server, which the settings name."""
    with smtp_sink() as (server, port):
        settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", port
        settings.MAIL_ENCRYPTION, settings.MAIL_USER, settings.MAIL_TIMEOUT_SECONDS = "none", "", 5
        yield server


@pytest.fixture
def person(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def tell() -> Callable[..., list[Notification]]:
    """Put one more notice to the named people."""
    numbers = count(1)

    def put(*people: User, kind: type[Told] = Told, **more: Any) -> list[Notification]:
        with transaction.atomic():
            return outbox.put(kind(people[0], *people, number=next(numbers), **more))

    return put


@pytest.fixture
def mail_to(tell: Callable[..., list[Notification]]) -> Callable[..., Message]:
    """One more queued mail to a person."""

    def put(someone: User, **more: Any) -> Message:
        message = tell(someone, **more)[0].message
        assert message is not None
        return message

    return put
