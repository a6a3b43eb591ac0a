"""The portal's addresses: the admin, logging in, and one line for each app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from members.views import gbizid
from tomoiki.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    # Before allauth's own, which breaks down when the provider does not answer.
    path("account/oidc/<str:provider_id>/login/", gbizid.login, name="openid_connect_login"),
    path("account/", include("allauth.urls")),
    path("files/", include("tomoiki.files.urls")),
    path("places/", include("tomoiki.places.urls")),
    path("notifications/", include("tomoiki.notifications.urls")),
    path("reports/", include("tomoiki.conversations.urls")),
    path("stories/", include("tomoiki.stories.urls")),
    path("courses/", include("courses.urls")),
    path("accompaniment/", include("accompaniment.urls")),
    path("", include("members.urls")),
    path("", include("matching.urls")),
    path("", include("tomoiki.pages.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("", include("tomoiki.web.urls"))]
if settings.DEMO:
    urlpatterns += [path("demo/", include("tomoiki.embedded.urls"))]

handler400 = "tomoiki.web.errors.bad_request"
handler403 = "tomoiki.web.errors.permission_denied"
handler404 = "tomoiki.web.errors.page_not_found"
handler500 = "tomoiki.web.errors.server_error"
