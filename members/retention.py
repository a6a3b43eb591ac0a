"""How long what is no longer needed is kept, and who has been away for so long that they are forgotten."""

import calendar
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.models import Affiliation, JoinRequest, RetentionPeriod, User
from members.notices.personal_data import AccountEndsSoon
from tomoiki.notifications.models import Notification
from tomoiki.web.lifecycle import RetentionRule, retention_rules

#: How long before an account is erased its owner is told.
WARNED_FOR = timedelta(days=30)
#: The shortest and the longest time that staff may set.
MONTHS = (1, 240)


def months_of(name: str) -> int:
    """For how many months data of the rule ``name`` is kept today."""
    set_by_staff = RetentionPeriod.objects.filter(rule=name).values_list("months", flat=True).first()
    return retention_rules[name].default_months if set_by_staff is None else set_by_staff


def kept_since(months: int, *, now: datetime | None = None) -> datetime:
    """The moment ``months`` ago: what ended before it has been kept for long enough."""
    local = timezone.localtime(now)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def end_of(moment: datetime, months: int) -> datetime:
    """When data that is no longer needed since ``moment`` is erased."""
    return kept_since(-months, now=moment)


def span(months: int) -> str:
    """3年, 1年6か月, 6か月"""
    years, rest = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{rest}か月" if rest else "")


def store_periods(sender: Any, *, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """The ``post_migrate`` step: a row for each rule that has none; what staff set stays as it is."""
    # After a migration back to zero there is no table.
    if using != DEFAULT_DB_ALIAS or RetentionPeriod._meta.db_table not in connection.introspection.table_names():
        return
    rules = sorted(retention_rules, key=lambda rule: (rule.order, rule.name))
    RetentionPeriod.objects.bulk_create(
        [RetentionPeriod(rule=rule.name, months=rule.default_months) for rule in rules], ignore_conflicts=True
    )


def rule_of(period: RetentionPeriod) -> RetentionRule | None:
    """The rule of a row; None when the app that had it is gone."""
    return retention_rules.get(period.rule)


# --- people who stay away ---


def idle_people(before: datetime) -> "QuerySet[User]":
    """Those who belong nowhere, wait for nothing, are nobody's teacher and have not logged in since ``before``."""
    last_seen = Coalesce("last_login", "date_joined", output_field=DateTimeField())
    return (
        User.objects.filter(is_active=True, is_staff=False, anonymised_at=None, practitioner=None)
        .alias(last_seen=last_seen)
        .filter(last_seen__lt=before)
        .exclude(pk__in=Affiliation.objects.current().values("user"))
        .exclude(pk__in=JoinRequest.objects.waiting().order_by().values("user"))
        .order_by("pk")
    )


def warned(people: "QuerySet[User]", *, until: datetime | None = None) -> "QuerySet[User]":
    """Those of ``people`` who were told that their account ends, since they were last seen (and before ``until``)."""
    told = Notification.objects.filter(
        recipient=OuterRef("pk"),
        code=AccountEndsSoon.code,
        created_at__gt=Coalesce(OuterRef("last_login"), OuterRef("date_joined")),
    )
    if until is not None:
        told = told.filter(created_at__lte=until)
    return people.filter(Exists(told))


def idle_and_warned(before: datetime) -> "QuerySet[User]":
    """Those whose account ends now."""
    return warned(idle_people(before), until=timezone.now() - WARNED_FOR)


def idle_and_unwarned(before: datetime) -> "QuerySet[User]":
    """Those who will have been away for long enough in ``WARNED_FOR`` and have not been told."""
    people = idle_people(before + WARNED_FOR)
    return people.exclude(pk__in=warned(people).order_by().values("pk"))
