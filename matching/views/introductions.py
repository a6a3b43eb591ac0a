"""The list of a person's introductions, and the page of one."""

from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from matching.enums import IntroductionState
from matching.models import Introduction, Participant
from matching.progress import Progress, progress_of
from matching.reading import came_at
from matching.views.introduction_page import Reader, find_introduction, page_url, person, reader_of, show_page
from matching.workflow import TOGETHER_STATES
from members.models import Organisation, User
from tomoiki.conversations.models import Conversation
from tomoiki.web.pagination import keyset_page

PAGE_SIZE = 10

_TABS = {
    "waiting": ("お返事待ち", (IntroductionState.PROPOSED, IntroductionState.ASKED)),
    "going": ("進んでいる", (IntroductionState.AGREED, IntroductionState.UNDER_WAY)),
    "over": (
        "終わった",
        (
            IntroductionState.COMPLETED,
            IntroductionState.DECLINED,
            IntroductionState.LAPSED,
            IntroductionState.WITHDRAWN,
            IntroductionState.NOT_NEEDED,
            IntroductionState.ENDED_EARLY,
        ),
    ),
}
_EMPTY = {
    "waiting": (
        "お返事を待っているおつなぎはありません",
        "気になる困りごとや、できることに手を挙げると、ここに並びます。事務局からご紹介することもあります。",
    ),
    "going": (
        "進んでいるおつなぎは、まだありません",
        "両方の団体が「ぜひ」とお返事すると、やりとりが始まり、ここに並びます。",
    ),
    "over": ("終わったおつなぎは、まだありません", "報告までそろったおつなぎを、ここで読み返せます。"),
}


@dataclass(frozen=True)
class IntroductionCard:
    """One introduction in a list: where it stands, whose turn it is, and one button."""

    introduction: Introduction
    progress: Progress
    partners: list[Participant]
    my_turn: bool
    unread: bool
    due: date | None
    action_label: str
    action_url: str


def _card(introduction: Introduction, reader: Reader, unread: set[int]) -> IntroductionCard:
    own = reader.own_sides(introduction)
    acting = reader.acting_sides(introduction)
    asked = introduction.state == IntroductionState.ASKED
    together = introduction.state in TOGETHER_STATES
    to_answer = any(side.is_awaited and (asked or (together and side.joined_later)) for side in acting)
    mine = [side for side in acting if side.is_in and not side.has_reported]
    to_report = introduction.state == IntroductionState.UNDER_WAY and bool(mine)
    label, url = "くわしく見る", page_url(introduction)
    if to_answer:
        label, url = "お返事をする", page_url(introduction, "answer")
    elif introduction.pk in unread:
        label, url = "メッセージを読む", page_url(introduction, "new")
    elif to_report:
        label, url = "報告する", reverse("matching:report", args=[introduction.pk])
    elif introduction.state in _TABS["going"][1]:
        label, url = "やりとりを見る", page_url(introduction, "talk")
    return IntroductionCard(
        introduction=introduction,
        progress=progress_of(introduction, reader.belongs),
        partners=[side for side in introduction.sides() if side not in own and side.left_at is None] or own,
        my_turn=to_answer or to_report,
        unread=introduction.pk in unread,
        due=introduction.respond_by if asked else None,
        action_label=label,
        action_url=url,
    )


def with_news(introductions: list[Introduction], user: User) -> set[int]:
    """Those whose conversation holds something new for ``user``, as on their home; one query."""
    pks = [introduction.pk for introduction in introductions]
    own = Organisation.objects.of(user).values("pk")
    sides = Participant.objects.filter(Q(organisation__in=own, desk=None) | Q(desk__in=own), introduction__in=pks)
    # A colleague's words are the organisation's own.
    own_sides = sides.annotate(key=Cast("pk", CharField())).values("key")
    # Nor is what was written before somebody came any news to them.
    found = Conversation.objects.about_any(Introduction, pks).filter(
        object_id__in=Introduction.objects.talking_with(user).values("pk")
    )
    conversations = found.unread_by(user, own_sides=own_sides, since=came_at(user)).order_by()
    return set(conversations.values_list("object_id", flat=True))


@require_safe
def introductions(request: HttpRequest) -> HttpResponse:
    """/introductions/: a person's introductions under three tabs; all of them for staff."""
    user = person(request)
    found = Introduction.objects.visible_to(user)
    counts = _counts(found)
    tab = request.GET.get("tab", "")
    if tab not in _TABS:
        tab = next((key for key in _TABS if counts[key]), "waiting")
    rows = found.filter(state__in=_TABS[tab][1]).with_participants()
    page = keyset_page(rows, request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    reader = reader_of(user)
    unread = with_news(page.items, user)
    title, text = _EMPTY[tab]
    context = {
        "tabs": [
            # How many are over tells nobody what to do.
            {
                "url": f"?tab={key}",
                "label": label,
                "count": None if key == "over" else counts[key],
                "current": key == tab,
            }
            for key, (label, _) in _TABS.items()
        ],
        "page": page,
        "cards": [_card(introduction, reader, unread) for introduction in page.items],
        "empty": {
            "title": title,
            "text": text,
            "url": reverse("matching:board"),
            "button": "困りごと・できることを見る",
        },
    }
    return render(request, "matching/introductions.html", context)


def _counts(found: QuerySet[Introduction]) -> dict[str, int]:
    by_state = dict(found.order_by().values_list("state").annotate(number=Count("pk")))
    return {key: sum(by_state.get(state, 0) for state in states) for key, (_, states) in _TABS.items()}


@require_safe
def introduction(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/: the way, who takes part, the answer, the talk, the reports."""
    user = person(request)
    return show_page(request, find_introduction(user, pk), user)
