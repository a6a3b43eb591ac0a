"""A story is public only while everybody in it agrees to just that version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.enums import OrganisationState
from members.models import Organisation, User
from tests.factories.matching import somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.factories.stories import StoryFactory
from tests.matching.traces import told, trail
from tomoiki.stories import transitions
from tomoiki.stories.enums import Consent, StoryState
from tomoiki.stories.models import Story, StoryPartner, StoryPerson, StoryVersion
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def writer_of(story: Story) -> User:
    """A person of the organisation whose story it is."""
    assert story.organisation is not None
    return somebody_of(story.organisation)


def others(story: Story) -> list[StoryPartner]:
    return list(story.partners.select_related("organisation").order_by("pk"))


def agree(story: Story, part: StoryPartner, **more: Any) -> Story:
    actor = somebody_of(part.organisation)
    return transitions.decide_consent(
        story.pk, partner=part.pk, agrees=True, version=more.pop("version", story.version), actor=actor, **more
    )


@pytest.fixture
def two() -> Story:
    partner = OrganisationFactory()
    member_of(partner)
    made: Story = StoryFactory(partners=[partner])
    return made


def published(story: Story) -> Story:
    transitions.ask_consent(story.pk, actor=writer_of(story))
    for part in others(story):
        agree(story, part)
    return transitions.publish_story(story.pk, actor=StaffFactory())


def test_nothing_is_public_before_everybody_agreed(two: Story) -> None:
    staff = StaffFactory()
    transitions.ask_consent(two.pk, actor=writer_of(two))
    first, second = others(two)
    agree(two, first)
    with pytest.raises(TransitionError) as refused:
        transitions.publish_story(two.pk, actor=staff)
    assert refused.value.code == "consent_missing"
    agree(two, second)
    assert staff in told("stories_everybody_agreed")
    story = transitions.publish_story(two.pk, actor=staff)
    assert Story.objects.public().get() == story
    assert [action for action, _, _ in trail(story)].count("story.consented") == 2
    assert StoryVersion.objects.get(story=story).published_at == story.published_at


def test_taking_consent_back_takes_it_down_at_once_and_tells_all(two: Story) -> None:
    published(two)
    first, second = others(two)
    transitions.withdraw_consent(two.pk, partner=second.pk, actor=somebody_of(second.organisation))
    two.refresh_from_db()
    assert two.state == StoryState.WITHDRAWN
    assert not Story.objects.public().exists()
    assert somebody_of(first.organisation) in told("stories_withdrawn")


def test_somebody_of_a_suspended_organisation_may_still_take_it_back(two: Story) -> None:
    published(two)
    second = others(two)[1]
    actor = somebody_of(second.organisation)
    Organisation.objects.filter(pk=second.organisation_id).update(state=OrganisationState.SUSPENDED)
    # A suspended organisation is shown nowhere; its story rests.
    assert not Story.objects.public().exists()
    transitions.withdraw_consent(two.pk, partner=second.pk, actor=actor)
    two.refresh_from_db()
    assert two.state == StoryState.WITHDRAWN


def test_a_change_of_substance_asks_everybody_again(two: Story) -> None:
    story = published(two)
    actor = writer_of(two)
    changed = transitions.save_story(story.pk, data={"happened": "毎週二十人が集まるようになりました。"}, actor=actor)
    assert (changed.state, changed.version) == (StoryState.DRAFT, 2)
    assert {each.consent for each in others(changed)} == {Consent.WAITING}
    assert not Story.objects.public().exists()
    transitions.ask_consent(story.pk, actor=actor)
    with pytest.raises(TransitionError) as refused:
        agree(changed, others(changed)[0], version=1)
    assert refused.value.code == "changed_meanwhile"
    assert [each.number for each in StoryVersion.objects.filter(story=story)] == [2, 1]


def test_a_change_of_themes_alone_asks_nobody(two: Story) -> None:
    story = published(two)
    same = transitions.save_story(story.pk, data={"themes": ["elderly"]}, actor=writer_of(two))
    assert (same.state, same.version) == (StoryState.PUBLISHED, 1)


def test_a_no_says_what_to_change(two: Story) -> None:
    transitions.ask_consent(two.pk, actor=writer_of(two))
    second = others(two)[1]
    actor = somebody_of(second.organisation)
    with pytest.raises(ValidationError):
        transitions.decide_consent(two.pk, partner=second.pk, agrees=False, version=1, actor=actor)
    transitions.decide_consent(
        two.pk, partner=second.pk, agrees=False, version=1, note="団体の名前がちがいます。", actor=actor
    )
    assert writer_of(two) in told("stories_consent_refused")


def test_persons_are_asked_by_their_organisation(two: Story) -> None:
    second = others(two)[1]
    person = StoryPerson.objects.create(story=two, partner=second, name="会長の山道さん", appears="named")
    transitions.ask_consent(two.pk, actor=writer_of(two))
    with pytest.raises(ValidationError):
        agree(two, second)
    with pytest.raises(ValidationError):
        agree(two, second, persons=[person.pk])
    agree(two, second, persons=[person.pk], agreed="spoken")
    person.refresh_from_db()
    assert (person.consent, person.agreed) == (Consent.YES, "spoken")
    agree(two, others(two)[0])
    transitions.publish_story(two.pk, actor=StaffFactory())
    transitions.withdraw_person(two.pk, person=person.pk, actor=somebody_of(second.organisation))
    two.refresh_from_db()
    assert two.state == StoryState.WITHDRAWN


def test_nobody_agrees_for_others_and_only_staff_publish(two: Story) -> None:
    transitions.ask_consent(two.pk, actor=writer_of(two))
    first, second = others(two)
    for stranger in (StaffFactory(), UserFactory(), somebody_of(first.organisation)):
        with pytest.raises(PermissionDenied):
            transitions.decide_consent(two.pk, partner=second.pk, agrees=True, version=1, actor=stranger)
    with pytest.raises(PermissionDenied):
        transitions.publish_story(two.pk, actor=somebody_of(first.organisation))


def test_a_draft_is_made_once_for_one_form() -> None:
    organisation = OrganisationFactory()
    actor = member_of(organisation)
    data = {"title": "題", "partners": [{"organisation": organisation}]}
    made = {
        transitions.save_story(None, data=data, actor=actor, on_behalf=organisation, idempotency_key="k").pk
        for _ in range(2)
    }
    assert len(made) == 1


def test_what_lacks_its_parts_is_not_asked_about() -> None:
    story = StoryFactory(lead="", done="")
    with pytest.raises(ValidationError) as refused:
        transitions.ask_consent(story.pk, actor=writer_of(story))
    assert set(refused.value.message_dict) == {"lead", "done"}


STEPS = ["ask", "agree 0", "agree 1", "refuse 1", "back 0", "back 1", "publish", "change", "themes", "withdraw"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=14))
def test_whatever_happens_what_is_public_is_agreed_to(two: Story, steps: list[str]) -> None:
    """Whatever is tried in whatever order: public is what all partners agree to, in the version they saw."""
    StoryPartner.objects.filter(story=two).update(consent=Consent.WAITING, decided_at=None)
    Story.objects.filter(pk=two.pk).update(
        state=StoryState.DRAFT, withdrawn_at=None, withdrawn_by="", asked_at=None, published_at=None
    )
    writer, staff = writer_of(two), User.objects.filter(is_staff=True).first() or StaffFactory()
    agreed_to: dict[int, int] = {}
    for number, name in enumerate(steps):
        story = Story.objects.get(pk=two.pk)
        try:
            _step(story, name, number, writer, staff)
        except (TransitionError, ValidationError):
            continue
        verb, _, which = name.partition(" ")
        if verb == "agree":
            agreed_to[int(which)] = story.version
        elif verb in ("refuse", "back"):
            agreed_to.pop(int(which), None)
        story.refresh_from_db()
        if Story.objects.public().filter(pk=story.pk).exists():
            assert agreed_to == {0: story.version, 1: story.version}
        if name == "themes":
            assert story.state in StoryState.values


def _step(story: Story, name: str, number: int, writer: User, staff: User) -> None:
    verb, _, which = name.partition(" ")
    part = others(story)[int(which)] if which else None
    calls: dict[str, Callable[[], Any]] = {
        "ask": lambda: transitions.ask_consent(story.pk, actor=writer),
        "publish": lambda: transitions.publish_story(story.pk, actor=staff),
        "change": lambda: transitions.save_story(story.pk, data={"done": f"やり方を変えました {number}"}, actor=writer),
        "themes": lambda: transitions.save_story(story.pk, data={"themes": [f"t{number}"]}, actor=writer),
        "withdraw": lambda: transitions.withdraw_story(story.pk, actor=staff),
    }
    if part is None:
        calls[verb]()
    elif verb == "agree":
        agree(story, part)
    elif verb == "refuse":
        transitions.decide_consent(
            story.pk,
            partner=part.pk,
            agrees=False,
            version=story.version,
            note=f"直してください {number}",
            actor=somebody_of(part.organisation),
        )
    else:
        transitions.withdraw_consent(story.pk, partner=part.pk, actor=somebody_of(part.organisation))
