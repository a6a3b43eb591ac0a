from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "matching"


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("board/", not_built_yet, name="board"),
    path("posts/<int:pk>/", not_built_yet, name="post"),
    path("introductions/", not_built_yet, name="introductions"),
    path("introductions/<int:pk>/", not_built_yet, name="introduction"),
]
