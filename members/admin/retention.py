"""For how long data is kept: one row for each sort, whose months staff set."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from members.models import RetentionPeriod
from members.retention import MONTHS, rule_of, span
from members.transitions import set_retention_period
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import AuditedAdmin, SeenVersionForm


class PeriodForm(SeenVersionForm):
    months = forms.IntegerField(
        label="保存する期間（か月）",
        min_value=MONTHS[0],
        max_value=MONTHS[1],
        help_text="1年は12か月です。短くすると、過ぎているものは次の夜に消え、元には戻せません。",
    )


@admin.register(RetentionPeriod)
class RetentionPeriodAdmin(AuditedAdmin[RetentionPeriod]):
    """Rows come from the registered rules; staff neither add nor remove any."""

    form = PeriodForm
    list_display = ["what", "kept", "changed"]
    ordering = ["pk"]
    fields = ["what", "explained", "months", "changed"]
    readonly_fields = ["what", "explained", "changed"]
    trail_words = {"retentionperiod.set": "保存期間を変えました"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RetentionPeriod]:
        return super().get_queryset(request).order_by("pk")

    @admin.display(description="対象")
    def what(self, obj: RetentionPeriod) -> str:
        rule = rule_of(obj)
        return rule.label if rule else obj.rule

    @admin.display(description="説明")
    def explained(self, obj: RetentionPeriod) -> str:
        rule = rule_of(obj)
        return rule.help_text if rule else "いまは使われていません。"

    @admin.display(description="期間", ordering="months")
    def kept(self, obj: RetentionPeriod) -> str:
        return span(obj.months)

    @admin.display(description="変えた日時", ordering="updated_at")
    def changed(self, obj: RetentionPeriod) -> str:
        return ja_datetime(obj.updated_at)

    def save_model(self, request: HttpRequest, obj: RetentionPeriod, form: Any, change: bool) -> None:
        set_retention_period(obj.pk, months=form.cleaned_data["months"], actor=request.user)  # type: ignore[arg-type]

    def log_change(self, request: HttpRequest, obj: RetentionPeriod, message: Any) -> Any:
        """The transition has recorded it."""
