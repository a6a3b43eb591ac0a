"""Two registered organisations turn out to be one; and, within thirty days, to be two after all."""

from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from members import search_text
from members.enums import AffiliationRole, OrganisationState
from members.merging import fills, moving_links, refusals, split
from members.models import Affiliation, ApplicationRound, Merge, Organisation, User
from members.notices.approval import MergeUndone, OrganisationsMerged
from members.signals import (
    organisation_reinstated,
    organisation_suspended,
    organisations_merged,
    organisations_parted,
)
from members.transitions._ledger import Ledger, Reversal
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.web.lifecycle import field_of, rows_of
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def merge_organisations(*, winner: int, loser: int, note: str, actor: Actor) -> Merge:
    """Let the organisation ``loser`` go up in ``winner``: all its rows lead there, and each change is written down.

    Raises ``TransitionError('not_mergeable')`` where that cannot be, with the reasons; ``ValidationError`` without a
    note.
    """
    kept, gone = _held(winner, loser)
    require(actor, "members.merge_organisations", kept)
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person decides this")
    reason = note.strip()
    if not reason:
        raise ValidationError({"note": "同じ団体だと分かった理由を書いてください。"})
    if len(reason) > 300:
        raise ValidationError({"note": "300文字までで書いてください。"})
    against = refusals(kept, gone)
    if against:
        raise TransitionError("not_mergeable", " ".join(against))
    before = gone.state
    merge = Merge.objects.create(winner=kept, loser=gone, loser_state=before, made_by=actor, note=reason)
    ledger = Ledger(merge)
    _close_application(ledger, gone, actor)
    roles = _better_roles(kept, gone)
    filled = fills(kept, gone)
    # The loser first: the winner may take over its number.
    ledger.change(gone, {"state": OrganisationState.MERGED, "merged_into": kept})
    counts = _move_everything(ledger, kept, gone)
    for affiliation, role in roles:
        ledger.change(affiliation, {"role": role})
    if filled:
        ledger.change(kept, filled)
    ledger.store()
    search_text.refresh(kept)
    audit.record(gone, "organisation.merged", actor=actor, before=before, codes={"into": kept.pk, "merge": merge.pk})
    audit.record(
        kept,
        "organisation.absorbed",
        actor=actor,
        before=kept.state,
        fields=filled,
        codes={"organisation": gone.pk, "merge": merge.pk, **counts},
    )
    audit.record(merge, "merge.made", actor=actor)
    organisations_merged.send(sender=Organisation, winner=kept, loser=gone, actor=actor)
    outbox.put(OrganisationsMerged(merge))
    return merge


@transaction.atomic
def undo_merge(pk: int, *, actor: Actor) -> Merge:
    """Take a merge back: what it changed is put back where it is still as the merge left it.

    What was made since stays with the winner, but for what hangs on something that goes back; what could not be put
    back is told in ``kept_back``. Raises ``TransitionError`` when it is too late for that.
    """
    row = Merge.objects.get(pk=pk)
    kept, gone = _held(row.winner_id, row.loser_id)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=pk)
    merge.winner, merge.loser = kept, gone
    require(actor, "members.undo_merge", merge)
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person decides this")
    _check_undoable(merge)
    reversal = Reversal(merge)
    try:
        with transaction.atomic():
            reversal.run()
    except IntegrityError as error:
        raise TransitionError(
            "taken_meanwhile",
            f"「{gone.name}」の法人番号か名簿の番号を、今は別の団体が使っているため、元に戻せません。"
            "先に、その団体の登録をご確認ください。",
        ) from error
    _let_follow(reversal, kept, gone)
    kept.refresh_from_db()
    gone.refresh_from_db()
    for organisation in (kept, gone):
        search_text.refresh(organisation)
    merge.undone_at = timezone.now()
    merge.undone_by = actor
    merge.kept_back = [{"what": what, "count": count} for what, count in sorted(reversal.kept.items())]
    merge.save(update_fields=["undone_at", "undone_by", "kept_back"])
    codes = {"merge": merge.pk, "kept_back": sum(reversal.kept.values())}
    audit.record(gone, "organisation.unmerged", actor=actor, before=OrganisationState.MERGED, codes=codes)
    audit.record(kept, "organisation.parted", actor=actor, before=kept.state, codes=codes)
    audit.record(merge, "merge.undone", actor=actor)
    _rest_or_resume(kept, gone, actor=actor)
    organisations_parted.send(sender=Organisation, winner=kept, loser=gone, actor=actor)
    outbox.put(MergeUndone(merge))
    return merge


