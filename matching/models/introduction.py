from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from matching.enums import OPEN_STATES, Answer, AnswerChannel, Direction, IntroductionState, Origin
from matching.enums.doors import Purpose
from matching.models.inquiries import Inquiry
from matching.models.post import Post
from members.models import Organisation, RelayedGroup

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def of(self, user: Visitor) -> "IntroductionQuerySet":
        """Those in which an organisation of the person takes part and has been told so.

        What staff prepared and dropped before asking stays unknown to both.
        """
        own, sides = Organisation.objects.of(user), Participant.objects.values("introduction")
        # Asked apart, both find their index; with OR every participant there is would be looked at.
        taking_part = sides.filter(organisation__in=own).union(sides.filter(desk__in=own))
        return self.filter(asked_at__isnull=False, pk__in=taking_part)

    def visible_to(self, user: Visitor) -> "IntroductionQuerySet":
        """One's own, and all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.of(user)

    def talking_with(self, user: Visitor) -> "IntroductionQuerySet":
        """Those whose conversation and appointments the person may read: of the sides that came together.

        Who has not said yes yet, said no or left reads none of it; staff read all.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        own, sides = Organisation.objects.of(user), Participant.objects.together().values("introduction")
        return self.filter(pk__in=sides.filter(organisation__in=own).union(sides.filter(desk__in=own)))

    def open(self) -> "IntroductionQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def open_to_answers(self) -> "IntroductionQuerySet":
        """Not agreed yet, and not over."""
        return self.filter(state__in=[IntroductionState.PROPOSED, IntroductionState.ASKED])

    def without_answer(self) -> "IntroductionQuerySet":
        """Asked and not answered by everybody, the longest waiting first."""
        return self.filter(state=IntroductionState.ASKED).order_by("asked_at", "pk")

    def with_participants(self) -> "IntroductionQuerySet":
        """With what a list of introductions shows, in a fixed number of queries."""
        return self.prefetch_related(
            models.Prefetch(
                "participants",
                queryset=Participant.objects.select_related("organisation", "post", "desk", "outcome")
                .with_groups()
                .order_by("pk"),
            )
        ).select_related("post__organisation", "inquiry")

    def answered_no_more(self, today: date) -> "IntroductionQuerySet":
        """Those whose time to answer has run out."""
        return self.filter(state=IntroductionState.ASKED, respond_by__lt=today)


