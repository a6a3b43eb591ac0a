"""What those in a story, and the office, are told about it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from members.enums import AffiliationRole
from members.models import Affiliation, User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice
from tomoiki.stories.models import Story, StoryPartner


class StoryNotice(Notice):
    """To the people who act for those in the story; ``told`` says for which organisations."""

    topic = Topic.OUTCOME
    action_label = "事例を見る"
    line: ClassVar[str] = ""
    #: Whether staff hear of it too.
    to_office: ClassVar[bool] = False

    def __init__(self, story: Story) -> None:
        self.story = story

    def told(self) -> set[int]:
        """The organisations whose people hear of it."""
        return {each.organisation_id for each in self.story.partners.all()} | self._writer()

    def _writer(self) -> set[int]:
        return {self.story.organisation_id} if self.story.organisation_id else set()

    @cached_property
    def people(self) -> dict[User, str]:
        """Everybody to tell, each with the organisation for which they hear of it; empty for the office."""
        rows = (
            Affiliation.objects.current()
            .of_roles((AffiliationRole.OWNER, AffiliationRole.EDITOR))
            .filter(organisation__in=self.told(), user__is_active=True, user__anonymised_at__isnull=True)
            .select_related("user", "organisation")
            .order_by("pk")
        )
        people: dict[User, str] = {}
        for row in rows:
            people.setdefault(row.user, row.organisation.name)
        if self.to_office:
            for each in User.objects.of_the_office():
                people.setdefault(each, "")
        return people

    @property
    def title(self) -> str:
        text = self.story.title
        return text if len(text) <= 24 else f"{text[:23]}…"

    def about(self) -> Story:
        return self.story

    def key(self) -> str:
        return f"{self.code}:{self.story.pk}:{self.story.version}"

    def audience(self) -> Iterable[User]:
        return self.people

    def digest_text(self, recipient: User) -> str:
        return self.line

    def reason(self, recipient: User) -> str:
        name = self.people[recipient]
        return f"この事例に出てくる{name}の担当者のため" if name else "事務局で事例を見守る方のため"

    def link(self, recipient: User) -> str:
        return reverse("stories:preview", args=[self.story.pk])

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"story": self.story, "organisation": self.people[recipient]}


class ConsentAsked(StoryNotice):
    """To every organisation in it: may this be published?"""

    code = "stories_consent_asked"
    action_label = "読んで答える"
    line = "読んで、同意するか、直してほしいところをお答えください。"

    def told(self) -> set[int]:
        return {each.organisation_id for each in self.story.partners.all()}

    def subject(self, recipient: User) -> str:
        return f"共創事例「{self.title}」の公開に、同意をいただけますか"

    def link(self, recipient: User) -> str:
        return reverse("stories:consent", args=[self.story.pk])


class ConsentRefused(StoryNotice):
    """To the writer and the office: something should be changed."""

    code = "stories_consent_refused"
    to_office = True
    line = "直してほしいところが届きました。"

    def __init__(self, story: Story, *, by: StoryPartner) -> None:
        super().__init__(story)
        self.by = by

    def told(self) -> set[int]:
        return self._writer()

    def key(self) -> str:
        return f"{super().key()}:{self.by.pk}:{self.by.decided_at:%s}"

    def subject(self, recipient: User) -> str:
        return f"事例「{self.title}」に、直してほしいところがあります"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": self.by}


class EverybodyAgreed(StoryNotice):
    """To the office: it can be published. To the writer: it waits for the office."""

    code = "stories_everybody_agreed"
    urgency = Urgency.NORMAL
    to_office = True
    line = "事務局が確かめて公開します。"

    def told(self) -> set[int]:
        return self._writer()

    def subject(self, recipient: User) -> str:
        return f"事例「{self.title}」の同意がそろいました"


class StoryPublished(StoryNotice):
    """To everybody in it."""

    code = "stories_published"
    urgency = Urgency.NORMAL
    line = "どなたでも読めるようになりました。"

    def subject(self, recipient: User) -> str:
        return f"共創事例「{self.title}」を公開しました"

    def link(self, recipient: User) -> str:
        return self.story.get_absolute_url()


class StoryTakenBack(StoryNotice):
    """To those who were asked: it is being changed, and they will be asked again."""

    code = "stories_taken_back"
    urgency = Urgency.NORMAL
    line = "直したあとで、もう一度、同意をうかがいます。"

    def __init__(self, story: Story, *, was_public: bool, actor: Actor) -> None:
        super().__init__(story)
        self.was_public = was_public
        self.actor = actor

    def audience(self) -> Iterable[User]:
        return [each for each in self.people if each != self.actor]

    def subject(self, recipient: User) -> str:
        return f"事例「{self.title}」の内容を直しています"

    def link(self, recipient: User) -> str:
        # What is being changed is nobody's but the writer's to read.
        return ""

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "was_public": self.was_public}


class StoryWithdrawn(StoryNotice):
    """To everybody in it and the office: it is, or will be, off the public pages. ``by`` None: the writer's wish."""

    code = "stories_withdrawn"
    to_office = True
    line = "公開のページからは、見られなくなりました。"

    def __init__(self, story: Story, *, by: StoryPartner | None) -> None:
        super().__init__(story)
        self.by = by

    def key(self) -> str:
        return f"{super().key()}:{self.by.pk if self.by else 0}:{self.story.updated_at:%s%f}"

    def subject(self, recipient: User) -> str:
        if self.by is not None and self.story.state != "withdrawn":
            return f"事例「{self.title}」への同意が取り消されました"
        return f"共創事例「{self.title}」の公開をやめました"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": self.by, "message": self.story.message}
