"""The way of a roster's file: sent by staff, checked by a worker, looked over by staff, saved by a worker at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from members.enums import ImportState
from members.models import RosterImport, User
from members.workflow import IMPORTS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.files.models import StoredFile
from tomoiki.web import background
from tomoiki.workflow import TransitionError, require

#: The worker itself; what it saves is saved in the name of whoever confirmed it.
ROSTER = SystemActor("roster")
#: A file that fells its worker so often is left alone.
MOST_ATTEMPTS = 6
TASK = "members.tasks.work_on_roster_imports"
# Numbers of PostgreSQL's advisory locks, unlike any other in this database.
_CLAIMING, _SAVING = 0x746F6D6F, 0x746F6D70


@dataclass(frozen=True)
class Findings:
    """What a check found: ``counts`` by outcome, ``problems`` by cell, a ``preview`` of what would be saved.

    ``fingerprint`` stands for all of it, row by row.
    """

    rows: int
    counts: Mapping[str, int]
    problems: Sequence[Mapping[str, Any]]
    preview: Sequence[Mapping[str, Any]]
    notes: Sequence[str]
    fingerprint: str


@transaction.atomic
def start_roster_import(file: StoredFile, *, actor: User) -> RosterImport:
    """Have a worker check ``file``; the same file sent twice gives the import that is under way already."""
    require(actor, "members.start_rosterimport")
    # Held, so that two presses of the button make one import.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    same = RosterImport.objects.open().filter(file__sha256=file.sha256, made_by=actor).first()
    if same is not None:
        return same
    job = RosterImport.objects.create(file=file, made_by=actor)
    audit.record(job, "rosterimport.started", actor=actor)
    background.wake_after_commit(TASK)
    return job


@transaction.atomic
def confirm_roster_import(pk: int, *, actor: User) -> RosterImport:
    """Have a worker save what was looked over: checked -> queued. Again has no effect."""
    job = _locked(pk)
    require(actor, "members.confirm_rosterimport", job)
    before = IMPORTS.check(job, "confirm")
    if not job.count("created") and not job.count("updated"):
        raise TransitionError("nothing_to_save", "新しく登録する団体も、内容が変わる団体もありません。")
    job.state = ImportState.QUEUED
    job.confirmed_at = timezone.now()
    job.confirmed_by = actor
    job.rows_done = 0
    job.alive_at = None
    job.save(update_fields=["state", "confirmed_at", "confirmed_by", "rows_done", "alive_at"])
    audit.record(job, "rosterimport.confirmed", actor=actor, before=before, codes=_codes(job.counts))
    background.wake_after_commit(TASK)
    return job


@transaction.atomic
def cancel_roster_import(pk: int, *, actor: User) -> RosterImport:
    """Leave it at that: nothing of the file is saved."""
    job = _locked(pk)
    require(actor, "members.cancel_rosterimport", job)
    before = IMPORTS.check(job, "cancel")
    job.state = ImportState.CANCELLED
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "finished_at"])
    audit.record(job, "rosterimport.cancelled", actor=actor, before=before)
    return job


# --- the worker's side: whoever took a job last has it ---


@transaction.atomic
def take_roster_import(*, actor: SystemActor = ROSTER) -> RosterImport | None:
    """The next job that nobody has, taken; a job whose worker has fallen silent counts as such. None without one.

    Files may be checked side by side, but are saved one after the other.
    """
    # Two workers that choose at once would each see nobody saving.
    _lock(_CLAIMING)
    due = RosterImport.objects.due()
    if RosterImport.objects.being_saved().exists():
        due = due.exclude(state__in=[ImportState.QUEUED, ImportState.SAVING])
    for job in due.select_for_update(of=("self",), skip_locked=True)[:20]:
        if job.attempts >= MOST_ATTEMPTS:
            _fail(
                job, "何度試しても、最後まで進みませんでした。ファイルを分けて、もう一度お試しください。", actor=actor
            )
            continue
        step = "check" if job.state in (ImportState.WAITING, ImportState.CHECKING) else "save"
        before = IMPORTS.check(job, step)
        job.state = ImportState.CHECKING if step == "check" else ImportState.SAVING
        job.attempts += 1
        job.alive_at = timezone.now()
        job.save(update_fields=["state", "attempts", "alive_at"])
        if before != job.state:
            audit.record(job, "rosterimport.taken", actor=actor, before=before)
        else:
            audit.record(job, "rosterimport.taken_over", actor=actor, codes={"attempt": job.attempts})
        return job
    return None


@transaction.atomic
def settle_check(
    job: RosterImport, findings: Findings, *, rejected: StoredFile | None, actor: SystemActor = ROSTER
) -> RosterImport:
    """Lay what was found before staff: checking -> checked; saving -> checked when the world has changed meanwhile.

    Raises ``TransitionError`` when the job is no longer this worker's.
    """
    held = _own(job)
    again = held.state == ImportState.SAVING
    before = IMPORTS.check(held, "recheck" if again else "checked")
    held.state = ImportState.CHECKED
    held.rows_total = held.rows_done = findings.rows
    held.counts = dict(findings.counts)
    held.problems = list(findings.problems)
    held.preview = list(findings.preview)
    held.notes = list(findings.notes)
    held.fingerprint = findings.fingerprint
    held.rejected_file = rejected
    held.checked_at = timezone.now()
    held.confirmed_at = held.confirmed_by = held.alive_at = None
    held.save()
    action = "rosterimport.changed_meanwhile" if again else "rosterimport.checked"
    audit.record(held, action, actor=actor, before=before, codes=_codes(held.counts))
    return held


@transaction.atomic
def finish_roster_import(job: RosterImport, *, actor: Actor) -> RosterImport:
    """Everything is saved: saving -> done, in the transaction that saved it.

    Raises ``TransitionError`` when the job is no longer this worker's, which takes back what it saved.
    """
    held = _own(job)
    before = IMPORTS.check(held, "finish")
    held.state = ImportState.DONE
    held.rows_done = held.rows_total
    held.finished_at = timezone.now()
    held.alive_at = None
    held.save(update_fields=["state", "rows_done", "finished_at", "alive_at"])
    audit.record(held, "rosterimport.done", actor=actor, before=before, codes=_codes(held.counts))
    return held


@transaction.atomic
def fail_roster_import(job: RosterImport, reason: str, *, actor: SystemActor = ROSTER) -> RosterImport:
    """It cannot be done, for ``reason``, in words for the office; nothing of it was saved."""
    return _fail(_own(job), reason, actor=actor)


def only_one_saves() -> bool:
    """Within a transaction: whether this worker alone saves now; True holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SAVING])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def give_back(job: RosterImport) -> None:
    """Another worker is still saving: let the sweep take the job again."""
    held = _own(job)
    held.state = ImportState.QUEUED
    held.attempts -= 1
    held.alive_at = None
    held.save(update_fields=["state", "attempts", "alive_at"])


def _locked(pk: int) -> RosterImport:
    return RosterImport.objects.select_for_update(of=("self",)).get(pk=pk)


def _own(job: RosterImport) -> RosterImport:
    held = _locked(job.pk)
    if held.attempts != job.attempts or held.state != job.state:
        raise TransitionError("taken_over", "ほかの処理に引き継がれました。")
    return held


def _fail(job: RosterImport, reason: str, *, actor: SystemActor) -> RosterImport:
    before = IMPORTS.check(job, "fail")
    job.state = ImportState.FAILED
    job.failure = reason[:300]
    job.finished_at = timezone.now()
    job.alive_at = None
    job.save(update_fields=["state", "failure", "finished_at", "alive_at"])
    audit.record(job, "rosterimport.failed", actor=actor, before=before)
    return job


def _codes(counts: Mapping[str, int]) -> dict[str, str | int | bool | None]:
    return {name: int(number) for name, number in counts.items()}


def _lock(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
