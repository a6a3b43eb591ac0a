"""Taking files away: the bytes go when the row is gone for good."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from tomoiki.files.models import StoredFile


@receiver(post_delete, sender=StoredFile, dispatch_uid="files-remove-bytes")
def remove_bytes(sender: type[StoredFile], instance: StoredFile, **kwargs: Any) -> None:
    """Delete what is stored of a file, after the commit: a transaction that fails keeps it."""
    storage = instance.content.storage
    for name in instance.storage_names():
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)  # type: ignore[misc]
