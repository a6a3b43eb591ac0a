"""The prefecture's roster in the demo: one brought in, from which some were invited, and one with lines to correct."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile

from members import transitions
from members.demo.people import _account, _as_delivered
from members.models import RosterContact, RosterImport, User
from members.roster.engine import work_once
from tomoiki.files.uploads import TABLES, store_upload
from tomoiki.web.demo import DemoWorld, Story

BROUGHT_IN = Path(__file__).with_name("roster.csv")
TO_CORRECT = Path(__file__).with_name("roster_to_correct.csv")


def stories(world: DemoWorld) -> Iterable[Story]:
    """One roster long brought in, and one of yesterday that waits for somebody to look over."""
    yield _brought_in(world)
    yield _to_look_over(world)


def _workbook(path: Path, title: str) -> bytes:
    """As the prefecture keeps it: a title, an empty line, the headings."""
    from openpyxl import Workbook  # only the demo's loading needs it here

    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([])
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _send(name: str, content: bytes, *, by: User) -> RosterImport:
    file = store_upload(SimpleUploadedFile(name, content), by=by, allow=TABLES)
    return transitions.start_roster_import(file, actor=by)


def _brought_in(world: DemoWorld) -> Story:
    moment = world.days_before_end(75)
    yield moment
    office = world.made["staff"][1]
    title = "県の協力団体名簿"
    job = _send(f"{title}.xlsx", _workbook(BROUGHT_IN, title), by=office)
    work_once()
    yield moment + timedelta(minutes=12)
    transitions.confirm_roster_import(job.pk, actor=office)
    work_once()
    moment = world.later(moment, days=(2, 4))
    yield moment
    contacts = RosterContact.objects.to_invite().exclude(email="").order_by("pk")
    words = "先日の説明会へのご参加、ありがとうございました。"
    asked = [transitions.send_claim_invitation(each.pk, message=words, actor=office) for each in contacts[:3]]
    _as_delivered()
    yield world.later(moment, days=(1, 3))
    claimed = asked[1]
    person = _account(world, "tsumugi", "紬 橋子", "ツムギ ハシコ")
    # In the demo nobody reads the mails: the invitation went to an address that this person has, too.
    EmailAddress.objects.create(user=person, email=claimed.email, verified=True)
    transitions.accept_own_invitation(claimed.pk, actor=person)
    transitions.forget_roster_contact(claimed.organisation.roster_contact.pk, actor=transitions.imports.ROSTER)


def _to_look_over(world: DemoWorld) -> Story:
    yield world.days_before_end(1.3)
    # As Excel in Japan writes a CSV.
    content = TO_CORRECT.read_text(encoding="utf-8").encode("cp932")
    _send("協力団体名簿（追加分）.csv", content, by=world.made["staff"][2])
    work_once()
