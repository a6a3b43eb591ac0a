"""The prefecture's roster in the demo: one brought in, from which some were invited, and one with lines to correct."""

import io
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from members import transitions
from members.demo.people import _account, _as_delivered
from members.models import RosterContact, RosterImport, User
from members.roster.columns import BY_NAME
from members.roster.engine import work_once
from tomoiki.files.uploads import TABLES, store_upload
from tomoiki.web.demo import DemoWorld, Story

_COLUMNS = ("roster_key", "name", "name_kana", "kind", "kind_other", "municipality", "address", "phone", "description")
_MORE = ("listed_publicly", "joined_on", "contact_name", "contact_email")
_PHONE = "045-000-0000"

ROSTER: Sequence[Sequence[Any]] = (
    ("R-101", "みなと架空建材株式会社", "ミナトカクウケンザイ", "企業", "", "横浜市鶴見区", "架空1丁目1番", _PHONE,
     "建材の倉庫を、災害のときの物資置き場としても使えるようにしています。", "はい", "令和5年4月1日", "港 守", "minato@kenzai.example"),
    ("R-102", "NPO法人 つむぎの架け橋", "ツムギノカケハシ", "NPO法人", "", "厚木市", "架空2丁目3番", "046-000-0000",
     "外国につながる子どもの、放課後の学習を支えています。", "はい", "R5.6.15", "紬 橋子", "tsumugi@kakehashi.example"),
    ("R-103", "架空やまゆり信用組合", "カクウヤマユリシンヨウクミアイ", "信組", "", "秦野市", "架空3番地", "0463-00-0000",
     "地域の商店の、新しい取り組みの相談を受けています。", "いいえ", "2023/10/1", "百合 実", "yamayuri@shinkumi.example"),
    ("R-104", "みほん丹沢大学 地域連携室", "ミホンタンザワダイガクチイキレンケイシツ", "大学", "", "秦野市", "架空4番地", "0463-00-0001",
     "学生が、里山の手入れと記録づくりに通っています。", "はい", "令和6年4月1日", "沢 学", "renkei@tanzawa-u.example"),
    ("R-105", "うみかぜ架空商店会", "ウミカゼカクウショウテンカイ", "その他", "商店会", "三浦市", "架空5番地", "046-000-0001",
     "空き店舗で、月に一度の朝市をひらいています。", "はい", "平成30年4月1日", "", ""),
    ("R-106", "さがみ架空ケーブルテレビ", "サガミカクウケーブルテレビ", "放送局", "", "相模原市中央区", "架空6番地", "042-000-0000",
     "地域の活動を、夕方の番組で紹介しています。", "はい", "2024/1/10", "相模 伝", "bangumi@sagami-cable.example"),
)  # fmt: skip

TO_CORRECT: Sequence[Sequence[Any]] = (
    ROSTER[0],
    (*ROSTER[1][:7], "046-000-0009", *ROSTER[1][8:]),
    ("R-107", "みほん緑の会", "ミホンミドリノカイ", "NPO", "", "緑区", "", "045-000-0001", "公園の花壇の手入れを続けています。",
     "はい", "令和7年4月1日", "緑 葉", "midori@mihon.example"),
    ("R-108", "架空ひかり製作所", "カクウヒカリセイサクショ", "メーカー", "", "大和市", "架空8番地", "046-00", "",
     "", "令和99年1月1日", "光 作", "hikari＠seisakusho"),
    ("R-109", "", "", "企業", "", "座間市", "", "", "", "", "", "", ""),
    ("R-110", "みほん子ども食堂ネット", "ミホンコドモショクドウネット", "NPO", "", "座間市", "架空10番地", "046-000-0010",
     "市内の子ども食堂を、食材でつないでいます。", "はい", "令和8年4月1日", "食野 子", "net@kodomo-shokudo.example"),
)  # fmt: skip


def stories(world: DemoWorld) -> Iterable[Story]:
    """One roster long brought in, and one of yesterday that waits for somebody to look over."""
    yield _brought_in(world)
    yield _to_look_over(world)


def _file(rows: Sequence[Sequence[Any]], title: str) -> bytes:
    from openpyxl import Workbook  # only the demo's loading needs it here

    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([])
    sheet.append([BY_NAME[name].header for name in (*_COLUMNS, *_MORE)])
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _send(rows: Sequence[Sequence[Any]], title: str, *, by: User) -> RosterImport:
    upload = SimpleUploadedFile(f"{title}.xlsx", _file(rows, title))
    return transitions.start_roster_import(store_upload(upload, by=by, allow=TABLES), actor=by)


def _brought_in(world: DemoWorld) -> Story:
    moment = world.days_before_end(75)
    yield moment
    office = world.made["staff"][1]
    job = _send(ROSTER, "県の協力団体名簿", by=office)
    work_once()
    yield moment + timedelta(minutes=12)
    transitions.confirm_roster_import(job.pk, actor=office)
    work_once()
    moment = world.later(moment, days=(2, 4))
    yield moment
    contacts = RosterContact.objects.to_invite().exclude(email="").order_by("pk")
    asked = [
        transitions.send_claim_invitation(
            each.pk, message="先日の説明会へのご参加、ありがとうございました。", actor=office
        )
        for each in contacts[:3]
    ]
    _as_delivered()
    yield world.later(moment, days=(1, 3))
    claimed = asked[1]
    person = _account(world, "tsumugi", "紬 橋子", "ツムギ ハシコ")
    # In the demo nobody reads the mails: the invitation went to an address that this person has, too.
    person.emailaddress_set.create(email=claimed.email, verified=True)
    transitions.accept_own_invitation(claimed.pk, actor=person)
    transitions.forget_roster_contact(claimed.organisation.roster_contact.pk, actor=transitions.imports.ROSTER)


def _to_look_over(world: DemoWorld) -> Story:
    yield world.days_before_end(1.3)
    _send(TO_CORRECT, "協力団体名簿（追加分）", by=world.made["staff"][2])
    work_once()
