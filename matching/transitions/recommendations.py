"""What people make of a recommendation: they follow it, or say that it does not fit."""

from django.db import transaction

from matching.enums import Direction, Origin
from matching.enums.doors import Purpose
from matching.freshness import mark_stale, mark_stale_of
from matching.models import Introduction, Post, Recommendation, RecommendationDismissal
from matching.models.introduction import IntroductionQuerySet
from matching.transitions.checks import person, reason_in
from matching.transitions.introductions import propose_introduction, respond_to_post
from matching.transitions.locks import lock_owners, lock_posts
from members.models import Organisation
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def follow_recommendation(
    pk: int,
    *,
    own_post: Post,
    on_behalf: Organisation,
    message: str,
    actor: Actor,
    quantity: int | None = None,
) -> Introduction:
    """Raise a hand for what was recommended to ``own_post``, which is brought along; the introduction remembers it.

    Where the two do not stand beside each other any more, it is an ordinary response.
    """
    introduction = respond_to_post(
        pk, on_behalf=on_behalf, message=message, actor=actor, quantity=quantity, post=own_post
    )
    if introduction.origin == Origin.RESPONSE and _recommended(pk, own_post):
        introduction.origin = Origin.RECOMMENDATION
        introduction.save(update_fields=["origin", "updated_at"])
    return introduction


def _recommended(pk: int, own_post: Post) -> bool:
    need, offer = (own_post.pk, pk) if own_post.direction == Direction.NEED else (pk, own_post.pk)
    return Recommendation.objects.filter(need=need, offer=offer).exists()


@transaction.atomic
def accept_proposed_pair(*, need: Post, offer: Post, message: str, actor: Actor) -> Introduction:
    """Staff take one pair of the proposal across the board: it is prepared, and nobody is told yet.

    Accepted twice, or by two at once, it is prepared once. A need that has found somebody else meanwhile is left alone.
    """
    require(actor, "matching.propose_across_board")
    known = _open_pair(need, offer)
    if known is not None:
        return known
    try:
        # The savepoint lets go of nothing but what this would have added.
        with transaction.atomic():
            introduction = propose_introduction(need=need, offer=offer, message=message, actor=actor)
    except TransitionError:
        # A colleague was quicker by a moment; or one of the two raised its hand without bringing its post.
        known = _open_pair(need, offer)
        if known is None:
            raise
        return known
    others = _helping().filter(participants__post=need).exclude(pk=introduction.pk)
    if others.exists():
        raise TransitionError(
            "served_meanwhile",
            f"「{need}」は、ほかの相手とのおつなぎが始まったところです。この組み合わせは、準備しませんでした。",
        )
    return introduction


def _helping() -> IntroductionQuerySet:
    """Those on their way; research and interviews go on beside them."""
    return Introduction.objects.open().filter(purpose=Purpose.HELP)


def _open_pair(need: Post, offer: Post) -> Introduction | None:
    pairs = _helping().filter(participants__post=need).filter(participants__post=offer)
    return pairs.order_by("pk").first()


@transaction.atomic
def dismiss_recommendation(
    pk: int, *, on_behalf: Organisation, actor: Actor, own_post: Post | None = None, reason: str = ""
) -> RecommendationDismissal:
    """``on_behalf`` finds that the post ``pk`` does not fit ``own_post``, or nothing of theirs: it never comes back.

    Said twice (a double click), it is said once; a reason that comes later is added.
    """
    who = person(actor)
    organisation, dismissed, own = _lock(pk, on_behalf, own_post)
    require(actor, "matching.dismiss_recommendation", organisation)
    if dismissed.organisation_id == organisation.pk:
        raise TransitionError("own_post", "自分の団体の掲載です。")
    if own is not None and (own.organisation_id != organisation.pk or own.direction == dismissed.direction):
        raise TransitionError("other_post", "選んだ団体の掲載ではありません。")
    if reason:
        reason_in("not_relevant_reason", reason)
    found, created = RecommendationDismissal.objects.get_or_create(
        organisation=organisation, post=dismissed, own_post=own, defaults={"dismissed_by": who, "reason": reason}
    )
    if not created and (not reason or found.reason == reason):
        return found
    if not created:
        found.reason = reason
        found.save(update_fields=["reason"])
    _record(found, "recommendation.dismissed", actor=actor)
    _look_again(organisation, own)
    return found


@transaction.atomic
def restore_recommendation(pk: int, *, on_behalf: Organisation, actor: Actor, own_post: Post | None = None) -> Post:
    """Take back that the post ``pk`` does not fit: it may be recommended again. Once is enough."""
    organisation, dismissed, own = _lock(pk, on_behalf, own_post)
    require(actor, "matching.dismiss_recommendation", organisation)
    found = RecommendationDismissal.objects.filter(organisation=organisation, post=dismissed, own_post=own).first()
    if found is not None:
        _record(found, "recommendation.restored", actor=actor)
        found.delete()
        _look_again(organisation, own)
    return dismissed


def _lock(pk: int, on_behalf: Organisation, own_post: Post | None) -> tuple[Organisation, Post, Post | None]:
    keys = {pk} | ({own_post.pk} if own_post else set())
    owners = lock_owners(
        lambda: {*Post.objects.filter(pk__in=keys).values_list("organisation", flat=True), on_behalf.pk}
    )
    posts = lock_posts(keys)
    return owners[on_behalf.pk], posts[pk], posts[own_post.pk] if own_post else None


def _record(dismissal: RecommendationDismissal, action: str, *, actor: Actor) -> None:
    """On the post that was judged: the row itself may go."""
    audit.record(
        dismissal.post,
        action,
        actor=actor,
        before=dismissal.post.state,
        codes={
            "organisation": dismissal.organisation_id,
            "own_post": dismissal.own_post_id,
            "reason": dismissal.reason,
        },
    )


def _look_again(organisation: Organisation, own: Post | None) -> None:
    """What was dismissed makes room, and its like may sink a little."""
    if own is not None:
        mark_stale(own)
    else:
        mark_stale_of(organisation)
