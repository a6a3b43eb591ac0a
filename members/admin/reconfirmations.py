"""Whether organisations go on: preparing the question, watching the answers come, writing down those on paper."""

from collections.abc import Sequence
from typing import Any

import rules
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from members import transitions
from members.admin.files import xlsx
from members.enums import AffiliationRole, OrganisationKind, ReconfirmationAnswer, ReconfirmationState
from members.forms.reconfirmations import RecordedAnswerForm
from members.models import Affiliation, ConsentDocument, Organisation, Reconfirmation, ReconfirmationReply
from members.notices.reconfirmations import ReconfirmationAsked
from members.reconfirmation_progress import COUNTED, EXPORT_HEADINGS, HEADINGS, consenting, export_rows, progress_of
from members.transitions.reconfirmations import organisations_for
from members.workflow import RECONFIRMATIONS
from tomoiki.audit import trail as audit
from tomoiki.places.enums import Region
from tomoiki.places.models import Municipality
from tomoiki.text.typed import half_width
from tomoiki.web.templatetags.ui import ja_date, ja_datetime
from tomoiki.workflow.admin import Panel, SeenVersionForm, TransitionAdmin, TransitionButton, list_date, state_chip

TONES: dict[str, str] = {
    ReconfirmationState.DRAFT: "warning",
    ReconfirmationState.OPEN: "offer",
}
ANSWER_TONES: dict[str, str] = {
    "": "warning",
    ReconfirmationAnswer.CONTINUE: "offer",
    ReconfirmationAnswer.LEAVE: "danger",
    ReconfirmationAnswer.HOLD: "state",
}
REMINDERS_AT_MOST = 6


