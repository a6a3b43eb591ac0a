"""Finding a member by the name that somebody remembers: みどりベーカリー is 株式会社みどりベーカリー."""

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from members.models import Organisation
from tomoiki.text.normalisation import normalise_name

#: So many are named to whoever must choose.
MOST = 5
#: As pg_trgm measures it: 0 has nothing in common, 1 is the same.
ALIKE = 0.3


def members_named(name: str) -> list[Organisation]:
    """Approved organisations of that name, however it is written; the one that is written so exactly alone."""
    core = normalise_name(name)[:160]
    if not core:
        return []
    found = list(Organisation.objects.active().filter(name_normalised=core).order_by("name", "pk")[: MOST + 1])
    exactly = [each for each in found if each.name == name.strip()]
    return exactly if len(exactly) == 1 else found


def members_named_nearly(name: str) -> list[Organisation]:
    """Approved organisations whose names have ``name`` in them or are like it, the likest first."""
    core = normalise_name(name)[:160]
    if len(core) < 2:
        return []
    likeness = TrigramSimilarity("name_normalised", core)
    near = Organisation.objects.active().annotate(likeness=likeness)
    return list(
        near.filter(Q(likeness__gte=ALIKE) | Q(name_normalised__contains=core)).order_by("-likeness", "name", "pk")[
            :MOST
        ]
    )