def undo_refusal(merge: Merge) -> str:
    """Why the merge cannot be taken back any more; empty when it can."""
    try:
        _check_undoable(merge)
    except TransitionError as error:
        return error.message
    return ""


def _held(winner: int, loser: int) -> tuple[Organisation, Organisation]:
    """Both organisations, held in the order of their numbers, as everybody else holds several."""
    rows = Organisation.objects.filter(pk__in={winner, loser}).order_by("pk").select_for_update(of=("self",))
    held = {row.pk: row for row in rows}
    try:
        return held[winner], held[loser]
    except KeyError as error:
        raise Organisation.DoesNotExist from error


def _close_application(ledger: Ledger, gone: Organisation, actor: User) -> None:
    """An application that was open is answered by this."""
    for each in ApplicationRound.objects.filter(organisation=gone, decision="").order_by("number"):
        ledger.change(each, {"decision": OrganisationState.MERGED, "decided_at": timezone.now(), "decided_by": actor})


def _better_roles(kept: Organisation, gone: Organisation) -> list[tuple[Affiliation, str]]:
    """Who belongs to both keeps the higher role."""
    theirs = dict(Affiliation.objects.current().filter(organisation=gone).values_list("user", "role"))
    ours = Affiliation.objects.current().filter(organisation=kept, user__in=theirs).order_by("pk")
    return [(each, theirs[each.user_id]) for each in ours if _rank(theirs[each.user_id]) > _rank(each.role)]


def _rank(role: str) -> int:
    return AffiliationRole(role).rank


def _move_everything(ledger: Ledger, kept: Organisation, gone: Organisation) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for link, move in moving_links():
        moving, clashing = split(link, move, kept, gone)
        # Both are read before anything changes: what is settled would no longer be seen to clash.
        pks = list(moving.order_by("pk").values_list("pk", flat=True))
        settled = list(clashing.order_by("pk"))
        if move.along is not None:
            for each in moving.order_by("pk"):
                for row, values in move.along(each, kept):
                    ledger.change(row, values)
        if move.settle is not None:
            for each in settled:
                ledger.change(each, move.settle(each, kept))
        field = field_of(link.key)
        ledger.move(field.model, pks, field.attname, kept.pk, gone.pk)
        counts[link.key] += len(pks)
    return {key: count for key, count in counts.items() if count}


def _check_undoable(merge: Merge) -> None:
    if merge.undone_at is not None:
        raise TransitionError("already_undone", "この統合は、もう元に戻されています。画面を開き直してご確認ください。")
    if merge.winner.erased_at is not None or merge.loser.erased_at is not None:
        raise TransitionError("erased", "団体の登録が消去されているため、元に戻せません。")
    if merge.undo_until <= timezone.now():
        raise TransitionError("too_late", "元に戻せる期限が過ぎています。")
    if merge.winner.state == OrganisationState.MERGED:
        raise TransitionError(
            "merged_again",
            f"「{merge.winner.name}」は、このあと別の団体とまとめられています。先に、あとの統合を元に戻してください。",
        )


def _let_follow(reversal: Reversal, kept: Organisation, gone: Organisation) -> None:
    """What was made since and hangs on a row that went back goes with it, and what hangs on that."""
    going = True
    while going:
        going = False
        for link, move in moving_links():
            if move.follows is None:
                continue
            field = field_of(link.key)
            rows = move.follows(rows_of(link.key, kept), reversal.back)
            pks = set(rows.order_by().values_list("pk", flat=True))
            if pks:
                field.model._base_manager.filter(pk__in=pks).update(**{field.attname: gone.pk})
                reversal.back[field.model._meta.label] |= pks
                going = True


def _rest_or_resume(kept: Organisation, gone: Organisation, *, actor: Actor) -> None:
    """What goes back stands as its own organisation stands, not as the one that it was with."""
    if gone.state == OrganisationState.SUSPENDED and kept.state == OrganisationState.APPROVED:
        organisation_suspended.send(sender=Organisation, organisation=gone, actor=actor)
    elif gone.state == OrganisationState.APPROVED and kept.state == OrganisationState.SUSPENDED:
        organisation_reinstated.send(sender=Organisation, organisation=gone, actor=actor)
