"""One's own data, to read and to take along, and the end of one's account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members.forms.personal_data import DeleteAccountForm
from members.models import Affiliation, User
from members.personal_data import Section, as_json, collect, collect_of
from members.transitions import erase_person, without_other_owner
from members.views.common import organisation_or_404
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow import TransitionError

#: How many rows of one sort the page shows; all of them are in the download.
SHOWN = 5
#: What people look for first, unfolded.
FIRST = ("members.User", "account.EmailAddress.user", "members.Affiliation.user", "members.Consent.user")


def _person(request: HttpRequest) -> User:
    # LoginRequiredMiddleware lets nobody else through.
    return cast(User, request.user)


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything that the portal holds of me, the newest of each sort."""
    shown, empty = [], []
    for section in collect(_person(request)):
        rows = section.first(SHOWN + 1)
        if rows:
            shown.append(_shown(section, rows))
        else:
            empty.append(section.title)
    shown.sort(key=lambda each: (FIRST.index(each["key"]) if each["key"] in FIRST else len(FIRST), each["title"]))
    return render(request, "members/my_data.html", {"sections": shown, "empty": sorted(set(empty))})


def _shown(section: Section, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": section.key,
        "open": section.key in FIRST,
        "number": f"{SHOWN}件以上" if len(rows) > SHOWN else f"{len(rows)}件",
        "title": section.title,
        "more": len(rows) > SHOWN,
        "rows": [_pairs(section.labels, row) for row in rows[:SHOWN]],
    }


def _pairs(labels: Mapping[str, str], row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is filled in."""
    return [(labels[key], text) for key, value in row.items() if (text := _text(value))]


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, datetime):
        return str(ja_datetime(value))
    if isinstance(value, list | tuple):
        return "、".join(text for each in value if (text := _text(each)))
    if isinstance(value, Mapping):
        return "、".join(f"{key}：{text}" for key, each in value.items() if (text := _text(each)))
    return str(value)


@never_cache
@require_safe
@reauthentication_required
def my_data_json(request: HttpRequest) -> StreamingHttpResponse:
    """The same, all of it, for a machine to read."""
    return _download(as_json(collect(_person(request))), "tomoiki-my-data")


@never_cache
@require_safe
@reauthentication_required
def organisation_data_json(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """What the organisation may take along, for those who answer for it."""
    organisation = organisation_or_404(request, pk, "members.export_organisation")
    return _download(as_json(collect_of(organisation)), f"tomoiki-organisation-{pk}")


def _download(pieces: Any, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def delete_account(request: HttpRequest) -> HttpResponse:
    """End one's account, after a page that says what goes and what stays."""
    user = _person(request)
    form = DeleteAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(user.pk, actor=user)
        except TransitionError as error:
            messages.error(request, error.message)
            return redirect("members:delete_account")
        logout(request)
        return redirect("members:account_deleted")
    places = Affiliation.objects.current().filter(user=user).select_related("organisation").order_by("pk")
    alone = {each.pk for each in without_other_owner(user)}
    context = {
        "form": form,
        "blocked": [each for each in places if each.organisation_id in alone],
        "of_the_office": user.is_staff,
        "others": [each for each in places if each.organisation_id not in alone],
    }
    return render(request, "members/delete_account.html", context)


@login_not_required
@require_safe
def account_deleted(request: HttpRequest) -> HttpResponse:
    """It is done."""
    return render(request, "members/account_deleted.html")
