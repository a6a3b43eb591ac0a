"""What one message to people is made of. Each app's ``notices.py`` holds one subclass per message."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Model

from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.web.registry import Registry

if TYPE_CHECKING:
    from members.models import User  # types only: notifications know people by AUTH_USER_MODEL

#: Every kind of notice, by code: for previews, tests and the list of what the portal sends.
notice_types: "Registry[type[Notice]]" = Registry("notices", key=lambda cls: cls.code)


class Notice:
    """One event to be told to its audience, once.

    A subclass names ``code`` (also its templates ``email/<code>.txt`` and, optionally, ``email/<code>.html``),
    ``topic`` and ``urgency``, and answers the methods below. It is built inside the transaction of the change
    and handed to ``outbox.put``.
    """

    code: ClassVar[str]
    topic: ClassVar[Topic]
    urgency: ClassVar[Urgency] = Urgency.IMMEDIATE
    #: What the button in the mail says; an empty one leaves the button out.
    action_label: ClassVar[str] = "詳しく見る"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            notice_types.register(cls)

    def about(self) -> Model:
        """The object the notice is about."""
        raise TypeError(f"{type(self).__name__} must say what it is about")

    def key(self) -> str:
        """What makes this event unique: the same key reaches a person once, however often it is put."""
        return f"{self.code}:{self.about().pk}"

    def audience(self) -> Iterable["User"]:
        """The people to tell. Whoever is inactive or anonymised is left out by the outbox."""
        raise TypeError(f"{type(self).__name__} must have an audience")

    def subject(self, recipient: "User") -> str:
        """The mail's subject and the bell's line: concrete Japanese, at most 60 characters or so."""
        raise TypeError(f"{type(self).__name__} must have a subject")

    def reason(self, recipient: "User") -> str:
        """Why this person gets it (「掲載した団体の担当者のため」)."""
        raise TypeError(f"{type(self).__name__} must give its reason")

    def link(self, recipient: "User") -> str:
        """The path of the page to open, starting with a slash; empty for none."""
        return ""

    def digest_text(self, recipient: "User") -> str:
        """One sentence for the bell and for digests."""
        return ""

    def context(self, recipient: "User") -> Mapping[str, Any]:
        """What the mail's templates need besides subject, recipient, link and reason."""
        return {}
