"""One spelling for what people type in many: full width and half width, spaces, legal forms, long vowels."""

import re
import unicodedata

import jaconv

_SPACES = re.compile(r"\s+")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")

# Dashes, minus signs and the wave dash are all typed for a long vowel.
_DASHES = re.compile(r"[‐-―−─━ｰ﹣－〜～~]")
_AFTER_KANA = re.compile(r"(?<=[ぁ-ゖァ-ヺー])-+")
_LONG_VOWELS = re.compile(r"ー+")
_PUNCTUATION = re.compile(r"[・･.,。、'\"’‘“”「」『』()\[\]【】〔〕<>〈〉《》!?&+*/|:;_#-]")

# Longest first, so that 公益社団法人 does not leave 公益 behind. Sources: 会社法, 一般法人法, 公益認定法, NPO法,
# 社会福祉法, 私立学校法, 医療法, 宗教法人法, 労働者協同組合法, 各協同組合法.
LEGAL_FORMS = tuple(
    sorted(
        (
            "株式会社",
            "有限会社",
            "合同会社",
            "合資会社",
            "合名会社",
            "相互会社",
            "特例有限会社",
            "特定非営利活動法人",
            "認定特定非営利活動法人",
            "特例認定特定非営利活動法人",
            "認定npo法人",
            "npo法人",
            "一般社団法人",
            "一般財団法人",
            "公益社団法人",
            "公益財団法人",
            "社団法人",
            "財団法人",
            "社会福祉法人",
            "学校法人",
            "医療法人社団",
            "医療法人財団",
            "社会医療法人",
            "医療法人",
            "宗教法人",
            "国立大学法人",
            "公立大学法人",
            "独立行政法人",
            "地方独立行政法人",
            "労働者協同組合",
            "認可地縁団体",
            "任意団体",
        ),
        key=len,
        reverse=True,
    )
)
# What NFKC makes of ㈱, ㈲, （株）, （特非）, （一社）, ...
_ABBREVIATED_FORMS = re.compile(
    r"\((?:株|有|同|資|名|相|特非|認特非|npo|一社|一財|公社|公財|社|財|福|社福|学|医|医社|宗|独|大)\)"
)


def normalise(text: str) -> str:
    """``text`` for comparing and searching: NFKC, lower case, single half-width spaces, nothing invisible."""
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" ", folded).strip().lower()


def clean(text: str) -> str:
    """``text`` as it may be stored and shown: composed (NFC), without invisible characters or spaces around it.

    Unlike ``normalise`` it keeps widths, capitals and line breaks, for these are the writer's.
    """
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()


def normalise_name(name: str) -> str:
    """The core of an organisation's name, by which two registrations of one organisation are found.

    Drops the legal form in any spelling (株式会社, ㈱, （株）, NPO法人, 特定非営利活動法人, ...), spaces and
    punctuation, turns hiragana into katakana and the many dashes typed for a long vowel into one. A name that is
    nothing but a legal form is kept, so that the answer is empty only for an empty name.
    """
    folded = normalise(name)
    core = _ABBREVIATED_FORMS.sub("", folded)
    core = core.replace(" ", "")
    for form in LEGAL_FORMS:
        core = core.replace(form, "")
    core = _squeeze(core)
    return core or _squeeze(folded)


def _squeeze(text: str) -> str:
    text = _AFTER_KANA.sub("ー", _DASHES.sub("-", text))
    text = _LONG_VOWELS.sub("ー", _PUNCTUATION.sub("", text).replace(" ", ""))
    # ヶ and ケ are both written in place names: 茅ヶ崎, 茅ケ崎.
    return to_katakana(text).replace("ヶ", "ケ").replace("ヵ", "カ")


def to_katakana(text: str) -> str:
    """Hiragana and half-width katakana as full-width katakana; everything else as it is."""
    return str(jaconv.hira2kata(jaconv.h2z(text, kana=True, ascii=False, digit=False)))


def half_width_digits(text: str) -> str:
    """Full-width digits as half-width ones, for fields that accept both."""
    return str(jaconv.z2h(text, kana=False, ascii=False, digit=True))
