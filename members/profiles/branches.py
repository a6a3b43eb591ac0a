"""The rows of an organisation's branches, as a form or an import hands them over."""

from dataclasses import dataclass

from tomoiki.places.models import Municipality

#: Whoever has more names them by municipality: 藤沢市内の5店舗.
MOST_BRANCHES = 60


@dataclass(frozen=True)
class BranchRow:
    """One branch, in the order of the page; ``pk`` of the one it was, None for a new one."""

    name: str
    municipality: Municipality
    note: str = ""
    pk: int | None = None
