"""The columns of a roster: how their headings are written, how their cells are read, and what to do when they cannot.

The cells are read by the portal's own form fields, so that a roster may say what a form may say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from members.enums import OrganisationKind
from members.forms.organisations import WebsiteField
from members.roster.cells import (
    FORMULA_ERRORS,
    POSTAL,
    heading_key,
    read_corporate_number,
    read_day,
    read_kind,
    read_phone,
    read_portal_id,
    read_postal_code,
    read_roster_key,
    read_yes_or_no,
)
from members.roster.places import Places
from members.transitions.roster import RosterError
from tomoiki.text.normalisation import clean
from tomoiki.web.fields import (
    JapaneseEmailField,
    KanaField,
    TextField,
)

Read = Callable[[str, Places], Any]
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Column:
    """One column: ``name`` is the field it fills, ``header`` how we write it, ``synonyms`` how others do.

    ``read`` turns a cell's text into a value or raises ``ValidationError``; ``remedy`` says what to do then.
    ``write`` turns an organisation's value into what stands in a cell.
    """

    name: str
    header: str
    read: Read
    remedy: str
    explanation: str
    example: str
    write: Callable[[Any], Any]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False

    def value(self, text: str, places: Places) -> Any:
        """What the cell says; empty for an empty cell. Raises ``RosterError``."""
        text = clean(text)
        if not text:
            return ""
        if text.upper() in FORMULA_ERRORS:
            raise RosterError(
                f"数式のエラー（{text}）が入っています。", remedy="正しい値を、そのまま入力してください。"
            )
        if _REPLACEMENT in text:
            raise RosterError(
                "文字化けして読めない字（�）があります。", remedy="もとの名簿を見て、入力し直してください。"
            )
        try:
            return self.read(text, places)
        except RosterError:
            raise
        except ValidationError as error:
            raise RosterError(" ".join(error.messages), remedy=self.remedy) from error


def _by(field: forms.Field) -> Read:
    return lambda text, places: field.clean(text)


def _attribute(name: str) -> Callable[[Any], Any]:
    return lambda organisation: getattr(organisation, name)


def _contact(name: str) -> Callable[[Any], Any]:
    return lambda organisation: getattr(getattr(organisation, "roster_contact", None), name, "")


def _written_date(organisation: Any) -> str:
    moment: datetime | None = organisation.approved_at
    return timezone.localdate(moment).strftime("%Y/%m/%d") if moment else ""


def _written_place(organisation: Any) -> str:
    return organisation.municipality.name if organisation.municipality else ""


COLUMNS: tuple[Column, ...] = (
    Column(
        "portal_id",
        "ともいき番号",
        read_portal_id,
        remedy="書き出した一覧の番号のままにするか、空欄にしてください。",
        explanation="書き出した一覧を直して取り込むときの目印です。新しい団体では空欄にします。",
        example="",
        write=_attribute("pk"),
        synonyms=("登録番号", "ポータル番号"),
    ),
    Column(
        "roster_key",
        "名簿の番号",
        read_roster_key,
        remedy="60文字までの番号か記号にしてください。",
        explanation="団体ごとに決まった番号です。次に取り込むとき、同じ団体だと分かります。行の通し番号は使わないでください。",
        example="K-001",
        write=_attribute("roster_key"),
        synonyms=("名簿番号", "管理番号", "整理番号", "会員番号", "番号", "No", "No.", "ID", "団体番号", "団体ID"),
    ),
    Column(
        "name",
        "団体名",
        _by(TextField(max_length=120)),
        remedy="120文字までの正式な名前を書いてください。",
        explanation="正式な名前です。",
        example="NPO法人 みほんの縁側",
        write=_attribute("name"),
        synonyms=(
            *(
                "名称",
                "団体名称",
                "団体の名前",
                "法人名",
                "法人名称",
                "企業名",
                "会社名",
                "組織名",
                "事業所名",
                "機関名",
            ),
            *("会員名", "企業・団体名", "法人・団体名", "団体・企業名", "企業団体名称", "団体名・企業名", "参加団体名"),
        ),
        required=True,
    ),
    Column(
        "name_kana",
        "フリガナ",
        _by(KanaField(required=False, max_length=160)),
        remedy="カタカナで書いてください。ひらがなや半角カナでもかまいません。",
        explanation="団体名の読み方です。",
        example="ミホンノエンガワ",
        write=_attribute("name_kana"),
        synonyms=(
            "団体名フリガナ",
            "団体名カナ",
            "団体名のフリガナ",
            "カナ",
            "カナ名",
            "ヨミ",
            "よみがな",
            "読み",
            "ふりがな",
            "読み仮名",
            "団体名ふりがな",
            "名称カナ",
            "名称フリガナ",
        ),
    ),
    Column(
        "kind",
        "種類",
        read_kind,
        remedy="団体の種類を確かめてください。",
        explanation=f"{'、'.join(str(kind.label) for kind in OrganisationKind)}のどれかです。"
        "「社協」「自治体」「銀行」なども読み取ります。",
        example="NPO等",
        write=lambda organisation: organisation.get_kind_display(),
        synonyms=(
            "団体の種類",
            "団体種類",
            "種別",
            "団体種別",
            "区分",
            "団体区分",
            "カテゴリ",
            "カテゴリー",
            "分類",
            "業種区分",
            "会員区分",
            "会員種別",
            "組織形態",
        ),
        required=True,
    ),
    Column(
        "kind_other",
        "種類の説明",
        _by(TextField(required=False, max_length=60)),
        remedy="60文字までで書いてください。",
        explanation="種類が「その他」のときだけ書きます。",
        example="",
        write=_attribute("kind_other"),
        synonyms=("種類説明", "その他の内容", "種類（その他）", "その他の種類", "種別の説明"),
    ),
    Column(
        "corporate_number",
        "法人番号",
        read_corporate_number,
        remedy="国税庁の法人番号公表サイトで確かめて直すか、分からなければ空欄にしてください。",
        explanation="13けたの数字です。任意団体や、分からないときは空欄にします。",
        example="",
        write=_attribute("corporate_number"),
        synonyms=("法人番号13桁", "法人番号（13桁）", "法人No", "国税庁法人番号", "法人番号13けた"),
    ),
    Column(
        "postal_code",
        "郵便番号",
        read_postal_code,
        remedy="7けたの数字で書いてください。例：251-0024",
        explanation="7けたの数字です。",
        example="251-0024",
        write=lambda organisation: POSTAL.prepare_value(organisation.postal_code),
        synonyms=("〒", "郵便", "郵便No", "ZIP", "所在地郵便番号", "〒番号"),
    ),
    Column(
        "municipality",
        "市区町村",
        lambda text, places: places.read(text),
        remedy="神奈川県の市区町村の名前を書いてください。県外の団体は空欄にします。",
        explanation="県内の市区町村か、政令指定都市の区です。空欄なら、住所か郵便番号から読み取ります。",
        example="藤沢市",
        write=_written_place,
        synonyms=(
            "市町村",
            "市区町村名",
            "市町村名",
            "所在市町村",
            "所在市区町村",
            "自治体名",
            "所在地市区町村",
            "活動市町村",
            "主な活動地域",
            "市区町村コード",
            "所在地（市区町村）",
        ),
    ),
    Column(
        "address",
        "住所",
        _by(TextField(required=False, max_length=200)),
        remedy="200文字までで書いてください。",
        explanation="番地と建物までの住所です。",
        example="藤沢市架空1丁目1番",
        write=_attribute("address"),
        synonyms=(
            "所在地",
            "本社所在地",
            "団体住所",
            "主たる事務所の所在地",
            "事務所所在地",
            "所在地住所",
            "住所所在地",
            "本店所在地",
        ),
    ),
    Column(
        "phone",
        "代表電話",
        read_phone,
        remedy="市外局番から、10けたか11けたで書いてください。",
        explanation="市外局番からの番号です。",
        example="0466-00-0000",
        write=_attribute("phone"),
        synonyms=(
            "電話",
            "電話番号",
            "TEL",
            "代表電話番号",
            "連絡先電話番号",
            "連絡先電話",
            "連絡先TEL",
            "代表TEL",
            "電話代表",
        ),
    ),
    Column(
        "website",
        "ウェブサイト",
        _by(WebsiteField(required=False)),
        remedy="https:// から始まるアドレスを書いてください。",
        explanation="ホームページのアドレスです。",
        example="https://mihon.example",
        write=_attribute("website"),
        synonyms=(
            "HP",
            "ホームページ",
            "URL",
            "webサイト",
            "Web",
            "サイト",
            "hpアドレス",
            "ホームページurl",
            "ホームページアドレス",
            "ウェブサイトurl",
            "hpurl",
        ),
    ),
    Column(
        "description",
        "活動の紹介",
        _by(TextField(required=False, max_length=2000)),
        remedy="2,000文字までで書いてください。",
        explanation="ふだんの活動を1、2行で書きます。",
        example="縁側で、月に二度のお茶の会をひらいています。",
        write=_attribute("description"),
        synonyms=(
            "活動内容",
            "事業内容",
            "紹介",
            "概要",
            "団体概要",
            "活動概要",
            "団体紹介",
            "事業概要",
            "主な活動",
            "主な活動内容",
            "PR",
        ),
    ),
    Column(
        "listed_publicly",
        "団体の一覧に載せる",
        read_yes_or_no,
        remedy="「はい」か「いいえ」と書いてください。",
        explanation="だれでも見られる一覧に載せるか。空欄なら載せません（登録団体の方には見えます）。",
        example="いいえ",
        write=lambda organisation: "はい" if organisation.listed_publicly else "いいえ",
        synonyms=(
            "公開",
            "掲載",
            "掲載可否",
            "公開可否",
            "hp掲載",
            "ホームページ掲載",
            "hp掲載可否",
            "一覧掲載",
            "公表",
            "公表可否",
        ),
    ),
    Column(
        "joined_on",
        "入会日",
        read_day,
        remedy="2024年4月1日、令和6年4月1日、R6.4.1 のように書いてください。",
        explanation="加わった日です。和暦でもかまいません。空欄なら、取り込んだ日になります。",
        example="令和6年4月1日",
        write=_written_date,
        synonyms=(
            "加入日",
            "登録日",
            "参加日",
            "入会年月日",
            "加入年月日",
            "登録年月日",
            "参加年月日",
            "加盟日",
            "承認日",
        ),
    ),
    Column(
        "contact_name",
        "担当者",
        _by(TextField(required=False, max_length=60)),
        remedy="60文字までで書いてください。",
        explanation="連絡する方のお名前です。招待のときだけ使い、団体の方が加わると消します。",
        example="見本 花子",
        write=_contact("name"),
        synonyms=(
            "担当者名",
            "担当者氏名",
            "担当",
            "ご担当者",
            "ご担当者名",
            "連絡担当者",
            "連絡担当者名",
            "連絡担当者氏名",
            "窓口担当者",
            "窓口担当者名",
            "氏名",
            "お名前",
        ),
        personal=True,
    ),
    Column(
        "contact_email",
        "メールアドレス",
        lambda text, places: JapaneseEmailField(required=False, max_length=254).clean(text).lower(),
        remedy="mihon@mihon.example のような形で、1つだけ書いてください。",
        explanation="招待を送る先です。招待は取り込みとは別の手続きで、取り込むだけでは何も送りません。",
        example="hanako@mihon.example",
        write=_contact("email"),
        synonyms=(
            "メール",
            "Email",
            "E-mail",
            "Mail",
            "eメール",
            "電子メール",
            "連絡先メールアドレス",
            "担当者メールアドレス",
            "担当者メール",
            "連絡先メール",
            "担当者email",
            "mailアドレス",
            "e-mailアドレス",
            "メールアド",
        ),
        personal=True,
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}
BY_HEADING = {heading_key(word): column for column in COLUMNS for word in (column.header, *column.synonyms)}

#: Columns that the portal itself adds to a file, and leaves alone when the file comes back.
OWN_ADDITIONS = {heading_key(word): word for word in ("直すところ", "もとのシート", "もとの行", "状態", "担当者の数")}
TO_CORRECT, SHEET, ROW, STATE = "直すところ", "もとのシート", "もとの行", "状態"
