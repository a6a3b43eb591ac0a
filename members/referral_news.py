"""What a referrer may see of what became of a link: nothing of which the invited party does not want it to know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from members.enums import OrganisationState, ReferralSharing, ReferralState
from members.models import Referral
from members.referral_activity import figures_of

#: Said of every link of which nothing may be told: not answered, declined, registered. It must fit all of these.
KEPT = "お返事の内容は、相手の方が「伝えてよい」とされたときだけ、ここに出ます。"
ANSWERS = {
    "revoked": "この紹介は、あなたの団体が取り消しました。",
    "kept": KEPT,
    "declined": "今回は見送るとのことでした。",
    "applied": "登録の申込みがありました。事務局が内容を確認しています。",
    "approved": "登録されました。",
    "rejected": "今回は、登録には至りませんでした。",
    "left": "その後、退会されました。",
}
_STANDINGS = {
    OrganisationState.APPLIED: "applied",
    # What the office asks of an applicant is not the referrer's business.
    OrganisationState.RETURNED: "applied",
    OrganisationState.APPROVED: "approved",
    OrganisationState.SUSPENDED: "approved",
    OrganisationState.REJECTED: "rejected",
    OrganisationState.WITHDRAWN: "left",
    OrganisationState.MERGED: "approved",
}
TONES = {"revoked": "none", "kept": "none", "declined": "warning", "applied": "state", "approved": "offer"}


def standing_of(referral: Referral) -> str:
    """A key of ``ANSWERS``: how far the referrer may know what became of it."""
    if referral.revoked_at is not None:
        return "revoked"
    if referral.sharing == ReferralSharing.NOTHING:
        return "kept"
    if referral.state == ReferralState.DECLINED:
        return "declined"
    if referral.state == ReferralState.ACCEPTED and referral.invited is not None:
        return _STANDINGS.get(OrganisationState(referral.invited.state), "kept")
    return "kept"


def told_of(referral: Referral) -> str:
    """What the referrer may know of ``referral``, in one sentence: for its pages and for its people's downloads."""
    return ANSWERS[standing_of(referral)]


@dataclass(frozen=True)
class News:
    """One referral as its referrer sees it; ``figures`` are pairs (label, number), where these may be seen."""

    referral: Referral
    standing: str
    figures: Collection[tuple[str, int]] = ()

    @property
    def text(self) -> str:
        return ANSWERS[self.standing]

    @property
    def tone(self) -> str:
        return TONES.get(self.standing, "none")

    @property
    def profile(self) -> Any:
        """The organisation that came of it, where it has a page to show."""
        invited = self.referral.invited
        shown = self.standing == "approved" and invited is not None and invited.state == OrganisationState.APPROVED
        return invited if shown else None

    @property
    def is_open(self) -> bool:
        """Whether the link can still be given away; by the referrer's own doing and by time alone."""
        return self.referral.is_usable


def news_of(referrals: Iterable[Referral]) -> list[News]:
    """What may be seen of each, in a number of queries that does not depend on how many they are."""
    seen = [(referral, standing_of(referral)) for referral in referrals]
    counted = {
        referral.invited_id
        for referral, standing in seen
        if standing == "approved" and referral.sharing == ReferralSharing.ACTIVITY and referral.invited_id is not None
    }
    figures = figures_of(counted)
    return [
        News(
            referral,
            standing,
            figures.get(referral.invited_id or 0, ()) if referral.sharing == ReferralSharing.ACTIVITY else (),
        )
        for referral, standing in seen
    ]
