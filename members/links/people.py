"""What becomes of what this app knows of a person."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from members.enums import HandoverState, InvitationState, JoinRequestState
from members.models import (
    Handover,
    Invitation,
    JoinRequest,
    Merge,
    Organisation,
    ReconfirmationReply,
    Referral,
    RegistrationDraft,
    RelayedGroup,
    RosterImport,
)
from members.models.application import ApplicationRound
from members.models.imports import RosterContact
from members.referral_news import told_of
from tomoiki.web.lifecycle import (
    Carry,
    Columns,
    Delete,
    Identity,
    Nothing,
    PersonLink,
    Rows,
    Trace,
    Wipe,
    mask,
    person_links,
    person_traces,
)

LEFT = "退会した方"
A_NUMBER = Nothing("The number of an anonymised row says that somebody did it, and nothing else.")
THE_OFFICES = Nothing("It is the office's work; that the person did it stands in the trail, a part of the data.")
HISTORY = Nothing("Who did it stays so.")


def _organisation(row: Any) -> str:
    return str(row.organisation)


def _with_organisation(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("organisation")


# --- belonging ---


def _end_belonging(rows: Any, actor: Any) -> None:
    """That somebody acted for the organisation stays; their desk and title tell who it was."""
    rows.filter(ended_at=None).update(ended_at=timezone.now())
    rows.update(title="")


def _take_back_requests(rows: Any, actor: Any) -> None:
    rows.filter(state=JoinRequestState.WAITING).update(state=JoinRequestState.WITHDRAWN, answered_at=timezone.now())
    rows.update(message="")


person_links.register(
    PersonLink(
        "members.Affiliation.user",
        hand_over=Nothing("The handover itself ends the leaver's place and gives the successor one."),
        export=Rows(
            "所属している団体",
            {
                "organisation": ("団体", _organisation),
                "role": ("役割", "get_role_display"),
                "title": ("部署・役職", "title"),
                "started_at": ("加わった日時", "started_at"),
                "ended_at": ("離れた日時", "ended_at"),
            },
            rows=_with_organisation,
        ),
        erase=Carry(_end_belonging),
    )
)
person_links.register(
    PersonLink(
        "members.JoinRequest.user",
        hand_over=Nothing("To belong somewhere is asked for oneself."),
        export=Rows(
            "団体に加わるための申し込み",
            {
                "organisation": ("団体", _organisation),
                "message": ("ひとこと", "message"),
                "state": ("状態", "get_state_display"),
                "created_at": ("申し込んだ日時", "created_at"),
                "answered_at": ("返事の日時", "answered_at"),
            },
            rows=_with_organisation,
        ),
        erase=Carry(_take_back_requests),
    )
)
person_links.register(
    PersonLink(
        "members.RegistrationDraft.user",
        hand_over=Nothing("What somebody typed and never sent is their own."),
        export=Rows(
            "入力の途中の登録",
            {"updated_at": ("最後に書いた日時", "updated_at"), "data": ("内容", "data")},
        ),
        erase=Delete(),
    )
)
person_links.register(
    PersonLink(
        "members.Practitioner.user",
        hand_over=Nothing("A practitioner teaches as a person, not for an organisation."),
        export=Rows(
            "実践者としての紹介",
            {
                "title": ("肩書き", "title"),
                "introduction": ("紹介", "introduction"),
                "active": ("活動中", "active"),
            },
        ),
        erase=Wipe({"title": "", "introduction": "", "active": False}),
    )
)
person_links.register(
    PersonLink(
        "members.Consent.user",
        hand_over=Nothing("Everybody agrees for themselves."),
        export=Rows(
            "規約への同意",
            {
                "document": ("規約・通知", lambda consent: str(consent.document)),
                "given_at": ("同意した日時", "given_at"),
            },
            rows=lambda rows: rows.select_related("document"),
        ),
        erase=Nothing("That somebody agreed, and when, has to be shown later; the row names an anonymised person."),
    )
)


# --- invitations and handovers ---

INVITATION_COLUMNS: Columns = {
    "organisation": ("団体", _organisation),
    "role": ("役割", "get_role_display"),
    "message": ("ひとこと", "message"),
    "state": ("状態", "get_state_display"),
    "created_at": ("招いた日時", "created_at"),
    "answered_at": ("返事の日時", "answered_at"),
}


def _call_off_handovers(rows: Any, actor: Any) -> None:
    """A handover that waits for somebody who is gone never comes about; what was handed over stays so."""
    rows.filter(state=HandoverState.PLANNED).update(state=HandoverState.CANCELLED)


HANDOVER_COLUMNS: Columns = {
    "organisation": ("団体", _organisation),
    "state": ("状態", "get_state_display"),
    "created_at": ("手続きした日時", "created_at"),
    "done_at": ("引き継いだ日時", "done_at"),
}


person_links.register(
    PersonLink(
        "members.Invitation.invited_by",
        hand_over=Nothing("An invitation is the organisation's: its owners send it again or take it back."),
        # The invited person's name and address are theirs.
        export=Rows("送った招待", INVITATION_COLUMNS, rows=_with_organisation),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "members.Invitation.accepted_by",
        hand_over=HISTORY,
        export=Rows(
            "受けた招待",
            {"email": ("メールアドレス", "email"), "name": ("お名前", "name"), **INVITATION_COLUMNS},
            rows=_with_organisation,
        ),
        erase=Wipe({"email": "", "name": ""}),
    )
)
person_links.register(
    PersonLink(
        "members.Handover.leaver",
        hand_over=HISTORY,
        export=Rows("した引き継ぎ", {**HANDOVER_COLUMNS, "note": ("申し送り", "note")}, rows=_with_organisation),
        erase=Carry(_call_off_handovers),
    )
)
person_links.register(
    PersonLink(
        "members.Handover.successor",
        hand_over=HISTORY,
        # The leaver's words are the leaver's.
        export=Rows("受けた引き継ぎ", HANDOVER_COLUMNS, rows=_with_organisation),
        erase=Carry(_call_off_handovers),
    )
)
person_links.register(
    PersonLink(
        "members.Handover.requested_by",
        hand_over=HISTORY,
        export=Nothing("Whose handover it is has it in their data; that this person entered it stands in the trail."),
        erase=A_NUMBER,
    )
)


# --- what somebody did for an organisation ---

person_links.register(
    PersonLink(
        "members.ApplicationRound.submitted_by",
        hand_over=HISTORY,
        export=Rows(
            "団体の申込み",
            {
                "organisation": ("団体", _organisation),
                "number": ("何回目", "number"),
                "submitted_at": ("申し込んだ日時", "submitted_at"),
            },
            rows=_with_organisation,
        ),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "members.ReconfirmationReply.answered_by",
        hand_over=HISTORY,
        export=Rows(
            "継続の確認へのお返事",
            {
                "organisation": ("団体", _organisation),
                "answer": ("お返事", "get_answer_display"),
                "note": ("ひとこと", "note"),
                "answered_at": ("お返事の日時", "answered_at"),
            },
            rows=_with_organisation,
        ),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "members.Referral.made_by",
        hand_over=Nothing("A referral is the organisation's: all of its people see what came of it."),
        # Whom they had in mind is somebody else's data.
        export=Rows(
            "団体の紹介",
            {
                "referrer": ("紹介した団体", lambda referral: str(referral.referrer)),
                "message": ("ひとこと", "message"),
                # Only what the invited party lets the referrer know.
                "answer": ("お返事", told_of),
                "created_at": ("紹介した日時", "created_at"),
            },
            rows=lambda rows: rows.select_related("referrer", "invited"),
        ),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "members.Referral.consented_by",
        hand_over=HISTORY,
        export=Rows(
            "紹介した団体に伝えることの同意",
            {
                "sharing": ("伝えること", "get_sharing_display"),
                "consented_at": ("伝えてよいとした日時", "consented_at"),
            },
        ),
        erase=A_NUMBER,
    )
)

for _key in (
    "members.ApplicationRound.decided_by",
    "members.Merge.made_by",
    "members.Merge.undone_by",
    "members.Reconfirmation.created_by",
    "members.RosterImport.made_by",
    "members.RosterImport.confirmed_by",
):
    person_links.register(PersonLink(_key, hand_over=HISTORY, export=THE_OFFICES, erase=A_NUMBER))

person_links.register(
    PersonLink(
        "members.Organisation.members",
        hand_over=Nothing("It goes through Affiliation, which says what becomes of it."),
        export=Nothing("It goes through Affiliation, which is part of the data."),
        erase=Nothing("It goes through Affiliation, which ends."),
    )
)


# --- by address and in words ---


def invitations_to(identity: Identity) -> QuerySet[Invitation]:
    """What was sent to one of the person's addresses and not accepted by them."""
    return Invitation.objects.filter(Q(email__in=identity.others) & ~Q(accepted_by=identity.pk))


