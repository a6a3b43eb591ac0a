"""The demo's people who come and go: invitations in every state, somebody of two organisations, handovers."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.utils import timezone

from members import transitions
from members.enums import AffiliationRole
from members.models import Affiliation, Organisation, User
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message
from tomoiki.web.demo import DemoWorld, Story

#: In the demo nobody reads the mails: whoever is invited has an account already, or does not answer.
DOMAIN = "demo.example"


def stories(world: DemoWorld) -> Iterable[Story]:
    """One story for the organisation that visitors look at first, one for who changes desks, one who is still asked."""
    yield _a_busy_organisation(world)
    yield _somebody_of_two(world)
    yield _a_handover_done(world)
    yield _a_handover_planned(world)


def _owner(name: str) -> tuple[Organisation, Affiliation]:
    """The organisation of one of the accounts that visitors log in with, and its owner's place there."""
    place = (
        Affiliation.objects.current()
        .select_related("organisation", "user")
        .get(user__email=f"{name}@{DOMAIN}", role=AffiliationRole.OWNER)
    )
    return place.organisation, place


def _account(world: DemoWorld, address: str, name: str, kana: str) -> User:
    """Somebody with an account who belongs nowhere yet."""
    email = f"{address}@{DOMAIN}"
    person = User.objects.create(email=email, name=name, name_kana=kana, password=world.made["password"])
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    transitions.record_consents(person, actor=person)
    return person


def _as_delivered() -> None:
    """The mails went out in the year that is told, and their bodies with them."""
    Message.objects.filter(code="members_invitation", state=MessageState.QUEUED).update(
        state=MessageState.SENT,
        attempts=1,
        sent_at=timezone.now(),
        cleared_at=timezone.now(),
        text_body="",
        html_body="",
    )


def _a_busy_organisation(world: DemoWorld) -> Story:
    """One invitation that ran out, one that was taken back, one declined and one that waits."""

    def invite(address: str, name: str, role: AffiliationRole, message: str = "") -> int:
        organisation, place = _owner("npo")
        return transitions.invite_person(
            organisation.pk, email=address, name=name, role=role, message=message, actor=place.user
        ).pk

    yield world.days_before_end(40)
    invite("kitahara@hinata.example", "北原 岳", AffiliationRole.VIEWER)
    yield world.days_before_end(21)
    mistyped = invite("higasi@hinata.example", "東 雪", AffiliationRole.EDITOR)
    yield world.days_before_end(20.9)
    transitions.revoke_invitation(mistyped, actor=_owner("npo")[1].user)
    yield world.days_before_end(9)
    _account(world, "minami", "南 晴", "ミナミ ハル")
    asked = invite(f"minami@{DOMAIN}", "南 晴", AffiliationRole.EDITOR)
    yield world.days_before_end(8)
    transitions.decline_own_invitation(asked, actor=User.objects.get(email=f"minami@{DOMAIN}"))
    # Of all these mails the last alone is still to be seen in the demo's mailbox.
    yield world.days_before_end(2)
    _as_delivered()
    invite("higashi@hinata.example", "東 雪", AffiliationRole.EDITOR, "春から、食堂の受付をいっしょにお願いします。")


def _somebody_of_two(world: DemoWorld) -> Story:
    """Works for the university and helps out at the newspaper: the switch in the header is theirs."""
    yield world.days_before_end(120)
    university, teacher = _owner("daigaku")
    person = _account(world, "kakemochi", "掛川 渉", "カケガワ ワタル")
    first = transitions.invite_person(
        university.pk,
        email=person.email,
        name=person.name,
        role=AffiliationRole.EDITOR,
        message="地域連携の窓口をお願いします。",
        actor=teacher.user,
    )
    yield world.days_before_end(119)
    transitions.accept_own_invitation(first.pk, actor=person)
    yield world.days_before_end(60)
    newspaper, editor = _owner("media")
    second = transitions.invite_person(
        newspaper.pk, email=person.email, name=person.name, role=AffiliationRole.EDITOR, message="", actor=editor.user
    )
    yield world.days_before_end(58)
    transitions.accept_own_invitation(second.pk, actor=person)
    yield world.days_before_end(4)
    # And a third that waits on their own page.
    organisation, owner = _owner("shakyo")
    transitions.invite_person(
        organisation.pk,
        email=person.email,
        name=person.name,
        role=AffiliationRole.VIEWER,
        message="地域の声を、授業でも聞いていただければうれしいです。",
        actor=owner.user,
    )


def _a_handover_done(world: DemoWorld) -> Story:
    """At the city somebody changed desks; whoever follows has the brief."""
    yield world.days_before_end(150)
    city, owner = _owner("shichoson")
    leaver = _account(world, "idou", "異堂 移", "イドウ ウツル")
    invitation = transitions.invite_person(
        city.pk, email=leaver.email, name=leaver.name, role=AffiliationRole.EDITOR, message="", actor=owner.user
    )
    yield world.days_before_end(149)
    transitions.accept_own_invitation(invitation.pk, actor=leaver)
    yield world.days_before_end(25)
    city, owner = _owner("shichoson")
    place = Affiliation.objects.current().get(user=leaver, organisation=city)
    transitions.plan_handover(
        place.pk,
        successor=owner.user,
        note="見守りの話し合いは、毎月第2火曜に続けています。\n次の日程は、社会福祉協議会さんが調整してくださっています。",
        actor=leaver,
    )


def _a_handover_planned(world: DemoWorld) -> Story:
    """At the bank the successor has been invited and has not answered yet."""
    yield world.days_before_end(90)
    bank, owner = _owner("kinyu")
    leaver = _account(world, "kinyu.idou", "転田 任", "テンダ マコト")
    invitation = transitions.invite_person(
        bank.pk, email=leaver.email, name=leaver.name, role=AffiliationRole.EDITOR, message="", actor=owner.user
    )
    yield world.days_before_end(88)
    transitions.accept_own_invitation(invitation.pk, actor=leaver)
    yield world.days_before_end(3)
    place = Affiliation.objects.current().get(user=leaver, organisation=bank)
    transitions.plan_handover(
        place.pk,
        invite={"email": "kounin@shinkin.example", "name": "後藤 継"},
        note="助成の相談会の資料は、共有の棚にあります。",
        actor=leaver,
    )
