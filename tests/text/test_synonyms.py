"""Groups of words: equal ones find each other, broader ones find narrower ones and not the reverse."""

import pytest

from tomoiki.text.synonyms import BROADER, Group, Synonyms, key_of, read_groups, spoken
from tomoiki.text.tokens import tokenise


def groups_of(text: str, synonyms: Synonyms) -> set[str]:
    return {group for _, _, group in synonyms.found_in(spoken(tokenise(text)))}


def finds(question: str, text: str, synonyms: Synonyms) -> bool:
    return bool(set(synonyms.asked_for(question)) & groups_of(text, synonyms))


EQUAL = Synonyms([Group(("社協", "社会福祉協議会")), Group(("空き部屋", "空きスペース"))])
FOOD = Synonyms([Group(("食品", "米", "野菜"), BROADER), Group(("米", "ライス")), Group(("野菜", "大根"), BROADER)])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("社協", "市の社会福祉協議会です"),
        ("社会福祉協議会", "社協の方へ"),
        ("空き部屋", "空きスペースがあります"),
        ("空きスペース", "空き部屋のある家"),
    ],
)
def test_equal_words_find_each_other(question: str, text: str) -> None:
    assert finds(question, text, EQUAL)


def test_a_broader_word_finds_the_narrower_and_what_is_equal_to_it() -> None:
    assert finds("食品", "お米を10キロ", FOOD)
    assert finds("食品", "ライスを10キロ", FOOD)
    assert finds("食品", "大根が3本", FOOD)


def test_a_narrower_word_does_not_find_the_broader_or_its_siblings() -> None:
    assert not finds("米", "食品をください", FOOD)
    assert not finds("米", "野菜をください", FOOD)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("不登校", "学校に行けない子のための部屋"),
        ("バリアフリー", "段差のない入口"),
        ("外国籍", "外国にルーツのある子ども"),
        ("草刈り", "草を刈ってくれる人"),
        ("町内会", "自治会の夏祭り"),
        ("簿記", "経理の仕事"),
    ],
)
def test_shipped_groups_know_ways_of_saying_it(question: str, text: str) -> None:
    assert finds(question, text, Synonyms.shipped())


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("犬", "猫を飼っています"),
        ("手話", "手紙を書く"),
        ("居場所", "会場の場所"),
        ("本", "鉛筆が8本"),
        ("紙", "折り紙の会"),
    ],
)
def test_shipped_groups_keep_apart_what_only_looks_alike(question: str, text: str) -> None:
    assert not finds(question, text, Synonyms.shipped())


def test_the_version_follows_the_groups_and_not_their_order() -> None:
    one = Synonyms([Group(("社協", "社会福祉協議会")), Group(("町内会", "自治会"))])
    same = Synonyms([Group(("町内会", "自治会")), Group(("社協", "社会福祉協議会"), note="略称")])
    other = Synonyms([Group(("社協", "社会福祉協議会"))])

    assert one.version() == same.version() != other.version()


def test_every_shipped_word_is_of_use() -> None:
    groups = read_groups()
    codes = [(group.direction, group.words[0]) for group in groups]

    assert len(groups) > 300
    assert len(set(codes)) == len(codes)
    for group in groups:
        keys = [key_of(word) for word in group.words]
        assert all(keys), group
        assert len(set(keys)) == len(keys) > 1, group
        assert max(map(len, group.words)) <= 40


def test_what_a_word_finds_is_told() -> None:
    assert EQUAL.found_by("社協") == ["社会福祉協議会"]
    assert set(FOOD.found_by("食品")) == {"米", "野菜", "ライス", "大根"}
    assert FOOD.found_by("米") == ["ライス"]
    assert Synonyms.none().found_by("米") == []
