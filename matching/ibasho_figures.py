"""The consortium's own measure of success in numbers: how many ibasho, and how good they are for those who come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from matching.enums import IbashoChangeKind
from matching.enums.ibasho import QUESTIONS, Score
from matching.models import Ibasho, IbashoAnswer, IbashoChange, IbashoMeasure, IbashoSurvey

#: Of fewer answers nothing is published: somebody might be recognised.
FEWEST = 5


@dataclass(frozen=True)
class Scope:
    """Which ibasho are meant: of these organisations' kinds, in these municipalities; all where nothing is said."""

    kinds: Iterable[str] = ()
    municipalities: Iterable[str] = ()
    organisations: Iterable[int] = ()

    def of(self, ibasho: QuerySet[Ibasho]) -> QuerySet[Ibasho]:
        if self.kinds:
            ibasho = ibasho.filter(organisation__kind__in=list(self.kinds))
        if self.municipalities:
            ibasho = ibasho.filter(municipality__code__in=list(self.municipalities))
        if self.organisations:
            ibasho = ibasho.filter(organisation__in=list(self.organisations))
        return ibasho


EVERYWHERE = Scope()


@dataclass(frozen=True)
class Standing:
    """How much there was at the end of a day; ``visits_a_month`` counts each time that somebody came."""

    ibasho: int
    days_a_month: int
    people_a_time: int
    visits_a_month: int


def standing_on(day: date, scope: Scope = EVERYWHERE) -> Standing:
    """All ibasho that were open on ``day``; what is not known of one counts as nothing. One query."""
    measures = IbashoMeasure.objects.standing_on(day).filter(is_open=True)
    if scope != EVERYWHERE:
        measures = measures.filter(ibasho__in=scope.of(Ibasho.objects.all()).values("pk"))
    found = measures.aggregate(
        ibasho=Count("pk"),
        days=Coalesce(Sum("open_days_a_month"), 0),
        people=Coalesce(Sum("people_a_time"), 0),
        visits=Coalesce(Sum(F("open_days_a_month") * F("people_a_time")), 0),
    )
    return Standing(found["ibasho"], found["days"], found["people"], found["visits"])


def first_day() -> date | None:
    """Since when there is anything to tell; None while no ibasho was recorded."""
    first: date | None = IbashoMeasure.objects.aggregate(first=Min("on"))["first"]
    return first


@dataclass(frozen=True)
class Gained:
    """What introductions did for ibasho in a time."""

    opened: int
    enlarged: int
    more_often: int
    days_more: int
    people_more: int

    @property
    def ibasho(self) -> int:
        return self.opened + self.enlarged + self.more_often


def gained_between(first: date, last: date, scope: Scope = EVERYWHERE) -> Gained:
    """What was reported from ``first`` to ``last``, both included. Of two reports of one change the later counts."""
    changes = IbashoChange.objects.filter(
        outcome__reported_at__date__gte=first, outcome__reported_at__date__lte=last
    ).select_related("outcome")
    if scope != EVERYWHERE:
        changes = changes.filter(ibasho__in=scope.of(Ibasho.objects.all()).values("pk"))
    # Both sides of an introduction may tell of the same ibasho.
    newest: dict[tuple[int, int], IbashoChange] = {}
    for change in changes.order_by("outcome__reported_at", "pk"):
        newest[change.outcome.introduction_id, change.ibasho_id] = change
    kinds = [change.kind for change in newest.values()]
    return Gained(
        opened=kinds.count(IbashoChangeKind.OPENED),
        enlarged=kinds.count(IbashoChangeKind.ENLARGED),
        more_often=kinds.count(IbashoChangeKind.MORE_OFTEN),
        days_more=sum(_more(change.days_before, change.days_after) for change in newest.values()),
        people_more=sum(_more(change.people_before, change.people_after) for change in newest.values()),
    )


def _more(before: int | None, after: int | None) -> int:
    return max(0, (after or 0) - (before or 0)) if after is not None else 0


@dataclass(frozen=True)
class Question:
    """The answers to one question; ``counts`` by score, the best first."""

    name: str
    words: str
    counts: Mapping[int, int]

    @property
    def answers(self) -> int:
        return sum(self.counts.values())

    @property
    def agree(self) -> int:
        """Of a hundred, how many agree, rather or very much."""
        if not self.answers:
            return 0
        return round(100 * (self.counts[Score.VERY] + self.counts[Score.RATHER]) / self.answers)

    @property
    def mean(self) -> float | None:
        """From 1 to 4."""
        if not self.answers:
            return None
        return sum(score * count for score, count in self.counts.items()) / self.answers

    @property
    def rows(self) -> list[tuple[str, int]]:
        """(label, how many), for a chart of bars."""
        return [(str(score.label), self.counts[score]) for score in Score]


@dataclass(frozen=True)
class Quality:
    """What those who come say. ``hidden`` where too few answered for it to be published: then nothing is told."""

    questions: list[Question] = field(default_factory=list)
    hidden: bool = False

    @property
    def answers(self) -> int:
        """How many answered at least; sheets that were counted by question cannot tell more."""
        return max((question.answers for question in self.questions), default=0)


def quality_of(surveys: QuerySet[IbashoSurvey], *, public: bool = True) -> Quality:
    """The answers to ``surveys``; with ``public`` only where each question has at least five. One query."""
    found = IbashoAnswer.objects.filter(survey__in=surveys.order_by().values("pk")).aggregate(
        **{
            f"{name}_{score}": Coalesce(Sum("count", filter=Q(**{name: score})), 0)
            for name in QUESTIONS
            for score in Score.values
        }
    )
    questions = [
        Question(name, words, {score: found[f"{name}_{score}"] for score in Score.values})
        for name, words in QUESTIONS.items()
    ]
    if public and any(question.answers < FEWEST for question in questions):
        return Quality(hidden=True)
    return Quality(questions)


def quality_between(first: date, last: date, scope: Scope = EVERYWHERE, *, public: bool = True) -> Quality:
    """All rounds that ended from ``first`` to ``last``, both included.

    So that nobody can take one published total from another and read one place's answers off the difference, a place
    with too few answers of its own is left out of what is published.
    """
    surveys = IbashoSurvey.objects.filter(closes_on__gte=first, closes_on__lte=last)
    if scope != EVERYWHERE:
        surveys = surveys.filter(ibasho__in=scope.of(Ibasho.objects.all()).values("pk"))
    if public:
        enough = (
            surveys.order_by()
            .annotate(**{f"n_{name}": _answered(name) for name in QUESTIONS})
            .filter(**{f"n_{name}__gte": FEWEST for name in QUESTIONS})
        )
        surveys = IbashoSurvey.objects.filter(pk__in=enough.values("pk"))
    return quality_of(surveys, public=public)


def _answered(name: str) -> Coalesce:
    return Coalesce(Sum("answers__count", filter=Q(**{f"answers__{name}__isnull": False})), 0)
