"""Search for a piece of text of any length, by an index of its letters and pairs of letters."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Lookup, Q, TextField
from django.db.models.sql.compiler import SQLCompiler

from tomoiki.text.searching import grams, spellings


def grams_of(field: str) -> Func:
    """The letters and pairs of letters of a column, for ``GinIndex(grams_of("search_text"), ...)``."""
    return Func(F(field), function="text_grams", output_field=ArrayField(TextField()))


def in_any_spelling(question: str, *words: str) -> Q:
    """``question`` for any of ``words`` in any of its spellings; ``question`` is a lookup like ``name__icontains``."""
    found = Q()
    for spelling in dict.fromkeys(each for word in words if word for each in spellings(word)):
        found |= Q(**{question: spelling})
    return found


@TextField.register_lookup
class Holds(Lookup[str]):
    """``search_text__holds="畑"``: whether the text has this piece in it.

    As ``contains``, but quick for one and two characters too, where an index of ``grams_of`` exists. Only normalised
    text finds normalised text: take the words from ``split_words``.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        word = str(self.rhs)
        pattern = f"%{connection.ops.prep_for_like_query(word)}%"
        # The pairs lead through the index; LIKE asks whether they stand together, and is cheap where none is used.
        return (
            f"({column} LIKE %s AND text_grams({column}) @> %s::text[])",
            [*parameters, pattern, *parameters, grams(word)],
        )
