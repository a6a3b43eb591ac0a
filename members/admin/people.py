"""People: accounts, their places in organisations, requests to join, practitioners."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.safestring import SafeString

from members import transitions
from members.colleagues import shared_domains
from members.enums import AffiliationRole, JoinRequestState
from members.forms.personal_data import ErasureReasonForm
from members.gbizid import vouches_for
from members.models import Affiliation, Consent, JoinRequest, Practitioner, User
from members.second_factor import has_second_factor
from members.workflow import JOIN_REQUESTS
from tomoiki.notifications.enums import Topic
from tomoiki.web.templatetags.ui import ja_datetime, ja_since
from tomoiki.workflow.admin import (
    AuditedAdmin,
    Panel,
    SeenVersionForm,
    TransitionAdmin,
    TransitionButton,
    list_date,
)


class RoleForm(forms.Form):
    """In which role somebody belongs to the organisation."""

    role = forms.ChoiceField(
        label="役割",
        choices=AffiliationRole.choices,
        initial=AffiliationRole.EDITOR,
        widget=forms.RadioSelect,
        help_text="代表担当者はほかの担当者を迎えたり外したりできます。閲覧のみの方は、投稿やお返事はできません。",
    )


@admin.register(JoinRequest)
class JoinRequestAdmin(TransitionAdmin[JoinRequest]):
    workflow = JOIN_REQUESTS
    state_tones = {JoinRequestState.WAITING: "warning", JoinRequestState.ACCEPTED: "offer"}
    decision_heading = "この申し込みをどうしますか"
    list_display = ["__str__", "state_shown", "asked", "answered"]
    list_select_related = ["organisation", "user"]
    list_filter = ["state"]
    search_fields = ["user__name", "user__email", "organisation__name"]
    ordering = [
        Case(When(state=JoinRequestState.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField()),
        "created_at",
        "pk",
    ]
    tabs = [("返事待ち", "state__exact=waiting"), ("すべて", "")]
    readonly_fields = (
        "organisation",
        "user",
        "email",
        "same_domain",
        "vouched",
        "message",
        "asked",
        "answered",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "accept",
            "担当者に迎える",
            transitions.accept_join_request,
            "members.answer_joinrequest",
            next="団体の代表担当者が返事をできないときに、事務局が代わりに決めます。ご本人にメールでお知らせします。",
            done="担当者に迎え、ご本人にお知らせしました。",
            icon="user-check",
            form=RoleForm,
        ),
        TransitionButton(
            "refuse",
            "お断りする",
            transitions.refuse_join_request,
            "members.answer_joinrequest",
            next="ご本人に、加われなかったことだけをメールでお知らせします。",
            done="お断りし、ご本人にお知らせしました。",
            tone="danger-secondary",
            icon="ban",
            confirm=True,
        ),
    ]
    trail_words = {
        "joinrequest.sent": "参加を申し込みました",
        "joinrequest.accepted": "担当者に迎えました",
        "joinrequest.refused": "お断りしました",
        "joinrequest.withdrawn": "申し込みを取り下げました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[JoinRequest]:
        return super().get_queryset(request).select_related("organisation", "user")

    @admin.display(description="メールアドレス")
    def email(self, obj: JoinRequest) -> str:
        return obj.user.email

    @admin.display(description="申し込み", ordering="created_at")
    def asked(self, obj: JoinRequest) -> str:
        return list_date(obj.created_at)

    @admin.display(description="お返事", ordering="answered_at")
    def answered(self, obj: JoinRequest) -> str:
        return list_date(obj.answered_at)

    @admin.display(description="同じメールドメイン")
    def same_domain(self, obj: JoinRequest) -> str:
        """Whether the person's confirmed address is of the organisation's own domain."""
        domain = shared_domains(obj.organisation, [obj.user_id]).get(obj.user_id, "")
        return f"この団体の担当者と同じメールドメイン（@{domain}）の方です" if domain else "—"

    @admin.display(description="GビズID")
    def vouched(self, obj: JoinRequest) -> str:
        """Whether the person's GビズID has the organisation's 法人番号."""
        kind = vouches_for(obj.user, obj.organisation)
        return f"この団体の法人番号のGビズID（{kind}）をお持ちの方です" if kind else "—"

    def get_facts(self, obj: JoinRequest) -> Sequence[tuple[str, Any]]:
        return [
            ("団体", obj.organisation),
            ("お名前", obj.user),
            ("メールアドレス", obj.user.email),
            ("同じメールドメイン", self.same_domain(obj)),
            ("GビズID", self.vouched(obj)),
            ("ひとこと", obj.message),
        ]


@admin.register(Affiliation)
class AffiliationAdmin(TransitionAdmin[Affiliation]):
    """A person's place in an organisation: staff help out when its owner cannot."""

    state_field = "role"
    decision_heading = "役割と所属"
    list_display = ["user", "organisation", "role", "since", "until"]
    list_select_related = ["organisation", "user"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__name_kana", "user__email", "organisation__name"]
    ordering = ["-started_at", "-pk"]
    readonly_fields = (
        "organisation",
        "user",
        "title",
        "since",
        "until",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "change_role",
            "役割を変える",
            transitions.change_role,
            "members.change_role",
            next="ご本人にメールでお知らせします。",
            done="役割を変え、ご本人にお知らせしました。",
            tone="secondary",
            icon="user",
            form=RoleForm,
            shown=lambda obj: obj.ended_at is None,
            initial=lambda obj: {"role": obj.role},
        ),
        TransitionButton(
            "end",
            "団体から外す",
            transitions.end_affiliation,
            "members.end_affiliation",
            next="この団体の名前で投稿やお返事ができなくなります。ご本人にメールでお知らせします。",
            done="団体から外し、ご本人にお知らせしました。",
            tone="danger-secondary",
            icon="user-minus",
            confirm=True,
            shown=lambda obj: obj.ended_at is None,
        ),
    ]
    trail_words = {"affiliation.role_changed": "役割を変えました", "affiliation.ended": "団体から外れました"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="加わった日", ordering="started_at")
    def since(self, obj: Affiliation) -> str:
        return list_date(obj.started_at)

    @admin.display(description="離れた日", ordering="ended_at")
    def until(self, obj: Affiliation) -> str:
        return list_date(obj.ended_at)

    def get_facts(self, obj: Affiliation) -> Sequence[tuple[str, Any]]:
        return [("団体", obj.organisation), ("お名前", obj.user), ("いまの役割", obj.get_role_display())]


