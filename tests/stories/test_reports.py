"""Somebody reports a story: who may, what staff see, and what becomes of it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.factories.stories import StoryFactory
from tomoiki.conversations import transitions as talk
from tomoiki.conversations.models import Report
from tomoiki.stories.enums import StoryState, WithdrawnBy
from tomoiki.stories.models import Story, StoryQuote

pytestmark = pytest.mark.django_db


def address(story: Story) -> str:
    return reverse("conversations:report", args=["story", story.pk])


def test_everybody_but_those_in_it_finds_the_way_to_report_a_story(client: Client) -> None:
    partner = OrganisationFactory()
    story = StoryFactory(state="published", partners=[partner])
    assert address(story) in client.get(story.get_absolute_url()).content.decode()
    assert story.title in client.get(address(story)).content.decode()
    client.force_login(member_of(partner))
    assert address(story) not in client.get(story.get_absolute_url()).content.decode()
    assert client.get(address(story)).status_code == 404


@pytest.mark.parametrize("state", ["draft", "asking_consent", "withdrawn"])
def test_what_is_not_public_cannot_be_reported(client: Client, state: str) -> None:
    assert client.get(address(StoryFactory(state=state))).status_code == 404


def test_staff_read_what_stood_there_and_take_it_off_the_pages() -> None:
    story = StoryFactory(state="published")
    StoryQuote.objects.create(story=story, text="また来たい", source="小学生")
    talk.report("story", story.pk, reason="personal", words="名前が出ています。", actor=UserFactory(), key="someone")
    case = Report.objects.get()
    assert case.subject == story
    assert case.title == story.title
    assert story.happened in case.text
    assert "また来たい" in case.text
    talk.remove_reported(case.pk, message="お名前が出ていたため、公開をやめました。", actor=StaffFactory())
    story.refresh_from_db()
    assert (story.state, story.withdrawn_by) == (StoryState.WITHDRAWN, WithdrawnBy.OFFICE)
    assert story.message == "お名前が出ていたため、公開をやめました。"
    assert not Story.objects.public().filter(pk=story.pk).exists()


def test_staff_settle_it_on_the_desk_also_when_it_was_taken_back_meanwhile(client: Client) -> None:
    story = StoryFactory(state="published")
    talk.report("story", story.pk, reason="personal", actor=UserFactory(), key="someone")
    case = Report.objects.get()
    client.force_login(StaffFactory())
    html = client.get(reverse("admin:conversations_report_change", args=[case.pk])).content.decode()
    assert story.title in html
    assert reverse("admin:stories_story_change", args=[story.pk]) in html
    story.state, story.withdrawn_at, story.withdrawn_by = StoryState.WITHDRAWN, story.published_at, "consent"
    story.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    talk.remove_reported(case.pk, message="公開をやめました。", actor=StaffFactory())
    case.refresh_from_db()
    story.refresh_from_db()
    assert (case.state, story.withdrawn_by) == ("removed", "consent")
