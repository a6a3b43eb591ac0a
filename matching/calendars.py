"""Posts as calendar entries: one day or a span, whole days or hours, once or every week."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from matching.cards import Card
from matching.models import Post
from tomoiki.documents.calendar import JAPAN, Event, Repeat, calendar_file


def dated(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Those that say on which days."""
    return posts.filter(Q(available_from__isnull=False) | Q(available_until__isnull=False) | Q(weekdays__len__gt=0))


def has_dates(post: Post) -> bool:
    """Whether ``post`` says on which days."""
    return bool(post.available_from or post.available_until or post.weekdays)


def calendar_of(cards: Iterable[Card], *, name: str = "") -> bytes:
    """The .ics of the posts of ``cards`` that say on which days."""
    return calendar_file((event_of(card) for card in cards if has_dates(card.post)), name=name)


def event_of(card: Card) -> Event:
    """The entry of one post, named and told as its card tells it to whoever asked."""
    post = card.post
    first, last = _days(post)
    facts = {fact["label"]: "・".join(filter(None, (fact["main"], fact["detail"]))) for fact in card.facts}
    lines = [f"{post.get_direction_display()}（{card.resource_label}）　{card.who}"]
    lines += [f"{label}：{words}" for label, words in facts.items() if label != "場所"]
    return Event(
        uid=f"post-{post.pk}@{_host()}",
        title=f"{post.get_direction_display()}：{post.title}",
        **_times(post, first, last),
        place=facts.get("場所", ""),
        description="\n".join([*lines, "", f"{settings.SITE_URL}{card.url}"]),
        url=f"{settings.SITE_URL}{card.url}",
        # Whoever subscribes is told of each change.
        sequence=int(post.updated_at.timestamp()) % 2**31,
        categories=(str(post.get_direction_display()), card.resource_label),
    )


def _host() -> str:
    return settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0]


def _days(post: Post) -> tuple[date, date | None]:
    """From which day on, and until which if it says so."""
    published = timezone.localdate(post.published_at) if post.published_at else timezone.localdate()
    if post.available_from is None and post.available_until is not None and not post.weekdays:
        # 10月3日まで: the one day that matters is the last.
        return post.available_until, post.available_until
    return post.available_from or published, post.available_until


def _times(post: Post, first: date, last: date | None) -> dict[str, Any]:
    """When the entry starts and ends, and how it comes again."""
    months = tuple(post.season)
    repeat: Repeat | None = None
    if post.weekdays:
        # It ends with the post's own time at the latest: a rule without an end would stand there for ever.
        repeat = Repeat(last or post.last_day, tuple(post.weekdays), months)
        first = _first_on(first, post.weekdays, months)
        last = first
    elif post.time_from is not None and last is not None and last != first:
        repeat = Repeat(last, months=months)
        last = first
    if post.time_from is None:
        return {"starts_at": first, "ends_at": last or first, "repeat": repeat}
    starts_at = datetime.combine(first, post.time_from, JAPAN)
    return {"starts_at": starts_at, "ends_at": _end(first, post.time_from, post.time_until), "repeat": repeat}


def _first_on(day: date, weekdays: Iterable[int], months: tuple[int, ...]) -> date:
    """The first of these days of the week from ``day`` on; a start that the rule leaves out would count as well."""
    wanted = set(weekdays)
    for ahead in range(370):
        found = day + timedelta(days=ahead)
        if found.weekday() in wanted and (not months or found.month in months):
            return found
    return day


def _end(day: date, start: time, end: time | None) -> datetime | None:
    if end is None:
        return None
    # 22時〜6時 ends on the next day.
    return datetime.combine(day if end > start else day + timedelta(days=1), end, JAPAN)
