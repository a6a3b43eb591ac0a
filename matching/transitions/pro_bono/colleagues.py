"""The colleague: applying, taking it back, and going on without the employer."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from matching.enums import Visibility
from matching.enums.pro_bono import SETTLED_PRO_BONO, ProBonoState
from matching.models import ProBonoApplication
from matching.notices.pro_bono import (
    ColleagueApplied,
    VolunteerGoesOn,
    VolunteerLeft,
    VolunteerLeftEmployer,
    mail_new_address,
    mail_volunteer,
)
from matching.transitions.checks import limited, require_open
from matching.transitions.pro_bono.common import TOGETHER, VOLUNTEER, forget, locked_application, locked_call_by
from matching.volunteer_keys import address_in, address_key, key_of
from matching.workflow import PRO_BONO
from members.enums import OrganisationState
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.vocabulary.lists import choices
from tomoiki.workflow import TransitionError

#: Of one call; a link that got out must not fill the table.
MAX_APPLICATIONS = 500
APPLICATION_FIELDS = frozenset({"name", "email", "department", "words", "skills", "hours_a_month"})


@transaction.atomic
def apply_for_pro_bono(
    token: str, *, post: int, data: Mapping[str, Any], idempotency_key: str | None = None
) -> ProBonoApplication:
    """Somebody with the call's link would like to help with ``post``; they confirm their address by a mail.

    The same address again for the same need sends the mail again, and shows nothing else. Raises
    ``TransitionError``: 'over' when the link is closed, 'not_open' when the need is.
    """
    unknown = set(data) - APPLICATION_FIELDS
    if unknown:
        raise TypeError(f"not to be set here: {sorted(unknown)}")
    call = locked_call_by(token)
    if not call.is_open or call.organisation.state != OrganisationState.APPROVED:
        raise TransitionError("over", "この募集の受け付けは終わりました。")
    need = call.posts.filter(pk=post).select_related("organisation").first()
    if need is None:
        raise TransitionError("not_open", "この困りごとは、募集から外れました。")
    require_open(need)
    if need.visibility != Visibility.PUBLIC:
        raise TransitionError("not_open", "この困りごとは、いまは紹介できません。")
    email = str(data["email"]).strip().lower()
    known = call.applications.filter(post=need, email=email).exclude(state__in=SETTLED_PRO_BONO).first()
    if known is not None:
        # Whoever types somebody else's address must not learn that they applied.
        mail_volunteer(known, "matching_pro_bono_confirm", f"お申し込みの確認：「{need}」")
        return known
    if call.applications.count() >= MAX_APPLICATIONS:
        raise TransitionError("full", "申し込みがいっぱいになりました。社内の担当の方へご連絡ください。")
    if idempotency_key and ProBonoApplication.objects.filter(idempotency_key=idempotency_key).exists():
        # They came back to the form to correct the address: a second click would have had the same one.
        idempotency_key = None
    skills = [code for code, _ in choices("skill") if code in set(data.get("skills") or ())]
    application = ProBonoApplication(
        call=call,
        post=need,
        name=limited("name", data["name"], 60),
        email=email,
        department=limited("department", data.get("department", ""), 60),
        words=limited("words", data.get("words", ""), 500),
        skills=skills,
        hours_a_month=data.get("hours_a_month"),
        idempotency_key=idempotency_key or None,
    )
    if not application.name:
        raise ValidationError({"name": "お名前を入力してください。"})
    application.full_clean(exclude=["idempotency_key", "name"], validate_unique=False, validate_constraints=False)
    application.save(force_insert=True)
    audit.record(application, "pro_bono.applied", actor=VOLUNTEER, codes={"call": call.pk})
    mail_volunteer(application, "matching_pro_bono_confirm", f"お申し込みの確認：「{need}」", action="確認して申し込む")
    return application


@transaction.atomic
def confirm_application(pk: int) -> ProBonoApplication:
    """The address is theirs: from now on the coordinator sees the application. Again has no effect."""
    application = locked_application(pk)
    if application.state != ProBonoState.UNCONFIRMED:
        return application
    if not application.call.is_open:
        raise TransitionError("over", "確認の前に、この募集の受け付けが終わりました。社内の担当の方へご連絡ください。")
    before = PRO_BONO.check(application, "confirm")
    application.state = ProBonoState.APPLIED
    application.save(update_fields=["state"])
    audit.record(application, "pro_bono.confirmed", actor=VOLUNTEER, before=before)
    outbox.put(ColleagueApplied(application))
    return application


@transaction.atomic
def withdraw_application(pk: int, *, actor: Actor = VOLUNTEER) -> ProBonoApplication:
    """The colleague takes it back; who it was is forgotten at once, and those who knew are told that somebody left."""
    application = locked_application(pk)
    if application.state == ProBonoState.WITHDRAWN:
        return application
    before = PRO_BONO.check(application, "withdraw")
    was_on_its_own = application.is_on_its_own
    application.state = ProBonoState.WITHDRAWN
    application.settled_at = timezone.now()
    application.save(update_fields=["state", "settled_at"])
    forget(application)
    audit.record(application, "pro_bono.withdrawn", actor=actor, before=before)
    if before == ProBonoState.PUT_FORWARD:
        outbox.put(VolunteerLeft(application))
    if before != ProBonoState.UNCONFIRMED and not was_on_its_own:
        outbox.put(VolunteerLeftEmployer(application))
    return application


@transaction.atomic
def ask_for_own_name(pk: int, *, address: str) -> ProBonoApplication:
    """The person would like to go on without the employer: their own address is asked to confirm that it is theirs."""

    application = locked_application(pk)
    _require_together(application)
    address = address.strip().lower()
    path = reverse("matching:volunteer_own_name", args=[key_of(application), address_key(application, address)])
    mail_new_address(application, address, path)
    audit.record(application, "pro_bono.own_name_asked", actor=VOLUNTEER)
    return application


@transaction.atomic
def go_on_in_own_name(pk: int, *, proof: str, share_address: bool) -> ProBonoApplication:
    """From now on the person helps as themselves: their employer no longer sees their address or their hours.

    ``proof`` came by mail to their own address. Raises ``TransitionError('bad_proof')``.
    """
    application = locked_application(pk)
    address = address_in(application, proof)
    if address is None:
        raise TransitionError("bad_proof", "このリンクは使えません。自分のページから、もう一度お手続きください。")
    if application.is_on_its_own and application.email == address:
        return application
    _require_together(application)
    before = PRO_BONO.check(application, "go_on")
    application.email = address
    application.own_name_since = application.own_name_since or timezone.now()
    application.address_shared = share_address
    application.department = ""
    # Links that went to the address at work lead nowhere any more.
    application.link_version += 1
    application.save(
        update_fields=["email", "own_name_since", "address_shared", "department", "link_version"],
    )
    audit.record(application, "pro_bono.in_own_name", actor=VOLUNTEER, before=before, codes={"shared": share_address})
    outbox.put(VolunteerGoesOn(application))
    mail_volunteer(application, "matching_pro_bono_own_name", f"個人として続けます：「{application.post}」")
    return application


def _require_together(application: ProBonoApplication) -> None:
    PRO_BONO.check(application, "go_on")
    introduction = application.introduction
    if introduction is None or introduction.state not in TOGETHER:
        raise TransitionError("not_yet", "お相手の団体とのおつなぎが結ばれてから、お手続きいただけます。")
