"""Posts on the staff's desk: checked, published, sent back; and changes to published ones."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.safestring import SafeString

from matching.admin.introducing import IntroducesPosts
from matching.admin.proposal import ProposesAcrossBoard
from matching.candidates import needs_without_partner
from matching.cards import fact_rows
from matching.enums import Direction, PostState, RevisionState
from matching.models import Introduction, Participant, Post, PostRevision
from matching.pointing_out import pointed_out_in, texts_in
from matching.post_search import search_anywhere
from matching.revisions import differences
from matching.transitions.posts import publish_post, return_post, take_down_post
from matching.transitions.revisions import accept_revision, refuse_revision
from matching.workflow import POSTS, REVISIONS
from tomoiki.vocabulary.lists import labels
from tomoiki.web.pointing_out import PointedOut, point_out
from tomoiki.web.templatetags.ui import ja_date
from tomoiki.workflow.admin import MessageForm, Panel, TransitionAdmin, TransitionButton, list_date, state_chip

POST_TONES: dict[str, str] = {
    PostState.SUBMITTED: "warning",
    PostState.RETURNED: "state",
    PostState.PUBLISHED: "offer",
    PostState.PAUSED: "state",
    PostState.TAKEN_DOWN: "danger",
}
REVISION_TONES: dict[str, str] = {RevisionState.PROPOSED: "warning", RevisionState.ACCEPTED: "offer"}


class PartnerFilter(admin.SimpleListFilter):
    """Needs that nobody is being brought together with."""

    title = "相手"
    parameter_name = "partner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "相手がいない困りごと")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        if self.value() != "none":
            return queryset
        return queryset.filter(pk__in=needs_without_partner().values("pk"))


def _relayed(post: Post) -> list[tuple[str, str]]:
    """For which group a desk wrote it, how that agreed, and what everybody may read of it."""
    if post.on_behalf_of is None:
        return []
    how = f"{ja_date(post.group_agreed_on)}に{post.get_group_agreed_by_display()}" if post.group_agreed_on else "まだ"
    return [
        ("代わりに出す団体", post.on_behalf_of.name),
        ("団体の承諾", how),
        ("みんなに見せる名前", post.named),
    ]


def _in_post(post: Post) -> list[PointedOut]:
    return pointed_out_in(post) if post.pointed_out or post.state == PostState.SUBMITTED else []


def _in_revision(revision: PostRevision) -> list[PointedOut]:
    return point_out(texts_in(revision.changes)) if revision.state == RevisionState.PROPOSED else []


def _once_more(found: Sequence[PointedOut]) -> str:
    """What staff consider before everybody can read it."""
    if not found:
        return ""
    where = "、".join(f"「{each.label}」に{each.words}" for each in found)
    return f"個人のことに見えるものがあります（{where}）。このまま載せてよいか、もう一度お確かめください。"


def _warn_post(post: Post) -> str:
    return _once_more(_in_post(post))


def _warn_revision(revision: PostRevision) -> str:
    return _once_more(_in_revision(revision))


def _pointed_out_panels(found: Sequence[PointedOut]) -> list[Panel]:
    return [Panel("staff/matching/_pointed_out.html", {"pointed_out": found})] if found else []


@admin.register(Post)
class PostAdmin(ProposesAcrossBoard, IntroducesPosts, TransitionAdmin[Post]):
    """Nothing of a post is written here: its words are its organisation's."""

    workflow = POSTS
    state_tones = POST_TONES
    decision_heading = "この投稿をどうしますか"
    list_display = ["title", "direction_shown", "resource", "organisation", "state_shown", "handed_in", "until"]
    list_filter = ["direction", "resource", PartnerFilter, "organisation__kind"]
    list_select_related = ["organisation"]
    search_fields = ["title"]
    search_help_text = "見出し、本文、団体名、場所のことばでさがせます。"
    ordering = [
        # What waits to be checked first, the longest waiting on top; then the newest.
        Case(When(state=PostState.SUBMITTED, then=Value(0)), default=Value(1), output_field=IntegerField()),
        Case(When(state=PostState.SUBMITTED, then=F("submitted_at"))),
        F("published_at").desc(nulls_last=True),
        "-pk",
    ]
    tabs = [
        ("確認待ち", "state__exact=submitted"),
        ("掲載中", "state__exact=published"),
        ("直しをお願い中", "state__exact=returned"),
        ("相手がいない困りごと", "partner=none"),
        ("すべて", ""),
    ]
    readonly_fields = (
        "organisation",
        "author",
        "visibility",
        "handed_in",
        "published_on",
        "until",
        "staff_message",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "publish",
            "掲載する",
            publish_post,
            "matching.publish_post",
            next="すぐに一覧に出て、書いた団体にメールでお知らせします。",
            done="掲載し、書いた団体にお知らせしました。",
            icon="check",
            confirm=_warn_post,
        ),
        TransitionButton(
            "return",
            "理由を書いて直しをお願いする",
            return_post,
            "matching.return_post",
            next="書いた団体が内容を直して、もう一度出せます。",
            done="直しのお願いを、書いた団体に送りました。",
            tone="secondary",
            icon="arrow-back-up",
            form=MessageForm,
        ),
        TransitionButton(
            "take_down",
            "掲載を取りやめる",
            take_down_post,
            "matching.take_down_post",
            next="一覧からなくなり、理由を書いた団体にお伝えします。元には戻せません。",
            done="掲載を取りやめ、書いた団体にお伝えしました。",
            tone="danger-secondary",
            icon="eye-off",
            form=MessageForm,
        ),
    ]
    trail_words = {
        "post.drafted": "書き始めました",
        "post.saved": "下書きを保存しました",
        "post.discarded": "下書きを消しました",
        "post.submitted": "確認に出しました",
        "post.published": "掲載しました",
        "post.returned": "直しをお願いしました",
        "post.paused": "一時停止しました",
        "post.resumed": "再開しました",
        "post.closed": "取り下げました",
        "post.fulfilled": "そろいました",
        "post.renewed": "掲載をのばしました",
        "post.expired": "掲載の期限が過ぎました",
        "post.taken_down": "掲載を取りやめました",
        "post.revised": "修正案を反映しました",
        "post.answered_offline": "電話や紙で届いたお申し出を記録しました",
        "post.offline_answer_forgotten": "済みにならなかったお申し出の控えを消しました",
        "post.contact_changed": "担当の方を変えました",
        "post.quantity_taken": "おつなぎで数が決まりました",
        "post.reopened": "数が戻り、募集を続けます",
        "post.offline_answer_settled": "電話や紙で届いたお申し出を済みにしました",
    }

    class Media:
        css = {"all": ["css/pages/matching.css", "css/pages/giving.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Posts are written by the organisations themselves."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """A draft is its writers' own until they hand it in."""
        return super().get_queryset(request).exclude(state=PostState.DRAFT).select_related("organisation")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        queryset = search_anywhere(queryset, search_term)
        # The two boxes of a new introduction ask for open posts of one direction.
        direction = request.GET.get("direction")
        if request.path.endswith("/autocomplete/") and direction in Direction.values:
            queryset = queryset.filter(direction=direction, state=PostState.PUBLISHED)
        return queryset, False

    def autocomplete_label(self, obj: Post) -> str:
        return f"{obj.title}（{obj.organisation.name}）"

    @admin.display(description="区別", ordering="direction")
    def direction_shown(self, obj: Post) -> SafeString:
        return state_chip(obj.get_direction_display(), obj.direction)

    @admin.display(description="提出", ordering="submitted_at")
    def handed_in(self, obj: Post) -> str:
        return list_date(obj.submitted_at)

    @admin.display(description="掲載した日", ordering="published_at")
    def published_on(self, obj: Post) -> str:
        return list_date(obj.published_at)

    @admin.display(description="掲載の期限", ordering="expires_at")
    def until(self, obj: Post) -> str:
        return list_date(obj.last_day)

    def get_facts(self, obj: Post) -> Sequence[tuple[str, Any]]:
        return [
            ("団体", obj.organisation),
            *_relayed(obj),
            ("見出し", obj.title),
            ("本文", obj.body),
            ("前に伝えたこと", obj.staff_message),
        ]

    def get_panels(self, request: HttpRequest, obj: Post) -> tuple[Sequence[Panel], Sequence[Panel]]:
        themes = labels("theme") if obj.themes else {}
        above = [
            *_pointed_out_panels(_in_post(obj)),
            Panel(
                "staff/matching/_preview.html",
                {
                    "post": obj,
                    "facts": fact_rows(obj),
                    "themes": [themes.get(code, code) for code in obj.themes],
                    "introducible": self.may_introduce(request, obj),
                    "introduce_url": self.introduce_url(obj),
                    "relayed": _relayed(obj),
                },
            ),
        ]
        revision = PostRevision.objects.waiting().filter(post=obj).select_related("author").first()
        if revision is not None:
            revision.post = obj
            above.insert(
                0, Panel("staff/matching/_revision.html", {"revision": revision, "rows": differences(revision)})
            )
        taking_part = Participant.objects.filter(post=obj).values("introduction")
        introductions = (
            Introduction.objects.filter(pk__in=taking_part).with_participants().order_by("-created_at", "-pk")
        )
        return above, [Panel("staff/matching/_introductions.html", {"introductions": list(introductions[:20])})]

    def get_transition_panels(self, request: HttpRequest, obj: Post, button: TransitionButton) -> Sequence[Panel]:
        return _pointed_out_panels(_in_post(obj)) if button.name == "publish" else ()


@admin.register(PostRevision)
class PostRevisionAdmin(TransitionAdmin[PostRevision]):
    """A change to a published post, beside what is published."""

    workflow = REVISIONS
    state_tones = REVISION_TONES
    decision_heading = "この修正案をどうしますか"
    list_display = ["title", "direction_shown", "organisation", "state_shown", "written"]
    list_select_related = ["post__organisation"]
    list_filter = ["post__direction"]
    search_fields = ["post__title", "post__organisation__name"]
    ordering = [
        Case(When(state=RevisionState.PROPOSED, then=Value(0)), default=Value(1), output_field=IntegerField()),
        "created_at",
        "pk",
    ]
    tabs = [("確認待ち", "state__exact=proposed"), ("すべて", "")]
    readonly_fields = (
        "post",
        "author",
        "note",
        "written",
        "staff_message",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "accept",
            "掲載に反映する",
            accept_revision,
            "matching.accept_revision",
            next="掲載がすぐに新しい内容になり、書いた団体にお知らせします。",
            done="掲載に反映し、書いた団体にお知らせしました。",
            icon="check",
            confirm=_warn_revision,
        ),
        TransitionButton(
            "refuse",
            "理由を書いて見送る",
            refuse_revision,
            "matching.refuse_revision",
            next="掲載はいまの内容のままです。理由を書いた団体にお伝えします。",
            done="見送りを、書いた団体にお伝えしました。",
            tone="secondary",
            icon="arrow-back-up",
            form=MessageForm,
        ),
    ]
    trail_words = {
        "post_revision.proposed": "修正案を出しました",
        "post_revision.accepted": "掲載に反映しました",
        "post_revision.refused": "見送りました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostRevision]:
        return super().get_queryset(request).select_related("post__organisation", "author")

    @admin.display(description="見出し", ordering="post__title")
    def title(self, obj: PostRevision) -> str:
        return obj.post.title

    @admin.display(description="区別", ordering="post__direction")
    def direction_shown(self, obj: PostRevision) -> SafeString:
        return state_chip(obj.post.get_direction_display(), obj.post.direction)

    @admin.display(description="団体", ordering="post__organisation__name")
    def organisation(self, obj: PostRevision) -> str:
        return obj.post.organisation.name

    @admin.display(description="書いた日", ordering="created_at")
    def written(self, obj: PostRevision) -> str:
        return list_date(obj.created_at)

    def get_facts(self, obj: PostRevision) -> Sequence[tuple[str, Any]]:
        changes = [(f"{row.label}（新しい内容）", row.after) for row in differences(obj)]
        return [("団体", obj.post.organisation), ("変える理由", obj.note), *changes]

    def get_panels(self, request: HttpRequest, obj: PostRevision) -> tuple[Sequence[Panel], Sequence[Panel]]:
        # Once decided there is nothing left to compare: an accepted change is what the post says.
        rows = differences(obj) if obj.state == RevisionState.PROPOSED else []
        panels = [Panel("staff/matching/_difference.html", {"rows": rows})] if rows else []
        return [*_pointed_out_panels(_in_revision(obj)), *panels], ()

    def get_transition_panels(
        self, request: HttpRequest, obj: PostRevision, button: TransitionButton
    ) -> Sequence[Panel]:
        return _pointed_out_panels(_in_revision(obj)) if button.name == "accept" else ()
