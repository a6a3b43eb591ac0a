"""The words for passkeys and other ways to confirm who one is."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import RequestFactory

from members.adapters import MFAAdapter
from tests.factories.members import UserFactory

PASSKEY = Authenticator.Type.WEBAUTHN


def test_passkeys_are_counted_until_they_are_named(db: None) -> None:
    user, adapter = UserFactory(), MFAAdapter()
    WebAuthn.add(UserFactory(), "somebody else's", {})
    assert adapter.generate_authenticator_name(user, PASSKEY) == "パスキー1"
    WebAuthn.add(user, "電話", {})
    assert adapter.generate_authenticator_name(user, PASSKEY) == "パスキー2"


def test_each_way_to_confirm_is_called_as_it_is_where_it_is_set_up(db: None, rf: RequestFactory) -> None:
    user = UserFactory()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    WebAuthn.add(user, "電話", {})
    ways = get_adapter(rf.get("/")).get_reauthentication_methods(user)
    assert [way["description"] for way in ways] == [
        "パスワードで確かめる",
        "認証アプリの番号で確かめる",
        "パスキーで確かめる",
    ]
