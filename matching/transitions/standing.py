"""What follows in matching when an organisation is suspended, comes back, or leaves the consortium.

Called by the receivers of the members' signals, inside the transaction that changed the organisation.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from matching.enums import IntroductionState, PausedBy, PostState
from matching.models import Introduction, Participant, Post
from matching.models.introduction import IntroductionQuerySet
from matching.notices.introductions import IntroductionEndedEarly
from matching.notices.posts import PostExpired
from matching.transitions.bystanders import withdraw, withdraw_open_introductions
from matching.transitions.locks import lock_introduction, lock_organisations
from matching.transitions.outcomes import end_early
from matching.transitions.parties import leave, may_leave
from matching.transitions.posts import end, pause, resume
from matching.workflow import INTRODUCTIONS, POSTS, TOGETHER_STATES
from members.models import Organisation
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.conversations.transitions import close_conversation
from tomoiki.notifications import outbox
from tomoiki.vocabulary.lists import labels

#: The reason where an organisation left the consortium.
LEFT = "partner_left"


@transaction.atomic
def pause_for_suspension(organisation: Organisation, *, actor: Actor) -> None:
    """Everything a suspended organisation has on the board rests."""
    for post in _posts_of(organisation, PostState.PUBLISHED):
        pause(post, PausedBy.SUSPENSION, before=post.state, actor=actor)


@transaction.atomic
def resume_after_suspension(organisation: Organisation, *, actor: Actor) -> None:
    """What rested because of the suspension comes back, unless its time is over; what the owner paused does not."""
    for post in _posts_of(organisation, PostState.PAUSED):
        if post.paused_by != PausedBy.SUSPENSION:
            continue
        if post.expires_at is not None and post.expires_at <= timezone.now():
            end(post, PostState.EXPIRED, "post.expired", before=post.state, actor=actor)
            outbox.put(PostExpired(post))
        else:
            resume(post, before=post.state, actor=actor)


@transaction.atomic
def close_for_withdrawal(organisation: Organisation, *, actor: Actor) -> None:
    """An organisation that left is no longer looked for nor offered: all its posts close, done ones too."""
    open_states = POSTS.transitions["close"].sources | {PostState.FULFILLED, PostState.EXPIRED}
    for post in _posts_of(organisation, *open_states):
        end(post, PostState.CLOSED, "post.closed", before=post.state, actor=actor)
        withdraw_open_introductions(post, actor=actor)


def _introductions_of(pk: int) -> IntroductionQuerySet:
    """Those in which the organisation ``pk`` takes part, or speaks for somebody who does."""
    sides = Participant.objects.filter(Q(organisation=pk) | Q(desk=pk))
    return Introduction.objects.filter(pk__in=sides.values("introduction"))


def partners_of(pk: int) -> set[int]:
    """The numbers of the organisations that take part in what ends when the organisation ``pk`` leaves."""
    sides = Participant.objects.filter(introduction__in=_introductions_of(pk).open())
    return {each for side in sides.values_list("organisation", "desk") for each in side if each}


def reasons_against_merging(winner: Organisation, loser: Organisation) -> list[str]:
    """Nobody is introduced to themselves: what the two have open with each other must be over first."""
    shared = _introductions_of(winner.pk).open().filter(pk__in=_introductions_of(loser.pk).values("pk"))
    return [
        f"「{introduction.post}」で、二つの団体がおたがいのおつなぎの途中です。先に、そのおつなぎを終えてください。"
        for introduction in shared.select_related("post").order_by("pk")[:3]
    ]


@transaction.atomic
def end_for_withdrawal(organisation: Organisation, *, actor: Actor) -> None:
    """An organisation left the consortium: what it was doing with others ends, and they are told.

    Who left is written to no more: what they talked about, also in what is long over, stays to be read.
    """
    everything = _introductions_of(organisation.pk)
    for pk in everything.open().order_by("pk").values_list("pk", flat=True):
        introduction = lock_introduction(pk)
        own = [each for each in introduction.sides() if organisation.pk in {each.organisation_id, each.desk_id}]
        side = own[0]
        if not any(each.is_concerned for each in own):
            # It said no, or had left: the others go on without it.
            continue
        if len(own) == 1 and introduction.state in TOGETHER_STATES and _leaves(introduction, side, actor=actor):
            continue
        if INTRODUCTIONS.allows(introduction, "end_early"):
            # Also when staff do not offer it to members any more.
            label = labels("end_reason")[LEFT]
            end_early(introduction, LEFT, before=introduction.state, actor=actor, label=label)
            outbox.put(IntroductionEndedEarly(introduction, by=side, reason_label=label))
        elif INTRODUCTIONS.allows(introduction, "withdraw"):
            withdraw(introduction, actor=actor)
    line = f"{organisation}さんが退会したため、やりとりは終わりました。"
    for introduction in everything.filter(state=IntroductionState.COMPLETED).order_by("pk"):
        close_conversation(introduction, actor=actor, line=line)


def _leaves(introduction: Introduction, side: Participant, *, actor: Actor) -> bool:
    """Whether the others can go on without ``side``, which is then out."""
    if may_leave(side, introduction):
        label = labels("end_reason")[LEFT]
        leave(introduction, side, LEFT, note="", before=introduction.state, actor=actor, label=label)
        return True
    if side.is_awaited and side.joined_later:
        side.left_at = timezone.now()
        side.save(update_fields=["left_at"])
        audit.record(introduction, "introduction.released", actor=actor, codes={"participant": side.pk})
        return True
    return False


def _posts_of(organisation: Organisation, *states: str) -> list[Post]:
    lock_organisations([organisation.pk])
    return list(
        Post.objects.filter(organisation=organisation, state__in=states)
        .select_related("organisation")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
