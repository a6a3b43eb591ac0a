"""Staff need a second factor: without one nothing of the portal opens to them but the pages that set it up."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

# Logging in and out, the password, and the factor itself.
_OWN_ACCOUNT = ("account_", "mfa_")


class StaffSecondFactorMiddleware:
    """Sends staff without a second factor to where they set one up.

    From every page, not from the admin's alone: on members' pages, too, staff read all conversations and may decide
    about organisations and their people. One query for each request of staff.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or (match.url_name or "").startswith(_OWN_ACCOUNT) or not lacks_second_factor(request.user):
            return None
        messages.warning(
            request,
            "事務局の方がご覧になる画面には、たいせつな個人情報があります。はじめに、認証アプリかパスキーを設定してください。"
            "終わったら、メニューの「事務局の仕事」から入れます。",
        )
        return redirect("mfa_index")


def lacks_second_factor(user: Any) -> bool:
    """Whether ``user`` is of the office and must set up a second factor first."""
    if not settings.STAFF_SECOND_FACTOR_REQUIRED or not getattr(user, "is_staff", False):
        return False
    from members.second_factor import has_second_factor  # middleware is loaded before any app has its models

    return not has_second_factor(user)
