"""GビズID: what the state's common login for businesses says about an organisation and the person before the screen.

Claims and their values: デジタル庁「GビズID 接続システム向けガイドライン」2.9版（2026年7月9日）3.4.1. Of them only what
registering needs is kept; birthday, addresses and the representative's name are never stored.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from stdnum.jp import cn

from members.enums import AffiliationRole
from members.models import Organisation, User
from tomoiki.text.normalisation import clean

#: The name of the provider in addresses and in ``SocialAccount.provider``.
PROVIDER = "gbizid"
#: account_type: 1 is gBizIDエントリー, for which nobody checked any paper; 2 プライム, 3 メンバー.
CHECKED_ACCOUNTS = {"2": "プライム", "3": "メンバー"}
#: corp_type: 1 is a 法人, 2 a 個人事業主, who has no 法人番号.
CORPORATION = "1"
KEPT = ("sub", "account_type", "corp_type", "corporate_number", "name")


@dataclass(frozen=True)
class Claims:
    """What GビズID vouches for, as far as the portal uses it."""

    sub: str
    account_type: str
    corporate_number: str
    organisation: str
    person: str = ""
    person_kana: str = ""
    email: str = ""

    @property
    def account(self) -> str:
        return CHECKED_ACCOUNTS[self.account_type]

    def stored(self) -> dict[str, str]:
        """As a draft keeps them on the server."""
        return asdict(self)


class Refused(Exception):
    """These claims do not name a checked organisation; ``message`` is Japanese and for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def enabled() -> bool:
    """Whether this portal is registered with GビズID."""
    return bool(settings.GBIZID_CLIENT_ID)


def minimal(extra_data: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of an answer of the provider."""
    answer = extra_data.get("userinfo") or extra_data
    return {name: str(answer[name]) for name in KEPT if answer.get(name)}


def claims_of(extra_data: Mapping[str, Any]) -> Claims:
    """Read the provider's answer. Raises ``Refused`` for an account that vouches for no organisation."""
    answer = extra_data.get("userinfo") or extra_data
    account_type = str(answer.get("account_type", ""))
    if account_type not in CHECKED_ACCOUNTS:
        raise Refused(
            "このGビズIDは「エントリー」のため、団体の確認に使えません。プライムかメンバーのGビズIDをお使いになるか、"
            "GビズIDを使わずにお申し込みください。"
        )
    number = str(answer.get("corporate_number", ""))
    if str(answer.get("corp_type", "")) != CORPORATION or not cn.is_valid(number):
        raise Refused(
            "このGビズIDには法人番号がありません。お手数ですが、GビズIDを使わずにお申し込みください。"
            "個人事業主の方も、団体として参加できます。"
        )
    name = clean(str(answer.get("name", "")))[:120]
    if not name:
        raise Refused("GビズIDから団体の名前を受け取れませんでした。GビズIDを使わずにお申し込みください。")

    def joined(*names: str) -> str:
        return clean(" ".join(str(answer.get(each) or "") for each in names))[:60]

    return Claims(
        sub=str(answer["sub"]),
        account_type=account_type,
        corporate_number=number,
        organisation=name,
        person=joined("user_last_nm", "user_first_nm"),
        person_kana=joined("user_last_nm_kana", "user_first_nm_kana"),
        email=str(answer.get("email") or answer.get("user_email") or "").strip().lower()[:254],
    )


def extra_data_of(claims: Claims) -> dict[str, str]:
    """The same for claims that a draft held."""
    return {
        "sub": claims.sub,
        "account_type": claims.account_type,
        "corp_type": CORPORATION,
        "corporate_number": claims.corporate_number,
        "name": claims.organisation,
    }


def claims_in(draft_data: Mapping[str, Any]) -> Claims | None:
    """The claims that a registration's draft holds."""
    stored = draft_data.get(PROVIDER)
    return Claims(**stored) if stored else None


def linked_account(user: User) -> SocialAccount | None:
    """The GビズID that ``user`` logs in with, if any."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).first()


def vouched_people(organisation: Organisation, people: Collection[int]) -> dict[int, str]:
    """Of ``people`` those whose GビズID has this organisation's 法人番号: number -> プライム or メンバー; one query."""
    if not organisation.corporate_number or not people:
        return {}
    accounts = SocialAccount.objects.filter(
        provider=PROVIDER, user__in=people, extra_data__corporate_number=organisation.corporate_number
    )
    kinds = {each.user_id: CHECKED_ACCOUNTS.get(str(each.extra_data.get("account_type")), "") for each in accounts}
    return {person: kind for person, kind in kinds.items() if kind}


def vouches_for(user: User, organisation: Organisation) -> str:
    """``プライム`` or ``メンバー`` where the person's GビズID has this organisation's 法人番号; else empty."""
    return vouched_people(organisation, [user.pk]).get(user.pk, "")


def vouched_by_owner(organisation: Organisation) -> str:
    """The same for whoever answers for the organisation: what staff see beside its 法人番号."""
    if not organisation.corporate_number:
        return ""
    owners = organisation.people(AffiliationRole.OWNER).values_list("pk", flat=True)
    kinds = set(vouched_people(organisation, list(owners)).values())
    return next((kind for kind in CHECKED_ACCOUNTS.values() if kind in kinds), "")
