"""The roster's imports on the staff's desk: send a file, watch it being checked, look it over, have it saved."""

from collections.abc import Sequence
from typing import Any

import rules
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from members import transitions
from members.admin.claims import ClaimPages
from members.admin.exports import ExportPages
from members.enums import ImportState
from members.models import RosterImport
from members.roster.columns import COLUMNS
from members.roster.example import example_file
from members.roster.reading import MAX_ROWS
from members.roster.writing import XLSX, attachment
from members.transitions.roster import Outcome
from members.workflow import IMPORTS
from tomoiki.files.fields import FileUploadField, TakesUploads
from tomoiki.files.uploads import TABLES
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import Panel, TransitionAdmin, TransitionButton

TONES: dict[str, str] = {
    ImportState.WAITING: "state",
    ImportState.CHECKING: "state",
    ImportState.CHECKED: "warning",
    ImportState.QUEUED: "state",
    ImportState.SAVING: "state",
    ImportState.DONE: "offer",
    ImportState.FAILED: "danger",
    ImportState.CANCELLED: "none",
}
PROBLEMS_PER_PAGE = 50
COUNT_LABELS = (
    (Outcome.CREATED.value, "新しく登録する団体", "新しく登録した団体"),
    (Outcome.UPDATED.value, "内容が変わる団体", "内容が変わった団体"),
    (Outcome.UNCHANGED.value, "同じ内容の団体", "同じ内容だった団体"),
    (Outcome.KEPT.value, "団体の内容を優先する団体", "団体の内容を優先した団体"),
    ("rejected", "取り込めない行", "取り込まなかった行"),
)


class RosterUploadForm(TakesUploads, forms.Form):
    """A file of the roster. What encoding it has and which columns it holds is found out."""

    file = FileUploadField(
        allow=TABLES,
        label="名簿のファイル",
        help_text=f"Excel（.xlsx）かCSV。10MB、{MAX_ROWS:,}行まで。CSVの文字コードは、UTF-8でもShift_JISでもかまいません。",
    )


