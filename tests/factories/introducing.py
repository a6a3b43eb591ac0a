"""Inquiries and appointments as rows."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from matching.enums import AppointmentState, IntroductionState
from matching.models import Appointment, AppointmentDate
from tests.factories.matching import IntroductionFactory, somebody_of


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """Three dates proposed by the first side of an introduction that agreed; ``state=`` makes others."""

    class Meta:
        model = Appointment

    introduction = factory.SubFactory(IntroductionFactory, state=IntroductionState.AGREED)
    proposed_by_side = factory.LazyAttribute(lambda each: each.introduction.participants.order_by("pk").first())
    proposed_by = factory.LazyAttribute(lambda each: somebody_of(each.proposed_by_side.organisation))
    state = AppointmentState.PROPOSED
    place = "市民センター 2階"
    starts_at = factory.LazyAttribute(
        lambda each: timezone.now() + timedelta(days=3) if each.state == AppointmentState.FIXED else None
    )
    fixed_at = factory.LazyAttribute(lambda each: timezone.now() if each.state == AppointmentState.FIXED else None)

    @classmethod
    def _create(cls, model_class: type[Appointment], *args: Any, **kwargs: Any) -> Appointment:
        appointment: Appointment = super()._create(model_class, *args, **kwargs)
        for days in (3, 4, 5):
            AppointmentDate.objects.create(
                appointment=appointment, starts_at=timezone.now().replace(microsecond=0) + timedelta(days=days)
            )
        return appointment
