"""Search in Japanese, without a database: how a text is indexed, how a question is read, what is a hit, in what order.

The board stores what ``index_terms`` says and translates ``Query.condition`` into its own tongue; ``evaluate_search``
asks the same conditions of texts in memory.
"""

from matching.search.conditions import And, Anything, Condition, Has, Holds, Not, Or, holds_of, matches
from matching.search.highlighting import highlight
from matching.search.indexing import Texts, index_terms, normalised_text
from matching.search.query import Query
from matching.search.reading import parse_query
from matching.search.scoring import Found, score
from matching.search.suggesting import Vocabulary, corrected, suggest

__all__ = [
    "And",
    "Anything",
    "Condition",
    "Found",
    "Has",
    "Holds",
    "Not",
    "Or",
    "Query",
    "Texts",
    "Vocabulary",
    "corrected",
    "highlight",
    "holds_of",
    "index_terms",
    "matches",
    "normalised_text",
    "parse_query",
    "score",
    "suggest",
]
