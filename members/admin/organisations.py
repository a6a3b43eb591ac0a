"""Organisations: the queue of applications, and everything staff need to decide on one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from members import duplicates, transitions
from members.admin.approval import DecidesOnApplications
from members.admin.merges import MergesOrganisations
from members.enums import OrganisationKind, OrganisationState
from members.forms.organisations import CorporateNumberField, WebsiteField
from members.forms.personal_data import ErasureReasonForm
from members.gbizid import vouched_by_owner
from members.models import Affiliation, Consent, Organisation
from members.models.lookups import office_order
from members.profiles import profile_of
from members.roster.columns import BY_NAME
from members.workflow import WORKFLOW
from tomoiki.text.normalisation import normalise_name
from tomoiki.web.fields import KanaField, PhoneField, PostalCodeField
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.web.timeline import timeline_page
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import MessageForm, Panel, SeenVersionForm, TransitionButton, list_date

TONES: dict[str, str] = {
    OrganisationState.APPLIED: "warning",
    OrganisationState.RETURNED: "state",
    OrganisationState.APPROVED: "offer",
    OrganisationState.SUSPENDED: "danger",
}
#: States in which staff may correct what an organisation is; an application is returned to its writer instead.
EDITABLE = (OrganisationState.APPROVED, OrganisationState.SUSPENDED)
FIELDS = (
    "name",
    "name_kana",
    "kind",
    "kind_other",
    "corporate_number",
    "postal_code",
    "municipality",
    "address",
    "phone",
    "website",
    "description",
    "stage",
    "listed_publicly",
)


class OrganisationForm(SeenVersionForm):
    """What staff may correct of a registered organisation."""

    name_kana = KanaField(label="フリガナ", required=False)
    corporate_number = CorporateNumberField(label="法人番号", required=False)
    website = WebsiteField(label="ウェブサイト", required=False)
    postal_code = PostalCodeField(required=False)
    phone = PhoneField(label="代表電話", required=False)

    def clean_corporate_number(self) -> str:
        number = str(self.cleaned_data["corporate_number"])
        other = duplicates.same_number(number, besides=self.instance.pk)
        if other is not None:
            raise ValidationError(f"この法人番号は、「{other.name}」が使っています。")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == OrganisationKind.OTHER and not cleaned.get("kind_other"):
            self.add_error("kind_other", "「その他」の場合は、どのような団体かを書いてください。")
        return cleaned


class RejectForm(MessageForm):
    """Turning somebody down: the words weigh more."""

    message = forms.CharField(
        label="相手に伝える理由",
        help_text="この文章が、そのまま相手に届きます。登録できない理由と、ほかに相談できる先があれば書いてください。",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@admin.register(Organisation)
class OrganisationAdmin(DecidesOnApplications, MergesOrganisations):
    form = OrganisationForm
    workflow = WORKFLOW
    state_tones = TONES
    decision_heading = "この団体をどうしますか"
    list_display = ["name", "kind_shown", "municipality", "state_shown", "waiting", "approved_on"]
    list_filter = ["kind", "stage", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["name", "name_kana", "corporate_number"]
    search_help_text = "団体名、フリガナ、法人番号でさがせます。「株式会社」や空白は、あってもなくてもかまいません。"
    ordering = list(office_order())
    tabs = [
        ("承認待ち", "state__exact=applied"),
        ("直しをお願い中", "state__exact=returned"),
        ("登録済み", "state__exact=approved"),
        ("一時停止中", "state__exact=suspended"),
        ("退会済み", "state__exact=withdrawn"),
        ("すべて", ""),
    ]
    autocomplete_fields = ["municipality"]
    fieldsets = [
        ("団体のこと", {"fields": ["name", "name_kana", "kind", "kind_other", "corporate_number", "vouched"]}),
        ("連絡先", {"fields": ["postal_code", "municipality", "address", "phone", "website"]}),
        ("活動", {"fields": ["description", "stage", "listed_publicly"]}),
        ("これまで", {"fields": ["applied_on", "approved_on", "staff_message"]}),
    ]
    readonly_fields = ["vouched", "applied_on", "approved_on", "staff_message"]
    buttons = [
        TransitionButton(
            "approve",
            "登録を承認する",
            transitions.approve_organisation,
            "members.approve_organisation",
            next="担当者にメールでお知らせし、すぐに困りごとやできることを書けるようになります。",
            done="登録を承認し、担当者にメールでお知らせしました。",
            icon="check",
        ),
        TransitionButton(
            "return",
            "理由を書いて直しをお願いする",
            transitions.return_organisation,
            "members.return_organisation",
            next="担当者が内容を直して、もう一度申し込めます。",
            done="直しのお願いを担当者に送りました。",
            tone="secondary",
            icon="arrow-back-up",
            form=MessageForm,
        ),
        TransitionButton(
            "reject",
            "登録をお断りする",
            transitions.reject_organisation,
            "members.reject_organisation",
            next="理由を担当者にメールでお伝えします。この申し込みは、これで終わりになります。",
            done="登録をお断りし、担当者にお伝えしました。",
            tone="danger-secondary",
            icon="ban",
            form=RejectForm,
        ),
        TransitionButton(
            "suspend",
            "一時停止する",
            transitions.suspend_organisation,
            "members.suspend_organisation",
            next="団体の掲載が見えなくなり、新しいおつなぎも始められなくなります。再開すると元に戻ります。",
            done="団体を一時停止し、担当者にお伝えしました。",
            tone="danger-secondary",
            icon="player-pause",
            form=MessageForm,
        ),
        TransitionButton(
            "reinstate",
            "再開する",
            transitions.reinstate_organisation,
            "members.reinstate_organisation",
            next="一時停止で見えなくなった掲載が、また見えるようになります。",
            done="団体を再開し、担当者にお伝えしました。",
            icon="player-play",
        ),
        TransitionButton(
            "withdraw",
            "退会の手続きをする",
            transitions.withdraw_organisation,
            "members.withdraw_organisation",
            next="団体から申し出があったときの手続きです。掲載とおつなぎが終わり、元には戻せません。",
            done="退会の手続きをしました。",
            tone="danger-secondary",
            icon="logout",
            confirm=True,
        ),
        TransitionButton(
            "erase",
            "団体の情報を消去する",
            transitions.erase_organisation,
            "members.erase_organisation",
            next="団体の名前、連絡先、掲載とメッセージの文章が消え、元には戻せません。件数と成果の数字は残ります。"
            "保存期間が過ぎると自動で消えますので、依頼があったときだけ押してください。",
            done="団体の情報を消去しました。",
            tone="danger-secondary",
            icon="trash",
            form=ErasureReasonForm,
            shown=lambda obj: obj.erased_at is None,
        ),
    ]
    trail_words = {
        "organisation.registered": "登録の入力を始めました",
        "organisation.applied": "登録を申し込みました",
        "organisation.resubmitted": "直して、もう一度申し込みました",
        "organisation.approved": "登録を承認しました",
        "organisation.returned": "直しをお願いしました",
        "organisation.rejected": "登録をお断りしました",
        "organisation.suspended": "一時停止しました",
        "organisation.reinstated": "再開しました",
        "organisation.withdrawn": "退会しました",
        "organisation.erased": "団体の情報を消去しました",
        "organisation.updated": "内容を直しました",
        "organisation.contact_person_forgotten": "アカウントを削除した方を、連絡の窓口から外しました",
        "organisation.imported": "名簿から登録しました",
        "organisation.imported_again": "名簿の内容に合わせました",
        "organisation.contact_forgotten": "名簿の連絡先を消しました",
        "organisation.absorbed": "同じ団体の登録をまとめました",
        "organisation.merged": "別の登録にまとめられました",
        "organisation.parted": "まとめた登録を元に戻しました",
        "organisation.unmerged": "元の団体に戻りました",
    }

    def trail_label(self, obj: Organisation, name: str) -> str:
        """The kind's own questions, who may read them, and what the roster says besides."""
        group, _, code = name.partition(".")
        if code:
            label = profile_of(obj).question(code).label
            return f"{label}（見られる人）" if group == "audiences" else label
        if name == "branches":
            return profile_of(obj).question(name).label
        column = BY_NAME.get(name)
        return column.header if column else "名簿の連絡先" if name == "roster_contact" else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody registers an organisation but its own people."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """All but drafts, which are their writers' own until an address is confirmed."""
        return super().get_queryset(request).exclude(state=OrganisationState.DRAFT)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Organisation], search_term: str
    ) -> tuple[QuerySet[Organisation], bool]:
        found, distinct = super().get_search_results(request, queryset, search_term)
        core = normalise_name(search_term)
        return (found | queryset.filter(name_normalised__contains=core), distinct) if core else (found, distinct)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[str]:
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed if obj is not None and obj.state in EDITABLE else [*FIELDS, *fixed]

    @admin.display(description="種類", ordering="kind")
    def kind_shown(self, obj: Organisation) -> str:
        return obj.kind_label

    @admin.display(description="申し込み", ordering="applied_at")
    def waiting(self, obj: Organisation) -> str:
        return list_date(obj.applied_at)

    @admin.display(description="申し込んだ日時")
    def applied_on(self, obj: Organisation) -> str:
        return ja_datetime(obj.applied_at)

    @admin.display(description="GビズID")
    def vouched(self, obj: Organisation) -> str:
        """Whether an owner's GビズID has the same 法人番号."""
        kind = vouched_by_owner(obj)
        return f"代表担当者のGビズID（{kind}）と、法人番号が同じです" if kind else "—"

    @admin.display(description="承認した日", ordering="approved_at")
    def approved_on(self, obj: Organisation) -> str:
        return list_date(obj.approved_at)

    def get_panels(self, request: HttpRequest, obj: Organisation) -> tuple[Sequence[Panel], Sequence[Panel]]:
        people = Panel("staff/members/_people.html", people_of(obj))
        mended, kept = self.rounds_panels(obj)
        below = [people, *kept, _timeline(obj), *self.merge_panels(request, obj)]
        return [*self.review_panels(request, obj), *mended], below

    def get_facts(self, obj: Organisation) -> Sequence[tuple[str, Any]]:
        return [
            ("種類", obj.kind_label),
            ("法人番号", obj.corporate_number),
            ("GビズID", self.vouched(obj)),
            ("市区町村", obj.municipality),
            ("住所", obj.address),
            ("ウェブサイト", obj.website),
            ("活動の紹介", obj.description),
            ("前に伝えたこと", obj.staff_message),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the way to the trails of those that went up in this organisation."""
        absorbed = (
            Organisation.objects.filter(merged_into=int(object_id)).order_by("pk") if object_id.isdecimal() else []
        )
        others = [
            {
                "name": f"まとめた団体「{each.name}」のこれまでの経過",
                "url": reverse("admin:members_organisation_history", args=[each.pk]),
            }
            for each in absorbed
        ]
        return super().history_view(request, object_id, {"other_trails": others, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        data = {name: form.cleaned_data[name] for name in form.changed_data if name in FIELDS}
        transitions.update_profile(obj.pk, data=data, actor=request.user)  # type: ignore[arg-type]

    def log_change(self, request: HttpRequest, obj: Organisation, message: Any) -> Any:
        """The transition has recorded it."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (TransitionError, ValidationError) as error:
            # What changed between the form's own checks and the transition's.
            text = error.message if isinstance(error, TransitionError) else " ".join(error.messages)
            messages.error(request, text)
            return redirect(request.path)


def people_of(organisation: Organisation) -> dict[str, Any]:
    """The people of an organisation, those who left last, with what they agreed to; three queries."""
    from allauth.account.models import EmailAddress  # its models are loaded only after the admin modules are found

    affiliations = list(
        Affiliation.objects.filter(organisation=organisation)
        .select_related("user")
        .order_by(F("ended_at").desc(nulls_first=True), "started_at", "pk")
    )
    people = [each.user_id for each in affiliations]
    confirmed = set(EmailAddress.objects.filter(user__in=people, verified=True).values_list("user", flat=True))
    consents = Consent.objects.filter(user__in=people).select_related("user", "document").order_by("-given_at", "-pk")
    return {
        "organisation": organisation,
        "people": [{"affiliation": each, "confirmed": each.user_id in confirmed} for each in affiliations],
        "consents": list(consents),
    }


#: Of the timeline beside an organisation's data; the whole of it has a page of its own.
NEWEST = 6


def _timeline(organisation: Organisation) -> Panel:
    entries = timeline_page(organisation, size=NEWEST).entries
    return Panel(
        "staff/members/_timeline.html",
        {"entries": entries, "url": reverse("members:timeline", args=[organisation.pk])},
    )
