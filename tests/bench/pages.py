"""What the pages are measured against, and the counter of queries."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines

from matching.models import Post

LIST = "<!DOCTYPE html><title>list</title><ul>{% for post in posts %}<li>{{ post.title }}</li>{% endfor %}</ul>"


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """The floor: one query, no template."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        row = cursor.fetchone()
    return HttpResponse(f"{row[0] if row else ''}", content_type="text/plain")


@login_not_required
def plain_list(request: HttpRequest) -> HttpResponse:
    """A plain list of 20 rows: what Django itself takes for it."""
    posts = Post.objects.on_board().order_by("-published_at", "-pk")[:20]
    return HttpResponse(engines["django"].from_string(LIST).render({"posts": posts}, request))


class CountQueries:
    """Says in a header how many queries a page took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = 0

        def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal number
            number += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response["X-Queries"] = str(number)
        return response
