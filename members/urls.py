from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "members"


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("join/", not_built_yet, name="join"),
    path("settings/", not_built_yet, name="account"),
]
