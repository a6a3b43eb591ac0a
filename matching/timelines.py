"""What matching tells on an organisation's timeline: its posts, introductions, meetings and reports."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from matching.enums import IntroductionState
from matching.models import Appointment, Introduction, Outcome, Participant, Post
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.web.timeline import TimelineEntry, TimelineSource, newest_of, timeline_sources

#: Of an introduction.
_MOMENTS = ("asked_at", "agreed_at", "started_at", "ended_at")
_POST_ENDS = {
    "fulfilled": "がそろいました",
    "closed": "を取り下げました",
    "expired": "の掲載期限が過ぎました",
    "taken_down": "の掲載を取りやめました",
}
_ENDS = {
    IntroductionState.COMPLETED: ("circle-check", "offer", "が終わり、報告がそろいました"),
    IntroductionState.DECLINED: ("leaf", "state", "は、今回は見送りになりました"),
    IntroductionState.LAPSED: ("hourglass", "state", "は、お返事の期限が過ぎました"),
    IntroductionState.WITHDRAWN: ("archive", "state", "は、取りやめになりました"),
    IntroductionState.NOT_NEEDED: ("archive", "state", "は、ほかの相手に決まりました"),
    IntroductionState.ENDED_EARLY: ("archive", "state", "は、途中で終わりました"),
}


def posts_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """When posts of the organisation came on the board, and left it."""
    rows = Post.objects.filter(organisation=organisation)
    for post, name, moment in newest_of(rows, ("published_at", "ended_at"), until, limit):
        noun = post.get_direction_display()
        if name == "published_at":
            what, icon = f"{noun}「{post}」を掲載しました", "clipboard-list"
        else:
            what, icon = f"{noun}「{post}」{_POST_ENDS.get(post.state, 'が終わりました')}", "archive"
        tone = post.direction if name == "published_at" else "state"
        yield TimelineEntry(moment, f"post:{post.pk}:{name}", icon, tone, what, url=post.get_absolute_url())


def introductions_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """The way of each introduction in which it takes part; what staff only prepared is known to nobody."""
    own = Participant.objects.filter(organisation=organisation).values("introduction")
    rows = Introduction.objects.filter(pk__in=own, asked_at__isnull=False).with_participants()
    for introduction, name, moment in newest_of(
        rows, ("asked_at", "agreed_at", "started_at", "ended_at"), until, limit
    ):
        yield _introduction(introduction, name, moment, organisation.pk)


def _introduction(introduction: Introduction, name: str, moment: datetime, own: int) -> TimelineEntry:
    sides = [side for side in introduction.sides() if side.organisation_id != own] or introduction.sides()
    partners = "、".join(side.honoured for side in sides if side.left_at is None)
    post, url = introduction.post, introduction.get_absolute_url()
    key = f"introduction:{introduction.pk}:{name}"
    if name == "asked_at":
        what = f"「{post}」のおつなぎが始まりました"
        return TimelineEntry(moment, key, "heart-handshake", "state", what, partners, url)
    if name == "agreed_at":
        return TimelineEntry(moment, key, "talk", "offer", f"「{post}」で結ばれました", partners, url)
    if name == "started_at":
        return TimelineEntry(moment, key, "player-play", "offer", f"「{post}」が実施に入りました", partners, url)
    icon, tone, end = _ENDS.get(IntroductionState(introduction.state), ("archive", "state", "が終わりました"))
    return TimelineEntry(moment, key, icon, tone, f"「{post}」のおつなぎ{end}", partners, url)


def answers_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """What the organisation itself answered, and where it left."""
    rows = Participant.objects.filter(organisation=organisation, introduction__asked_at__isnull=False)
    rows = rows.select_related("introduction__post", "organisation").with_groups()
    for side, name, moment in newest_of(rows, ("answered_at", "left_at"), until, limit):
        title, url = side.introduction.post, side.introduction.get_absolute_url()
        whose = f"{side.own_name}さんの分" if side.group_id else ""
        key = f"side:{side.pk}:{name}"
        if name == "left_at":
            what = (
                f"「{title}」から抜けました" if side.answered_at else f"「{title}」への参加のお願いが取り下げられました"
            )
            yield TimelineEntry(moment, key, "archive", "state", what, whose or side.left_note, url)
            continue
        said = "「ぜひ」" if side.answer == "yes" else "「今回は見送り」"
        icon, tone = ("check", "offer") if side.answer == "yes" else ("leaf", "state")
        yield TimelineEntry(moment, key, icon, tone, f"「{title}」に{said}とお返事しました", whose, url)


def appointments_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """Dates that were fixed with partners, and called off."""
    together = Participant.objects.together().filter(organisation=organisation).values("introduction")
    rows = Appointment.objects.filter(introduction__in=together, starts_at__isnull=False)
    rows = rows.select_related("introduction__post")
    for each, name, moment in newest_of(rows, ("fixed_at", "ended_at"), until, limit):
        key = f"appointment:{each.pk}:{name}"
        title = f"「{each.introduction.post}」の打ち合わせ"
        day = ja_datetime(each.starts_at)
        if name == "fixed_at":
            what = f"{title}が{day}に決まりました"
            yield TimelineEntry(moment, key, "calendar-event", "offer", what, each.where, each.get_absolute_url())
        else:
            what = f"{title}（{day}）を取りやめました"
            yield TimelineEntry(moment, key, "archive", "state", what, each.end_note, each.get_absolute_url())


def outcomes_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """What came of it, from either side of an introduction in which the organisation takes part."""
    own = Participant.objects.together().filter(organisation=organisation).values("introduction")
    rows = Outcome.objects.filter(introduction__in=own).select_related(
        "introduction__post", "participant__organisation", "participant__introduction", "participant__post"
    )
    for outcome, name, moment in newest_of(rows, ("reported_at",), until, limit):
        url = f"{outcome.introduction.get_absolute_url()}#outcomes"
        mine = outcome.participant.organisation_id == organisation.pk
        who = "報告しました" if mine else f"{outcome.participant.organisation.name}さんが報告しました"
        what = f"「{outcome.introduction.post}」について、{who}"
        yield TimelineEntry(moment, f"outcome:{outcome.pk}:{name}", "report", "warning", what, url=url)


def _source(name: str, entries: Any) -> None:
    timeline_sources.register(TimelineSource(name, entries))


SOURCES: Iterable[tuple[str, Any]] = (
    ("posts", posts_of),
    ("introductions", introductions_of),
    ("answers", answers_of),
    ("appointments", appointments_of),
    ("outcomes", outcomes_of),
)
for _name, _entries in SOURCES:
    _source(_name, _entries)
