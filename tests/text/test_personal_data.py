"""What looks like somebody's own is pointed out; what only has their name in it is left alone."""

import pytest

from tomoiki.text.personal_data import Kind, kinds_in, personal_data, pieces

PEOPLE = {
    "山田さんに連絡してください": "山田",
    "担当：佐藤": "佐藤",
    "担当: 佐藤（平日のみ）": "佐藤",
    "担当者は佐藤花子です": "佐藤花子",
    "山田太郎が担当します": "山田太郎",
    "山田 太郎": "山田 太郎",
    "山田　太郎までどうぞ": "山田　太郎",
    "代表 鈴木一郎": "鈴木一郎",
    "田中様": "田中",
    "森さんの畑": "森",
    "二宮さん": "二宮",
    "三浦さんの農園": "三浦",
    "藤沢さんに聞いてください": "藤沢",
    "大和市の大和さん": "大和",
    "担当：藤沢": "藤沢",
    "担当：三浦まで": "三浦",
    "山本先生のおはなし会": "山本",
    "お問い合わせ先　小林": "小林",
    "高津区役所の中村まで電話を": "中村",
    "子ども食堂の高橋までご連絡ください": "高橋",
    "渡辺です。はじめまして": "渡辺",
    "リーダー：加藤": "加藤",
    "金子みすゞ": "金子みすゞ",
}
NOBODY = [
    "海老名で開催します",
    "茅ヶ崎、大和、藤沢、鎌倉の団体",
    "平塚、厚木、三浦、葉山、大磯、愛川",
    "葉山までお越しください",
    "会場は三浦です",
    "場所は藤沢です",
    "二宮町と大和市",
    "長谷寺の近く",
    "株式会社鈴木工務店です",
    "有限会社山田太郎",
    "山田太郎記念館",
    "鈴木商店さん",
    "みどりベーカリーさん",
    "藤沢市さん",
    "加藤珈琲店で",
    "井上ホールで",
    "佐藤クリニック",
    "スズキ自動車とトヨタ、松下電器",
    "東京大学の学生さん",
    "みなさん、お母さん、おじいさん",
    "林の中で遊ぶ",
    "さくら祭りと桜まつり",
    "宮沢賢治の詩を読む会",
    "担当：事務局",
    "担当：未定",
    "担当：ボランティア部会",
    "担当者はまだ決まっていません",
    "お名前と電話番号を教えてください",
]
NUMBERS = {
    "045-123-4567": "045-123-4567",
    "お電話は０４５－１２３－４５６７まで": "０４５－１２３－４５６７",
    "〇四五－一二三－四五六七": "〇四五－一二三－四五六七",
    "〇九〇ー一二三四ー五六七八": "〇九〇ー一二三四ー五六七八",
    "電話は090 1234 5678です": "090 1234 5678",
    "TEL(045)123-4567": "(045)123-4567",
    "09012345678": "09012345678",
    "+81 45-123-4567": "+81 45-123-4567",
    "フリーダイヤル0120-123-456": "0120-123-456",
    "045の123の4567": "045の123の4567",
}
NO_NUMBERS = [
    "2027-04-01から",
    "10時から15時、10:00-15:00",
    "〒251-0054",
    "法人番号1234567890123",
    "20〜30食、100人まで",
    "0-3歳の親子、小学1-3年生",
    "平日9-17時、3/10（土）",
    "予算は0円から100000円",
    "一二三四五六七八九〇",
]
ADDRESSES = {
    "info@example.jp": "info@example.jp",
    "ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ": "ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ",
    "info(at)example.jp": "info(at)example.jp",
    "info（at）example.jpへ": "info（at）example.jp",
    "info アットマーク example.co.jp": "info アットマーク example.co.jp",
    "hinata.no.ie+a@example.or.jp まで": "hinata.no.ie+a@example.or.jp",
}
HOMES = {
    "藤沢市鵠沼海岸2-3-4です": "藤沢市鵠沼海岸2-3-4",
    "藤沢市鵠沼海岸２丁目３番４号": "藤沢市鵠沼海岸２丁目３番４号",
    "横浜市中区日本大通1番地": "横浜市中区日本大通1番地",
    "横浜市港北区日吉本町三丁目五番": "横浜市港北区日吉本町三丁目五番",
    "大和市下鶴間１－２": "大和市下鶴間１－２",
}
NO_HOMES = [
    "横浜市で10-15人くらい",
    "港北区の公園で3-4名",
    "藤沢市民5-6年生",
    "町内会で2-3回",
    "市内で10-12月",
    "鎌倉市大船の公園で9-11時",
    "本町三丁目の公園",
    "国道1号の近く",
    "市役所3階",
]


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        *((text, Kind.NAME, piece) for text, piece in PEOPLE.items()),
        *((text, Kind.PHONE, piece) for text, piece in NUMBERS.items()),
        *((text, Kind.EMAIL, piece) for text, piece in ADDRESSES.items()),
        *((text, Kind.ADDRESS, piece) for text, piece in HOMES.items()),
    ],
)
def test_it_is_pointed_out_where_it_stands(text: str, kind: Kind, piece: str) -> None:
    (found,) = personal_data(text)
    assert (found.kind, found.text) == (kind, piece)
    assert text[found.start : found.end] == piece


@pytest.mark.parametrize("text", [*NOBODY, *NO_NUMBERS, *NO_HOMES, "", "https://example.jp/about"])
def test_what_is_nobodys_own_is_left_alone(text: str) -> None:
    assert personal_data(text) == []


def test_several_stand_in_their_order_and_the_pieces_are_the_text_again() -> None:
    text = "毎週土曜に開きます。\n担当：佐藤　電話045-123-4567\n佐藤花子（info@example.jp）"
    assert [(each.kind.value, each.text) for each in personal_data(text)] == [
        ("name", "佐藤"),
        ("phone", "045-123-4567"),
        ("name", "佐藤花子"),
        ("email", "info@example.jp"),
    ]
    assert "".join(piece for piece, _ in pieces(text)) == text
    assert kinds_in("何もありません", text) == [Kind.PHONE, Kind.EMAIL, Kind.NAME]


def test_a_long_text_is_looked_through_quickly_and_as_far_as_it_goes() -> None:
    assert kinds_in("公園で遊びます。" * 5_000) == []
