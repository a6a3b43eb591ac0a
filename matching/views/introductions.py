from django.http import Http404, HttpRequest, HttpResponse


def introductions(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def introduction(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def answer(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