class Introduction(models.Model):
    """A need and an offer, or a post and organisations that respond to it, brought together."""

    origin = models.CharField("きっかけ", max_length=14, choices=Origin)
    state = models.CharField("状態", max_length=12, choices=IntroductionState, default=IntroductionState.PROPOSED)
    # Research and interviews use up nothing of a post.
    purpose = models.CharField("目的", max_length=9, choices=Purpose, default=Purpose.HELP)
    # What the pair is made of: two open introductions of the same pair cannot be.
    pair_key = models.CharField(max_length=80, editable=False)
    # The post it began with: the need of a pair, or the post that was answered. Lists show its title.
    post = models.ForeignKey(Post, verbose_name="もとの掲載", on_delete=models.PROTECT, related_name="introductions")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="紹介した人", on_delete=models.PROTECT, related_name="+"
    )
    # Asked together with others for the same post.
    inquiry = models.ForeignKey(
        Inquiry,
        verbose_name="打診",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="introductions",
        # An index of its own, of those that have one.
        db_index=False,
    )
    # The staff's words to both sides, or the responder's to the post's owner.
    message = models.TextField("ひとこと", max_length=1000, blank=True)
    created_at = models.DateTimeField("作られた日時", default=timezone.now)
    asked_at = models.DateTimeField("たずねた日時", null=True, blank=True)
    respond_by = models.DateField("お返事の期限", null=True, blank=True)
    reminded_at = models.DateTimeField("もう一度たずねた日時", null=True, blank=True)
    agreed_at = models.DateTimeField("結ばれた日時", null=True, blank=True)
    started_at = models.DateTimeField("始まった日時", null=True, blank=True)
    first_reported_at = models.DateTimeField("最初の報告", null=True, blank=True)
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)
    # Vocabulary "end_reason"; private to staff and participants.
    end_reason = models.SlugField("終わった理由", max_length=60, blank=True)
    end_note = models.CharField("理由の説明", max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = "おつなぎ"
        verbose_name_plural = "おつなぎ"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="introduction_newest"),
            models.Index(fields=["state", "asked_at"], name="introduction_state"),
            models.Index(fields=["respond_by"], name="introduction_due", condition=Q(state="asked")),
            models.Index(fields=["inquiry", "id"], name="introduction_of_inquiry", condition=Q(inquiry__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pair_key"],
                condition=Q(state__in=["proposed", "asked", "agreed", "under_way"]),
                name="introduction_one_open_per_pair",
                violation_error_message="この組み合わせは、すでにおつなぎの途中です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(asked_at__isnull=False, respond_by__isnull=False),
                name="introduction_asked_has_times",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "under_way", "completed", "ended_early"])
                | Q(agreed_at__isnull=False),
                name="introduction_agreed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended_early") | ~Q(end_reason=""), name="introduction_early_end_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}"

    def get_absolute_url(self) -> str:
        return reverse("matching:introduction", args=[self.pk])

    def sides(self) -> "list[Participant]":
        """The participants in the order they stand, from what was prefetched if it was."""
        return sorted(self.participants.all(), key=lambda side: side.pk)

    @property
    def news_at(self) -> datetime | None:
        """When something happened last that a group without an account waits to hear."""
        moments = [moment for moment in (self.agreed_at, self.ended_at) if moment is not None]
        return max(moments) if moments else None

    @property
    def has_news(self) -> bool:
        return self.asked_at is not None and self.news_at is not None

    def state_after_answers(self) -> IntroductionState:
        """Where the answers so far lead: one required no ends it, every required yes makes it."""
        answers = {side.answer for side in self.participants.all() if side.required and side.left_at is None}
        if Answer.NO in answers:
            return IntroductionState.DECLINED
        return IntroductionState.AGREED if answers == {Answer.YES} else IntroductionState.ASKED

    def together(self) -> "list[Participant]":
        """The sides that said yes and stayed: those who talk, meet and report."""
        return [side for side in self.sides() if side.is_in]

    def concerned(self) -> "list[Participant]":
        """The sides that are asked or in it: without those who said no, left, or have not been asked yet."""
        return [side for side in self.sides() if side.is_concerned]


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def together(self) -> "ParticipantQuerySet":
        """Those that said yes and stayed."""
        return self.filter(answer=Answer.YES, left_at__isnull=True)

    def awaited(self) -> "ParticipantQuerySet":
        """Asked, and without an answer yet."""
        return self.filter(answer=Answer.WAITING, asked=True, left_at__isnull=True)

    def with_news_for_groups(self, desks: Iterable[int]) -> "ParticipantQuerySet":
        """Sides of groups that have not heard from their desk how it went, the longest waiting first."""
        news = Greatest("introduction__agreed_at", "introduction__ended_at")
        return (
            self.filter(desk__in=desks, group__isnull=False, introduction__asked_at__isnull=False)
            .filter(asked=True, left_at__isnull=True)
            .exclude(answer=Answer.NO)
            .annotate(news_at=news)
            .filter(Q(group_told_at=None, news_at__isnull=False) | Q(group_told_at__lt=F("news_at")))
            .order_by("news_at", "pk")
        )

    def with_groups(self) -> "ParticipantQuerySet":
        """With the groups that desks speak for; no query where there is none."""
        return self.prefetch_related(models.Prefetch("group", queryset=RelayedGroup.objects.for_showing()))