def _forget_invitations(identity: Identity, actor: Any) -> None:
    rows = invitations_to(identity)
    pks = list(rows.values_list("pk", flat=True))
    declined = Invitation.objects.filter(pk__in=pks, state=InvitationState.SENT)
    declined.update(state=InvitationState.DECLINED, answered_at=timezone.now())
    Invitation.objects.filter(pk__in=pks).update(email="", name="")


def _forget_referrals(identity: Identity, actor: Any) -> None:
    Referral.objects.filter(email__in=identity.others).update(email="", contact_name="")
    RosterContact.objects.filter(email__in=identity.others).delete()


def _unname(identity: Identity, actor: Any) -> None:
    """What the person and their colleagues wrote for others of the same organisations; what names them elsewhere."""
    organisations = Organisation.objects.filter(affiliations__user=identity.pk).values("pk")
    here = Q(organisation__in=organisations)
    mask(Handover.objects.filter(here), ["note", "brief"], identity, LEFT)
    mask(Invitation.objects.filter(here | Q(invited_by=identity.pk)), ["message", "name"], identity, LEFT)
    mask(JoinRequest.objects.filter(here), ["message"], identity, LEFT)
    mask(ApplicationRound.objects.filter(here), ["data", "message"], identity, LEFT)
    mask(ReconfirmationReply.objects.filter(here), ["note", "said_by"], identity, LEFT)
    mask(Organisation.objects.filter(pk__in=organisations), ["staff_message"], identity, LEFT)
    mask(RelayedGroup.objects.filter(desk__in=organisations), ["note"], identity, LEFT)
    mask(Merge.objects.all(), ["note"], identity, LEFT)
    mask(Referral.objects.all(), ["message", "contact_name"], identity, LEFT)
    mask(RosterImport.objects.all(), ["problems", "preview"], identity, LEFT)
    mask(RegistrationDraft.objects.all(), ["data"], identity, LEFT)


person_traces.register(
    Trace(
        "invitations by address",
        erase=_forget_invitations,
        export=Rows(
            "届いている招待",
            {"email": ("メールアドレス", "email"), "name": ("お名前", "name"), **INVITATION_COLUMNS},
            rows=_with_organisation,
        ),
        find=invitations_to,
    )
)
person_traces.register(Trace("referrals and the roster by address", erase=_forget_referrals))
person_traces.register(Trace("names in what members keep", erase=_unname))
