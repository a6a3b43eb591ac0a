"""What of matching waits for a member: answers, messages, reports, posts to mend. A fixed number of queries."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from matching.enums import AppointmentState, IntroductionState, PostState, RevisionState
from matching.models import Appointment, Introduction, OfflineResponse, Outcome, Participant, Post, PostRevision
from matching.notices.people import named, short
from matching.reading import came_at
from matching.transitions.outcomes import ASK_AFTER_START
from matching.transitions.parties import invitation_due
from matching.transitions.posts import WARNING
from matching.workflow import TOGETHER_STATES
from members.models import Organisation
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.web.waiting import Urgency, WaitingItem

#: Of each kind; whoever has more sees the oldest first.
MOST = 20


def waiting_in_matching(user: Any) -> Iterable[WaitingItem]:
    """The rows for one person, in whatever order: the page sorts them."""
    organisations = list(Organisation.objects.able_to_act(user).values_list("pk", flat=True))
    if not organisations:
        return []
    return [
        *_answers(organisations),
        *_appointments(organisations),
        *_news_for_groups(organisations),
        *_offline_responses(organisations),
        *_messages(user, organisations),
        *_reports(organisations),
        *_posts(organisations),
        *_suggestions(organisations),
    ]


def _sides_of(organisations: list[int]) -> Any:
    """The participants that ``organisations`` speak for."""
    return Participant.objects.filter(organisation__in=organisations, desk=None) | Participant.objects.filter(
        desk__in=organisations
    )


def _answers(organisations: list[int]) -> Iterator[WaitingItem]:
    waiting = _sides_of(organisations).awaited()
    asked = (
        Introduction.objects.with_participants()
        .filter(
            Q(state=IntroductionState.ASKED, pk__in=waiting.values("introduction"))
            | Q(state__in=TOGETHER_STATES, pk__in=waiting.filter(invited_by__isnull=False).values("introduction"))
        )
        .order_by("respond_by", "pk")[:MOST]
    )
    for introduction in asked:
        yield _answer(introduction, organisations)


def _answer(introduction: Introduction, organisations: list[int]) -> WaitingItem:
    sides = introduction.sides()
    own = [side for side in sides if side.speaks.pk in organisations and side.is_awaited]
    others = [side for side in sides if side not in own and side.left_at is None]
    yes = [side for side in others if side.is_in]
    joins = bool(own) and own[0].joined_later
    if joins:
        title = f"「{short(introduction.post, 24)}」に誘われています"
    elif yes:
        title = f"{named(yes, 24)}が「ぜひ」と言っています"
    else:
        title = f"{named(others, 24)}をご紹介します"
    together = introduction.state in TOGETHER_STATES
    return WaitingItem(
        icon="heart-handshake",
        tone="need",
        title=title,
        detail=_whose(introduction, organisations),
        url=f"{introduction.get_absolute_url()}#answer",
        button="返事をする",
        urgency=Urgency.SOON,
        due=invitation_due(own[0], introduction) if together and own else introduction.respond_by,
        since=(own[0].asked_at if own else None) or introduction.asked_at,
    )


def _appointments(organisations: list[int]) -> Iterator[WaitingItem]:
    """Dates to tick, and those that all have ticked and nobody has fixed."""
    sides = _sides_of(organisations).together()
    being_arranged = (
        Appointment.objects.filter(state=AppointmentState.PROPOSED, introduction__in=sides.values("introduction"))
        .filter(introduction__state__in=TOGETHER_STATES)
        .for_page()
        .select_related("introduction__post")
        .prefetch_related("introduction__participants")
        .order_by("created_at", "pk")[:MOST]
    )
    for appointment in being_arranged:
        introduction = appointment.introduction
        ticked = {reply.participant_id for date in appointment.dates.all() for reply in date.replies.all()}
        together = {side.pk: side for side in introduction.together()}
        own = {pk for pk, side in together.items() if (side.desk_id or side.organisation_id) in organisations}
        if not own - ticked and set(together) - ticked:
            continue
        to_tick = bool(own - ticked)
        yield WaitingItem(
            icon="calendar",
            tone="state",
            title="候補日の都合を答えてください" if to_tick else "候補日の都合がそろいました",
            detail=f"「{short(introduction.post, 28)}」",
            url=f"{appointment.get_absolute_url()}#{'tick' if to_tick else 'fix'}",
            button="答える" if to_tick else "日を決める",
            urgency=Urgency.SOON,
            due=_first_day(appointment),
            since=appointment.created_at,
        )


def _first_day(appointment: Appointment) -> date | None:
    days = [timezone.localdate(each.starts_at) for each in appointment.dates.all()]
    return min(days) if days else None


def _whose(introduction: Introduction, organisations: list[int]) -> str:
    """The post, and the group whose answer the desk writes down, if it is a group's."""
    groups = [side.own_name for side in introduction.sides() if side.group_id and side.speaks.pk in organisations]
    return f"{introduction.post}（{'、'.join(groups)}さんの分）" if groups else str(introduction.post)


