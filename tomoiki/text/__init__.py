"""Japanese text: functions only, no models.

``normalise`` and its siblings give one spelling for many; ``split_words``, ``spellings`` and ``search_text`` serve
keyword search.
"""

from tomoiki.text.normalisation import (
    clean,
    half_width_digits,
    normalise,
    normalise_name,
    to_katakana,
)
from tomoiki.text.searching import search_text, spellings, split_words

__all__ = [
    "clean",
    "half_width_digits",
    "normalise",
    "normalise_name",
    "search_text",
    "spellings",
    "split_words",
    "to_katakana",
]
