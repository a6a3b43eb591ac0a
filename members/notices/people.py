"""What people are told about invitations and about handing over."""

from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from members.enums import AffiliationRole
from members.models import Handover, Invitation, User
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


def mail_invitation(invitation: Invitation, token: str, *, for_handover: bool = False) -> None:
    """Mail the link, secret: its body is never shown and wiped once sent. Who has an account finds it in the bell too.

    To be called inside the transition that made ``token``.
    """
    confirmed = EmailAddress.objects.filter(email=invitation.email, verified=True).select_related("user").first()
    person = confirmed.user if confirmed is not None else None
    organisation = invitation.organisation
    subject = (
        f"「{organisation.name}」を引き継いでくださいませんか"
        if invitation.is_claim
        else f"「{organisation.name}」の担当者への招待"
    )
    whole: dict[str, Any] = {
        **outbox.site_context(),
        "invitation": invitation,
        "organisation": organisation,
        "for_handover": for_handover,
        "subject": subject,
        "recipient": person or invitation.name,
        "reason": "事務局が、名簿のご連絡先にご案内するため"
        if invitation.is_claim
        else f"「{organisation.name}」から招待があったため",
        "action_url": settings.SITE_URL + reverse("members:invitation", args=[token]),
        "action_label": "招待を開く",
        "can_switch_off": False,
    }
    body = render_to_string("email/members_invitation.txt", {**whole, "body_only": True}).strip()
    outbox.put_secret(
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        code="members_invitation",
        to_address=invitation.email,
        subject=subject,
        text=render_to_string("email/members_invitation.txt", whole),
        html=render_to_string("layouts/email_from_text.html", {**whole, "body_text": body}),
        recipient=person,
    )
    if person is not None:
        outbox.put(Invited(invitation, person))


class InvitationNotice(Notice):
    """Something about one invitation."""

    topic = Topic.MEMBERSHIP

    def __init__(self, invitation: Invitation) -> None:
        self.invitation = invitation
        self.organisation = invitation.organisation

    def about(self) -> Invitation:
        return self.invitation

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "invitation": self.invitation,
            "organisation": self.organisation,
            "person": self.invitation.accepted_by,
        }


class Invited(InvitationNotice):
    """To somebody who has an account, in the bell: the mail holds the link, this leads to the same without it."""

    code = "members_invited"
    urgency = Urgency.BELL

    def __init__(self, invitation: Invitation, person: User) -> None:
        super().__init__(invitation)
        self.person = person

    def audience(self) -> Iterable[User]:
        return [self.person]

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の担当者への招待が届いています"

    def reason(self, recipient: User) -> str:
        return "あなたのメールアドレスに招待があったため"

    def link(self, recipient: User) -> str:
        return reverse("members:my_invitation", args=[self.invitation.pk])

    def digest_text(self, recipient: User) -> str:
        return "加わるかどうか、お返事をお願いします。"


class InvitationAnswered(InvitationNotice):
    """To whoever invited, and to those who answer for the organisation."""

    urgency = Urgency.NORMAL
    action_label = "担当者を見る"

    def audience(self) -> Iterable[User]:
        owners = list(self.organisation.people(AffiliationRole.OWNER))
        inviter = self.invitation.invited_by
        # Whoever left meanwhile is told nothing of it any more; the office always may.
        if inviter.is_staff or self.organisation.people().filter(pk=inviter.pk).exists():
            owners.append(inviter)
        return {each.pk: each for each in owners if each.pk != self.invitation.accepted_by_id}.values()

    def reason(self, recipient: User) -> str:
        if recipient.pk == self.invitation.invited_by_id:
            return "招待を送っていただいたため"
        return f"「{self.organisation.name}」の代表担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:people", args=[self.organisation.pk])


class InvitationAccepted(InvitationAnswered):
    code = "members_invitation_accepted"

    def subject(self, recipient: User) -> str:
        return f"{self.invitation.accepted_by}さんが「{self.organisation.name}」に加わりました"

    def digest_text(self, recipient: User) -> str:
        return f"役割は「{self.invitation.get_role_display()}」です。"


class InvitationDeclined(InvitationAnswered):
    code = "members_invitation_declined"

    def __init__(self, invitation: Invitation, *, handover: bool = False) -> None:
        super().__init__(invitation)
        self.handover = handover

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」への招待は、見送られました"

    def digest_text(self, recipient: User) -> str:
        return f"{self.invitation.name or self.invitation.email}さんから、加わらないとのお返事がありました。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "handover": self.handover}


