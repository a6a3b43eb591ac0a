"""Who opens the pages: people of organisations in every state, the office, and a few with something of their own."""

import secrets
import time
from hashlib import sha256
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress, EmailConfirmationHMAC, Login
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth import login as log_in
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.cached_db import SessionStore
from django.http import HttpRequest
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from members.drafts import SESSION_KEY as DRAFT_KEY
from members.enums import AffiliationRole, OrganisationState
from members.models import Affiliation, Organisation, RegistrationDraft, User
from members.transitions import ask_to_join, record_consents
from tests.factories.members import AffiliationFactory, UserFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: Whoever logs in here has just confirmed who they are, for as long as the tests run.
FRESH = 24 * 3600


def demo(name: str) -> User:
    """The demo's account of that name."""
    return User.objects.get(email=f"{name}@demo.example")


def office() -> User:
    """Somebody of the office."""
    return demo("jimukyoku")


def organisation_of(name: str) -> Organisation:
    return Organisation.objects.of(demo(name)).get()


def owner_in(state: OrganisationState) -> User:
    """Somebody whose organisation is in ``state``."""
    return Affiliation.objects.current().filter(organisation__state=state).order_by("pk")[0].user


def visitors() -> dict[str, str]:
    """The session of everybody whom the catalogue names."""
    npo = organisation_of("npo")
    asking = UserFactory(name="問田 結", name_kana="トイダ ユイ")
    record_consents(asking, actor=asking)
    ask_to_join(npo.pk, message="ひなたの庭で、春から広報を手伝っています。", actor=asking)
    viewer = UserFactory(email="mimamori@machi.example", name="見本 守", name_kana="ミホン マモル")
    AffiliationFactory(organisation=npo, user=viewer, role=AffiliationRole.VIEWER)
    double = UserFactory(name="二木 渉", name_kana="フタギ ワタル")
    for each in (npo, organisation_of("daigaku")):
        AffiliationFactory(organisation=each, user=double, role=AffiliationRole.EDITOR)
    guarded = _guarded()
    people: dict[str, User] = {
        **{
            name: demo(name)
            for name in ("npo", "kigyo", "daigaku", "kinyu", "media", "shakyo", "jimukyoku", "jissensha")
        },
        "newcomer": UserFactory(name="初瀬 香", name_kana="ハツセ カオリ"),
        "unagreed": UserFactory(name="未読 文", name_kana="ミドク フミ", agreed=False),
        "passwordless": UserFactory(name="無岡 鍵", password=make_password(None)),
        "asking": asking,
        "viewer": viewer,
        "double": double,
        "guarded": guarded,
        "applied": owner_in(OrganisationState.APPLIED),
        "returned": owner_in(OrganisationState.RETURNED),
        "rejected": owner_in(OrganisationState.REJECTED),
        "suspended": owner_in(OrganisationState.SUSPENDED),
        "withdrawn": owner_in(OrganisationState.WITHDRAWN),
    }
    return {
        **logged_in(people),
        "halfway": _session({LOGIN_SESSION_KEY: _login_that_waits_for_the_second_factor(guarded)}),
        "registering": _session({DRAFT_KEY: _draft()}),
    }


def logged_in(people: dict[str, User]) -> dict[str, str]:
    """The key of a session of each."""
    return {name: _logged_in(user) for name, user in people.items()}


def _guarded() -> User:
    """Somebody with every second factor."""
    user: User = UserFactory(email="mamori@machi.example", name="守山 静", name_kana="モリヤマ シズカ")
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    WebAuthn.add(user, "仕事用のパソコン", _passkey())
    return user


def _passkey() -> dict[str, Any]:
    """What a browser hands over for a new passkey."""
    x, y = (number.to_bytes(32, "big") for number in _point())
    credential = AttestedCredentialData.create(
        bytes(16), secrets.token_bytes(32), ES256({1: 2, 3: -7, -1: 1, -2: x, -3: y})
    )
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"127.0.0.1").digest(), flags, 0, credential)
    return dict(
        RegistrationResponse(
            raw_id=credential.credential_id,
            response=AuthenticatorAttestationResponse(
                client_data=CollectedClientData.create("webauthn.create", b"challenge", "http://127.0.0.1"),
                attestation_object=AttestationObject.create("none", data, {}),
            ),
        )
    )


def _point() -> tuple[int, int]:
    """The generator of the curve P-256: a public key that is well formed, and nobody's."""
    return (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    )


def keys() -> dict[str, str | int]:
    """What stands in links of account mails, and people and organisations by number."""
    unconfirmed = UserFactory(name="未明 歩", email_confirmed=False)
    forgetful = UserFactory(name="物忘 忍")
    passkey = Authenticator.objects.get(user__email="mamori@machi.example", type=Authenticator.Type.WEBAUTHN)
    npo = organisation_of("npo")
    return {
        "confirm_key": EmailConfirmationHMAC(EmailAddress.objects.get(user=unconfirmed)).key,
        "reset_uid": user_pk_to_url_str(forgetful),
        "reset_key": default_token_generator.make_token(forgetful),
        "passkey": passkey.pk,
        "npo": npo.pk,
        "kigyo": organisation_of("kigyo").pk,
        "daigaku": organisation_of("daigaku").pk,
        "own_affiliation": Affiliation.objects.get(user=demo("npo")).pk,
        "colleague": Affiliation.objects.get(user__email="mimamori@machi.example").pk,
        "join_request": npo.join_requests.waiting()[0].pk,
        "returned": Organisation.objects.of(owner_in(OrganisationState.RETURNED)).get().pk,
        "applied_organisation": Organisation.objects.of(owner_in(OrganisationState.APPLIED))
        .filter(state=OrganisationState.APPLIED)[0]
        .pk,
    }


def _draft() -> str:
    """The token of a registration of which two screens are filled in."""
    organisation = {
        "kind": "npo",
        "name": "NPO法人 みどりの縁側",
        "name_kana": "ミドリノエンガワ",
        "postal_code": "2510021",
        "municipality": "14205",
        "address": "架空1丁目1番",
        "description": "縁側で、月に二度のお茶の会をひらいています。",
    }
    person = {"name": "森 春子", "name_kana": "モリ ハルコ", "email": "mori@midori.example"}
    draft = RegistrationDraft.objects.create(data={"organisation": organisation, "person": person})
    return str(draft.token)


def _login_that_waits_for_the_second_factor(user: User) -> Any:
    login = Login(user=user, state={"stages": {"current": "mfa_authenticate"}}, initiated_at=time.time() + FRESH)
    return login.serialize()


def _logged_in(user: User) -> str:
    """A session of ``user``, as if they had just logged in."""
    request = HttpRequest()
    request.session = SessionStore()
    log_in(request, user, backend=BACKEND)
    record_authentication(request, user, "password", at=time.time() + FRESH, email=user.email, reauthenticated=True)
    request.session.save()
    return str(request.session.session_key)


def _session(values: dict[str, Any]) -> str:
    store = SessionStore()
    store.update(values)
    store.save()
    return str(store.session_key)
