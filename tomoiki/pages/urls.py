from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "pages"


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", not_built_yet, name="home"),
    path("me/", not_built_yet, name="me"),
    path("about/", not_built_yet, name="about"),
    path("faq/", not_built_yet, name="faq"),
    path("easy/", not_built_yet, name="easy"),
    path("accessibility/", not_built_yet, name="accessibility"),
    path("privacy/", not_built_yet, name="privacy"),
    path("terms/", not_built_yet, name="terms"),
    path("contact/", not_built_yet, name="contact"),
    path("organisations/", not_built_yet, name="organisations"),
    path("organisations/<int:pk>/", not_built_yet, name="organisation"),
]
