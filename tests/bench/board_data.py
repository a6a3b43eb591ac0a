"""Very many posts for the board, written by COPY: words as frequent and as rare as in a real language.

A word's rank decides how often it comes (Zipf); every post also has a few words that hardly any other has. What a
search finds it by is put together of the words' own terms and the pairs of letters between them, as the engine forms
them, but without a morphological analysis of each row.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from django.db import connection
from django.utils import timezone

from matching.enums import Direction, PostState, Resource, Unit, Visibility
from matching.models import Post
from matching.search import Texts, index_terms
from members.models import Organisation, User
from tomoiki.places.models import Municipality
from tomoiki.text.synonyms import Synonyms
from tomoiki.vocabulary.lists import choices

#: Real words and their ranks among the most frequent: what the bench asks for must be as common as it says.
PLACED = {
    0: "活動",
    1: "地域",
    3: "子ども",
    6: "居場所",
    10: "食堂",
    25: "会議室",
    40: "野菜",
    70: "ボランティア",
    100: "送迎",
    150: "手話",
    220: "防災",
    300: "会計",
    500: "読み聞かせ",
    900: "畑",
    2_000: "車いす",
    6_000: "点字",
    15_000: "電子顕微鏡",
    38_000: "捕鯨",
}
#: As frequent as the words at their ranks: used by measurements and tests alike.
COMMON, COMMON_LONG, MIDDLING, SELDOM, RARE, RARE_LONG = "地域", "居場所", "手話", "畑", "捕鯨", "電子顕微鏡"

#: The 2,965 kanji of the first level of JIS, the commonest of the language.
KANJI = "".join(
    bytes((row, cell)).decode("euc_jp")
    for row in range(0xB0, 0xD0)
    for cell in range(0xA1, 0xFF if row < 0xCF else 0xD4)
)
KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニハヒフヘホマミムメモヤユヨラリルレロワンーッャュョ"
JOINTS = ("の", "と", "を", "で", "に", "が", "は", "、", "から", "まで", "する")
FREQUENT, SINGULAR = 40_000, 200_000
DRAWN = 40
BATCH = 5_000


def lexicon(chance: Random) -> tuple[list[str], list[str]]:
    """Words by rank, the most frequent first, and words that hardly anybody uses."""
    made: dict[str, None] = dict.fromkeys(PLACED.values())
    while len(made) < FREQUENT + SINGULAR:
        if chance.random() < 0.25:
            word = "".join(chance.choices(KATAKANA, k=chance.randrange(3, 7)))
        else:
            word = "".join(chance.choices(KANJI, k=chance.choice((2, 2, 2, 3, 4))))
        made.setdefault(word)
    words = [word for word in made if word not in set(PLACED.values())]
    frequent = words[:FREQUENT]
    for rank, word in PLACED.items():
        frequent[rank] = word
    return frequent, words[FREQUENT:]


def pairs(text: str) -> Iterator[str]:
    """The pairs of letters of ``text``."""
    return (text[at : at + 2] for at in range(len(text) - 1))


def _invented_terms(word: str) -> Iterable[str]:
    """What the engine forms of a word that no dictionary knows."""
    return (f"w:{word}", *_grams(word))


def _grams(text: str) -> Iterator[str]:
    return (f"g:{pair}" for pair in pairs(text))


def _engine_terms(text: str, *, label: bool = False) -> frozenset[str]:
    """What the engine itself forms of a real word."""
    texts = Texts("", "", (text,)) if label else Texts("", text)
    return frozenset(index_terms(texts, Synonyms.shipped()))


class Writer:
    """Makes one post after another."""

    def __init__(self, members: Sequence[Organisation]) -> None:
        self.chance = chance = Random(7)
        self.frequent, self.singular = lexicon(chance)
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.frequent))))
        self.terms = {word: frozenset(_invented_terms(word)) for word in self.frequent}
        self.terms |= {word: _engine_terms(word) for word in PLACED.values()}
        self.members = members
        rows = Municipality.objects.selectable().order_by("order", "code")
        self.areas = dict(rows.values_list("code", "name"))
        self.area_weights = [1 / (rank + 3) for rank in range(len(self.areas))]
        self.themes = dict(choices("theme"))
        names = [*self.areas.values(), *self.themes.values(), *Resource.labels, *Direction.labels]
        self.labels = {str(name): _engine_terms(str(name), label=True) for name in names}

    def text(self) -> tuple[str, str, set[str]]:
        """A title, a body, and the terms of both."""
        chance = self.chance
        words = chance.choices(self.frequent, cum_weights=self.weights, k=DRAWN)
        joints = chance.choices(JOINTS, k=DRAWN)
        terms: set[str] = set()
        for word in words:
            terms |= self.terms[word]
        for word in chance.sample(self.singular, 2):
            at = chance.randrange(4, DRAWN)
            words[at] = word
            terms.update(_invented_terms(word))
        terms.update(f"t{term}" for word in words[:3] for term in self.terms[word] if not term.startswith("g:"))
        terms.update(f"+:{a}+{b}" for a, joint, b in zip(words, joints, words[1:], strict=False) if joint == "の")
        title = "".join(map(str.__add__, words[:3], joints[:3]))[:60]
        body = "".join(map(str.__add__, words[3:], joints[3:]))
        terms.update(_grams(title))
        terms.update(_grams(body))
        return title, body, terms

    def rows(self, number: int, author: User, newest: datetime) -> Iterator[list[object]]:
        """``number`` rows for ``COLUMNS``, the oldest first, as they would have been written."""
        chance = self.chance
        until = newest + timedelta(days=120)
        codes = list(self.areas)
        for index in range(number):
            title, body, terms = self.text()
            moment = newest - timedelta(seconds=30 * (number - index))
            # Most of what there is stands on the board; the rest is over.
            state = PostState.PUBLISHED if chance.random() < 0.9 else PostState.EXPIRED
            begins = (newest + timedelta(days=chance.randrange(-30, 90))).date() if chance.random() < 0.5 else None
            areas = [] if chance.random() < 0.1 else chance.choices(codes, self.area_weights, k=1)
            themes = chance.sample(list(self.themes), chance.randrange(1, 4))
            direction, resource = (
                Direction.NEED if index % 2 else Direction.OFFER,
                Resource(chance.choice(Resource.values)),
            )
            labels = [str(direction.label), str(resource.label), *(self.themes[code] for code in themes)]
            labels += [self.areas[code] for code in areas]
            for label in labels:
                terms |= self.labels[label]
            organisation = chance.choice(self.members)
            yield [
                direction.value,
                organisation.pk,
                organisation.kind,
                author.pk,
                resource.value,
                title,
                body,
                _array(themes),
                _array(areas),
                chance.random() < 0.2,
                begins,
                _until(begins, chance),
                _array(str(day) for day in sorted(chance.sample(range(7), chance.choice((0, 0, 2, 5))))),
                chance.randrange(1, 60),
                Unit.PEOPLE.value,
                (Visibility.PUBLIC if chance.random() < 0.9 else Visibility.MEMBERS).value,
                state.value,
                moment,
                until,
                f"{title} {body} {' '.join(labels)}",
                _array(terms),
                moment,
                moment,
            ]


# fmt: off
COLUMNS = (
    "direction", "organisation_id", "organisation_kind", "author_id", "resource", "title", "body", "themes",
    "areas", "online", "available_from", "available_until", "weekdays", "quantity", "unit", "visibility",
    "state", "published_at", "expires_at", "search_text", "search_terms", "created_at", "updated_at",
)
# fmt: on


def _left_out() -> dict[str, str]:
    """What COPY leaves out and may not be NULL: column -> the model's default as SQL."""
    literals = {"": "''", "False": "false", "[]": "'{}'", "{}": "'{}'"}
    return {
        str(field.column): literals.get(str(field.get_default()), f"'{field.get_default()}'")
        for field in Post._meta.concrete_fields
        if field.column not in COLUMNS and not field.null and not field.primary_key
    }


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


def _until(begins: date | None, chance: Random) -> date | None:
    return begins + timedelta(days=chance.randrange(0, 200)) if begins and chance.random() < 0.7 else None


def fill_board(number: int, members: Sequence[Organisation], author: User) -> None:
    """Write ``number`` posts, and the index of terms when they are all there, which is quicker."""
    writer = Writer(members)
    defaults = [f"ALTER COLUMN {name} SET DEFAULT {value}" for name, value in _left_out().items()]
    dropped = [f"ALTER COLUMN {name} DROP DEFAULT" for name in _left_out()]
    index = next(each for each in Post._meta.indexes if each.name == "post_words")
    with connection.schema_editor() as schema:
        schema.remove_index(Post, index)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE matching_post {', '.join(defaults)}")
        with cursor.copy(f"COPY matching_post ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in writer.rows(number, author, timezone.now()):
                copy.write_row(row)
        cursor.execute(f"ALTER TABLE matching_post {', '.join(dropped)}")
        cursor.execute("SET maintenance_work_mem = '256MB'")
    with connection.schema_editor() as schema:
        schema.add_index(Post, index)
