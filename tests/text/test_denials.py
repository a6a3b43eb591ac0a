"""A text that says something is not there is not about it; lack, requests and duties are no denials."""

import pytest

from tests.text.denial_cases import DENIED, NOT_DENIED
from tomoiki.text.denials import denied
from tomoiki.text.tokens import tokenise


def denied_words(text: str, *, asks: bool = False) -> set[str]:
    tokens = tokenise(text)
    return {
        word
        for number in denied(tokens, lack_is_need=asks)
        for word in (tokens[number].lemma, tokens[number].surface, *(unit.lemma for unit in tokens[number].units))
    }


@pytest.mark.parametrize(("text", "word"), DENIED, ids=lambda each: each)
def test_what_is_not_there_is_denied(text: str, word: str) -> None:
    assert any(each.startswith(word) for each in denied_words(text)), denied_words(text)


@pytest.mark.parametrize(("text", "word", "asks"), NOT_DENIED)
def test_what_only_sounds_like_a_denial_is_none(text: str, word: str, asks: bool) -> None:
    assert not any(each.startswith(word) for each in denied_words(text, asks=asks)), denied_words(text, asks=asks)


def test_the_same_words_are_a_lack_in_a_need_and_a_denial_in_an_offer() -> None:
    assert "場所" in denied_words("保管する場所がありません。", asks=False)
    assert "場所" not in denied_words("保管する場所がありません。", asks=True)


def test_nothing_is_denied_in_an_empty_text() -> None:
    assert denied([]) == set()
