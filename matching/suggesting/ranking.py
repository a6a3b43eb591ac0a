"""The partners of a post, the best fit first, with the reasons in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.models import Post, Recommendation
from matching.recommendation import WORTH_SHOWING, Case, Reason
from matching.recommendation.ranking import score
from matching.recommendation.reading import read
from matching.suggesting.cases import case_of, cases_of, corpus
from matching.suggesting.pool import partners_in_question
from matching.suggesting.standing import Excluded, dislikes_of, excluded_for, helped_organisations
from tomoiki.vocabulary.words import Words

#: A reason as it is stored: what kind it is, and the words for it.
Said = Mapping[str, str]
#: Nobody is to be measured by others: these are for whoever distributes fairly.
STAFF_ONLY = frozenset({"never_helped"})
FAIRNESS = frozenset({"never_helped", "waiting"})
#: The lists whose words reasons name by their labels; where two have the same code, the first.
_LISTS = (
    "theme",
    "skill",
    "facility",
    "allergen",
    "food_kind",
    "goods_kind",
    "expertise_form",
    "publicity_channel",
    "funding_form",
    "vehicle",
    "work_kind",
)
#: Scores closer than this are the same: what is stored is not written anew for it.
_SAME = 0.05


@dataclass(frozen=True)
class Ranked:
    """A post that may be a partner; the score orders lists and is shown to nobody."""

    post: Post
    score: float
    reasons: Sequence[Said]
    misfits: Sequence[Said]

    @property
    def worth_showing(self) -> bool:
        return speaks_for(self.score, self.reasons)

    def same_as(self, row: Recommendation) -> bool:
        """Whether ``row`` says the same already."""
        return (
            abs(row.score - self.score) < _SAME
            and row.reasons == list(self.reasons)
            and row.misfits == list(self.misfits)
        )


def speaks_for(score: float, reasons: Iterable[Said]) -> bool:
    """Whether staff are to be shown a pair unasked: it fits, and one can say why. Whose turn it is fits nothing."""
    return score >= WORTH_SHOWING and any(each["code"] not in FAIRNESS for each in reasons)


def partners_of(post: Post) -> list[Ranked]:
    """Whoever of the open posts fits ``post`` (taken with ``organisation`` and ``embedding``), the best first."""
    excluded = excluded_for(post)
    return rank_posts(post, partners_in_question(post, excluded), excluded)


def rank_posts(
    post: Post, others: Sequence[Post], excluded: Excluded, *, worth_showing_only: bool = True
) -> list[Ranked]:
    """``others`` by how they fit ``post``; what fits badly is left out unless everything is asked for.

    A pair comes out the same whichever of the two is asked about: what one of them has dismissed counts for both.
    """
    allowed = [other for other in others if excluded.allows(other)]
    dislikes = dislikes_of({post.organisation_id, *(other.organisation_id for other in allowed)})
    helped = helped_organisations([post.organisation_id])

    def sinks(other: Post) -> float:
        return max(dislikes.sinks(other, below=post), dislikes.sinks(post, below=other))

    return in_order(case_of(post, helped=helped), allowed, sinks, worth_showing_only=worth_showing_only)


def in_order(
    subject: Case, others: Sequence[Post], sinks: Callable[[Post], float], *, worth_showing_only: bool = True
) -> list[Ranked]:
    """``others`` by how they fit ``subject``; ``sinks`` says by how much one sinks."""
    known = corpus()
    one = read(subject, known)
    words = reason_words()
    found = []
    for other, case in zip(others, cases_of(others), strict=True):
        two = read(case, known)
        # The need is always the one whose turn it may be: how long it waits counts from either side.
        pair = score(two, one, known) if one.asks else score(one, two, known)
        fit = pair.score * (1 - sinks(other))
        if worth_showing_only and fit < WORTH_SHOWING:
            continue
        found.append(Ranked(other, fit, words(pair.reasons), words(pair.misfits)))
    return sorted(found, key=lambda each: (-each.score, each.post.pk))


def reason_words() -> Callable[[Iterable[Reason]], list[Said]]:
    """Turns reasons into what people read; the labels are fetched once."""
    words = Words.load(*_LISTS)
    known = {code: label for name in reversed(_LISTS) for code, label in words.choices(name)}
    return lambda reasons: [
        {"code": reason.code, "text": text} for reason in reasons if (text := reason.in_words(known))
    ]


def texts(said: Iterable[Said], *, for_staff: bool, own_need: bool = False) -> list[str]:
    """What of the reasons a reader is shown; a need's owner knows how long they wait."""
    hidden = set() if for_staff else STAFF_ONLY
    if own_need:
        hidden = hidden | FAIRNESS
    return [each["text"] for each in said if each["code"] not in hidden]
