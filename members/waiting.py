"""What waits for a member in their registration and organisations."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from members.colleagues import organisations_of_colleagues
from members.completeness import meters_of
from members.enums import AffiliationRole, HandoverState, JoinRequestState, OrganisationState
from members.models import Affiliation, Handover, Invitation, JoinRequest, Organisation, RegistrationDraft, User
from members.review import review_due
from tomoiki.web.waiting import Urgency, WaitingItem

# How long a rejection stands on a person's home.
REJECTION_SHOWN_FOR = timedelta(days=30)
# How long a successor is led to the brief of what they took over.
BRIEF_SHOWN_FOR = timedelta(days=30)


def waiting_items(user: User) -> Iterator[WaitingItem]:
    """What waits in ``user``'s registration and organisations: a fixed number of queries, however much it is."""
    affiliations = list(Affiliation.objects.current().filter(user=user).select_related("organisation").order_by("pk"))
    yield from _registration(user, affiliations)
    yield from _invitations(user)
    yield from _handovers(user)
    yield from _join_requests(user, affiliations)
    if not affiliations:
        yield from _colleagues(user)
    yield from _profiles(affiliations)
    unconfirmed = EmailAddress.objects.filter(user=user, verified=False).first()
    if unconfirmed is not None:
        yield WaitingItem(
            icon="mail",
            title="メールアドレスを確認してください",
            detail=f"{unconfirmed.email} に届いたメールから、確認のページを開いてください。",
            url=reverse("account_email"),
            button="メールアドレスの設定へ",
            tone="warning",
        )


def _profiles(affiliations: list[Affiliation]) -> Iterator[WaitingItem]:
    """The one thing that would help each organisation's page most, for those who may write it."""
    written = [
        each.organisation
        for each in affiliations
        if each.organisation.state == OrganisationState.APPROVED and each.role != AffiliationRole.VIEWER
    ]
    meters = meters_of(written)
    for organisation in written:
        step = meters[organisation.pk].asked
        if step is not None:
            yield WaitingItem(
                icon="edit",
                title=step.title,
                detail=f"{step.why}（{organisation.name}）",
                url=step.url,
                button="書く",
                tone="motif",
                urgency=Urgency.LATER,
                since=organisation.approved_at,
            )


def _registration(user: User, affiliations: list[Affiliation]) -> Iterator[WaitingItem]:
    now = timezone.now()
    for each in affiliations:
        organisation = each.organisation
        if organisation.state == OrganisationState.RETURNED:
            owner = each.role == AffiliationRole.OWNER
            yield WaitingItem(
                icon="arrow-back-up",
                title=f"「{organisation.name}」の申込みを直してください",
                detail=f"事務局から：{organisation.staff_message}",
                url=reverse("members:resubmit" if owner else "members:people", args=[organisation.pk]),
                button="内容を直す" if owner else "代表担当者を見る",
                tone="warning",
                urgency=Urgency.SOON,
                since=organisation.updated_at,
            )
        elif organisation.state == OrganisationState.REJECTED and organisation.updated_at > now - REJECTION_SHOWN_FOR:
            yield WaitingItem(
                icon="info-circle",
                title=f"「{organisation.name}」は、今回は登録できませんでした",
                detail=f"事務局から：{organisation.staff_message}",
                url=reverse("pages:contact"),
                button="事務局に聞く",
                tone="warning",
                since=organisation.updated_at,
            )
        elif organisation.state == OrganisationState.SUSPENDED:
            yield WaitingItem(
                icon="player-pause",
                title=f"「{organisation.name}」は一時停止中です",
                detail=f"事務局から：{organisation.staff_message}",
                url=reverse("pages:contact"),
                button="事務局に聞く",
                tone="warning",
                since=organisation.updated_at,
            )
        elif organisation.state == OrganisationState.APPLIED and organisation.applied_at is not None:
            due = review_due(organisation.applied_at)
            yield WaitingItem(
                icon="hourglass",
                title=f"「{organisation.name}」の申込みを、事務局が確認しています",
                detail=f"{due.month}月{due.day}日ごろまでに、結果をメールでお知らせします。",
                url=reverse("members:application", args=[organisation.pk]),
                button="申込みを見る",
                urgency=Urgency.LATER,
                since=organisation.applied_at,
            )
    draft = RegistrationDraft.objects.filter(user=user).first()
    if draft is not None and not draft.data.get("waits_for_confirmation"):
        yield WaitingItem(
            icon="pencil",
            title="団体の登録の続きがあります",
            detail="入力した内容は残っています。",
            url=reverse("members:join"),
            button="続きから始める",
            since=draft.updated_at,
        )


