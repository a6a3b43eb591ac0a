"""What the board says about a search: hits marked in their cards, words that were meant as well, other questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matching.cards import Card
from matching.enums import Visibility
from matching.filters import BoardFilter
from matching.models import Post
from matching.post_search import bounded_number
from matching.search import Query, Vocabulary, highlight, suggest
from matching.search.indexing import WORD
from tomoiki.text.synonyms import BROADER, Synonyms, key_of
from tomoiki.vocabulary.lists import labels
from tomoiki.web.pagination import number_in_words

#: Letters of a body around the first hit in it.
BEFORE, EXCERPT = 20, 90
#: Of a long body so much is looked through.
LOOKED_THROUGH = 600
#: Up to so many words one is left out at a time; of more, so many are offered alone.
MOST_TOGETHER, MOST_ALONE = 3, 5
#: Words that were meant as well are shown up to this number.
SHOWN_SYNONYMS = 3
#: Whose words a slip may have been: the newest posts', for so many seconds.
KNOWN_POSTS, KNOWN_FOR = 2_000, 3_600


@dataclass(frozen=True)
class FoundCard:
    """A card (its title marked, as ``shown``), and the place in the body where the hit is."""

    card: Card
    shown: Card
    excerpt: SafeString | str = ""

    @property
    def title(self) -> str:
        return self.card.title


@dataclass(frozen=True)
class Suggestion:
    """Another question, the address that asks it, and how much it finds."""

    label: str
    url: str
    number: str = ""


def marked_cards(cards: Iterable[Card], filtered: BoardFilter) -> list[FoundCard]:
    """``cards`` with what the words found marked; without words, as they are."""
    query = filtered.query
    if query is None:
        return [FoundCard(card, card) for card in cards]
    return [_marked(card, query, filtered.synonyms) for card in cards]


def _marked(card: Card, query: Query, synonyms: Synonyms) -> FoundCard:
    shown = replace(card, title=_html(highlight(card.title, query, synonyms)))
    body = highlight(" ".join(card.post.body[:LOOKED_THROUGH].split()), query, synonyms)
    at = 0
    for piece, hit in body:
        if hit:
            return FoundCard(card, shown, _excerpt(body, max(0, at - BEFORE), at + EXCERPT - BEFORE))
        at += len(piece)
    return FoundCard(card, shown)


def _excerpt(pieces: Sequence[tuple[str, bool]], start: int, end: int) -> SafeString:
    """The letters from ``start`` to ``end``, with … where something stands before or after."""
    shown: list[tuple[str, bool]] = []
    at = 0
    for piece, hit in pieces:
        part = piece[max(0, start - at) : max(0, end - at)]
        if part:
            shown.append((part, hit))
        at += len(piece)
    return format_html("{}{}{}", "…" if start else "", _html(shown), "…" if at > end else "")


def _html(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in pieces)
    )


def also_meant(filtered: BoardFilter) -> list[str]:
    """Words that were looked for beside those that were typed: 社会福祉協議会 for 社協."""
    query = filtered.query
    if query is None:
        return []
    groups = _words_of_groups(filtered.synonyms)
    typed = {key_of(clause.text) for clause in query.clauses}
    found = [word for clause in query.clauses for group in clause.groups for word in groups.get(group, ())]
    return [word for word in dict.fromkeys(found) if key_of(word) not in typed][:SHOWN_SYNONYMS]


@lru_cache(maxsize=2)
def _words_of_groups(synonyms: Synonyms) -> Mapping[str, tuple[str, ...]]:
    """The name under which a group is stored -> its words."""
    named = {}
    for group in synonyms.groups:
        key = key_of(group.words[0])
        named[f">{key}" if group.direction == BROADER else key] = group.words
    return named


def slips(filtered: BoardFilter, path: str) -> list[Suggestion]:
    """もしかして: for words that no post knows, known ones that are written or read nearly so."""
    query = filtered.query
    if query is None:
        return []
    found = suggest(query, _known_words(filtered.synonyms), filtered.synonyms, _InPosts())
    return [Suggestion(words, address(filtered.data, path, q=words)) for words in found]


def fewer_words(filtered: BoardFilter, posts: QuerySet[Post], path: str) -> list[Suggestion]:
    """The same question with one word left out, or of many words each alone, where that finds something."""
    query = filtered.query
    words = list(dict.fromkeys(clause.text for clause in query.clauses if not clause.weak)) if query else []
    if len(words) < 2:
        return []
    if len(words) > MOST_TOGETHER:
        return list(_fewer(filtered, posts, path, words[:MOST_ALONE]))
    return list(_fewer(filtered, posts, path, [" ".join(each for each in words if each != word) for word in words]))


def _fewer(filtered: BoardFilter, posts: QuerySet[Post], path: str, questions: Iterable[str]) -> Iterator[Suggestion]:
    for rest in questions:
        data = filtered.data.copy()
        data["q"] = rest
        number = bounded_number(BoardFilter(data, queryset=posts, lists=filtered.lists).qs)
        if number:
            yield Suggestion(f"「{rest}」でさがす", address(filtered.data, path, q=rest), number_in_words(number))


def with_neighbours(filtered: BoardFilter, path: str) -> list[Suggestion]:
    """The same with the municipalities next door, where one was chosen alone."""
    chosen = filtered.form.cleaned_data
    if not chosen.get("area") or chosen.get("nearby"):
        return []
    return [Suggestion("となりの市区町村も入れてさがす", address(filtered.data, path, nearby="on"))]


def address(query: QueryDict, path: str, **changed: str) -> str:
    """``path`` with the conditions of ``query``, some of them changed, from the first page."""
    data = query.copy()
    data.pop("cursor", None)
    for name, value in changed.items():
        data[name] = value
    for key in [key for key, values in data.lists() if not any(values)]:
        del data[key]
    return f"{path}?{data.urlencode()}"


def _for_everybody() -> QuerySet[Post]:
    """Whose words may be offered to whoever asks: a word of members' posts would tell visitors what stands there."""
    return Post.objects.on_board().filter(visibility=Visibility.PUBLIC)


class _InPosts:
    """The terms that stand in posts of the board, each asked when somebody wants to know."""

    def __contains__(self, term: object) -> bool:
        return bool(bounded_number(_for_everybody().filter(search_terms__contains=[term]), 1))


def _known_words(synonyms: Synonyms) -> Vocabulary:
    """Words that a slip may have been meant for: of the synonyms, of the lists, and of the newest posts."""
    key = f"search-vocabulary:{synonyms.version()}"
    words: list[str] | None = cache.get(key)
    if words is None:
        newest = _for_everybody().order_by("-published_at", "-pk").values_list("search_terms", flat=True)
        said = {term.removeprefix(WORD) for terms in newest[:KNOWN_POSTS] for term in terms if term.startswith(WORD)}
        words = [*labels("theme").values(), *sorted(word for word in said if len(word) > 1)]
        cache.set(key, words, KNOWN_FOR)
    return _vocabulary(synonyms, tuple(words))


@lru_cache(maxsize=1)
def _vocabulary(synonyms: Synonyms, words: tuple[str, ...]) -> Vocabulary:
    return Vocabulary.of(synonyms, words)
