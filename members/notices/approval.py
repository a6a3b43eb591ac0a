"""What people are told when two registrations turn out to be one organisation, or two after all."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from members.enums import AffiliationRole
from members.models import Merge, User
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.notice import Notice


class MergeNotice(Notice):
    """Something about a merge, told to those who answer for either organisation."""

    topic = Topic.MEMBERSHIP
    action_label = "団体のページを開く"

    def __init__(self, merge: Merge) -> None:
        self.merge = merge

    def about(self) -> Merge:
        return self.merge

    def audience(self) -> Iterable[User]:
        owners = self.merge.winner.people(AffiliationRole.OWNER) | self.merge.loser.people(AffiliationRole.OWNER)
        return owners.distinct()

    def reason(self, recipient: User) -> str:
        return f"「{self.merge.winner.name}」または「{self.merge.loser.name}」の代表担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:account")

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"merge": self.merge, "winner": self.merge.winner, "loser": self.merge.loser}


class OrganisationsMerged(MergeNotice):
    """Two registrations are one now; nothing was lost."""

    code = "members_organisations_merged"

    def subject(self, recipient: User) -> str:
        return f"「{self.merge.winner.name}」の二つの登録を一つにまとめました"

    def digest_text(self, recipient: User) -> str:
        return "掲載もおつなぎも担当者も、そのまま一つの団体に集まっています。"


class MergeUndone(MergeNotice):
    """They are two again."""

    code = "members_merge_undone"

    def subject(self, recipient: User) -> str:
        return f"「{self.merge.loser.name}」を、元の別の登録に戻しました"

    def digest_text(self, recipient: User) -> str:
        return "まとめる前の二つの団体に戻りました。"