def _news_for_groups(organisations: list[int]) -> Iterator[WaitingItem]:
    """A desk tells its groups how it went: they read no mails."""
    told = Participant.objects.with_news_for_groups(organisations).select_related("group", "introduction__post")
    for side in told[:MOST]:
        introduction = side.introduction
        news = _NEWS.get(IntroductionState(introduction.state), "が終わりました")
        yield WaitingItem(
            icon="phone",
            tone="state",
            title=f"{short(side.own_name, 24)}さんに、知らせることがあります",
            detail=f"「{short(introduction.post, 28)}」{news}",
            url=f"{reverse('matching:tell_group', args=[introduction.pk])}?side={side.pk}",
            button="伝える",
            urgency=Urgency.SOON,
            since=introduction.news_at,
        )


_NEWS = {
    IntroductionState.AGREED: "が結ばれました",
    IntroductionState.UNDER_WAY: "が実施に入りました",
    IntroductionState.COMPLETED: "が終わり、報告がそろいました",
    IntroductionState.DECLINED: "は、今回は見送りになりました",
    IntroductionState.ENDED_EARLY: "は、途中で終わりました",
}


def _offline_responses(organisations: list[int]) -> Iterator[WaitingItem]:
    """Somebody without an account waits to be called back."""
    waiting = OfflineResponse.objects.waiting().filter(post__organisation__in=organisations).select_related("post")
    for response in waiting[:MOST]:
        yield WaitingItem(
            icon="phone",
            tone="need",
            title=f"{short(response.who, 24)}さんが、折り返しを待っています",
            detail=f"「{short(response.post, 28)}」に、{response.get_channel_display()}でお申し出がありました",
            url=reverse("matching:offline_responses", args=[response.post_id]),
            button="見る",
            urgency=Urgency.SOON,
            since=response.created_at,
        )


def _messages(user: Any, organisations: list[int]) -> Iterator[WaitingItem]:
    sides = _sides_of(organisations)
    # A colleague's words are the organisation's own.
    own_sides = sides.annotate(key=Cast("pk", CharField())).values("key")
    newest = (
        ConversationMessage.objects.shown()
        .filter(conversation=OuterRef("pk"), author__isnull=False)
        .exclude(author=user)
        .exclude(side__in=own_sides)
        .order_by("-created_at", "-pk")
    )
    conversations = list(
        Conversation.objects.about_any(Introduction, sides.together().values("introduction"))
        .unread_by(user, own_sides=own_sides, since=came_at(user))
        .annotate(
            newest_speaker=Subquery(newest.values("speaker")[:1]),
            newest_body=Subquery(newest.values("body")[:1]),
            newest_at=Subquery(newest.values("created_at")[:1]),
        )[:MOST]
    )
    introductions = Introduction.objects.select_related("post").in_bulk([each.object_id for each in conversations])
    for conversation in conversations:
        introduction = introductions[conversation.object_id]
        words = short(" ".join(conversation.newest_body.split()), 30)
        yield WaitingItem(
            icon="message-circle",
            tone="state",
            title=f"{short(conversation.newest_speaker, 24)}さんから新しいメッセージ",
            detail=f"「{words}」" if words else f"「{introduction.post}」にファイルが届いています",
            url=f"{introduction.get_absolute_url()}#new",
            button="読む",
            since=conversation.newest_at,
        )


