"""The text of a CSV, whose encoding and separator are found out instead of asked for."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from members.roster.cells import heading_key
from members.roster.columns import BY_HEADING


class RosterRefused(Exception):
    """The file cannot be read as a whole; the message says why and what to do, to whoever sent it."""


SEPARATORS = (",", "\t", ";")
#: What UTF-8 looks like when it was read as Shift_JIS or as Latin-1 on the way here.
_GARBLED = re.compile(r"[繧縺繝譁荳蜷]{2,}|(?:[\u00c2-\u00ef][\u0080-\u00bf\u0152-\u2122]+){3,}|\ufffd")
_SAVE_AGAIN = "Excelで開き、「CSV UTF-8（コンマ区切り）」か「Excelブック（.xlsx）」で保存し直してください。"
MAX_FIELD = 200_000


def decode(content: bytes) -> str:
    """The text of ``content``: by its byte order mark, else UTF-8, else Shift_JIS as Windows writes it.

    Raises ``RosterRefused`` for any other encoding.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\x1b$" in content:
        raise RosterRefused(f"文字コードが、読み取れるもの（UTF-8、Shift_JIS）ではありません。{_SAVE_AGAIN}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "cp932")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RosterRefused(
            f"{line}行目に、読み取れない文字があります。文字コードが混ざっているか、ファイルが壊れています。{_SAVE_AGAIN}"
        ) from error


def csv_records(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines of a CSV with their numbers as a spreadsheet counts them. Raises ``RosterRefused``."""
    text = decode(content)
    start = text[:20_000]
    if "\x00" in text:
        raise RosterRefused(f"文字ではないものが入っています。{_SAVE_AGAIN}")
    separator = max(SEPARATORS, key=lambda each: _known_headings(start, each))
    if not _known_headings(start, separator):
        if _GARBLED.search(start):
            raise RosterRefused(f"文字化けしています。もとの名簿を{_SAVE_AGAIN}")
        if _looks_like_euc(content):
            raise RosterRefused(f"文字コードが、読み取れるもの（UTF-8、Shift_JIS）ではありません。{_SAVE_AGAIN}")
    return _records(text, separator)


def _records(text: str, separator: str) -> Iterator[tuple[int, Sequence[str]]]:
    reader = _reader(text, separator)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise RosterRefused(
            f'{number + 1}行目の途中から、表として読み取れません。「"」の閉じ忘れがないか確かめてください。'
        ) from error


def _reader(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _known_headings(text: str, separator: str) -> int:
    try:
        lines = list(islice(_reader(text, separator), 30))
    except csv.Error:
        return 0
    return max((sum(heading_key(cell) in BY_HEADING for cell in line) for line in lines), default=0)


def _looks_like_euc(content: bytes) -> bool:
    try:
        text = content[:20_000].decode("euc_jp", errors="ignore")
    except LookupError:
        return False
    return any(_known_headings(text, separator) for separator in SEPARATORS)
