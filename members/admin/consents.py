"""Terms and privacy notices: a new version is added, one in force is never changed; consents are read only."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from members.models import Consent, ConsentDocument
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import AuditedAdmin, SeenVersionForm


class ConsentDocumentForm(SeenVersionForm):
    def clean_in_force_from(self) -> Any:
        moment = self.cleaned_data["in_force_from"]
        if moment is not None and moment <= timezone.now():
            raise ValidationError("これからの日時にしてください。知らせるために、余裕をもった日がよいでしょう。")
        return moment


@admin.register(ConsentDocument)
class ConsentDocumentAdmin(AuditedAdmin[ConsentDocument]):
    """Versions of the terms. What people agreed to must stay what they read."""

    form = ConsentDocumentForm
    list_display = ["__str__", "from_when"]
    list_filter = ["kind"]
    ordering = ["kind", "-in_force_from", "-pk"]
    fields = ["kind", "version", "body", "in_force_from"]
    trail_words = {"consentdocument.added": "新しい版を用意しました", "consentdocument.edited": "版を直しました"}

    def has_change_permission(self, request: HttpRequest, obj: ConsentDocument | None = None) -> bool:
        if obj is not None and obj.in_force_from <= timezone.now():
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description="効力が始まる日時", ordering="in_force_from")
    def from_when(self, obj: ConsentDocument) -> str:
        return ja_datetime(obj.in_force_from)


@admin.register(Consent)
class ConsentAdmin(AuditedAdmin[Consent]):
    list_display = ["user", "document", "when"]
    list_select_related = ["user", "document"]
    list_filter = ["document__kind"]
    search_fields = ["user__name", "user__email"]
    ordering = ["-given_at", "-pk"]
    readonly_fields = (
        "user",
        "document",
        "when",
    )
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        return False

    @admin.display(description="同意した日時", ordering="given_at")
    def when(self, obj: Consent) -> str:
        return ja_datetime(obj.given_at)
