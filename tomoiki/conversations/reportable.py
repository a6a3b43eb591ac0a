"""What people may report (通報): the apps that own such things say here how one is found, shown and removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class Reportable:
    """An app's answers for one of its models.

    ``kind`` stands in addresses (``post``), ``noun`` on the page (掲載). ``find(user, pk)`` is the object as that
    person may see it, or None; ``members_only`` keeps the form from visitors. ``title`` names it in lists, ``text``
    is what stands there now, ``url`` where the reporter came from, ``staff_url`` where staff look after it.
    ``remove(subject, message=..., actor=...)`` is the transition that takes it out of sight: ``message`` is for its
    writer. ``removable`` says whether there is anything left to remove.
    """

    kind: str
    model: str
    noun: str
    find: Callable[[Any, int], models.Model | None]
    title: Callable[[Any], str]
    text: Callable[[Any], str]
    url: Callable[[Any], str]
    staff_url: Callable[[Any], str]
    remove: Callable[..., Any]
    removable: Callable[[Any], bool]
    members_only: bool = False


#: Filled by the ``registrations`` of this app and of upper apps.
reportables: Registry[Reportable] = Registry("reportables", key=lambda each: each.kind)
