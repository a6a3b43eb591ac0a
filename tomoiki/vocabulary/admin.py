"""The lists that staff edit. A code never changes; what a label said before is kept with its dates."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tomoiki.vocabulary.lists import vocabularies
from tomoiki.vocabulary.models import SynonymGroup, Term, TermRevision
from tomoiki.vocabulary.synonym_forms import SynonymGroupForm
from tomoiki.vocabulary.synonyms import current
from tomoiki.workflow.admin import AuditedAdmin, Panel, SeenVersionForm

#: How many of the words that one finds are shown.
SHOWN_FOUND = 20


def list_choices() -> list[tuple[str, str]]:
    """Every registered list as (code, label)."""
    return [(each.code, each.label) for each in vocabularies]


class ListFilter(admin.SimpleListFilter):
    title = "一覧"
    parameter_name = "vocabulary"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Term]) -> QuerySet[Term]:
        return queryset.filter(vocabulary=self.value()) if self.value() else queryset


class TermForm(SeenVersionForm):
    vocabulary = forms.ChoiceField(label="一覧", choices=list_choices)
    code = forms.SlugField(
        label="コード",
        max_length=60,
        help_text="半角の英小文字・数字・ハイフンで付けてください。あとから変えられません。例：single-parent",
    )

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"]).strip()
        if not label:
            raise ValidationError("表示することばを書いてください。")
        return label


@admin.register(Term)
class TermAdmin(AuditedAdmin[Term]):
    form = TermForm
    list_display = ["label", "list_name", "code", "order", "active"]
    list_filter = [ListFilter, "active"]
    search_fields = ["label", "code"]
    ordering = ["vocabulary", "order", "pk"]
    fieldsets = [
        (
            None,
            {
                "fields": ["vocabulary", "code", "label", "help_text", "order", "active"],
                "description": "表示を変えると、これまでの記録もあたらしいことばで表示されます。意味が変わるときは、"
                "使うのをやめて、新しい選択肢を追加してください。",
            },
        )
    ]
    trail_words = {"term.added": "選択肢を追加しました", "term.edited": "選択肢を直しました"}

    def get_readonly_fields(self, request: HttpRequest, obj: Term | None = None) -> list[str]:
        return ["list_name", "code"] if obj is not None else []

    def get_fieldsets(self, request: HttpRequest, obj: Term | None = None) -> Any:
        (name, options), *_ = super().get_fieldsets(request, obj)
        if obj is None:
            return [(name, options)]
        # The list is told by its Japanese name.
        return [(name, {**options, "fields": ["list_name", *options["fields"][1:]]})]

    def get_form(self, request: HttpRequest, obj: Term | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            for name in ("vocabulary", "code"):
                form.base_fields.pop(name, None)
        return form

    @admin.display(description="一覧", ordering="vocabulary")
    def list_name(self, obj: Term) -> str:
        vocabulary = vocabularies.get(obj.vocabulary)
        return vocabulary.label if vocabulary else obj.vocabulary

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        """Keep the words that are replaced."""
        if change and {"label", "help_text"} & set(form.changed_data):
            before = Term.objects.get(pk=obj.pk)
            TermRevision.objects.create(
                term=before, label=before.label, help_text=before.help_text, replaced_at=timezone.now()
            )
        super().save_model(request, obj, form, change)

    def get_panels(self, request: HttpRequest, obj: Term) -> tuple[Sequence[Panel], Sequence[Panel]]:
        revisions = list(obj.revisions.order_by("-replaced_at", "-pk"))
        return (), [Panel("staff/vocabulary/_revisions.html", {"revisions": revisions})] if revisions else ()


@admin.register(SynonymGroup)
class SynonymGroupAdmin(AuditedAdmin[SynonymGroup]):
    form = SynonymGroupForm
    list_display = ["__str__", "direction", "note", "active"]
    list_filter = ["direction", "active"]
    search_fields = ["words", "note"]
    ordering = ["pk"]
    add_label = "同義語を追加"
    fieldsets = [
        (
            None,
            {
                "fields": ["words", "direction", "note", "active"],
                "description": "掲示板の検索で、ほかの言い方も見つかるようにします。"
                "保存すると、これまでの投稿にも順に反映されます。",
            },
        )
    ]
    trail_words = {"synonymgroup.added": "同義語を追加しました", "synonymgroup.edited": "同義語を直しました"}

    def get_panels(self, request: HttpRequest, obj: SynonymGroup) -> tuple[Sequence[Panel], Sequence[Panel]]:
        """What each word finds now, by this group and all others."""
        synonyms = current()
        found = [(word, synonyms.found_by(word)[:SHOWN_FOUND]) for word in obj.words]
        return (), [Panel("staff/vocabulary/_synonyms_found.html", {"found": found})]
