"""What universities and media bring to the office's desk, and what banks passed on."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from matching.enums.doors import ApproachState
from matching.forms.doors import SettleForm
from matching.models import Approach
from matching.transitions import settle_approach
from matching.workflow import APPROACHES
from tomoiki.workflow.admin import TransitionAdmin, TransitionButton, list_date


@admin.register(Approach)
class ApproachAdmin(TransitionAdmin[Approach]):
    """Read, answered and put away here; what a bank passed on is only read."""

    workflow = APPROACHES
    decision_heading = "この申し出に"
    buttons: ClassVar[Sequence[TransitionButton]] = (
        TransitionButton(
            name="settle",
            label="お返事して済みにする",
            run=settle_approach,
            permission="matching.settle_approach",
            next="申し出た団体の担当者に、結果とお返事が届きます。",
            done="お返事を送り、済みにしました。",
            icon="send",
            form=SettleForm,
        ),
    )
    state_tones: ClassVar[Mapping[str, str]] = {ApproachState.WAITING: "warning", ApproachState.SETTLED: "state"}
    trail_words: ClassVar[Mapping[str, str]] = {
        "approach.made": "届きました",
        "approach.settled": "お返事して済みにしました",
    }
    tabs: ClassVar[Sequence[tuple[str, str]]] = (
        ("お返事待ち", "state__exact=waiting"),
        ("済み", "state__exact=settled"),
        ("金融機関の紹介", "state__exact=passed"),
        ("すべて", ""),
    )
    list_display = ("kind", "organisation", "about", "made_on", "state_shown")
    list_filter = ("state", "kind")
    search_fields = ("organisation__name", "message")
    list_select_related = ("organisation", "post", "story")
    ordering = ("-created_at", "-pk")
    fields = (
        "kind",
        "organisation",
        "made_by",
        "about",
        "message",
        "deadline",
        "client",
        "agreed_by",
        "agreed_on",
        "made_on",
        "result",
        "answer",
        "settled_at",
        "settled_by",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approach]:
        related = ("organisation", "post", "story", "client", "made_by", "settled_by")
        return super().get_queryset(request).select_related(*related)

    @admin.display(description="何について")
    def about(self, obj: Approach) -> str:
        return str(obj.post or obj.story or "コンソーシアムへ")

    @admin.display(description="届いた日", ordering="created_at")
    def made_on(self, obj: Approach) -> str:
        return list_date(obj.created_at)

    def get_facts(self, obj: Approach) -> Sequence[tuple[str, Any]]:
        return [
            ("申し出", obj.get_kind_display()),
            ("団体", obj.organisation),
            ("何について", self.about(obj)),
            ("内容", obj.message),
        ]