@admin.register(RosterImport)
class RosterImportAdmin(ClaimPages, ExportPages, TransitionAdmin[RosterImport]):
    workflow = IMPORTS
    state_tones = TONES
    decision_heading = "この名簿をどうしますか"
    add_label = "名簿を取り込む"
    change_list_template = "staff/members/roster/change_list.html"
    list_display = ["when", "file_name", "made_by", "state_shown", "summary"]
    list_filter = ["state"]
    list_select_related = ["file", "made_by"]
    search_fields = ["file__name"]
    search_help_text = "ファイルの名前でさがせます。"
    ordering = ["-created_at", "-pk"]
    tabs = [("確かめるもの", "state__exact=checked"), ("取り込んだもの", "state__exact=done"), ("すべて", "")]
    readonly_fields = ("file_link", "made_by", "when", "checked", "confirmed", "finished")
    fields = readonly_fields
    # A worker writes into the row while it is looked at.
    locks_while_saving = False
    buttons = [
        TransitionButton(
            "confirm",
            "この内容で取り込む",
            transitions.confirm_roster_import,
            "members.confirm_rosterimport",
            next="まとめて一度に保存します。団体へのメールは送りません。取り込めない行は、飛ばします。",
            done="取り込みを始めました。終わるまで、この画面を閉じてもかまいません。",
            icon="check",
            confirm=True,
            shown=lambda job: bool(job.count("created") or job.count("updated")),
        ),
        TransitionButton(
            "cancel",
            "取り込まずに終える",
            transitions.cancel_roster_import,
            "members.cancel_rosterimport",
            next="何も保存しません。直したファイルは、あらためて送ってください。",
            done="取り込まずに終えました。何も保存していません。",
            tone="secondary",
            icon="x",
            # While a worker has it, it ends by itself within a minute.
            shown=lambda job: job.state != ImportState.CHECKING,
        ),
    ]
    trail_words = {
        "rosterimport.started": "ファイルを送りました",
        "rosterimport.taken": "処理を始めました",
        "rosterimport.taken_over": "止まっていた処理を引き継ぎました",
        "rosterimport.checked": "確認が終わりました",
        "rosterimport.confirmed": "取り込みを決めました",
        "rosterimport.changed_meanwhile": "登録の内容が変わっていたので、確認し直しました",
        "rosterimport.done": "取り込みました",
        "rosterimport.failed": "取り込めませんでした",
        "rosterimport.cancelled": "取り込まずに終えました",
    }

    class Media:
        css = {"all": ["css/pages/roster.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterImport]:
        queryset = super().get_queryset(request)
        # The list needs none of the large columns.
        name = getattr(request.resolver_match, "url_name", "") or ""
        return queryset.defer("problems", "preview", "notes") if name.endswith("_changelist") else queryset

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(rules.has_perm("members.start_rosterimport", request.user))

    def has_change_permission(self, request: HttpRequest, obj: RosterImport | None = None) -> bool:
        """Nobody edits one: it changes by its buttons and its worker."""
        return False

    def get_urls(self) -> list[URLPattern]:
        guard, name = self.admin_site.admin_view, "members_rosterimport"
        return [
            path("<int:pk>/progress/", guard(self.progress_view), name=f"{name}_progress"),
            path("example/", guard(self.example_view), name=f"{name}_example"),
            path("help/", guard(self.help_view), name=f"{name}_help"),
            *super().get_urls(),
        ]

    # --- sending a file ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RosterUploadForm(uploader=request.user)
        if request.method == "POST":
            form = RosterUploadForm(request.POST, request.FILES, uploader=request.user)
            if form.is_valid():
                job = transitions.start_roster_import(form.cleaned_data["file"], actor=request.user)  # type: ignore[arg-type]
                messages.success(request, "ファイルを受け取りました。内容を確かめています。まだ何も保存していません。")
                return redirect(self.change_url(job))
        context = {
            **self.admin_site.each_context(request),
            "title": "名簿を取り込む",
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request, "staff/members/roster/upload.html", context, status=422 if form.errors else 200
        )

    def example_view(self, request: HttpRequest) -> HttpResponse:
        """A roster with our headings and two lines, to begin with."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return attachment(HttpResponse(example_file(), content_type=XLSX), "名簿の記入例.xlsx")

    def help_view(self, request: HttpRequest) -> HttpResponse:
        """What may stand in a roster, column by column."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "名簿の書き方",
            "opts": self.opts,
            "columns": COLUMNS,
            "max_rows": MAX_ROWS,
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "staff/members/roster/help.html", context)

    # --- one import ---

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that is asked for again and again while a worker is busy."""
        job = self.get_object(request, str(pk))
        if job is None:
            raise Http404
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        response = TemplateResponse(request, "staff/members/roster/_progress.html", {"job": job})
        if not job.goes_on:
            response.headers["HX-Refresh"] = "true"
        response.headers["Cache-Control"] = "no-store"
        return response

    def get_panels(self, request: HttpRequest, obj: RosterImport) -> tuple[Sequence[Panel], Sequence[Panel]]:
        if obj.goes_on:
            return [Panel("staff/members/roster/_progress_panel.html", {"job": obj})], ()
        above = [Panel("staff/members/roster/_result.html", {"job": obj, "rows": self._counts(obj)})]
        if obj.preview:
            above.append(Panel("staff/members/roster/_changes.html", _changes(obj)))
        if obj.problems:
            page = Paginator(obj.problems, PROBLEMS_PER_PAGE).get_page(request.GET.get("page"))
            above.append(Panel("staff/members/roster/_problems.html", {"job": obj, "page": page}))
        return above, ()

    @staticmethod
    def _counts(job: RosterImport) -> list[tuple[str, int]]:
        done = job.state == ImportState.DONE
        return [(after if done else before, job.count(name)) for name, before, after in COUNT_LABELS]

    def get_facts(self, obj: RosterImport) -> Sequence[tuple[str, Any]]:
        return [("ファイル", obj.file.name), *((label, f"{number:,}件") for label, number in self._counts(obj))]

    @admin.display(description="送った日時", ordering="created_at")
    def when(self, obj: RosterImport) -> str:
        return ja_datetime(obj.created_at)

    @admin.display(description="ファイル")
    def file_name(self, obj: RosterImport) -> str:
        return obj.file.name

    @admin.display(description="ファイル")
    def file_link(self, obj: RosterImport) -> SafeString:
        return format_html('<a href="{}">{}</a>', obj.file.url, obj.file.name)

    @admin.display(description="内訳")
    def summary(self, obj: RosterImport) -> str:
        if obj.state == ImportState.FAILED:
            return obj.failure
        shown = (("新しく", "created"), ("変更", "updated"), ("取り込めない行", "rejected"))
        return "、".join(f"{label} {obj.count(name):,}件" for label, name in shown if obj.count(name))

    @admin.display(description="確認が終わった日時")
    def checked(self, obj: RosterImport) -> str:
        return ja_datetime(obj.checked_at)

    @admin.display(description="取り込みを決めた人と日時")
    def confirmed(self, obj: RosterImport) -> str:
        return f"{obj.confirmed_by} {ja_datetime(obj.confirmed_at)}" if obj.confirmed_by else ""

    @admin.display(description="終わった日時")
    def finished(self, obj: RosterImport) -> str:
        return ja_datetime(obj.finished_at)


def _changes(job: RosterImport) -> dict[str, Any]:
    shown = {outcome.value: [each for each in job.preview if each["outcome"] == outcome] for outcome in Outcome}
    return {
        "job": job,
        "updated": shown[Outcome.UPDATED],
        "created": shown[Outcome.CREATED],
        "kept": shown[Outcome.KEPT],
        "more_updated": job.count("updated") - len(shown[Outcome.UPDATED]),
        "more_created": job.count("created") - len(shown[Outcome.CREATED]),
        "more_kept": job.count("kept") - len(shown[Outcome.KEPT]),
    }
