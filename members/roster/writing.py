"""Lists on their way out: row by row, so that a long list needs no more memory than a short one."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from members.models import Affiliation
from members.roster.columns import STATE
from members.roster.reading import STARTS_A_FORMULA
from members.roster.resource import RosterResource
from tomoiki.documents.spreadsheets import write_workbook
from tomoiki.web.templatetags.ui import ja_date

FORMATS = {"xlsx": "Excel（.xlsx）", "csv": "CSV（UTF-8。Excelでも開けます）"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 1_000

Rows = Iterator[Sequence[Any]]


def organisation_rows(queryset: "QuerySet[Any]", *, personal: bool) -> tuple[list[str], Rows]:
    """Headings and rows of organisations, as a roster that may be imported again and then changes nothing."""
    resource = RosterResource(personal=personal)
    related = ["municipality", *(["roster_contact"] if personal else [])]
    chosen = queryset.select_related(None).select_related(*related)

    def rows() -> Rows:
        for each in _each(chosen):
            yield [*resource.export_resource(each), each.get_state_display()]

    return [*resource.get_export_headers(), STATE], rows()


def people_rows(queryset: "QuerySet[Affiliation]") -> tuple[list[str], Rows]:
    """Headings and rows of people: one for each organisation they belong to now."""
    headings = [
        *("ともいき番号", "団体名", "種類", "団体の状態", "お名前", "フリガナ", "役割", "部署・役職"),
        *("メールアドレス", "電話番号", "いつから"),
    ]
    current = queryset.filter(ended_at=None, user__anonymised_at=None).select_related("organisation", "user")

    def rows() -> Rows:
        for each in _each(current):
            organisation, user = each.organisation, each.user
            yield [
                organisation.pk,
                organisation.name,
                organisation.get_kind_display(),
                organisation.get_state_display(),
                user.name,
                user.name_kana,
                each.get_role_display(),
                each.title,
                user.email,
                user.phone,
                ja_date(each.started_at),
            ]

    return headings, rows()


def _each(queryset: "QuerySet[Any]") -> "Iterator[Any]":
    return iter(queryset.iterator(chunk_size=CHUNK))


def respond(kind: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """The list as a file to save."""
    name = f"{title}_{timezone.localdate():%Y%m%d}"
    if kind == "csv":
        return attachment(
            StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8"), f"{name}.csv"
        )
    # On the disk, not in memory; gone when it was sent.
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_workbook(target, title, headings, rows)
    target.seek(0)
    return attachment(FileResponse(target, content_type=XLSX), f"{name}.xlsx")


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of a CSV that Excel opens as UTF-8, in which nothing is a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(headings)
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def harmless(value: Any) -> Any:
    """``value`` so that a spreadsheet takes it for text (OWASP, CSV Injection); ``as_text`` takes the sign off."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    text = str(value)
    return f"'{text}" if text[:1] and text[0] in STARTS_A_FORMULA else value


class _Echo:
    """What is written is what comes back."""

    def write(self, value: str) -> str:
        return value


def attachment(response: HttpResponseBase, name: str) -> Any:
    """``response`` as a file of that name, which is not kept on the way."""
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
