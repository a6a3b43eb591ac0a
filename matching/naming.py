"""By which name visitors read whose post it is.

An organisation that is not listed publicly is named to those who belong to the consortium only, on its posts too.
"""

from collections.abc import Iterable

from matching.models import Post
from members.models import Organisation
from members.models.organisation import Visitor

UNNAMED = "登録団体（名前は登録団体の方だけに見えます）"


class Names:
    """Whose posts these are, as ``viewer`` may read it; a query only when one of them is not for everybody."""

    def __init__(self, viewer: Visitor, posts: Iterable[Post]) -> None:
        listed = all(post.organisation.listed_publicly for post in posts)
        self._all = listed or _belongs(viewer)

    def of(self, post: Post) -> str:
        return post.who if self._all or post.organisation.listed_publicly else UNNAMED


def _belongs(viewer: Visitor) -> bool:
    """Whether ``viewer`` is somebody of the office or of an organisation in good standing."""
    if not viewer.is_authenticated:
        return False
    return bool(viewer.is_staff) or Organisation.objects.active().of(viewer).exists()
