"""What the two sides of a referral are told: the invited one by mail, the referrer as far as that one allows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from members.enums import OrganisationState
from members.models import Referral, User
from members.referral_news import ANSWERS, standing_of
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class ReferralNews(Notice):
    """To those who act for the referrer: the invited organisation applied, is registered, or said 'not now'."""

    code = "members_referral_news"
    topic = Topic.MEMBERSHIP
    urgency = Urgency.NORMAL
    action_label = "紹介した団体を見る"

    def __init__(self, referral: Referral, event: str) -> None:
        self.referral = referral
        self.event = event

    @classmethod
    def event_of(cls, referral: Referral) -> str:
        """Which news there is that the referrer may know; empty for none, or when nobody is to be told."""
        standing = standing_of(referral)
        told = standing if standing in {"applied", "approved", "declined"} else ""
        return told if referral.referrer.state == OrganisationState.APPROVED else ""

    def about(self) -> Referral:
        return self.referral

    def key(self) -> str:
        return f"{self.code}:{self.referral.pk}:{self.event}"

    def audience(self) -> Iterable[User]:
        return self.referral.referrer.acting_people()

    def subject(self, recipient: User) -> str:
        words = {
            "applied": "が、登録を申し込まれました",
            "approved": "が、登録されました",
            "declined": "は、今回は見送るとのことです",
        }
        return f"ご紹介いただいた「{self.referral.organisation_name}」{words[self.event]}"

    def reason(self, recipient: User) -> str:
        return f"「{self.referral.referrer.name}」の担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:referral_detail", args=[self.referral.referrer_id, self.referral.pk])

    def digest_text(self, recipient: User) -> str:
        return ANSWERS[self.event]

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"referral": self.referral, "answer": ANSWERS[self.event]}


def mail_invited(referral: Referral) -> None:
    """Write to somebody without an account who agreed to get this mail; its body is wiped once it is sent.

    It names the sender, says why it comes and how to get no more of them (特定電子メール法), and tracks nothing.
    """
    code = "members_referral_invited"
    subject = f"「{referral.referrer.name}」から、ご紹介です"
    context = {
        **outbox.site_context(),
        "referral": referral,
        "subject": subject,
        "recipient": f"{referral.organisation_name}　{referral.contact_name}".strip(),
        "reason": f"「{referral.referrer.name}」が、このご案内をお送りすることの承諾をいただいたため",
        "action_url": settings.SITE_URL + reverse("members:referral", args=[referral.token]),
        "action_label": "案内を読む",
        "contact_url": settings.SITE_URL + reverse("pages:contact"),
        "can_switch_off": False,
        "body_only": False,
    }
    body = render_to_string(f"email/{code}.txt", {**context, "body_only": True}).strip()
    outbox.put_secret(
        key=f"{code}:{referral.pk}",
        code=code,
        to_address=referral.email,
        subject=subject,
        text=render_to_string(f"email/{code}.txt", context),
        html=render_to_string("layouts/email_from_text.html", {**context, "body_text": body}),
        recipient=None,
    )
