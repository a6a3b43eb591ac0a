"""The demo's links to invite by, a new version of the terms, and two questions whether organisations go on."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from members import transitions
from members.consent_texts import TERMS
from members.enums import (
    AffiliationRole,
    AgreedBy,
    ConsentKind,
    OrganisationKind,
    OrganisationState,
    ReconfirmationAnswer,
    ReferralSharing,
)
from members.models import (
    ConsentDocument,
    Organisation,
    Reconfirmation,
    ReconfirmationReply,
    Referral,
    User,
)
from members.notices.consents import DocumentPublished
from tomoiki.audit.actors import SCHEDULER
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message
from tomoiki.web.demo import DemoWorld, Story

NEW_TERMS = TERMS.replace(
    "将来、運営が外部の組織に移り、費用をいただく形に変わることがあります。そのときは前もってお知らせし、"
    "続けて参加するかどうかを改めておたずねします。",
    "来年度から、運営が外部の組織に移る予定です。費用をいただく形に変わるときは、3か月前までにお知らせし、"
    "続けて参加するかどうかを改めておたずねします。お返事のないときは、続けることに同意されなかったものとして扱います。",
).replace(
    "退会は、いつでもできます。",
    "退会は、いつでもできます。退会に理由はいりません。費用もかかりません。",
)
SUMMARY = """\
・第3条：運営が外部の組織に移るときの、お知らせの時期と、続けるかどうかのおたずね方を書き足しました。
・第9条：退会に理由や費用がいらないことを書き足しました。
ほかの条文は変わりません。"""
FIRST_QUESTION = """\
本会議の開催にあたり、これからも参加されるかどうかを、あらためて確認させてください。
費用はかかりません。登録の内容が変わっているときは、あわせて直してください。"""
SECOND_QUESTION = """\
来年度から、コンソーシアムの運営が、県の事務局から外部の組織に移る予定です。移ったあとは、会費をいただく可能性があります。金額と時期は、まだ決まっていません。

「継続する」とお返事のあった団体だけを、新しい運営に引き継ぎます。お返事のない団体の情報は、引き継ぎません。
個別の伴走支援や、おつなぎの成立をお約束するものではありません。"""


def stories(world: DemoWorld) -> Iterable[Story]:
    """Each is told by people whom the members' own stories brought."""
    yield _new_terms(world)
    yield _first_campaign(world)
    yield _running_campaign(world)
    yield from _referrals(world)


# --- texts ---


def _new_terms(world: DemoWorld) -> Story:
    moment = world.days_before_end(25)
    yield moment
    office = world.made["staff"][0]
    day = (timezone.localtime(world.end) + timedelta(days=60)).replace(hour=0, minute=0, second=0, microsecond=0)
    document = ConsentDocument.objects.create(
        kind=ConsentKind.TERMS, version="第2版", summary=SUMMARY, body=NEW_TERMS, in_force_from=day
    )
    yield world.later(moment, days=(0.1, 0.4))
    transitions.publish_consent_document(document.pk, actor=office)
    while DocumentPublished.untold(document).exists():
        transitions.announce_document(document.pk, actor=SCHEDULER, limit=500)


# --- whether organisations go on ---


def _first_campaign(world: DemoWorld) -> Story:
    """Long over: nearly everybody answered, and silence stayed silence."""
    moment = world.days_before_end(150)
    yield moment
    campaign = _campaign(world, "本会議を前にした参加の確認", FIRST_QUESTION, days=30)
    transitions.open_reconfirmation(campaign.pk, actor=world.made["staff"][1])
    _write_to_all(campaign)
    for reply in list(campaign.replies.select_related("organisation").order_by("pk")):
        moment = world.later(moment, days=(0.05, 0.25))
        yield moment
        _answer(world, campaign, reply, silent=0.12)
    yield max(moment, world.working(_morning(campaign.deadline + timedelta(days=1))))
    transitions.close_reconfirmation(campaign.pk, actor=SCHEDULER)


