"""What a proposed change would change, as it is stored and as people read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from matching.models import Post, PostRevision
from matching.resources import kind_of
from tomoiki.files.models import StoredFile
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import labels
from tomoiki.web.templatetags.ui import WEEKDAYS, ja_date, ja_time


def to_stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    """``changes`` as JSON: a file by its number, dates and times as text."""
    plain = {name: value.pk if isinstance(value, models.Model) else value for name, value in changes.items()}
    stored: dict[str, Any] = json.loads(json.dumps(plain, cls=DjangoJSONEncoder))
    return stored


def from_stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values that ``to_stored`` stood for, as the post's fields take them."""
    values: dict[str, Any] = {}
    for name, value in changes.items():
        field = Post._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            values[name] = None if value is None else field.remote_field.model._default_manager.get(pk=value)
        elif isinstance(field, models.DateField | models.TimeField):
            values[name] = field.to_python(value)
        else:
            values[name] = value
    return values


@dataclass(frozen=True)
class Difference:
    """One field before and after, in words."""

    label: str
    before: str
    after: str
    #: Of a photo: nobody can decide about a file's name.
    picture_before: StoredFile | None = None
    picture_after: StoredFile | None = None


def differences(revision: PostRevision) -> list[Difference]:
    """What ``revision`` would change of its post as it stands now."""
    post, new = revision.post, from_stored(revision.changes)
    found = [
        _difference(name, old, value)
        for name, value in new.items()
        if name not in _BY_RESOURCE and (old := getattr(post, name)) != value
    ]
    return [*found, *_of_resource(post, new)] if _BY_RESOURCE & set(new) else found


#: What each resource names and words for itself.
_BY_RESOURCE = frozenset({"details", "skills", "carrying"})


def _of_resource(post: Post, new: Mapping[str, Any]) -> list[Difference]:
    """The resource's own fields, one by one; those of another resource go or come as a whole."""
    resource = new.get("resource", post.resource)
    before = kind_of(post.resource).rows(_answers(post, {}), post.direction)
    after = kind_of(resource).rows(_answers(post, new), post.direction)
    found = []
    if resource != post.resource:
        found += [Difference(name, text, _NONE) for name, text in before.values()]
        before = {}
    for code in dict.fromkeys((*before, *after)):
        name = (after.get(code) or before[code])[0]
        old, changed = before.get(code, ("", _NONE))[1], after.get(code, ("", _NONE))[1]
        if old != changed:
            found.append(Difference(name, old, changed))
    return found


def _answers(post: Post, new: Mapping[str, Any]) -> dict[str, Any]:
    details = new.get("details", post.details)
    return {**details, **{name: new.get(name, getattr(post, name)) for name in ("skills", "carrying")}}


_NONE = "なし"


def _difference(name: str, old: Any, new: Any) -> Difference:
    return Difference(
        _label(name),
        _words(name, old),
        _words(name, new),
        picture_before=old if isinstance(old, StoredFile) else None,
        picture_after=new if isinstance(new, StoredFile) else None,
    )


def _label(name: str) -> str:
    return str(getattr(Post._meta.get_field(name), "verbose_name", name))


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return _NONE
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return ja_date(value)
    if isinstance(value, time):
        return ja_time(value)
    if name == "areas":
        places = Municipality.objects.filter(code__in=value).order_by("order", "code")
        return "・".join(places.values_list("name", flat=True))
    if name == "themes":
        known = labels("theme")
        return "・".join(known.get(code, code) for code in value)
    if name == "weekdays":
        return "・".join(WEEKDAYS[day] for day in sorted(value))
    if name == "season":
        return "・".join(f"{month}月" for month in sorted(value))
    choices = getattr(Post._meta.get_field(name), "choices", None)
    return str(dict(choices).get(value, value)) if choices else str(value)
