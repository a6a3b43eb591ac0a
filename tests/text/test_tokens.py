"""Words as a search knows them: one form for many spellings and inflections."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoiki.text.normalisation import normalise
from tomoiki.text.tokens import MOST, reading, terms, tokenise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("子ども食堂", "こども食堂"),
        ("子ども食堂", "子供食堂"),
        ("打合せ", "打ち合わせ"),
        ("サーバ", "サーバー"),
        ("パントリ", "パントリー"),
        ("障がい", "障害"),
        ("車いす", "車椅子"),
        ("引越", "引っ越し"),
        ("手伝い", "手伝う"),
        ("見守り", "見守る"),
        ("ﾎﾞﾗﾝﾃｨｱ", "ボランティア"),
        ("ＳＮＳ", "sns"),
        ("茅ヶ崎", "茅ケ崎"),
        ("子どもたち", "子ども"),
        ("ご利用", "利用"),
        ("お店", "店"),
        ("ゴミ拾い", "ごみ拾い"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    "inflected", ["使いたい", "使わせてもらえる", "使える", "使った", "使います", "使ってください"]
)
def test_inflected_verbs_are_their_plain_form(inflected: str) -> None:
    assert terms(inflected) == ["使う"]


def test_helping_words_say_nothing() -> None:
    assert terms("会議室を貸していただけることになりました。") == ["会議室", "貸す"]


def test_letters_of_another_word_are_no_word() -> None:
    assert "京都" not in terms("東京都の会社です")
    assert "本" not in terms("日本の手本")


def test_a_listed_word_is_one_wherever_it_stands() -> None:
    assert "見守る" in terms("見守りをしてくれる人")
    assert "見守る" in terms("見守り")


def test_places_are_counted_in_the_normalised_text() -> None:
    text = "ＡＢＣ　会議室を\n使う"
    normal = normalise(text)

    for token in tokenise(text):
        assert normal[token.start : token.end] == token.surface


@given(st.text(max_size=60))
def test_any_text_is_read_without_loss(text: str) -> None:
    assert "".join(token.surface for token in tokenise(text)) == normalise(text)


def test_a_very_long_text_is_cut_and_not_refused() -> None:
    assert tokenise("長" * (MOST * 2))[-1].end == MOST


def test_how_words_are_read() -> None:
    assert reading("手話通訳") == "シュワツウヤク"


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"会議室を{number}回使わせてもらえる" for number in range(40)]
    alone = [terms(text) for text in texts]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(terms, texts)) == alone


def test_importing_loads_no_dictionary() -> None:
    code = "import sys; import tomoiki.text.tokens; sys.exit('sudachipy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
