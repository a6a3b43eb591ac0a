"""How much an organisation tells of itself, and the one thing that would help it most next, with its why."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from members.models import Branch, Organisation
from members.profiles import Profile, profile_class
from members.profiles.questions import REASONS
from tomoiki.vocabulary.words import Words

#: The page of the form on which a shared field is asked; a kind's own fields know theirs.
SECTION_OF = {
    "description": "about",
    "stage": "about",
    "themes": "about",
    "areas": "place",
    "logo": "about",
    "website": "links",
    "links": "links",
    "branches": "branches",
    "phone": "contact",
}


@dataclass(frozen=True)
class Step:
    """One thing to add: what, why it is worth it, and where."""

    field: str
    section: str
    title: str
    why: str
    url: str


@dataclass(frozen=True)
class Meter:
    """How many of the things that a good page has are there, and the next one, the most telling first.

    ``asked`` is the next one that a member's home asks for: what is merely nice to have stands on the form only.
    """

    done: int
    total: int
    next: Step | None
    asked: Step | None

    @property
    def complete(self) -> bool:
        return self.done == self.total


def meter_of(organisation: Organisation) -> Meter:
    """The meter of one organisation; two queries."""
    return meters_of([organisation])[organisation.pk]


def next_step(organisation: Organisation) -> Step | None:
    """The one thing to add next; None once everything that is asked for is there."""
    return meter_of(organisation).asked


def meters_of(organisations: Iterable[Organisation]) -> dict[int, Meter]:
    """The meters by primary key; two queries, however many organisations, and none for none."""
    rows = list(organisations)
    if not rows:
        return {}
    words = Words.load(REASONS)
    with_branches = set(Branch.objects.filter(organisation__in=rows).values_list("organisation", flat=True).distinct())
    return {each.pk: _meter(each, words, has_branches=each.pk in with_branches) for each in rows}


def _meter(organisation: Organisation, words: Words, *, has_branches: bool) -> Meter:
    kind = profile_class(organisation.kind)
    extra = tuple(name for name in kind.extra if _step(organisation, kind, name, words) is not None)
    wanted = tuple(name for name in kind.wanted if _step(organisation, kind, name, words) is not None)
    there = {name for name in (*wanted, *extra) if _has(organisation, kind, name, has_branches=has_branches)}
    asked = next((name for name in wanted if name not in there), None)
    following = asked or next((name for name in extra if name not in there), None)
    return Meter(
        done=len(there),
        total=len(wanted) + len(extra),
        next=_step(organisation, kind, following, words) if following else None,
        asked=_step(organisation, kind, asked, words) if asked else None,
    )


def _has(organisation: Organisation, kind: type[Profile], name: str, *, has_branches: bool) -> bool:
    if name == "branches":
        return has_branches
    if name == "logo":
        return organisation.logo_id is not None
    if kind.detail(name) is not None:
        return bool(organisation.details.get(name))
    return bool(getattr(organisation, name))


def _step(organisation: Organisation, kind: type[Profile], name: str, words: Words) -> Step | None:
    """What to say about a missing field; None where staff took the asking out of use."""
    own = words.get(REASONS, f"{organisation.kind}-{name}") or words.get(REASONS, f"any-{name}")
    if own is None or not own.active:
        return None
    detail = kind.detail(name)
    section = detail.section if detail else SECTION_OF[name]
    return Step(
        field=name,
        section=section,
        title=own.label,
        why=own.help_text,
        url=reverse("members:profile_section", args=[organisation.pk, section]),
    )
