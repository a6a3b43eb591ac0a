"""A file as it was sent becomes lines of text under known columns: XLSX with its sheets, CSV in its encoding.

What cannot be read as a whole is refused with ``RosterRefused`` in words for whoever sent it; what is wrong with one
cell is found later, line by line.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from members.roster.cells import heading_key
from members.roster.columns import BY_HEADING, OWN_ADDITIONS, Column
from members.roster.decoding import RosterRefused, csv_records

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "Line", "Roster", "RosterRefused", "read_roster"]

#: As many lines as a worker checks well within its time.
MAX_ROWS = 10_000
MAX_COLUMNS = 200
#: Titles, notes and empty lines may stand above the headings, but not more than these.
HEADINGS_WITHIN = 30
#: Where a sheet says that it ends, and does not: empty lines after these are not waited for.
MAX_EMPTY_RUN = 2_000
MAX_CELL = 10_000

Records = Iterator[tuple[int, Sequence[Any]]]


@dataclass(frozen=True)
class Line:
    """One line: where it stands, and the text of its cells by column."""

    sheet: str
    row: int
    cells: dict[str, str]


@dataclass
class Roster:
    """What was read: the lines, and what was left out, in words."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_roster(content: bytes, *, xlsx: bool, progress: Callable[[], None] = lambda: None) -> Roster:
    """The lines of a file. Raises ``RosterRefused``."""
    roster = Roster()
    read: list[str] = []
    for name, records in _sheets(content, roster) if xlsx else [("", csv_records(content))]:
        if _read_sheet(name, records, roster, progress):
            read.append(name)
    if not read:
        raise RosterRefused(
            "「団体名」「種類」などの見出しがある行が見つかりませんでした。記入例のファイルの見出しに合わせて、もう一度送ってください。"
        )
    if not roster.lines:
        raise RosterRefused("見出しの下に、団体が1件も書かれていません。")
    return roster


def _sheets(content: bytes, roster: Roster) -> Iterator[tuple[str, Records]]:
    from openpyxl import load_workbook  # only a worker that reads a roster needs it

    try:
        # Read-only: line by line, nothing of styles, pictures, links or macros; a formula counts as its last result.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError, AttributeError) as error:
        raise RosterRefused("Excelのファイルとして読み取れませんでした。Excelで開き、保存し直してください。") from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                roster.notes.append(f"非表示のシート「{sheet.title}」は読みませんでした。")
                continue
            # What a sheet says of its own size is not to be believed.
            sheet.reset_dimensions()
            yield sheet.title, _records(sheet)
    finally:
        book.close()


def _records(sheet: Any) -> Records:
    empty = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            filled = len(cells)
            while filled and cells[filled - 1] in (None, ""):
                filled -= 1
            if not filled:
                empty += 1
                if empty > MAX_EMPTY_RUN:
                    return
                continue
            empty = 0
            yield number, cells[:filled]
    except (ValueError, TypeError, KeyError, SyntaxError, zipfile.BadZipFile, OSError, AttributeError) as error:
        raise RosterRefused(
            f"シート「{sheet.title}」が壊れていて、読み取れませんでした。Excelで開き、保存し直してください。"
        ) from error


def _read_sheet(name: str, records: Records, roster: Roster, progress: Callable[[], None]) -> bool:
    """Add the lines of one sheet; False when it has no headings that we know."""
    headings, rest = _headings(records)
    where = f"シート「{name}」" if name else "ファイル"
    if headings is None:
        if name:
            roster.notes.append(f"{where}には「団体名」「種類」などの見出しがないので、読みませんでした。")
        return False
    columns = _columns(headings, where, roster)
    for row, cells in rest:
        if len(roster.lines) >= MAX_ROWS:
            raise RosterRefused(
                f"行が多すぎます。1回に取り込めるのは{MAX_ROWS:,}行までです。ファイルを分けてください。"
            )
        texts = {column.name: as_text(cells[place]) for place, column in columns.items() if place < len(cells)}
        if any(text.strip() for text in texts.values()):
            roster.lines.append(Line(name, row, texts))
            if len(roster.lines) % 500 == 0:
                progress()
    return True


def _headings(records: Records) -> tuple[Sequence[Any] | None, Iterable[tuple[int, Sequence[Any]]]]:
    """The line that holds most headings we know, and the lines under it: titles may stand above."""
    seen: list[tuple[int, Sequence[Any]]] = []
    for record in records:
        seen.append(record)
        if len(record[1]) > MAX_COLUMNS:
            raise RosterRefused(f"列が多すぎます（{len(record[1]):,}列）。{MAX_COLUMNS}列までにしてください。")
        if record[0] >= HEADINGS_WITHIN:
            break
    best, most = None, 0
    for place, (_, cells) in enumerate(seen):
        known = {column.name for column in map(_column_of, cells) if column}
        # A note may name one column; a list has two at least.
        if "name" in known and len(known) > max(most, 1):
            best, most = place, len(known)
    if best is None:
        return None, ()

    def rest() -> Iterator[tuple[int, Sequence[Any]]]:
        yield from seen[best + 1 :]
        yield from records

    return seen[best][1], rest()


def _column_of(cell: Any) -> Column | None:
    return BY_HEADING.get(heading_key(str(cell))) if cell is not None and len(str(cell)) <= 40 else None


def _columns(headings: Sequence[Any], where: str, roster: Roster) -> dict[int, Column]:
    """Place -> column. Raises ``RosterRefused`` when two headings mean the same."""
    columns: dict[int, Column] = {}
    taken: dict[str, str] = {}
    left_out = []
    for place, cell in enumerate(headings):
        text = as_text(cell).strip()
        column = _column_of(cell)
        if column is None:
            if text and heading_key(text) not in OWN_ADDITIONS:
                left_out.append(text[:20])
            continue
        if column.name in taken:
            raise RosterRefused(
                f"{where}に、「{column.header}」にあたる列が2つあります（「{taken[column.name]}」と「{text}」）。"
                "使わないほうの見出しを、別の名前に変えるか消してください。"
            )
        taken[column.name] = text
        columns[place] = column
    if left_out:
        roster.notes.append(f"{where}の次の列は、取り込まない列です：{'、'.join(left_out)}")
    return columns


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, days as days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y/%m/%d") if value.time() == clock() else value.strftime("%Y/%m/%d %H:%M")
    if isinstance(value, date):
        return value.strftime("%Y/%m/%d")
    text = str(value)[:MAX_CELL]
    # What our own CSV writes before a formula's first sign.
    return text[1:] if text[:1] == "'" and text[1:2] in STARTS_A_FORMULA and text[1:2] else text


#: A spreadsheet takes what begins with one of these for a formula; the full-width ones too, in Japan.
STARTS_A_FORMULA = "=+-@\t\r\n＝＋－＠"
