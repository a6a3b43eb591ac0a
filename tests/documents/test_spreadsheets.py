"""Sheets for Excel: text stays text, times are Japanese, headings stay in view."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from members.enums import OrganisationKind
from tomoiki.documents.spreadsheets import MAX_CELL, workbook


def sheet_of(rows: list[list[Any]], title: str = "団体") -> Worksheet:
    sheet = load_workbook(io.BytesIO(workbook(title, ["団体名", "数"], rows))).active
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.mark.parametrize("typed", ["=1+1", "+81-45", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("https://x.example")'])
def test_text_that_looks_like_a_formula_stays_text(typed: str) -> None:
    cell = sheet_of([[typed, 1]])["A2"]
    assert cell.data_type == "s"
    assert cell.value == typed
    # Excel writes such a cell with an apostrophe when it is edited or saved as CSV.
    assert cell.quotePrefix


def test_numbers_dates_and_answers_are_what_they_are() -> None:
    moment = datetime(2027, 3, 31, 16, 30, tzinfo=UTC)
    sheet = sheet_of([[moment, 12], [date(2027, 4, 1), 1.5], [True, False], [None, OrganisationKind.NPO.label]])
    assert str(sheet["A2"].value) == "2027-04-01 01:30:00"
    assert sheet["A2"].number_format == "yyyy/mm/dd hh:mm"
    assert sheet["B2"].value == 12
    assert str(sheet["A3"].value) == "2027-04-01 00:00:00"
    assert sheet["B3"].value == 1.5
    assert (sheet["A4"].value, sheet["B4"].value) == ("はい", "いいえ")
    assert sheet["A5"].value in ("", None)
    assert sheet["B5"].value == "NPO等"


def test_headings_are_bold_stay_in_view_and_filter() -> None:
    sheet = sheet_of([["ひなたの庭", 1], ["みどりの輪", 2]])
    assert [cell.value for cell in sheet[1]] == ["団体名", "数"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"


def test_signs_that_excel_refuses_do_not_lose_the_sheet() -> None:
    sheet = sheet_of([["a\x00b\x0bc", "長" * (MAX_CELL + 10)]], title="団体/一覧?[1]" + "長" * 40)
    assert sheet["A2"].value == "abc"
    assert len(sheet["B2"].value) == MAX_CELL
    assert len(sheet.title) <= 31
    assert not set("\\/*?:[]") & set(sheet.title)


def test_an_empty_list_is_a_sheet_with_headings() -> None:
    sheet = sheet_of([])
    assert sheet.max_row == 1
