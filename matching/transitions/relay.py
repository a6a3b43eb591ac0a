"""What holds for posts that a desk writes for a group without an account."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching.enums import PostState
from matching.models import Post
from members.models import RelayedGroup
from tomoiki.workflow import TransitionError

#: For whom a post is, and that they said yes to it.
RELAY = ("on_behalf_of", "group_agreed_by", "group_agreed_on", "group_named")
#: Until when a post may still be given to another group: afterwards others have read whose it is.
_UNREAD = frozenset({PostState.DRAFT, PostState.RETURNED})
_NO_AGREEMENT: dict[str, Any] = {"group_agreed_by": "", "group_agreed_on": None, "group_named": False}


def tidy_agreement(post: Post, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """``data`` without an agreement that would be nobody's."""
    group = data.get("on_behalf_of", post.on_behalf_of)
    if group is None and set(data) & set(RELAY):
        return {**data, **_NO_AGREEMENT}
    return data


def check_group(post: Post, changed: Collection[str]) -> None:
    """Raise unless ``post``, on which ``changed`` is set already, may be for the group it names."""
    group = post.on_behalf_of
    if "on_behalf_of" in changed:
        if post.state not in _UNREAD:
            raise TransitionError(
                "group_is_settled",
                "だれの掲載かは、提出したあとは変えられません。取り下げてから、新しく書いてください。",
            )
        if group is not None:
            require_group_of(post, group)
    day = post.group_agreed_on
    if "group_agreed_on" in changed and day is not None and day > timezone.localdate():
        raise ValidationError({"group_agreed_on": "これからの日は入れられません。承諾をもらった日を入力してください。"})
    if post.state != PostState.DRAFT:
        require_agreement(post)


def require_group_of(post: Post, group: RelayedGroup) -> None:
    """Raise unless ``group`` is one that the post's organisation speaks for now."""
    if group.desk_id != post.organisation_id or not post.organisation.is_desk:
        raise PermissionDenied("somebody else's group")
    if not group.active:
        raise ValidationError({"on_behalf_of": "この団体は一覧から外れています。一覧に戻してから選んでください。"})


def require_agreement(post: Post) -> None:
    """Raise ``ValidationError`` by field unless the group that a post is for agreed to it, on a day that is known."""
    if post.on_behalf_of is None:
        return
    missing = {}
    if not post.group_agreed_by:
        missing["group_agreed_by"] = "団体の承諾を、どのようにもらったかを選んでください。"
    if post.group_agreed_on is None:
        missing["group_agreed_on"] = "団体の承諾を、いつもらったかを入力してください。"
    if missing:
        raise ValidationError(missing)
