"""Uploads, to be looked at: who sent what and when. They come and go with the things that refer to them."""

from django.contrib import admin
from django.http import HttpRequest

from tomoiki.files.models import StoredFile
from tomoiki.web.templatetags.ui import file_size, ja_datetime
from tomoiki.workflow.admin import AuditedAdmin


@admin.register(StoredFile)
class StoredFileAdmin(AuditedAdmin[StoredFile]):
    list_display = ["name", "kind", "how_big", "sender", "sent"]
    list_filter = ["kind"]
    list_select_related = ["uploaded_by"]
    search_fields = ["name"]
    ordering = ["-created_at", "-pk"]
    readonly_fields = (
        "name",
        "kind",
        "content_type",
        "how_big",
        "sender",
        "sent",
    )
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False

    @admin.display(description="大きさ", ordering="size")
    def how_big(self, obj: StoredFile) -> str:
        return file_size(obj.size)

    @admin.display(description="送った人")
    def sender(self, obj: StoredFile) -> str:
        return str(obj.uploaded_by) if obj.uploaded_by else ""

    @admin.display(description="送った日時", ordering="created_at")
    def sent(self, obj: StoredFile) -> str:
        return ja_datetime(obj.created_at)
