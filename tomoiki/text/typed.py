"""Reading what people in Japan type into a form or a list: full width and half width, the many dashes, era years,
numbers in kanji. Each function gives the one spelling that is stored, or raises ``Unreadable``."""

import re
import unicodedata
from datetime import date, time
from decimal import Decimal

from tomoiki.text.normalisation import INVISIBLE, clean, to_katakana

# Everything that is typed for a hyphen: dashes, minus signs, the long vowel of both widths, wave dashes.
DASHES = re.compile(r"[‐-―−─━﹘﹣ｰー－〜～~]")
_LABEL = re.compile(r"^(?:tel|phone|電話番号|電話|携帯|代表|fax)\s*[.:：]?\s*", re.IGNORECASE)
_NUMBER_NOISE = re.compile(r"[,\s、，'’]")
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_NUMBER = re.compile(r"^[0-9〇零一二三四五六七八九十百千万億]+$")
# What stands around a number in a list that people keep by hand: 約30人, 15名ほど.
_ABOUT = re.compile(r"^(?:約|およそ|合計|計|@|¥|￥)|(?:くらい|ぐらい|ほど|程度|前後|位)$")
#: Counters that say the same as the unit of a field.
COUNTERS = {"人": ("人", "名", "にん"), "円": ("円", "えん"), "個": ("個", "コ", "こ"), "年": ("年",), "%": ("%",)}

# 元号法 and the decree of 1873: the year before year 1, and the first day of the era.
_ERAS = {
    "明治": (1867, date(1868, 1, 25)),
    "大正": (1911, date(1912, 7, 30)),
    "昭和": (1925, date(1926, 12, 25)),
    "平成": (1988, date(1989, 1, 8)),
    "令和": (2018, date(2019, 5, 1)),
}
_ERA_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_ERA_SHORT = {"明": "明治", "大": "大正", "昭": "昭和", "平": "平成", "令": "令和"}
_DATE = re.compile(
    r"^(?:西暦)?(?P<era>明治|大正|昭和|平成|令和|[明大昭平令mtshr])?\.?(?P<year>\d{1,4}|元)[年/.,-]"
    r"(?P<month>\d{1,2})[月/.,-](?P<day>\d{1,2})日?$",
    re.ASCII,
)
_COMPACT_DATE = re.compile(r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})$", re.ASCII)
_WEEKDAY = re.compile(
    r"(?:\([月火水木金土日](?:曜日?)?(?:・祝)?\)|(?<=日)[月火水木金土日]|(?<=[日\d])[月火水木金土日]曜日?)$"
)
# What a spreadsheet puts behind a day.
_MIDNIGHT = re.compile(r"[t ]0{1,2}:00(?::00(?:\.0+)?)?$")
_TIME = re.compile(
    r"^(?P<half>午前|午後|am|pm|a\.m\.|p\.m\.)?(?P<hour>\d{1,2})(?:[:.]|時)?(?P<minute>\d{2}|\d{1,2}(?=分)|半)?分?"
    r"(?::\d{2})?(?P<after>am|pm|a\.m\.|p\.m\.)?(?:頃|ごろ|から|まで)?$",
    re.ASCII,
)


class Unreadable(ValueError):
    """What was typed is nothing of the kind."""


