from django.contrib import admin
from django.http import HttpRequest

from tomoiki.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin[Entry]):
    """Read only: nobody edits the trail."""

    list_display = ["at", "action", "content_type", "object_id", "before", "after", "actor", "system_actor"]
    list_select_related = ["content_type", "actor"]
    list_filter = ["content_type", "action"]
    show_full_result_count = False
    date_hierarchy = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False
