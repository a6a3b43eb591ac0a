"""Lists that staff take away from a page of the admin."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from members.roster.writing import XLSX, attachment
from tomoiki.documents.spreadsheets import workbook


def xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """An XLSX to be saved, named after ``title`` and today; what looks like a formula is stored as text."""
    response = HttpResponse(workbook(title, headings, rows), content_type=XLSX)
    return attachment(response, f"{title}_{timezone.localdate():%Y%m%d}.xlsx")
