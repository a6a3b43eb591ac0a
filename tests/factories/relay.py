"""Desks, and the groups without an account that they speak for."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from members.enums import OrganisationKind
from members.models import RelayedGroup
from tests.factories.members import OrganisationFactory
from tomoiki.places.models import Municipality


class DeskFactory(OrganisationFactory):
    """The desk of a 社会福祉協議会."""

    kind = OrganisationKind.WELFARE_COUNCIL
    name = factory.Sequence(lambda n: f"見本市社会福祉協議会{n}")
    name_kana = "ミホンシシャカイフクシキョウギカイ"
    municipality: Any = factory.LazyFunction(lambda: Municipality.objects.get(code="14205"))


class RelayedGroupFactory(DjangoModelFactory[RelayedGroup]):
    """A 町内会 on the list of a desk."""

    class Meta:
        model = RelayedGroup

    desk = factory.SubFactory(DeskFactory)
    kind = "block"
    name = factory.Sequence(lambda n: f"見本町内会{n}")
    name_kana = "ミホンチョウナイカイ"
    municipality = factory.LazyAttribute(lambda group: group.desk.municipality)
    district = "東地区"
    contact_name = "会長 太郎"
    contact_phone = "0466-00-1234"
    note = "日曜の夕方に"
