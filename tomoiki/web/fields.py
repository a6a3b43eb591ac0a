"""Form fields that read what people in Japan type: full width and half width, with or without hyphens."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from tomoiki.text.normalisation import clean, to_katakana
from tomoiki.web.widgets import NativeDateInput, NativeDateTimeInput, NativeTimeInput, PhotoInput, StoredFileInput

_DASHES = re.compile(r"[‐-―−─━ｰー－～〜~]")
_NUMBER_NOISE = re.compile(r"[,\s、，]")
# 元号法 and the Meiji decree of 1873; the year before year 1.
_ERAS = {"明治": 1867, "m": 1867, "大正": 1911, "t": 1911, "昭和": 1925, "s": 1925, "平成": 1988, "h": 1988}
_ERAS |= {"令和": 2018, "r": 2018}
_DATE = re.compile(
    r"^(?P<era>明治|大正|昭和|平成|令和|[mtshr])?\.?(?P<year>\d{1,4}|元)[年/.-](?P<month>\d{1,2})[月/.-](?P<day>\d{1,2})日?$"
)
_TIME = re.compile(r"^(?P<half>午前|午後)?(?P<hour>\d{1,2})(?::|時)(?P<minute>\d{1,2}|半)?分?(?::\d{2})?$")


def half_width(text: str) -> str:
    """``text`` with full-width letters, digits and signs as half-width ones, without spaces around it."""
    return unicodedata.normalize("NFKC", text).strip()


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
        return re.sub(r"\s", "", half_width(super().to_python(value) or ""))


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
            value = _NUMBER_NOISE.sub("", _DASHES.sub("-", half_width(value)))
            if self.unit:
                value = value.removesuffix(half_width(self.unit))
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
        text = half_width(super().to_python(value) or "")
        digits = re.sub(r"[\s〒-]", "", _DASHES.sub("-", text))
        if not digits:
            return ""
        if not re.fullmatch(r"[0-9]{7}", digits):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return digits


class PhoneField(forms.CharField):
    """A Japanese telephone number in half width, with the hyphens that were typed."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "電話番号は市外局番から、10けたか11けたで入力してください。例：0466-00-0000"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("label", "電話番号")
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel"}))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "tel", "autocomplete": "tel"}

    def to_python(self, value: Any) -> str:
        text = _DASHES.sub("-", half_width(super().to_python(value) or ""))
        text = re.sub(r"[()]", "-", re.sub(r"\s", "", text)).strip("-")
        text = re.sub(r"-{2,}", "-", text)
        text = re.sub(r"^\+81-?", "0", text)
        if not text:
            return ""
        # 総務省 電気通信番号計画: ten digits, or eleven for mobile and IP telephones; 0120 and 0800 are among them.
        if not re.fullmatch(r"0[0-9-]+", text) or len(text.replace("-", "")) not in (10, 11):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text


class KanaField(forms.CharField):
    """A reading in katakana; hiragana and half-width katakana are taken and turned."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "フリガナはカタカナで入力してください。例：モリ ハルコ"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "フリガナ")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        # NFKC first: half-width katakana becomes full width with its marks, Latin letters and digits half width.
        text = to_katakana(half_width(super().to_python(value) or ""))
        text = re.sub(r"\s+", " ", text)
        if text and not re.fullmatch(r"[ァ-ヺー・ 0-9A-Za-z&'.\-]+", text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text


class JapaneseDateField(forms.DateField):
    """A date from the browser's calendar, or as it is written: 2027年4月1日, 2027/4/1, 令和9年4月1日, R9.4.1."""

    widget = NativeDateInput
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "日付として読み取れませんでした。例：2027年4月1日"}

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if value in self.empty_values or isinstance(value, date):
            return value or None
        found = _DATE.match(re.sub(r"\s", "", half_width(str(value))).lower())
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        year = 1 if found["year"] == "元" else int(found["year"])
        if found["era"]:
            year += _ERAS[found["era"]]
        elif found["year"] == "元" or year < 1000:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return date(year, int(found["month"]), int(found["day"]))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class JapaneseTimeField(forms.TimeField):
    """A time of day from the browser's clock, or as it is written: 14:00, 14時, 14時半, 午後2時."""

    widget = NativeTimeInput
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "時刻として読み取れませんでした。例：14:00"}

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        found = _TIME.match(re.sub(r"\s", "", half_width(str(value))))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour = int(found["hour"]) + (12 if found["half"] == "午後" and int(found["hour"]) < 12 else 0)
        minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
        try:
            return time(hour, minute)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


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
