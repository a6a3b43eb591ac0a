"""Passing a public post on, and following the board from elsewhere: links, a code for paper, Atom and calendars."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from matching.calendars import calendar_of, has_dates
from matching.cards import card_of, cards_for
from matching.feeds import BoardFeed, calendar_posts, feed_posts, public_posts, selection_words, version_of
from matching.models import Post
from tomoiki.documents.qr import qr_svg

#: So long a feed reader or a calendar need not ask again.
FRESH_FOR = 300
CALENDAR_TYPE = "text/calendar; charset=utf-8"


def may_be_shared(post: Post) -> bool:
    """Whether whoever follows the link can read it."""
    return public_posts().filter(pk=post.pk).exists()


@login_not_required
@require_safe
def post_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Ways to pass a public post on, and its code to be printed."""
    shown = get_object_or_404(public_posts().for_cards(), pk=pk)  # type: ignore[attr-defined]
    link = f"{settings.SITE_URL}{shown.get_absolute_url()}"
    title = f"{shown.get_direction_display()}：{shown.title}"
    words = f"{title}\n{card_of(shown).who}\n{link}"
    return render(
        request,
        "matching/post_share.html",
        {
            "post": shown,
            "card": card_of(shown, viewer=request.user),
            "link": link,
            # As a letter and as a message, without anybody's script: what is sent is written by whoever sends it.
            "mail_url": f"mailto:?subject={quote(title)}&body={quote(words)}",
            "line_url": f"https://line.me/R/share?{urlencode({'text': words})}",
            # Our own drawing of our own address.
            "qr": mark_safe(qr_svg(link, title=f"「{shown.title}」のページを開く二次元コード")),
        },
    )


@login_not_required
@require_safe
def post_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The days of one post for somebody's own calendar; whoever may read the post may have them."""
    shown = get_object_or_404(Post.objects.readable_by(request.user).for_cards(), pk=pk)
    if not has_dates(shown):
        return render(request, "404.html", status=404)
    card = card_of(shown, viewer=request.user)
    response = HttpResponse(calendar_of([card], name=shown.title), content_type=CALENDAR_TYPE)
    response["Content-Disposition"] = f'attachment; filename="tomoiki-{shown.pk}.ics"'
    return response


def _feed_version(request: HttpRequest) -> str:
    return version_of(feed_posts(request), request)[0]


def _calendar_version(request: HttpRequest) -> str:
    return version_of(calendar_posts(request), request)[0]


@login_not_required
@require_safe
@cache_control(public=True, max_age=FRESH_FOR)
@condition(etag_func=_feed_version)
def board_feed(request: HttpRequest) -> HttpResponse:
    """The board as Atom, with the filters of its query string; the same for everybody."""
    return BoardFeed()(request)


@login_not_required
@require_safe
@cache_control(public=True, max_age=FRESH_FOR)
@condition(etag_func=_calendar_version)
def board_calendar(request: HttpRequest) -> HttpResponse:
    """The dated posts of the board as a calendar to subscribe to; the same for everybody."""
    cards = cards_for(calendar_posts(request).for_cards())  # type: ignore[attr-defined]
    words = selection_words(request)
    name = f"{settings.SITE_NAME}　困りごと・できること{f'（{words}）' if words else ''}"
    return HttpResponse(calendar_of(cards, name=name), content_type=CALENDAR_TYPE)


@login_not_required
@require_safe
def board_follow(request: HttpRequest) -> HttpResponse:
    """How to follow the board from elsewhere, with the filters one came with."""
    query = request.GET.copy()
    query.pop("cursor", None)
    for empty in [key for key, values in query.lists() if not any(values)]:
        del query[empty]
    tail = f"?{query.urlencode()}" if query else ""
    calendar = f"{settings.SITE_URL}{reverse('matching:board_calendar')}{tail}"
    return render(
        request,
        "matching/board_follow.html",
        {
            "words": selection_words(request),
            "board_url": reverse("matching:board") + tail,
            "feed": f"{settings.SITE_URL}{reverse('matching:board_feed')}{tail}",
            "calendar": calendar,
            "webcal": f"webcal://{calendar.split('://', 1)[-1]}",
        },
    )
