import pytest

from tomoiki.text import (
    clean,
    half_width_digits,
    normalise,
    normalise_name,
    search_text,
    spellings,
    split_words,
    to_katakana,
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("　ＮＰＯ　法人 ", "npo 法人"),
        ("ﾊﾟﾝ\n屋", "パン 屋"),
        ("①２３", "123"),
        ("見え\u200bない\ufeff", "見えない"),
        ("", ""),
    ],
)
def test_one_spelling_for_many(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    "name",
    [
        "みどりベーカリー",
        "株式会社みどりベーカリー",
        "みどりベーカリー株式会社",
        "（株）ミドリベーカリー",
        "㈱ みどり ベ－カリ−",
        "株式会社　みどり・ベ～カリ〜",
        "有限会社ﾐﾄﾞﾘﾍﾞｰｶﾘｰ",
    ],
)
def test_spellings_of_one_organisation_share_a_core(name: str) -> None:
    assert normalise_name(name) == "ミドリベーカリー"


@pytest.mark.parametrize(
    "name",
    ["NPO法人ひなたの庭", "特定非営利活動法人 ひなたの庭", "ＮＰＯ法人ひなたの庭", "認定特定非営利活動法人ひなたの庭",
     "（特非）ひなたの庭", "一般社団法人ひなたの庭", "認定NPO法人 ひなたの庭"],
)  # fmt: skip
def test_legal_forms_are_dropped(name: str) -> None:
    assert normalise_name(name) == "ヒナタノ庭"


def test_different_organisations_stay_different() -> None:
    assert normalise_name("茅ヶ崎の会") == normalise_name("茅ケ崎の会") != normalise_name("藤沢の会")


def test_a_name_that_is_only_a_legal_form_is_kept() -> None:
    assert normalise_name("株式会社") == "株式会社"
    assert normalise_name("  ") == ""


def test_to_katakana_takes_any_kana_and_leaves_the_rest() -> None:
    assert to_katakana("やまだ ﾀﾛｳ abc 山") == "ヤマダ タロウ abc 山"


def test_half_width_digits_leave_kana_alone() -> None:
    assert half_width_digits("２５１－００５２ ガ") == "251－0052 ガ"


def test_clean_keeps_what_the_writer_chose() -> None:
    assert clean("\ufeff ＡＢＣ\n\u200b次の行 ") == "ＡＢＣ\n次の行"


def test_words_of_a_query() -> None:
    assert split_words("　藤沢　ﾊﾟﾝ、子ども パン") == ["藤沢", "パン", "子ども"]
    assert split_words("") == []
    assert len(split_words(" ".join(map(str, range(100))))) == 8


def test_search_text_joins_whatever_it_is_given() -> None:
    assert search_text("Ａ社", None, ["パン", 3], "") == "a社 パン 3"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("子供食堂", ["子ども食堂", "こども食堂", "子供食堂"]),
        ("こども食堂", ["子供食堂", "子ども食堂"]),
        ("子ども", ["子供", "こども"]),
        ("茅ケ崎", ["茅ヶ崎", "茅ケ崎"]),
        ("茅ケ崎市", ["茅ヶ崎市"]),
        ("茅ヶ崎", ["茅ケ崎"]),
        ("三カ所", ["三ヶ所", "三ヵ所"]),
        ("3ヵ月", ["3カ月"]),
        ("茅ケ崎子供会", ["茅ヶ崎子ども会", "茅ヶ崎こども会", "茅ケ崎子供会", "茅ケ崎子ども会"]),
    ],
)
def test_a_word_stands_in_texts_in_several_ways(typed: str, written: list[str]) -> None:
    assert spellings(typed)[0] == typed
    assert set(written) <= set(spellings(typed))


@pytest.mark.parametrize("word", ["ケア", "カフェ", "子", "ども", "食堂", "親子カフェ", "介護ケアの会", ""])
def test_other_words_stand_in_one_way(word: str) -> None:
    assert spellings(word) == [word]
