"""Invitations and handovers: what is under way, for staff who help where an organisation's own people cannot."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from members import transitions
from members.enums import HandoverState, InvitationState
from members.models import Handover, Invitation
from members.workflow import HANDOVERS, INVITATIONS
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import TransitionAdmin, TransitionButton, list_date, state_chip


@admin.register(Invitation)
class InvitationAdmin(TransitionAdmin[Invitation]):
    """Sent from an organisation's page of people, or to claim an organisation of the roster."""

    workflow = INVITATIONS
    state_tones = {InvitationState.SENT: "state", InvitationState.ACCEPTED: "offer"}
    decision_heading = "この招待をどうしますか"
    list_display = ["address", "organisation", "role", "kind", "standing", "sent_on", "ends_on"]
    list_select_related = ["organisation"]
    list_filter = ["state", "kind", "role"]
    search_fields = ["email", "name", "organisation__name"]
    search_help_text = "メールアドレス、お名前、団体名でさがせます。"
    ordering = ["-created_at", "-pk"]
    tabs = [("返事待ち", "state__exact=sent"), ("すべて", "")]
    readonly_fields = (
        "organisation",
        "email",
        "name",
        "role",
        "kind",
        "message",
        "invited_by",
        "sent_on",
        "times_sent",
        "ends_on",
        "accepted_by",
        "answered_on",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "resend",
            "もう一度送る",
            transitions.resend_invitation,
            "members.resend_invitation",
            next="新しい招待のメールを送ります。前のメールのページは使えなくなり、期限は14日のびます。",
            done="もう一度送りました。",
            tone="secondary",
            icon="send",
        ),
        TransitionButton(
            "revoke",
            "取り消す",
            transitions.revoke_invitation,
            "members.revoke_invitation",
            next="メールのページが使えなくなります。後任の方への招待のときは、引き継ぎも取りやめになります。",
            done="取り消しました。",
            tone="danger-secondary",
            icon="ban",
            confirm=True,
        ),
    ]
    trail_words = {
        "invitation.sent": "招待を送りました",
        "invitation.resent": "もう一度送りました",
        "invitation.accepted": "招待を受けて加わりました",
        "invitation.declined": "加わらないとのお返事でした",
        "invitation.revoked": "招待を取り消しました",
        "invitation.forgotten": "宛先を消しました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related("organisation", "invited_by", "accepted_by")

    @admin.display(description="宛先", ordering="email")
    def address(self, obj: Invitation) -> str:
        return f"{obj.name}（{obj.email}）" if obj.name else obj.email

    @admin.display(description="状態", ordering="state")
    def standing(self, obj: Invitation) -> str:
        if obj.is_over:
            return state_chip("期限が過ぎました", "warning")
        return state_chip(obj.get_state_display(), self.state_tones.get(InvitationState(obj.state), ""))

    @admin.display(description="送った日", ordering="sent_at")
    def sent_on(self, obj: Invitation) -> str:
        return list_date(obj.sent_at)

    @admin.display(description="期限", ordering="expires_at")
    def ends_on(self, obj: Invitation) -> str:
        return list_date(obj.expires_at)

    @admin.display(description="返事の日時")
    def answered_on(self, obj: Invitation) -> str:
        return ja_datetime(obj.answered_at)

    def get_facts(self, obj: Invitation) -> Sequence[tuple[str, Any]]:
        return [("団体", obj.organisation), ("宛先", self.address(obj)), ("役割", obj.get_role_display())]


@admin.register(Handover)
class HandoverAdmin(TransitionAdmin[Handover]):
    """What somebody's successor waits for, or has taken over; the brief itself is the organisation's own."""

    workflow = HANDOVERS
    state_tones = {HandoverState.PLANNED: "state", HandoverState.DONE: "offer"}
    decision_heading = "この引き継ぎをどうしますか"
    list_display = ["leaver", "organisation", "successor", "state_shown", "planned_on", "done_on"]
    list_select_related = ["organisation", "leaver", "successor"]
    list_filter = ["state"]
    search_fields = ["organisation__name", "leaver__name", "successor__name"]
    search_help_text = "団体名、離れる方、後任の方のお名前でさがせます。"
    ordering = ["-created_at", "-pk"]
    tabs = [("参加待ち", "state__exact=planned"), ("すべて", "")]
    readonly_fields = (
        "organisation",
        "leaver",
        "successor",
        "invited",
        "requested_by",
        "planned_on",
        "done_on",
        "page",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "cancel",
            "取りやめる",
            transitions.cancel_handover,
            "members.cancel_handover",
            next="後任の方への招待も使えなくなります。担当はそのままです。関係する方にお知らせします。",
            done="取りやめ、関係する方にお知らせしました。",
            tone="danger-secondary",
            icon="ban",
            confirm=True,
        ),
    ]
    trail_words = {
        "handover.planned": "引き継ぎの手続きを始めました",
        "handover.done": "引き継ぎました",
        "handover.cancelled": "取りやめました",
        "handover.forgotten": "引き継ぎ書の中身を消しました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handover]:
        rows = super().get_queryset(request)
        return rows.select_related("organisation", "leaver", "successor", "requested_by", "invitation")

    @admin.display(description="招待した方")
    def invited(self, obj: Handover) -> str:
        return obj.invitation.email if obj.invitation is not None else ""

    @admin.display(description="手続きした日", ordering="created_at")
    def planned_on(self, obj: Handover) -> str:
        return list_date(obj.created_at)

    @admin.display(description="引き継いだ日", ordering="done_at")
    def done_on(self, obj: Handover) -> str:
        return list_date(obj.done_at)

    @admin.display(description="引き継ぎ書")
    def page(self, obj: Handover) -> str:
        return format_html('<a href="{}">引き継ぎのページを開く</a>', reverse("members:handover", args=[obj.pk]))

    def get_facts(self, obj: Handover) -> Sequence[tuple[str, Any]]:
        return [("団体", obj.organisation), ("離れる方", obj.leaver), ("後任の方", obj.successor or self.invited(obj))]
