"""Who looks after a post: at first whoever wrote it, then whom they entrust it to."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import PostState
from members.enums import AffiliationRole
from tests.factories.matching import PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def test_whoever_writes_it_looks_after_it() -> None:
    organisation = OrganisationFactory()
    writer, colleague = member_of(organisation), member_of(organisation)
    data = {"direction": "need", "title": "部屋をさがしています"}
    post = transitions.save_draft(None, data=data, on_behalf=organisation, actor=writer, idempotency_key="k")
    assert post.contact == writer
    again = transitions.save_draft(
        post.pk, data={"title": "広い部屋をさがしています"}, on_behalf=organisation, actor=colleague
    )
    assert again.contact == writer


def test_a_colleague_is_told_what_is_theirs_now() -> None:
    post = PostFactory()
    owner, colleague = member_of(post.organisation), member_of(post.organisation, AffiliationRole.EDITOR)
    transitions.change_contact(post.pk, contact=colleague, actor=owner)
    transitions.change_contact(post.pk, contact=colleague, actor=owner)
    post.refresh_from_db()
    assert post.contact == colleague
    assert Notification.objects.get(code="matching_post_contact_changed").recipient == colleague
    assert Entry.objects.about(post).filter(action="post.contact_changed").count() == 1
    # Taking it back tells nobody anew, giving it again does.
    transitions.change_contact(post.pk, contact=owner, actor=owner)
    transitions.change_contact(post.pk, contact=colleague, actor=owner)
    assert Notification.objects.filter(recipient=colleague).count() == 2


def test_only_those_who_may_act_look_after_it() -> None:
    post = PostFactory()
    owner = member_of(post.organisation)
    for other in (
        UserFactory(),
        member_of(post.organisation, AffiliationRole.VIEWER),
        AffiliationFactory(organisation=post.organisation, ended_at=timezone.now()).user,
    ):
        with pytest.raises(ValidationError):
            transitions.change_contact(post.pk, contact=other, actor=owner)


def test_nobody_else_decides_who_does() -> None:
    post = PostFactory()
    colleague = member_of(post.organisation)
    for other in (
        member_of(OrganisationFactory()),
        member_of(post.organisation, AffiliationRole.VIEWER),
        StaffFactory(),
    ):
        with pytest.raises(PermissionDenied):
            transitions.change_contact(post.pk, contact=colleague, actor=other)


@pytest.mark.parametrize("state", [PostState.CLOSED, PostState.EXPIRED, PostState.TAKEN_DOWN, PostState.FULFILLED])
def test_what_is_over_is_entrusted_to_nobody(state: PostState) -> None:
    post = PostFactory(state=state)
    with pytest.raises(TransitionError):
        transitions.change_contact(post.pk, contact=member_of(post.organisation), actor=member_of(post.organisation))


def test_the_page_names_and_changes_who_does(client: Client) -> None:
    post = PostFactory()
    owner, colleague = member_of(post.organisation, name="森 春子"), member_of(post.organisation, name="原 夏子")
    client.force_login(owner)
    url = reverse("matching:post_contact", args=[post.pk])
    assert url in client.get(post.get_absolute_url()).content.decode()
    assert "contact" in client.post(url, {}).context["form"].errors
    assert "contact" in client.post(url, {"contact": UserFactory().pk}).context["form"].errors
    assert client.post(url, {"contact": colleague.pk}).headers["Location"] == post.get_absolute_url()
    assert "原 夏子さん" in client.get(post.get_absolute_url()).content.decode()
    assert "原 夏子さん" in client.get(reverse("matching:my_posts")).content.decode()
    client.force_login(member_of(post.organisation, AffiliationRole.VIEWER))
    assert client.get(url).status_code == 403
    client.logout()
    assert "原 夏子さん" not in client.get(post.get_absolute_url()).content.decode()