class DaysField(forms.CharField):
    """Some numbers of days, as 14、7、2 or 14,7,2; kept as a list, the longest first."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(str(days) for days in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = half_width(super().clean(value)).replace("、", ",").replace("日前", "")
        try:
            days = {int(each) for each in text.split(",") if each.strip()}
        except ValueError:
            raise ValidationError("「14、7、2」のように、日数を読点で区切って入力してください。") from None
        if len(days) > REMINDERS_AT_MOST or any(not 0 <= each <= 90 for each in days):
            raise ValidationError(f"0日から90日までを、{REMINDERS_AT_MOST}つまで入力できます。")
        return sorted(days, reverse=True)


class ReconfirmationForm(SeenVersionForm):
    """What is asked, of whom and until when."""

    kinds = forms.MultipleChoiceField(
        label="対象の種類",
        choices=OrganisationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="一つも選ばないと、すべての種類におたずねします。",
    )
    remind_days_before = DaysField(
        label="催促する日（期限の何日前）",
        help_text="お返事のない団体にだけ送ります。例：14、7、2",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "document" in self.fields:
            self.fields["document"].queryset = ConsentDocument.objects.published()  # type: ignore[attr-defined]
            self.fields["document"].help_text = "「継続する」とした団体が同意することになる版です。なければ空欄で。"
        if "body" in self.fields:
            self.fields[
                "body"
            ].help_text = (
                "何のための確認か、続けるとどうなるか、費用はどうなるか、決まっていないことは何かを書いてください。"
            )

    def clean_deadline(self) -> Any:
        deadline = self.cleaned_data["deadline"]
        if deadline <= timezone.localdate():
            raise ValidationError("あしたより後の日にしてください。")
        return deadline


@admin.register(Reconfirmation)
class ReconfirmationAdmin(TransitionAdmin[Reconfirmation]):
    form = ReconfirmationForm
    workflow = RECONFIRMATIONS
    state_tones = TONES
    decision_heading = "この確認をどうしますか"
    add_label = "継続の確認を用意する"
    list_display = ["title", "state_shown", "until", "opened"]
    list_filter = ["state"]
    search_fields = ["title"]
    ordering = ["-created_at", "-pk"]
    fields = ["title", "body", "document", "kinds", "deadline", "remind_days_before"]
    buttons = [
        TransitionButton(
            "open",
            "確認を始める",
            transitions.open_reconfirmation,
            "members.open_reconfirmation",
            next="対象の団体の代表担当者に、メールでおたずねします。始めたあとは、内容を直せません。",
            done="確認を始めました。団体へのメールを、順に送ります。",
            icon="send",
            confirm=True,
        ),
        TransitionButton(
            "close",
            "締め切る",
            transitions.close_reconfirmation,
            "members.close_reconfirmation",
            next="お返事を受け付けなくなります。お返事のない団体は、同意していないものとして扱います。元には戻せません。",
            done="締め切りました。",
            tone="danger-secondary",
            icon="lock",
            confirm=True,
        ),
    ]
    trail_words = {
        "reconfirmation.added": "用意しました",
        "reconfirmation.edited": "内容を直しました",
        "reconfirmation.opened": "確認を始めました",
        "reconfirmation.extended": "新しく登録された団体を加えました",
        "reconfirmation.closed": "締め切りました",
        "reconfirmation.exported": "継続する団体の一覧を取り出しました",
    }

    def has_change_permission(self, request: HttpRequest, obj: Reconfirmation | None = None) -> bool:
        """What was asked must stay what was read."""
        if obj is not None and obj.state != ReconfirmationState.DRAFT:
            return False
        return super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Reconfirmation | None = None) -> Any:
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return ["kinds_shown" if name == "kinds" else name for name in fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Reconfirmation | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "kinds_shown"]

    @admin.display(description="対象の種類")
    def kinds_shown(self, obj: Reconfirmation) -> str:
        return "、".join(OrganisationKind(kind).label for kind in obj.kinds) or "すべて"

    def save_model(self, request: HttpRequest, obj: Reconfirmation, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    @admin.display(description="期限", ordering="deadline")
    def until(self, obj: Reconfirmation) -> str:
        return list_date(obj.deadline)

    @admin.display(description="始めた日", ordering="opened_at")
    def opened(self, obj: Reconfirmation) -> str:
        return list_date(obj.opened_at)

    def get_facts(self, obj: Reconfirmation) -> Sequence[tuple[str, Any]]:
        kinds = self.kinds_shown(obj)
        facts = [
            ("対象の種類", kinds),
            ("期限", ja_date(obj.deadline)),
            ("催促", "、".join(f"{days}日前" for days in obj.remind_days_before)),
            ("同意する規約", obj.document),
        ]
        if obj.state == ReconfirmationState.DRAFT:
            return [
                ("おたずねする団体", f"{organisations_for(obj).count():,}団体"),
                *facts,
            ]
        silent = ReconfirmationReply.objects.silent().filter(reconfirmation=obj, organisation__state__in=COUNTED)
        return [("返事のない団体", f"{silent.count():,}団体"), *facts]

    def get_panels(self, request: HttpRequest, obj: Reconfirmation) -> tuple[Sequence[Panel], Sequence[Panel]]:
        if obj.state == ReconfirmationState.DRAFT:
            preview = {"mail": mail_preview(obj), "organisations": organisations_for(obj).count()}
            return (), [Panel("staff/members/_reconfirmation_preview.html", preview)]
        progress = progress_of(obj)
        context = {
            "campaign": obj,
            "progress": progress,
            "headings": HEADINGS,
            "chart": _chart(progress),
            "yes": consenting(obj).count(),
            "silent_url": f"{reverse('admin:members_reconfirmationreply_changelist')}?{obj_query(obj)}&answer=silent",
            "replies_url": f"{reverse('admin:members_reconfirmationreply_changelist')}?{obj_query(obj)}",
            "export_url": reverse("admin:members_reconfirmation_export", args=[obj.pk]),
            "may_export": rules.has_perm("members.export_reconfirmation", request.user, obj),
        }
        return [Panel("staff/members/_reconfirmation_progress.html", context)], ()

    def get_transition_panels(
        self, request: HttpRequest, obj: Reconfirmation, button: TransitionButton
    ) -> Sequence[Panel]:
        """Before a second question begins: which one is still open."""
        if button.name != "open":
            return []
        running = Reconfirmation.objects.filter(state=ReconfirmationState.OPEN).exclude(pk=obj.pk)
        titles = "".join(f"「{each.title}」（{ja_date(each.deadline)}まで）" for each in running)
        text = f"{titles}のお返事を受け付けています。始めると、同じ団体に二つの確認をおたずねすることになります。"
        return [Panel("staff/members/_reconfirmation_running.html", {"text": text})] if titles else []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.export_view))
        return [path("<int:pk>/export/", view, name="members_reconfirmation_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Those who said yes, as a list for Excel. A POST, as the trail keeps that it was taken out."""
        campaign = self.get_object(request, str(pk))
        if campaign is None or campaign.state == ReconfirmationState.DRAFT:
            raise Http404
        may = rules.has_perm("members.export_reconfirmation", request.user, campaign)
        if not may or not self.has_view_permission(request, campaign):
            raise PermissionDenied
        rows = list(export_rows(campaign))
        with transaction.atomic():
            audit.record(
                campaign,
                "reconfirmation.exported",
                actor=request.user,  # type: ignore[arg-type]
                before=campaign.state,
                codes={"rows": len(rows)},
            )
        return xlsx("継続すると返事のあった団体", EXPORT_HEADINGS, rows)


def obj_query(campaign: Reconfirmation) -> str:
    """What narrows the list of replies to one campaign."""
    return f"reconfirmation__id__exact={campaign.pk}"


def mail_preview(campaign: Reconfirmation) -> str:
    """The text that a member would get, with a made-up organisation in it."""
    sample = Organisation(name="（団体名）", kind=OrganisationKind.NPO)
    notice = ReconfirmationAsked(ReconfirmationReply(reconfirmation=campaign, organisation=sample))
    # The text names nobody, so that any recipient will do.
    context = {**notice.context(None), "body_only": True}  # type: ignore[arg-type]
    return f"{notice.subject(None)}\n\n{render_to_string(f'email/{notice.code}.txt', context).strip()}"  # type: ignore[arg-type]


