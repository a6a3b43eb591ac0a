"""Answers as GビズID answers: nothing of a person in the ID token, the rest by the granted scopes."""

import json
import os
from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

#: scope -> the claims it opens (ガイドライン 3.4.1.4, as far as the tests use them).
OPENED = {
    "profile": (
        "account_type",
        "corp_type",
        "corporate_number",
        "name",
        "prefecture_name",
        "address1",
        "rep_last_nm",
        "rep_first_nm",
        "birthday_ymd",
    ),
    "user": ("user_last_nm", "user_first_nm", "user_last_nm_kana", "user_first_nm_kana", "user_birthday_ymd"),
    "email": ("email", "user_email"),
}


class GBizLikeAdapter(DefaultOIDCAdapter):
    scope_display = {**DefaultOIDCAdapter.scope_display, "user": "利用者の情報"}

    def get_claims(self, purpose: str, user: Any, client: Any, scopes: Iterable[str], **kwargs: Any) -> dict[str, Any]:
        claims: dict[str, Any] = {"sub": f"gbiz-{user.pk}"}
        if purpose == "userinfo":
            known = json.loads(os.environ["IDENTITY_PEOPLE"])[user.username]
            opened = {name for scope in scopes for name in OPENED.get(scope, ())}
            claims |= {name: value for name, value in known.items() if name in opened}
        return claims

    def get_user_sub(self, client: Any, user: Any) -> str:
        return f"gbiz-{user.pk}"

    def get_user_by_sub(self, client: Any, sub: str) -> Any:
        return super().get_user_by_sub(client, sub.removeprefix("gbiz-"))
