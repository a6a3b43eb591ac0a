"""Groups of a desk that may be one and the same: asked before one is put on the list a second time."""

from members.models import Organisation, RelayedGroup
from tomoiki.text.normalisation import normalise_name

MOST = 5


def alike(desk: Organisation, name: str, *, besides: int | None = None) -> list[RelayedGroup]:
    """Those of ``desk`` whose name says the same as ``name`` in another spelling, retired ones included."""
    wanted = normalise_name(name)
    if not wanted:
        return []
    others = RelayedGroup.objects.filter(desk=desk)
    if besides is not None:
        others = others.exclude(pk=besides)
    names = others.order_by("pk").values_list("pk", "name")
    # A desk has some hundreds at most, and a spelling is compared in Python.
    found = [pk for pk, each in names if normalise_name(each) == wanted][:MOST]
    return list(RelayedGroup.objects.filter(pk__in=found).order_by("-active", "pk")) if found else []
