"""What came of introductions, and the places where people belong."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from matching.models import Ibasho, Outcome, WelcomeConfirmation
from matching.transitions.welcome import end_words
from tomoiki.workflow.admin import AuditedAdmin, Panel, TransitionAdmin, TransitionButton, list_date, state_chip


@admin.register(Outcome)
class OutcomeAdmin(AuditedAdmin[Outcome]):
    """Read only: a report is its writer's own."""

    list_display = ["subject", "reporter", "result", "people_reached", "welcome", "again", "reported"]
    list_filter = ["result", "welcome", "again"]
    list_select_related = ["introduction__post", "participant__organisation", "participant__group", "participant__desk"]
    search_fields = ["introduction__post__title", "participant__organisation__name"]
    ordering = ["-reported_at", "-pk"]
    readonly_fields = (
        "introduction",
        "reporter",
        "reported_by",
        "reported",
        "result",
        "story",
        "amount",
        "people_reached",
        "welcome",
        "again",
        "story_link",
    )
    fields = readonly_fields
    trail_words = {"outcome.reported": "報告しました"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Outcome | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outcome]:
        related = (
            "introduction__post",
            "participant__organisation",
            "participant__group",
            "participant__desk",
            "reported_by",
        )
        return super().get_queryset(request).select_related(*related)

    @admin.display(description="おつなぎ", ordering="introduction__post__title")
    def subject(self, obj: Outcome) -> str:
        return obj.introduction.post.title

    @admin.display(description="報告した団体", ordering="participant__organisation__name")
    def reporter(self, obj: Outcome) -> str:
        return obj.participant.own_label

    @admin.display(description="実際の数")
    def amount(self, obj: Outcome) -> str:
        return "" if obj.quantity is None else f"{obj.quantity:,}{obj.get_unit_display()}"

    @admin.display(description="共創事例")
    def story_link(self, obj: Outcome) -> SafeString:
        """A story begins with the words of all sides; it is published with everybody's consent only."""
        url = f"{reverse('stories:new')}?from=introduction-{obj.introduction_id}"
        return format_html('<a class="button button--secondary" href="{}">この取り組みの事例を書く</a>', url)

    @admin.display(description="報告した日", ordering="reported_at")
    def reported(self, obj: Outcome) -> str:
        return list_date(obj.reported_at)

    def get_panels(self, request: HttpRequest, obj: Outcome) -> tuple[Sequence[Panel], Sequence[Panel]]:
        changes = list(obj.ibasho_changes.select_related("ibasho").order_by("pk"))
        return (), [Panel("staff/matching/_ibasho_changes.html", {"changes": changes})] if changes else ()


@admin.register(Ibasho)
class IbashoAdmin(AuditedAdmin[Ibasho]):
    """Staff correct what an ibasho is called and where it is; it comes and goes with reports."""

    list_display = ["name", "organisation", "municipality", "open_days_a_month", "people_a_time", "closed"]
    list_filter = [
        ("municipality", admin.RelatedOnlyFieldListFilter),
        ("closed_on", admin.EmptyFieldListFilter),
        "organisation__kind",
    ]
    list_select_related = ["organisation", "municipality"]
    search_fields = ["name", "organisation__name"]
    ordering = ["name", "pk"]
    fields = [
        "name",
        "organisation",
        "municipality",
        "address",
        "who_comes",
        "opened_on",
        "open_days_a_month",
        "people_a_time",
        "closed",
        "pages",
    ]
    # Numbers have a history, and are written on the ibasho's own page.
    readonly_fields = ["organisation", "open_days_a_month", "people_a_time", "closed", "pages"]
    autocomplete_fields = ["municipality"]
    trail_words = {
        "ibasho.opened": "登録しました",
        "ibasho.edited": "内容を直しました",
        "ibasho.measured": "日数と人数を記録しました",
        "ibasho.closed": "閉じました",
        "ibasho.reopened": "もう一度開きました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_panels(self, request: HttpRequest, obj: Ibasho) -> tuple[Sequence[Panel], Sequence[Panel]]:
        changes = list(
            obj.changes.select_related("ibasho", "outcome__introduction").order_by("-outcome__reported_at", "-pk")
        )
        return (), [Panel("staff/matching/_ibasho_changes.html", {"changes": changes})] if changes else ()

    @admin.display(description="閉じた日", ordering="closed_on")
    def closed(self, obj: Ibasho) -> str:
        return list_date(obj.closed_on)

    @admin.display(description="記録と来る人の声")
    def pages(self, obj: Ibasho) -> SafeString:
        return format_html('<a href="{}">日数と人数の記録、アンケートを見る</a>', obj.get_absolute_url())


@admin.register(WelcomeConfirmation)
class WelcomeConfirmationAdmin(TransitionAdmin[WelcomeConfirmation]):
    """Read only: thanks are their writer's own. The office may take words out of use."""

    list_display = ["subject", "said_by", "welcome", "use", "confirmed"]
    list_filter = ["welcome", "may_be_used", "channel"]
    list_select_related = ["introduction__post", "participant__organisation", "participant__group", "participant__desk"]
    search_fields = ["introduction__post__title", "participant__organisation__name"]
    ordering = ["-confirmed_at", "-pk"]
    readonly_fields = ("introduction", "said_by", "welcome", "words", "use", "channel", "received_on", "confirmed")
    fields = readonly_fields
    decision_heading = "このことばについて"
    buttons = [
        TransitionButton(
            "end_words",
            "紹介をとめる",
            end_words,
            "matching.end_words",
            next="相手の団体に、もう紹介できないことをお知らせします。",
            done="紹介をとめ、相手の団体にお知らせしました。",
            tone="danger",
            confirm=True,
            shown=lambda confirmation: confirmation.may_be_used,
        )
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: WelcomeConfirmation | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[WelcomeConfirmation]:
        related = (
            "introduction__post",
            "participant__organisation__municipality",
            "participant__group",
            "participant__desk",
        )
        return super().get_queryset(request).select_related(*related)

    def get_state_chip(self, obj: WelcomeConfirmation) -> SafeString:
        return state_chip(obj.get_welcome_display(), "offer" if obj.is_for_givers else "warning")

    @admin.display(description="おつなぎ", ordering="introduction__post__title")
    def subject(self, obj: WelcomeConfirmation) -> str:
        return obj.introduction.post.title

    @admin.display(description="受けとった側", ordering="participant__organisation__name")
    def said_by(self, obj: WelcomeConfirmation) -> str:
        return obj.participant.own_label

    @admin.display(description="ことばの紹介")
    def use(self, obj: WelcomeConfirmation) -> str:
        return obj.quote or ("許可なし" if obj.words else "")

    @admin.display(description="答えた日", ordering="confirmed_at")
    def confirmed(self, obj: WelcomeConfirmation) -> str:
        return list_date(obj.confirmed_at)
