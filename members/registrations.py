"""This app's share of what lower apps collect: the list of themes, and what waits for a person."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole, JoinRequestState, OrganisationState
from members.models import Affiliation, JoinRequest, RegistrationDraft, User
from members.review import review_due
from members.staff_queues import QUEUES
from tomoiki.vocabulary.lists import Vocabulary, vocabularies
from tomoiki.web.waiting import Urgency, WaitingItem, WaitingSource, member_waiting, staff_waiting

vocabularies.register(
    Vocabulary(
        "theme",
        "テーマ",
        (
            ("children", "子ども・子育て", "子ども食堂、学習支援、親子の居場所など"),
            ("elderly", "高齢の方", "見守り、生きがい、多世代の交流など"),
            ("disability", "障がいのある方", "働く場、社会参加、作品の発表など"),
            ("school-refusal", "学校に行きづらい子ども・若者", "学校の外の居場所、はじめの一歩など"),
            ("isolation", "孤独・孤立", "つながりづくり、相談、居場所など"),
            ("poverty", "暮らしの困りごと", "食料、住まい、生活の支援など"),
            ("community", "地域のつながり", "自治会・町内会、夏祭り、清掃など"),
            ("multicultural", "多文化", "外国につながる方の暮らし、やさしい日本語など"),
            ("environment", "環境・海・みどり", "藻場の再生、食品ロス、清掃など"),
            ("disaster", "防災", "備え、避難、被災した方の支援など"),
            ("health", "健康・スポーツ", "体を動かす場、介護予防など"),
            ("culture", "文化・アート", "絵画、音楽、演劇、伝統行事など"),
            ("work", "働くこと", "仕事づくり、就労支援、プロボノなど"),
            ("gender", "性別・多様な生き方", "だれもが自分らしくいられる場づくりなど"),
        ),
    )
)

# How long a rejection stands on a person's home.
REJECTION_SHOWN_FOR = timedelta(days=30)


def waiting_items(user: User) -> Iterator[WaitingItem]:
    """What waits in ``user``'s registration and organisations: five queries, however many there are."""
    affiliations = list(Affiliation.objects.current().filter(user=user).select_related("organisation").order_by("pk"))
    yield from _registration(user, affiliations)
    yield from _join_requests(user, affiliations)
    for each in affiliations:
        organisation = each.organisation
        if (
            organisation.state == OrganisationState.APPROVED
            and not organisation.description
            and each.role != AffiliationRole.VIEWER
        ):
            yield WaitingItem(
                icon="edit",
                title="団体の紹介を書きましょう",
                detail=f"「{organisation.name}」の活動が2、3行あると、相手が安心して声をかけられます。",
                url=reverse("members:profile_edit", args=[organisation.pk]),
                button="紹介を書く",
                tone="motif",
                urgency=Urgency.LATER,
                since=organisation.approved_at,
            )
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
                url=reverse("members:account"),
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


member_waiting.register(WaitingSource("members", waiting_items))

# What waits for staff.
for _queue in QUEUES:
    staff_waiting.register(_queue)
