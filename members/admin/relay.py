"""The groups of all desks, to be looked up: the desks themselves keep their lists."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from members.models import RelayedGroup
from members.models.relay import RelayedGroupQuerySet
from tomoiki.workflow.admin import AuditedAdmin


@admin.register(RelayedGroup)
class RelayedGroupAdmin(AuditedAdmin[RelayedGroup]):
    list_display = ["name", "kind_shown", "desk", "municipality", "district", "active"]
    list_filter = ["active", "municipality"]
    list_select_related = ["desk", "municipality"]
    search_fields = ["name", "name_kana", "district", "desk__name"]
    search_help_text = "団体の名前、フリガナ、地区、窓口の名前でさがせます。"
    ordering = ["-created_at", "-pk"]
    readonly_fields = (
        "name",
        "name_kana",
        "kind_shown",
        "desk",
        "municipality",
        "district",
        "contact_name",
        "contact_phone",
        "note",
        "active",
    )
    fields = readonly_fields
    trail_words = {
        "relayedgroup.added": "一覧に加えました",
        "relayedgroup.edited": "内容を直しました",
        "relayedgroup.retired": "一覧から外しました",
        "relayedgroup.restored": "一覧に戻しました",
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelayedGroup]:
        found: RelayedGroupQuerySet = super().get_queryset(request)  # type: ignore[assignment]
        return found.for_showing()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RelayedGroup | None = None) -> bool:
        return False

    @admin.display(description="種類", ordering="kind")
    def kind_shown(self, obj: RelayedGroup) -> str:
        return obj.kind_label
