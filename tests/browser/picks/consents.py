"""Links to invite by, versions of texts, and questions whether organisations go on."""

from datetime import timedelta

from django.utils import timezone

from members.enums import ConsentKind, ReconfirmationState, ReferralSharing
from members.models import ConsentDocument, Reconfirmation, ReconfirmationReply, Referral
from members.transitions import change_sharing
from tests.browser.picks.people import demo, office, organisation_of
from tests.factories.consents import ReconfirmationFactory
from tests.factories.members import ConsentDocumentFactory


def ids() -> dict[str, str | int]:
    """Out of the demo's year, and what only the office sees before it is out."""
    running = Reconfirmation.objects.get(state=ReconfirmationState.OPEN)
    closed = Reconfirmation.objects.get(state=ReconfirmationState.CLOSED)
    replies = ReconfirmationReply.objects.filter(reconfirmation=running).order_by("pk")
    answered = replies.exclude(answer="").exclude(answered_by=None)
    taken = Referral.objects.get(organisation_name="ひなたの庭")
    waiting = Referral.objects.get(organisation_name="架空商店街振興組合")
    over = Referral.objects.get(organisation_name="架空運輸")
    # Its trail has something to show.
    change_sharing(taken.pk, sharing=ReferralSharing.MEMBERSHIP, actor=demo("npo"))
    change_sharing(taken.pk, sharing=ReferralSharing.ACTIVITY, actor=demo("npo"))
    terms = ConsentDocument.objects.filter(kind=ConsentKind.TERMS).order_by("in_force_from")
    return {
        "kinyu": organisation_of("kinyu").pk,
        "referral": waiting.pk,
        "referral_taken": taken.pk,
        "referral_revoked": over.pk,
        "referral_expired": Referral.objects.get(organisation_name="架空工務店").pk,
        "link": waiting.token,
        "link_over": over.token,
        "campaign": running.pk,
        "campaign_closed": closed.pk,
        "campaign_draft": _draft().pk,
        "reply_silent": replies.filter(answer="")[0].pk,
        "reply_given": answered[0].pk,
        "terms_old": terms[0].pk,
        "terms_new": terms[1].pk,
        "document_draft": _prepared().pk,
    }


def _draft() -> Reconfirmation:
    made: Reconfirmation = ReconfirmationFactory(
        state=ReconfirmationState.DRAFT, title="来年度の継続の確認", created_by=office(), kinds=["npo", "company"]
    )
    return made


def _prepared() -> ConsentDocument:
    current = ConsentDocument.objects.current().get(kind=ConsentKind.PRIVACY)
    made: ConsentDocument = ConsentDocumentFactory(
        kind=ConsentKind.PRIVACY,
        version="第2版",
        summary="・確認の済まない登録を消すまでの日数を、30日から60日に変えます。",
        body=current.body.replace("30日", "60日"),
        in_force_from=timezone.now() + timedelta(days=45),
        published_at=None,
    )
    return made
