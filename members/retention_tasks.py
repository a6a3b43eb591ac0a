"""Each night, what has been kept for long enough is erased."""

from importlib import import_module
from itertools import islice

import structlog
from celery import shared_task
from django.conf import settings

from members.retention import kept_since, months_of
from tomoiki.audit.actors import RETENTION
from tomoiki.web.lifecycle import RetentionRule, retention_rules
from tomoiki.workflow.sweeps import each_in_turn

log = structlog.get_logger(__name__)

#: Of one sort in one night, so that a task ends in time; the rest follows in the next.
AT_ONCE = 500


@shared_task
def apply_retention() -> int:
    """Erase what is over by today's periods, sort by sort, and sessions that have run out; how many rows."""
    erased = sum(_apply(rule) for rule in sorted(retention_rules, key=lambda rule: (rule.order, rule.name)))
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    log.info("retention.applied", erased=erased)
    return erased


def _apply(rule: RetentionRule) -> int:
    before = kept_since(months_of(rule.name))
    if rule.warn is not None:
        rule.warn(before)
    due = list(islice(rule.due(before), AT_ONCE))
    return len(each_in_turn(f"retention:{rule.name}", due, lambda pk: rule.erase(pk, RETENTION)))
