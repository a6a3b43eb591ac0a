"""What a worker does with one job: read, check, lay before staff; or check again and save all of it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, transaction
from django.utils import timezone

from members.enums import ImportState
from members.models import RosterImport
from members.roster.columns import BY_NAME
from members.roster.places import Places
from members.roster.reading import Roster, RosterRefused, read_roster
from members.roster.rejected import rejected_rows
from members.roster.resource import Outcomes, Progress, RosterResource
from members.transitions import imports
from members.transitions.imports import Findings
from members.transitions.roster import Outcome
from tomoiki.audit.actors import Actor
from tomoiki.files.models import StoredFile
from tomoiki.files.uploads import TABLES, store_upload
from tomoiki.workflow import TransitionError

log = structlog.get_logger(__name__)

SIGN_OF_LIFE_SECONDS = 1.0
#: What a page shows; the file of rejected rows holds all.
MOST_PROBLEMS, MOST_CHANGES, MOST_NEW = 2_000, 300, 30


class _Busy(Exception):
    """Another worker saves at this moment."""


class _ChangedMeanwhile(Exception):
    def __init__(self, outcomes: Outcomes) -> None:
        super().__init__()
        self.outcomes = outcomes


def work_once() -> RosterImport | None:
    """Take the next job, if any, and carry it out; the job as it was taken. Whatever happens, it says so in the job."""
    job = imports.take_roster_import()
    if job is None:
        return None
    try:
        with _signs_of_life(job) as progress:
            _carry_out(job, progress)
    except TransitionError as refusal:
        # Cancelled meanwhile, or another worker has it: nothing of ours was saved.
        log.info("roster.let_go", job=job.pk, code=refusal.code)
    except RosterRefused as refused:
        _fail(job, str(refused))
    except _Busy:
        imports.give_back(job)
    except PermissionDenied:
        _fail(
            job, "取り込みを始めた人に、いまは名簿を取り込む権限がありません。権限のある人が、もう一度送ってください。"
        )
    except SoftTimeLimitExceeded:
        _fail(
            job,
            "時間がかかりすぎたため、途中でやめました。何も保存していません。ファイルを分けて、もう一度お試しください。",
        )
    except (OperationalError, InterfaceError):
        # The database was away or two transactions stood in each other's way: whoever is next tries again.
        log.exception("roster.database_trouble", job=job.pk)
    except Exception:  # whatever it is, staff must not wait for it for ever
        log.exception("roster.failed", job=job.pk)
        _fail(
            job,
            "思いがけない問題が起きたため、途中でやめました。何も保存していません。システムの担当者にお知らせください。",
        )
    return job


def _fail(job: RosterImport, reason: str) -> None:
    try:
        imports.fail_roster_import(job, reason)
    except TransitionError as refusal:
        log.info("roster.let_go", job=job.pk, code=refusal.code)


def _carry_out(job: RosterImport, progress: Progress) -> None:
    roster = _read(job, progress)
    if job.state == ImportState.CHECKING:
        outcomes = _bring_in(roster, actor=job.made_by, dry_run=True, progress=progress)
        _settle(job, roster, outcomes)
        return
    try:
        with transaction.atomic():
            if not imports.only_one_saves():
                raise _Busy
            outcomes = _bring_in(roster, actor=job.confirmed_by, dry_run=False, progress=progress)
            if outcomes.fingerprint() != job.fingerprint:
                raise _ChangedMeanwhile(outcomes)
            imports.finish_roster_import(job, actor=job.confirmed_by)  # type: ignore[arg-type]
    except _ChangedMeanwhile as changed:
        # Looked over was something else than would be saved now: staff look again.
        outcomes = _bring_in(roster, actor=job.confirmed_by, dry_run=True, progress=progress)
        log.info("roster.changed_meanwhile", job=job.pk, before=job.counts, now=changed.outcomes.counts())
        _settle(job, roster, outcomes)


def _read(job: RosterImport, progress: Progress) -> Roster:
    with job.file.content.open("rb") as opened:
        content = opened.read()
    roster = read_roster(content, xlsx=job.file.content_type != "text/csv", progress=lambda: progress(0))
    job.rows_total = len(roster.lines)
    progress(0)
    return roster


def _bring_in(roster: Roster, *, actor: Actor | None, dry_run: bool, progress: Progress) -> Outcomes:
    return RosterResource(actor=actor, places=Places()).bring_in(roster.lines, dry_run=dry_run, progress=progress)


def _settle(job: RosterImport, roster: Roster, outcomes: Outcomes) -> None:
    problems = [
        {
            "sheet": each.line.sheet,
            "row": each.line.row,
            "column": fault.column,
            "value": fault.value,
            "message": fault.message,
            "remedy": fault.remedy,
        }
        for each in outcomes.checked
        for fault in each.faults
    ]
    findings = Findings(
        rows=len(roster.lines),
        counts={**outcomes.counts(), "problems": len(problems)},
        problems=problems[:MOST_PROBLEMS],
        preview=_preview(outcomes),
        notes=roster.notes,
        fingerprint=outcomes.fingerprint(),
    )
    imports.settle_check(job, findings, rejected=_rejected_file(job, outcomes))


def _rejected_file(job: RosterImport, outcomes: Outcomes) -> StoredFile | None:
    rejected = [each for each in outcomes.checked if each.faults]
    if not rejected:
        return None
    stem = job.file.name.rpartition(".")[0]
    upload = SimpleUploadedFile(f"{stem[:80]}（直す行）.xlsx", rejected_rows(rejected))
    return store_upload(upload, by=job.made_by, allow=TABLES)


def _preview(outcomes: Outcomes) -> list[dict[str, Any]]:
    """The lines that change something, with old and new; some of the new ones; those whose own words are kept."""
    room = {Outcome.UPDATED: MOST_CHANGES, Outcome.CREATED: MOST_NEW, Outcome.KEPT: MOST_NEW}
    shown = []
    for each in outcomes.checked:
        done = each.done
        if done is None or not room.get(done.outcome):
            continue
        room[done.outcome] -= 1
        name = done.organisation.name if done.organisation else done.changes["name"][1]
        shown.append(
            {
                "sheet": each.line.sheet,
                "row": each.line.row,
                "outcome": done.outcome.value,
                "organisation": done.organisation.pk if done.organisation else None,
                "name": name,
                "changes": [
                    [_label(field), _shown(field, before), _shown(field, after)]
                    for field, (before, after) in done.changes.items()
                ],
                "differs": [_label(field) for field in done.differs],
            }
        )
    return shown


def _label(field: str) -> str:
    return BY_NAME[field].header


def _shown(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if field == "kind":
        from members.enums import OrganisationKind  # the label of one field only

        return str(OrganisationKind(value).label) if value else ""
    return str(value)[:300]


@contextmanager
def _signs_of_life(job: RosterImport) -> Iterator[Progress]:
    """Tells how far the job is, on a connection of its own: what the main one does is seen only when it is all done."""
    beside = connections[DEFAULT_DB_ALIAS].copy()
    last = 0.0

    def tell(done: int) -> None:
        nonlocal last
        if monotonic() - last < SIGN_OF_LIFE_SECONDS:
            return
        last = monotonic()
        with beside.cursor() as cursor:
            cursor.execute(
                f"UPDATE {RosterImport._meta.db_table} SET rows_done = %s, rows_total = %s, alive_at = %s"  # noqa: S608 - a table's name
                " WHERE id = %s AND attempts = %s AND state = %s",
                [done, job.rows_total, timezone.now(), job.pk, job.attempts, job.state],
            )

    try:
        yield tell
    finally:
        beside.close()