def _reports(organisations: list[int]) -> Iterator[WaitingItem]:
    unreported = _sides_of(organisations).together().filter(~Exists(Outcome.objects.filter(participant=OuterRef("pk"))))
    under_way = (
        Introduction.objects.select_related("post")
        .filter(state=IntroductionState.UNDER_WAY, pk__in=unreported.values("introduction"))
        .order_by("started_at", "pk")[:MOST]
    )
    for introduction in under_way:
        other_has = introduction.first_reported_at is not None
        started = introduction.started_at or introduction.updated_at
        due = other_has or started <= timezone.now() - ASK_AFTER_START
        yield WaitingItem(
            icon="file-text",
            tone="offer",
            title=f"「{short(introduction.post, 28)}」は、どうでしたか",
            detail=("相手の団体が報告しました" if other_has else "かんたんな質問だけ") + "。2分ほどで終わります",
            url=reverse("matching:report", args=[introduction.pk]),
            button="報告する",
            urgency=Urgency.NORMAL if due else Urgency.LATER,
            since=started,
        )


def _posts(organisations: list[int]) -> Iterator[WaitingItem]:
    soon = timezone.now() + WARNING
    own = Post.objects.filter(organisation__in=organisations).order_by("-updated_at", "-pk")
    # One query: the three kinds of posts that wait for their owner.
    rows = (
        own.filter(state=PostState.RETURNED)
        | own.filter(state=PostState.DRAFT)
        | own.filter(state=PostState.PUBLISHED, expires_at__lte=soon)
    )
    for post in rows[: 2 * MOST]:
        yield _post(post)


def _post(post: Post) -> WaitingItem:
    edit = reverse("matching:post_edit", args=[post.pk])
    if post.state == PostState.RETURNED:
        return WaitingItem(
            icon="edit",
            tone="warning",
            title=f"「{short(post, 28)}」に直しのお願いがあります",
            detail=short(" ".join(post.staff_message.split()), 60),
            url=edit,
            button="直す",
            urgency=Urgency.SOON,
            since=post.updated_at,
        )
    if post.state == PostState.DRAFT:
        return WaitingItem(
            icon="pencil",
            tone=post.direction or "state",
            title=f"書きかけの下書き：「{short(post, 28)}」",
            detail="まだ、だれにも見えていません",
            url=edit,
            button="続きを書く",
            urgency=Urgency.LATER,
            since=post.updated_at,
        )
    return WaitingItem(
        icon="hourglass",
        tone="warning",
        title=f"「{short(post, 28)}」の掲載が、まもなく終わります",
        detail="続けるときは、掲載をのばしてください",
        url=reverse("matching:post_renewal", args=[post.pk]),
        button="のばす・終える",
        due=post.last_day,
    )


def _suggestions(organisations: list[int]) -> Iterator[WaitingItem]:
    suggested = (
        PostRevision.objects.select_related("post")
        .filter(state=RevisionState.PROPOSED, author__is_staff=True, post__organisation__in=organisations)
        .order_by("created_at", "pk")[:MOST]
    )
    for revision in suggested:
        yield WaitingItem(
            icon="edit",
            tone="state",
            title=f"事務局から「{short(revision.post, 24)}」の直し方のご提案",
            detail=revision.note or "お返事をいただくまで、今の内容のまま掲載します",
            url=revision.post.get_absolute_url(),
            button="見てみる",
            since=revision.created_at,
        )
