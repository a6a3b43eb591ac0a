"""What becomes of what this app knows of an organisation."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from members.enums import HandoverState, InvitationState, JoinRequestState, ReferralState
from members.links.names import free_name
from members.models import (
    Affiliation,
    ApplicationRound,
    Handover,
    Invitation,
    JoinRequest,
    Merge,
    Organisation,
    Practitioner,
    ReconfirmationReply,
    Referral,
    RegistrationDraft,
    RelayedGroup,
    RosterImport,
)
from members.models.imports import RosterContact
from members.referral_news import told_of
from tomoiki.text.normalisation import LEGAL_FORMS
from tomoiki.web.lifecycle import (
    Carry,
    Delete,
    Identity,
    Move,
    Nothing,
    OrganisationLink,
    Rows,
    Trace,
    Wipe,
    mask,
    organisation_links,
    organisation_traces,
)

GONE = "（消去済み）"
LEFT = "退会した団体"


# --- people ---


def _both(rows: QuerySet[Affiliation], winner: Organisation) -> QuerySet[Affiliation]:
    """Places of people who stand in both organisations now."""
    there = Affiliation.objects.current().filter(organisation=winner).values("user")
    return rows.filter(ended_at=None, user__in=there)


def _end_places(rows: Any, actor: Any) -> None:
    rows.filter(ended_at=None).update(ended_at=timezone.now())
    rows.update(title="")


organisation_links.register(
    OrganisationLink(
        "members.Affiliation.organisation",
        # Whoever stands in both keeps the place in the one that remains.
        merge=Move(clashes=_both, settle=lambda row, winner: {"ended_at": timezone.now()}),
        export=Rows(
            "担当者",
            {
                "person": ("お名前", lambda row: str(row.user)),
                "role": ("役割", "get_role_display"),
                "title": ("部署・役職", "title"),
                "started_at": ("加わった日時", "started_at"),
                "ended_at": ("離れた日時", "ended_at"),
            },
            rows=lambda rows: rows.select_related("user"),
        ),
        erase=Carry(_end_places),
    )
)


def _asked_both(rows: QuerySet[JoinRequest], winner: Organisation) -> QuerySet[JoinRequest]:
    there = JoinRequest.objects.waiting().filter(organisation=winner).order_by().values("user")
    return rows.filter(state=JoinRequestState.WAITING, user__in=there)


def _close_requests(rows: Any, actor: Any) -> None:
    rows.filter(state=JoinRequestState.WAITING).update(state=JoinRequestState.REFUSED, answered_at=timezone.now())
    rows.update(message="")


organisation_links.register(
    OrganisationLink(
        "members.JoinRequest.organisation",
        merge=Move(
            clashes=_asked_both,
            settle=lambda row, winner: {"state": JoinRequestState.WITHDRAWN, "answered_at": timezone.now()},
        ),
        export=Nothing("Whoever asked to join has it in their own data; what came of it, the people tell."),
        erase=Carry(_close_requests),
    )
)


def _invited_by_both(rows: QuerySet[Invitation], winner: Organisation) -> QuerySet[Invitation]:
    there = Invitation.objects.unanswered().filter(organisation=winner).order_by().values("email")
    return rows.filter(state=InvitationState.SENT, email__in=there)


def _forget_invited(rows: Any, actor: Any) -> None:
    rows.filter(state=InvitationState.SENT).update(state=InvitationState.REVOKED, answered_at=timezone.now())
    rows.update(email="", name="", message="")


organisation_links.register(
    OrganisationLink(
        "members.Invitation.organisation",
        merge=Move(
            clashes=_invited_by_both,
            settle=lambda row, winner: {"state": InvitationState.REVOKED, "answered_at": timezone.now()},
        ),
        export=Rows(
            "送った招待",
            {
                "email": ("メールアドレス", "email"),
                "name": ("お名前", "name"),
                "role": ("役割", "get_role_display"),
                "state": ("状態", "get_state_display"),
                "created_at": ("招いた日時", "created_at"),
            },
        ),
        erase=Carry(_forget_invited),
    )
)


def _leaves_both(rows: QuerySet[Handover], winner: Organisation) -> QuerySet[Handover]:
    there = Handover.objects.filter(organisation=winner, state=HandoverState.PLANNED).order_by().values("leaver")
    return rows.filter(state=HandoverState.PLANNED, leaver__in=there)


def _forget_briefs(rows: Any, actor: Any) -> None:
    rows.filter(state=HandoverState.PLANNED).update(state=HandoverState.CANCELLED)
    rows.update(note="", brief=[])


organisation_links.register(
    OrganisationLink(
        "members.Handover.organisation",
        merge=Move(clashes=_leaves_both, settle=lambda row, winner: {"state": HandoverState.CANCELLED}),
        export=Rows(
            "引き継ぎ",
            {
                "leaver": ("離れる人", lambda row: str(row.leaver)),
                "successor": ("後任", lambda row: str(row.successor or "")),
                "state": ("状態", "get_state_display"),
                "created_at": ("手続きした日時", "created_at"),
                "done_at": ("引き継いだ日時", "done_at"),
            },
            rows=lambda rows: rows.select_related("leaver", "successor"),
        ),
        erase=Carry(_forget_briefs),
    )
)


# --- what it said of itself ---

organisation_links.register(
    OrganisationLink(
        "members.ApplicationRound.organisation",
        merge=Nothing("What each handed in stays its own history; the numbers of both would otherwise mix."),
        export=Rows(
            "申込みの記録",
            {
                "number": ("何回目", "number"),
                "submitted_at": ("申し込んだ日時", "submitted_at"),
                "data": ("申込みの内容", "data"),
                "decision": ("結果", "decision"),
                "message": ("事務局からのメッセージ", "message"),
            },
        ),
        erase=Wipe({"data": {}, "message": ""}),
    )
)
organisation_links.register(
    OrganisationLink(
        "members.Branch.organisation",
        merge=Move(),
        export=Rows(
            "店舗・支店・拠点",
            {
                "name": ("名前", "name"),
                "municipality": ("市区町村", lambda branch: branch.municipality.name),
                "note": ("ひとこと", "note"),
            },
            rows=lambda rows: rows.select_related("municipality"),
        ),
        erase=Delete(),
    )
)


def _rename_group(group: RelayedGroup, winner: Organisation) -> Mapping[str, Any]:
    name = free_name(RelayedGroup.objects.filter(desk=winner), group.name, group.desk.name, 120)
    return {"desk_id": winner.pk, "name": name}


def _erase_groups(rows: Any, actor: Any) -> None:
    """A group is known to the desk alone: what it is called and whom to ring up goes with the desk."""
    for group in rows.order_by("pk"):
        group.name = f"地域の団体{group.pk}"
        group.name_kana = group.district = group.contact_name = group.contact_phone = group.note = ""
        group.active = False
        group.save(
            update_fields=[
                "name",
                "name_kana",
                "district",
                "contact_name",
                "contact_phone",
                "note",
                "active",
                "updated_at",
            ]
        )


organisation_links.register(
    OrganisationLink(
        "members.RelayedGroup.desk",
        # Two lists may hold the same name: both stay, each with where it comes from.
        merge=Move(
            clashes=lambda rows, winner: rows.filter(
                active=True, name__in=RelayedGroup.objects.active().filter(desk=winner).order_by().values("name")
            ),
            settle=_rename_group,
        ),
        export=Rows(
            "地域の団体",
            {
                "name": ("名前", "name"),
                "name_kana": ("フリガナ", "name_kana"),
                "municipality": ("市区町村", lambda group: group.municipality.name),
                "district": ("地区", "district"),
                "contact_name": ("連絡先のお名前", "contact_name"),
                "contact_phone": ("連絡先の電話", "contact_phone"),
                "note": ("メモ", "note"),
                "active": ("使う", "active"),
            },
            rows=lambda rows: rows.select_related("municipality"),
        ),
        erase=Carry(_erase_groups),
    )
)


# --- referral, re-confirmation ---


def _take_back_links(rows: Any, actor: Any) -> None:
    now = timezone.now()
    rows.filter(revoked_at=None).update(revoked_at=now)
    rows.filter(state=ReferralState.ISSUED).update(state=ReferralState.REVOKED)
    rows.update(contact_name="", email="", message="")


organisation_links.register(
    OrganisationLink(
        "members.Referral.referrer",
        merge=Move(),
        export=Rows(
            "団体の紹介",
            {
                "organisation_name": ("紹介したい団体", "organisation_name"),
                # Only what the invited party lets it know.
                "answer": ("お返事", told_of),
                "created_at": ("紹介した日時", "created_at"),
            },
            rows=lambda rows: rows.select_related("invited"),
        ),
        erase=Carry(_take_back_links),
    )
)
organisation_links.register(
    OrganisationLink(
        "members.Referral.invited",
        merge=Move(),
        export=Rows(
            "紹介を受けたこと",
            {
                "referrer": ("紹介した団体", lambda referral: str(referral.referrer)),
                "sharing": ("伝えること", "get_sharing_display"),
                "consented_at": ("伝えてよいとした日時", "consented_at"),
            },
            rows=lambda rows: rows.select_related("referrer"),
        ),
        # As the retention leaves any link: the referrer must not read from the words that somebody came by it.
        erase=Wipe({"organisation_name": GONE, "contact_name": "", "email": "", "message": ""}),
    )
)


def _forget_who_answered(rows: Any, actor: Any) -> None:
    rows.exclude(said_by="").update(said_by=GONE)
    rows.update(note="")


organisation_links.register(
    OrganisationLink(
        "members.ReconfirmationReply.organisation",
        # Each answered for itself: who is asked twice answers for the one that remains.
        merge=Move(
            clashes=lambda rows, winner: rows.filter(
                reconfirmation__in=ReconfirmationReply.objects.filter(organisation=winner)
                .order_by()
                .values("reconfirmation")
            )
        ),
        export=Rows(
            "継続の確認へのお返事",
            {
                "reconfirmation": ("継続の確認", lambda reply: str(reply.reconfirmation)),
                "answer": ("お返事", "get_answer_display"),
                "note": ("ひとこと", "note"),
                "answered_at": ("お返事の日時", "answered_at"),
            },
            rows=lambda rows: rows.select_related("reconfirmation"),
        ),
        erase=Carry(_forget_who_answered),
    )
)


def _named_for_both(rows: QuerySet[RosterContact], winner: Organisation) -> QuerySet[RosterContact]:
    return rows if RosterContact.objects.filter(organisation=winner).exists() else rows.none()


organisation_links.register(
    OrganisationLink(
        "members.RosterContact.organisation",
        merge=Move(clashes=_named_for_both),
        export=Nothing("The office keeps it for one invitation, and drops it once somebody has joined."),
        erase=Delete(),
    )
)


# --- merges ---


def _close_merge(rows: Any, actor: Any) -> None:
    """What a merge moved holds names, and what was wiped cannot be put back: it may be undone no more."""
    now = timezone.now()
    for merge in rows.order_by("pk"):
        merge.moves.all().delete()
    rows.update(note=GONE)
    rows.filter(undone_at=None, undo_until__gt=now).update(undo_until=now)


MERGE_HISTORY = Nothing("Merges follow one another like links of a chain; each is undone by itself, the newest first.")
MERGE_TRAIL = Nothing("It is the office's own work; that it took place stands in the organisation's application data.")

for _key in ("members.Merge.winner", "members.Merge.loser"):
    organisation_links.register(
        OrganisationLink(_key, merge=MERGE_HISTORY, export=MERGE_TRAIL, erase=Carry(_close_merge))
    )
organisation_links.register(
    OrganisationLink(
        "members.Organisation.merged_into",
        merge=MERGE_HISTORY,
        export=MERGE_TRAIL,
        erase=Nothing("Whatever went up in an organisation is erased together with it by the erasure itself."),
    )
)


# --- in words ---


def identity_of(organisation: Organisation) -> Identity:
    """By what it is known: its names and those of its groups where no other bears them, its numbers and its page."""
    bears = Organisation.objects.exclude(pk=organisation.pk).filter(erased_at=None)
    names = tuple(
        name
        for name in (organisation.name, organisation.name_kana)
        # Of a short word one cannot tell whether it means the organisation.
        if len(name) > 2 and not bears.filter(name=name).exists() and not bears.filter(name_kana=name).exists()
    )
    groups = RelayedGroup.objects.filter(desk=organisation)
    shared = RelayedGroup.objects.exclude(desk=organisation).filter(name__in=groups.order_by().values("name"))
    named = groups.exclude(name__in=shared.order_by().values("name")).order_by("pk").values_list("name", flat=True)
    names += tuple(name for name in named if len(name) > 2)
    numbers = (organisation.corporate_number, organisation.phone, organisation.website)
    core = _without_form(organisation.name)
    return Identity(
        organisation.pk,
        names=names,
        others=tuple(sorted(each for each in numbers if each)),
        familiar=(core,) if len(core) > 2 else (),
    )


def _without_form(name: str) -> str:
    """つきのみち of ＮＰＯ法人つきのみち, as partners write it."""
    core = unicodedata.normalize("NFKC", name)
    for form in sorted(LEGAL_FORMS, key=len, reverse=True):
        core = re.sub(re.escape(form), "", core, flags=re.IGNORECASE)
    return core.strip()


def _mask(identity: Identity, actor: Any) -> None:
    mask(Handover.objects.all(), ["note", "brief"], identity, LEFT)
    mask(Merge.objects.all(), ["note"], identity, LEFT)
    mask(ReconfirmationReply.objects.all(), ["note"], identity, LEFT)
    mask(Referral.objects.all(), ["organisation_name", "message"], identity, GONE)
    mask(Invitation.objects.all(), ["message"], identity, LEFT)
    mask(JoinRequest.objects.all(), ["message"], identity, LEFT)
    mask(ApplicationRound.objects.exclude(organisation__in=identity.pks), ["message"], identity, LEFT)
    mask(Organisation.objects.exclude(pk__in=identity.pks), ["staff_message"], identity, LEFT)
    mask(RelayedGroup.objects.all(), ["note"], identity, LEFT)
    mask(RosterImport.objects.all(), ["problems", "preview"], identity, LEFT)
    mask(RegistrationDraft.objects.all(), ["data"], identity, LEFT)
    mask(Practitioner.objects.all(), ["title", "introduction"], identity, LEFT)


organisation_traces.register(Trace("names in what members keep", erase=_mask))