def _chart(progress: Any) -> Any:
    # Draws with a whole JavaScript engine, which only this page needs.
    from tomoiki.documents.charts import bar_chart

    whole = progress.whole
    figures = [(answer.label, whole.numbers.get(answer, 0)) for answer in ReconfirmationAnswer]
    return bar_chart("お返事の数", [*figures, ("返事なし", whole.silent)], unit="団体", of="お返事")


class AnswerFilter(admin.SimpleListFilter):
    title = "お返事"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("silent", "返事なし"), *ReconfirmationAnswer.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "silent":
            return queryset.filter(answer="", organisation__state__in=COUNTED)
        return queryset.filter(answer=value) if value in ReconfirmationAnswer.values else queryset


class RegionFilter(admin.SimpleListFilter):
    title = "地域"
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Region.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Region.values:
            return queryset
        # The few municipalities first: a join would be asked for each of many thousand rows.
        places = list(Municipality.objects.filter(region=self.value()).values_list("pk", flat=True))
        return queryset.filter(organisation__municipality__in=places)


@admin.register(ReconfirmationReply)
class ReconfirmationReplyAdmin(TransitionAdmin[ReconfirmationReply]):
    """Who answered what, and whom to telephone."""

    workflow = None
    decision_heading = "電話や紙で届いたとき"
    list_display = ["organisation", "answer_shown", "kind", "place", "phone", "owners", "answered_when"]
    list_select_related = ["organisation__municipality", "reconfirmation"]
    list_filter = ["reconfirmation", AnswerFilter, "organisation__kind", RegionFilter]
    search_fields = ["organisation__name", "organisation__name_kana", "organisation__phone"]
    ordering = ["-reconfirmation__created_at", "organisation__name_kana", "pk"]
    tabs = [("返事なし", "answer=silent"), ("すべて", "")]
    fields = readonly_fields = (
        "reconfirmation",
        "organisation",
        "organisation_state",
        "phone",
        "owners",
        "answered_when",
        "who",
        "note",
    )
    buttons = [
        TransitionButton(
            "record",
            "お返事を代わりに記録する",
            transitions.record_reconfirmation_answer,
            "members.record_reconfirmation",
            next="だれから、いつ、どのように聞いたかを残します。代表担当者の方には、控えのメールが届きます。",
            done="お返事を記録しました。",
            icon="edit",
            form=RecordedAnswerForm,
            shown=lambda reply: (
                reply.reconfirmation.state != ReconfirmationState.DRAFT and reply.organisation.state in COUNTED
            ),
            initial=lambda reply: {"answer": reply.answer, "said_on": timezone.localdate()},
        )
    ]
    trail_words = {
        "reconfirmation.answered": "お返事がありました",
        "reconfirmation.recorded": "電話や紙のお返事を、事務局が記録しました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReconfirmationReply | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReconfirmationReply]:
        owners = Affiliation.objects.current().filter(role=AffiliationRole.OWNER, user__is_active=True)
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch(
                    "organisation__affiliations",
                    queryset=owners.select_related("user").order_by("pk"),
                    to_attr="owners_now",
                )
            )
        )

    def get_state_chip(self, obj: ReconfirmationReply) -> SafeString:
        return state_chip(obj.get_answer_display() or "返事なし", ANSWER_TONES[obj.answer])

    def get_facts(self, obj: ReconfirmationReply) -> Sequence[tuple[str, Any]]:
        return [
            ("確認", obj.reconfirmation.title),
            ("期限", ja_date(obj.reconfirmation.deadline)),
            ("団体", obj.organisation),
            ("電話", obj.organisation.phone),
            ("いまのお返事", obj.get_answer_display() or "返事なし（同意していないものとして扱います）"),
        ]

    @admin.display(description="お返事", ordering="answer")
    def answer_shown(self, obj: ReconfirmationReply) -> SafeString:
        return self.get_state_chip(obj)

    @admin.display(description="種類")
    def kind(self, obj: ReconfirmationReply) -> str:
        return obj.organisation.kind_label

    @admin.display(description="市区町村")
    def place(self, obj: ReconfirmationReply) -> str:
        return str(obj.organisation.municipality or "")

    @admin.display(description="代表電話")
    def phone(self, obj: ReconfirmationReply) -> str:
        return format_html('<span class="admin-phone">{}</span>', obj.organisation.phone)

    @admin.display(description="団体の状態")
    def organisation_state(self, obj: ReconfirmationReply) -> str:
        return obj.organisation.get_state_display()

    @admin.display(description="代表担当者")
    def owners(self, obj: ReconfirmationReply) -> str:
        people = getattr(obj.organisation, "owners_now", [])
        return "、".join(f"{each.user} {each.user.phone}".strip() for each in people) or "いません（電話や紙で）"

    @admin.display(description="お返事の日時", ordering="answered_at")
    def answered_when(self, obj: ReconfirmationReply) -> str:
        return ja_datetime(obj.answered_at) if obj.answered_at else ""

    @admin.display(description="答えた方")
    def who(self, obj: ReconfirmationReply) -> str:
        if obj.channel:
            return f"{obj.said_by}（{obj.get_channel_display()}、{ja_date(obj.said_on)}）　記録：{obj.answered_by}"
        return str(obj.answered_by or "")
