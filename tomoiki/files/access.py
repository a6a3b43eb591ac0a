"""Who may read an uploaded file: each app answers for those of its objects that refer to files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from tomoiki.files.models import StoredFile
from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class FileAccess:
    """An app's answer for one of its models.

    ``model`` is the label of the model whose foreign key refers to the file (``matching.Post``);
    ``can_read(user, file)`` says whether one of its objects opens the file to this visitor, who may be anonymous.
    """

    name: str
    model: str
    can_read: Callable[[Any, StoredFile], bool]


#: Filled by the ``registrations`` of upper apps.
file_access: Registry[FileAccess] = Registry("file access", key=lambda access: access.name)


def referring_relations() -> Iterator[models.ManyToOneRel]:
    """Every foreign key of the project that leads to a stored file, tables of many-to-many fields included."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            yield relation


def unreferenced() -> "models.QuerySet[StoredFile]":
    """The files that no object of any app refers to."""
    files = StoredFile.objects.all()
    for relation in referring_relations():
        rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        files = files.filter(~Exists(rows))
    return files


def can_read(user: Any, file: StoredFile) -> bool:
    """Whether ``user`` may see ``file``: some app opens it, or it is their own upload not yet used by any object."""
    if any(access.can_read(user, file) for access in file_access):
        return True
    own = user.is_authenticated and file.uploaded_by_id == user.pk
    return bool(own and unreferenced().filter(pk=file.pk).exists())
