"""What it would mean to make two registered organisations one: asked before staff decide, and by the merge itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet

from members.enums import AffiliationRole, OrganisationState
from members.models import ONGOING_STATES, Affiliation, Merge, Organisation
from members.rounds import field_label
from members.signals import organisations_merging
from tomoiki.web.lifecycle import Move, OrganisationLink, field_of, organisation_links, rows_of

SWAP = "残す団体を入れかえてください。"
_ALONE = ("name_kana", "corporate_number", "phone", "website", "description", "themes", "areas", "logo", "links")
_PLACE = ("postal_code", "municipality", "address")
_ROSTER = ("roster_key", "imported_at")
_COMPARED = ("name", "kind", "kind_other", *_ALONE, *_PLACE, "stage")


def refusals(winner: Organisation, loser: Organisation) -> list[str]:
    """Why ``loser`` cannot go up in ``winner``, in words for staff; empty when it can."""
    if winner.pk == loser.pk:
        return ["同じ登録どうしです。もう一つの団体を選んでください。"]
    reasons = [
        f"「{each.name}」の登録は消去されているため、まとめられません。" for each in (winner, loser) if each.erased_at
    ]
    if reasons:
        return reasons
    reasons = _states(winner, loser)
    if not reasons:
        answers = organisations_merging.send(sender=Organisation, winner=winner, loser=loser)
        reasons = [reason for _, found in answers for reason in cast(list[str], found)]
    return reasons


def _states(winner: Organisation, loser: Organisation) -> list[str]:
    state = OrganisationState
    for each in (winner, loser):
        if each.state == state.MERGED:
            return [f"「{each.name}」は、もう別の団体とまとめられています。"]
        if each.state == state.DRAFT:
            return [f"「{each.name}」は、まだ申し込まれていません。"]
    if winner.state not in ONGOING_STATES:
        state_label = winner.get_state_display()
        return [f"「{winner.name}」は今「{state_label}」のため、残す団体にできません。{SWAP}"]
    if loser.state == state.APPROVED and winner.state in (state.APPLIED, state.RETURNED):
        return [f"登録済みの「{loser.name}」を、承認前の「{winner.name}」にまとめることはできません。{SWAP}"]
    # What rests because of a suspension comes back with it: both must stand alike.
    if loser.state == state.SUSPENDED and winner.state != state.SUSPENDED:
        return [f"「{loser.name}」は一時停止中です。再開してから、まとめてください。"]
    if winner.state == state.SUSPENDED and loser.state == state.APPROVED:
        return [f"「{winner.name}」は一時停止中です。再開してから、まとめてください。"]
    return []


@dataclass(frozen=True)
class Count:
    """How many rows of one sort go over, and how many stay or change because the other has their like."""

    label: str
    moving: int
    clashing: int


@dataclass(frozen=True)
class Difference:
    """One field in which the two differ: what each says, and whether the loser's fills a gap."""

    label: str
    winner: str
    loser: str
    filled: bool


@dataclass(frozen=True)
class Place:
    """A person of both or either, with the role they will have."""

    affiliation: Affiliation
    role: AffiliationRole
    #: Comes from the organisation that goes up in the other.
    new: bool


@dataclass(frozen=True)
class Plan:
    """Everything staff see before they make two organisations one."""

    winner: Organisation
    loser: Organisation
    refusals: Sequence[str]
    warnings: Sequence[str]
    counts: Sequence[Count]
    fields: Sequence[Difference]
    people: Sequence[Place]

    @property
    def possible(self) -> bool:
        return not self.refusals


def plan(winner: Organisation, loser: Organisation) -> Plan:
    """What would happen; a fixed number of queries."""
    return Plan(
        winner=winner,
        loser=loser,
        refusals=refusals(winner, loser),
        warnings=_warnings(winner, loser),
        counts=_counts(winner, loser),
        fields=differences(winner, loser),
        people=_people(winner, loser),
    )


def moving_links() -> list[tuple[OrganisationLink, Move]]:
    """The links whose rows go over, in a fixed order: what others hang on first."""
    order = {"members.RelayedGroup.desk": 0, "matching.Post.organisation": 1}
    found = [(link, link.merge) for link in organisation_links if isinstance(link.merge, Move)]
    return sorted(found, key=lambda pair: (order.get(pair[0].key, 2), pair[0].key))


def split(link: OrganisationLink, move: Move, winner: Organisation, loser: Organisation) -> tuple[Any, Any]:
    """The loser's rows of one link: those that go over as they are, and those the winner has the like of."""
    rows: QuerySet[Any] = rows_of(link.key, loser)
    if move.clashes is None:
        return rows, rows.none()
    clashing = move.clashes(rows, winner)
    return rows.exclude(pk__in=clashing.order_by().values("pk")), clashing


def label_of(link: OrganisationLink, move: Move) -> str:
    """What staff call the rows of a link."""
    return move.label or str(field_of(link.key).model._meta.verbose_name)


