"""The search without a database: what is a hit, what is none, and that no question breaks it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.search import Texts, highlight, index_terms, matches, normalised_text, parse_query
from tomoiki.text.normalisation import normalise
from tomoiki.text.synonyms import Synonyms

SHIPPED = Synonyms.shipped()
NONE = Synonyms.none()


def hit(question: str, title: str, body: str = "", *, labels: tuple[str, ...] = (), asks: bool = False) -> bool:
    texts = Texts(title, body, labels, asks)
    query = parse_query(question, SHIPPED)
    return matches(query.condition, set(index_terms(texts, SHIPPED)), normalised_text(texts))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("手話", "手話サークルの集まり"),
        ("こども食堂", "子供食堂を開きます"),
        ("打ち合わせ", "打合せに使う部屋"),
        ("サーバー", "サーバの入れ替え"),
        ("社協", "社会福祉協議会の方へ"),
        ("町内会", "自治会のお祭り"),
        ("空きスペース", "空き部屋があります"),
        ("使いたい", "会議室を使わせてもらえます"),
        ("会議室を使いたい", "会議室を貸します"),
        ("会議", "会議室を貸します"),
        ("車", "ワゴン車を貸します"),
        ("店", "お店の一角"),
        ("福祉施設", "高齢者福祉施設です"),
        ("手話通訳", "手話の通訳をします"),
        ("ごみ拾い", "ゴミを拾う会"),
        ("食品", "お米を差し上げます"),
        ("ﾎﾞﾗﾝﾃｨｱ", "ボランティアの会"),
        ("会議室　夜", "夜に会議室を貸します"),
        ("“夜に会議室”", "夜に会議室を貸します"),
        ("「夜に会議室」", "夜に会議室を貸します"),
        ("＂夜に会議室＂", "夜に会議室を貸します"),
        ("30人", "定員は30人です"),
        ("３０人", "定員は30人です"),
        ("みかん または りんご", "りんごを配ります"),
        ("みかん OR りんご", "りんごを配ります"),
        ("バリアフリー", "段差のない入口です"),
        ("段差のない部屋", "段差のない部屋をさがしています"),
    ],
)
def test_a_text_about_it_is_a_hit(question: str, text: str) -> None:
    assert hit(question, text)
    assert hit(question, "お知らせ", text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("京都", "東京都の会社"),
        ("本", "鉛筆が8本あります"),
        ("本", "日本の暮らし"),
        ("車", "車椅子を貸します"),
        ("ペン", "ペンキを塗ります"),
        ("バス", "バスケットの練習"),
        ("パン", "パンフレットを作ります"),
        ("米", "米国から来ました"),
        ("子ども食堂", "子どもの会を、社員食堂で"),
        ("駐車場", "駐車場はありません"),
        ("手話通訳", "手話通訳は不要です"),
        ("食品", "食品以外の寄付をお待ちしています"),
        ("「駐車場」", "駐車場はありません"),
        ("猫", "犬だけ。猫は扱っていません"),
        ("会議室 -夜", "夜に会議室を貸します"),
        ("会議室　－夜", "夜に会議室を貸します"),
        ("会議室 −夜", "夜に会議室を貸します"),
        ("会議室 ー夜", "夜に会議室を貸します"),
        ("会議室 夜以外", "夜に会議室を貸します"),
        ("会議室 -「夜に」", "夜に会議室を貸します"),
        ("会議室 印刷", "夜に会議室を貸します"),
        ("「会議室を夜」", "夜に会議室を貸します"),
    ],
)
def test_chance_letters_denials_and_what_was_left_out_are_none(question: str, text: str) -> None:
    assert not hit(question, text)


def test_what_a_text_denies_is_not_left_out_either() -> None:
    assert hit("食品 -冷凍", "食品を運びます", "冷凍品は扱っていません。")


def test_what_is_said_elsewhere_in_the_text_is_not_denied() -> None:
    assert hit("駐車場", "駐車場を貸します", "夜は駐車場は使えません。")


def test_a_lack_is_what_a_need_is_about() -> None:
    assert hit("保管場所", "保管場所がありません", asks=True)
    assert not hit("保管場所", "お米を届けます", "保管場所がありません。", asks=False)


def test_a_phrase_that_is_itself_a_denial_is_found() -> None:
    assert hit("「駐車場はありません」", "会場", "駐車場はありません。")


def test_labels_around_a_text_are_found_too() -> None:
    assert hit("藤沢市", "会議室を貸します", labels=("場所", "藤沢市"))
    assert not hit("藤沢市", "会議室を貸します", labels=("場所", "厚木市"))


def test_leaving_out_one_word_keeps_its_synonyms() -> None:
    assert hit("祭り -盆踊り", "秋祭りの手伝い")
    assert not hit("祭り -盆踊り", "盆踊りの手伝い")


# --- compared with an oracle that knows which words a text was made of ---

WORDS = ["会議室", "手話", "畑", "トラック", "絵本", "弁当", "ピアノ", "体操", "防災", "通訳"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6, unique=True)
chosen = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)


def found(question: str, words: list[str], glue: str = "と、") -> bool:
    text = Texts(glue.join(words))
    query = parse_query(question, NONE)
    return matches(query.condition, set(index_terms(text, NONE)), normalised_text(text))


@settings(max_examples=150, deadline=None)
@given(texts, chosen)
def test_all_words_are_asked_for(words: list[str], asked: list[str]) -> None:
    assert found(" ".join(asked), words) == set(asked).issubset(words)


@settings(max_examples=150, deadline=None)
@given(texts, chosen, st.sampled_from(WORDS), st.sampled_from("-－−ー"))
def test_no_word_that_was_left_out(words: list[str], asked: list[str], out: str, minus: str) -> None:
    expected = set(asked).issubset(words) and out not in words

    assert found(f"{'　'.join(asked)} {minus}{out}", words) == expected


@settings(max_examples=150, deadline=None)
@given(texts, st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_either_of_two(words: list[str], one: str, other: str) -> None:
    assert found(f"{one} OR {other}", words) == bool({one, other} & set(words))


@settings(max_examples=150, deadline=None)
@given(texts.filter(lambda words: len(words) > 1), st.data(), st.sampled_from(["「」", "『』", "“”", '""', "＂＂"]))
def test_a_phrase_stands_as_it_is(words: list[str], data: st.DataObject, quotes: str) -> None:
    line = normalise("を、".join(words))
    start = data.draw(st.integers(0, len(line) - 2))
    piece = line[start : data.draw(st.integers(start + 2, len(line)))]
    elsewhere = data.draw(texts)

    assert found(f"{quotes[0]}{piece}{quotes[1]}", words, "を、")
    assert found(f"{quotes[0]}{piece}{quotes[1]}", elsewhere, "を、") == (piece in normalise("を、".join(elsewhere)))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="「」“”\"'-－ー 　OR|会議室は以外を除く1９", max_size=20))
def test_no_question_breaks_it(question: str) -> None:
    query = parse_query(question, SHIPPED)

    matches(query.condition, {"w:会議室"}, "会議室") if not query.empty else None
    if query.looser is not None:
        matches(query.looser, {"w:会議室"}, "会議室")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_terms_are_sorted_once_each_and_always_the_same(title: str, body: str) -> None:
    terms = index_terms(Texts(title, body), SHIPPED)

    assert terms == sorted(set(terms))
    assert terms == index_terms(Texts(title, body), SHIPPED)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.text(max_size=10))
def test_marking_changes_no_letter(text: str, question: str) -> None:
    pieces = highlight(text, parse_query(question, SHIPPED), SHIPPED)

    assert "".join(piece for piece, _ in pieces) == text


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("会議室を使わせてもらえます", "会議室　使いたい", ["会議室", "使わ"]),
        ("子供食堂の会場", "こども食堂", ["子供食堂"]),
        ("自治会の夏祭り", "町内会", ["自治会"]),
        ("東京都の京都展", "京都", ["京都"]),
        ("ＡＢＣのﾎﾞﾗﾝﾃｨｱ募集", "ボランティア", ["ﾎﾞﾗﾝﾃｨｱ"]),
        ("駐車場はありません。駐車場の隣です", "駐車場", ["駐車場"]),
        ("夜に会議室を貸します", "「会議室を貸」", ["会議室を貸"]),
    ],
)
def test_hits_are_marked_as_they_stand(text: str, question: str, marked: list[str]) -> None:
    pieces = highlight(text, parse_query(question, SHIPPED), SHIPPED)

    assert [piece for piece, is_hit in pieces if is_hit] == marked
