"""Lists that leave the portal as files: nothing changes but the trail, which keeps who took what along."""

from django.db import transaction

from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.workflow import require


@transaction.atomic
def record_export(what: str, *, count: int, personal: bool, actor: User) -> None:
    """Keep in the trail that ``actor`` writes out so many ``organisations`` or ``people``; ``personal`` with names."""
    require(actor, "members.write_out_people" if personal else "members.write_out_organisations")
    audit.record(actor, "user.exported", actor=actor, codes={"what": what, "count": count, "personal": personal})
