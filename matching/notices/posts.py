"""What the owner of a post, or the staff, are told about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from matching.models import Post, PostRevision
from matching.notices.people import short, staff_people
from members.models import User
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


def admin_page(obj: Post | PostRevision) -> str:
    """Where staff decide about ``obj``."""
    return reverse(f"admin:matching_{obj._meta.model_name}_change", args=[obj.pk])


class PostNotice(Notice):
    """To the people who act for the organisation that owns the post."""

    topic = Topic.POST

    def __init__(self, post: Post) -> None:
        self.post = post

    @property
    def title(self) -> str:
        return short(self.post, 36)

    def about(self) -> Post:
        return self.post

    def audience(self) -> Iterable[User]:
        return self.post.organisation.acting_people()

    def reason(self, recipient: User) -> str:
        return f"掲載した{self.post.organisation}の担当者のため"

    def link(self, recipient: User) -> str:
        return self.post.get_absolute_url()

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"post": self.post, "noun": self.post.get_direction_display()}


class PostWaiting(PostNotice):
    """To staff: somebody handed a post in."""

    code = "matching_post_waiting"
    topic = Topic.STAFF
    urgency = Urgency.NORMAL
    action_label = "内容を確かめる"

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.post.submitted_at:%Y%m%d%H%M%S%f}"

    def audience(self) -> Iterable[User]:
        return staff_people()

    def subject(self, recipient: User) -> str:
        return f"確認待ち：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"{self.post.organisation}の「{self.post}」が、掲載の確認を待っています。"

    def reason(self, recipient: User) -> str:
        return "事務局で掲載を確認する方のため"

    def link(self, recipient: User) -> str:
        return admin_page(self.post)


class PostPublished(PostNotice):
    code = "matching_post_published"
    action_label = "掲載を見る"

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.post.published_at:%Y%m%d%H%M%S%f}"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」を掲載しました"

    def digest_text(self, recipient: User) -> str:
        return "だれかが手を挙げたら、お知らせします。"


class PostReturned(PostNotice):
    code = "matching_post_returned"
    action_label = "直して出しなおす"

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.post.submitted_at:%Y%m%d%H%M%S%f}"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」に直しのお願いがあります"

    def digest_text(self, recipient: User) -> str:
        return short(self.post.staff_message, 120)

    def link(self, recipient: User) -> str:
        return reverse("matching:post_edit", args=[self.post.pk])


class PostTakenDown(PostNotice):
    code = "matching_post_taken_down"

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.post.ended_at:%Y%m%d%H%M%S%f}"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」の掲載を取りやめました"

    def digest_text(self, recipient: User) -> str:
        return short(self.post.staff_message, 120)


class PostExpiringSoon(PostNotice):
    """Once for each end date: renewing moves the date, and so makes a new event."""

    code = "matching_post_expiring_soon"
    urgency = Urgency.NORMAL
    action_label = "掲載をのばす・終える"

    def link(self, recipient: User) -> str:
        return reverse("matching:post_renewal", args=[self.post.pk])

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.post.expires_at:%Y%m%d}"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」の掲載は、まもなく終わります"

    def digest_text(self, recipient: User) -> str:
        return "まだ続けるときは、掲載を延ばしてください。"


class PostExpired(PostNotice):
    code = "matching_post_expired"
    urgency = Urgency.NORMAL
    action_label = "もう一度掲載する"

    def link(self, recipient: User) -> str:
        return reverse("matching:post_renewal", args=[self.post.pk])

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.post.expires_at:%Y%m%d}"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」の掲載が、期限で終わりました"

    def digest_text(self, recipient: User) -> str:
        return "もう一度掲載することもできます。"


class RevisionNotice(PostNotice):
    """About a change to a published post."""

    def __init__(self, revision: PostRevision) -> None:
        super().__init__(revision.post)
        self.revision = revision

    def about(self) -> Post:
        return self.post

    def key(self) -> str:
        return f"{self.code}:{self.revision.pk}"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "revision": self.revision}


class RevisionWaiting(RevisionNotice):
    """To staff: the owner wants to change what stands on the board."""

    code = "matching_revision_waiting"
    topic = Topic.STAFF
    urgency = Urgency.NORMAL
    action_label = "直すところを確かめる"

    def audience(self) -> Iterable[User]:
        return staff_people()

    def subject(self, recipient: User) -> str:
        return f"修正案の確認待ち：「{short(self.post, 32)}」"

    def digest_text(self, recipient: User) -> str:
        return f"{self.post.organisation}が、掲載中の内容を直したいと言っています。"

    def reason(self, recipient: User) -> str:
        return "事務局で掲載を確認する方のため"

    def link(self, recipient: User) -> str:
        return admin_page(self.revision)


class RevisionSuggested(RevisionNotice):
    """To the owner: staff suggest a change, and the owner decides."""

    code = "matching_revision_suggested"
    action_label = "直すところを見る"

    def subject(self, recipient: User) -> str:
        return f"「{short(self.post, 30)}」の直し方をご提案します"

    def digest_text(self, recipient: User) -> str:
        return "お返事をいただくまで、今の内容のまま掲載します。"


class RevisionAccepted(RevisionNotice):
    """To the owner: what stands on the board has changed."""

    code = "matching_revision_accepted"
    action_label = "掲載を見る"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」の内容を直しました"

    def digest_text(self, recipient: User) -> str:
        return "新しい内容で掲載しています。"


class RevisionRefused(RevisionNotice):
    """To the owner: the post stays as it is, and why."""

    code = "matching_revision_refused"

    def subject(self, recipient: User) -> str:
        return f"「{short(self.post, 32)}」は今の内容のまま掲載します"

    def digest_text(self, recipient: User) -> str:
        return short(self.revision.staff_message, 120)


class SuggestionRefused(RevisionNotice):
    """To the staff member who suggested a change: the owner keeps the text."""

    code = "matching_suggestion_refused"
    topic = Topic.STAFF
    urgency = Urgency.BELL

    def audience(self) -> Iterable[User]:
        return [self.revision.author]

    def subject(self, recipient: User) -> str:
        return f"「{short(self.post, 30)}」のご提案は見送られました"

    def digest_text(self, recipient: User) -> str:
        return short(self.revision.staff_message, 120)

    def reason(self, recipient: User) -> str:
        return "直し方をご提案した方のため"
