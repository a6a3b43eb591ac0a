"""Locks on applications, and how one comes to its end."""

from typing import Any

from django.utils import timezone

from matching.enums import IntroductionState
from matching.enums.pro_bono import ProBonoState
from matching.models import ProBonoApplication, ProBonoCall
from matching.notices.pro_bono import mail_volunteer
from matching.workflow import PRO_BONO
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.workflow import TransitionError

#: Somebody with a personal link, who has no account.
VOLUNTEER = SystemActor("volunteer")
#: The two sides know each other, so that hours may be given.
TOGETHER = (IntroductionState.AGREED, IntroductionState.UNDER_WAY, IntroductionState.COMPLETED)


def locked_call(pk: int) -> ProBonoCall:
    return ProBonoCall.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)


def locked_call_by(token: str) -> ProBonoCall:
    # NO KEY would let two people apply at once; the limit and the address are counted under this lock.
    try:
        return ProBonoCall.objects.select_for_update(of=("self",)).select_related("organisation").get(token=token)
    except ProBonoCall.DoesNotExist:
        raise TransitionError("over", "この募集の受け付けは終わりました。") from None


def locked(rows: Any) -> Any:
    return rows.select_related("call__organisation", "post").order_by("pk").select_for_update(of=("self",), no_key=True)


def locked_application(pk: int) -> ProBonoApplication:
    """Its introduction is read after the lock, as it is by then."""
    return locked(ProBonoApplication.objects.filter(pk=pk)).get()


def settle(
    application: ProBonoApplication,
    step: str,
    state: ProBonoState,
    action: str,
    *,
    actor: Actor,
    mail: tuple[str, str],
) -> ProBonoApplication:
    before = PRO_BONO.check(application, step)
    application.state = state
    application.settled_at = timezone.now()
    application.save(update_fields=["state", "settled_at"])
    audit.record(application, action, actor=actor, before=before)
    mail_volunteer(application, mail[0], mail[1])
    return application


def forget(application: ProBonoApplication) -> None:
    application.name = application.email = application.department = application.words = ""
    # Thanks call people by their name.
    application.thanks = ""
    application.address_shared = False
    application.link_version += 1
    application.save(update_fields=["name", "email", "department", "words", "thanks", "address_shared", "link_version"])
    application.hours.update(what="")
