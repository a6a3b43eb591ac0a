"""Writing a post: drafts, and what is said of what is wrong."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from matching import transitions
from matching.enums import Direction, PostState, Resource, Unit
from matching.models import Post
from members.enums import AffiliationRole
from members.models import Organisation, User
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.traces import trail
from tomoiki.files.models import StoredFile
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

DATA: dict[str, Any] = {
    "direction": Direction.NEED,
    "resource": Resource.PLACE,
    "title": "放課後に使える部屋をさがしています",
    "body": "宿題をしたり、ただ寝ころんだりできる部屋です。",
    "areas": ["14205"],
    "quantity": 15,
    "unit": Unit.PEOPLE,
}


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def owner(organisation: Organisation) -> User:
    return member_of(organisation)


@pytest.fixture
def staff() -> User:
    return StaffFactory()


def picture(uploaded_by: User) -> StoredFile:
    return StoredFile.objects.create(
        token=f"token{uploaded_by.pk}",
        kind="image",
        name="部屋.webp",
        content="uploads/ab/room.webp",
        content_type="image/webp",
        size=1,
        sha256="0" * 64,
        width=1,
        height=1,
        uploaded_by=uploaded_by,
    )


# --- drafts ---


def test_a_draft_keeps_what_was_written_and_can_be_found_later(organisation: Organisation, owner: User) -> None:
    draft = transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=owner)
    draft.refresh_from_db()
    assert (draft.state, draft.author, draft.organisation) == (PostState.DRAFT, owner, organisation)
    assert {name: getattr(draft, name) for name in DATA} == DATA
    assert "放課後" in draft.search_text
    assert "藤沢市" in draft.search_text
    assert trail(draft) == [("post.drafted", "draft", "draft")]


def test_a_draft_may_be_unfinished(organisation: Organisation, owner: User) -> None:
    draft = transitions.save_draft(
        None, data={"direction": Direction.OFFER, "title": "", "resource": ""}, on_behalf=organisation, actor=owner
    )
    assert str(draft) == "（見出しはまだありません）"
    with pytest.raises(ValidationError) as refusal:
        transitions.submit_post(draft.pk, actor=owner)
    assert refusal.value.message_dict == {
        "resource": ["種類を選んでください。"],
        "title": ["見出しを書いてください。"],
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"unit": ""}, "単位を選んでください。"),
        ({"available_from": date(2027, 5, 2), "available_until": date(2027, 5, 1)}, "「いつまで」は"),
        ({"resource": "gold"}, "選択"),
        ({"title": "あ" * 61}, "60"),
        ({"body": "あ" * 2001}, "2,000文字まで"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    organisation: Organisation, owner: User, data: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        transitions.save_draft(None, data=DATA | data, on_behalf=organisation, actor=owner)
    assert not Post.objects.exists()


def test_a_form_sent_twice_makes_one_draft(organisation: Organisation, owner: User) -> None:
    first, second = (
        transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=owner, idempotency_key="form-1")
        for _ in range(2)
    )
    assert first == second
    assert trail(first) == [("post.drafted", "draft", "draft")]


def test_going_back_in_the_browser_goes_on_with_the_same_draft(organisation: Organisation, owner: User) -> None:
    first = transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=owner, idempotency_key="form-1")
    changed = {**DATA, "title": "夕方に使える部屋をさがしています"}
    second = transitions.save_draft(None, data=changed, on_behalf=organisation, actor=owner, idempotency_key="form-1")
    assert (second.pk, second.title) == (first.pk, changed["title"])


def test_what_another_tab_saved_meanwhile_is_not_written_over(organisation: Organisation, owner: User) -> None:
    draft = transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=owner)
    seen = draft.updated_at
    transitions.save_draft(
        draft.pk, data={**DATA, "title": "先の画面"}, on_behalf=organisation, actor=owner, version=seen
    )
    with pytest.raises(TransitionError) as refused:
        transitions.save_draft(
            draft.pk, data={**DATA, "title": "あとの画面"}, on_behalf=organisation, actor=owner, version=seen
        )
    assert refused.value.code == "changed_meanwhile"
    assert Post.objects.get().title == "先の画面"


def test_a_form_key_does_not_open_the_draft_of_others(organisation: Organisation, owner: User) -> None:
    transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=owner, idempotency_key="form-1")
    other = OrganisationFactory()
    with pytest.raises(PermissionDenied):
        transitions.save_draft(None, data=DATA, on_behalf=other, actor=member_of(other), idempotency_key="form-1")


def test_a_draft_stays_with_its_organisation(organisation: Organisation, owner: User) -> None:
    draft = transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=owner)
    other = OrganisationFactory()
    other.affiliations.create(user=owner, role=AffiliationRole.OWNER)
    with pytest.raises(TransitionError) as refusal:
        transitions.save_draft(draft.pk, data=DATA, on_behalf=other, actor=owner)
    assert refusal.value.code == "other_organisation"


def test_only_what_people_write_can_be_written(organisation: Organisation, owner: User) -> None:
    with pytest.raises(ValueError, match="state"):
        transitions.save_draft(None, data={**DATA, "state": "published"}, on_behalf=organisation, actor=owner)


def test_a_photo_must_be_ones_own_upload(organisation: Organisation, owner: User) -> None:
    own = {**DATA, "photo": picture(owner), "photo_alt": "和室"}
    assert transitions.save_draft(None, data=own, on_behalf=organisation, actor=owner).photo == own["photo"]
    foreign = {**DATA, "photo": picture(UserFactory()), "photo_alt": "和室"}
    with pytest.raises(PermissionDenied):
        transitions.save_draft(None, data=foreign, on_behalf=organisation, actor=owner)


def test_a_colleague_goes_on_with_a_draft_and_its_photo(organisation: Organisation, owner: User) -> None:
    data = {**DATA, "photo": picture(owner), "photo_alt": "和室"}
    draft = transitions.save_draft(None, data=data, on_behalf=organisation, actor=owner)
    colleague = member_of(organisation, AffiliationRole.EDITOR)
    again = transitions.save_draft(
        draft.pk, data={**data, "title": "新しい見出し"}, on_behalf=organisation, actor=colleague
    )
    assert (again.title, again.author) == ("新しい見出し", owner)
