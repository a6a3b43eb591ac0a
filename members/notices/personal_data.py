"""What people are told when an account is deleted, and before."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from members.models import Affiliation, User
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.notice import Notice


def mail_farewell(*, pk: int, address: str, by_office: bool) -> None:
    """Tell the old address that the account is gone. Nobody bears it any more: it is wiped with the mail.

    To be called inside the transition that erased the person.
    """
    subject = "アカウントを削除しました"
    whole: dict[str, Any] = {
        **outbox.site_context(),
        "subject": subject,
        "by_office": by_office,
        "reason": "アカウントの削除が終わったことをお知らせするため",
        "can_switch_off": False,
    }
    body = render_to_string("email/members_account_deleted.txt", {**whole, "body_only": True}).strip()
    outbox.put_secret(
        key=f"account_deleted:{pk}",
        code="members_account_deleted",
        to_address=address,
        subject=subject,
        text=render_to_string("email/members_account_deleted.txt", whole),
        html=render_to_string("layouts/email_from_text.html", {**whole, "body_text": body}),
        recipient=None,
        forget_address=True,
    )


class ColleagueGone(Notice):
    """To those who act for an organisation: one of its people is gone, and what they looked after waits."""

    code = "members_colleague_gone"
    topic = Topic.MEMBERSHIP
    action_label = "担当者を見る"

    def __init__(self, affiliation: Affiliation, *, open_rows: int) -> None:
        self.affiliation = affiliation
        self.organisation = affiliation.organisation
        self.open_rows = open_rows

    def about(self) -> Affiliation:
        return self.affiliation

    def audience(self) -> Iterable[User]:
        return self.organisation.acting_people().exclude(pk=self.affiliation.user_id)

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の担当者のおひとりが、アカウントを削除しました"

    def reason(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:people", args=[self.organisation.pk])

    def digest_text(self, recipient: User) -> str:
        if self.open_rows:
            return f"その方が担当していたものが{self.open_rows}件あります。どなたが続けるかをお決めください。"
        return "進んでいるものへの影響はありません。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"organisation": self.organisation, "open_rows": self.open_rows}


class AccountEndsSoon(Notice):
    """To somebody who belongs to no organisation and has not logged in for long: the account is erased soon."""

    code = "members_account_ends_soon"
    topic = Topic.ACCOUNT
    action_label = "ログインして使い続ける"

    def __init__(self, person: User, *, ends_on: date) -> None:
        self.person = person
        self.ends_on = ends_on

    def about(self) -> User:
        return self.person

    def key(self) -> str:
        # Once for each time that somebody stays away.
        return f"{self.code}:{self.person.pk}:{last_seen(self.person):%Y%m%d}"

    def audience(self) -> Iterable[User]:
        return [self.person]

    def subject(self, recipient: User) -> str:
        return f"{self.ends_on.month}月{self.ends_on.day}日に、アカウントを削除します"

    def reason(self, recipient: User) -> str:
        return "長いあいだログインがないため"

    def link(self, recipient: User) -> str:
        return reverse("members:account")

    def digest_text(self, recipient: User) -> str:
        return "使い続けるときは、その日までに一度ログインしてください。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"ends_on": self.ends_on}


def last_seen(person: User) -> Any:
    """When the person last logged in, or registered if they never did."""
    return person.last_login or person.date_joined
