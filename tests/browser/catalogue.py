"""The catalogue of pages: each address that somebody may open, with whoever opens it and a state worth seeing.

``@name`` stands for an object that ``tests.browser.picks`` finds or makes.
"""

import re
from dataclasses import dataclass, field

from django.urls import reverse

#: A route's name and the names of its parameters, as the URL resolver knows them.
Key = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Entry:
    """One page: ``who`` opens it (a session of the picks; empty for a visitor), ``state`` says in what state."""

    route: str
    who: str = ""
    state: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    query: str = ""
    status: int = 200

    @property
    def label(self) -> str:
        return " ".join(filter(None, [self.route, self.state, self.who and f"as {self.who}"]))

    @property
    def key(self) -> Key:
        return self.route, frozenset(self.arguments)

    def address(self, ids: dict[str, str | int]) -> str:
        """Where it stands, with the objects of ``ids``."""

        def named(text: str) -> str:
            return re.sub(r"@(\w+)", lambda found: str(ids[found[1]]), text)

        values = {name: named(value) for name, value in self.arguments.items()}
        return reverse(self.route, kwargs=values) + (f"?{named(self.query)}" if self.query else "")


def page(
    route: str, /, who: str = "", state: str = "", *, query: str = "", status: int = 200, **arguments: str
) -> Entry:
    return Entry(route, who, state, arguments, query, status)


PUBLIC = [
    page("pages:home"),
    page("pages:home", "npo"),
    *(page(f"pages:{name}") for name in ("about", "faq", "easy", "accessibility", "privacy", "terms")),
    page("pages:contact"),
    page("pages:contact", "npo"),
    page("pages:contact_sent"),
    page("pages:organisations"),
    page("pages:organisations", state="searched", query="q=ひなた"),
    page("pages:organisations", state="nothing found", query="q=どこにもない名前"),
    page("pages:organisations", state="with neighbours", query="area=14205&nearby=on&order=kana"),
    page("pages:organisations", state="map", query="view=map"),
    page("pages:organisations", "npo", "map, a ward chosen", query="view=map&area=14110"),
    page("pages:organisations", state="map, nothing found", query="view=map&q=どこにもない名前"),
    page("pages:organisation", pk="@npo"),
    page("pages:organisation", "npo", "own", pk="@npo"),
    page("pages:organisation", "npo", "another's, as a member", pk="@kigyo"),
    page("pages:organisation", state="a university", pk="@daigaku"),
    page("pages:organisation", "newcomer", "to join", pk="@kigyo"),
    page("pages:organisation", state="not there", pk="9999999", status=404),
    page("courses:intro"),
    page("accompaniment:intro"),
    page("web:styleguide"),
    page("embedded:mail"),
    page("embedded:mail_detail", name="@mail"),
]

ACCOUNT = [
    page("account_login"),
    page("account_logout", "npo"),
    page("account_inactive"),
    page("account_signup"),
    page("account_reauthenticate", "npo"),
    page("account_email", "npo"),
    page("account_email_verification_sent"),
    page("account_change_password", "npo"),
    page("account_set_password", "passwordless"),
    page("account_reset_password"),
    page("account_reset_password_done"),
    page("account_reset_password_from_key", state="valid", uidb36="@reset_uid", key="@reset_key"),
    page("account_reset_password_from_key", state="used up", uidb36="@reset_uid", key="used-up"),
    page("account_reset_password_from_key_done"),
    page("account_confirm_email", state="valid", key="@confirm_key"),
    page("account_confirm_email", state="used up", key="abc"),
    page("openid_connect_login", provider_id="gbizid"),
    page("openid_connect_callback", state="without an answer", provider_id="gbizid", status=401),
    page("socialaccount_connections", "npo"),
    page("socialaccount_login_cancelled"),
    page("socialaccount_login_error", "npo", status=401),
    page("mfa_index", "npo", "without"),
    page("mfa_index", "guarded", "with all"),
    page("mfa_authenticate", "halfway"),
    page("mfa_reauthenticate", "guarded"),
    page("mfa_reauthenticate_webauthn", "guarded"),
    page("mfa_activate_totp", "npo"),
    page("mfa_deactivate_totp", "guarded"),
    page("mfa_view_recovery_codes", "guarded"),
    page("mfa_generate_recovery_codes", "guarded"),
    page("mfa_list_webauthn", "npo", "empty"),
    page("mfa_list_webauthn", "guarded"),
    page("mfa_add_webauthn", "npo"),
    page("mfa_edit_webauthn", "guarded", pk="@passkey"),
    page("mfa_remove_webauthn", "guarded", pk="@passkey"),
]

