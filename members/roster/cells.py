"""The cells of a roster as people write them: kinds by many names, ○ and ×, days, numbers that a spreadsheet bent."""

import re
from datetime import date

from django.utils import timezone

from members.enums import OrganisationKind
from members.forms.organisations import CorporateNumberField
from members.roster.places import Places
from members.transitions.roster import RosterError
from tomoiki.text.normalisation import clean, normalise
from tomoiki.text.typed import half_width
from tomoiki.web.fields import JapaneseDateField, PhoneField, PostalCodeField

_NOISE = re.compile(r"[\s　・･.．/／:：_＿*＊※()（）\[\]【】「」<>＜＞]")
_MARKS = re.compile(r"(?:必須|任意|入力|記入)$|^(?:必須|任意)")
#: What a spreadsheet writes where a formula went wrong.
FORMULA_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
)
_SHORTENED_NUMBER = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]{1,2}", re.IGNORECASE)


def heading_key(text: str) -> str:
    """A heading for comparing: without width, spaces, brackets, marks such as ※必須."""
    key = _NOISE.sub("", normalise(text)).replace("‐", "-")
    return _MARKS.sub("", key) or key


# --- kinds ---

_KINDS: dict[OrganisationKind, tuple[str, ...]] = {
    OrganisationKind.COMPANY: (
        *("会社", "株式会社", "有限会社", "合同会社", "民間企業", "一般企業", "事業者", "事業所", "法人企業", "企業等"),
    ),
    OrganisationKind.NPO: (
        *("npo", "npo法人", "特定非営利活動法人", "認定npo法人", "市民活動団体", "市民団体", "ボランティア団体"),
        *("非営利団体", "npo団体", "npo市民活動団体"),
    ),
    OrganisationKind.UNIVERSITY: ("大学等", "短期大学", "短大", "大学校", "高等教育機関", "教育機関大学"),
    OrganisationKind.MUNICIPALITY: ("自治体", "行政", "市区町村", "地方公共団体", "市役所", "町役場", "村役場", "役所"),
    OrganisationKind.WELFARE_COUNCIL: ("社協", "市社協", "区社協", "町社協", "村社協", "社会福祉協議会社協"),
    OrganisationKind.FINANCIAL: ("銀行", "信用金庫", "信用組合", "金融", "地方銀行", "信金", "信組"),
    OrganisationKind.MEDIA: ("メディア", "報道", "報道機関", "新聞社", "放送局", "新聞", "出版社", "マスメディア"),
    OrganisationKind.OTHER: ("他", "その他団体", "その他の団体"),
}
KINDS: dict[str, OrganisationKind] = {
    heading_key(word): kind for kind in OrganisationKind for word in (kind.value, str(kind.label), *_KINDS[kind])
}
_EXPLAINED = re.compile(r"^その他[(（](?P<what>.+)[)）]$")


def read_kind(text: str, places: Places) -> tuple[str, str]:
    """The kind, and what kind of other it is where that stands in brackets."""
    explained = _EXPLAINED.match(text)
    if explained:
        return OrganisationKind.OTHER.value, clean(explained["what"])[:60]
    kind = KINDS.get(heading_key(text))
    if kind is None:
        labels = "、".join(str(each.label) for each in OrganisationKind)
        raise RosterError(
            "どの種類の団体かが分かりません。",
            remedy=f"次のどれかにしてください：{labels}。当てはまらないときは「その他」とし、「種類の説明」に書いてください。",
        )
    return kind.value, ""


# --- yes and no, days, numbers ---

_YES = frozenset(
    heading_key(word)
    for word in (
        "はい",
        "○",
        "◯",
        "〇",
        "●",
        "◎",
        "可",
        "yes",
        "y",
        "true",
        "1",
        "公開",
        "掲載",
        "載せる",
        "有",
        "する",
        "ok",
        "レ",
        "✓",
        "✔",
    )
)
_NO = frozenset(
    heading_key(word)
    for word in (
        "いいえ",
        "×",
        "✕",
        "✖",
        "✗",
        "x",
        "不可",
        "no",
        "n",
        "false",
        "0",
        "非公開",
        "非掲載",
        "載せない",
        "無",
        "しない",
        "ng",
        "-",
        "―",
        "ー",
    )
)


def read_yes_or_no(text: str, places: Places) -> bool:
    key = heading_key(text) or text
    if key in _YES:
        return True
    if key in _NO:
        return False
    raise RosterError("「はい」か「いいえ」か、読み取れませんでした。", remedy="「はい」か「いいえ」と書いてください。")


_DAY = JapaneseDateField()


def read_day(text: str, places: Places) -> date:
    day = _DAY.clean(re.sub(r"[\s　]*\d{1,2}:\d{2}(?::\d{2})?$", "", half_width(text)))
    if day > timezone.localdate():
        raise RosterError("これからの日付になっています。", remedy="すでに入会した日を書くか、空欄にしてください。")
    if day.year < 1900:
        raise RosterError("古すぎる日付です。", remedy="年の書き間違いがないか確かめてください。")
    return day


_DIGITS_ONLY = re.compile(r"[0-9]{9,10}")
_PHONE, POSTAL = PhoneField(required=False), PostalCodeField(required=False)


def read_phone(text: str, places: Places) -> str:
    digits = half_width(text)
    # A spreadsheet takes the 0 in front for nothing; no number in Japan begins with another digit.
    if _DIGITS_ONLY.fullmatch(digits) and not digits.startswith("0"):
        text = f"0{digits}"
    return str(_PHONE.clean(text))


def read_postal_code(text: str, places: Places) -> str:
    digits = half_width(text)
    return str(POSTAL.clean(f"0{digits}" if re.fullmatch(r"[0-9]{6}", digits) else text))


_CORPORATE_NUMBER = CorporateNumberField(required=False)


def read_corporate_number(text: str, places: Places) -> str:
    if _SHORTENED_NUMBER.fullmatch(half_width(text)):
        raise RosterError(
            f"表計算ソフトが数字を短くしています（{text}）。",
            remedy="列の表示形式を「文字列」にしてから、13けたの数字を入力し直してください。",
        )
    return str(_CORPORATE_NUMBER.clean(text))


def read_roster_key(text: str, places: Places) -> str:
    key = half_width(text)
    if len(key) > 60:
        raise RosterError("名簿の番号が長すぎます。", remedy="60文字までにしてください。")
    return key


def read_portal_id(text: str, places: Places) -> int:
    digits = half_width(text).replace(",", "")
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise RosterError("ともいき番号は数字です。", remedy="書き出した一覧の番号のままにするか、空欄にしてください。")
    return int(digits)