class UserForm(SeenVersionForm):
    """What only the administrator of the office sets: who works there, and in which role."""

    groups = forms.ModelMultipleChoiceField(
        label="事務局での役割",
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="事務局の職員には、役割「事務局」も付けてください。付けないと、どの画面も開けません。",
    )


@admin.register(User)
class UserAdmin(TransitionAdmin[User]):
    """People. Their own data they change themselves; the office's rights are set by its administrator alone."""

    form = UserForm
    list_display = ["shown_name", "email", "belongs_to", "is_staff", "is_active", "last_seen"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["name", "name_kana", "email"]
    search_help_text = "お名前、フリガナ、メールアドレスでさがせます。"
    ordering = ["-date_joined", "-pk"]
    fieldsets = [
        (None, {"fields": ["name", "name_kana", "email", "phone"]}),
        ("ログイン", {"fields": ["joined", "last_seen", "address_confirmed", "second_factor", "is_active"]}),
        ("事務局の権限", {"fields": ["is_staff", "groups", "is_superuser"]}),
    ]
    readonly_fields = [
        "name",
        "name_kana",
        "email",
        "phone",
        "joined",
        "last_seen",
        "address_confirmed",
        "second_factor",
    ]
    decision_heading = "この方のアカウント"
    buttons = [
        TransitionButton(
            "erase",
            "アカウントを削除する",
            transitions.erase_person,
            "members.erase_person",
            next="お名前、連絡先、ログインの方法が消え、元には戻せません。"
            "書いたものは団体の記録として残ります。ご本人にメールで一度だけお知らせします。",
            done="アカウントを削除し、ご本人にお知らせしました。",
            tone="danger-secondary",
            icon="trash",
            form=ErasureReasonForm,
            shown=lambda obj: obj.anonymised_at is None,
        ),
    ]
    trail_words = {
        "user.registered": "登録を始めました",
        "user.erased": "アカウントを削除しました",
        "user.updated": "登録の内容を直しました",
        "user.consented": "規約・通知に同意しました",
        "user.edited": "事務局の権限などを変えました",
        "user.address_confirmed": "招待のメールから、アドレスを確かめました",
        "user.gbizid_linked": "GビズIDをつなぎました",
        "user.gbizid_unlinked": "登録のときのGビズIDを外しました",
        "user.exported": "一覧を書き出しました",
        "consents.exported": "同意の一覧を取り出しました",
        "preference.changed": "お知らせの受け取り方を変えました",
    }

    def trail_label(self, obj: User, name: str) -> str:
        return str(Topic(name).label) if name in Topic.values else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People register themselves; whoever joins the office does so too, and is given the role afterwards."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(request.user.is_superuser) and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who may not give rights need not see them all."""
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        *shown, (heading, _) = super().get_fieldsets(request, obj)
        return [*shown, (heading, {"fields": ["is_staff"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        current = Affiliation.objects.current().select_related("organisation").order_by("pk")
        return super().get_queryset(request).prefetch_related(Prefetch("affiliations", current, to_attr="current"))

    def get_state_chip(self, obj: User) -> SafeString:
        """None: whoever left is called so by the heading already."""
        return SafeString()

    def autocomplete_label(self, obj: User) -> str:
        return f"{obj.name}（{obj.email}）" if obj.name else obj.email

    @admin.display(description="お名前", ordering="name")
    def shown_name(self, obj: User) -> str:
        return str(obj)

    @admin.display(description="団体")
    def belongs_to(self, obj: User) -> str:
        return "、".join(each.organisation.name for each in obj.current)  # type: ignore[attr-defined]

    @admin.display(description="最後のログイン", ordering="last_login")
    def last_seen(self, obj: User) -> str:
        return ja_since(obj.last_login)

    @admin.display(description="登録した日時", ordering="date_joined")
    def joined(self, obj: User) -> str:
        return ja_datetime(obj.date_joined)

    @admin.display(description="メールアドレスの確認", boolean=True)
    def address_confirmed(self, obj: User) -> bool:
        return bool(obj.emailaddress_set.filter(verified=True).exists())  # type: ignore[attr-defined]

    @admin.display(description="2つ目の確認（認証アプリ・パスキー）", boolean=True)
    def second_factor(self, obj: User) -> bool:
        return has_second_factor(obj)

    def get_panels(self, request: HttpRequest, obj: User) -> tuple[Sequence[Panel], Sequence[Panel]]:
        affiliations = (
            Affiliation.objects.filter(user=obj).select_related("organisation").order_by("-started_at", "-pk")
        )
        consents = Consent.objects.filter(user=obj).select_related("user", "document").order_by("-given_at", "-pk")
        return (), [Panel("staff/members/_places.html", {"affiliations": affiliations, "consents": consents})]


@admin.register(Practitioner)
class PractitionerAdmin(AuditedAdmin[Practitioner]):
    list_display = ["__str__", "title", "active"]
    list_select_related = ["user"]
    list_filter = ["active"]
    search_fields = ["user__name", "user__name_kana", "title"]
    ordering = ["user__name_kana", "pk"]
    fields = ["user", "title", "introduction", "active"]
    autocomplete_fields = ["user"]

    def get_readonly_fields(self, request: HttpRequest, obj: Practitioner | None = None) -> list[str]:
        return ["user"] if obj is not None else []
