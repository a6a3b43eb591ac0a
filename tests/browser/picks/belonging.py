"""Invitations in each state, with what their links hold, and handovers under way and done."""

import re
from datetime import timedelta

from django.utils import timezone

from members import transitions
from members.enums import AffiliationRole, InvitationKind, InvitationState
from members.models import Affiliation, Handover, Invitation, User
from tests.browser.picks.people import demo, office, organisation_of
from tests.factories.members import AffiliationFactory, OrganisationFactory, UserFactory
from tomoiki.notifications.models import Message


def ids() -> dict[str, str | int]:
    """Tokens of links, and numbers."""
    npo, owner = organisation_of("npo"), demo("npo")
    unclaimed = OrganisationFactory(name="なぎさ子ども会", name_kana="ナギサコドモカイ")
    places = {
        "invitation_new": _invite(owner, "shinjin@machi.example", name="新井 道"),
        "invitation_known": _invite(owner, demo("daigaku").email),
        "invitation_over": _invite(owner, "osoi@machi.example"),
        "invitation_revoked": _invite(owner, "machigai@machi.example"),
    }
    Invitation.objects.filter(email="osoi@machi.example").update(expires_at=timezone.now() - timedelta(days=1))
    transitions.revoke_invitation(Invitation.objects.get(email="machigai@machi.example").pk, actor=owner)
    transitions.invite_person(
        unclaimed.pk,
        email="nagisa@machi.example",
        name="渚 光",
        role=AffiliationRole.OWNER,
        message="",
        actor=office(),
        kind=InvitationKind.CLAIM,
    )
    places["invitation_claim"] = _token("nagisa@machi.example")
    transitions.invite_person(
        npo.pk, email=demo("kigyo").email, name="", role=AffiliationRole.VIEWER, message="", actor=owner
    )
    planned = _leaver(npo.pk)
    handover = transitions.plan_handover(
        planned.pk, invite={"email": "kounin@machi.example", "name": "後藤 継"}, note="鍵は玄関の棚です。", actor=owner
    )
    done = transitions.plan_handover(_leaver(npo.pk).pk, successor=owner, note="鍵は玄関の棚です。", actor=owner)
    _delivered()
    return {
        **places,
        "invitation": Invitation.objects.get(email="shinjin@machi.example").pk,
        "invitation_received": Invitation.objects.get(
            email=demo("kigyo").email, organisation=npo, state=InvitationState.SENT
        ).pk,
        "handover_planned": handover.pk,
        "handover_done": done.pk,
        "handover_of_the_demo": Handover.objects.filter(state="done").order_by("pk")[0].pk,
    }


def _invite(owner: User, email: str, name: str = "") -> str:
    transitions.invite_person(
        organisation_of("npo").pk,
        email=email,
        name=name,
        role=AffiliationRole.EDITOR,
        message="春から、いっしょにお願いします。",
        actor=owner,
    )
    return _token(email)


def _token(email: str) -> str:
    mail = Message.objects.filter(code="members_invitation", to_address=email).latest("pk")
    found = re.search(r"/invitations/([^/\s]+)/", mail.text_body)
    if found is None:
        raise LookupError(email)
    return found[1]


def _leaver(organisation: int) -> Affiliation:
    place: Affiliation = AffiliationFactory(
        organisation_id=organisation, user=UserFactory(name="異堂 移"), role=AffiliationRole.EDITOR
    )
    return place


def _delivered() -> None:
    """Their mails have gone out, and their bodies with them."""
    Message.objects.filter(code="members_invitation", state="queued").update(
        state="sent", attempts=1, sent_at=timezone.now(), cleared_at=timezone.now(), text_body="", html_body=""
    )
