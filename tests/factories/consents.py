"""Links to invite by, and questions whether organisations go on, as rows."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from members.enums import ReconfirmationState
from members.models import Reconfirmation, ReconfirmationReply, Referral
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory


class ReferralFactory(DjangoModelFactory[Referral]):
    """A link that nobody has answered; ``invited=`` and ``state=`` for one that somebody did."""

    class Meta:
        model = Referral

    referrer = factory.SubFactory(OrganisationFactory)
    made_by = factory.SubFactory(UserFactory)
    organisation_name = factory.Sequence(lambda n: f"架空商店会{n}")
    consented_at = factory.LazyAttribute(
        lambda o: timezone.now() if getattr(o, "sharing", "nothing") != "nothing" else None
    )


class ReconfirmationFactory(DjangoModelFactory[Reconfirmation]):
    """A question that is open for two weeks more; ``state=`` for another state."""

    class Meta:
        model = Reconfirmation

    title = "運営の移行にともなう継続の確認"
    body = "来年の4月から、運営が外部の組織に移ります。"
    deadline = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=20))
    state = ReconfirmationState.OPEN
    created_by = factory.SubFactory(StaffFactory)
    opened_at = factory.LazyAttribute(
        lambda o: None if o.state == ReconfirmationState.DRAFT else timezone.now() - timedelta(days=1)
    )
    closed_at = factory.LazyAttribute(lambda o: timezone.now() if o.state == ReconfirmationState.CLOSED else None)


class ReconfirmationReplyFactory(DjangoModelFactory[ReconfirmationReply]):
    """An organisation that was asked and is silent; ``answer=`` for one that answered."""

    class Meta:
        model = ReconfirmationReply

    reconfirmation = factory.SubFactory(ReconfirmationFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    answer = ""
    answered_at = factory.LazyAttribute(lambda o: timezone.now() if o.answer else None)
