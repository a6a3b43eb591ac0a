"""Fields read what people in Japan type, keep one spelling, and say plainly what they could not read."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tomoiki.web.fields import (
    HoneypotField,
    JapaneseDateField,
    JapaneseDateTimeField,
    JapaneseDecimalField,
    JapaneseEmailField,
    JapaneseIntegerField,
    JapaneseTimeField,
    KanaField,
    PhoneField,
    PostalCodeField,
    TextField,
)

FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


def message(field: forms.Field, typed: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    return refused.value.messages[0]


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_reads_the_same_in_full_width_with_commas_and_with_its_unit(number: int) -> None:
    field = JapaneseIntegerField(unit="人")
    for typed in (str(number), str(number).translate(FULL_WIDTH), f"{number:,}", f" {number:,}人 "):
        assert field.clean(typed) == number


def test_a_number_in_words_is_refused_with_an_example() -> None:
    assert message(JapaneseIntegerField(), "八人") == "数字だけで入力してください。例：15"


def test_a_number_keeps_its_limits() -> None:
    with pytest.raises(ValidationError):
        JapaneseIntegerField(min_value=1).clean("０")


def test_decimals_are_read_in_full_width_and_shown_without_empty_places() -> None:
    field = JapaneseDecimalField(max_digits=6, decimal_places=2)
    assert field.clean("１．５") == Decimal("1.5")
    assert field.prepare_value(Decimal("12.00")) == "12"
    assert field.prepare_value(Decimal("1.50")) == Decimal("1.50")


@given(st.from_regex(r"[0-9]{7}", fullmatch=True))
def test_a_postal_code_is_kept_as_seven_digits_however_it_is_typed(digits: str) -> None:
    field = PostalCodeField()
    hyphenated = f"{digits[:3]}-{digits[3:]}"
    for typed in (
        digits,
        hyphenated,
        f"〒{hyphenated}",
        hyphenated.translate(FULL_WIDTH),
        hyphenated.replace("-", "ー"),
    ):
        assert field.clean(typed) == digits
    assert field.prepare_value(digits) == hyphenated


def test_a_postal_code_of_another_length_is_refused() -> None:
    assert "7けた" in message(PostalCodeField(), "251")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0466-25-1111", "0466-25-1111"),
        ("０４６６（２５）１１１１", "0466-25-1111"),
        ("090ー1234ー5678", "090-1234-5678"),
        ("+81-90-1234-5678", "090-1234-5678"),
        ("0120444444", "0120-444-444"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_kept_in_half_width(typed: str, kept: str) -> None:
    assert PhoneField(required=False).clean(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "1234567890", "090-1234-56789", "でんわ"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    assert "市外局番から" in message(PhoneField(), typed)


@pytest.mark.parametrize("typed", ["もり はるこ", "ﾓﾘ ﾊﾙｺ", "モリ　ハルコ", " モリ  ハルコ "])
def test_a_reading_becomes_katakana(typed: str) -> None:
    assert KanaField().clean(typed) == "モリ ハルコ"


def test_kanji_are_no_reading() -> None:
    assert "カタカナ" in message(KanaField(), "森春子")


@pytest.mark.parametrize(
    "typed", ["2027-04-01", "2027/4/1", "２０２７年４月１日", "令和9年4月1日", "R9.4.1", "2027.4.1", date(2027, 4, 1)]
)
def test_a_date_is_read_as_it_is_written_in_japan(typed: Any) -> None:
    assert JapaneseDateField().clean(typed) == date(2027, 4, 1)


def test_the_first_year_of_an_era_has_a_name() -> None:
    assert JapaneseDateField().clean("令和元年5月1日") == date(2019, 5, 1)


@pytest.mark.parametrize("typed", ["2027-02-30", "あした", "27/4/1", "元年4月1日"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    assert message(JapaneseDateField(), typed) == "日付として読み取れませんでした。例：2027年4月1日"


@given(st.text(max_size=20))
def test_a_date_field_answers_any_text_with_a_date_or_its_message(typed: str) -> None:
    try:
        assert isinstance(JapaneseDateField(required=False).clean(typed), date | None)
    except ValidationError as refused:
        assert refused.messages == [  # noqa: PT017 - either answer is right
            "日付として読み取れませんでした。例：2027年4月1日"
        ]


@pytest.mark.parametrize("typed", ["14:00", "１４：００", "14時", "午後2時", "14:00:00"])
def test_a_time_is_read_as_it_is_said(typed: str) -> None:
    assert JapaneseTimeField().clean(typed) == time(14)


def test_half_past_and_midnight() -> None:
    assert JapaneseTimeField().clean("午前9時半") == time(9, 30)
    assert "例：14:00" in message(JapaneseTimeField(), "25:00")


def test_a_date_and_time_is_japan_time() -> None:
    assert JapaneseDateTimeField().clean(["令和9年4月1日", "午後2時"]) == datetime(2027, 4, 1, 5, tzinfo=UTC)


def test_half_a_date_and_time_is_refused() -> None:
    with pytest.raises(ValidationError):
        JapaneseDateTimeField().clean(["2027-04-01", ""])


def test_an_address_typed_in_full_width_is_an_address() -> None:
    assert JapaneseEmailField().clean("ｍｏｒｉ＠ｈｉｎａｔａ．ｅｘａｍｐｌｅ ") == "mori@hinata.example"


def test_text_loses_what_cannot_be_seen_and_keeps_the_writers_width() -> None:
    assert TextField().clean("\u200bＮＰＯ か\u3099んは\u3099\nよろしく ") == "ＮＰＯ がんば\nよろしく"


def test_text_of_invisible_characters_alone_is_empty() -> None:
    assert message(TextField(), "\u200b\u200d") == "入力してください。"


def test_the_trap_for_programs_lets_people_through() -> None:
    assert HoneypotField().clean("") == ""
    assert "送信を受け付けられませんでした" in message(HoneypotField(), "https://spam.example")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "入力してください。"),
        (forms.ChoiceField(choices=[("a", "A")]), "選んでください。"),
        (forms.MultipleChoiceField(choices=[("a", "A")]), "選んでください。"),
        (forms.BooleanField(), "内容を確かめて、チェックを入れてください。"),
        (forms.FileField(), "ファイルを選んでください。"),
    ],
)
def test_an_empty_field_says_what_to_do(field: forms.Field, words: str) -> None:
    assert message(field, None) == words
