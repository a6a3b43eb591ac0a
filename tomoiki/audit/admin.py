from django.contrib import admin
from django.http import HttpRequest

from tomoiki.audit.models import Entry
from tomoiki.web.templatetags.ui import ja_datetime


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin[Entry]):
    """Read only: nobody edits the trail."""

    list_display = ["when", "action", "content_type", "object_id", "before", "after", "actor", "system_actor"]
    list_select_related = ["content_type", "actor"]
    list_filter = ["content_type"]
    search_fields = ["=action", "=request_id", "=object_id"]
    search_help_text = "操作（post.publishedなど）、リクエスト番号、対象の番号のどれかを、そのまま入れてください。"
    show_full_result_count = False

    @admin.display(description="日時", ordering="at")
    def when(self, entry: Entry) -> str:
        return ja_datetime(entry.at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False
