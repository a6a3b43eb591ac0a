"""Lists as files: organisations as a roster that may come back, and people with where they belong."""

from typing import Any

import rules
from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from members.models import Affiliation, Organisation
from members.roster.writing import FORMATS, organisation_rows, people_rows, respond
from members.transitions import record_export
from tomoiki.workflow.admin import TransitionAdmin


class ExportForm(forms.Form):
    """In what form, and whether people's names and addresses come along."""

    format = forms.ChoiceField(
        label="ファイルの種類", choices=list(FORMATS.items()), initial="xlsx", widget=forms.RadioSelect
    )
    personal = forms.BooleanField(
        label="名簿の担当者とメールアドレスも入れる",
        help_text="入れたファイルは、個人情報として扱ってください。だれがいつ書き出したかが記録に残ります。",
        required=False,
    )

    def __init__(self, *args: Any, may_take_people: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_take_people:
            del self.fields["personal"]


class ExportPages(TransitionAdmin):
    """The part of the imports' admin that writes lists out."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<str:what>/", view, name="members_rosterimport_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest, what: str) -> HttpResponseBase:
        """Ask in what form (GET), and give the file (POST), of what the list showed that one came from."""
        user = request.user
        may_take_people = bool(rules.has_perm("members.write_out_people", user))
        allowed = {
            "organisations": bool(rules.has_perm("members.write_out_organisations", user)),
            "people": may_take_people,
        }
        if not allowed.get(what):
            raise PermissionDenied
        queryset = self._chosen(request, Organisation if what == "organisations" else Affiliation)
        count = queryset.count()
        form = ExportForm(
            request.POST if request.method == "POST" else None,
            may_take_people=may_take_people and what == "organisations",
        )
        if request.method == "POST" and form.is_valid():
            personal = what == "people" or form.cleaned_data.get("personal", False)
            record_export(what, count=count, personal=personal, actor=user)  # type: ignore[arg-type]
            headings, rows = (
                organisation_rows(queryset, personal=personal) if what == "organisations" else people_rows(queryset)
            )
            title = "団体の一覧" if what == "organisations" else "担当者の一覧"
            return respond(form.cleaned_data["format"], title, headings, rows)
        return self._form(request, what, form, count)

    def _chosen(self, request: HttpRequest, model: type[Any]) -> Any:
        """What the admin's list shows under the conditions of the address."""
        shown_by = self.admin_site._registry[model]
        try:
            return shown_by.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return shown_by.get_queryset(request)

    def _form(self, request: HttpRequest, what: str, form: ExportForm, count: int) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": "団体の一覧を書き出す" if what == "organisations" else "担当者の一覧を書き出す",
            "opts": self.opts,
            "what": what,
            "form": form,
            "count": count,
            "narrowed": bool(request.GET),
            "media": self.media,
        }
        return TemplateResponse(
            request, "staff/members/roster/export.html", context, status=422 if form.errors else 200
        )
