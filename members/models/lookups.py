"""What two spellings of one telephone number, address or website have in common, as the database computes it.

The indexes of the models and the queries of ``members.duplicates`` name the same expressions, so that they meet.
"""

from django.db.models import Case, F, Func, IntegerField, TextField, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce, Collate, Lower, NullIf


def digits_of(field: str) -> Func:
    """The digits of a telephone number, whatever stands between them."""
    return Func(F(field), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")


def domain_of(field: str) -> Func:
    """What follows the @ of a mail address."""
    return Func(F(field), Value("@"), Value(2), function="split_part", output_field=TextField())


def host_of(field: str) -> Func:
    """The host of a web address, in lower case and without www."""
    return Lower(Func(F(field), Value("^[a-zA-Z]+://(?:www[.])?([^/:?#]+)"), function="substring"))


def kana_order() -> Collate:
    """By what a list in the order of readings is sorted: the reading, else the name; the same on every server."""
    return Collate(Coalesce(NullIf("name_kana", Value("")), "name_normalised"), "C")


def office_order() -> tuple[Combinable | OrderBy, ...]:
    """The office's list: applications first, the longest waiting on top; then the newest members."""
    return (
        Case(When(state="applied", then=Value(0)), default=Value(1), output_field=IntegerField()),
        Case(When(state="applied", then=F("applied_at"))),
        F("approved_at").desc(nulls_last=True),
        F("id").desc(),
    )
