"""Which offers suit a need and which needs an offer, and why: plain values in, a ranking out.

Nothing here reads the database or asks a server; vectors come with the cases. ``rank`` is what pages, tasks and
``manage.py evaluate_matching`` call; the weights stand in ``weights.py``, the whole is told in docs/recommendation.md.
"""

from matching.recommendation.assignment import Demand, Pair, Proposal, Supply, assign, assign_greedily
from matching.recommendation.cases import Case
from matching.recommendation.corpus import Corpus
from matching.recommendation.meaning import meaning_of, text_of
from matching.recommendation.ranking import WORTH_SHOWING, Scored, rank
from matching.recommendation.reasons import Reason
from matching.recommendation.terms import terms_of
from matching.recommendation.weights import WEIGHTS, Weights

__all__ = [
    "WEIGHTS",
    "WORTH_SHOWING",
    "Case",
    "Corpus",
    "Demand",
    "Pair",
    "Proposal",
    "Reason",
    "Scored",
    "Supply",
    "Weights",
    "assign",
    "assign_greedily",
    "meaning_of",
    "rank",
    "terms_of",
    "text_of",
]
