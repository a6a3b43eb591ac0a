"""Introductions for research and for the media: what they say, what is answered, and what is reported."""

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import Answer, IntroductionState
from matching.enums.doors import Purpose
from matching.models import Introduction, Outcome
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory
from tests.matching.traces import told

pytestmark = pytest.mark.django_db

WORDS = {
    Purpose.RESEARCH: ("調査・研究", "ぜひ、協力したい", "調査・研究への協力をお願いしました"),
    Purpose.INTERVIEW: ("取材", "ぜひ、取材を受けたい", "取材を申し込みました"),
}


def meet(purpose: Purpose, state: IntroductionState) -> Introduction:
    """Somebody comes to a post that counts what it needs."""
    introduction = IntroductionFactory(
        post=PostFactory(organisation=OrganisationFactory(name="ひなたの庭"), quantity=8, unit="people"),
        origin="response",
        purpose=purpose,
        state=state,
    )
    introduction.participants.exclude(post=introduction.post_id).update(post=None)
    return introduction


@pytest.mark.parametrize("purpose", WORDS)
def test_the_page_says_what_it_is_for(client: Client, purpose: Purpose) -> None:
    introduction = meet(purpose, IntroductionState.ASKED)
    other = introduction.participants.exclude(post=introduction.post_id).get()
    other.answer, other.answered_at = Answer.YES, introduction.asked_at
    other.save()
    client.force_login(somebody_of(introduction.post.organisation))
    html = client.get(introduction.get_absolute_url()).content.decode()
    for words in WORDS[purpose]:
        assert words in html
    assert "掲載はそのまま続き、数も減りません" in html
    # Nothing is taken, so nobody asks how much.
    assert 'name="quantity"' not in html
    assert "困りごとのある団体" not in html
    assert WORDS[purpose][0] in client.get(reverse("matching:introductions")).content.decode()


@pytest.mark.parametrize("purpose", WORDS)
def test_the_report_asks_what_fits_and_nobody_is_asked_whether_it_was_welcome(client: Client, purpose: Purpose) -> None:
    introduction = meet(purpose, IntroductionState.UNDER_WAY)
    side = introduction.participants.exclude(post=introduction.post_id).get()
    client.force_login(somebody_of(side.organisation))
    address = reverse("matching:report", args=[introduction.pk])
    html = client.get(address).content.decode()
    for name in ("quantity", "unit", "people_reached", "welcome", "kind"):
        assert f'name="{name}"' not in html
    given = {"participant": side.pk, "result": "done", "story": "夕方の放送で紹介しました。", "again": "yes"}
    looked_over = client.post(address, given)
    assert "夕方の放送で紹介しました。" in looked_over.content.decode()
    assert client.post(address, {**given, "send": "1"}).status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.welcome, outcome.quantity, outcome.people_reached) == ("unknown", None, None)
    assert told("matching_welcome_wanted") == []
    client.force_login(somebody_of(introduction.post.organisation))
    assert (
        reverse("matching:report", args=[introduction.pk])
        in client.get(introduction.get_absolute_url()).content.decode()
    )
