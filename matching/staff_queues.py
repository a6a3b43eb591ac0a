"""What waits for staff in matching: posts and changes to check, pairs without an answer, needs without a partner."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.urls import reverse

from matching.candidates import needs_without_partner
from matching.enums import Answer, Direction
from matching.models import Approach, Introduction, Post, PostRevision
from tomoiki.web.pointing_out import words_for
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, summarise

CHECK_DAYS = 3
ANSWER_DAYS = 5
PARTNER_DAYS = 14


def _kind(post: Post) -> str:
    return f"{post.get_direction_display()}・{post.get_resource_display()}"


def _posts(user: Any) -> QueueSummary:
    return summarise(Post.objects.waiting_for_staff(), "submitted_at", CHECK_DAYS)


def _first_posts(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in Post.objects.waiting_for_staff().select_related("organisation")[:limit]:
        if each.submitted_at is not None:
            yield StaffTask(
                subject=each.title,
                url=reverse("admin:matching_post_change", args=[each.pk]),
                since=each.submitted_at,
                kind=_kind(each),
                note=f"{each.organisation.name}{_pointed_out(each.pointed_out)}",
            )


def _pointed_out(kinds: list[str]) -> str:
    """・公開の確認あり（電話番号）: what its writer said may be public."""
    return f"・公開の確認あり（{words_for(kinds)}）" if kinds else ""


def _revisions(user: Any) -> QueueSummary:
    # What staff proposed themselves waits for the owner.
    return summarise(PostRevision.objects.waiting().filter(author__is_staff=False), "created_at", CHECK_DAYS)


def _first_revisions(user: Any, limit: int) -> Iterable[StaffTask]:
    waiting = PostRevision.objects.waiting().filter(author__is_staff=False)
    for each in waiting.select_related("post__organisation")[:limit]:
        yield StaffTask(
            subject=each.post.title,
            url=reverse("admin:matching_postrevision_change", args=[each.pk]),
            since=each.created_at,
            kind=_kind(each.post),
            note=f"{each.note or each.post.organisation.name}{_pointed_out(each.pointed_out)}",
        )


def _unanswered(user: Any) -> QueueSummary:
    return summarise(Introduction.objects.without_answer(), "asked_at", ANSWER_DAYS)


def _first_unanswered(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in Introduction.objects.without_answer().select_related("post").with_participants()[:limit]:
        sides = each.participants.all()
        silent = "、".join(side.own_label for side in sides if side.required and side.answer == Answer.WAITING)
        if each.asked_at is not None:
            yield StaffTask(
                subject=" × ".join(side.own_label for side in sides) or str(each.post),
                url=reverse("admin:matching_introduction_change", args=[each.pk]),
                since=each.asked_at,
                kind="おつなぎ",
                note=f"{silent}のお返事待ち" + ("・もう一度たずね済み" if each.reminded_at else ""),
            )


def _alone(user: Any) -> QueueSummary:
    return summarise(needs_without_partner(), "published_at", PARTNER_DAYS)


def _first_alone(user: Any, limit: int) -> Iterable[StaffTask]:
    offers = Post.objects.on_board().filter(direction=Direction.OFFER).order_by()
    open_offers = dict(offers.values_list("resource").annotate(n=Count("pk")))
    for each in needs_without_partner()[:limit]:
        same = open_offers.get(each.resource, 0)
        if each.published_at is not None:
            yield StaffTask(
                subject=each.title,
                url=reverse("admin:matching_post_introduce", args=[each.pk]),
                since=each.published_at,
                kind=_kind(each),
                note=f"同じ種類のできることが{same}件" if same else "同じ種類のできることは、まだありません",
            )


def _approaches(user: Any) -> QueueSummary:
    return summarise(Approach.objects.waiting(), "created_at", CHECK_DAYS)


def _first_approaches(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in Approach.objects.waiting().select_related("organisation", "post", "story")[:limit]:
        yield StaffTask(
            subject=str(each.post or each.story or each.get_kind_display()),
            url=reverse("admin:matching_approach_change", args=[each.pk]),
            since=each.created_at,
            kind=each.get_kind_display(),
            note=each.organisation.name,
        )


QUEUES = (
    StaffQueue(
        "posts",
        label="投稿の確認",
        task="投稿の確認",
        tone="warning",
        target_days=CHECK_DAYS,
        url=lambda: reverse("admin:matching_post_changelist") + "?state__exact=submitted",
        summary=_posts,
        first=_first_posts,
        allows=lambda user: user.has_perm("matching.view_post"),
        order=20,
    ),
    StaffQueue(
        "introductions",
        label="返事がない",
        task="返事がない",
        tone="danger",
        target_days=ANSWER_DAYS,
        url=lambda: reverse("admin:matching_introduction_changelist") + "?state__exact=asked",
        summary=_unanswered,
        first=_first_unanswered,
        allows=lambda user: user.has_perm("matching.view_introduction"),
        order=30,
    ),
    StaffQueue(
        "needs",
        label="相手がいない困りごと",
        task="相手がいない",
        tone="state",
        target_days=PARTNER_DAYS,
        url=lambda: reverse("admin:matching_post_changelist") + "?partner=none",
        summary=_alone,
        first=_first_alone,
        allows=lambda user: user.has_perm("matching.view_post"),
        order=40,
    ),
    StaffQueue(
        "revisions",
        label="修正案の確認",
        task="修正案の確認",
        tone="warning",
        target_days=CHECK_DAYS,
        url=lambda: reverse("admin:matching_postrevision_changelist") + "?state__exact=proposed",
        summary=_revisions,
        first=_first_revisions,
        allows=lambda user: user.has_perm("matching.view_postrevision"),
        order=50,
    ),
    StaffQueue(
        "approaches",
        label="研究・取材の申し出",
        task="研究・取材の申し出",
        tone="state",
        target_days=CHECK_DAYS,
        url=lambda: reverse("admin:matching_approach_changelist") + "?state__exact=waiting",
        summary=_approaches,
        first=_first_approaches,
        allows=lambda user: user.has_perm("matching.view_approach"),
        order=55,
    ),
)
