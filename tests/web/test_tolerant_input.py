"""What people type in many ways is kept in one; what cannot be read is said beside the field."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from members.forms.organisations import CorporateNumberField, WebsiteField
from tests.web.typed_inputs import TABLE
from tomoiki.text.normalisation import normalise_name
from tomoiki.web.fields import (
    JapaneseDateField,
    JapaneseDecimalField,
    JapaneseEmailField,
    JapaneseIntegerField,
    JapaneseTimeField,
    KanaField,
    PhoneField,
    PostalCodeField,
    TextField,
)

READ: dict[str, Callable[[str], Any]] = {
    "postal_code": PostalCodeField(required=False).clean,
    "phone": PhoneField(required=False).clean,
    "kana": KanaField(required=False).clean,
    "email": JapaneseEmailField(required=False).clean,
    "integer": JapaneseIntegerField(unit="人").clean,
    "yen": JapaneseIntegerField(unit="円").clean,
    "decimal": JapaneseDecimalField().clean,
    "date": JapaneseDateField().clean,
    "time": JapaneseTimeField().clean,
    "corporate_number": CorporateNumberField(required=False).clean,
    "website": WebsiteField(required=False).clean,
    "text": TextField().clean,
    "name": normalise_name,
}
ROWS = [(kind, typed, kept) for kind, rows in TABLE.items() for typed, kept in rows]
FIELDS: dict[str, forms.Field] = {
    "postal_code": PostalCodeField(required=False),
    "phone": PhoneField(required=False),
    "kana": KanaField(required=False),
    "date": JapaneseDateField(required=False),
    "time": JapaneseTimeField(required=False),
    "integer": JapaneseIntegerField(required=False),
    "corporate_number": CorporateNumberField(required=False),
    "website": WebsiteField(required=False),
}


@pytest.mark.parametrize(("kind", "typed", "kept"), ROWS, ids=[f"{kind}-{typed!r}" for kind, typed, _ in ROWS])
def test_what_is_typed_is_kept_in_one_spelling(kind: str, typed: str, kept: object) -> None:
    if kept is None:
        with pytest.raises(ValidationError) as refused:
            READ[kind](typed)
        assert refused.value.messages[0].endswith("。") or "例：" in refused.value.messages[0]
    else:
        assert READ[kind](typed) == kept


def test_the_table_has_three_hundred_inputs_and_each_once() -> None:
    assert len(ROWS) >= 300
    assert len({(kind, typed) for kind, typed, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize("kind", [kind for kind in TABLE if kind not in ("integer", "yen", "decimal", "text", "name")])
def test_what_was_kept_is_kept_again_as_it_is(kind: str) -> None:
    for _, kept in TABLE[kind]:
        if kept is not None:
            assert READ[kind](str(kept)) == kept


@pytest.mark.parametrize("kind", list(FIELDS))
@given(typed=st.text(max_size=24))
def test_no_text_whatever_breaks_a_field(kind: str, typed: str) -> None:
    try:
        FIELDS[kind].clean(typed)
    except ValidationError as refused:
        assert refused.messages  # noqa: PT017 - either answer is right
