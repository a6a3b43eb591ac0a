"""Calls to colleagues and their applications, as rows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from matching.enums import IntroductionState, Resource
from matching.enums.pro_bono import SETTLED_PRO_BONO, ProBonoState
from matching.models import ProBonoApplication, ProBonoCall, ProBonoHours
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory


class ProBonoCallFactory(DjangoModelFactory[ProBonoCall]):
    """A call that stands open, with one need for a skill; ``posts=`` others."""

    class Meta:
        model = ProBonoCall
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    coordinator = factory.LazyAttribute(lambda call: somebody_of(call.organisation))
    title = "仕事の経験を、地域のために"
    message = "勤務時間のうち月4時間まで使えます。"
    closes_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))

    @factory.post_generation
    def posts(self, create: bool, given: Any, **more: Any) -> None:
        rows = given if given is not None else [PostFactory(resource=Resource.SKILL)]
        for post in rows:
            somebody_of(post.organisation)
        self.posts.set(rows)  # type: ignore[attr-defined]


class ProBonoApplicationFactory(DjangoModelFactory[ProBonoApplication]):
    """A colleague whose address is confirmed; ``state=`` makes others, with what belongs to the state."""

    class Meta:
        model = ProBonoApplication

    call = factory.SubFactory(ProBonoCallFactory)
    post = factory.LazyAttribute(lambda row: row.call.posts.first())
    state = ProBonoState.APPLIED
    name = factory.Sequence(lambda n: f"試作 太郎{n}")
    email = factory.Sequence(lambda n: f"colleague{n}@kaisha.example")
    department = "経理部"
    words = "決算を10年担当しています。"
    hours_a_month = 4
    put_forward_at = factory.LazyAttribute(lambda row: timezone.now() if row.introduction else None)
    settled_at = factory.LazyAttribute(lambda row: timezone.now() if row.state in SETTLED_PRO_BONO else None)
    introduction = None


def helping(state: IntroductionState = IntroductionState.AGREED, **more: Any) -> ProBonoApplication:
    """Somebody put forward in an introduction between the need's organisation and their employer."""
    call = more.pop("call", None) or ProBonoCallFactory()
    post = call.posts.first()
    introduction = IntroductionFactory(post=post, offer=OfferFactory(organisation=call.organisation), state=state)
    made: ProBonoApplication = ProBonoApplicationFactory(
        call=call, post=post, state=ProBonoState.PUT_FORWARD, introduction=introduction, **more
    )
    return made


class ProBonoHoursFactory(DjangoModelFactory[ProBonoHours]):
    class Meta:
        model = ProBonoHours

    application = factory.SubFactory(ProBonoApplicationFactory)
    worked_on = factory.LazyFunction(timezone.localdate)
    hours = Decimal("1.5")
