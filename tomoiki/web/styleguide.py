"""All components in all their states on one page, for those who build pages. Not there in production."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tomoiki.web.fields import (
    JapaneseDateField,
    JapaneseDateTimeField,
    JapaneseDecimalField,
    JapaneseIntegerField,
    JapaneseTimeField,
    KanaField,
    PhoneField,
    PhotoField,
    PostalCodeField,
)
from tomoiki.web.icons import icon_names
from tomoiki.web.pagination import KeysetPage
from tomoiki.web.waiting import WaitingItem
from tomoiki.web.widgets import CardCheckboxSelect, CardRadioSelect, ChipCheckboxSelect, IconCheckboxSelect

RESOURCES = [
    ("place", "場所"),
    ("food", "食べもの"),
    ("goods", "物品"),
    ("hands", "人手"),
    ("skill", "専門スキル"),
    ("expertise", "調査・研究"),
    ("publicity", "広報"),
    ("funding", "資金"),
    ("transport", "移動・運搬"),
    ("work", "仕事の発注"),
    ("partnership", "いっしょに取り組む相手"),
    ("other", "その他"),
]
KINDS = [
    ("company", "企業"),
    ("npo", "NPO等"),
    ("university", "大学"),
    ("municipality", "市町村"),
    ("welfare_council", "社会福祉協議会"),
    ("financial", "金融機関"),
    ("media", "マスコミ"),
    ("other", "その他"),
]


@dataclass(frozen=True)
class _Stored:
    name: str
    url: str
    is_picture: bool = False

    def __str__(self) -> str:
        return self.name


class ExampleForm(forms.Form):
    """One of each field."""

    kind = forms.ChoiceField(
        label="団体の種類",
        choices=KINDS[:3],
        help_text="いちばん近いものを選んでください。",
        widget=CardRadioSelect(
            descriptions={"company": "場所・食品・人手などを持ちよります。", "npo": "現場の困りごとを伝えます。"},
            icons={"company": "company", "npo": "npo", "university": "university"},
        ),
    )
    title = forms.CharField(label="見出し", max_length=40, help_text="例：平日の午後、子どもが立ち寄れる部屋")
    kana = KanaField(required=False)
    postal_code = PostalCodeField(help_text="7けた。ハイフンはなくてもかまいません。")
    phone = PhoneField(required=False)
    email = forms.EmailField(label="メールアドレス")
    password = forms.CharField(label="パスワード", widget=forms.PasswordInput, required=False)
    body = forms.CharField(label="くわしい内容", max_length=400, widget=forms.Textarea)
    people = JapaneseIntegerField(label="人数", unit="人", min_value=1, max_value=5000)
    hours = JapaneseDecimalField(label="時間", unit="時間", required=False)
    day = JapaneseDateField(label="日にち", help_text="例：2027年4月1日")
    at = JapaneseTimeField(label="時刻", required=False)
    moment = JapaneseDateTimeField(label="日時", required=False)
    area = forms.ChoiceField(
        label="市町村", choices=[("", "選んでください"), ("14205", "藤沢市"), ("14207", "茅ヶ崎市")]
    )
    resources = forms.MultipleChoiceField(
        label="種類",
        choices=RESOURCES[:4],
        required=False,
        widget=IconCheckboxSelect(icons=dict(zip(dict(RESOURCES), dict(RESOURCES), strict=True))),
    )
    wishes = forms.MultipleChoiceField(
        label="のぞむこと",
        choices=[("step", "段差がない"), ("kitchen", "台所がある")],
        required=False,
        widget=CardCheckboxSelect(two_columns=True, descriptions={"step": "車いすで入れる"}),
    )
    themes = forms.MultipleChoiceField(
        label="テーマ",
        choices=[
            ("children", "子ども"),
            ("elderly", "高齢者"),
            ("disability", "障害"),
            ("disaster", "災害"),
            ("isolation", "孤立"),
        ],
        required=False,
        widget=ChipCheckboxSelect,
    )
    photo = PhotoField(
        label="写真", required=False, help_text="JPEGかPNG、10MBまで。位置の情報は消してから保存します。"
    )
    agree = forms.BooleanField(label="利用規約に同意します")


class ExampleFilter(forms.Form):
    quiet_labels = True

    q = forms.CharField(label="ことばでさがす", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    direction = forms.MultipleChoiceField(
        label="さがすもの",
        choices=[("need", "困りごと（112）"), ("offer", "できること（72）")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    area = forms.ChoiceField(label="市町村", choices=[("", "どこでも"), ("14205", "藤沢市")], required=False)
    resource = forms.MultipleChoiceField(
        label="種類",
        choices=RESOURCES[:7],
        required=False,
        widget=IconCheckboxSelect(icons={code: code for code, _ in RESOURCES}),
    )


def _context() -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate()
    filled = {"title": "夏祭りのやぐら組み立て", "people": "八人", "email": "mori", "kind": "npo", "postal_code": "251"}
    return {
        "resources": RESOURCES,
        "kinds": KINDS,
        "icons": sorted(icon_names()),
        "empty_form": ExampleForm(
            prefix="a", initial={"photo": _Stored("heya.jpg", "/static/img/icon-192.png", is_picture=True)}
        ),
        "wrong_form": ExampleForm(filled, prefix=None),
        "filter_form": ExampleFilter({"f-q": "子ども 居場所", "f-direction": ["need"]}, prefix="f"),
        "facts": [
            {"icon": "map-pin", "main": "藤沢市", "label": "場所"},
            {"icon": "calendar", "main": "平日 14時〜18時・10月から", "label": "いつ"},
            {"icon": "users", "main": "15人くらい", "label": "どれくらい"},
        ],
        "large_facts": [
            {"icon": "map-pin", "main": "藤沢市", "detail": "善行・湘南台のあたり"},
            {"icon": "calendar", "main": "平日 14時〜18時", "detail": "2027年10月から、まずは半年"},
            {"icon": "users", "main": "15人くらい", "detail": "小学生が中心、見守りの大人が3人"},
        ],
        "fits": ["となりの市（藤沢市 → 茅ヶ崎市）", "平日の午後があいている", "20人まで、台所あり"],
        "misfits": ["火・水だけ"],
        "waiting": [
            WaitingItem(
                icon="heart-handshake",
                title="ここち住宅さんが「ぜひ」と言っています",
                detail="平日の午後、子どもが立ち寄れる部屋",
                url="#waiting",
                button="返事をする",
                tone="need",
                due=today + timedelta(days=9),
            ),
            WaitingItem(
                icon="message-circle",
                title="みどりベーカリーさんから新しいメッセージ",
                detail="「金曜は17時半ごろ伺います」",
                url="#waiting",
                button="読む",
                since=now - timedelta(days=1),
            ),
            WaitingItem(
                icon="file-text",
                title="やぐら組み立て、どうでしたか？",
                detail="3つの質問に答えるだけ。2分で終わります",
                url="#waiting",
                button="報告する",
                tone="offer",
            ),
        ],
        "tabs": [
            {"url": "#tabs", "label": "進んでいる", "count": 3, "current": True},
            {"url": "#tabs", "label": "終わった", "count": 12, "current": False},
            {"url": "#tabs", "label": "すべて", "count": None, "current": False},
        ],
        "conditions": [
            {"label": "子ども 居場所", "url": "#conditions"},
            {"label": "藤沢市とその近く", "url": "#conditions"},
        ],
        "rows": [("団体名", "NPO法人 ひなたの庭"), ("住所", "〒251-0024\n藤沢市鵠沼橘1-1"), ("電話", "")],
        "funnel": [("投稿", 214), ("紹介", 168), ("合意", 112), ("実施", 96), ("成果", 71)],
        "files": [
            {"url": "#files", "name": "見取り図.pdf", "size": 245_760},
            {"url": "#files", "name": "外観.jpg", "size": None},
        ],
        "entries": [
            {
                "icon": "send",
                "tone": "state",
                "when": now - timedelta(days=5),
                "what": "事務局が紹介しました",
                "detail": "",
            },
            {
                "icon": "check",
                "tone": "offer",
                "when": now - timedelta(days=3),
                "what": "ここち住宅さんが「ぜひ」",
                "detail": "火曜からでも始められます。",
            },
        ],
        "page": KeysetPage(items=[], next_cursor="after", previous_cursor="before"),
        "first_message": "はじめまして。火曜の午後からお使いいただけます。\n鍵は受付でお渡しします。",
        "now": now,
        "yesterday": now - timedelta(days=1),
        "today": today,
    }


@require_safe
@login_not_required
def show(request: HttpRequest) -> HttpResponse:
    """/styleguide/; 404 outside development and the demo."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    return render(request, "styleguide/index.html", _context())
