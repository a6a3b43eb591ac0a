"""What an organisation tells of itself, kept up to date by its own people and by staff."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db import transaction

from members import search_text
from members.models import Branch, Organisation
from members.profiles import Profile, profile_class
from members.profiles.branches import MOST_BRANCHES, BranchRow
from members.profiles.links import clean_links
from members.signals import organisation_renamed
from members.transitions._organisation import (
    IDENTITY_FIELDS,
    PROFILE_FIELDS,
    assign,
    locked,
    refuse_when_changed_meanwhile,
    save,
)
from members.workflow import WORKFLOW
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.places.models import Municipality
from tomoiki.workflow import require

#: What registering does not ask yet; ``branches`` are rows of their own.
TOLD_FIELDS = ("themes", "areas", "logo", "links", "details", "audiences")


@transaction.atomic
def update_profile(pk: int, *, data: Mapping[str, Any], actor: Actor, version: datetime | None = None) -> Organisation:
    """Change what the organisation tells of itself. Its name, kind and 法人番号 are changed by staff only.

    Of ``details`` and ``audiences`` only the named entries change; ``branches`` (``BranchRow``s) are all of them, in
    order. ``version`` is the ``updated_at`` the person saw; when it is another now, nothing is stored
    (``TransitionError('changed_meanwhile')``). Raises ``ValidationError`` for what may not be stored.
    """
    organisation = locked(pk)
    require(actor, "members.update_organisation", organisation)
    WORKFLOW.check(organisation, "update")
    refuse_when_changed_meanwhile(organisation, version)
    branches: Sequence[BranchRow] | None = data.get("branches")
    values = {name: value for name, value in data.items() if name != "branches"}
    told = _told(organisation, values)
    before = {"details": organisation.details, "audiences": organisation.audiences}
    changed = assign(organisation, {**values, **told}, (*_fields_for(actor, organisation), *TOLD_FIELDS))
    moved = branches is not None and _store_branches(organisation, branches)
    if not changed and not moved:
        return organisation
    save(organisation, *changed)
    names = [*_named(changed, before, organisation), *(["branches"] if moved else [])]
    audit.record(organisation, "organisation.updated", actor=actor, before=organisation.state, fields=names)
    # Whether everybody may read its name, and of what kind it is, decides by what others find what it wrote.
    if {"name", "listed_publicly", "kind"} & set(changed):
        organisation_renamed.send(sender=Organisation, organisation=organisation, actor=actor)
    search_text.refresh(organisation)
    return organisation


def _fields_for(actor: Actor, organisation: Organisation) -> tuple[str, ...]:
    if isinstance(actor, SystemActor) or rules.has_perm("members.identify_organisation", actor, organisation):
        return (*IDENTITY_FIELDS, *PROFILE_FIELDS)
    return PROFILE_FIELDS


def _told(organisation: Organisation, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that need more than the model's own checks, as they may be stored."""
    # Staff may change the kind and answer its questions at once.
    profile: Profile = profile_class(str(values.get("kind", organisation.kind)))(organisation)
    told: dict[str, Any] = {}
    if "themes" in values:
        offered = [code for code, _ in profile.words.choices("theme", keep=organisation.themes)]
        told["themes"] = _known("themes", values["themes"], offered)
    if "areas" in values:
        offered = [*Municipality.objects.selectable().values_list("code", flat=True), *organisation.areas]
        told["areas"] = _known("areas", values["areas"], offered)
    if "links" in values:
        told["links"] = clean_links(values["links"])
    if "details" in values:
        told["details"] = profile.clean_details(values["details"])
    if "audiences" in values:
        told["audiences"] = profile.clean_audiences(values["audiences"])
    return told


def _known(name: str, given: Iterable[str], offered: Iterable[str]) -> list[str]:
    """``given`` in the order of ``offered``, without repeats. Raises ``ValidationError`` for a code not offered."""
    wanted = set(given)
    if wanted - set(offered):
        raise ValidationError({name: "選べない項目が入っています。もう一度選んでください。"})
    return [code for code in dict.fromkeys(offered) if code in wanted]


def _named(changed: Iterable[str], before: Mapping[str, Mapping[str, Any]], organisation: Organisation) -> list[str]:
    """The names of what changed, a kind's own fields each by its code."""
    names: list[str] = []
    for name in changed:
        if name not in before:
            names.append(name)
            continue
        old, new = before[name], getattr(organisation, name)
        names += [f"{name}.{code}" for code in sorted({*old, *new}) if old.get(code) != new.get(code)]
    return names


def _store_branches(organisation: Organisation, rows: Sequence[BranchRow]) -> bool:
    """Let ``rows`` be the branches of the organisation; whether anything changed."""
    if len(rows) > MOST_BRANCHES:
        raise ValidationError({"branches": f"{MOST_BRANCHES}か所までにまとめてください（いまは{len(rows)}か所）。"})
    held = {branch.pk: branch for branch in organisation.branches.select_for_update(of=("self",))}
    wanted = [row.pk for row in rows if row.pk is not None]
    if len(set(wanted)) != len(wanted) or not set(wanted) <= set(held):
        raise ValidationError({"branches": "ほかの画面で変わった行があります。ページを開き直してください。"})
    changed = False
    for order, row in enumerate(rows):
        values = {"name": row.name, "municipality": row.municipality, "note": row.note, "order": order}
        branch = held.get(row.pk) if row.pk is not None else None
        if branch is None:
            branch = Branch(organisation=organisation, **values)
            branch.full_clean(exclude=["organisation"])
            branch.save(force_insert=True)
            changed = True
            continue
        differing = [name for name, value in values.items() if getattr(branch, name) != value]
        if differing:
            for name in differing:
                setattr(branch, name, values[name])
            branch.full_clean(exclude=["organisation"])
            branch.save(update_fields=differing)
            changed = True
    gone = set(held) - set(wanted)
    if gone:
        Branch.objects.filter(organisation=organisation, pk__in=gone).delete()
    return changed or bool(gone)
