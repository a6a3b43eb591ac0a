"""One line of the table: an address, a method, and what each kind of visitor meets there."""

from dataclasses import dataclass, field

from django.urls import reverse_lazy

LOGIN = str(reverse_lazy("account_login"))


@dataclass(frozen=True)
class Row:
    """``expected``: visitor, other organisation's member, own member, staff; ``@name`` is an object of the world."""

    method: str
    name: str
    expected: tuple[str, str, str, str]
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.name} {' '.join(self.arguments.values())}".strip()


def get(name: str, expected: str, /, **arguments: str) -> Row:
    return Row("GET", name, _four(expected), arguments)


def post(name: str, expected: str, /, **arguments: str) -> Row:
    return Row("POST", name, _four(expected), arguments)


def _four(expected: str) -> tuple[str, str, str, str]:
    anonymous, outsider, member, staff = expected.split()
    return anonymous, outsider, member, staff


EVERYBODY = "200 200 200 200"
SIGNED_IN = "login 200 200 200"
OWN = "login 404 200 404"
OWN_AND_STAFF = "login 404 200 200"