MEMBERS = [
    page("members:join"),
    page("members:join", "registering", "resumed"),
    page("members:join", "npo", "one more"),
    page("members:join_person", "registering"),
    page("members:join_check", "registering"),
    page("members:join_done"),
    *(
        page("pages:me", who)
        for who in (
            *("npo", "kigyo", "double", "viewer", "newcomer", "asking", "applied", "returned", "rejected"),
            *("suspended", "jimukyoku", "jissensha"),
        )
    ),
    *(page("members:account", who) for who in ("npo", "asking", "returned", "suspended")),
    page("members:profile_edit", "npo", "everything is told", pk="@npo"),
    page("members:profile_edit", "double", "one of two", pk="@daigaku"),
    *(
        page("members:profile_section", "npo", part, pk="@npo", section=part)
        for part in ("about", "kind", "place", "contact", "branches", "links", "visibility")
    ),
    page("members:profile_section", "kigyo", "a company", pk="@kigyo", section="kind"),
    page("members:profile_section", "viewer", "not for this role", pk="@npo", section="about", status=403),
    page("members:profile_section", "npo", "no such part", pk="@npo", section="weather", status=404),
    page("members:profile_edit", "viewer", "not for this role", pk="@npo", status=403),
    page("members:account", "withdrawn"),
    page("members:my_data", "npo"),
    page("members:my_data", "newcomer", "nearly empty"),
    page("members:delete_account", "npo", "nobody else answers"),
    page("members:delete_account", "viewer"),
    page("members:delete_account", "jimukyoku", "of the office"),
    page("members:account_deleted"),
    page("members:resubmit", "returned", pk="@returned"),
    page("members:withdraw", "npo", pk="@npo"),
    page("members:people", "npo", pk="@npo"),
    page("members:people", "viewer", pk="@npo"),
    page("members:join_request", "newcomer", pk="@kigyo"),
    page("members:leave", "npo", "a colleague", pk="@colleague"),
    page("members:leave", "viewer", "oneself", pk="@colleague"),
    page("members:invite", "npo", pk="@npo"),
    page("members:invitation", state="without an account", token="@invitation_new"),
    page("members:invitation", state="with an account", token="@invitation_known"),
    page("members:invitation", "double", "for another address", token="@invitation_new"),
    page("members:invitation", "daigaku", "to accept", token="@invitation_known"),
    page("members:invitation", state="over", token="@invitation_over"),
    page("members:invitation", state="taken back", token="@invitation_revoked"),
    page("members:invitation", state="to claim", token="@invitation_claim"),
    page("members:invitation", state="unknown", token="nobody-knows", status=404),
    page("members:my_invitation", "kigyo", pk="@invitation_received"),
    page("members:account", "kigyo", "invited"),
    page("members:application", "applied", pk="@applied_organisation"),
    page("members:application", "npo", "approved", pk="@npo"),
    page("members:handover_new", "npo", pk="@own_affiliation"),
    page("members:handover_new", "npo", "a colleague", pk="@colleague"),
    page("members:handover", "npo", "planned", pk="@handover_planned"),
    page("members:handover", "npo", "done", pk="@handover_done"),
    page("members:handover", "jimukyoku", "of the demo", pk="@handover_of_the_demo"),
    page("matching:post_contact", "npo", pk="@post_published"),
    page("members:referrals", "kinyu", "of every state", pk="@kinyu"),
    page("members:referrals", "npo", "invited, has invited nobody", pk="@npo"),
    page("members:referral_new", "kinyu", pk="@kinyu"),
    page("members:referral_detail", "kinyu", "open", pk="@kinyu", referral="@referral"),
    page("members:referral_detail", "kinyu", "registered, with numbers", pk="@kinyu", referral="@referral_taken"),
    page("members:referral_detail", "kinyu", "taken back", pk="@kinyu", referral="@referral_revoked"),
    page("members:referral_detail", "kinyu", "over", pk="@kinyu", referral="@referral_expired"),
    page("members:referral_card", "kinyu", pk="@kinyu", referral="@referral"),
    page("members:referral_sharing", "npo", pk="@npo", referral="@referral_taken"),
    page("members:referral", token="@link"),
    page("members:referral", "kinyu", "one's own", token="@link"),
    page("members:referral", "npo", "for one's organisation", token="@link"),
    page("members:referral", state="over", token="@link_over"),
    page("members:referral", state="unknown", token="nobody-knows", status=404),
    page("members:document_versions", kind="terms"),
    page("members:document", state="in force", kind="terms", pk="@terms_old"),
    page("members:document", state="to come", kind="terms", pk="@terms_new"),
    page("members:document_changes", kind="terms", pk="@terms_new"),
    page("members:consents", "npo", "agreed"),
    page("members:consents", "unagreed", "to agree"),
    page("pages:me", "unagreed"),
    page("members:reconfirm", "npo", "to answer", pk="@npo", campaign="@campaign"),
    page("members:reconfirm", "viewer", "to look at", pk="@npo", campaign="@campaign"),
    page("members:reconfirm", "npo", "over", pk="@npo", campaign="@campaign_closed"),
    page("notifications:list", "npo"),
    page("notifications:list", "newcomer", "empty"),
    page("notifications:preferences", "npo"),
]

