"""What becomes of what libraries keep about a person: addresses, second factors, rights, the admin's own log."""

from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from members.models import User
from tomoiki.web.lifecycle import (
    Delete,
    Identity,
    Nothing,
    PersonLink,
    Rows,
    Trace,
    mask,
    organisation_traces,
    person_links,
    person_traces,
)

OWN = Nothing("It is a part of a person's own account.")

person_links.register(
    PersonLink(
        "account.EmailAddress.user",
        hand_over=OWN,
        export=Rows(
            "ログインに使うメールアドレス",
            {
                "email": ("メールアドレス", "email"),
                "verified": ("確認済み", "verified"),
                "primary": ("いつも使うもの", "primary"),
            },
        ),
        erase=Delete(),
    )
)
person_links.register(
    PersonLink(
        "mfa.Authenticator.user",
        hand_over=OWN,
        # Never what it consists of.
        export=Rows(
            "ログインの方法（パスキーなど）",
            {
                "type": ("種類", "get_type_display"),
                "created_at": ("登録した日時", "created_at"),
                "last_used_at": ("最後に使った日時", "last_used_at"),
            },
        ),
        erase=Delete(),
    )
)
if apps.is_installed("allauth.socialaccount"):
    person_links.register(
        PersonLink(
            "socialaccount.SocialAccount.user",
            hand_over=OWN,
            # Tokens hang on it and go with it.
            export=Rows(
                "ほかのサービスのログイン（GビズIDなど）",
                {
                    "provider": ("サービス", "provider"),
                    "uid": ("そのサービスでの番号", "uid"),
                    "told": ("そのサービスから受け取った内容", "extra_data"),
                    "date_joined": ("つないだ日時", "date_joined"),
                    "last_login": ("最後に使った日時", "last_login"),
                },
            ),
            erase=Delete(),
        )
    )
person_links.register(
    PersonLink(
        "members.User_groups.user",
        hand_over=Nothing("The office gives its roles to persons; a successor gets theirs from it."),
        export=Rows("事務局での役割", {"role": ("役割", lambda row: row.group.name)}),
        erase=Delete(),
    )
)
person_links.register(
    PersonLink(
        "members.User_user_permissions.user",
        hand_over=Nothing("The office gives its rights to persons; a successor gets theirs from it."),
        export=Rows("個別の権限", {"right": ("権限", lambda row: row.permission.name)}),
        erase=Delete(),
    )
)
person_links.register(
    PersonLink(
        "admin.LogEntry.user",
        hand_over=Nothing("The portal writes its own trail; this log notes what the admin did besides."),
        export=Rows(
            "管理画面の記録",
            {
                "action_time": ("日時", "action_time"),
                "kind": ("種類", "get_action_flag_display"),
                "what": ("対象の種類", lambda entry: str(entry.content_type)),
            },
            rows=lambda rows: rows.select_related("content_type"),
        ),
        erase=Nothing("What staff did in the admin stays to be accounted for; its author is an anonymised row."),
    )
)


def _unname_log(identity: Identity, actor: Any) -> None:
    """The admin notes by name what was changed."""
    mask(LogEntry.objects.all(), ["object_repr", "change_message"], identity, "退会した方")


def _unname_organisation_log(identity: Identity, actor: Any) -> None:
    mask(LogEntry.objects.all(), ["object_repr", "change_message"], identity, "退会した団体")


def _end_sessions(identity: Identity, actor: Any) -> None:
    """Whoever is logged in somewhere is no longer: what a session holds goes with it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    running = (
        Session.objects.filter(expire_date__gt=timezone.now()).order_by().values_list("session_key", "session_data")
    )
    decode = store().decode
    for key, data in running.values_list("session_key", "session_data").iterator(chunk_size=1000):
        if str(decode(data).get(SESSION_KEY)) == str(identity.pk):
            store(key).delete()


person_traces.register(Trace("the admin's own log", erase=_unname_log))
person_traces.register(Trace("sessions", erase=_end_sessions))
organisation_traces.register(Trace("the admin's own log", erase=_unname_organisation_log))


def identity_of(user: User) -> Identity:
    """By what the person is known: their names where nobody else bears them, addresses, telephone number."""
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    names = tuple(name for name in (user.name, user.name_kana) if name and not _borne_by_others(user, name))
    others = tuple(sorted(each for each in {*addresses, user.phone} if each))
    return Identity(user.pk, names=names, others=others)


def _borne_by_others(user: User, name: str) -> bool:
    """Whether somebody else has that name: then texts may mean them."""
    namesakes: QuerySet[User] = User.objects.exclude(pk=user.pk).filter(anonymised_at=None)
    return namesakes.filter(models.Q(name=name) | models.Q(name_kana=name)).exists()
