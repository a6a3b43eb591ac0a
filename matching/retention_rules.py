"""What this app forgets when it has been kept for long enough."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from matching.enums import IntroductionState
from matching.enums.pro_bono import SETTLED_PRO_BONO, ProBonoState
from matching.models import OfflineResponse, ProBonoApplication
from matching.transitions import forget_application, forget_offline_response
from tomoiki.web.lifecycle import RetentionRule, retention_rules


def _never_settled(before: datetime) -> Iterable[int]:
    rows = OfflineResponse.objects.waiting().filter(created_at__lt=before)
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


retention_rules.register(
    RetentionRule(
        "offline_responses",
        label="電話や紙で届いたお申し出で、済みになっていないもの",
        help_text="控えた日から数えます。過ぎると、お名前、連絡先、お話の内容を消します。件数は残ります。",
        default_months=6,
        due=_never_settled,
        erase=lambda pk, actor: forget_offline_response(pk, actor=actor),
        order=86,
    )
)


def _settled_colleagues(before: datetime) -> Iterable[int]:
    settled = Q(state__in=SETTLED_PRO_BONO, settled_at__lt=before)
    # Nobody answered them, or said that it was over: the call and the introduction were, long ago.
    day = timezone.localdate(before)
    unanswered = Q(state=ProBonoState.APPLIED) & (Q(call__closed_at__lt=before) | Q(call__closes_on__lt=day))
    done = Q(
        state=ProBonoState.PUT_FORWARD,
        own_name_since=None,
        introduction__state=IntroductionState.COMPLETED,
        introduction__ended_at__lt=before,
    )
    rows = ProBonoApplication.objects.filter(settled | unanswered | done).exclude(email="")
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


retention_rules.register(
    RetentionRule(
        "pro_bono_applications",
        label="終わった社内募集の申し込み",
        help_text="見送り、または活動の終わりの日から（お返事のないままの方は、募集の終わりの日から）数えます。過ぎると、お名前、連絡先、ひとことを消します。"
        "活動した時間は、だれのものか分からない形で残ります。",
        default_months=6,
        due=_settled_colleagues,
        erase=lambda pk, actor: forget_application(pk, actor=actor),
        order=87,
    )
)
