"""The office's own role: a group with the rights that its daily work needs, kept complete after each migration.

What may be done to one object is decided by the rules of its app; these rights open the admin's pages.
"""

from typing import Any

from django.db.models.signals import post_migrate
from django.dispatch import receiver

OFFICE = "事務局"

#: app_label -> codenames of Django's model permissions.
RIGHTS: dict[str, tuple[str, ...]] = {
    "members": (
        "view_organisation",
        "change_organisation",
        "view_joinrequest",
        "view_affiliation",
        "view_invitation",
        "view_handover",
        "view_user",
        "view_practitioner",
        "add_practitioner",
        "change_practitioner",
        "view_consentdocument",
        "add_consentdocument",
        "change_consentdocument",
        "view_consent",
        "view_referral",
        "view_reconfirmation",
        "add_reconfirmation",
        "change_reconfirmation",
        "view_reconfirmationreply",
        "view_merge",
        "add_merge",
        "change_merge",
        "view_relayedgroup",
        "view_retentionperiod",
        "change_retentionperiod",
        "view_rosterimport",
        "add_rosterimport",
        "export_people",
    ),
    "matching": (
        "view_post",
        "view_postrevision",
        "view_inquiry",
        "view_introduction",
        "add_introduction",
        "view_outcome",
        "view_welcomeconfirmation",
        "view_approach",
        "view_ibasho",
        "change_ibasho",
    ),
    "stories": ("view_story",),
    "conversations": ("view_conversationmessage", "view_report"),
    "files": ("view_storedfile",),
    "vocabulary": (
        "view_term",
        "add_term",
        "change_term",
        "view_synonymgroup",
        "add_synonymgroup",
        "change_synonymgroup",
    ),
    "notifications": ("view_message", "view_notification"),
    "audit": ("view_entry",),
    "places": ("view_municipality", "change_municipality"),
    "pages": ("view_contactmessage",),
}


def ensure_office_role() -> None:
    """Make the group and give it the rights it lacks; further rights and its people stay as they are."""
    from django.contrib.auth.models import Group, Permission  # models are loaded only when this runs

    group, _ = Group.objects.get_or_create(name=OFFICE)
    wanted = {(app, codename) for app, codenames in RIGHTS.items() for codename in codenames}
    rights = Permission.objects.filter(
        content_type__app_label__in=RIGHTS, codename__in={codename for _, codename in wanted}
    ).select_related("content_type")
    group.permissions.add(*(right for right in rights if (right.content_type.app_label, right.codename) in wanted))


@receiver(post_migrate, dispatch_uid="office-role")
def after_migration(sender: Any, **kwargs: Any) -> None:
    """The staff app comes last, so the rights of all apps exist by now."""
    if getattr(sender, "name", "") == "tomoiki.staff":
        ensure_office_role()
