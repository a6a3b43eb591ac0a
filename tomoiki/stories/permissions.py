"""Who may write stories, agree to them and publish them. In an organisation's name only its own people act."""

from typing import Any

import rules

from members.enums import AffiliationRole
from members.models import Affiliation, Organisation
from tomoiki.stories.models import Story, StoryPartner


@rules.predicate
def is_staff(user: Any, obj: Any = None) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def _acts_for(user: Any, organisation: int | None) -> bool:
    return organisation is not None and Organisation.objects.able_to_act(user).filter(pk=organisation).exists()


@rules.predicate
def can_draft_for_organisation(user: Any, organisation: Organisation | None) -> bool:
    """May write in its name: it is approved, and the person its owner or editor."""
    return organisation is not None and _acts_for(user, organisation.pk)


@rules.predicate
def writes_story(user: Any, story: Story | None) -> bool:
    return story is not None and _acts_for(user, story.organisation_id)


@rules.predicate
def can_decide_for_partner(user: Any, partner: StoryPartner | None) -> bool:
    """Nobody agrees for another organisation; staff, too, agree for none."""
    return partner is not None and _acts_for(user, partner.organisation_id)


@rules.predicate
def belongs_to_partner(user: Any, partner: StoryPartner | None) -> bool:
    """Its owner or editor, also while it is suspended or has left: consent may be taken back at any time."""
    return partner is not None and bool(
        user.is_authenticated
        and user.is_active
        and Affiliation.objects.current()
        .of_roles((AffiliationRole.OWNER, AffiliationRole.EDITOR))
        .filter(organisation=partner.organisation_id, user=user)
        .exists()
    )


rules.add_perm("stories.draft_story", can_draft_for_organisation | is_staff)
rules.add_perm("stories.edit_story", writes_story | is_staff)
rules.add_perm("stories.ask_consent", writes_story | is_staff)
rules.add_perm("stories.withdraw_story", writes_story | is_staff)
rules.add_perm("stories.publish_story", is_staff)
rules.add_perm("stories.decide_consent", can_decide_for_partner)
# Whoever hears that somebody no longer agrees takes them out at once: their organisation, or the office.
rules.add_perm("stories.withdraw_consent", belongs_to_partner)
rules.add_perm("stories.withdraw_person", belongs_to_partner | is_staff)
