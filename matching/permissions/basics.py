"""Who may do what with posts and introductions. Staff curate; in an organisation's name only its own people act."""

from typing import Any

import rules

from matching.enums import RAISED
from matching.models import Introduction, OfflineResponse, Participant, Post, PostRevision
from members.models import Organisation, RelayedGroup


def acts_for_any(user: Any, organisations: set[int]) -> bool:
    return Organisation.objects.able_to_act(user).filter(pk__in=organisations).exists()


@rules.predicate
def is_staff(user: Any, obj: Any = None) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_staff)


@rules.predicate
def can_act_for_organisation(user: Any, organisation: Organisation | None) -> bool:
    """May post, answer and write in its name: it is approved, and the person its owner or editor."""
    return organisation is not None and acts_for_any(user, {organisation.pk})


@rules.predicate
def can_edit_post(user: Any, post: Post | None) -> bool:
    return post is not None and acts_for_any(user, {post.organisation_id})


@rules.predicate
def can_respond_to_post(user: Any, post: Post | None) -> bool:
    """Has an organisation to raise a hand with that is not the post's own."""
    if post is None:
        return False
    others = Organisation.objects.able_to_act(user).exclude(pk=post.organisation_id)
    return others.exists() and Post.objects.visible_to(user).filter(pk=post.pk).exists()


@rules.predicate
def can_decide_revision(user: Any, revision: PostRevision | None) -> bool:
    """The other party decides: staff on what the owner proposed, the owner on what staff proposed."""
    if revision is None:
        return False
    if revision.author.is_staff:
        return bool(can_edit_post(user, revision.post))
    return bool(is_staff(user))


@rules.predicate
def can_answer_introduction(user: Any, participant: Participant | None) -> bool:
    """Nobody answers for another organisation; staff, too, answer for none."""
    return participant is not None and acts_for_any(user, {participant.desk_id or participant.organisation_id})


def _sides(introduction: Introduction) -> list[Participant]:
    return list(introduction.participants.all())


@rules.predicate
def takes_part(user: Any, introduction: Introduction | None) -> bool:
    """Acts for a side that said yes and stayed."""
    if introduction is None:
        return False
    return acts_for_any(user, {side.desk_id or side.organisation_id for side in introduction.together()})


@rules.predicate
def raised_the_hand(user: Any, introduction: Introduction | None) -> bool:
    """Acts for the organisation that began the introduction by its response."""
    if introduction is None or introduction.origin not in RAISED:
        return False
    return acts_for_any(
        user,
        {
            side.desk_id or side.organisation_id
            for side in _sides(introduction)
            if side.post_id != introduction.post_id and not side.joined_later
        },
    )


# --- desks, and what comes by telephone or on paper ---


@rules.predicate
def speaks_for_group_of(user: Any, participant: Participant | None) -> bool:
    """Acts for the desk of a side that is a group without an account."""
    return (
        participant is not None and participant.group_id is not None and acts_for_any(user, {participant.desk_id or 0})
    )


@rules.predicate
def speaks_for_group(user: Any, group: RelayedGroup | None) -> bool:
    return group is not None and group.desk.is_desk and acts_for_any(user, {group.desk_id})


@rules.predicate
def edits_post_of_desk(user: Any, post: Post | None) -> bool:
    return post is not None and post.organisation.is_desk and bool(can_edit_post(user, post))


@rules.predicate
def edits_answered_post(user: Any, response: OfflineResponse | None) -> bool:
    return response is not None and bool(can_edit_post(user, response.post))


can_withdraw_introduction = is_staff | raised_the_hand
can_end_introduction_early = takes_part | is_staff

# --- posts ---
rules.add_perm("matching.act_for_organisation", can_act_for_organisation)
rules.add_perm("matching.edit_post", can_edit_post)
rules.add_perm("matching.discard_post", can_edit_post)
rules.add_perm("matching.submit_post", can_edit_post)
rules.add_perm("matching.pause_post", can_edit_post)
rules.add_perm("matching.resume_post", can_edit_post)
rules.add_perm("matching.close_post", can_edit_post)
rules.add_perm("matching.fulfil_post", can_edit_post)
rules.add_perm("matching.renew_post", can_edit_post)
rules.add_perm("matching.publish_post", is_staff)
rules.add_perm("matching.return_post", is_staff)
rules.add_perm("matching.take_down_post", is_staff)
# Time alone ends a post: system actors need no rule, people never may.
rules.add_perm("matching.expire_post", rules.always_false)
rules.add_perm("matching.propose_revision", can_edit_post | is_staff)
rules.add_perm("matching.accept_revision", can_decide_revision)
rules.add_perm("matching.refuse_revision", can_decide_revision)

# --- introductions ---
rules.add_perm("matching.respond_to_post", can_respond_to_post)
rules.add_perm("matching.propose_introduction", is_staff)
rules.add_perm("matching.ask_participants", is_staff)
rules.add_perm("matching.answer_introduction", can_answer_introduction)
rules.add_perm("matching.withdraw_introduction", can_withdraw_introduction)
rules.add_perm("matching.remind_introduction", is_staff)
rules.add_perm("matching.lapse_introduction", is_staff)
rules.add_perm("matching.start_introduction", takes_part)
rules.add_perm("matching.end_introduction_early", can_end_introduction_early)
rules.add_perm("matching.report_outcome", can_answer_introduction)
rules.add_perm("matching.complete_introduction", is_staff)

# --- by telephone, fax and paper ---
rules.add_perm("matching.respond_for_group", speaks_for_group | is_staff)
rules.add_perm("matching.respond_for_organisation", edits_post_of_desk | is_staff)
rules.add_perm("matching.record_offline_answer", speaks_for_group_of | is_staff)
rules.add_perm("matching.record_offline_response", can_edit_post | is_staff)
rules.add_perm("matching.settle_offline_response", edits_answered_post | is_staff)
rules.add_perm("matching.tell_group", speaks_for_group_of)
