"""Form fields that read what people in Japan type: full width and half width, with or without hyphens."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from tomoiki.text.normalisation import clean
from tomoiki.text.typed import (
    Unreadable,
    read_date,
    read_email,
    read_kana,
    read_number,
    read_phone,
    read_postal_code,
    read_time,
)
from tomoiki.web.widgets import NativeDateInput, NativeDateTimeInput, NativeTimeInput, PhotoInput, StoredFileInput

T = TypeVar("T")


def _read(field: forms.Field, reading: Callable[[str], T], typed: str | None) -> T:
    """What ``reading`` makes of ``typed``, or the field's own word that it could not be read."""
    try:
        return reading(typed or "")
    except Unreadable as error:
        raise ValidationError(field.error_messages["invalid"], code="invalid") from error


class TextField(forms.CharField):
    """Words as they may be stored and shown: composed, without invisible characters; widths stay the writer's."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        # Browsers send two characters for a line break, and would so count more than the writer sees.
        return clean(text.replace("\r\n", "\n")) if text else (text or "")


class JapaneseEmailField(forms.EmailField):
    """An address, also when it was typed in full width; kept as it is written otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "メールアドレス")
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "email", "autocomplete": "email", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        return read_email(super().to_python(value) or "")


class _NumberFromJapanese:
    """Shared by the number fields: a text box with the number keyboard, a unit behind it, lenient reading.

    ``unit`` (人, 個, 円) is shown behind the field, and is dropped when somebody types it.
    """

    inputmode: ClassVar[str] = "numeric"

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        self.unit = unit
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(*args, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": self.inputmode, "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                number = read_number(value, self.unit)
            except Unreadable as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error  # type: ignore[attr-defined]
            value = "" if number is None else f"{number:f}"
        return super().to_python(value)  # type: ignore[misc]


class JapaneseIntegerField(_NumberFromJapanese, forms.IntegerField):
    """A whole number, as 1,200 or １２００ or 1200個."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "数字だけで入力してください。例：15"}


class JapaneseDecimalField(_NumberFromJapanese, forms.DecimalField):
    """A number with decimals, as 1.5 or １．５."""

    inputmode = "decimal"
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "数字だけで入力してください。例：1.5"}

    def prepare_value(self, value: Any) -> Any:
        """12, not 12.00: what nobody typed is not shown."""
        if isinstance(value, Decimal) and value == value.to_integral_value():
            return str(value.quantize(Decimal(1)))
        return value


class PostalCodeField(forms.CharField):
    """A postal code, kept as seven digits and shown as 251-0024."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "郵便番号は7けたの数字で入力してください。例：251-0024"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault("label", "郵便番号")
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {**attrs, "inputmode": "numeric", "autocomplete": "postal-code", "class": "input--postal"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d{7}", value):
            return f"{value[:3]}-{value[3:]}"
        return value

    def to_python(self, value: Any) -> str:
        return _read(self, read_postal_code, super().to_python(value))


class PhoneField(forms.CharField):
    """A Japanese telephone number in half width, with the hyphens that were typed."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": (
            "電話番号は市外局番から、10けたか11けたで入力してください。内線番号は入れられません。例：0466-00-0000"
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("label", "電話番号")
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel"}))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "tel", "autocomplete": "tel"}

    def to_python(self, value: Any) -> str:
        return _read(self, read_phone, super().to_python(value))


class KanaField(forms.CharField):
    """A reading in katakana; hiragana and half-width katakana are taken and turned."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "フリガナはカタカナで入力してください。例：モリ ハルコ"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "フリガナ")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return _read(self, read_kana, super().to_python(value))


class JapaneseDateField(forms.DateField):
    """A date from the browser's calendar, or as it is written: 2027年4月1日, 2027/4/1, 令和9年4月1日, R9.4.1."""

    widget = NativeDateInput
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "日付として読み取れませんでした。例：2027年4月1日"}

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if value in self.empty_values or isinstance(value, date):
            return value or None
        return _read(self, read_date, str(value))


class JapaneseTimeField(forms.TimeField):
    """A time of day from the browser's clock, or as it is written: 14:00, 14時, 14時半, 午後2時."""

    widget = NativeTimeInput
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "時刻として読み取れませんでした。例：14:00"}

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        return _read(self, read_time, str(value))


class JapaneseDateTimeField(forms.SplitDateTimeField):
    """A day and a time in Japan time; gives an aware ``datetime``."""

    widget = NativeDateTimeInput
    default_error_messages: ClassVar[dict[str, Any]] = {"incomplete": "日にちと時刻の両方を入力してください。"}

    def __init__(self, **kwargs: Any) -> None:
        # Django's own fields would read neither era years nor 午後2時.
        forms.MultiValueField.__init__(self, (JapaneseDateField(), JapaneseTimeField()), **kwargs)


class StoredFileField(forms.FileField):
    """A file to upload, which shows the one already stored and can take it away."""

    widget = StoredFileInput


class PhotoField(StoredFileField):
    """A picture to upload. What it really is, its size and its position data are the business of tomoiki.files."""

    widget = PhotoInput


class HoneypotField(forms.CharField):
    """A field that people do not see and programs fill in: public forms carry it.

    The view asks ``form.cleaned_data["<name>"]`` nothing: a filled field is an error of the form.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "filled": "送信を受け付けられませんでした。お手数ですが、もう一度お試しください。"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "この欄には何も入力しないでください")
        kwargs["required"] = False
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        if super().clean(value):
            raise ValidationError(self.error_messages["filled"], code="filled")
        return ""