def fills(winner: Organisation, loser: Organisation) -> dict[str, Any]:
    """Field -> the loser's value, for what the winner leaves empty."""
    found = {name: getattr(loser, name) for name in _ALONE if not getattr(winner, name) and getattr(loser, name)}
    if not any(getattr(winner, name) for name in _PLACE):
        found |= {name: getattr(loser, name) for name in _PLACE if getattr(loser, name)}
    if not winner.roster_key and loser.roster_key:
        found |= {name: getattr(loser, name) for name in _ROSTER}
    gaps = {key: value for key, value in loser.details.items() if value and not winner.details.get(key)}
    if winner.kind != loser.kind:
        gaps = {}
    if gaps:
        found["details"] = {**winner.details, **gaps}
    for name in ("corporate_number", "roster_key"):
        if name in found and _taken(name, found[name], winner, loser):
            del found[name]
    # Who may read a field goes with what stands in it.
    taken_over = {*found, *gaps}
    audiences = {name: audience for name, audience in loser.audiences.items() if name in taken_over}
    if audiences:
        found["audiences"] = {**winner.audiences, **audiences}
    return found


def _taken(name: str, value: str, winner: Organisation, loser: Organisation) -> bool:
    others = Organisation.objects.ongoing().exclude(pk__in=[winner.pk, loser.pk])
    return others.filter(**{name: value}).exists()


def differences(winner: Organisation, loser: Organisation) -> list[Difference]:
    """What the two say differently, in the order of the form."""
    filled = fills(winner, loser)
    found = []
    for name in _COMPARED:
        ours, theirs = getattr(winner, name), getattr(loser, name)
        if ours != theirs and (ours or theirs):
            found.append(Difference(field_label(name), words(winner, name), words(loser, name), name in filled))
    return found


def words(organisation: Organisation, name: str) -> str:
    """The value of a field as staff read it."""
    display = getattr(organisation, f"get_{name}_display", None)
    if display is not None:
        return str(display())
    value = getattr(organisation, name)
    if name == "links":
        return "、".join(str(each.get("url", "")) for each in value)
    if isinstance(value, list):
        return "、".join(map(str, value))
    if name == "logo":
        return "あり" if value else ""
    return str(value or "")


def _warnings(winner: Organisation, loser: Organisation) -> list[str]:
    found = []
    numbers = {winner.corporate_number, loser.corporate_number} - {""}
    if len(numbers) > 1:
        found.append("法人番号が違います。別の法人ではないか、もう一度ご確認ください。")
    if winner.kind != loser.kind:
        found.append("団体の種類が違います。残る団体の種類になります。")
    if loser.state in (OrganisationState.APPLIED, OrganisationState.RETURNED) and loser.state != winner.state:
        found.append(
            f"「{loser.name}」の申込みはここで終わり、申し込んだ方は、下の役割で「{winner.name}」に加わります。"
            "その団体の方か、電話などで確かめてから進めてください。"
        )
    return found


def _counts(winner: Organisation, loser: Organisation) -> list[Count]:
    if winner.pk == loser.pk:
        return []
    found = []
    for link, move in moving_links():
        moving, clashing = split(link, move, winner, loser)
        numbers = (moving.order_by().count(), clashing.order_by().count() if move.clashes else 0)
        if any(numbers):
            found.append(Count(label_of(link, move), *numbers))
    return found


def _people(winner: Organisation, loser: Organisation) -> list[Place]:
    current = Affiliation.objects.current().filter(organisation__in=[winner.pk, loser.pk])
    places: dict[int, Place] = {}
    for each in current.select_related("user").order_by("started_at", "pk"):
        role = AffiliationRole(each.role)
        known = places.get(each.user_id)
        if known is None:
            places[each.user_id] = Place(each, role, each.organisation_id == loser.pk)
            continue
        better = max(role, known.role, key=lambda candidate: AffiliationRole(candidate).rank)
        places[each.user_id] = Place(known.affiliation, better, False)
    return list(places.values())


def end_of_chain(organisation: Organisation) -> Organisation:
    """Where a merged organisation is to be found today: what it went up in may have gone up in another."""
    seen = {organisation.pk}
    while organisation.merged_into_id is not None and organisation.merged_into_id not in seen:
        seen.add(organisation.merged_into_id)
        organisation = Organisation.objects.get(pk=organisation.merged_into_id)
    return organisation


def remaining(pk: int) -> Organisation | None:
    """The organisation ``pk``, or the one that it went up in meanwhile, where somebody may join it."""
    named = Organisation.objects.filter(pk=pk).first()
    found = end_of_chain(named) if named is not None else None
    return found if found is not None and found.state in ONGOING_STATES else None


def merges_of(organisation: Organisation) -> QuerySet[Merge]:
    """Merges in which the organisation took part, on whichever side."""
    return (Merge.objects.filter(winner=organisation) | Merge.objects.filter(loser=organisation)).select_related(
        "winner", "loser", "made_by", "undone_by"
    )
