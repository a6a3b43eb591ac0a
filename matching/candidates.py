"""Whom staff might bring together with a post: open posts of the other direction, those that fit best first.

A plain ranking by what both sides said; it looks at open posts only, and says why it ranks so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression

from matching.cards import Card, cards_for
from matching.enums import OPEN_STATES, Direction, IntroductionState
from matching.models import Participant, Post
from members.models.organisation import Visitor
from tomoiki.places.lookups import around, neighbours_of
from tomoiki.text import split_words
from tomoiki.text.lookups import in_any_spelling
from tomoiki.vocabulary.lists import labels

_RESOURCE, _PLACE, _NEAR, _THEME = 8, 4, 2, 1


@dataclass(frozen=True)
class Fit:
    """Why a pair suits, and what staff should ask about first."""

    fits: Sequence[str]
    misfits: Sequence[str]


@dataclass(frozen=True)
class Candidate:
    """A post with its card, and how it fits."""

    card: Card
    fit: Fit


@dataclass(frozen=True)
class Surroundings:
    """Where a post is wanted: its municipalities with their wards and cities, and their neighbours."""

    areas: frozenset[str] = field(default_factory=frozenset)
    neighbours: frozenset[str] = field(default_factory=frozenset)


def surroundings_of(post: Post) -> Surroundings:
    """Asked once for all candidates of a post."""
    if not post.areas:
        return Surroundings()
    return Surroundings(frozenset(around(post.areas)), frozenset(neighbours_of(post.areas)))


def candidates_for(post: Post, where: Surroundings, *, words: str = "") -> QuerySet[Post]:
    """Open posts of other organisations that ``post`` is not being brought together with, the best fit first."""
    opposite = Direction.OFFER if post.direction == Direction.NEED else Direction.NEED
    together = Participant.objects.filter(
        introduction__in=Participant.objects.filter(post=post, introduction__state__in=OPEN_STATES).values(
            "introduction"
        ),
        post=OuterRef("pk"),
    )
    found = (
        Post.objects.on_board()
        .for_cards()
        .filter(direction=opposite)
        .exclude(organisation=post.organisation_id)
        .filter(~Exists(together))
    )
    for word in split_words(words):
        found = found.filter(in_any_spelling("search_text__contains", word))
    return found.annotate(fit=_score(post, where)).order_by("-fit", "-published_at", "-pk")


def _points(condition: Q, points: int) -> Case:
    return Case(When(condition, then=Value(points)), default=Value(0), output_field=IntegerField())


def _score(post: Post, where: Surroundings) -> CombinedExpression:
    anywhere = Q(areas=[]) | Q(online=True)
    place = anywhere | Q(areas__overlap=sorted(where.areas)) if where.areas else Q(pk__isnull=False)
    score = _points(Q(resource=post.resource), _RESOURCE) + _points(place, _PLACE)
    if where.neighbours:
        score += _points(Q(areas__overlap=sorted(where.neighbours)), _NEAR)
    if post.themes:
        score += _points(Q(themes__overlap=post.themes), _THEME)
    return score


def fit_of(post: Post, other: Post, where: Surroundings, themes: Mapping[str, str]) -> Fit:
    """What both posts have in common, and what they have not. ``themes``: code -> label."""
    fits: list[str] = []
    misfits: list[str] = []
    if post.resource == other.resource:
        fits.append(f"種類が同じ（{post.get_resource_display()}）")
    else:
        misfits.append(f"種類が違う（{other.get_resource_display()}）")
    if not where.areas or not other.areas:
        fits.append("場所を問わない")
    elif where.areas & set(other.areas):
        fits.append("市区町村が同じ")
    elif where.neighbours & set(other.areas):
        fits.append("となりの市区町村")
    elif post.online and other.online:
        fits.append("オンラインでできる")
    else:
        misfits.append("場所が離れている")
    shared = [themes.get(code, code) for code in post.themes if code in other.themes]
    if shared:
        fits.append(f"テーマが同じ（{'・'.join(shared)}）")
    _compare_amounts(post, other, fits, misfits)
    return Fit(fits, misfits)


def _compare_amounts(post: Post, other: Post, fits: list[str], misfits: list[str]) -> None:
    need, offer = (post, other) if post.direction == Direction.NEED else (other, post)
    if need.quantity_left is None or offer.quantity_left is None or need.unit != offer.unit:
        return
    unit = offer.get_unit_display()
    if offer.quantity_left >= need.quantity_left:
        fits.append(f"量が足りる（{offer.quantity_left:,}{unit}）")
    else:
        misfits.append(f"量が足りない（{need.quantity_left:,}{unit}に対して{offer.quantity_left:,}{unit}）")


def with_fits(post: Post, others: Iterable[Post], where: Surroundings, *, viewer: Visitor) -> list[Candidate]:
    """The cards of ``others`` with how each fits ``post``; two queries, however many there are."""
    rows = list(others)
    themes = labels("theme") if post.themes else {}
    return [Candidate(card, fit_of(post, card.post, where, themes)) for card in cards_for(rows, viewer=viewer)]


def needs_without_partner() -> QuerySet[Post]:
    """Open needs that nobody is being brought together with, the longest waiting first."""
    served = Participant.objects.filter(
        post=OuterRef("pk"), introduction__state__in=[*OPEN_STATES, IntroductionState.COMPLETED]
    )
    return (
        Post.objects.on_board()
        .filter(direction=Direction.NEED)
        .filter(~Exists(served))
        .order_by(F("published_at"), "pk")
    )
