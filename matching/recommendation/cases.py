"""What recommendation knows of a post: plain values, from a row, a form or a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tomoiki.text.embeddings import Vectors

NEED, OFFER = "need", "offer"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A need or an offer. Whatever is empty is not known: it speaks neither for nor against the post.

    ``quantity`` is what is left of it, ``unit`` a code of ``matching.enums.Unit``. ``vector`` is the embedding of
    ``matching.recommendation.text_of(case)``, ``vector_model`` the name of its embedder. ``terms`` may bring the words
    along where they are stored already. ``anywhere`` says that no municipality means the whole prefecture, as it does
    on a post that a form made.
    """

    id: str
    direction: str
    title: str = ""
    body: str = ""
    resource: str = ""
    municipalities: tuple[str, ...] = ()
    anywhere: bool = False
    online: bool = False
    themes: tuple[str, ...] = ()
    organisation_kind: str = ""
    available_from: date | None = None
    available_until: date | None = None
    weekdays: tuple[int, ...] = ()
    time_from: time | None = None
    time_until: time | None = None
    season: tuple[int, ...] = ()
    quantity: int | None = None
    unit: str = ""
    skills: tuple[str, ...] = ()
    carrying: str = ""
    requirements: Mapping[str, object] = field(default_factory=dict)
    vector: "Vectors | None" = None
    vector_model: str = ""
    terms: tuple[str, ...] | None = None
    waiting_days: int = 0
    helped_before: bool | None = None

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}" if self.body else self.title
