"""What waits for a member among texts to agree to and questions whether their organisation goes on."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole, OrganisationState
from members.models import ConsentDocument, ReconfirmationReply, User
from tomoiki.web.waiting import Urgency, WaitingItem


def consents_waiting(user: User) -> Iterator[WaitingItem]:
    """Texts in force that a member has not agreed to: one query. It locks nobody out; the office is not asked."""
    if user.is_staff:
        return
    missing = list(ConsentDocument.objects.missing_for(user))
    if missing:
        names = "と".join(document.get_kind_display() for document in missing)
        yield WaitingItem(
            icon="book",
            title=f"{names}が新しくなりました",
            detail="変わったところを読み、よろしければ同意をお願いします。",
            url=reverse("members:consents"),
            button="読んで決める",
            tone="state",
            since=min(document.in_force_from for document in missing),
        )


def reconfirmations_waiting(user: User) -> Iterator[WaitingItem]:
    """Questions without an answer, of organisations that the person belongs to: one query."""
    silent = (
        ReconfirmationReply.objects.due_for_reminder(timezone.localdate())
        .filter(
            organisation__state__in=[OrganisationState.APPROVED, OrganisationState.SUSPENDED],
            organisation__affiliations__user=user,
            organisation__affiliations__ended_at=None,
        )
        .annotate(role=F("organisation__affiliations__role"))
        .select_related("reconfirmation", "organisation")
        .order_by("reconfirmation__deadline", "pk")
    )
    for reply in silent:
        owner = reply.role == AffiliationRole.OWNER
        yield WaitingItem(
            icon="clipboard-check",
            title=f"「{reply.organisation.name}」は、続けて参加されますか",
            detail=_detail(reply, owner=owner),
            url=reverse("members:reconfirm", args=[reply.organisation_id, reply.reconfirmation_id]),
            button="返事をする" if owner else "内容を見る",
            tone="warning",
            urgency=Urgency.NORMAL if owner else Urgency.LATER,
            due=reply.reconfirmation.deadline,
            since=reply.asked_at,
        )


def _detail(reply: ReconfirmationReply, *, owner: bool) -> str:
    # The title first: two questions that run beside each other are told apart by it.
    title = f"「{reply.reconfirmation.title}」："
    if not owner:
        return f"{title}代表担当者の方のお返事が、まだありません。声をかけてください。"
    if reply.is_newcomer:
        return (
            f"{title}登録されたばかりですが、全団体におたずねしているため、お返事をお願いします。"
            "「継続する」を選ぶだけでかまいません。"
        )
    return f"{title}「継続する」「退会する」「保留する」から選ぶだけです。お返事がないと、続けないものとして扱います。"
