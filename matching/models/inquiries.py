from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from matching.enums import Answer, InquiryEnd, InquiryState, IntroductionState
from matching.models.post import Post

if TYPE_CHECKING:
    from matching.models.introduction import Introduction, Participant

#: More would be a mailing, and no organisation would feel asked.
MOST_CANDIDATES = 10


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def open(self) -> "InquiryQuerySet":
        """Whose answers are still awaited."""
        return self.filter(closed_at__isnull=True)


class Inquiry(models.Model):
    """Up to ten candidates that staff ask together for one post; each is an introduction of its own.

    The candidates are asked first, the owner of the post as soon as one of them would like to. Once enough are
    interested, those who have not answered are told that they are not needed any more.
    """

    post = models.ForeignKey(Post, verbose_name="掲載", on_delete=models.PROTECT, related_name="inquiries")
    # How many interested are enough; empty: until the quantity that is left of the post is covered.
    wanted = models.PositiveSmallIntegerField("必要な団体の数", null=True, blank=True)
    message = models.TextField("候補の団体へのことば", max_length=1000, blank=True)
    respond_by = models.DateField("お返事の期限")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="打診した人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("打診した日時", default=timezone.now)
    closed_at = models.DateTimeField("終わった日時", null=True, blank=True)
    closed_because = models.CharField("終わった理由", max_length=10, choices=InquiryEnd, blank=True)
    # The form's own key: two clicks ask once.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "打診"
        verbose_name_plural = "打診"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="inquiry_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_because="")
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
                name="inquiry_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(wanted__isnull=True) | Q(wanted__gte=1, wanted__lte=10),
                name="inquiry_wants_one_to_ten",
                violation_error_message="必要な団体の数は、1から10までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}"

    def get_absolute_url(self) -> str:
        return reverse("admin:matching_inquiry_change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def state(self) -> InquiryState:
        """Open, until enough were found or nobody is left to wait for."""
        return InquiryState.OPEN if self.is_open else InquiryState.CLOSED

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def takes_more(self) -> bool:
        """Whether staff may ask more candidates in it: what they closed, or a post that is over, stays so."""
        return self.closed_because not in {InquiryEnd.CLOSED, InquiryEnd.POST_OVER}

    def candidates(self) -> "list[Introduction]":
        """The introductions in the order in which they were asked, from what was prefetched if it was."""
        return sorted(self.introductions.all(), key=lambda each: each.pk)

    def interested(self) -> "list[Introduction]":
        """Those whose candidate would like to, and whom nobody has refused."""
        over = {
            IntroductionState.DECLINED,
            IntroductionState.LAPSED,
            IntroductionState.WITHDRAWN,
            IntroductionState.NOT_NEEDED,
            IntroductionState.ENDED_EARLY,
        }
        return [
            each
            for each in self.candidates()
            if each.state not in over and any(side.answer == Answer.YES for side in candidates_in(each))
        ]

    def has_enough(self, left: int | None) -> bool:
        """Whether enough are interested; ``left`` is what is left of the post, if it counts anything."""
        interested = self.interested()
        if self.wanted is not None:
            return len(interested) >= self.wanted
        if left is None:
            return bool(interested)
        # What an agreed one takes is no longer left; whoever named no number may take all of it.
        waiting = [each for each in interested if each.state == IntroductionState.ASKED]
        said = [side.quantity for each in waiting for side in candidates_in(each) if side.answer == Answer.YES]
        return left == 0 or any(number is None for number in said) or sum(filter(None, said)) >= left


def candidates_in(introduction: "Introduction") -> "list[Participant]":
    """The sides that were asked for the post: not its owner's own, nor those who were asked along later."""
    return [side for side in introduction.sides() if side.post_id != introduction.post_id and not side.joined_later]
