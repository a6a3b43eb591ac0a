"""Who invited whom, and what came of it: staff see all, also what the referrer does not."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from members import transitions
from members.enums import OrganisationState, ReferralState
from members.models import Organisation, Referral
from tomoiki.web.templatetags.ui import ja_date, ja_datetime
from tomoiki.workflow.admin import TransitionAdmin, TransitionButton, list_date

TONES: dict[str, str] = {
    ReferralState.ACCEPTED: "offer",
    ReferralState.DECLINED: "warning",
}
FIGURES_PER_PAGE = 50


@dataclass(frozen=True)
class ReferrerFigures:
    """What one organisation invited, in numbers."""

    organisation: Organisation
    made: int
    mailed: int
    applied: int
    approved: int
    declined: int
    revoked: int


@admin.register(Referral)
class ReferralAdmin(TransitionAdmin[Referral]):
    state_tones = TONES
    change_list_template = "staff/members/referral_list.html"
    list_display = ["organisation_name", "referrer", "state_shown", "came_of_it", "sharing", "made", "until"]
    list_select_related = ["referrer", "invited"]
    list_filter = ["state", "sharing", "referrer__kind"]
    search_fields = ["organisation_name", "referrer__name", "invited__name"]
    ordering = ["-created_at", "-pk"]
    tabs = [("お返事待ち", "state__exact=issued"), ("申込みあり", "state__exact=accepted"), ("すべて", "")]
    fields = readonly_fields = (
        "referrer",
        "made_by",
        "organisation_name",
        "contact_name",
        "message",
        "email",
        "agreement",
        "came_of_it",
        "sharing",
        "sharing_since",
        "made",
        "until",
        "answered",
        "taken_back",
    )
    buttons = [
        TransitionButton(
            "revoke",
            "この紹介を取り消す",
            transitions.revoke_referral,
            "members.revoke_referral",
            next="リンクが使えなくなります。紹介した団体から頼まれたときや、困った使い方のときの手続きです。",
            done="紹介を取り消しました。",
            tone="danger-secondary",
            icon="ban",
            confirm=True,
            shown=lambda referral: referral.revoked_at is None,
        )
    ]
    trail_words = {
        "referral.made": "紹介のリンクを作りました",
        "referral.accepted": "招かれた団体が受け取りました",
        "referral.settled": "招かれた団体が登録を申し込みました",
        "referral.declined": "今回は見送るとのお返事がありました",
        "referral.sharing_changed": "紹介した団体に伝えることを変えました",
        "referral.revoked": "取り消しました",
        "referral.forgotten": "紹介の宛先を消しました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Referral | None = None) -> bool:
        return False

    def get_facts(self, obj: Referral) -> Any:
        return [
            ("紹介する団体", obj.referrer),
            ("紹介したい団体", obj.organisation_name),
            ("登録した団体", obj.invited),
            ("状態", obj.get_state_display()),
        ]

    @admin.display(description="登録した団体")
    def came_of_it(self, obj: Referral) -> str:
        return f"{obj.invited}（{obj.invited.get_state_display()}）" if obj.invited else ""

    @admin.display(description="メールを受け取ることの承諾")
    def agreement(self, obj: Referral) -> str:
        return f"{obj.get_agreed_by_display()}（{ja_date(obj.agreed_on)}）" if obj.agreed_by else ""

    @admin.display(description="伝えることを決めた日時")
    def sharing_since(self, obj: Referral) -> str:
        who = f"　{obj.consented_by}" if obj.consented_by else ""
        return f"{ja_datetime(obj.consented_at)}{who}" if obj.consented_at else ""

    @admin.display(description="紹介した日", ordering="created_at")
    def made(self, obj: Referral) -> str:
        return list_date(obj.created_at)

    @admin.display(description="期限", ordering="expires_at")
    def until(self, obj: Referral) -> str:
        return list_date(obj.expires_at)

    @admin.display(description="お返事の日時")
    def answered(self, obj: Referral) -> str:
        return ja_datetime(obj.answered_at) if obj.answered_at else ""

    @admin.display(description="取り消した日時")
    def taken_back(self, obj: Referral) -> str:
        return ja_datetime(obj.revoked_at) if obj.revoked_at else ""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.figures_view)
        return [path("figures/", view, name="members_referral_figures"), *super().get_urls()]

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """What each referrer invited and what came of it, in numbers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = Paginator(_referrers(), FIGURES_PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": "紹介した団体ごとの数",
            "opts": self.opts,
            "page": page,
            "rows": [_figures(each) for each in page.object_list],
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "staff/members/referral_figures.html", context)


def _referrers() -> Any:
    """Organisations that invited somebody, those that brought most first."""
    joined = Q(referrals__state=ReferralState.ACCEPTED)
    member = Q(referrals__invited__state__in=[OrganisationState.APPROVED, OrganisationState.SUSPENDED])
    return (
        Organisation.objects.filter(referrals__isnull=False)
        .annotate(
            made=Count("referrals"),
            mailed=Count("referrals", filter=~Q(referrals__email="")),
            applied=Count("referrals", filter=joined),
            accepted=Count("referrals", filter=joined & member),
            declined=Count("referrals", filter=Q(referrals__state=ReferralState.DECLINED)),
            revoked=Count("referrals", filter=Q(referrals__revoked_at__isnull=False)),
        )
        .order_by("-accepted", "-applied", "-made", "pk")
    )


def _figures(row: Any) -> ReferrerFigures:
    return ReferrerFigures(row, row.made, row.mailed, row.applied, row.accepted, row.declined, row.revoked)
