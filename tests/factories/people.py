"""Invitations and handovers as rows, without the transitions that would lead to them."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from members.enums import AffiliationRole, HandoverState, InvitationState
from members.models import Handover, Invitation
from members.models.invitation import INVITATION_VALID_FOR, invitation_hash
from tests.factories.members import AffiliationFactory, OrganisationFactory, UserFactory, member_of


class InvitationFactory(DjangoModelFactory[Invitation]):
    """An open invitation; ``token=`` is what its link holds, ``over=True`` one whose time has run out."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")
        over = False

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"shotai{n}@machi.example")
    name = "森 春子"
    role = AffiliationRole.EDITOR
    state = InvitationState.SENT
    token_hash = factory.LazyAttribute(lambda each: invitation_hash(each.token))
    invited_by = factory.LazyAttribute(lambda each: member_of(each.organisation))
    sent_at = factory.LazyAttribute(lambda each: timezone.now() - (timedelta(days=15) if each.over else timedelta(0)))
    expires_at = factory.LazyAttribute(lambda each: each.sent_at + INVITATION_VALID_FOR)
    accepted_by = factory.Maybe(
        factory.LazyAttribute(lambda each: each.state == InvitationState.ACCEPTED),
        yes_declaration=factory.SubFactory(UserFactory),
    )


class HandoverFactory(DjangoModelFactory[Handover]):
    """A planned handover that waits for somebody invited; ``state=`` DONE for one to ``successor``."""

    class Meta:
        model = Handover

    organisation = factory.SubFactory(OrganisationFactory)
    leaver = factory.LazyAttribute(lambda each: member_of(each.organisation))
    requested_by = factory.LazyAttribute(lambda each: each.leaver)
    invitation: Any = factory.Maybe(
        factory.LazyAttribute(lambda each: each.state == HandoverState.DONE),
        yes_declaration=None,
        no_declaration=factory.SubFactory(
            InvitationFactory,
            organisation=factory.SelfAttribute("..organisation"),
            role=AffiliationRole.OWNER,
            invited_by=factory.SelfAttribute("..requested_by"),
        ),
    )
    state = HandoverState.PLANNED
    successor = factory.LazyAttribute(
        lambda each: (
            AffiliationFactory(organisation=each.organisation).user if each.state == HandoverState.DONE else None
        )
    )
    done_at = factory.LazyAttribute(lambda each: timezone.now() if each.state == HandoverState.DONE else None)
    note = "来月の下見の日を相談しているところです。"
    brief: Any = factory.LazyFunction(list)
