"""Taking an upload in: checked, made safe and stored under names that cannot be guessed."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tomoiki.files.enums import FileKind
from tomoiki.files.inspection import MAX_BYTES, Inspected, UploadRefused, inspect, inspect_table
from tomoiki.files.models import StoredFile

__all__ = ["ANYTHING", "DOCUMENTS", "PICTURES", "TABLES", "UploadRefused", "store_upload"]

PICTURES = frozenset({FileKind.IMAGE})
DOCUMENTS = frozenset({FileKind.PDF, FileKind.OFFICE})
ANYTHING = PICTURES | DOCUMENTS
# Lists to be read by the portal: an XLSX or the text of a CSV, and nothing else beside them.
TABLES = frozenset({FileKind.TABLE})

_MAX_NAME = 100
_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+')
_REFUSALS = {
    PICTURES: "写真（JPEG、PNG）を選んでください。",
    DOCUMENTS: "PDFか、Word・Excel・PowerPointのファイルを選んでください。",
}


def store_upload(uploaded: UploadedFile, *, by: Any, allow: Collection[FileKind] = ANYTHING) -> StoredFile:
    """Check ``uploaded`` by its content and keep it.

    ``by`` is the person who sent it (None or an anonymous visitor: nobody known). The file is readable to that
    person alone until an object refers to it, and is removed after a day if none does.
    Raises ``UploadRefused`` with a message for that person.
    """
    if (uploaded.size or 0) > MAX_BYTES:
        raise UploadRefused("ファイルが大きすぎます。10MBまでのファイルを選んでください。")
    uploaded.seek(0)
    # One byte more than allowed, so that a size which lies is noticed.
    content = uploaded.read(MAX_BYTES + 1)
    inspected = inspect_table(content) if frozenset(allow) == TABLES else inspect(content)
    if inspected.kind not in allow:
        raise UploadRefused(_REFUSALS.get(frozenset(allow), "この種類のファイルは受け取れません。"))
    return _store(inspected, name=clean_name(uploaded.name or "", inspected.extension), by=by)


def _store(inspected: Inspected, *, name: str, by: Any) -> StoredFile:
    stored = StoredFile(
        token=secrets.token_urlsafe(24),
        kind=inspected.kind,
        name=name,
        content_type=inspected.content_type,
        size=len(inspected.content),
        sha256=hashlib.sha256(inspected.content).hexdigest(),
        width=inspected.width,
        height=inspected.height,
        variants={variant: [width, height] for variant, (_, width, height) in inspected.variants.items()},
        uploaded_by=by if by is not None and by.is_authenticated else None,
    )
    # Not the token: who knows an address knows nothing of the disk.
    stem = secrets.token_hex(20)
    storage = stored.content.storage
    try:
        stored.content.save(f"{stem[:2]}/{stem}.{inspected.extension}", ContentFile(inspected.content), save=False)
        for variant, (content, _, _) in inspected.variants.items():
            storage.save(stored.variant_path(variant), ContentFile(content))
        with transaction.atomic():
            stored.save(force_insert=True)
    except BaseException:
        if stored.content.name:
            for path in stored.storage_names():
                storage.delete(path)
        raise
    return stored


def clean_name(name: str, extension: str) -> str:
    """The name as the sender gave it, without folders and signs that could mislead, ending as its content says."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE_IN_NAMES.sub("", name).strip(" .")
    stem, dot, old = name.rpartition(".")
    if not dot or len(old) > 5 or " " in old:
        stem = name
    return f"{stem.strip(' .')[:_MAX_NAME] or 'ファイル'}.{extension}"
