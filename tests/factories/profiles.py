"""What organisations tell of themselves, as rows."""

import factory
from factory.django import DjangoModelFactory

from members.models import Branch
from tests.factories.members import OrganisationFactory
from tomoiki.places.models import Municipality


class BranchFactory(DjangoModelFactory[Branch]):
    class Meta:
        model = Branch

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"みほん店{n}")
    municipality = factory.LazyFunction(lambda: Municipality.objects.get(code="14205"))
