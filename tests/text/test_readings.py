"""Readings above kanji, for phrases that people write in what they need and offer."""

import pytest

from tomoiki.text.readings import MOST, ruby


def shown(text: str, **names: str) -> str:
    return "".join(f"{surface}[{reading}]" if reading else surface for surface, reading in ruby(text, names=names))


PHRASES = [
    ("平日の午後", "平日[へいじつ]の午後[ごご]"),
    ("子どもが立ち寄れる部屋", "子[こ]どもが立[た]ち寄[よ]れる部屋[へや]"),
    ("夏祭りのやぐらを組む", "夏祭[なつまつ]りのやぐらを組[く]む"),
    ("人手が足りません", "人手[ひとで]が足[た]りません"),
    ("食べものを分ける", "食[た]べものを分[わ]ける"),
    ("取り下げる", "取[と]り下[さ]げる"),
    ("手を挙げる", "手[て]を挙[あ]げる"),
    ("受け付けています", "受[う]け付[つ]けています"),
    ("打ち合わせ", "打[う]ち合[あ]わせ"),
    ("お問い合わせ", "お問[と]い合[あ]わせ"),
    ("お願いします", "お願[ねが]いします"),
    ("お年寄りの見守り", "お年寄[としよ]りの見守[みまも]り"),
    ("地域の方", "地域[ちいき]の方[かた]"),
    ("困っている方", "困[こま]っている方[かた]"),
    ("車いすの方が5人", "車[くるま]いすの方[かた]が5人[にん]"),
    ("早くした方がいい", "早[はや]くした方[ほう]がいい"),
    ("2人で", "2人[ふたり]で"),
    ("一人暮らし", "一人暮[ひとりぐ]らし"),
    ("10人くらい", "10人[にん]くらい"),
    ("４月１日", "４月[がつ]１日[ついたち]"),
    ("4月1日", "4月[がつ]1日[ついたち]"),
    ("1日30個", "1日[にち]30個[こ]"),
    ("7月10日（土）", "7月[がつ]10日[とおか]（土[ど]）"),
    ("5月3日から8日", "5月[がつ]3日[みっか]から8日[ようか]"),
    ("4月20日まで", "4月[がつ]20日[はつか]まで"),
    ("12月31日", "12月[がつ]31日[にち]"),
    ("（日）と（月）", "（日[にち]）と（月[げつ]）"),
    ("月・水・金", "月[げつ]・水[すい]・金[きん]"),
    ("毎週土曜の午前", "毎週[まいしゅう]土曜[どよう]の午前[ごぜん]"),
    ("月2回", "月[つき]2回[かい]"),
    ("8時から12時", "8時[じ]から12時[じ]"),
    ("10分と30分", "10分[ぷん]と30分[ぷん]"),
    ("15分", "15分[ふん]"),
    ("3本と6本", "3本[ぼん]と6本[ぽん]"),
    ("令和9年", "令和[れいわ]9年[ねん]"),
    ("100円", "100円[えん]"),
    ("公民館の和室", "公民館[こうみんかん]の和室[わしつ]"),
    ("社会福祉協議会", "社会福祉協議会[しゃかいふくしきょうぎかい]"),
    ("自治会と町内会", "自治会[じちかい]と町内会[ちょうないかい]"),
    ("回覧板", "回覧板[かいらんばん]"),
    ("藤沢市", "藤沢市[ふじさわし]"),
    ("茅ヶ崎市", "茅ヶ崎市[ちがさきし]"),
    ("横浜市都筑区", "横浜市都筑区[よこはましつづきく]"),
    ("明日の朝", "明日[あした]の朝[あさ]"),
    ("大人も子どもも", "大人[おとな]も子[こ]どもも"),
    ("人々の日々", "人々[ひとびと]の日々[ひび]"),
    ("障がいのある方", "障[しょう]がいのある方[かた]"),
    ("防災倉庫の毛布", "防災[ぼうさい]倉庫[そうこ]の毛布[もうふ]"),
    ("草取りを手伝う", "草取[くさと]りを手伝[てつだ]う"),
    ("力仕事", "力仕事[ちからしごと]"),
    ("昼ごはん", "昼[ひる]ごはん"),
    ("カタカナ と ひらがな", "カタカナ と ひらがな"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), PHRASES, ids=[text for text, _ in PHRASES])
def test_a_phrase_is_read_as_people_say_it(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_there_are_enough_phrases() -> None:
    assert len(PHRASES) >= 40


def test_a_name_is_read_as_its_owner_gave_it() -> None:
    assert shown("海風町内会の集い") == "海風[かいふう]町内会[ちょうないかい]の集[つど]い"
    given = shown("海風町内会の集い", 海風町内会="ウミカゼチョウナイカイ")
    assert given == "海風町内会[うみかぜちょうないかい]の集[つど]い"


def test_the_longer_of_two_names_counts_and_an_empty_reading_is_none() -> None:
    names = {"海風": "ウミカゼ", "海風町内会": "ウミカゼチョウナイカイ", "花の丘": ""}
    assert shown("海風町内会と海風", **names) == "海風町内会[うみかぜちょうないかい]と海風[うみかぜ]"
    assert shown("花の丘", **names).startswith("花[はな]")


@pytest.mark.parametrize(
    "text",
    ["🍙と毛布を３０枚\n届けます。", "#let x = [*強調*]", "記号々※〒251-0024", "㈱みほん　ＡＢＣ", "𠮷野家の髙橋さん"],
)
def test_the_pieces_put_together_are_the_text(text: str) -> None:
    pieces = ruby(text)
    assert "".join(surface for surface, _ in pieces) == text
    assert all(reading is None or reading.strip() for _, reading in pieces)


def test_a_text_without_end_is_read_as_far_as_one_call_goes() -> None:
    text = "草取り" * 5000
    pieces = ruby(text)
    assert "".join(surface for surface, _ in pieces) == text
    last, reading = pieces[-1]
    assert last.endswith(text[MOST:])
    assert reading is None