def _running_campaign(world: DemoWorld) -> Story:
    """Half way: some answered, one by telephone, many are silent; one reminder went out."""
    moment = world.days_before_end(13)
    yield moment
    campaign = _campaign(world, "運営の移行にともなう継続の確認", SECOND_QUESTION, days=27)
    transitions.open_reconfirmation(campaign.pk, actor=world.made["staff"][0])
    _write_to_all(campaign)
    # Whoever a visitor logs in as for the first time has something to answer.
    kept = {_organisation_of("npo"), _organisation_of("shakyo")}
    replies = list(campaign.replies.exclude(organisation__in=kept).select_related("organisation").order_by("pk"))
    world.random.shuffle(replies)
    for reply in replies[: len(replies) // 2]:
        moment = world.later(moment, days=(0.02, 0.12))
        if moment >= world.end:
            return
        yield moment
        _answer(world, campaign, reply, silent=0.0)


def _campaign(world: DemoWorld, title: str, body: str, *, days: int) -> Reconfirmation:
    document = ConsentDocument.objects.published().filter(kind=ConsentKind.TERMS).order_by("-in_force_from").first()
    return Reconfirmation.objects.create(
        title=title,
        body=body,
        document=document,
        deadline=timezone.localdate() + timedelta(days=days),
        created_by=world.made["staff"][0],
    )


def _write_to_all(campaign: Reconfirmation) -> None:
    for pk in campaign.replies.order_by("pk").values_list("pk", flat=True):
        transitions.ask_for_reconfirmation(pk, actor=SCHEDULER)


def _answer(world: DemoWorld, campaign: Reconfirmation, reply: ReconfirmationReply, *, silent: float) -> None:
    organisation = Organisation.objects.get(pk=reply.organisation_id)
    owner = organisation.people(AffiliationRole.OWNER).order_by("pk").first()
    chance = world.random.random()
    asked = (OrganisationState.APPROVED, OrganisationState.SUSPENDED)
    if chance < silent or owner is None or organisation.state not in asked or campaign.deadline < timezone.localdate():
        return
    answer, note = ReconfirmationAnswer.CONTINUE, ""
    if chance > 0.94:
        answer, note = ReconfirmationAnswer.LEAVE, "担当者の退職にともない、続けることがむずかしくなりました。"
    elif chance > 0.84:
        answer, note = ReconfirmationAnswer.HOLD, "会費の金額を見てから、理事会で決めます。"
    if 0.5 < chance < 0.6:
        transitions.record_reconfirmation_answer(
            reply.pk,
            answer=answer,
            channel=AgreedBy.PHONE,
            said_by=f"代表 {owner.name}",
            said_on=timezone.localdate(),
            note=note,
            actor=world.made["staff"][2],
        )
        return
    transitions.answer_reconfirmation(campaign.pk, organisation=organisation, answer=answer, note=note, actor=owner)


# --- links ---


def _referrals(world: DemoWorld) -> Iterable[Story]:
    """One of each state, from a bank and a welfare council."""
    nothing, membership, activity = ReferralSharing
    yield _referral(world, "kinyu", "架空商店街振興組合", days=12, contact="事務局")
    yield _referral(world, "kinyu", "架空工務店", days=130, contact="総務ご担当")
    yield _referral(world, "kinyu", "みどりベーカリー", days=210, taken_by="kigyo", sharing=membership)
    yield _referral(world, "kinyu", "ひなたの庭", days=190, taken_by="npo", sharing=activity)
    yield _referral(world, "kinyu", "架空大学 地域連携室", days=60, taken_by="daigaku", sharing=nothing)
    yield _referral(world, "kinyu", "架空クリーニング", days=40, declined=True, tell=True)
    yield _referral(world, "kinyu", "架空製作所", days=35, declined=True, tell=False)
    yield _referral(world, "kinyu", "架空運輸", days=30, revoked=True)
    yield _referral(world, "kinyu", "架空印刷", days=8, email="insatsu@kakuu.example", contact="営業ご担当")
    yield _referral(world, "kinyu", "はじめの一歩", days=3, applicant=True, sharing=membership)
    yield _referral(world, "shakyo", "架空ボランティアの会", days=20, contact="代表の方")
    yield _referral(world, "shakyo", "こども食堂ネット", days=15, declined=True, tell=False)


def _referral(world: DemoWorld, who: str, name: str, *, days: float, **how: Any) -> Story:
    """A link is made, and a few days later what ``how`` says becomes of it."""
    moment = world.days_before_end(days)
    yield moment
    person = _person(who)
    email = how.get("email", "")
    agreed = {"email": email, "agreed_by": AgreedBy.MEETING, "agreed_on": timezone.localdate()} if email else {}
    made = transitions.make_referral(
        _organisation_of(who).pk,
        data={
            "organisation_name": name,
            "contact_name": how.get("contact", ""),
            "message": "地域の活動に関心をお持ちとうかがい、ご案内します。見るだけでもどうぞ。",
            **agreed,
        },
        actor=person,
    )
    _as_delivered(made)
    moment = world.later(moment, days=(0.3, 1.5))
    yield moment
    if how.get("revoked"):
        transitions.revoke_referral(made.pk, actor=person)
    elif how.get("declined"):
        transitions.decline_referral(made.token, tell=how["tell"])
    elif how.get("applicant"):
        _taken_by_an_applicant(made, how["sharing"])
    elif how.get("taken_by"):
        owner = _person(how["taken_by"])
        organisation = _organisation_of(how["taken_by"])
        transitions.accept_referral(made.token, organisation=organisation, sharing=how["sharing"], actor=owner)


def _taken_by_an_applicant(made: Referral, sharing: ReferralSharing) -> None:
    waiting = Organisation.objects.filter(state=OrganisationState.APPLIED, kind=OrganisationKind.NPO)
    organisation = waiting.order_by("applied_at", "pk").first()
    owner = organisation.people(AffiliationRole.OWNER).first() if organisation else None
    if organisation is not None and owner is not None:
        transitions.accept_referral(made.token, organisation=organisation, sharing=sharing, actor=owner)


def _as_delivered(made: Referral) -> None:
    """Its mail went out in the year that is told, and its body with it."""
    now = timezone.now()
    Message.objects.filter(code="members_referral_invited", to_address=made.email, state=MessageState.QUEUED).update(
        state=MessageState.SENT, attempts=1, sent_at=now, cleared_at=now, text_body="", html_body=""
    )


def _person(address: str) -> User:
    return User.objects.get(email=f"{address}@demo.example")


def _organisation_of(address: str) -> Organisation:
    return Organisation.objects.of(_person(address)).order_by("pk")[0]


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))
