"""What templates ask about GビズID."""

from dataclasses import dataclass
from typing import Any

from django import template

from members import gbizid
from members.models import User

register = template.Library()


@dataclass(frozen=True)
class LinkedAccount:
    """A GビズID that somebody logs in with; ``rows`` are what the portal keeps of it."""

    pk: int
    rows: list[tuple[str, str]]


@register.simple_tag
def gbizid_enabled() -> bool:
    """Whether logging in by GビズID is offered."""
    return gbizid.enabled()


@register.simple_tag(takes_context=True)
def gbizid_account(context: dict[str, Any]) -> LinkedAccount | None:
    """The visitor's own GビズID."""
    user = context["request"].user
    account = gbizid.linked_account(user) if isinstance(user, User) else None
    if account is None:
        return None
    kept = account.extra_data
    return LinkedAccount(
        pk=account.pk,
        rows=[
            ("GビズIDの種類", gbizid.CHECKED_ACCOUNTS.get(str(kept.get("account_type")), "")),
            ("団体", str(kept.get("name", ""))),
            ("法人番号", str(kept.get("corporate_number", ""))),
        ],
    )
