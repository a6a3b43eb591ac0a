"""What this app erases when it has been kept for long enough."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from members.enums import (
    ErasureReason,
    HandoverState,
    ImportState,
    InvitationState,
    JoinRequestState,
    OrganisationState,
    ReferralSharing,
)
from members.links.organisations import GONE
from members.models import (
    Affiliation,
    Handover,
    Invitation,
    JoinRequest,
    Merge,
    Organisation,
    Referral,
    RosterContact,
    RosterImport,
)
from members.retention import idle_and_unwarned, idle_and_warned
from members.transitions import forget_roster_contact, retention
from members.transitions.erasure import erase_organisation
from tomoiki.audit.actors import RETENTION
from tomoiki.web.lifecycle import RetentionRule, retention_rules
from tomoiki.workflow.sweeps import each_in_turn

READING = "reading_after_withdrawal"
WITHDRAWN = "withdrawn_organisations"


def _numbers(rows: Any) -> Iterable[int]:
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


def _with_readers(before: datetime) -> Iterable[int]:
    readers = Affiliation.objects.current().values("organisation")
    left = Organisation.objects.filter(state=OrganisationState.WITHDRAWN, withdrawn_at__lt=before)
    return _numbers(left.filter(pk__in=readers))


def _erase_organisation(pk: int, actor: Any) -> Organisation:
    return erase_organisation(pk, actor=actor, reason=ErasureReason.RETENTION)


def _withdrawn(before: datetime) -> Iterable[int]:
    return _numbers(
        Organisation.objects.filter(state=OrganisationState.WITHDRAWN, withdrawn_at__lt=before, erased_at=None)
    )


def _rejected(before: datetime) -> Iterable[int]:
    return _numbers(
        Organisation.objects.filter(state=OrganisationState.REJECTED, updated_at__lt=before, erased_at=None)
    )


def _merged(before: datetime) -> Iterable[int]:
    """What is left under the name of an organisation that went up in another, once that cannot be undone."""
    undoable = Merge.objects.undoable().values("loser")
    over = Merge.objects.filter(undone_at=None, made_at__lt=before).exclude(loser__in=undoable)
    return _numbers(
        Organisation.objects.filter(state=OrganisationState.MERGED, erased_at=None, pk__in=over.values("loser"))
    )


def _invitations(before: datetime) -> Iterable[int]:
    answered = Q(answered_at__lt=before) & ~Q(state=InvitationState.SENT)
    over = Q(state=InvitationState.SENT, expires_at__lt=before)
    return _numbers(Invitation.objects.filter(answered | over).exclude(email="", name="", message=""))


def _join_requests(before: datetime) -> Iterable[int]:
    return _numbers(JoinRequest.objects.filter(answered_at__lt=before).exclude(state=JoinRequestState.WAITING))


def _briefs(before: datetime) -> Iterable[int]:
    ended = Q(done_at__lt=before) | Q(state=HandoverState.CANCELLED, created_at__lt=before)
    rows = Handover.objects.filter(ended).exclude(state=HandoverState.PLANNED)
    return _numbers(rows.exclude(note="", brief=[]))


def _referrals(before: datetime) -> Iterable[int]:
    # By the link's own end alone, and also where somebody registered by it whom the referrer may not know of: names
    # that go from some links and stay in others would tell it which these are.
    quiet = Q(sharing=ReferralSharing.NOTHING) | Q(invited=None)
    over = Referral.objects.filter(quiet, expires_at__lt=before)
    return _numbers(over.exclude(organisation_name=GONE, contact_name="", email="", message=""))


def _imports(before: datetime) -> Iterable[int]:
    ended = Q(finished_at__lt=before) | Q(state=ImportState.CHECKED, created_at__lt=before)
    return _numbers(RosterImport.objects.filter(ended))


def _roster_contacts(before: datetime) -> Iterable[int]:
    return _numbers(RosterContact.objects.filter(created_at__lt=before))


def _idle(before: datetime) -> Iterable[int]:
    return _numbers(idle_and_warned(before))


def _warn_idle(before: datetime) -> None:
    each_in_turn(
        "warn_idle_people",
        _numbers(idle_and_unwarned(before)),
        lambda pk: retention.warn_idle_person(pk, actor=RETENTION),
    )


for _rule in (
    RetentionRule(
        READING,
        label="退会した団体の方が、おつなぎの記録を読める期間",
        help_text="退会の日から数えます。過ぎると担当者から外れ、おつなぎややりとりの記録を開けなくなります。"
        "アカウントは残ります。",
        default_months=6,
        due=_with_readers,
        erase=lambda pk, actor: retention.end_reading(pk, actor=actor),
        order=10,
    ),
    RetentionRule(
        WITHDRAWN,
        label="退会した団体の情報",
        help_text="退会の日から数えます。過ぎると、団体の名前、連絡先、紹介、掲載とメッセージの文章を消します。"
        "おつなぎの件数や成果の数字は、どの団体か分からない形で残ります。",
        default_months=36,
        due=_withdrawn,
        erase=_erase_organisation,
        order=20,
    ),
    RetentionRule(
        "rejected_applications",
        label="登録をお断りした申込み",
        help_text="お断りした日から数えます。過ぎると、申込みの内容を消します。",
        default_months=12,
        due=_rejected,
        erase=_erase_organisation,
        order=30,
    ),
    RetentionRule(
        "merged_organisations",
        label="統合でまとめられた側に残っている情報",
        help_text="統合の日から数えます。元に戻せる30日のあいだは消しません。残った側の団体の情報は消えません。",
        default_months=12,
        due=_merged,
        erase=_erase_organisation,
        order=40,
    ),
    RetentionRule(
        "invitations",
        label="終わった招待の宛先",
        help_text="お返事か期限の日から数えます。過ぎると、招待した方のお名前とメールアドレスを消します。",
        default_months=12,
        due=_invitations,
        erase=lambda pk, actor: retention.forget_invitation(pk, actor=actor),
        order=50,
    ),
    RetentionRule(
        "join_requests",
        label="お返事の済んだ、団体に加わるための申し込み",
        help_text="お返事の日から数えます。過ぎると、申し込みを消します。",
        default_months=12,
        due=_join_requests,
        erase=lambda pk, actor: retention.forget_join_request(pk, actor=actor),
        order=60,
    ),
    RetentionRule(
        "handover_briefs",
        label="引き継ぎ書と申し送り",
        help_text="引き継ぎの日から数えます。過ぎると、引き継ぎ書の中身を消します。引き継いだことの記録は残ります。",
        default_months=24,
        due=_briefs,
        erase=lambda pk, actor: retention.forget_brief(pk, actor=actor),
        order=70,
    ),
    RetentionRule(
        "declined_referrals",
        label="紹介の宛先",
        help_text="リンクの期限の日から数えます。過ぎると、紹介したい団体の名前と連絡先を消します。"
        "その後を紹介した団体に伝えてよい、とされたものは残します。",
        default_months=12,
        due=_referrals,
        erase=lambda pk, actor: retention.forget_referral(pk, actor=actor),
        order=80,
    ),
    RetentionRule(
        "roster_imports",
        label="名簿の取り込みに使ったファイル",
        help_text="取り込みが終わった日から数えます。過ぎると、ファイルと確認の結果を消します。登録した団体は残ります。",
        default_months=3,
        due=_imports,
        erase=lambda pk, actor: retention.forget_roster_import(pk, actor=actor),
        order=90,
    ),
    RetentionRule(
        "roster_contacts",
        label="名簿の担当者とメールアドレス",
        help_text="取り込んだ日から数えます。団体の方が加わったときは、待たずにその日のうちに消します。",
        default_months=12,
        due=_roster_contacts,
        erase=lambda pk, actor: forget_roster_contact(pk, actor=actor),
        order=95,
    ),
    RetentionRule(
        retention.IDLE_PEOPLE,
        label="どの団体にも加わっていない方のアカウント",
        help_text="最後のログインから数えます。30日前にメールでお知らせし、ログインがなければ、アカウントを削除します。",
        default_months=24,
        due=_idle,
        erase=lambda pk, actor: retention.forget_idle_person(pk, actor=actor),
        order=100,
        warn=_warn_idle,
    ),
):
    retention_rules.register(_rule)