MATCHING = [
    page("matching:board"),
    page("matching:board", "npo"),
    page("matching:board", state="searched", query="direction=need&resource=place&q=部屋"),
    page("matching:board", state="nothing found", query="q=どこにもないもの"),
    page("matching:my_posts", "npo"),
    page("matching:my_posts", "newcomer", "empty"),
    page("matching:post", state="need", pk="@need"),
    page("matching:post", state="offer", pk="@offer"),
    page("matching:post", "kigyo", "to answer", pk="@post_full"),
    page("matching:post", "jimukyoku", "seen by staff", pk="@post_full"),
    *(
        page("matching:post", "npo", f"own {state}", pk=f"@post_{state}")
        for state in (
            *("full", "draft", "submitted", "returned", "published", "paused", "fulfilled", "closed", "expired"),
            *("taken_down", "suggested", "revised"),
        )
    ),
    page("matching:post_new", "npo", "need", direction="need"),
    page("matching:post_new", "double", "offer", direction="offer"),
    page("matching:post_new", "newcomer", "not yet", direction="need"),
    page("matching:post_edit", "npo", "draft", pk="@post_draft"),
    page("matching:post_edit", "npo", "returned", pk="@post_returned"),
    page("matching:post_edit", "npo", "published", pk="@post_full"),
    page("matching:post_edit", "npo", "with a change that waits", pk="@post_revised"),
    page("matching:post_preview", "npo", pk="@post_draft"),
    page("matching:post_submitted", "npo", pk="@post_submitted"),
    page("matching:post_suggestion", "npo", pk="@post_suggested"),
    page("matching:post_confirm", "npo", pk="@post_published", action="close"),
    page("matching:respond", "npo", "offer", pk="@offer"),
    page("matching:respond", "kigyo", "need", pk="@post_full"),
    page("matching:respond", "double", "for one of two", pk="@need"),
    *(page("matching:introductions", "npo", tab, query=f"tab={tab}") for tab in ("waiting", "going", "over")),
    page("matching:introductions", "newcomer", "empty"),
    *(
        page("matching:introduction", "npo", state, pk=f"@introduction_{state}")
        for state in (
            *("asked", "said_yes", "raised", "agreed", "under_way", "reported", "completed", "declined", "lapsed"),
            "overdue",
        )
    ),
    page("matching:introduction", "kigyo", "raised, to answer", pk="@introduction_raised"),
    page("matching:introduction", "kigyo", "declined by the other", pk="@introduction_declined"),
    page("matching:introduction", "viewer", "asked", pk="@introduction_asked"),
    page("matching:introduction", "jimukyoku", "under_way", pk="@introduction_under_way"),
    page("matching:introduction_end", "npo", pk="@introduction_under_way"),
    page("matching:introduction_withdraw", "npo", pk="@introduction_raised"),
    page("matching:report", "npo", pk="@introduction_under_way"),
    page("matching:report_thanks", "npo", pk="@introduction_reported"),
    # Desks, and what comes by telephone and on paper.
    page("members:groups", "shakyo", pk="@desk"),
    page("members:groups", "shakyo", "taken off", query="tab=retired", pk="@desk"),
    page("members:groups", "shakyo", "nothing found", query="q=どこにもない名前", pk="@desk"),
    page("members:groups", "jimukyoku", "seen by staff", pk="@desk"),
    page("members:group_new", "shakyo", pk="@desk"),
    page("members:group_edit", "shakyo", pk="@relayed_group"),
    page("pages:me", "shakyo", "of a desk"),
    page("matching:post_new", "shakyo", "for a group", query="group=@relayed_group", direction="need"),
    page("matching:post_edit", "shakyo", "of a group", pk="@relayed_post"),
    page("matching:post", "shakyo", "own of a group", pk="@relayed_post"),
    page("matching:post", "kigyo", "of a group", pk="@relayed_post"),
    page("matching:respond", "shakyo", "for a group", pk="@offer_for_groups"),
    page("matching:offline_responses", "shakyo", pk="@relayed_post"),
    page("matching:offline_responses", "jimukyoku", "for staff", pk="@relayed_post"),
    page("matching:introduction", "shakyo", "of a group, to answer", pk="@relayed_asked"),
    page("matching:introduction", "shakyo", "of a group, settled", pk="@relayed_settled"),
    page("matching:offline_answer", "shakyo", pk="@relayed_asked"),
    page("matching:offline_answer", "jimukyoku", "by staff", pk="@introduction_asked"),
    page("matching:tell_group", "shakyo", "to answer", pk="@relayed_asked"),
    page("matching:tell_group", "shakyo", pk="@relayed_settled"),
]

