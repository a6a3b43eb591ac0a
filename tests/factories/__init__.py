"""Rows for tests, one module per app: ``from tests.factories.members import OrganisationFactory, member_of``."""
