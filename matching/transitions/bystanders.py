"""Open introductions whose post is gone: nobody should wait for an answer that no longer matters."""

from django.utils import timezone

from matching.enums import IntroductionState
from matching.models import Introduction, Post
from matching.notices.introductions import IntroductionNotNeeded, IntroductionWithdrawn
from matching.transitions.locks import lock_introductions_about
from matching.workflow import INTRODUCTIONS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox


def settle_elsewhere(post: Post, *, actor: Actor, but: Introduction | None = None) -> None:
    """``post``, locked, has found enough: those still waiting with it are told so, except ``but``."""
    for introduction in lock_introductions_about(post):
        if but is not None and introduction.pk == but.pk:
            continue
        if _end(introduction, "settle_elsewhere", IntroductionState.NOT_NEEDED, actor=actor):
            outbox.put(IntroductionNotNeeded(introduction, settled=post))


def withdraw_open_introductions(post: Post, *, actor: Actor) -> None:
    """``post``, locked, was closed or taken down: those still waiting with it end."""
    for introduction in lock_introductions_about(post):
        withdraw(introduction, actor=actor)


def withdraw(introduction: Introduction, *, actor: Actor) -> None:
    """End a locked introduction to which the answers are open, and tell those who knew of it."""
    if _end(introduction, "withdraw", IntroductionState.WITHDRAWN, actor=actor):
        outbox.put(IntroductionWithdrawn(introduction, by=actor))


def _end(introduction: Introduction, step: str, state: IntroductionState, *, actor: Actor) -> bool:
    """Whether its participants knew of it: a pair that was only prepared has told nobody yet."""
    before = INTRODUCTIONS.check(introduction, step)
    introduction.state = state
    introduction.ended_at = timezone.now()
    introduction.save(update_fields=["state", "ended_at", "updated_at"])
    audit.record(introduction, f"introduction.{state.value}", actor=actor, before=before)
    return before != IntroductionState.PROPOSED
