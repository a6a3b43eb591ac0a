"""What one page of the catalogue is."""

import re
from dataclasses import dataclass, field

from django.urls import reverse

#: A route's name and the names of its parameters, as the URL resolver knows them.
Key = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Entry:
    """One page: ``who`` opens it (a session of the picks; empty for a visitor), ``state`` says in what state."""

    route: str
    who: str = ""
    state: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    query: str = ""
    status: int = 200

    @property
    def label(self) -> str:
        return " ".join(filter(None, [self.route, self.state, self.who and f"as {self.who}"]))

    @property
    def key(self) -> Key:
        return self.route, frozenset(self.arguments)

    def address(self, ids: dict[str, str | int]) -> str:
        """Where it stands, with the objects of ``ids``."""

        def named(text: str) -> str:
            return re.sub(r"@(\w+)", lambda found: str(ids[found[1]]), text)

        values = {name: named(value) for name, value in self.arguments.items()}
        return reverse(self.route, kwargs=values) + (f"?{named(self.query)}" if self.query else "")


def page(
    route: str, /, who: str = "", state: str = "", *, query: str = "", status: int = 200, **arguments: str
) -> Entry:
    return Entry(route, who, state, arguments, query, status)
