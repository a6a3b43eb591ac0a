"""Who meets what at each address. One line for each address and method."""

from dataclasses import dataclass, field

from django.urls import reverse_lazy

LOGIN = str(reverse_lazy("account_login"))


@dataclass(frozen=True)
class Row:
    """``expected``: visitor, other organisation's member, own member, staff; ``@name`` is an object of the world."""

    method: str
    name: str
    expected: tuple[str, str, str, str]
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.name} {' '.join(self.arguments.values())}".strip()


def get(name: str, expected: str, /, **arguments: str) -> Row:
    return Row("GET", name, _four(expected), arguments)


def post(name: str, expected: str, /, **arguments: str) -> Row:
    return Row("POST", name, _four(expected), arguments)


def _four(expected: str) -> tuple[str, str, str, str]:
    anonymous, outsider, member, staff = expected.split()
    return anonymous, outsider, member, staff


EVERYBODY = "200 200 200 200"
SIGNED_IN = "login 200 200 200"
OWN = "login 404 200 404"
OWN_AND_STAFF = "login 404 200 200"

ROUTES = [
    get("healthz", EVERYBODY),
    get("readyz", EVERYBODY),
    get("notifications:list", SIGNED_IN),
    get("notifications:read_all", "login 405 405 405"),
    post("notifications:read_all", "login 404 404 404"),
    get("notifications:preferences", SIGNED_IN),
    post("notifications:preferences", "login 302 302 302"),
    get("notifications:open", "login 405 405 405", pk="@notification"),
    post("notifications:open", "login 404 302 404", pk="@notification"),
    get("courses:intro", EVERYBODY),
    get("accompaniment:intro", EVERYBODY),
    get("members:join", EVERYBODY),
    post("members:join", EVERYBODY),
    get("members:join_person", "302 302 302 302"),
    post("members:join_person", "302 302 302 302"),
    get("members:join_check", "302 302 302 302"),
    post("members:join_check", "302 302 302 302"),
    get("members:join_done", EVERYBODY),
    get("members:join_clear", "405 405 405 405"),
    post("members:join_clear", "302 302 302 302"),
    get("members:account", SIGNED_IN),
    post("members:account", SIGNED_IN),
    get("members:profile_edit", OWN_AND_STAFF, pk="@organisation"),
    post("members:profile_edit", "login 405 405 405", pk="@organisation"),
    get("members:profile_section", OWN_AND_STAFF, pk="@organisation", section="kind"),
    post("members:profile_section", "login 404 409 409", pk="@organisation", section="kind"),
    get("members:resubmit", OWN, pk="@returned"),
    post("members:resubmit", OWN, pk="@returned"),
    get("members:my_data", SIGNED_IN),
    get("members:my_data_json", "login 302 302 302"),
    get("members:organisation_data_json", "login 302 302 302", pk="@organisation"),
    get("members:delete_account", SIGNED_IN),
    post("members:delete_account", "login 302 302 302"),
    get("members:account_deleted", EVERYBODY),
    get("members:withdraw", OWN_AND_STAFF, pk="@organisation"),
    post("members:withdraw", "login 404 302 302", pk="@organisation"),
    get("members:people", OWN_AND_STAFF, pk="@organisation"),
    get("members:groups", OWN_AND_STAFF, pk="@desk"),
    get("members:group_new", OWN, pk="@desk"),
    post("members:group_new", OWN, pk="@desk"),
    get("members:group_edit", OWN, pk="@group"),
    post("members:group_edit", OWN, pk="@group"),
    get("members:group_step", "login 405 405 405", pk="@group", step="retire"),
    post("members:group_step", "login 404 302 404", pk="@group", step="retire"),
    get("members:join_request", SIGNED_IN, pk="@elsewhere"),
    post("members:join_request", "login 302 302 302", pk="@elsewhere"),
    get("members:answer_join_request", "login 405 405 405", pk="@join_request", answer="accept"),
    post("members:answer_join_request", "login 404 302 302", pk="@join_request", answer="accept"),
    get("members:role", "login 405 405 405", pk="@colleague"),
    post("members:role", "login 404 302 302", pk="@colleague"),
    get("members:leave", OWN_AND_STAFF, pk="@colleague"),
    post("members:leave", "login 404 302 302", pk="@colleague"),
    get("members:invite", OWN_AND_STAFF, pk="@organisation"),
    post("members:invite", OWN_AND_STAFF, pk="@organisation"),
    get("members:application", OWN_AND_STAFF, pk="@organisation"),
    get("members:my_invitation", "login 404 200 404", pk="@invitation_received"),
    post("members:my_invitation", "login 404 302 404", pk="@invitation_received"),
    get("members:change_invitation", "login 405 405 405", pk="@invitation", change="revoke"),
    post("members:change_invitation", "login 404 302 302", pk="@invitation", change="revoke"),
    get("members:invitation", EVERYBODY, token="a-token"),
    post("members:invitation", EVERYBODY, token="a-token"),
    get("members:acting", "login 405 405 405"),
    post("members:acting", "login 404 404 404"),
    get("members:handover_new", OWN_AND_STAFF, pk="@colleague"),
    post("members:handover_new", OWN_AND_STAFF, pk="@colleague"),
    get("members:handover", OWN_AND_STAFF, pk="@handover"),
    get("members:handover_pdf", OWN_AND_STAFF, pk="@handover"),
    get("members:cancel_handover", "login 405 405 405", pk="@planned_handover"),
    post("members:cancel_handover", "login 404 302 302", pk="@planned_handover"),
    get("members:join_resend", "405 405 405 405"),
    post("members:join_resend", "302 302 302 302"),
    get("matching:post_contact", OWN, pk="@published"),
    post("matching:post_contact", OWN, pk="@published"),
    get("members:referrals", OWN, pk="@organisation"),
    get("members:referral_new", OWN, pk="@organisation"),
    post("members:referral_new", OWN, pk="@organisation"),
    get("members:referral_detail", OWN, pk="@organisation", referral="@referral"),
    get("members:referral_card", OWN, pk="@organisation", referral="@referral"),
    get("members:referral_revoke", "login 405 405 405", pk="@organisation", referral="@referral"),
    post("members:referral_revoke", "login 404 302 404", pk="@organisation", referral="@referral"),
    get("members:referral_sharing", OWN, pk="@organisation", referral="@received"),
    post("members:referral_sharing", OWN, pk="@organisation", referral="@received"),
    get("members:referral", EVERYBODY, token="a-link"),
    post("members:referral", EVERYBODY, token="a-link"),
    get("members:document_versions", EVERYBODY, kind="terms"),
    get("members:document", EVERYBODY, kind="terms", pk="@newer_terms"),
    get("members:document_changes", EVERYBODY, kind="terms", pk="@newer_terms"),
    get("members:consents", SIGNED_IN),
    post("members:consents", SIGNED_IN),
    get("members:reconfirm", OWN, pk="@organisation", campaign="@campaign"),
    post("members:reconfirm", OWN, pk="@organisation", campaign="@campaign"),
    get("matching:board", EVERYBODY),
    get("matching:my_posts", SIGNED_IN),
    get("matching:post_new", SIGNED_IN, direction="need"),
    post("matching:post_new", SIGNED_IN, direction="need"),
    get("matching:post_edit", OWN, pk="@draft"),
    post("matching:post_edit", OWN, pk="@draft"),
    get("matching:post_preview", OWN, pk="@draft"),
    get("matching:post_submitted", "login 404 302 404", pk="@draft"),
    get("matching:post", EVERYBODY, pk="@published"),
    get("matching:respond", "login 200 200 302", pk="@foreign_post"),
    post("matching:respond", "login 200 200 302", pk="@foreign_post"),
    get("matching:sheet", OWN, pk="@published"),
    get("matching:offline_responses", OWN_AND_STAFF, pk="@published"),
    post("matching:offline_responses", OWN_AND_STAFF, pk="@published"),
    get("matching:offline_settle", "login 405 405 405", pk="@offline_response"),
    post("matching:offline_settle", "login 404 302 302", pk="@offline_response"),
    get("matching:offline_answer", OWN_AND_STAFF, pk="@relayed"),
    post("matching:offline_answer", OWN_AND_STAFF, pk="@relayed"),
    get("matching:tell_group", OWN, pk="@relayed"),
    post("matching:tell_group", "login 404 302 404", pk="@relayed"),
    get("matching:group_slip", OWN, pk="@relayed"),
    get("matching:post_suggestion", "login 404 302 404", pk="@revised"),
    post("matching:post_suggestion", "login 404 302 404", pk="@revised"),
    get("matching:post_confirm", OWN, pk="@published", action="close"),
    get("matching:post_action", "login 405 405 405", pk="@published", action="close"),
    post("matching:post_action", "login 404 302 404", pk="@published", action="close"),
    get("matching:introductions", SIGNED_IN),
    get("matching:introduction", OWN_AND_STAFF, pk="@agreed"),
    get("matching:answer", "login 404 302 302", pk="@asked"),
    post("matching:answer", "login 404 404 404", pk="@asked"),
    get("matching:introduction_start", "login 404 302 302", pk="@agreed"),
    post("matching:introduction_start", "login 404 302 302", pk="@agreed"),
    get("matching:introduction_end", "login 404 200 302", pk="@under_way"),
    post("matching:introduction_end", "login 404 200 302", pk="@under_way"),
    get("matching:introduction_withdraw", "login 404 302 200", pk="@asked"),
    post("matching:introduction_withdraw", "login 404 302 302", pk="@asked"),
    get("matching:introduction_write", "login 404 302 302", pk="@agreed"),
    post("matching:introduction_write", OWN_AND_STAFF, pk="@agreed"),
    get("matching:introduction_read", "login 404 302 302", pk="@agreed"),
    post("matching:introduction_read", "login 404 302 302", pk="@agreed"),
    get("matching:report", "login 404 200 302", pk="@under_way"),
    post("matching:report", "login 404 404 404", pk="@under_way"),
    get("matching:report_thanks", "login 404 200 302", pk="@reported"),
    get("pages:home", EVERYBODY),
    get("pages:me", SIGNED_IN),
    get("pages:about", EVERYBODY),
    get("pages:faq", EVERYBODY),
    get("pages:easy", EVERYBODY),
    get("pages:accessibility", EVERYBODY),
    get("pages:privacy", EVERYBODY),
    get("pages:terms", EVERYBODY),
    get("pages:contact", EVERYBODY),
    post("pages:contact", EVERYBODY),
    get("pages:contact_sent", EVERYBODY),
    get("pages:organisations", EVERYBODY),
    get("pages:organisation", EVERYBODY, pk="@organisation"),
    get("pages:robots", EVERYBODY),
    get("web:styleguide", EVERYBODY),
    # --- logging in, by allauth ---
    get("account_login", "200 302 302 302"),
    get("account_logout", "302 200 200 200"),
    get("account_inactive", EVERYBODY),
    get("account_signup", "200 302 302 302"),
    get("account_reauthenticate", SIGNED_IN),
    get("account_email", SIGNED_IN),
    get("account_email_verification_sent", EVERYBODY),
    get("account_change_password", SIGNED_IN),
    get("account_set_password", "login 302 302 302"),
    get("account_reset_password", EVERYBODY),
    get("account_confirm_login_code", "login 302 302 302"),
    get("account_confirm_email", EVERYBODY, key="abc"),
    get("account_reset_password_from_key_done", EVERYBODY),
    get("account_reset_password_from_key", EVERYBODY, uidb36="abc", key="abc"),
    get("account_reset_password_done", EVERYBODY),
    get("socialaccount_connections", SIGNED_IN),
    get("socialaccount_login_cancelled", EVERYBODY),
    get("socialaccount_login_error", "login 401 401 401"),
    get("socialaccount_signup", "login login login login"),
    # No client of GビズID in the tests' settings; what its pages give otherwise is told in test_gbizid.
    get("openid_connect_login", "404 404 404 404", provider_id="gbizid"),
    post("openid_connect_login", "404 404 404 404", provider_id="gbizid"),
    get("openid_connect_callback", "404 404 404 404", provider_id="gbizid"),
    get("mfa_index", SIGNED_IN),
    get("mfa_authenticate", "login 302 302 302"),
    get("mfa_reauthenticate", "login 302 302 302"),
    get("mfa_activate_totp", "login 302 302 302"),
    get("mfa_deactivate_totp", "login 404 404 404"),
    get("mfa_view_recovery_codes", "login 404 404 404"),
    get("mfa_generate_recovery_codes", "login 302 302 302"),
    get("mfa_download_recovery_codes", "login 404 404 404"),
    get("mfa_list_webauthn", SIGNED_IN),
    get("mfa_add_webauthn", "login 302 302 302"),
    get("mfa_reauthenticate_webauthn", "login 302 302 302"),
    get("mfa_remove_webauthn", "login 302 302 302", pk="1"),
    get("mfa_edit_webauthn", "login 302 302 302", pk="1"),
    get("mfa_login_webauthn", "login 302 302 302"),
]

# What these give depends on more than who asks; their own tests say on what.
OWN_PAGES = [
    get("files:serve", EVERYBODY, token=""),
    get("files:serve", EVERYBODY, token="", variant=""),
    get("places:postal", EVERYBODY),
    # allauth's old addresses, without names, which lead to the new ones.
    *(
        get(f"account/social/{page}/", EVERYBODY)
        for page in ("login/cancelled", "login/error", "signup", "connections")
    ),
    get("embedded:mail", EVERYBODY),
    get("embedded:mail_detail", EVERYBODY, name=""),
    get("embedded:mail_html", EVERYBODY, name=""),
]
# The admin's own entrances; every other page of it is not there for anybody but staff.
ADMIN: dict[str, tuple[str, ...]] = {
    "admin:index": ("login", "404", "404", "200"),
    "admin:login": ("login", "302", "302", "302"),
    "admin:logout": ("login", "404", "404", "302"),
    "admin:password_change": ("login", "404", "404", "302"),
    "admin:password_change_done": ("login", "404", "404", "302"),
    "admin:autocomplete": ("login", "404", "404", "403"),
    "admin:jsi18n": ("login", "404", "404", "200"),
}
