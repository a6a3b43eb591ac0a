"""Answers to a resource's questions, made up by Hypothesis, and how a browser would send them."""

import string
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from hypothesis import strategies as st

from matching.resources import ResourceKind
from matching.resources.details import AnyOf, Day, Detail, Number, OneOf, Passage, Tick
from tomoiki.vocabulary.lists import vocabularies

#: Words as people type them, with what a text field takes away.
TEXTS = st.text(alphabet=string.ascii_letters + "あいうカキク漢字・、（）１２3 ", min_size=1, max_size=20)


def codes_of(detail: AnyOf) -> list[str]:
    if detail.options is not None:
        return list(detail.options)
    return [code for code, _, _ in vocabularies.get(detail.vocabulary).defaults]  # type: ignore[union-attr]


def answer(detail: Detail, direction: str) -> st.SearchStrategy[Any]:
    """Something that the question takes, as it is stored."""
    match detail:
        case AnyOf():
            return st.lists(st.sampled_from(codes_of(detail)), min_size=1, unique=True)
        case OneOf():
            return st.sampled_from(list(detail.labels(direction)))
        case Number():
            return st.integers(detail.least, detail.most)
        case Day():
            return st.dates(date(2026, 1, 1), date(2040, 12, 31)).map(date.isoformat)
        case Tick():
            return st.just(True)
        case Passage():
            return TEXTS.map(str.strip).filter(bool)
    raise LookupError(detail)


def answers(kind: ResourceKind, direction: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the questions answered, columns and details alike."""
    return st.fixed_dictionaries({}, optional={each.code: answer(each, direction) for each in kind.asked(direction)})


def split(kind: ResourceKind, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """``given`` as (columns, details)."""
    columns = {code: value for code, value in given.items() if code in kind.columns()}
    return columns, {code: value for code, value in given.items() if code not in columns}


def sent(kind: ResourceKind, given: Mapping[str, Any], query: QueryDict | None = None) -> QueryDict:
    """``given`` as the form sends it."""
    query = QueryDict(mutable=True) if query is None else query
    for code, value in given.items():
        if isinstance(value, list):
            query.setlist(kind.named(code), value)
        else:
            query[kind.named(code)] = "on" if value is True else str(value)
    return query
