"""How allauth talks to the portal: its mails go through the outbox, and registration is the portal's own."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from allauth.account.models import EmailConfirmation
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount, SocialLogin

    from members.models import User

#: Why the mail comes, as its foot says: 「このメールは、…、お送りしています。」
_REASONS = {
    "email_confirmation": "メールアドレスの確認のため",
    "email_confirmation_signup": "参加の申込みがあったため",
    "account_already_exists": "このメールアドレスで参加の申込みがあったため",
    "unknown_account": "このメールアドレスで手続きがあったため",
    "password_reset_key": "パスワードの決め直しの申込みがあったため",
}
_REASON = "アカウントの設定が変わったため"
#: The ways to confirm who one is, in the words of the page where they are set up.
_WAYS = {
    "reauthenticate": "パスワードで確かめる",
    "mfa_reauthenticate": "認証アプリの番号で確かめる",
    "mfa_reauthenticate:webauthn": "パスキーで確かめる",
}


class AccountAdapter(DefaultAccountAdapter):
    """Named by ``ACCOUNT_ADAPTER``."""

    # --- registration and where people land ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People join through ``members:join``, which asks for their organisation too."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if getattr(user, "is_staff", False):
            return reverse("admin:index")
        # The adapter is named by the settings and loaded before the models are.
        from members.models import ConsentDocument

        # Asked once, when they come; whoever goes on without an answer is not held up.
        new_texts = user.is_authenticated and ConsentDocument.objects.missing_for(user).exists()
        return reverse("members:consents" if new_texts else "pages:me")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:account")

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).strip().lower()

    def get_reauthentication_methods(self, user: "User") -> list[dict[str, Any]]:
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**way, "description": _WAYS.get(way["id"], way["description"])} for way in ways]

    # --- links in mails: never made from what a request says its host is ---

    def get_email_confirmation_url(self, request: HttpRequest | None, emailconfirmation: "EmailConfirmation") -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        # The key is the person's number and a token, put together by allauth.
        uid, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail(
            "account/email/account_already_exists",
            email,
            {
                "signup_url": settings.SITE_URL + reverse("members:join"),
                "password_reset_url": settings.SITE_URL + reverse("account_reset_password"),
            },
        )

    # --- mails ---

    def send_notification_mail(
        self,
        template_prefix: str,
        user: "User",
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell ``user`` of a change to their account, with where it came from."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put an account mail into the outbox, secret: never shown, wiped once sent, never delayed.

        It is written in the transaction of the change it tells of, and no mail server is spoken to here: registering
        works while it is down.
        """
        # The adapter is named by the settings and loaded before the models are.
        from members.models import User
        from tomoiki.notifications import outbox

        name = template_prefix.rpartition("/")[2]
        user = context.get("user") or User.objects.filter(email=email.strip().lower()).first()
        whole = {
            **context,
            **outbox.site_context(),
            "email": email,
            "recipient": user if user is not None and user.name else None,
            "reason": _REASONS.get(name, _REASON),
            "timestamp": context.get("timestamp") or timezone.now(),
            "can_switch_off": False,
        }
        subject = render_to_string(f"{template_prefix}_subject.txt", whole)
        text = render_to_string(f"{template_prefix}_message.txt", whole)
        body = render_to_string(f"{template_prefix}_message.txt", {**whole, "body_only": True}).strip()
        html = render_to_string("layouts/email_from_text.html", {**whole, "subject": subject, "body_text": body})
        with transaction.atomic():
            outbox.put_secret(
                key=f"account:{name}:{uuid4()}",
                code=f"account.{name}",
                to_address=email,
                subject=subject,
                text=text,
                html=html,
                recipient=user,
            )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Named by ``SOCIALACCOUNT_ADAPTER``. Whoever comes with a GビズID that nobody is known by yet registers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: "SocialLogin") -> bool:
        """Accounts are made by ``members:join`` alone."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: "SocialLogin") -> None:
        # Named by the settings and loaded before the models are.
        from members import drafts, gbizid

        try:
            claims = gbizid.claims_of(sociallogin.account.extra_data)
        except gbizid.Refused as refusal:
            messages.error(request, refusal.message)
            raise ImmediateHttpResponse(redirect(self._way_back(request))) from refusal
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if request.user.is_authenticated:
            # Somebody else's page may have sent them here: who is logged in joins it to their account on purpose.
            messages.info(request, "GビズIDをつなぐには、次の画面で「GビズIDをつなぐ」を押してください。")
            raise ImmediateHttpResponse(redirect("socialaccount_connections"))
        drafts.begin_with_gbizid(request, claims)
        messages.success(request, f"GビズIDで「{claims.organisation}」を確認しました。続けて、登録をお願いします。")
        raise ImmediateHttpResponse(redirect("members:join"))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: "SocialAccount") -> str:
        return reverse("socialaccount_connections")

    @staticmethod
    def _way_back(request: HttpRequest) -> str:
        return "socialaccount_connections" if request.user.is_authenticated else "members:join"

    def send_notification_mail(self, template_prefix: str, user: "User", context: dict[str, Any] | None = None) -> None:
        """By the portal's own way of sending account mails."""
        AccountAdapter(self.request).send_notification_mail(template_prefix, user, context)


class MFAAdapter(DefaultMFAAdapter):
    """Named by ``MFA_ADAPTER``."""

    def generate_authenticator_name(self, user: "User", type: "Authenticator.Type") -> str:
        """What a new passkey is called until its owner says otherwise."""
        # Models are loaded after the adapter is named by the settings.
        from allauth.mfa.models import Authenticator

        return f"パスキー{Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"
