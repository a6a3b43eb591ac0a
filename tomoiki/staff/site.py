"""The admin's site: prefectural staff only, logged in through allauth, in the portal's clothes."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

# The lists that stand in the row under the header, in this order, for those who may see them.
PLACES = (
    ("members", "Organisation"),
    ("matching", "Post"),
    ("matching", "Introduction"),
    ("members", "JoinRequest"),
    ("pages", "ContactMessage"),
    ("notifications", "Message"),
)
APP_ORDER = ("members", "matching", "courses", "accompaniment", "conversations", "pages", "notifications", "vocabulary")
# Within an app what is opened every day stands first; the rest follows by name.
MODEL_ORDER = ("Organisation", "JoinRequest", "User", "Affiliation", "Post", "PostRevision", "Introduction", "Outcome")


class PortalAdminSite(AdminSite):
    site_header = "ともいき 事務局"
    site_title = "ともいき 事務局"
    index_title = "きょうの仕事"
    enable_nav_sidebar = False
    empty_value_display = ""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard every page of the admin: it does not exist for others than staff."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the portal's own login, which knows second factors and rate limits."""
        from django.contrib.auth.views import redirect_to_login  # the auth app is ready only now

        if request.user.is_authenticated:
            return redirect("admin:index" if self.has_permission(request) else "pages:me")
        return redirect_to_login(request.GET.get("next") or "/admin/")

    # Passwords and logging out have their pages already, with rate limits and the question who it is.
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """The search boxes' answers, each in the words of its admin's ``autocomplete_label``."""
        from tomoiki.staff.autocomplete import LabelledAutocomplete  # Django's own view imports models

        return LabelledAutocomplete.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page: what waits, the most urgent rows, this fiscal year's figures, and all lists below."""
        from tomoiki.staff.start_page import start_page  # reads the models of all apps, which are loaded only now

        return super().index(request, {**start_page(request.user), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_app_list(request, app_label)
        rank = {label: place for place, label in enumerate(APP_ORDER)}
        order = {name: place for place, name in enumerate(MODEL_ORDER)}
        for app in found:
            app["models"].sort(key=lambda model: order.get(model["object_name"], len(order)))
        return sorted(found, key=lambda app: rank.get(app["app_label"], len(rank)))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        models = {
            (app["app_label"], model["object_name"]): model
            for app in context["available_apps"]
            for model in app["models"]
        }
        context["staff_places"] = [
            {
                "label": models[key]["name"],
                "url": models[key]["admin_url"],
                "current": request.path.startswith(models[key]["admin_url"]),
            }
            for key in PLACES
            if key in models and models[key]["admin_url"]
        ]
        return context

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Nothing: what staff did stands in the audit trail, which keeps no names of things."""
        from django.contrib.admin.models import LogEntry  # the admin app is ready only now

        return LogEntry.objects.none()