#: Models of the admin: what stands for each in the picks, and which of its pages the office may open.
ADMIN_MODELS: dict[str, tuple[str, str]] = {
    "places_municipality": ("municipality", "changelist change history"),
    "audit_entry": ("entry", "changelist change history"),
    "notifications_message": ("mail_sent", "changelist change history"),
    "notifications_notification": ("notification", "changelist change history"),
    "files_storedfile": ("picture", "changelist change history"),
    "vocabulary_term": ("term", "changelist add change history"),
    "conversations_conversationmessage": ("conversation_message", "changelist change history"),
    "members_consentdocument": ("document", "changelist add change history"),
    "members_consent": ("consent", "changelist change history"),
    "members_referral": ("referral_taken", "changelist change history"),
    "members_reconfirmation": ("campaign", "changelist add change history"),
    "members_reconfirmationreply": ("reply_given", "changelist change history"),
    "members_organisation": ("npo", "changelist change history"),
    "members_merge": ("merge", "changelist change history"),
    "members_joinrequest": ("join_request", "changelist change history"),
    "members_affiliation": ("own_affiliation", "changelist change history"),
    "members_invitation": ("invitation", "changelist change history"),
    "members_handover": ("handover_planned", "changelist change history"),
    "members_user": ("user", "changelist change history"),
    "members_retentionperiod": ("retention_period", "changelist change history"),
    "members_practitioner": ("practitioner", "changelist add change history"),
    "members_relayedgroup": ("relayed_group", "changelist change history"),
    "matching_introduction": ("introduction_under_way", "changelist add change history"),
    "matching_outcome": ("outcome", "changelist change history"),
    "matching_ibasho": ("ibasho", "changelist change history"),
    "matching_post": ("post_full", "changelist change history"),
    "matching_postrevision": ("revision", "changelist change history"),
    "pages_contactmessage": ("contact_message", "changelist change history"),
    "members_rosterimport": ("roster_checked", "changelist add change history"),
}
#: Buttons of the admin that ask for something on a page of their own.
ADMIN_BUTTONS: dict[str, dict[str, str]] = {
    "notifications_message": {"send_again": "mail_failed", "cancel": "mail_failed"},
    "conversations_conversationmessage": {"hide": "conversation_message"},
    "members_organisation": {
        "return": "applicant",
        "reject": "applicant",
        "suspend": "npo",
        "withdraw": "npo",
        "erase": "withdrawn_organisation",
    },
    "members_merge": {"undo": "merge"},
    "members_consentdocument": {"publish": "document_draft"},
    "members_referral": {"revoke": "referral"},
    "members_reconfirmation": {"open": "campaign_draft", "close": "campaign"},
    "members_reconfirmationreply": {"record": "reply_silent"},
    "members_joinrequest": {"accept": "join_request", "refuse": "join_request"},
    "members_user": {"erase": "user"},
    "members_affiliation": {"change_role": "colleague", "end": "colleague"},
    "members_invitation": {"revoke": "invitation"},
    "members_handover": {"cancel": "handover_planned"},
    "matching_introduction": {
        "lapse": "introduction_overdue",
        "withdraw": "introduction_asked",
        "end_early": "introduction_under_way",
    },
    "matching_post": {"return": "post_to_check", "take_down": "post_full"},
    "matching_postrevision": {"refuse": "revision"},
    "pages_contactmessage": {"answer": "contact_message", "close": "contact_message"},
    "members_rosterimport": {"confirm": "roster_checked"},
}
_APPS = sorted({model.split("_")[0] for model in ADMIN_MODELS})


