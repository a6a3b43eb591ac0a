"""Two at once: a consent is taken back while staff publish."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from tests.factories.matching import somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.stories import StoryFactory
from tomoiki.stories import transitions
from tomoiki.stories.enums import StoryState
from tomoiki.stories.models import Story
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db(transaction=True)


def both(*calls: Callable[[], Any]) -> list[Exception | None]:
    """Make all calls at the same moment, each in a thread and a connection of its own."""
    start, results = Barrier(len(calls)), [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            call()
        except Exception as error:
            results[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return list(results)


@pytest.mark.parametrize("attempt", range(4))
def test_what_was_taken_back_is_never_public(attempt: int) -> None:
    partner = OrganisationFactory()
    member_of(partner)
    story = StoryFactory(partners=[partner], state="asking_consent", agreed=True)
    side = story.partners.get(organisation=partner)
    staff, actor = StaffFactory(), somebody_of(partner)
    published, taken_back = both(
        lambda: transitions.publish_story(story.pk, actor=staff),
        lambda: transitions.withdraw_consent(story.pk, partner=side.pk, actor=actor),
    )
    # Whoever was first: it is off the public pages in the end.
    assert taken_back is None
    assert published is None or isinstance(published, TransitionError)
    assert not Story.objects.public().filter(pk=story.pk).exists()
    story.refresh_from_db()
    assert story.state == (StoryState.WITHDRAWN if published is None else StoryState.ASKING_CONSENT)


def test_two_staff_publish_once() -> None:
    story = StoryFactory(state="asking_consent", agreed=True)
    errors = both(*[lambda: transitions.publish_story(story.pk, actor=StaffFactory()) for _ in range(2)])
    assert errors == [None, None]
    assert story.versions.count() <= 1
