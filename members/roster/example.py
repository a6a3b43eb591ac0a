"""A roster to begin with: our headings, two lines of invented organisations, and what each column is for."""

import io

from members.roster.columns import COLUMNS

_SECOND = {
    "roster_key": "K-002",
    "name": "みほん商店会",
    "name_kana": "ミホンショウテンカイ",
    "kind": "その他",
    "kind_other": "商店会",
    "postal_code": "2210000",
    "municipality": "横浜市神奈川区",
    "address": "横浜市神奈川区架空2丁目2番",
    "phone": "045-000-0000",
    "listed_publicly": "はい",
    "joined_on": "2023/10/1",
}


def example_file() -> bytes:
    """An XLSX with the sheets 名簿, which may be imported as it is, and 書き方."""
    from openpyxl import Workbook  # needed only where a sheet is made
    from openpyxl.styles import Alignment, Font  # as above
    from openpyxl.utils import get_column_letter  # as above

    book = Workbook()
    sheet = book.active
    sheet.title = "名簿"
    sheet.append([f"{column.header}※必須" if column.required else column.header for column in COLUMNS])
    sheet.append([column.example for column in COLUMNS])
    sheet.append([_SECOND.get(column.name, "") for column in COLUMNS])
    for place, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(14, len(column.header) * 2 + 4)
        for row in range(1, 500):
            # As text, so that a number keeps the 0 it begins with.
            sheet.cell(row, place).number_format = "@"
        sheet.cell(1, place).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("書き方")
    notes.append(["列", "書くこと", "ほかの書き方でも読み取る見出し"])
    for column in COLUMNS:
        notes.append([column.header, column.explanation, "、".join(column.synonyms)])
    for letter, width in (("A", 22), ("B", 60), ("C", 60)):
        notes.column_dimensions[letter].width = width
    for row in notes.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in notes[1]:
        cell.font = Font(bold=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
