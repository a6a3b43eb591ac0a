from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "accompaniment"


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", not_built_yet, name="intro"),
]
