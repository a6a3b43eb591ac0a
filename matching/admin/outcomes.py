"""What came of introductions, and the places where people belong."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from matching.models import Ibasho, Outcome
from tomoiki.workflow.admin import AuditedAdmin, Panel, list_date


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

    @admin.display(description="報告した日", ordering="reported_at")
    def reported(self, obj: Outcome) -> str:
        return list_date(obj.reported_at)

    def get_panels(self, request: HttpRequest, obj: Outcome) -> tuple[Sequence[Panel], Sequence[Panel]]:
        changes = list(obj.ibasho_changes.select_related("ibasho").order_by("pk"))
        return (), [Panel("staff/matching/_ibasho_changes.html", {"changes": changes})] if changes else ()


@admin.register(Ibasho)
class IbashoAdmin(AuditedAdmin[Ibasho]):
    """Staff correct what an ibasho is called and where it is; it comes and goes with reports."""

    list_display = ["name", "organisation", "municipality", "open_days_a_month", "people_a_time"]
    list_filter = [("municipality", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["organisation", "municipality"]
    search_fields = ["name", "organisation__name"]
    ordering = ["name", "pk"]
    fields = ["name", "organisation", "municipality", "who_comes", "open_days_a_month", "people_a_time"]
    readonly_fields = ["organisation"]
    autocomplete_fields = ["municipality"]
    trail_words = {"ibasho.opened": "報告から生まれました"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_panels(self, request: HttpRequest, obj: Ibasho) -> tuple[Sequence[Panel], Sequence[Panel]]:
        changes = list(
            obj.changes.select_related("ibasho", "outcome__introduction").order_by("-outcome__reported_at", "-pk")
        )
        return (), [Panel("staff/matching/_ibasho_changes.html", {"changes": changes})] if changes else ()
