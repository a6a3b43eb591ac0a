from django.http import Http404, HttpRequest, HttpResponse


def my_posts(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post_confirm(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post_action(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
