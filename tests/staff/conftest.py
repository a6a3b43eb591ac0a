import pytest

from tests.factories.members import StaffFactory


@pytest.fixture
def staff(client):
    """Somebody of the office, logged in."""
    person = StaffFactory()
    client.force_login(person)
    return person