def desk(route: str, /, state: str = "", *, query: str = "", status: int = 200, **arguments: str) -> Entry:
    return page(f"admin:{route}", "jimukyoku", state, query=query, status=status, **arguments)


ADMIN = [
    desk("index"),
    *(desk("app_list", app, app_label=app) for app in _APPS),
    *(
        desk(f"{model}_{kind}", object_id=f"@{pick}") if kind in {"change", "history"} else desk(f"{model}_{kind}")
        for model, (pick, kinds) in ADMIN_MODELS.items()
        for kind in kinds.split()
    ),
    *(
        desk(f"{model}_transition", f"{name} {pick}", pk=f"@{pick}", name=name)
        for model, buttons in ADMIN_BUTTONS.items()
        for name, pick in buttons.items()
    ),
    desk("members_referral_figures"),
    desk("members_reconfirmation_change", "being prepared", object_id="@campaign_draft"),
    desk("members_reconfirmation_change", "closed", object_id="@campaign_closed"),
    desk("members_reconfirmationreply_changelist", "the silent", query="answer=silent"),
    desk("members_consentdocument_change", "being prepared", object_id="@document_draft"),
    desk("members_organisation_changelist", "that wait", query="state__exact=applied"),
    desk("members_organisation_changelist", "nothing found", query="q=どこにもない名前"),
    desk("members_organisation_change", "to decide", object_id="@applicant"),
    desk("members_organisation_change", "suspended", object_id="@suspended"),
    desk("members_organisation_queue"),
    desk("members_organisation_change", "a likely double", object_id="@double"),
    desk("members_organisation_change", "mended", object_id="@mended"),
    desk("members_organisation_change", "after a decision", query="decided=1", object_id="@npo"),
    desk("members_organisation_change", "merged", object_id="@merged"),
    desk("members_organisation_history", "with another's trail", object_id="@merged_winner"),
    desk("members_organisation_merge", "to choose", pk="@doubled"),
    desk("members_organisation_merge", "searched", query="q=なぎさ", pk="@doubled"),
    desk("members_organisation_merge", "nothing found", query="q=どこにもない名前", pk="@doubled"),
    desk("members_organisation_merge", "to confirm", query="with=@double", pk="@doubled"),
    desk("members_organisation_merge", "impossible", query="with=@doubled", pk="@double"),
    desk("members_merge_change", "undone", object_id="@merge_undone"),
    desk("matching_post_changelist", "that wait", query="state__exact=submitted"),
    desk("matching_post_change", "to check", object_id="@post_to_check"),
    desk("matching_post_change", "with a change that waits", object_id="@post_revised"),
    desk("matching_post_introduce", "candidates", pk="@post_full"),
    desk("matching_post_introduce", "searched", query="q=部屋", pk="@post_full"),
    desk("matching_post_introduce", "a pair", query="with=@offer_that_may_fit", pk="@post_full"),
    desk("matching_introduction_change", "prepared", object_id="@introduction_proposed"),
    desk("matching_introduction_change", "asked", object_id="@introduction_asked"),
    desk("matching_introduction_change", "completed", object_id="@introduction_completed"),
    desk("notifications_message_change", "failed", object_id="@mail_failed"),
    desk("notifications_message_change", "uncertain", object_id="@mail_uncertain"),
    desk("conversations_conversationmessage_change", "hidden", object_id="@hidden_message"),
    desk("members_rosterimport_change", "being checked", object_id="@roster_working"),
    desk("members_rosterimport_change", "done", object_id="@roster_done"),
    desk("members_rosterimport_help"),
    desk("members_rosterimport_claims"),
    desk("members_rosterimport_claims", "all chosen", query="all=1"),
    desk("members_rosterimport_export", "of organisations", what="organisations"),
    desk("members_rosterimport_export", "narrowed", query="kind=npo", what="organisations"),
    desk("members_rosterimport_export", "of people", what="people"),
    desk("members_organisation_add", "not for the office", status=403),
]

