"""What a post is about: one class per resource, with its own fields. A new resource is one class and one template.

Columns that matching uses stand on ``Post`` (areas, dates, weekdays, times, quantity, unit, skills, carrying, online);
everything else that a resource asks stands in ``Post.details`` and is validated by its class.

What ``requirements(post)`` may hold, and how a need and an offer are compared by it; a key is missing where nobody
said so, and then anything fits:

======================  ===============================================================================
kitchen, barrier_free,  codes of the list "facility" (staff may add more) = True: a need wants it,
parking, wifi ...       an offer has it; an offer that names other facilities, but not this one, lacks it
goods, people           transport: what is to be carried, what can be
cold_chain              food: an offer must be kept cold / a need can keep it cold; transport: wanted / able
lifting, wheelchair,    transport: wanted / able
driver
heavy                   hands: a need has heavy work, an offer takes it on
minors                  hands: whether people under 18 are welcome / among them (False against True does not fit)
students                expertise: likewise
labelled                food: a need wants the ingredients named, an offer names them
allergens               food: codes that a need cannot take, an offer contains: an overlap does not fit
kinds                   food, goods, work: codes of what it is: an overlap fits
forms, channels,        expertise, funding, publicity, transport: an overlap fits
vehicles
skills                  skill: codes of the list "skill": an overlap fits
partners                partnership: kinds of organisation (members.enums.OrganisationKind) that are wanted
best_before             food offer: ISO date of the earliest; days_left: what a need wants at least
hours_a_month           skill: a need's hours against an offer's
distance                transport: kilometres, wanted / at most
lead_days, lot          work: what a workshop needs against what an order brings: it fits when the offer has as
                        many or more; publicity: an offer fits that asks for as many days before, or fewer
carrying                food and goods: matching.enums.Carrying; compare with ``carried_by(need, offer)``
terms, condition,       codes of one answer each
cost, insurance ...
======================  ===============================================================================
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from matching.resources.details import CARRYING_WORDS, carried_by
from matching.resources.expertise import Expertise
from matching.resources.food import Food
from matching.resources.funding import Funding
from matching.resources.goods import Goods
from matching.resources.hands import Hands
from matching.resources.kind import Fact, ResourceKind
from matching.resources.other import Other
from matching.resources.partnership import Partnership
from matching.resources.place import Place
from matching.resources.publicity import Publicity
from matching.resources.skill import Skill
from matching.resources.transport import Transport
from matching.resources.work import Work

if TYPE_CHECKING:
    from matching.models import Post

__all__ = [
    "CARRYING_WORDS",
    "KINDS",
    "Fact",
    "ResourceKind",
    "answers_in_words",
    "carried_by",
    "kind_of",
    "lists_of",
]

_ALL: tuple[ResourceKind, ...] = (
    Place(),
    Food(),
    Goods(),
    Hands(),
    Skill(),
    Expertise(),
    Publicity(),
    Funding(),
    Transport(),
    Work(),
    Partnership(),
    Other(),
)
#: code -> its class, in the order of the form.
KINDS: dict[str, ResourceKind] = {str(each.code): each for each in _ALL}
#: A draft whose writer has not chosen yet.
_UNDECIDED = ResourceKind()


def kind_of(code: str) -> ResourceKind:
    """What is asked and said of this resource; nothing for a draft without one."""
    return KINDS.get(code, _UNDECIDED)


def lists_of(posts: Iterable["Post"]) -> tuple[str, ...]:
    """The vocabularies whose words the posts' own facts use: for loading them once for many (``Words.load``)."""
    found: dict[str, None] = {}
    for post in posts:
        kind = kind_of(post.resource)
        answered = kind.values_of(post)
        for each in kind.details:
            if each.code in answered:
                found |= dict.fromkeys(each.lists)
    return tuple(found)


def answers_in_words(post: "Post") -> list[tuple[str, str]]:
    """(name, answer) of everything that the post says to its resource's questions: for exports."""
    kind = kind_of(post.resource)
    return list(kind.rows(kind.values_of(post), post.direction).values())
