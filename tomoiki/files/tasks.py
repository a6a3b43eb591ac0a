from datetime import datetime, timedelta

import structlog
from celery import shared_task
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from tomoiki.files.access import unreferenced
from tomoiki.files.models import StoredFile

log = structlog.get_logger(__name__)

# Longer than a form may keep an upload (fields.KEPT_FOR), so that no form loses one.
ORPHANED_AFTER = timedelta(hours=24)
FOLDER = "uploads"


@shared_task
def remove_orphans() -> int:
    """Remove the files that nothing refers to a day after they were sent, and bytes that no row names.

    Returns how many files were removed.
    """
    before = timezone.now() - ORPHANED_AFTER
    removed = 0
    for pk in unreferenced().filter(created_at__lt=before).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                # Asked again under the lock: an object may have taken the file meanwhile.
                file = unreferenced().select_for_update(of=("self",)).filter(pk=pk).first()
                if file is not None:
                    file.delete()
                    removed += 1
        except ProtectedError:
            continue
    lost = _remove_lost_bytes(before)
    log.info("orphaned files removed", files=removed, lost=lost)
    return removed


def _remove_lost_bytes(before: datetime) -> int:
    """Delete what a failed transaction left in the storage."""
    storage: Storage = StoredFile._meta.get_field("content").storage
    removed = 0
    folders = storage.listdir(FOLDER)[0] if storage.exists(FOLDER) else []
    for folder in folders:
        path = f"{FOLDER}/{folder}"
        known = {
            name
            for file in StoredFile.objects.filter(content__startswith=f"{path}/").only("content", "variants")
            for name in file.storage_names()
        }
        for name in storage.listdir(path)[1]:
            full = f"{path}/{name}"
            if full not in known and storage.get_modified_time(full) < before:
                storage.delete(full)
                removed += 1
    return removed
