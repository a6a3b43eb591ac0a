"""Who acts: a person, or a named part of the portal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser  # noqa: F401

    from members.models import User


@dataclass(frozen=True)
class SystemActor:
    """A named part of the portal that acts by itself, such as the hourly expiry of posts."""

    name: str
    is_active: bool = True


Actor: TypeAlias = Union["User", SystemActor]

SCHEDULER = SystemActor("scheduler")
OUTBOX = SystemActor("outbox")
REGISTRATION = SystemActor("registration")
#: What has been kept for long enough is erased.
RETENTION = SystemActor("retention")
