from django.http import Http404, HttpRequest, HttpResponse


def post_new(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post_edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post_preview(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post_submitted(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
