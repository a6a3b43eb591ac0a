from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "embedded"


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("mail/", not_built_yet, name="mail"),
]
