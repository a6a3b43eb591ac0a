"""A post at a glance: where, when and how much, in the words people use."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from matching.enums import PostState, Unit
from matching.models import Post
from matching.naming import Names
from matching.resources import Fact, kind_of, lists_of
from members.models.organisation import Visitor
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.words import Words
from tomoiki.web.templatetags.ui import WEEKDAYS, ja_date, ja_days_left

#: Somebody who has not logged in.
VISITOR = AnonymousUser()

SHOWN_PLACES = 3
#: Of the field and of what the resource says itself: what a card has room for.
SHOWN_THEMES, SHOWN_ANSWERS = 2, 2
MONTHS = 12
#: A note this short stands on the card itself; a longer one on the post's own page only.
SHORT_NOTE = 10
#: Words that follow the number they belong to: 15人くらい.
_AFTER_NUMBERS = ("くらい", "ぐらい", "ほど", "まで", "以上", "以内", "前後", "程度", "から")
_UNIT_ICONS = {
    Unit.PEOPLE: "users",
    Unit.MEALS: "food",
    Unit.HOUSEHOLDS: "home",
    Unit.TIMES: "refresh",
    Unit.HOURS: "hourglass",
    Unit.ROOMS: "place",
    Unit.VEHICLES: "transport",
    Unit.YEN: "funding",
}
_STATE_TONES = {
    PostState.DRAFT: "none",
    PostState.SUBMITTED: "state",
    PostState.RETURNED: "warning",
    PostState.PUBLISHED: "state",
    PostState.PAUSED: "warning",
    PostState.FULFILLED: "offer",
    PostState.CLOSED: "none",
    PostState.EXPIRED: "none",
    PostState.TAKEN_DOWN: "danger",
}


@dataclass(frozen=True)
class Card:
    """What ``components/post_card.html`` shows of a post."""

    post: Post
    url: str
    direction: str
    resource: str
    resource_label: str
    title: str
    facts: Sequence[Fact]
    kind: str
    who: str
    picture: str = ""
    state: str = ""
    state_tone: str = ""


PostCard = Card


def cards_for(posts: Iterable[Post], *, viewer: Visitor = VISITOR, with_state: bool = False) -> list[Card]:
    """The cards of ``posts`` (taken ``for_cards()``), with one query for all their places and one for all their words.

    An organisation that is not listed publicly is named to a ``viewer`` who belongs to the consortium.
    ``with_state`` adds the state's chip, for lists of one's own.
    """
    rows = list(posts)
    places, words, names = place_names(rows), words_of(rows), Names(viewer, rows)
    # Lists of one's own say for which of their groups a post is.
    return [
        _card(post, facts(post, places, words), post.own_who if with_state else names.of(post), with_state=with_state)
        for post in rows
    ]


def card_of(post: Post, *, viewer: Visitor = VISITOR, with_state: bool = False) -> Card:
    """The card of one post."""
    return cards_for([post], viewer=viewer, with_state=with_state)[0]


def fact_rows(post: Post) -> list[Fact]:
    """The facts of a post for its own page (``components/facts.html`` with ``large=True``)."""
    return facts(post, place_names([post]), words_of([post]), large=True)


def _card(post: Post, shown: Sequence[Fact], who: str, *, with_state: bool) -> Card:
    state, tone = state_chip(post) if with_state else ("", "")
    return Card(
        post=post,
        url=post.get_absolute_url(),
        direction=post.direction,
        resource=post.resource or "other",
        resource_label=post.get_resource_display() if post.resource else "種類はこれから",
        title=str(post),
        facts=shown,
        kind=post.organisation.kind,
        who=who,
        picture=post.photo.small_url if post.photo else "",
        state=state,
        state_tone=tone,
    )


def state_chip(post: Post) -> tuple[str, str]:
    """(text, tone) of the state, for ``{% chip %}``: 受付中・あと23日."""
    if post.state == PostState.PUBLISHED:
        return f"受付中・{ja_days_left(post.last_day)}", "state"
    state = PostState(post.state)
    return str(state.label), _STATE_TONES[state]


def place_names(posts: Iterable[Post]) -> dict[str, str]:
    """Code -> name of every municipality in ``posts``: 藤沢市, 横浜市 都筑区. One query, or none."""
    codes = {code for post in posts for code in post.areas}
    if not codes:
        return {}
    rows = Municipality.objects.filter(code__in=codes).order_by("order", "code").values_list("code", "name", "parent")
    # The city and its ward are two words to the eye.
    return {code: name.replace("市", "市 ", 1) if parent else name for code, name, parent in rows}


def words_of(posts: Iterable[Post]) -> Words:
    """The words of the lists that ``posts`` use: themes, and what their resources ask. One query, or none."""
    rows = list(posts)
    themes = ("theme",) if any(post.themes for post in rows) else ()
    wanted = (*themes, *lists_of(rows))
    return Words.load(*wanted) if wanted else Words(())


def facts(post: Post, places: Mapping[str, str], words: Words, *, large: bool = False) -> list[Fact]:
    """Where, when and in which field, what people look at first; then how much, and what its resource says itself.

    What was not said is left out. On a card a short note stands beside; the large form, for a post's own page, has
    every note as ``detail`` and every answer.
    """
    first = (_place(post, places, large=large), _when(post, large=large), _field(post, words, large=large))
    said = kind_of(post.resource).facts(post, words, brief=not large)
    found = [fact for fact in (*first, _amount(post, large=large)) if fact is not None]
    return [*found, *(said if large else said[:SHOWN_ANSWERS])]


def _fact(icon: str, label: str, main: str, note: str, *, large: bool) -> Fact | None:
    if not main:
        main, note = note, ""
    if not main:
        return None
    if not large and note:
        main, note = (f"{main}・{note}" if len(note) <= SHORT_NOTE else main), ""
    return {"icon": icon, "label": label, "main": main, "detail": note}


# --- where ---


def _place(post: Post, places: Mapping[str, str], *, large: bool) -> Fact | None:
    wanted = set(post.areas)
    names = [name for code, name in places.items() if code in wanted]
    shown = names if large else names[:SHOWN_PLACES]
    main = "・".join(shown) + (f"ほか{len(names) - len(shown)}か所" if len(names) > len(shown) else "")
    if not main:
        main = "オンライン・県内どこでも" if post.online else "県内どこでも"
    elif post.online:
        main = f"{main}・オンラインも"
    return _fact("map-pin", "場所", main, post.area_note, large=large)


# --- when ---


def _when(post: Post, *, large: bool) -> Fact | None:
    week = " ".join(filter(None, (_weekdays(post.weekdays), _hours(post.time_from, post.time_until))))
    span = "・".join(filter(None, (_span(post.available_from, post.available_until), _months(post.season))))
    if large:
        main, rest = (week, span) if week else (span, "")
        note = "、".join(filter(None, (rest, post.when_note)))
    else:
        one_day = post.available_from is not None and post.available_from == post.available_until
        main = f"{span} {week}".strip() if one_day else "・".join(filter(None, (week, span)))
        note = post.when_note
    icon = "clock" if not post.weekdays and not span else "calendar"
    return _fact(icon, "日時", main, note, large=large)


def _weekdays(days: Sequence[int]) -> str:
    chosen = sorted(set(days))
    if not chosen:
        return ""
    known = {(0, 1, 2, 3, 4): "平日", (5, 6): "土日", (0, 1, 2, 3, 4, 5, 6): "毎日"}.get(tuple(chosen))
    if known:
        return known
    if len(chosen) == 1:
        return f"毎週{WEEKDAYS[chosen[0]]}曜"
    return "・".join(WEEKDAYS[day] for day in chosen)


def _months(season: Sequence[int]) -> str:
    """4〜9月, 11〜2月, 4・8月; nothing for all year round."""
    chosen = set(season)
    if not chosen or len(chosen) == MONTHS:
        return ""
    starts = sorted(month for month in chosen if (month - 2) % MONTHS + 1 not in chosen)
    spans = []
    for first in starts:
        last = first
        while last % MONTHS + 1 in chosen:
            last = last % MONTHS + 1
        spans.append(f"{first}" if first == last else f"{first}〜{last}")
    return f"{'・'.join(spans)}月"


def _hours(start: time | None, end: time | None) -> str:
    if start and end:
        return f"{_clock(start)}〜{_clock(end)}"
    if start:
        return f"{_clock(start)}以降"
    return f"{_clock(end)}まで" if end else ""


def _clock(moment: time) -> str:
    return f"{moment.hour}時{moment.minute}分" if moment.minute else f"{moment.hour}時"


def _span(start: date | None, end: date | None) -> str:
    """10月から, 2027年4月〜9月, 2027年7月10日（土）; a beginning that is past says nothing."""
    today = timezone.localdate()
    if start and start == end:
        return ja_date(start)
    if start and start <= today:
        start = None
    if start and end:
        return _from_until(start, end)
    if start:
        month_only = start.day == 1
        year = "" if start.year == today.year else f"{start.year}年"
        return f"{year}{start.month}月から" if month_only else f"{year}{start.month}月{start.day}日から"
    return f"{_day_or_month_end(end)}まで" if end else ""


def _from_until(start: date, end: date) -> str:
    whole_months = start.day == 1 and _ends_month(end)
    second_year = "" if start.year == end.year else f"{end.year}年"
    if whole_months:
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.year}年{start.month}月"
        return f"{start.year}年{start.month}月〜{second_year}{end.month}月"
    return f"{start.year}年{start.month}月{start.day}日〜{second_year}{end.month}月{end.day}日"


def _day_or_month_end(day: date) -> str:
    year = "" if day.year == timezone.localdate().year else f"{day.year}年"
    return f"{year}{day.month}月" if _ends_month(day) else f"{year}{day.month}月{day.day}日"


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


# --- in which field ---


def _field(post: Post, words: Words, *, large: bool) -> Fact | None:
    if not post.themes:
        return None
    named = words.labels("theme", post.themes)
    shown = named if large else named[:SHOWN_THEMES]
    # Many a theme has a 「・」 of its own.
    return _fact("tag", "分野", "、".join(shown) + ("ほか" if len(named) > len(shown) else ""), "", large=large)


# --- how much ---


def _amount(post: Post, *, large: bool) -> Fact | None:
    note, main = post.quantity_note, ""
    if post.quantity is not None:
        main = f"{post.quantity:,}{post.get_unit_display()}"
        word = next((each for each in _AFTER_NUMBERS if note.startswith(each)), "")
        main, note = f"{main}{word}", note.removeprefix(word).lstrip("、・ ")
        if post.quantity_taken and post.quantity_left:
            main = f"{main}（のこり{post.quantity_left:,}{post.get_unit_display()}）"
    icon = _UNIT_ICONS.get(Unit(post.unit), "package") if post.unit else "package"
    return _fact(icon, "量", main, note, large=large)
