"""How long messages to the office are kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.pages.enums import ContactState
from tomoiki.pages.links import forget_sender
from tomoiki.pages.models import ContactMessage
from tomoiki.web.lifecycle import RetentionRule, retention_rules
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def forget_contact_message(pk: int, *, actor: Actor) -> ContactMessage:
    """Who wrote and what goes; that somebody asked about something, and when it was answered, stays."""
    message = ContactMessage.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", message)
    if message.state == ContactState.RECEIVED:
        raise TransitionError("still_needed", "まだお返事をしていないため、消去しませんでした。")
    forget_sender(ContactMessage.objects.filter(pk=pk))
    audit.record(message, "contact_message.forgotten", actor=actor, before=message.state)
    message.refresh_from_db()
    return message


def _handled(before: datetime) -> Iterable[Any]:
    handled = ContactMessage.objects.filter(handled_at__lt=before).exclude(state=ContactState.RECEIVED)
    return handled.exclude(email="", body="").order_by("pk").values_list("pk", flat=True).iterator()


retention_rules.register(
    RetentionRule(
        "contact_messages",
        label="お問い合わせ",
        help_text="お返事などで片づいた日から数えます。過ぎると、お名前、メールアドレス、内容、お返事の文章を消します。",
        default_months=24,
        due=_handled,
        erase=lambda pk, actor: forget_contact_message(pk, actor=actor),
        order=85,
    )
)
