"""What the transitions of an organisation share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import TextField

from members.models import Organisation
from members.signals import organisation_leaving
from tomoiki.workflow import TransitionError

#: What an organisation is. Checked by staff at the application.
IDENTITY_FIELDS = ("kind", "kind_other", "name", "corporate_number")
#: What its people keep up to date themselves.
PROFILE_FIELDS = (
    "name_kana",
    "postal_code",
    "municipality",
    "address",
    "phone",
    "website",
    "description",
    "stage",
    "listed_publicly",
)


def locked(pk: int) -> Organisation:
    """The organisation, held until the transaction ends."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=pk)


class _OthersNow(Exception):
    """Two organisations became one, or two again, while this waited for one of them."""


def locked_owner(owner: Callable[[], int], *, no_key: bool = False) -> Organisation:
    """The organisation whose something is, held. ``owner`` reads its number, which a merge may change meanwhile."""
    while True:
        pk = owner()
        try:
            # The savepoint lets go of one that is not concerned after all, so that nobody waits in a circle.
            with transaction.atomic():
                organisation = Organisation.objects.select_for_update(of=("self",), no_key=no_key).get(pk=pk)
                if owner() != pk:
                    raise _OthersNow
                return organisation
        except _OthersNow:
            continue


def locked_with_partners(pk: int) -> Organisation:
    """The organisation, held together with those that its leaving concerns.

    All at once and by number, as whoever brings organisations together holds them: whoever held one already and then
    asked for another would wait in a circle.
    """
    together = {pk}
    for _, partners in organisation_leaving.send(sender=Organisation, pk=pk):
        together |= cast(set[int], partners)
    rows = Organisation.objects.filter(pk__in=together).order_by("pk")
    # Without the key: rows that refer to a partner may be written meanwhile.
    held = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    if pk not in held:
        raise Organisation.DoesNotExist
    return held[pk]


def refuse_when_changed_meanwhile(organisation: Organisation, version: datetime | None) -> None:
    """Raise ``TransitionError('changed_meanwhile')`` unless ``version`` is when the caller last saw it change."""
    if version is not None and version != organisation.updated_at:
        raise TransitionError(
            "changed_meanwhile",
            "画面を開いたあとに、ほかの方（または別の画面）がこの団体の内容を変えました。まだ保存していません。",
        )


def assign(organisation: Organisation, data: Mapping[str, Any], allowed: Iterable[str]) -> list[str]:
    """Set what ``data`` changes, and return the names of the fields that did change.

    Raises ``TypeError`` for a field outside ``allowed``, and ``ValidationError`` for what may not be stored.
    """
    unknown = set(data) - set(allowed)
    if unknown:
        raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
    changed = [name for name, value in data.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, data[name])
    organisation.full_clean(validate_unique=False)
    for name in changed:
        field = Organisation._meta.get_field(name)
        # Django holds long texts to their limit in forms only.
        if isinstance(field, TextField) and field.max_length and len(data[name]) > field.max_length:
            raise ValidationError({name: f"{field.max_length}文字までで書いてください。"})
    return changed


def save(organisation: Organisation, *fields: str) -> None:
    """Store ``fields``; a 法人番号 that another organisation took a moment ago becomes a ``ValidationError``."""
    try:
        with transaction.atomic():
            organisation.save(update_fields=[*fields, "updated_at"])
    except IntegrityError as error:
        if "organisation_corporate_number_unique" not in str(error):
            raise
        raise ValidationError({"corporate_number": "この法人番号の団体は、すでに登録されています。"}) from error


def reason_given(message: str) -> str:
    """``message`` without spaces around it; a ``ValidationError`` beside the field when nothing is left."""
    text = message.strip()
    if not text:
        raise ValidationError({"message": "理由を書いてください。相手の方にそのまま届きます。"})
    return text
