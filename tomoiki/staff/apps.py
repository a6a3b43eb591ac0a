from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class StaffConfig(AppConfig):
    """The top floor: the last app to be ready, so it lets all apps register their share."""

    name = "tomoiki.staff"
    verbose_name = "事務局"
    default = True

    def ready(self) -> None:
        from tomoiki.web.registry import autodiscover  # imports models of all apps, which are loaded only now

        autodiscover()


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's own admin, with our site class: it logs in through allauth and wears the portal's clothes."""

    default_site = "tomoiki.staff.site.PortalAdminSite"
    default = False
