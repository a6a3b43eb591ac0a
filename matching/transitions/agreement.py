"""What an agreement takes from the posts of those who made it, and what its early end gives back."""

from django.utils import timezone

from matching.enums import PausedBy, PostState
from matching.enums.doors import Purpose
from matching.freshness import mark_stale
from matching.models import Introduction, Participant, Post
from matching.notices.favourites import News, about_room
from matching.transitions.bystanders import settle_elsewhere
from matching.transitions.giving import tell_favourites
from members.enums import OrganisationState
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError

#: Posts that may still be used: what expired was asked for while it stood on the board.
USABLE = frozenset({PostState.PUBLISHED, PostState.PAUSED, PostState.EXPIRED})


def take_quantities(introduction: Introduction, *, actor: Actor) -> None:
    """Take from each participant's post, all locked, what this agreement uses of it.

    A post of which nothing is left becomes fulfilled, and others who wait for it are told.
    """
    sides = introduction.together()
    for side in sides:
        if side.speaks.state != OrganisationState.APPROVED or side.organisation.state != OrganisationState.APPROVED:
            raise TransitionError(
                "partner_not_active",
                f"{side.speaks}は今、登録済みの状態ではないため、進められません。事務局へご相談ください。",
            )
    if introduction.purpose != Purpose.HELP:
        return
    amounts = {side.pk: _amount(side, sides) for side in sides}
    for side in sides:
        _take_for(side, amounts[side.pk], introduction, actor=actor)


def take_for_newcomer(introduction: Introduction, side: Participant, *, actor: Actor) -> None:
    """Take from the locked post of ``side``, which joined those who had agreed already, what it brings."""
    if side.speaks.state != OrganisationState.APPROVED:
        raise TransitionError(
            "partner_not_active",
            f"{side.speaks}は今、登録済みの状態ではないため、進められません。事務局へご相談ください。",
        )
    if introduction.purpose != Purpose.HELP:
        return
    # What it said counts; what those before it took was theirs.
    _take_for(side, _amount(side, [side]), introduction, actor=actor)


def _take_for(side: Participant, amount: int | None, introduction: Introduction, *, actor: Actor) -> None:
    if side.post is None:
        return
    # Also where the post counts nothing: a number there would be given back without having been taken.
    side.quantity = amount
    side.save(update_fields=["quantity"])
    if amount is not None:
        _take(side.post, amount, introduction, actor=actor)


def _amount(side: Participant, sides: list[Participant]) -> int | None:
    """How much of ``side``'s post the agreement uses; None when the post counts nothing.

    What was said for this side counts, else what those across from it said in the same unit, else as much as both
    sides have left, else all that is left.
    """
    post = side.post
    if post is None:
        return None
    if post.state not in USABLE:
        raise TransitionError("post_not_open", f"「{post}」は、もう受け付けていません。")
    left = post.quantity_left
    if left is None:
        return None
    if left == 0:
        raise TransitionError("nothing_left", f"「{post}」は、すでにすべて決まっています。")
    if side.quantity is not None:
        return min(side.quantity, left)
    across = [other for other in sides if other.side != side.side and _same_unit(other.post, post)]
    said = [other.quantity for other in across if other.quantity is not None]
    offered = [other.post.quantity_left for other in across if other.post and other.post.quantity_left]
    # Several may bring their share.
    return min(left, sum(said or offered) or left)


def _same_unit(other: Post | None, post: Post) -> bool:
    """A side without a post of its own speaks in the unit of the post it answered."""
    return other is None or (other.quantity is not None and other.unit == post.unit)


def _take(post: Post, amount: int, introduction: Introduction, *, actor: Actor) -> None:
    before = post.state
    post.quantity_taken += amount
    fields = ["quantity_taken", "updated_at"]
    full = post.quantity_left == 0 and post.state != PostState.EXPIRED
    if full:
        post.state = PostState.FULFILLED
        post.paused_by = ""
        post.ended_at = timezone.now()
        fields += ["state", "paused_by", "ended_at"]
    post.save(update_fields=fields)
    mark_stale(post)
    audit.record(
        post,
        "post.fulfilled" if full else "post.quantity_taken",
        actor=actor,
        before=before,
        codes={"amount": amount, "introduction": introduction.pk},
    )
    if full:
        tell_favourites(post, News.OVER)
    if post.quantity_left == 0:
        settle_elsewhere(post, actor=actor, but=introduction)


def give_quantities_back(introduction: Introduction, *, actor: Actor) -> None:
    """Undo ``take_quantities``: a post that was all taken opens again, unless its time is over."""
    for side in introduction.together():
        give_back_of(side, introduction, actor=actor)


def give_back_of(side: Participant, introduction: Introduction, *, actor: Actor) -> None:
    """Give back what one side brought; of what was not for help nothing was taken."""
    if introduction.purpose != Purpose.HELP:
        return
    if side.post is not None and side.post.quantity is not None and side.quantity:
        _give_back(side.post, side.quantity, introduction, actor=actor)


def _give_back(post: Post, amount: int, introduction: Introduction, *, actor: Actor) -> None:
    before = post.state
    # An owner who said "enough" with something left meant it.
    was_full = post.quantity_left == 0
    post.quantity_taken = max(0, post.quantity_taken - amount)
    fields = ["quantity_taken", "updated_at"]
    if before == PostState.FULFILLED and was_full:
        fields += _reopen(post)
    post.save(update_fields=fields)
    mark_stale(post)
    audit.record(
        post,
        "post.reopened" if post.state != before else "post.quantity_given_back",
        actor=actor,
        before=before,
        codes={"amount": amount, "introduction": introduction.pk},
    )
    if post.state != before and post.is_open:
        tell_favourites(post, News.REOPENED, event=about_room(introduction))


def _reopen(post: Post) -> list[str]:
    """Set the state of a fulfilled post that has something left again; return the names of what changed."""
    if post.expires_at is not None and post.expires_at <= timezone.now():
        post.state = PostState.EXPIRED
    elif post.organisation.state == OrganisationState.SUSPENDED:
        post.state, post.paused_by = PostState.PAUSED, PausedBy.SUSPENSION
    elif post.organisation.state == OrganisationState.APPROVED:
        post.state = PostState.PUBLISHED
    else:
        return []
    post.ended_at = post.ended_at if post.state == PostState.EXPIRED else None
    return ["state", "paused_by", "ended_at"]