def half_width(text: str) -> str:
    """``text`` with full-width letters, digits and signs as half-width ones, without what cannot be seen."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def read_email(text: str) -> str:
    """An address as it may be checked: half width, without spaces, brackets, ``mailto:`` and a full stop behind.

    Whether it is one is the field's business; an empty text stays empty.
    """
    address = re.sub(r"\s", "", half_width(text))
    address = re.sub(r"^mailto:", "", address, flags=re.IGNORECASE)
    return address.strip("<>[]()「」,;:。、").rstrip(".")


def read_postal_code(text: str) -> str:
    """Seven digits, or nothing where nothing was typed."""
    digits = re.sub(r"^(?:郵便番号|〒|t(?=\d))", "", DASHES.sub("-", half_width(text)).lower())
    digits = re.sub(r"[\s〒:.-]", "", digits)
    if digits and not re.fullmatch(r"[0-9]{7}", digits):
        raise Unreadable(text)
    return digits


def read_phone(text: str) -> str:
    """A telephone number in half width, its hyphens where the numbering plan has them.

    Ten digits, or eleven for mobile and IP telephones (総務省 電気通信番号計画; 0120 and 0800 are among them). A number
    that no plan knows keeps the hyphens that were typed.
    """
    import phonenumbers  # its tables are large, and few pages ask for a telephone

    typed = _LABEL.sub("", DASHES.sub("-", half_width(text)))
    typed = re.sub(r"^(?:\+|00)81\s*-?\s*(?:\(0\))?-?", "0", typed)
    typed = re.sub(r"[()\[\]/.・の]", "-", re.sub(r"\s+", "-", typed))
    typed = re.sub(r"-{2,}", "-", typed).strip("-")
    typed = re.sub(r"^00(?=[1-9])", "0", typed)
    if not typed:
        return ""
    if not re.fullmatch(r"0[0-9-]+", typed) or len(typed.replace("-", "")) not in (10, 11):
        raise Unreadable(text)
    number = phonenumbers.parse(typed, "JP")
    if not phonenumbers.is_valid_number(number):
        return typed
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))


def read_kana(text: str) -> str:
    """A reading in katakana, its words parted by one half-width space; hiragana and half-width kana are turned."""
    kana = to_katakana(half_width(text))
    # A hyphen behind a kana was meant as its long vowel.
    kana = re.sub(r"(?<=[ァ-ヺー])[‐-―−─━－-]", "ー", kana)
    kana = re.sub(r"\s+", " ", kana)
    if kana and not re.fullmatch(r"[ァ-ヺー・ 0-9A-Za-z&'.\-]+", kana):
        raise Unreadable(text)
    return kana


def read_number(text: str, unit: str = "") -> Decimal | None:
    """A number as 1,200, １２００, 1200人, 約30名, 3万5千 or 三十; None for an empty text.

    ``unit`` is what the field counts in; it may stand behind the number.
    """
    typed = _NUMBER_NOISE.sub("", DASHES.sub("-", half_width(text)))
    typed = _ABOUT.sub("", _ABOUT.sub("", typed))
    for counter in COUNTERS.get(unit, (unit,)) if unit else ():
        typed = typed.removesuffix(half_width(counter))
    if not typed:
        return None
    if re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", typed):
        return Decimal(typed)
    if not _KANJI_NUMBER.fullmatch(typed):
        raise Unreadable(text)
    from kanjize import kanji2number  # nobody but the writer of kanji needs it

    try:
        return Decimal(kanji2number(typed))
    except (ValueError, KeyError, IndexError) as error:
        raise Unreadable(text) from error


def read_date(text: str) -> date | None:
    """A day as 2027年4月1日（木）, 2027/4/1, 20270401, R9.4.1 or 令和九年四月一日; None for an empty text.

    A day before its era began is refused, one after its end is not: 平成32年 stands on forms that were printed early.
    """
    typed = re.sub(r"\s", "", _MIDNIGHT.sub("", DASHES.sub("-", half_width(text)).lower()))
    if not typed:
        return None
    typed = _kanji_day(_WEEKDAY.sub("", typed))
    found = _COMPACT_DATE.match(typed) or _DATE.match(typed)
    if found is None:
        raise Unreadable(text)
    parts = found.groupdict()
    era = parts.get("era") or ""
    era = _ERA_LETTERS.get(era, _ERA_SHORT.get(era, era))
    year = 1 if parts["year"] == "元" else int(parts["year"])
    if not era and (parts["year"] == "元" or year < 1000):
        raise Unreadable(text)
    begins = date.min
    if era:
        before, begins = _ERAS[era]
        year += before
    try:
        day = date(year, int(parts["month"]), int(parts["day"]))
    except ValueError as error:
        raise Unreadable(text) from error
    if day < begins or (era and parts["year"] in {"0", "00"}):
        raise Unreadable(text)
    return day


def _kanji_day(typed: str) -> str:
    """Kanji numbers between the marks of a date as digits: 令和九年四月二十一日."""
    if not re.search(r"[〇零一二三四五六七八九十]", typed):
        return typed

    def digits(found: re.Match[str]) -> str:
        number = found[0]
        if "十" in number:
            tens, _, ones = number.partition("十")
            return f"{tens.translate(_KANJI_DIGITS) or '1'}{ones.translate(_KANJI_DIGITS) or '0'}"
        return number.translate(_KANJI_DIGITS)

    return re.sub(r"[〇零一二三四五六七八九十]+(?=[年月日])", digits, typed)


def read_time(text: str) -> time | None:
    """A time of day as 14:00, 14時半, 午後2時30分, 2:30pm, 1400 or 正午; None for an empty text."""
    typed = re.sub(r"\s", "", half_width(text).lower())
    if not typed:
        return None
    typed = {"正午": "12:00", "零時": "0:00", "深夜0時": "0:00"}.get(typed, typed)
    found = re.fullmatch(r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})", typed) or _TIME.fullmatch(typed)
    if found is None:
        raise Unreadable(text)
    parts = found.groupdict()
    half = (parts.get("half") or parts.get("after") or "").replace(".", "")
    hour = int(parts["hour"])
    if half and hour > 12:
        half = ""
    if half in {"午後", "pm"} and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    minute = 30 if parts["minute"] == "半" else int(parts["minute"] or 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise Unreadable(text) from error


def read_corporate_number(text: str) -> str:
    """The 13 digits of a 法人番号, without spaces, hyphens, its name and the T of an invoice number.

    Its check digit is the business of ``stdnum.jp.cn``. Raises ``Unreadable`` for anything but 13 digits.
    """
    typed = re.sub(r"^(?:法人番号|登録番号)\s*[:]?", "", DASHES.sub("-", half_width(text)))
    typed = re.sub(r"[\s.-]", "", typed)
    typed = re.sub(r"^[Tt]", "", typed)
    if typed and not re.fullmatch(r"[0-9]{13}", typed):
        raise Unreadable(text)
    return typed


def read_web_address(text: str) -> str:
    """An address on the web as it may be checked; ``https://`` is added where no scheme was typed."""
    typed = re.sub(r"\s", "", half_width(clean(text)))
    typed = re.sub(r"^(?:url|hp|ホームページ)[:]", "", typed, flags=re.IGNORECASE)
    typed = re.sub(r"^(https?):/*", lambda found: f"{found[1].lower()}://", typed, flags=re.IGNORECASE)
    typed = re.sub(r"^(?:ttps?|h?ttps?;)://", "https://", typed)
    if typed and "://" not in typed and not re.match(r"^[a-z][a-z0-9+.-]*:(?!\d)", typed, re.IGNORECASE):
        typed = f"https://{typed}"
    return typed
