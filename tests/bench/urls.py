from django.urls import include, path

from tests.bench import pages

urlpatterns = [
    path("bench/bare/", pages.bare),
    path("bench/list/", pages.plain_list),
    path("", include("tomoiki.urls")),
]
handler404 = "tomoiki.web.errors.page_not_found"
handler500 = "tomoiki.web.errors.server_error"
