"""What happens elsewhere and matters here."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_reset
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from members import gbizid
from members.models import Organisation, User
from members.review import review_due
from members.transitions import settle_registration
from members.transitions.people import unlink_gbizid_of_newcomer
from tomoiki.audit.actors import REGISTRATION


@receiver(email_confirmed, dispatch_uid="members-settle-registration")
def go_on_once_confirmed(
    sender: Any, email_address: EmailAddress, request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """The address is the person's own: now their application goes to the office, and they are told so.

    Should this fail, ``tasks.settle_registrations`` does it within the hour.
    """
    for done in settle_registration(cast(User, email_address.user), actor=REGISTRATION):
        if request is None:
            continue
        if isinstance(done, Organisation):
            due = review_due(done.applied_at or timezone.now())
            text = (
                f"「{done.name}」の申込みが事務局に届きました。"
                f"{due.month}月{due.day}日ごろまでに、結果をメールでお知らせします。"
            )
        else:
            text = f"「{done.organisation.name}」の代表担当者の方にお伝えしました。お返事をメールでお知らせします。"
        messages.success(request, text)


@receiver(password_reset, dispatch_uid="members-keep-strangers-out")
def keep_strangers_out(sender: Any, user: User, **kwargs: Any) -> None:
    """Who chooses a new password is who reads the mail, and perhaps not who registered."""
    unlink_gbizid_of_newcomer(user.pk, actor=REGISTRATION)


@receiver(pre_save, sender=SocialAccount, dispatch_uid="members-minimal-claims")
def keep_only_what_is_needed(sender: Any, instance: SocialAccount, **kwargs: Any) -> None:
    """An identity provider tells more of a person than the portal needs: birthday, addresses, a representative."""
    instance.extra_data = gbizid.minimal(instance.extra_data)
