"""The partners of a post, the best fit first, with the reasons in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.models import Post, Recommendation
from matching.recommendation import WORTH_SHOWING, Case, Reason, rank
from matching.suggesting.cases import case_of, cases_of, corpus
from matching.suggesting.pool import partners_in_question
from matching.suggesting.standing import Disliked, Excluded, disliked_by, excluded_for, helped_organisations
from tomoiki.vocabulary.words import Words

#: A reason as it is stored: what kind it is, and the words for it.
Said = Mapping[str, str]
#: Nobody is to be measured by others: these are for whoever distributes fairly.
STAFF_ONLY = frozenset({"never_helped"})
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

    def same_as(self, row: Recommendation) -> bool:
        """Whether ``row`` says the same already."""
        return (
            abs(row.score - self.score) < _SAME
            and row.reasons == list(self.reasons)
            and row.misfits == list(self.misfits)
        )


def partners_of(post: Post) -> list[Ranked]:
    """Whoever of the open posts fits ``post`` (taken with ``organisation`` and ``embedding``), the best first."""
    excluded = excluded_for(post)
    return rank_posts(post, partners_in_question(post, excluded), excluded)


def rank_posts(
    post: Post, others: Sequence[Post], excluded: Excluded, *, worth_showing_only: bool = True
) -> list[Ranked]:
    """``others`` by how they fit ``post``; what fits badly is left out unless everything is asked for."""
    allowed = [other for other in others if excluded.allows(other)]
    disliked = disliked_by(post.organisation_id, for_post=post.pk)
    helped = helped_organisations([post.organisation_id])
    return in_order(case_of(post, helped=helped), allowed, disliked, worth_showing_only=worth_showing_only)


def in_order(
    subject: Case, others: Sequence[Post], disliked: Disliked, *, worth_showing_only: bool = True
) -> list[Ranked]:
    """``others`` by how they fit ``subject``."""
    by_id = {str(other.pk): other for other in others}
    words = reason_words()
    found = []
    for scored in rank(subject, cases_of(others), corpus=corpus()):
        other = by_id[scored.case.id]
        score = scored.score * (1 - disliked.sinks(other))
        if worth_showing_only and score < WORTH_SHOWING:
            continue
        found.append(Ranked(other, score, words(scored.reasons), words(scored.misfits)))
    return sorted(found, key=lambda each: (-each.score, each.post.pk))


def reason_words() -> Callable[[Iterable[Reason]], list[Said]]:
    """Turns reasons into what people read; the labels are fetched once."""
    words = Words.load(*_LISTS)
    known = {code: label for name in reversed(_LISTS) for code, label in words.choices(name)}
    return lambda reasons: [
        {"code": reason.code, "text": text} for reason in reasons if (text := reason.in_words(known))
    ]


def texts(said: Iterable[Said], *, for_staff: bool) -> list[str]:
    """What of the reasons a reader is shown: that somebody was never helped is for the office alone."""
    return [each["text"] for each in said if for_staff or each["code"] not in STAFF_ONLY]
