"""An organisation as a line of the prefecture's roster tells of it: found, compared, made or brought up to date.

Whoever has people of its own speaks for itself: the roster may say otherwise, and nothing is changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import TextChoices
from django.utils import timezone

from members import search_text
from members.enums import OrganisationKind, OrganisationState
from members.models import Affiliation, Organisation, RosterContact
from members.profiles import KINDS, words_for
from members.signals import organisation_renamed
from members.workflow import WORKFLOW
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.text.normalisation import normalise_name
from tomoiki.vocabulary.words import Words
from tomoiki.workflow import require

#: What the roster says of an organisation until it speaks for itself.
ROSTER_FIELDS = (
    "name",
    "name_kana",
    "kind",
    "kind_other",
    "corporate_number",
    "postal_code",
    "municipality",
    "address",
    "phone",
    "website",
    "description",
    "listed_publicly",
)
#: Whom the office may ask to claim it. Never part of the profile.
CONTACT_FIELDS = {"contact_name": "name", "contact_email": "email"}
#: Since when it takes part; becomes the moment of its approval.
JOINED = "joined_on"
KEYS = ("portal_id", "roster_key")
KNOWN_FIELDS = frozenset((*KEYS, *ROSTER_FIELDS, *CONTACT_FIELDS, JOINED))

#: Drafts are nobody's business yet; who was turned down may still stand in the roster later.
_NOT_FOUND = (OrganisationState.DRAFT, OrganisationState.REJECTED)
_IN_FORCE = (OrganisationState.APPROVED, OrganisationState.SUSPENDED)


class RosterError(ValidationError):
    """Why a line cannot be taken, and what to do about it, in words for the office."""

    def __init__(self, message: str, *, remedy: str, code: str = "invalid") -> None:
        super().__init__(message, code=code)
        self.remedy = remedy


class Outcome(TextChoices):
    """What comes of one line."""

    CREATED = "created", "新しく登録"
    UPDATED = "updated", "内容が変わる"
    UNCHANGED = "unchanged", "同じ内容"
    KEPT = "kept", "団体の内容を優先"


@dataclass(frozen=True)
class Imported:
    """What one line does, or did: ``changes`` gives each field's old and new value.

    ``organisation`` is None for one that would be made. ``differs`` names the fields of which the organisation's
    own words were kept.
    """

    outcome: Outcome
    organisation: Organisation | None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


class KnownOrganisations:
    """The organisations that lines of a roster may mean, read once for many lines."""

    def __init__(self, lines: Iterable[Mapping[str, Any]]) -> None:
        lines = list(lines)
        wanted = {
            "pk": {line["portal_id"] for line in lines if line.get("portal_id")},
            "roster_key": {line["roster_key"] for line in lines if line.get("roster_key")},
            "corporate_number": {line["corporate_number"] for line in lines if line.get("corporate_number")},
            "name_normalised": {normalise_name(line["name"])[:160] for line in lines if line.get("name")},
        }
        self.by_pk: dict[int, Organisation] = {}
        for name, values in wanted.items():
            if values:
                self._add(**{f"{name}__in": values})
        # What was brought together is found under the one that remains.
        while missing := {
            each.merged_into_id for each in self.by_pk.values() if each.merged_into_id not in {None, *self.by_pk}
        }:
            self._add(pk__in=missing)
        self.claimed = set(
            Affiliation.objects.filter(organisation__in=list(self.by_pk)).values_list("organisation", flat=True)
        )
        self.by_key = {each.roster_key: each for each in self._remaining() if each.roster_key}
        self.by_number = {each.corporate_number: each for each in self._remaining() if each.corporate_number}
        self.by_name: dict[str, list[Organisation]] = defaultdict(list)
        for each in self._remaining():
            self.by_name[each.name_normalised].append(each)

    @cached_property
    def words(self) -> Words:
        """What the lists call things, for the texts that a search finds organisations by."""
        return words_for(KINDS)

    def _add(self, **condition: Any) -> None:
        found = Organisation.objects.filter(**condition).exclude(state__in=_NOT_FOUND)
        for each in found.select_related("municipality", "roster_contact").order_by("pk"):
            self.by_pk.setdefault(each.pk, each)

    def _remaining(self) -> list[Organisation]:
        """Those that left and those that were merged first, so that whoever is there wins."""
        return sorted(self.by_pk.values(), key=lambda each: (each.state in _IN_FORCE, -each.pk))

    def _winner(self, organisation: Organisation) -> Organisation:
        while organisation.merged_into_id is not None:
            organisation = self.by_pk[organisation.merged_into_id]
        return organisation

    def find(self, line: Mapping[str, Any]) -> Organisation | None:
        """The organisation that ``line`` means, or None for one not known. Raises ``RosterError`` by field."""
        found = self._by_identity(line) or self._by_name(line)
        if found is None:
            return None
        found = self._winner(found)
        if found.state == OrganisationState.WITHDRAWN:
            raise _refusal(
                "name",
                f"「{found.name}」は退会しています。",
                "名簿からこの行を外してください。もう一度加わるときは、団体から申し込んでいただきます。",
            )
        number, own = line.get("corporate_number"), found.corporate_number
        if number and own and number != own:
            raise _refusal(
                "corporate_number",
                f"登録されている「{found.name}」の法人番号（{own}）と違います。",
                "どちらが正しいかを確かめてください。別の団体なら、名簿の番号を変えてください。",
            )
        return found

    def _by_identity(self, line: Mapping[str, Any]) -> Organisation | None:
        if line.get("portal_id"):
            found = self.by_pk.get(line["portal_id"])
            if found is None:
                raise _refusal(
                    "portal_id",
                    "この番号の団体はありません。",
                    "書き出した一覧の番号のままにするか、空欄にしてください。",
                )
            return found
        by_key = self.by_key.get(line.get("roster_key", ""))
        by_number = self.by_number.get(line.get("corporate_number", ""))
        if by_key and by_number and self._winner(by_key) != self._winner(by_number):
            raise _refusal(
                "roster_key",
                f"名簿の番号は「{by_key.name}」の、法人番号は「{by_number.name}」のものです。",
                "どちらの団体のことかを確かめ、違うほうの番号を直してください。",
            )
        if by_key and not by_number and line.get("name"):
            self._refuse_another_name(self._winner(by_key), line["name"])
        return by_number or by_key

    @staticmethod
    def _refuse_another_name(found: Organisation, name: str) -> None:
        """A number of the roster may be a mere count of its lines, which shift when one is put in between."""
        if normalise_name(name)[:160] != found.name_normalised:
            raise _refusal(
                "roster_key",
                f"この名簿の番号は「{found.name}」のものです。",
                "番号を確かめてください。同じ団体で名前が変わったときは、法人番号も書くか、"
                "先に団体のページで名前を直してください。",
            )

    def _by_name(self, line: Mapping[str, Any]) -> Organisation | None:
        key, number = line.get("roster_key"), line.get("corporate_number")
        same = [
            each
            for each in self.by_name.get(normalise_name(line.get("name", ""))[:160], [])
            if not (key and each.roster_key and key != each.roster_key)
            and not (number and each.corporate_number and number != each.corporate_number)
            and each.state not in (OrganisationState.WITHDRAWN, OrganisationState.MERGED)
        ]
        place = line.get("municipality")
        here = [each for each in same if each.municipality_id == (place.pk if place else None)]
        if len(here) > 1:
            numbers = "、".join(str(each.pk) for each in here)
            raise _refusal(
                "name",
                f"同じ名前の団体が、ほかに{len(here)}件あります（ともいき番号 {numbers}）。",
                "どの団体のことかを、「ともいき番号」の列に書いてください。",
            )
        unsure = [each for each in same if each not in here and (place is None or each.municipality_id is None)]
        # A number of the roster's own says nothing of whether the portal knows the body by another way.
        if not here and unsure and not number:
            raise _refusal(
                "name",
                f"同じ名前の団体が登録されています（ともいき番号 {unsure[0].pk}）。同じ団体かどうかが分かりません。",
                "同じ団体なら、「ともいき番号」の列にその番号を書いてください。"
                "別の団体なら、市区町村か法人番号を書いてください。",
            )
        return here[0] if here else None

    def plan(self, line: Mapping[str, Any]) -> Imported:
        """What ``line`` would do now. Raises ``ValidationError`` by field for what may not be."""
        unknown = set(line) - KNOWN_FIELDS
        if unknown:
            raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
        found = self.find(line)
        if found is None:
            return Imported(Outcome.CREATED, None, _news(line))
        changes = _changes(found, line)
        if found.pk in self.claimed or found.state not in _IN_FORCE:
            differs = tuple(name for name in changes if name in ROSTER_FIELDS or name == JOINED)
            link = {"roster_key": changes["roster_key"]} if "roster_key" in changes and not found.roster_key else {}
            if link:
                return Imported(Outcome.UPDATED, found, link, differs)
            return Imported(Outcome.KEPT if differs else Outcome.UNCHANGED, found, {}, differs)
        return Imported(Outcome.UPDATED if changes else Outcome.UNCHANGED, found, changes)


def _refusal(name: str, message: str, remedy: str) -> ValidationError:
    return ValidationError({name: [RosterError(message, remedy=remedy)]})


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    """What the line says: an empty cell says nothing, and so takes nothing away."""
    return {name: value for name, value in line.items() if value not in (None, "") and name != "portal_id"}


def _news(line: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    said = _said(line)
    missing = {
        name: [RosterError(f"{label}が空です。", remedy=f"{label}を書いてください。", code="required")]
        for name, label in (("name", "団体名"), ("kind", "種類"))
        if name not in said
    }
    if said.get("kind") == OrganisationKind.OTHER and "kind_other" not in said:
        missing["kind_other"] = [_unexplained()]
    if missing:
        raise ValidationError(missing)
    if said["kind"] != OrganisationKind.OTHER:
        said.pop("kind_other", None)
    return {name: (None, value) for name, value in said.items()}


def _unexplained() -> RosterError:
    return RosterError(
        "種類が「その他」ですが、どのような団体かが書かれていません。",
        remedy="「種類の説明」の列に書いてください。例：商店会、医療法人",
        code="required",
    )


def _changes(organisation: Organisation, line: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    said = _said(line)
    kind = said.get("kind", organisation.kind)
    if kind != OrganisationKind.OTHER:
        said["kind_other"] = ""
    elif not said.get("kind_other", organisation.kind_other):
        raise ValidationError({"kind_other": [_unexplained()]})
    contact = getattr(organisation, "roster_contact", None)
    now = {
        **{name: getattr(organisation, name) for name in (*ROSTER_FIELDS, "roster_key")},
        **{name: getattr(contact, attribute, "") for name, attribute in CONTACT_FIELDS.items()},
        JOINED: timezone.localdate(organisation.approved_at) if organisation.approved_at else None,
    }
    return {name: (now[name], value) for name, value in said.items() if now[name] != value}


def import_organisation(data: Mapping[str, Any], *, actor: Actor, known: KnownOrganisations | None = None) -> Imported:
    """Make or bring up to date the organisation that one line of the roster tells of. It sends nothing.

    ``data`` holds what the line says: fields of ``Organisation``, ``roster_key`` or ``portal_id``, ``joined_on``,
    ``contact_name`` and ``contact_email``; empty values say nothing. A new organisation is approved and has no people
    until somebody claims it; the public directory shows it only if the line says so. ``known`` spares the reading
    when many lines follow each other. Raises ``ValidationError`` by field.
    """
    require(actor, "members.import_organisation")
    try:
        with transaction.atomic():
            return _import(data, known, actor=actor)
    except IntegrityError as error:
        refusal = _taken_meanwhile(error)
        if refusal is None:
            raise
        raise refusal from error


def _import(data: Mapping[str, Any], known: KnownOrganisations | None, *, actor: Actor) -> Imported:
    known = known or KnownOrganisations([data])
    plan = known.plan(data)
    if plan.outcome == Outcome.CREATED:
        return _create(plan, known.words, actor=actor)
    if plan.outcome != Outcome.UPDATED or plan.organisation is None:
        return plan
    # Its people may have come, or another hand changed it, in this very moment: asked again under the lock.
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=plan.organisation.pk)
    plan = KnownOrganisations([{**data, "portal_id": organisation.pk}]).plan({**data, "portal_id": organisation.pk})
    if plan.outcome == Outcome.UPDATED:
        _update(organisation, plan, known.words, actor=actor)
    return plan


def _create(plan: Imported, words: Words, *, actor: Actor) -> Imported:
    values = {name: after for name, (_, after) in plan.changes.items()}
    now = timezone.now()
    organisation = Organisation(
        state=OrganisationState.APPROVED,
        approved_at=_moment(values[JOINED]) if JOINED in values else now,
        imported_at=now,
        **{
            "listed_publicly": False,
            **{name: values[name] for name in ("roster_key", *ROSTER_FIELDS) if name in values},
        },
    )
    search_text.prepare(organisation, words)
    _save(organisation, force_insert=True)
    _keep_contact(RosterContact(organisation=organisation), values)
    audit.record(organisation, "organisation.imported", actor=actor, fields=values, codes={"kind": organisation.kind})
    return Imported(Outcome.CREATED, organisation, plan.changes)


def _update(organisation: Organisation, plan: Imported, words: Words, *, actor: Actor) -> None:
    values = {name: after for name, (_, after) in plan.changes.items()}
    quiet = not set(values) & {*ROSTER_FIELDS, JOINED}
    if not quiet:
        WORKFLOW.check(organisation, "update")
    fields = [name for name in ("roster_key", *ROSTER_FIELDS) if name in values]
    for name in fields:
        setattr(organisation, name, values[name])
    organisation.imported_at = timezone.now()
    fields.append("imported_at")
    if JOINED in values:
        organisation.approved_at = _moment(values[JOINED])
        fields.append("approved_at")
    # A link to the roster or its contact is no change of the profile: a form that somebody has open stays good.
    _save(organisation, update_fields=fields if quiet else [*fields, "updated_at"])
    if not quiet:
        search_text.refresh(organisation, words)
    if set(values) & set(CONTACT_FIELDS):
        held = RosterContact.objects.select_for_update(of=("self",)).filter(organisation=organisation).first()
        _keep_contact(held or RosterContact(organisation=organisation), values)
    audit.record(organisation, "organisation.imported_again", actor=actor, before=organisation.state, fields=values)
    if {"name", "kind"} & set(values):
        organisation_renamed.send(sender=Organisation, organisation=organisation, actor=actor)


def _save(organisation: Organisation, **options: Any) -> None:
    # Foreign keys and constraints are the database's to check: asked one by one they would cost ten queries a line.
    others = {each.name for each in Organisation._meta.fields} - {*ROSTER_FIELDS, "roster_key"} | {"municipality"}
    organisation.clean_fields(exclude=others)
    organisation.save(**options)


def _taken_meanwhile(error: IntegrityError) -> ValidationError | None:
    """What to say when another hand took the number in this very moment."""
    for name, constraint in (
        ("corporate_number", "organisation_corporate_number_unique"),
        ("roster_key", "organisation_roster_key_unique"),
    ):
        if constraint in str(error):
            return _refusal(
                name,
                "この番号の団体が、いま登録されました。",
                "もう一度取り込むと、その団体として確かめられます。",
            )
    return None


def _keep_contact(contact: RosterContact, values: Mapping[str, Any]) -> None:
    said = {attribute: values[name] for name, attribute in CONTACT_FIELDS.items() if name in values}
    if not said:
        return
    if contact.email and contact.email != said.get("email", contact.email):
        # Another address has had no invitation yet.
        contact.invited_at = None
    for attribute, value in said.items():
        setattr(contact, attribute, value)
    contact.clean_fields(exclude=["organisation"])
    if contact._state.adding:
        contact.save(force_insert=True)
    else:
        contact.save(update_fields=[*said, "invited_at"])


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
