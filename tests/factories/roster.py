"""Rosters as files, imports of them, and whom they name."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from openpyxl import Workbook
from stdnum.jp import cn

from members.enums import ImportState
from members.models import RosterContact, RosterImport, User
from members.transitions import start_roster_import
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.files.models import StoredFile
from tomoiki.files.uploads import TABLES, store_upload

Rows = Sequence[Sequence[Any]]
HEADINGS = ("名簿の番号", "団体名", "種類", "市区町村", "担当者", "メールアドレス")


def corporate_number(serial: int) -> str:
    """A 法人番号 with a right check digit."""
    body = f"{serial:012}"
    return f"{cn.calc_check_digit(body)}{body}"


def csv_of(rows: Rows, *, encoding: str = "utf-8-sig", separator: str = ",", newline: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(sheets: Mapping[str, Rows] | Rows, *, hidden: Sequence[str] = ()) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"名簿": sheets}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def lines_of(number: int, *, start: int = 1) -> list[list[str]]:
    """A roster of so many organisations that differ in name."""
    return [
        list(HEADINGS),
        *(
            [f"K-{n}", f"NPO法人ためしの輪{n}", "NPO等", "藤沢市", f"見本 花子{n}", f"hanako{n}@tameshi.example"]
            for n in range(start, start + number)
        ),
    ]


def stored(content: bytes, *, by: User, name: str = "名簿.csv") -> StoredFile:
    return store_upload(SimpleUploadedFile(name, content), by=by, allow=TABLES)


def sent(rows: Rows | bytes, *, by: User | None = None, name: str = "名簿.csv") -> RosterImport:
    """An import that waits for a worker, as if ``by`` had just sent the file."""
    person = by or StaffFactory()
    content = rows if isinstance(rows, bytes) else csv_of(rows)
    return start_roster_import(stored(content, by=person, name=name), actor=person)


class RosterImportFactory(DjangoModelFactory[RosterImport]):
    """An import that waits; ``state=`` for another state."""

    class Meta:
        model = RosterImport

    state = ImportState.WAITING
    made_by = factory.SubFactory(StaffFactory)
    file = factory.LazyAttribute(lambda job: stored(csv_of(lines_of(1)), by=job.made_by))
    confirmed_at = factory.LazyAttribute(
        lambda job: timezone.now() if job.state in {"queued", "saving", "done"} else None
    )
    confirmed_by = factory.LazyAttribute(lambda job: job.made_by if job.confirmed_at else None)
    checked_at = factory.LazyAttribute(
        lambda job: timezone.now() if job.state in {"checked", "queued", "saving", "done"} else None
    )


class RosterContactFactory(DjangoModelFactory[RosterContact]):
    """Whom the roster names for an organisation without people."""

    class Meta:
        model = RosterContact

    organisation = factory.SubFactory(OrganisationFactory)
    name = "見本 花子"
    email = factory.Sequence(lambda n: f"hanako{n}@tameshi.example")
