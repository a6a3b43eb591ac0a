"""What matching does when members change: posts rest with their organisation, and end with it."""

from typing import Any

from django.dispatch import receiver

from matching import search_text, transitions
from matching.freshness import mark_stale_of
from matching.transitions.standing import partners_of, reasons_against_merging
from members.models import Organisation, RelayedGroup
from members.signals import (
    organisation_leaving,
    organisation_reinstated,
    organisation_renamed,
    organisation_suspended,
    organisation_withdrawn,
    organisations_merged,
    organisations_merging,
    organisations_parted,
    relayed_group_changed,
)
from tomoiki.audit.actors import Actor


@receiver(organisation_renamed, dispatch_uid="matching-search-text")
def find_by_new_name(sender: Any, *, organisation: Organisation, **kwargs: Any) -> None:
    search_text.rebuild(organisation)
    mark_stale_of(organisation)


@receiver(relayed_group_changed, dispatch_uid="matching-group-search-text")
def find_by_new_group_name(sender: Any, *, group: RelayedGroup, **kwargs: Any) -> None:
    search_text.rebuild_for(group)


@receiver(organisation_suspended, dispatch_uid="matching-pause-posts")
def pause_posts(sender: Any, *, organisation: Organisation, actor: Actor, **kwargs: Any) -> None:
    transitions.pause_for_suspension(organisation, actor=actor)


@receiver(organisation_reinstated, dispatch_uid="matching-resume-posts")
def resume_posts(sender: Any, *, organisation: Organisation, actor: Actor, **kwargs: Any) -> None:
    transitions.resume_after_suspension(organisation, actor=actor)


@receiver(organisation_leaving, dispatch_uid="matching-partners")
def partners(sender: Any, *, pk: int, **kwargs: Any) -> set[int]:
    return partners_of(pk)


@receiver(organisation_withdrawn, dispatch_uid="matching-end-everything")
def end_everything(sender: Any, *, organisation: Organisation, actor: Actor, **kwargs: Any) -> None:
    # First what it does with others, whose posts get their quantities back; then its own posts.
    transitions.end_for_withdrawal(organisation, actor=actor)
    transitions.close_for_withdrawal(organisation, actor=actor)


@receiver(organisations_merging, dispatch_uid="matching-reasons-against-merging")
def speak_against(sender: Any, *, winner: Organisation, loser: Organisation, **kwargs: Any) -> list[str]:
    return reasons_against_merging(winner, loser)


@receiver(organisations_merged, dispatch_uid="matching-merged-names")
@receiver(organisations_parted, dispatch_uid="matching-parted-names")
def find_by_the_name_of_either(sender: Any, *, winner: Organisation, loser: Organisation, **kwargs: Any) -> None:
    for organisation in (winner, loser):
        search_text.rebuild(organisation)
    # Their posts were strangers to each other before, and may be again.
    mark_stale_of(winner, loser)
