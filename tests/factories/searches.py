"""Searches that people keep."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from matching.enums.searches import SearchRhythm
from matching.models import SavedSearch
from tests.factories.members import UserFactory


class SavedSearchFactory(DjangoModelFactory[SavedSearch]):
    """One that tells at once of posts about 手話."""

    class Meta:
        model = SavedSearch

    person = factory.SubFactory(UserFactory)
    name = "手話"
    conditions: Any = factory.LazyFunction(lambda: {"q": ["手話"]})
    rhythm = SearchRhythm.AT_ONCE
