"""Stories on the staff's desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.matching import somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.stories import StoryFactory
from tests.matching.traces import told
from tests.staff.test_matching_admin import page, press, url
from tomoiki.stories.enums import Consent, StoryState, WithdrawnBy
from tomoiki.stories.models import StoryPartner, StoryPerson, StoryVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(StaffFactory())
    return client


def test_the_desk_shows_every_consent_and_what_should_change(desk: Client) -> None:
    partner = OrganisationFactory()
    story = StoryFactory(state="asking_consent", partners=[partner])
    side = story.partners.get(organisation=partner)
    side.consent, side.decided_at, side.note = Consent.NO, story.asked_at, "写真を替えてください。"
    side.save()
    StoryPerson.objects.create(story=story, partner=side, name="店長の山道さん", appears="named")
    html = page(desk, story)
    for words in (partner.name, "写真を替えてください。", "店長の山道さん", story.happened):
        assert words in html, words
    # Nobody publishes over somebody's head.
    assert url(story, "transition", "publish") not in html
    press(desk, story, "publish")
    story.refresh_from_db()
    assert story.state == StoryState.ASKING_CONSENT


def test_staff_publish_when_everybody_agreed_and_all_are_told(desk: Client) -> None:
    partner = OrganisationFactory()
    member_of(partner)
    story = StoryFactory(state="asking_consent", partners=[partner], agreed=True)
    StoryVersion.objects.create(story=story, number=1, content={})
    assert url(story, "transition", "publish") in page(desk, story)
    assert "公開し、出てくる団体にお知らせしました。" in press(desk, story, "publish").content.decode()
    story.refresh_from_db()
    assert story.state == StoryState.PUBLISHED
    assert story.versions.get().published_at == story.published_at
    assert set(told("stories_published")) >= {somebody_of(each.organisation) for each in story.partners.all()}


def test_staff_take_a_story_down_with_words_for_those_in_it(desk: Client) -> None:
    story = StoryFactory(state="published")
    press(desk, story, "withdraw", message="写真の取り扱いを確かめるため。")
    story.refresh_from_db()
    assert (story.state, story.withdrawn_by) == (StoryState.WITHDRAWN, WithdrawnBy.OFFICE)
    assert story.message == "写真の取り扱いを確かめるため。"


def test_a_page_that_is_out_of_date_decides_nothing(desk: Client) -> None:
    story = StoryFactory(state="asking_consent", agreed=True)
    address = url(story, "transition", "publish")
    desk.post(address, {"seen": "something older"}, follow=True)
    story.refresh_from_db()
    assert story.state == StoryState.ASKING_CONSENT


def test_what_waits_for_publication_has_a_tab_of_its_own(desk: Client) -> None:
    ready = StoryFactory(state="asking_consent", agreed=True)
    waiting = StoryFactory(state="asking_consent")
    html = desk.get(reverse("admin:stories_story_changelist"), {"ready": "yes"}).content.decode()
    assert ready.title in html
    assert waiting.title not in html


def test_the_list_costs_the_same_for_one_and_for_three(desk: Client) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            StoryFactory(state="published", partners=[OrganisationFactory()])
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("admin:stories_story_changelist"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nobody_writes_or_deletes_a_story_here(desk: Client) -> None:
    story = StoryFactory()
    assert desk.get(reverse("admin:stories_story_add")).status_code == 403
    assert desk.post(reverse("admin:stories_story_delete", args=[story.pk]), {"post": "yes"}).status_code == 403
    assert StoryPartner.objects.filter(story=story).exists()
