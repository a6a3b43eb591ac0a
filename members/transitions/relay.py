"""The groups without an account that a desk speaks for: added, kept up to date, taken off the list and put back."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from members.enums import OrganisationState
from members.models import Organisation, RelayedGroup
from members.models.relay import GROUP_KIND
from members.signals import relayed_group_changed
from members.transitions._organisation import locked_owner
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.text.normalisation import clean
from tomoiki.vocabulary.lists import choices
from tomoiki.workflow import TransitionError, require

#: What people write about a group.
GROUP_FIELDS = (
    "kind",
    "name",
    "name_kana",
    "municipality",
    "district",
    "contact_name",
    "contact_phone",
    "note",
)
MAX_NOTE = 1000


@transaction.atomic
def add_group(desk_pk: int, *, data: Mapping[str, Any], actor: Actor) -> RelayedGroup:
    """Put a group on the list of the desk ``desk_pk``. The same again (a double click) is the same one."""
    desk = _locked_desk(desk_pk)
    require(actor, "members.add_group", desk)
    _require_standing(desk)
    group = RelayedGroup(desk=desk)
    fields = _apply(group, data)
    twin = RelayedGroup.objects.active().filter(desk=desk, name=group.name).first()
    if twin is not None and all(getattr(twin, name) == getattr(group, name) for name in GROUP_FIELDS):
        return twin
    _check(group)
    group.save(force_insert=True)
    audit.record(group, "relayedgroup.added", actor=actor, after="active", fields=fields, codes={"desk": desk.pk})
    return group


@transaction.atomic
def update_group(pk: int, *, data: Mapping[str, Any], actor: Actor) -> RelayedGroup:
    """Change what is known of a group; ``data`` holds fields by name. What upper apps made of its name follows."""
    group = _locked_group(pk)
    require(actor, "members.update_group", group)
    changed = _apply(group, data)
    if not changed:
        return group
    _check(group)
    group.save(update_fields=[*changed, "updated_at"])
    audit.record(group, "relayedgroup.edited", actor=actor, fields=changed)
    relayed_group_changed.send(sender=RelayedGroup, group=group, actor=actor)
    return group


@transaction.atomic
def retire_group(pk: int, *, actor: Actor) -> RelayedGroup:
    """Take a group off the choices; what was begun for it goes on."""
    group = _locked_group(pk)
    require(actor, "members.retire_group", group)
    if not group.active:
        return group
    group.active = False
    group.save(update_fields=["active", "updated_at"])
    audit.record(group, "relayedgroup.retired", actor=actor, before="active", after="retired")
    return group


@transaction.atomic
def restore_group(pk: int, *, actor: Actor) -> RelayedGroup:
    """Put a group back among the choices."""
    group = _locked_group(pk)
    require(actor, "members.restore_group", group)
    if group.active:
        return group
    group.active = True
    if RelayedGroup.objects.active().filter(desk=group.desk, name=group.name).exists():
        raise TransitionError(
            "name_taken", f"「{group.name}」という名前の団体が、もう一覧にあります。そちらをお使いください。"
        )
    group.save(update_fields=["active", "updated_at"])
    audit.record(group, "relayedgroup.restored", actor=actor, before="retired", after="active")
    return group


def _locked_desk(pk: int) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _locked_group(pk: int) -> RelayedGroup:
    # The desk first: two who give the same name at once wait for each other there.
    locked_owner(lambda: RelayedGroup.objects.values_list("desk", flat=True).get(pk=pk), no_key=True)
    groups = RelayedGroup.objects.select_related("desk", "municipality")
    return groups.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _require_standing(desk: Organisation) -> None:
    if desk.state != OrganisationState.APPROVED:
        raise TransitionError("desk_not_active", f"{desk}は今、登録済みの状態ではないため、団体を加えられません。")


def _apply(group: RelayedGroup, data: Mapping[str, Any]) -> list[str]:
    unknown = set(data) - set(GROUP_FIELDS)
    if unknown:
        raise ValueError(f"not part of a group: {sorted(unknown)}")
    values = {name: clean(value) if isinstance(value, str) else value for name, value in data.items()}
    changed = [name for name, value in values.items() if name == "municipality" or getattr(group, name) != value]
    if "municipality" in changed and group.municipality_id == getattr(values["municipality"], "pk", None):
        changed.remove("municipality")
    for name in changed:
        setattr(group, name, values[name])
    return changed


def _check(group: RelayedGroup) -> None:
    """Raise ``ValidationError`` by field for what a list cannot hold."""
    if group.kind not in dict(choices(GROUP_KIND)) and group.pk is None:
        raise ValidationError({"kind": "種類を選んでください。"})
    if len(group.note) > MAX_NOTE:
        raise ValidationError({"note": f"{MAX_NOTE:,}文字までで書いてください。"})
    group.clean_fields(exclude=["desk"])
    twins = RelayedGroup.objects.active().filter(desk=group.desk, name=group.name).exclude(pk=group.pk)
    if group.active and twins.exists():
        raise ValidationError({"name": "この名前の団体は、もう一覧にあります。"})
