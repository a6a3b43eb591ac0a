"""Each hour, the words that organisations are found by follow what staff renamed."""

import structlog
from celery import shared_task

from members.search_text import refresh_all

log = structlog.get_logger(__name__)


@shared_task
def refresh_search_texts() -> int:
    """Store the search texts of all organisations anew where they differ; how many did."""
    changed = refresh_all()
    log.info("search_texts.refreshed", changed=changed)
    return changed
