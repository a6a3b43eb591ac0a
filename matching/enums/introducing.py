"""States of an inquiry and of an appointment, and what may be answered to a date."""

from django.db import models


class InquiryState(models.TextChoices):
    """Whether more answers are awaited in an inquiry."""

    OPEN = "open", "お返事待ち"
    CLOSED = "closed", "終わりました"


class InquiryEnd(models.TextChoices):
    """Why nobody more is asked in an inquiry."""

    ENOUGH = "enough", "必要な数がそろいました"
    ANSWERED = "answered", "たずねた団体のお返事がそろいました"
    CLOSED = "closed", "事務局が締め切りました"
    POST_OVER = "post_over", "掲載が終わりました"


class AppointmentState(models.TextChoices):
    PROPOSED = "proposed", "候補日を相談中"
    FIXED = "fixed", "日時が決まりました"
    CANCELLED = "cancelled", "取りやめました"
    REPLACED = "replaced", "候補日を出し直しました"


class Suits(models.TextChoices):
    """Whether a date suits a side."""

    YES = "yes", "○ 行けます"
    MAYBE = "maybe", "△ 調整すれば行けます"
    NO = "no", "× 行けません"

    @property
    def mark(self) -> str:
        """○, △ or × alone."""
        return self.label[0]
