"""The admin's site: prefectural staff only, logged in through allauth."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class PortalAdminSite(AdminSite):
    site_header = "ともいき 事務局"
    site_title = "ともいき 事務局"
    index_title = "きょうの仕事"
    enable_nav_sidebar = False

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponseBase:
        """Send people to the portal's own login, which knows second factors and rate limits."""
        from django.contrib.auth.views import redirect_to_login  # the auth app is ready only now

        if request.user.is_authenticated:
            return redirect("pages:me")
        return redirect_to_login(request.GET.get("next") or "/admin/")
