"""Staff ask several candidates for one post together, ask more of them later, or stop asking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Direction, InquiryEnd, IntroductionState, Origin
from matching.models import Inquiry, Introduction, Participant, Post
from matching.models.inquiries import MOST_CANDIDATES
from matching.notices.inquiries import CandidateAsked, InquiryBegun
from matching.transitions.bystanders import close
from matching.transitions.checks import (
    MAX_MESSAGE,
    answer_due,
    check_brought,
    limited,
    person,
    require_active,
    require_no_open_pair,
    require_open,
)
from matching.transitions.giving import require_quota
from matching.transitions.locks import lock_inquiry, lock_owners, lock_posts
from matching.transitions.pairs import is_same_side, pair_key
from matching.transitions.told import spoken_for
from members.models import Organisation, User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require


@dataclass(frozen=True)
class CandidateChoice:
    """Who is asked: an organisation, with the post of its own that fits, if it has one."""

    organisation: int
    post: int | None = None

    @classmethod
    def of(cls, post: Post) -> "CandidateChoice":
        return cls(post.organisation_id, post.pk)


@transaction.atomic
def start_inquiry(
    pk: int,
    *,
    candidates: Sequence[CandidateChoice],
    wanted: int | None,
    message: str,
    actor: Actor,
    respond_by: date | None = None,
    idempotency_key: str | None = None,
) -> Inquiry:
    """Ask ``candidates`` together whether they would like to help with the published post ``pk``.

    ``wanted`` is how many interested are enough; None asks until what is left of the post is covered. The same
    ``idempotency_key`` again asks nobody more.
    """
    asker = person(actor)
    require(actor, "matching.start_inquiry")
    post, organisations, posts = _lock(pk, candidates)
    if idempotency_key:
        known = Inquiry.objects.filter(idempotency_key=idempotency_key, post=post).first()
        if known is not None:
            return known
    require_open(post)
    require_quota(post)
    if wanted is None and post.quantity_left is None:
        raise ValidationError({"wanted": "必要な団体の数を入力してください。"})
    if wanted is not None and not 1 <= wanted <= MOST_CANDIDATES:
        raise ValidationError({"wanted": f"1から{MOST_CANDIDATES}までの数を入力してください。"})
    inquiry = Inquiry.objects.create(
        post=post,
        wanted=wanted,
        message=limited("message", message, MAX_MESSAGE),
        respond_by=_last_day(respond_by),
        created_by=asker,
        idempotency_key=idempotency_key or None,
    )
    _ask(inquiry, post, candidates, organisations, posts, actor=asker)
    audit.record(inquiry, "inquiry.started", actor=actor, codes={"post": post.pk, "candidates": len(candidates)})
    outbox.put(InquiryBegun(inquiry, post=post, candidates=len(candidates)))
    return inquiry


@transaction.atomic
def add_candidates(pk: int, *, candidates: Sequence[CandidateChoice], actor: Actor) -> Inquiry:
    """Ask more of them in an inquiry; ten in all at most. One that had its answers goes on."""
    asker = person(actor)
    post, organisations, posts = _lock(Inquiry.objects.values_list("post", flat=True).get(pk=pk), candidates)
    inquiry = lock_inquiry(pk)
    inquiry.post = post
    require(actor, "matching.add_candidates", inquiry)
    if not inquiry.takes_more:
        raise TransitionError("inquiry_closed", "この打診は締め切りました。新しい打診を始めてください。")
    require_open(post)
    if inquiry.has_enough(post.quantity_left):
        raise TransitionError("inquiry_has_enough", "必要な数がそろっています。これ以上たずねる必要はありません。")
    if not inquiry.is_open:
        inquiry.closed_at, inquiry.closed_because = None, ""
        inquiry.save(update_fields=["closed_at", "closed_because"])
    _ask(inquiry, post, candidates, organisations, posts, actor=asker)
    audit.record(inquiry, "inquiry.more_asked", actor=actor, codes={"candidates": len(candidates)})
    return inquiry


@transaction.atomic
def close_inquiry(pk: int, *, actor: Actor) -> Inquiry:
    """Staff stop asking. Whoever has not answered is told that it need not; who said yes goes on."""
    _lock(Inquiry.objects.values_list("post", flat=True).get(pk=pk), ())
    inquiry = lock_inquiry(pk)
    require(actor, "matching.close_inquiry", inquiry)
    if inquiry.is_open:
        close(inquiry, InquiryEnd.CLOSED, actor=actor)
    return inquiry


def _lock(pk: int, candidates: Iterable[CandidateChoice]) -> tuple[Post, dict[int, Organisation], dict[int, Post]]:
    """Hold the post's organisation and the candidates', then the post and theirs: each by number."""
    wanted = {each.organisation for each in candidates}
    organisations = lock_owners(lambda: {Post.objects.values_list("organisation", flat=True).get(pk=pk), *wanted})
    posts = lock_posts({pk, *(each.post for each in candidates if each.post is not None)})
    return posts[pk], organisations, posts


def _last_day(day: date | None) -> date:
    if day is None:
        return answer_due()
    if day <= timezone.localdate():
        raise ValidationError({"respond_by": "お返事の期限は、明日からの日にしてください。"})
    return day


def _ask(
    inquiry: Inquiry,
    post: Post,
    candidates: Sequence[CandidateChoice],
    organisations: dict[int, Organisation],
    posts: dict[int, Post],
    *,
    actor: User,
) -> None:
    """Make the introduction of each candidate and ask it; everything is locked."""
    if not candidates:
        raise ValidationError({"candidates": "たずねる相手を、ひとつ以上選んでください。"})
    if len(set(candidates)) != len(candidates):
        raise ValidationError({"candidates": "同じ相手が二度選ばれています。"})
    if inquiry.introductions.count() + len(candidates) > MOST_CANDIDATES:
        raise ValidationError({"candidates": f"一度の打診でたずねられるのは、{MOST_CANDIDATES}団体までです。"})
    for each in candidates:
        organisation = organisations.get(each.organisation)
        brought = posts.get(each.post) if each.post is not None else None
        if organisation is None or (each.post is not None and brought is None):
            raise ValidationError({"candidates": "選んだ相手が見つかりませんでした。選び直してください。"})
        _ask_one(inquiry, post, organisation, brought, actor=actor)


def _ask_one(
    inquiry: Inquiry, post: Post, organisation: Organisation, brought: Post | None, *, actor: User
) -> Introduction:
    group = brought.on_behalf_of if brought is not None else None
    require_active(organisation)
    if is_same_side(post, organisation.pk, group.pk if group else None):
        raise TransitionError("own_post", f"「{post}」は、{organisation}さん自身の掲載です。")
    if brought is not None:
        check_brought(brought, post, organisation, group)
        require_quota(brought)
    require_no_open_pair(post, organisation.pk, brought, group)
    now = timezone.now()
    # Whoever is asked after the last day has as long as everybody.
    late = inquiry.respond_by <= timezone.localdate()
    introduction = Introduction.objects.create(
        origin=Origin.STAFF,
        state=IntroductionState.ASKED,
        pair_key=pair_key(post, organisation, brought, group),
        post=post,
        inquiry=inquiry,
        proposed_by=actor,
        message=inquiry.message,
        created_at=now,
        asked_at=now,
        respond_by=answer_due() if late else inquiry.respond_by,
    )
    side = Direction(post.direction)
    Participant.objects.create(
        introduction=introduction,
        organisation=post.organisation,
        side=side,
        post=post,
        asked=False,
        **spoken_for(post.organisation, post.on_behalf_of),
    )
    Participant.objects.create(
        introduction=introduction,
        organisation=organisation,
        side=side.opposite,
        post=brought,
        **spoken_for(organisation, group),
    )
    audit.record(introduction, "introduction.asked", actor=actor, codes={"inquiry": inquiry.pk})
    outbox.put(CandidateAsked(introduction))
    return introduction