class Participant(models.Model):
    """One side of an introduction: an organisation, its post if it brought one, and its answer."""

    introduction = models.ForeignKey(
        Introduction, verbose_name="おつなぎ", on_delete=models.CASCADE, related_name="participants"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="団体", on_delete=models.PROTECT, related_name="participations"
    )
    # need: the side that is helped; offer: the side that gives.
    side = models.CharField("立場", max_length=5, choices=Direction)
    post = models.ForeignKey(
        Post, verbose_name="掲載", null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    # The municipal or welfare council desk that speaks for a group without an account.
    desk = models.ForeignKey(
        Organisation, verbose_name="窓口", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The group without an account that the desk speaks for.
    group = models.ForeignKey(
        "members.RelayedGroup",
        verbose_name="地域の団体",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="participations",
    )
    # Whether the others cannot do without its yes.
    required = models.BooleanField("お返事が必要", default=True)
    # In an inquiry the owner of the post is asked only once a candidate would like to.
    asked = models.BooleanField("たずねた", default=True, db_default=True)
    # When it was asked, where that was later than the introduction.
    asked_at = models.DateTimeField("あとからたずねた日時", null=True, blank=True)
    # Who asked it to come along, and with which words, where it was not there from the beginning.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    invitation = models.CharField("お誘いのことば", max_length=300, blank=True)
    # It went its own way while the others went on, or was told that it is not needed after all.
    left_at = models.DateTimeField("抜けた日時", null=True, blank=True)
    # Vocabulary "end_reason".
    left_reason = models.SlugField("抜けた理由", max_length=60, blank=True)
    left_note = models.CharField("抜けた理由の説明", max_length=300, blank=True)
    answer = models.CharField("お返事", max_length=7, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField("お返事の日時", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # How the answer came, and on what day where it did not come by itself.
    answer_channel = models.CharField("お返事の方法", max_length=8, choices=AnswerChannel, default=AnswerChannel.ONLINE)
    answer_received_on = models.DateField("お返事が届いた日", null=True, blank=True)
    # When the desk handed the news back to the group it speaks for.
    group_told_at = models.DateTimeField("地域の団体に伝えた日時", null=True, blank=True)
    # Vocabulary "decline_reason"; the code is for staff alone, the other side reads polite words.
    decline_reason = models.SlugField("見送りの理由", max_length=60, blank=True)
    decline_note = models.CharField("見送りの説明", max_length=300, blank=True)
    # What the other side reads instead of the reason.
    decline_words = models.CharField("見送りを伝えることば", max_length=300, blank=True)
    # How much of the post this introduction uses.
    quantity = models.PositiveIntegerField("数", null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "参加者"
        verbose_name_plural = "参加者"
        constraints = [
            # A desk may speak for two groups of its own that are brought together.
            models.UniqueConstraint(
                fields=["introduction", "organisation", "group"], nulls_distinct=False, name="participant_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_at__isnull=True)
                | (~Q(answer="waiting") & Q(answered_at__isnull=False)),
                name="participant_answer_has_time",
            ),
            models.CheckConstraint(
                condition=Q(asked=True) | Q(answer="waiting"), name="participant_answers_when_asked"
            ),
            models.CheckConstraint(
                condition=~Q(answer="no") | ~Q(decline_reason=""),
                name="participant_no_has_reason",
                violation_error_message="理由を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(desk__isnull=False), name="participant_group_has_desk"
            ),
            models.CheckConstraint(
                condition=Q(answer_channel="online") | Q(answer_received_on__isnull=False),
                name="participant_told_answer_has_day",
                violation_error_message="お返事が届いた日を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def own_name(self) -> str:
        """As its own people and staff know it."""
        return self.group.name if self.group else self.organisation.name

    @property
    def name(self) -> str:
        """As the other sides know it: a group that is not named to everybody is, once all have agreed."""
        if self.group is None:
            return self.organisation.name
        told = self.post is None or self.post.group_named or self.introduction.agreed_at is not None
        return self.group.name if told else self.group.without_name

    @property
    def label(self) -> str:
        """海風町内会（窓口：しおさい市社会福祉協議会）, as the other sides read it."""
        return f"{self.name}{self.through}"

    @property
    def own_label(self) -> str:
        """``label`` for its own people and for staff."""
        return f"{self.own_name}{self.through}"

    @property
    def honoured(self) -> str:
        """海風町内会さん（窓口：しおさい市社会福祉協議会）, ひなたの庭さん"""
        return f"{self.name}さん{self.through}"

    @property
    def through(self) -> str:
        """（窓口：しおさい市社会福祉協議会）, or nothing."""
        return f"（窓口：{self.speaks.name}）" if self.desk_id else ""

    @property
    def is_in(self) -> bool:
        """Whether this side said yes and stayed."""
        return self.answer == Answer.YES and self.left_at is None

    @property
    def is_awaited(self) -> bool:
        """Whether this side has been asked and has not answered."""
        return self.answer == Answer.WAITING and self.asked and self.left_at is None

    @property
    def is_concerned(self) -> bool:
        """Whether what happens to the introduction is this side's business."""
        return self.asked and self.left_at is None and self.answer != Answer.NO

    @property
    def joined_later(self) -> bool:
        """Whether somebody asked it to come along on the way."""
        return self.invited_by_id is not None

    @property
    def speaks(self) -> Organisation:
        """The organisation that answers and writes for this side."""
        return self.desk or self.organisation

    @property
    def has_news_for_group(self) -> bool:
        """Whether the desk has something to hand back to the group that it speaks for."""
        news = self.introduction.news_at
        # A group that said no knows how it ended.
        if self.group_id is None or news is None or not self.is_concerned:
            return False
        return self.group_told_at is None or self.group_told_at < news

    @property
    def has_reported(self) -> bool:
        """Whether this side told what came of it."""
        return hasattr(self, "outcome")
