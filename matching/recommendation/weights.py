"""How much each sign of a fit counts: the one place where this is decided, and why.

Each feature (``features.py``) answers between -1 (speaks against) and 1 (speaks for), or nothing where nobody said
anything; its answer times its weight is added to a pair's score. Change a number, then run
``manage.py evaluate_matching`` and compare with the table in docs/recommendation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Weights:
    # The wrong kind is no help however near it is: a need for a room is not met by vegetables.
    kind: float = 6.0
    # Who is far cannot come every week. How much that matters depends on the kind, see ``area_by_kind``.
    area: float = 2.8
    # Which weekdays, hours and months: an offer that never meets the need's time is none.
    weekdays: float = 3.0
    hours: float = 2.0
    dates: float = 1.2
    # A room for 20 does not hold 30; part of the rice is still rice.
    quantity: float = 1.2
    # What both say they are for. Offers seldom say it, so that its absence means nothing.
    themes: float = 1.0
    skills: float = 2.0
    # Facilities, cold chain, who carries, allergens: what the form of the kind asked.
    requirements: float = 1.2
    # A need that looks for 「研究者」 or 「新聞」 and finds a university or a paper.
    partner: float = 0.6
    # The same rare words, and the same topics in other words.
    words: float = 2.0
    topics: float = 3.0
    # 「飲食はできません」 to whoever wants to eat there.
    refused: float = 1.0
    # 「試食会の参加者を募集」 shares every word with a need for food and gives none.
    seeks: float = 2.5
    # Meaning by embeddings: finds what no list of words does. Its answers lie between -0.4 and 0.8, seldom at 1.
    meaning: float = 11.5
    #: What words, topics and meaning can give together. A text that says the very same is hardly better than one that
    #: means the same, and must not make up for a place or a day that does not fit.
    text_at_most: float = 8.0
    # Whoever waits long or was never helped comes first among equals; never before who fits better.
    waiting: float = 0.3
    never_helped: float = 0.3
    #: The sum at which a score is 50: of the pairs that people named, 99 in 100 lie above it, and of the others one
    #: or two for each need.
    middle: float = 9.5
    #: How much nearness matters; what is done online or by post matters less.
    area_by_kind: Mapping[str, float] = field(
        default_factory=lambda: {
            "place": 1.0,
            "hands": 1.0,
            "transport": 1.0,
            "food": 0.9,
            "goods": 0.9,
            "publicity": 0.8,
            "work": 0.7,
            "partnership": 0.3,
            "skill": 0.5,
            "expertise": 0.3,
            "funding": 0.3,
            "other": 0.8,
        }
    )
    #: What was only read from the text counts this much of what a field says.
    read_from_text: float = 0.4
    #: Of a kind that was guessed still less: one guess in eight is wrong, and meaning knows most of it already.
    guessed_kind: float = 0.2


WEIGHTS = Weights()

#: (needed, offered) -> how far the one answers the other; the same kind is 1, every other pair 0.
SUBSTITUTES: Mapping[tuple[str, str], float] = {
    ("food", "goods"): 0.3,
    ("goods", "food"): 0.3,
    # Who carries: a need for food that nobody can fetch is helped by a car, and a lift by somebody who walks along.
    ("transport", "hands"): 0.3,
    ("hands", "transport"): 0.2,
    ("skill", "expertise"): 0.4,
    ("expertise", "skill"): 0.4,
    ("skill", "hands"): 0.3,
    ("hands", "skill"): 0.3,
    ("publicity", "skill"): 0.3,
    ("skill", "publicity"): 0.1,
    ("funding", "goods"): 0.1,
    ("expertise", "partnership"): 0.4,
    ("partnership", "expertise"): 0.5,
    ("partnership", "work"): 0.3,
    ("work", "partnership"): 0.3,
    ("partnership", "skill"): 0.2,
    ("partnership", "place"): 0.2,
    ("partnership", "funding"): 0.2,
    ("work", "hands"): 0.1,
}
#: 「その他」 may be anything.
OTHER_MAY_BE = 0.4
