"""The rows to correct as a file that may be sent again as it is: what is wrong stands beside each."""

from collections.abc import Sequence

from members.roster.columns import COLUMNS, ROW, SHEET, TO_CORRECT
from members.roster.resource import Checked
from tomoiki.documents.spreadsheets import workbook


def rejected_rows(rejected: Sequence[Checked]) -> bytes:
    """An XLSX with the cells as they were sent, in our columns, and what to correct in front."""
    used = [column for column in COLUMNS if column.required or any(column.name in each.line.cells for each in rejected)]
    rows = (
        [
            "\n".join(f"{fault.column}：{fault.message}{fault.remedy}" for fault in each.faults),
            *(each.line.cells.get(column.name, "") for column in used),
            each.line.sheet,
            each.line.row,
        ]
        for each in rejected
    )
    return workbook("直す行", [TO_CORRECT, *(column.header for column in used), SHEET, ROW], rows)
