"""Lists as XLSX files that staff open in Excel."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import IO, Any
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
MAX_WIDTH = 60
#: Rows that say how wide the columns are.
MEASURED_ROWS = 1_000
# What XML 1.0 cannot hold; openpyxl refuses the whole sheet for one of them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Excel's own limits.
MAX_CELL = 32_767
_FORBIDDEN_IN_TITLES = re.compile(r"[\\/*?:\[\]]")


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An XLSX with one sheet: bold headings that stay in view, a filter on each column.

    Text is always stored as text: what begins with =, +, - or @ never becomes a formula, here or when somebody
    saves the list as CSV and opens that (OWASP, CSV Injection). Times are shown in Japan time.
    """
    buffer = io.BytesIO()
    write_workbook(buffer, title, headings, rows)
    return buffer.getvalue()


def write_workbook(target: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """As ``workbook``, into a file, row by row: a list of any length needs no more memory than its first rows.

    These say how wide the columns are.
    """
    from openpyxl import Workbook  # needed only where a sheet is made
    from openpyxl.cell import WriteOnlyCell  # as above
    from openpyxl.styles import Alignment, Font  # as above
    from openpyxl.utils import get_column_letter  # as above

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_FORBIDDEN_IN_TITLES.sub(" ", title)[:31] or "一覧")
    coming = ([_plain(value) for value in row] for row in rows)
    first = list(islice(coming, MEASURED_ROWS))
    for index, heading in enumerate(headings, start=1):
        longest = max([_width(heading), *(_width(row[index - 1]) for row in first)])
        sheet.column_dimensions[get_column_letter(index)].width = min(longest + 3, MAX_WIDTH)
    sheet.freeze_panes = "A2"
    bold, wrapped = Font(bold=True), Alignment(vertical="top", wrap_text=True)

    def cell(value: Any, *, heading: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"
            made.quotePrefix = value[:1] in "=+-@\t\r" and value != ""
            made.alignment = wrapped
        if isinstance(value, datetime):
            made.number_format = "yyyy/mm/dd hh:mm"
        if heading:
            made.font = bold
        return made

    sheet.append([cell(heading, heading=True) for heading in headings])
    last = 1
    for row in chain(first, coming):
        sheet.append([cell(value) for value in row])
        last += 1
    # Written when the sheet is closed, so it may name the last row now.
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(headings), 1))}{last}"
    book.save(target)


def _plain(value: Any) -> Any:
    """``value`` as a cell holds it: numbers and dates as such, anything else as text."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "はい", False: "いいえ"}[value]
    if isinstance(value, datetime):
        return value.astimezone(JAPAN).replace(tzinfo=None) if value.tzinfo else value
    if hasattr(value, "isoformat") or (isinstance(value, int | float) and not hasattr(value, "label")):
        return value
    return _CONTROLS.sub("", str(value))[:MAX_CELL]


def _width(value: Any) -> int:
    """Columns that the longest line takes; a full-width sign takes two."""
    lines = str(value).splitlines() or [""]
    return max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines)