class InvitationWelcome(InvitationNotice):
    """To whoever joined."""

    code = "members_invitation_welcome"
    action_label = "マイページを開く"

    def audience(self) -> Iterable[User]:
        return [self.invitation.accepted_by] if self.invitation.accepted_by is not None else []

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の{self.invitation.as_what}になりました"

    def reason(self, recipient: User) -> str:
        return "招待にお返事をいただいたため"

    def link(self, recipient: User) -> str:
        return reverse("pages:me")

    def digest_text(self, recipient: User) -> str:
        return "この団体の方として、ともいきを使えます。"


class HandoverNotice(Notice):
    """Something about one handover."""

    topic = Topic.MEMBERSHIP
    action_label = "引き継ぎの内容を見る"

    def __init__(self, handover: Handover) -> None:
        self.handover = handover
        self.organisation = handover.organisation

    def about(self) -> Handover:
        return self.handover

    def reason(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の代表担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:handover", args=[self.handover.pk])

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "handover": self.handover,
            "organisation": self.organisation,
            "leaver": self.handover.leaver,
            "successor": self.handover.successor,
        }

    def _owners_but(self, *people: User | None) -> Iterable[User]:
        left_out = [person.pk for person in people if person is not None]
        return self.organisation.people(AffiliationRole.OWNER).exclude(pk__in=left_out)


class HandoverPlanned(HandoverNotice):
    """To the leaver and the owners: it waits for the successor. Whoever asked for it knows."""

    code = "members_handover_planned"

    def audience(self) -> Iterable[User]:
        people = {each.pk: each for each in self._owners_but(self.handover.requested_by)}
        leaver = self.handover.leaver
        if leaver.pk != self.handover.requested_by_id and self.organisation.people().filter(pk=leaver.pk).exists():
            people[leaver.pk] = leaver
        return people.values()

    def subject(self, recipient: User) -> str:
        return f"{self.handover.leaver}さんの引き継ぎの準備が始まりました"

    def reason(self, recipient: User) -> str:
        if recipient.pk == self.handover.leaver_id:
            return "あなたの引き継ぎの手続きがあったため"
        return super().reason(recipient)

    def digest_text(self, recipient: User) -> str:
        return "後任の方が招待にお返事をすると、引き継ぎます。"


class HandoverDone(HandoverNotice):
    """To the successor: what there is to do now, and by when."""

    code = "members_handover_done"
    action_label = "引き継ぎ書を開く"

    def audience(self) -> Iterable[User]:
        return [self.handover.successor] if self.handover.successor is not None else []

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の{self.handover.leaver}さんから引き継ぎました"

    def reason(self, recipient: User) -> str:
        return "後任の担当者になられたため"

    def digest_text(self, recipient: User) -> str:
        return "引き継ぎ書に、進んでいることと期限をまとめました。"


class HandoverLeft(HandoverNotice):
    """To the leaver: it is done, and thanks."""

    code = "members_handover_left"
    action_label = "登録の内容を開く"

    def audience(self) -> Iterable[User]:
        return [self.handover.leaver]

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の引き継ぎが終わりました"

    def reason(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の担当者だったため"

    def link(self, recipient: User) -> str:
        return reverse("members:account")

    def digest_text(self, recipient: User) -> str:
        return f"{self.handover.successor}さんに引き継ぎました。ありがとうございました。"


class HandoverTold(HandoverNotice):
    """To the other owners: who follows whom."""

    code = "members_handover_told"
    urgency = Urgency.NORMAL

    def audience(self) -> Iterable[User]:
        return self._owners_but(self.handover.leaver, self.handover.successor)

    def subject(self, recipient: User) -> str:
        return f"{self.handover.leaver}さんから{self.handover.successor}さんに引き継がれました"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の担当が替わりました。"


class HandoverCancelled(HandoverNotice):
    """To everybody whom it concerned but the one who called it off."""

    code = "members_handover_cancelled"
    urgency = Urgency.NORMAL

    def __init__(self, handover: Handover, *, by: User) -> None:
        super().__init__(handover)
        self.by = by

    def audience(self) -> Iterable[User]:
        people = {each.pk: each for each in self._owners_but(self.by)}
        for person in (self.handover.leaver, self.handover.requested_by):
            told = person.is_staff or self.organisation.people().filter(pk=person.pk).exists()
            if told and person.pk != self.by.pk:
                people[person.pk] = person
        return people.values()

    def subject(self, recipient: User) -> str:
        return f"{self.handover.leaver}さんの引き継ぎは、取りやめになりました"

    def reason(self, recipient: User) -> str:
        return "引き継ぎの手続きがあったため"

    def digest_text(self, recipient: User) -> str:
        return "担当はそのままです。"
