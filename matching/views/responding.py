from django.http import Http404, HttpRequest, HttpResponse


def respond(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
