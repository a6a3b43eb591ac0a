"""Terms and privacy notices: a new version is prepared, looked over, published; who agreed to what and when."""

from collections.abc import Sequence
from typing import Any

import rules
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from members import transitions
from members.admin.files import xlsx
from members.document_changes import changes_between, share_gone
from members.enums import ConsentKind
from members.models import Consent, ConsentDocument
from members.notices.consents import DocumentPublished
from tomoiki.audit import trail as audit
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import (
    AuditedAdmin,
    Panel,
    SeenVersionForm,
    TransitionAdmin,
    TransitionButton,
    state_chip,
)

#: From which part on, of the text before, staff are asked whether it should really go.
MUCH = 0.5


class ConsentDocumentForm(SeenVersionForm):
    def clean_in_force_from(self) -> Any:
        moment = self.cleaned_data["in_force_from"]
        if moment is not None and moment <= timezone.now():
            raise ValidationError("これからの日時にしてください。知らせるために、余裕をもった日がよいでしょう。")
        return moment


@admin.register(ConsentDocument)
class ConsentDocumentAdmin(TransitionAdmin[ConsentDocument]):
    """Versions of the terms. What people agreed to must stay what they read."""

    form = ConsentDocumentForm
    change_list_template = "staff/members/consentdocument_list.html"
    decision_heading = "この版をどうしますか"
    list_display = ["__str__", "standing", "from_when", "agreed"]
    list_filter = ["kind"]
    ordering = ["kind", "-in_force_from", "-pk"]
    fields = ["kind", "version", "summary", "body", "in_force_from"]
    buttons = [
        TransitionButton(
            "publish",
            "この版を公表する",
            transitions.publish_consent_document,
            "members.publish_consentdocument",
            next="登録している方みなさんにメールでお知らせし、だれでも読めるようになります。公表したあとは直せません。",
            done="公表しました。登録している方へのお知らせを、順に送ります。",
            icon="send",
            confirm=True,
            shown=lambda document: document.published_at is None,
        )
    ]
    trail_words = {
        "consentdocument.added": "新しい版を用意しました",
        "consentdocument.edited": "版を直しました",
        "consentdocument.published": "公表しました",
    }

    def get_form(
        self, request: HttpRequest, obj: ConsentDocument | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "summary" in form.base_fields:
            form.base_fields["summary"].help_text = (
                "どこがどう変わるかを、やさしい言葉で書いてください。"
                "お知らせのメールと、同意をおたずねする画面に載ります。"
            )
            form.base_fields["body"].widget = forms.Textarea(attrs={"rows": 24})
        return form

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with one way to the next version of each text."""
        add = reverse("admin:members_consentdocument_add")
        ways = [{"label": f"{kind.label}の次の版を作る", "url": f"{add}?kind={kind}"} for kind in ConsentKind]
        return super().changelist_view(request, {"next_versions": ways, **(extra_context or {})})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A next version begins with the text of the newest one: what is not changed on purpose stays."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        newest = ConsentDocument.objects.published().filter(kind=initial.get("kind", ""))
        body = newest.order_by("-in_force_from", "-pk").values_list("body", flat=True).first()
        return {**initial, "body": body} if body is not None else initial

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentDocument]:
        return super().get_queryset(request).annotate(consents=Count("consent"))

    def has_change_permission(self, request: HttpRequest, obj: ConsentDocument | None = None) -> bool:
        if obj is not None and obj.published_at is not None:
            return False
        return super().has_change_permission(request, obj)

    def get_state_chip(self, obj: ConsentDocument) -> SafeString:
        return state_chip(*_standing(obj))

    def get_facts(self, obj: ConsentDocument) -> Sequence[tuple[str, Any]]:
        return [
            ("種類", obj.get_kind_display()),
            ("版", obj.version),
            ("効力が始まる日時", ja_datetime(obj.in_force_from)),
            ("お知らせする人数", f"{DocumentPublished.untold(obj).count():,}人"),
            ("変わるところ", obj.summary or "（書いてありません）"),
        ]

    def get_panels(self, request: HttpRequest, obj: ConsentDocument) -> tuple[Sequence[Panel], Sequence[Panel]]:
        previous = obj.previous()
        if previous is None:
            return (), [Panel("staff/members/_document.html", {"document": obj})]
        return [_changes(previous, obj)], [Panel("staff/members/_document.html", {"document": obj})]

    def get_transition_panels(
        self, request: HttpRequest, obj: ConsentDocument, button: TransitionButton
    ) -> Sequence[Panel]:
        previous = obj.previous()
        return [] if previous is None else [_changes(previous, obj)]

    @admin.display(description="状態")
    def standing(self, obj: ConsentDocument) -> SafeString:
        return self.get_state_chip(obj)

    @admin.display(description="効力が始まる日時", ordering="in_force_from")
    def from_when(self, obj: ConsentDocument) -> str:
        return ja_datetime(obj.in_force_from)

    @admin.display(description="同意した人", ordering="consents")
    def agreed(self, obj: Any) -> str:
        return f"{obj.consents:,}人"


def _changes(previous: ConsentDocument, document: ConsentDocument) -> Panel:
    """What is new; said plainly when most of the text before would go, as after an empty form was filled in."""
    changes = changes_between(previous.body, document.body)
    mostly_gone = document.published_at is None and share_gone(previous.body, changes) > MUCH
    context = {"previous": previous, "changes": changes, "mostly_gone": mostly_gone}
    return Panel("staff/members/_document_changes.html", context)


def _standing(document: ConsentDocument) -> tuple[str, str]:
    if document.published_at is None:
        return "準備中", "warning"
    return ("公表済み（効力あり）", "offer") if document.is_in_force else ("公表済み（これから）", "state")


@admin.register(Consent)
class ConsentAdmin(AuditedAdmin[Consent]):
    change_list_template = "staff/members/consent_list.html"
    list_display = ["user", "document", "when"]
    list_select_related = ["user", "document"]
    list_filter = ["document__kind", "document"]
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

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.export_view))
        return [path("export/", view, name="members_consent_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_export = rules.has_perm("members.export_consents", request.user)
        return super().changelist_view(request, {"may_export": may_export, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Who agreed to what and when, as a list for Excel. A POST, as the trail keeps that it was taken out."""
        if not self.has_view_permission(request) or not rules.has_perm("members.export_consents", request.user):
            raise PermissionDenied
        rows = Consent.objects.select_related("user", "document").order_by("-given_at", "-pk")
        listed = [
            (
                each.user_id,
                str(each.user),
                "" if each.user.anonymised_at else each.user.email,
                each.document.get_kind_display(),
                each.document.version,
                each.given_at,
            )
            for each in rows.iterator(chunk_size=2_000)
        ]
        with transaction.atomic():
            audit.record(
                request.user,  # type: ignore[arg-type]
                "consents.exported",
                actor=request.user,  # type: ignore[arg-type]
                codes={"rows": len(listed)},
            )
        headings = ["人の番号", "お名前", "メールアドレス", "種類", "版", "同意した日時"]
        return xlsx("規約への同意", headings, listed)
