"""Which door is whose: by the kind of the organisation in whose name somebody acts."""

from typing import Any

import rules

from matching.permissions.basics import can_act_for_organisation, is_staff
from members.enums import OrganisationKind
from members.models import Organisation


@rules.predicate
def acts_for_university(user: Any, organisation: Organisation | None) -> bool:
    return (
        organisation is not None
        and organisation.kind == OrganisationKind.UNIVERSITY
        and bool(can_act_for_organisation(user, organisation))
    )


@rules.predicate
def acts_for_bank(user: Any, organisation: Organisation | None) -> bool:
    return (
        organisation is not None
        and organisation.kind == OrganisationKind.FINANCIAL
        and bool(can_act_for_organisation(user, organisation))
    )


@rules.predicate
def acts_for_media(user: Any, organisation: Organisation | None) -> bool:
    return (
        organisation is not None
        and organisation.kind == OrganisationKind.MEDIA
        and bool(can_act_for_organisation(user, organisation))
    )


rules.add_perm("matching.open_research_door", acts_for_university)
rules.add_perm("matching.open_bank_door", acts_for_bank)
rules.add_perm("matching.open_media_door", acts_for_media)
rules.add_perm("matching.settle_approach", is_staff)