def _invitations(user: User) -> Iterator[WaitingItem]:
    """Those to an address that the person has confirmed. One query."""
    for each in Invitation.objects.open().to(user).select_related("organisation", "invited_by").order_by("expires_at"):
        who = "事務局" if each.is_claim else f"{each.invited_by}さん"
        yield WaitingItem(
            icon="user-plus",
            title=f"「{each.organisation.name}」への招待が届いています",
            detail=f"{who}から、{each.as_what}として加わってほしいとのことです。",
            url=reverse("members:my_invitation", args=[each.pk]),
            button="招待を開く",
            due=timezone.localdate(each.expires_at),
            since=each.sent_at,
        )


def _handovers(user: User) -> Iterator[WaitingItem]:
    """Those that stand still because the successor's time to answer has run out; briefs of late. Two queries."""
    over = Handover.objects.planned().filter(invitation__expires_at__lte=timezone.now())
    mine = Q(leaver=user) | Q(requested_by=user)
    for each in over.filter(mine, organisation__in=Organisation.objects.of(user)).select_related(
        "organisation", "leaver", "invitation"
    ):
        yield WaitingItem(
            icon="user-question",
            title=f"「{each.organisation.name}」の引き継ぎが止まっています",
            detail=f"後任の方（{each.invitation.email if each.invitation else ''}）への招待の期限が過ぎました。",
            url=reverse("members:handover", args=[each.pk]),
            button="引き継ぎを見る",
            tone="warning",
            since=each.created_at,
        )
    # What somebody took over lately: the brief is looked up more than once. One query.
    taken = Handover.objects.filter(
        successor=user, state=HandoverState.DONE, done_at__gt=timezone.now() - BRIEF_SHOWN_FOR
    )
    for each in taken.filter(organisation__in=Organisation.objects.of(user)).select_related("organisation", "leaver"):
        yield WaitingItem(
            icon="file-text",
            title=f"{each.leaver}さんから引き継いだことの「引き継ぎ書」があります",
            detail=f"担当していたことと、お返事の期限をまとめています（{each.organisation.name}）。",
            url=reverse("members:handover", args=[each.pk]),
            button="引き継ぎ書を見る",
            tone="state",
            urgency=Urgency.LATER,
            since=each.done_at,
        )


def _colleagues(user: User) -> Iterator[WaitingItem]:
    """For somebody who belongs nowhere: where people of their mail domain are. Three queries at most."""
    for each in organisations_of_colleagues(user):
        yield WaitingItem(
            icon="organisations",
            title=f"「{each.name}」は、あなたの団体ですか",
            detail="あなたと同じメールドメインの方がいます。同じ団体で活動していれば、担当者として加われます。",
            url=reverse("members:join_request", args=[each.pk]),
            button="加わりたいと伝える",
            tone="motif",
            urgency=Urgency.LATER,
        )


def _join_requests(user: User, affiliations: list[Affiliation]) -> Iterator[WaitingItem]:
    owned = [each.organisation_id for each in affiliations if each.role == AffiliationRole.OWNER]
    waiting = JoinRequest.objects.filter(state=JoinRequestState.WAITING).select_related("organisation", "user")
    for request in waiting.filter(organisation__in=owned).order_by("created_at"):
        yield WaitingItem(
            icon="user-plus",
            title=f"{request.user}さんが「{request.organisation.name}」に加わりたいと言っています",
            detail="同じ団体の方か確かめて、お返事をお願いします。",
            url=reverse("members:people", args=[request.organisation_id]),
            button="返事をする",
            since=request.created_at,
        )
    for request in waiting.filter(user=user).order_by("created_at"):
        yield WaitingItem(
            icon="hourglass",
            title=f"「{request.organisation.name}」のお返事を待っています",
            detail="代表担当者の方が迎えると、この団体の担当者になります。",
            url=reverse("members:account"),
            button="申し込みを見る",
            urgency=Urgency.LATER,
            since=request.created_at,
        )
