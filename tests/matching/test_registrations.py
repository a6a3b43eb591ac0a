"""What matching tells the floors below: photos, lists, conversations."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from matching.enums import PostState, Visibility
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.test_drafts import picture
from tomoiki.files.access import can_read
from tomoiki.vocabulary.lists import choices

pytestmark = pytest.mark.django_db


def readers(**fields: Any) -> list[str]:
    """Which visitors may see the photo of a post like this."""
    organisation = OrganisationFactory()
    writer = somebody_of(organisation)
    file = picture(writer)
    PostFactory(organisation=organisation, photo=file, photo_alt="和室", **fields)
    visitors = {
        "owner": writer,
        "member": member_of(OrganisationFactory()),
        "person": UserFactory(),
        "visitor": AnonymousUser(),
        "staff": StaffFactory(),
    }
    return [name for name, visitor in visitors.items() if can_read(visitor, file)]


def test_a_photo_is_seen_by_those_who_see_its_post() -> None:
    assert readers() == ["owner", "member", "person", "visitor", "staff"]
    assert readers(state=PostState.FULFILLED) == ["owner", "member", "person", "visitor", "staff"]
    assert readers(visibility=Visibility.MEMBERS) == ["owner", "member", "staff"]
    assert readers(state=PostState.SUBMITTED) == ["owner", "staff"]
    assert readers(state=PostState.DRAFT) == ["owner"]


def test_an_introduction_opens_the_photo_of_a_resting_post() -> None:
    post = PostFactory(state=PostState.PAUSED)
    post.photo, post.photo_alt = picture(post.author), "和室"
    post.save(update_fields=["photo", "photo_alt"])
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory())
    assert can_read(somebody_of(introduction.sides()[1].organisation), post.photo)
    assert not can_read(member_of(OrganisationFactory()), post.photo)


@pytest.mark.parametrize("vocabulary", ["decline_reason", "end_reason"])
def test_reasons_are_there_from_the_start(vocabulary: str) -> None:
    reasons = dict(choices(vocabulary))
    assert len(reasons) >= 8
    assert reasons["other"] == "そのほか"