CATALOGUE = [*PUBLIC, *ACCOUNT, *MEMBERS, *MATCHING, *ADMIN]

#: Routes that are no page, and why.
NO_PAGES: dict[str, str] = {
    "healthz": "text for machines",
    "readyz": "JSON for machines",
    "places:postal": "JSON for the form of an address",
    "pages:robots": "text for machines",
    "files:serve": "a file",
    "embedded:mail_html": "a mail's own HTML, in a frame of embedded:mail_detail",
    "notifications:read_all": "POST only",
    "notifications:open": "POST only",
    "members:join_clear": "POST only",
    "members:referral_revoke": "POST only",
    "admin:members_consent_export": "POST only: a file",
    "admin:members_reconfirmation_export": "POST only: a file",
    "members:answer_join_request": "POST only",
    "members:role": "POST only",
    "members:change_invitation": "POST only",
    "members:acting": "POST only",
    "members:cancel_handover": "POST only",
    "members:join_resend": "POST only",
    "members:handover_pdf": "a file",
    "members:my_data_json": "a file",
    "members:organisation_data_json": "a file",
    "matching:post_action": "POST only",
    "members:group_step": "POST only",
    "matching:offline_settle": "POST only",
    "matching:sheet": "a file",
    "matching:group_slip": "a file",
    "matching:answer": "GET leads to the introduction",
    "matching:introduction_start": "GET leads to the introduction",
    "matching:introduction_write": "GET leads to the introduction",
    "matching:introduction_read": "GET leads to the introduction",
    "account/social/login/cancelled/": "an old address, which leads to the new one",
    "account/social/login/error/": "an old address, which leads to the new one",
    "account/social/signup/": "an old address, which leads to the new one",
    "account/social/connections/": "an old address, which leads to the new one",
    "socialaccount_signup": "accounts are made by the registration alone",
    "account_confirm_login_code": "codes by mail are switched off",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON for a script; GET leads to the login",
    "admin:login": "leads to the portal's own login",
    "admin:logout": "leads to the portal's own logout",
    "admin:password_change": "leads to the portal's own page",
    "admin:password_change_done": "leads to the portal's own page",
    "admin:autocomplete": "JSON for a script",
    "admin:jsi18n": "a script",
    "admin:view_on_site": "leads to the object's page",
    "admin:matching_introduction_write": "POST only",
    "admin:members_rosterimport_example": "a file",
    "admin:members_rosterimport_progress": "a part of a page, which asks for itself",
    "admin:admin/(?P<url>.*)$": "whatever else somebody types",
}
