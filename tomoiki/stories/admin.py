"""Stories on the staff's desk: read with everybody's consent beside them, published and taken down."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tomoiki.stories import transitions
from tomoiki.stories.enums import StoryState
from tomoiki.stories.models import Story
from tomoiki.stories.workflow import STORIES
from tomoiki.workflow.admin import Panel, TransitionAdmin, TransitionButton, list_date


class ReadyFilter(admin.SimpleListFilter):
    """Everybody agreed, and it waits for the office."""

    title = "同意"
    parameter_name = "ready"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "同意がそろい、公開を待つもの")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Story]) -> QuerySet[Story]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=Story.objects.waiting_for_publication().values("pk"))


class WithdrawForm(forms.Form):
    """Why the office takes a story down."""

    message = forms.CharField(
        label="出てくる団体に伝えること",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="この文章が、そのまま相手に届きます。",
    )


@admin.register(Story)
class StoryAdmin(TransitionAdmin[Story]):
    """Nothing of a story is written here: staff write it on the same form as everybody."""

    workflow = STORIES
    state_tones = {
        StoryState.ASKING_CONSENT: "warning",
        StoryState.PUBLISHED: "offer",
        StoryState.WITHDRAWN: "danger",
    }
    decision_heading = "この事例をどうしますか"
    list_display = ["title", "written_by", "state_shown", "asked", "published"]
    list_filter = ["state", ReadyFilter]
    list_select_related = ["organisation"]
    search_fields = ["title", "organisation__name", "partners__organisation__name"]
    ordering = ["-created_at", "-pk"]
    tabs = [
        ("公開を待つもの", "ready=yes"),
        ("同意をうかがい中", "state__exact=asking_consent"),
        ("公開中", "state__exact=published"),
        ("すべて", ""),
    ]
    readonly_fields = ("written_by", "author", "version", "asked", "published", "pages")
    fields = readonly_fields
    trail_words = {
        "story.drafted": "書き始めました",
        "story.edited": "内容を直しました",
        "story.consent_asked": "同意をうかがいました",
        "story.consented": "団体が同意しました",
        "story.refused": "団体が直してほしいと答えました",
        "story.published": "公開しました",
        "story.consent_withdrawn": "団体が同意を取り消しました",
        "story.person_withdrew": "出てくる方が同意を取り消しました",
        "story.withdrawn": "公開をやめました",
    }
    buttons = [
        TransitionButton(
            "publish",
            "公開する",
            transitions.publish_story,
            "stories.publish_story",
            next="すぐにどなたでも読めるようになり、出てくる団体にお知らせします。",
            done="公開し、出てくる団体にお知らせしました。",
            icon="check",
            shown=lambda story: story.everybody_agreed(),
        ),
        TransitionButton(
            "ask_consent",
            "みなさんに同意をうかがう",
            transitions.ask_consent,
            "stories.ask_consent",
            next="出てくる団体すべての担当者に、メールでお願いします。",
            done="同意をうかがいました。",
            icon="send",
            confirm=True,
        ),
        TransitionButton(
            "withdraw",
            "公開をやめる",
            transitions.withdraw_story,
            "stories.withdraw_story",
            next="公開のページからすぐに消え、うかがっていた団体にお知らせします。",
            done="公開をやめました。",
            tone="danger",
            icon="x",
            form=WithdrawForm,
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        return super().get_queryset(request).select_related("organisation", "author")

    @admin.display(description="書いている団体", ordering="organisation__name")
    def written_by(self, obj: Story) -> str:
        return obj.organisation.name if obj.organisation else "事務局"

    @admin.display(description="同意をうかがった日", ordering="asked_at")
    def asked(self, obj: Story) -> str:
        return list_date(obj.asked_at)

    @admin.display(description="公開した日", ordering="published_at")
    def published(self, obj: Story) -> str:
        return list_date(obj.published_at)

    @admin.display(description="内容")
    def pages(self, obj: Story) -> SafeString:
        return format_html(
            '<a href="{}">できあがりを見る</a>　<a href="{}">内容を直す</a>',
            reverse("stories:preview", args=[obj.pk]),
            reverse("stories:edit", args=[obj.pk]),
        )

    def get_panels(self, request: HttpRequest, obj: Story) -> tuple[Sequence[Panel], Sequence[Panel]]:
        story = Story.objects.whole().get(pk=obj.pk)
        return [Panel("staff/stories/_consents.html", {"story": story})], [
            Panel("staff/stories/_text.html", {"story": story})
        ]
