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


class ToldOrganisationFactory(OrganisationFactory):
    """One that tells all that its kind is asked at a member's home, so that nothing of its page waits."""

    themes = factory.LazyFunction(lambda: ["children"])
    areas = factory.LazyFunction(lambda: ["14205"])
    details = factory.LazyFunction(
        lambda: {
            "activities": ["place"],
            "serves": ["children"],
            "open_days": ["sat"],
            "contact": {"section": "事務局"},
        }
    )
