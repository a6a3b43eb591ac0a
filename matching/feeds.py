"""Public posts for feed readers and calendars: the same whoever asks, in the visitor's own selection of the board."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from matching.calendars import dated
from matching.cards import Card, cards_for
from matching.filters import BoardFilter
from matching.models import Post
from matching.post_search import newest
from members.enums import OrganisationState

#: Of a feed: whoever looks in once a week misses nothing.
ENTRIES = 50
#: Of a calendar: what is on the board and dated, the newest so many.
EVENTS = 300


def public_posts() -> QuerySet[Post]:
    """What anybody may read: public, published now, of organisations that are members now."""
    return Post.objects.visible_to(AnonymousUser()).on_board().filter(organisation__state=OrganisationState.APPROVED)


def selected(request: HttpRequest) -> QuerySet[Post]:
    """Public posts under the board's own filters in the query string, the newest first."""
    chosen: QuerySet[Post] = BoardFilter(request.GET, queryset=public_posts()).qs
    return chosen.order_by("-published_at", "-pk")


def feed_posts(request: HttpRequest) -> QuerySet[Post]:
    return newest(selected(request), ENTRIES)


def calendar_posts(request: HttpRequest) -> QuerySet[Post]:
    return newest(dated(selected(request)), EVENTS)


def selection_words(request: HttpRequest) -> str:
    """What was chosen, in words; empty where nothing was."""
    chosen = BoardFilter(request.GET, queryset=Post.objects.none()).conditions(request.path)
    return "・".join(each.label for each in chosen)


def version_of(posts: QuerySet[Post], request: HttpRequest) -> tuple[str, datetime | None]:
    """The ETag of what ``posts`` give, and when the newest of them changed; one query."""
    rows = list(posts.values_list("pk", "updated_at", "organisation__name", "organisation__updated_at"))
    told = hashlib.sha256(repr((request.get_full_path(), settings.SITE_NAME, rows)).encode()).hexdigest()
    return f'"{told[:32]}"', max((row[1] for row in rows), default=None)


class BoardFeed(Feed):
    """The newest public needs and offers as Atom (RFC 4287)."""

    feed_type = Atom1Feed
    language = "ja"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        return request

    def title(self, request: HttpRequest) -> str:
        words = selection_words(request)
        return f"{settings.SITE_NAME}　困りごと・できること{f'（{words}）' if words else ''}"

    def subtitle(self, request: HttpRequest) -> str:
        return "神奈川県の団体の困りごとと、団体ができること"

    def link(self, request: HttpRequest) -> str:
        query = request.GET.urlencode()
        return f"{settings.SITE_URL}{reverse('matching:board')}" + (f"?{query}" if query else "")

    def feed_url(self, request: HttpRequest) -> str:
        return f"{settings.SITE_URL}{request.get_full_path()}"

    def items(self, request: HttpRequest) -> Iterable[Card]:
        return cards_for(feed_posts(request).for_cards())  # type: ignore[attr-defined]

    def item_title(self, item: Card) -> str:
        return f"{item.post.get_direction_display()}：{item.title}"

    def item_description(self, item: Card) -> str:
        facts = "／".join(f"{fact['label']}：{fact['main']}" for fact in item.facts)
        return "\n".join(filter(None, (item.resource_label, facts, item.who, item.post.body)))

    def item_link(self, item: Card) -> str:
        return f"{settings.SITE_URL}{item.url}"

    def item_guid(self, item: Card) -> str:
        return f"{settings.SITE_URL}{item.url}"

    def item_author_name(self, item: Card) -> str:
        return item.who

    def item_pubdate(self, item: Card) -> datetime | None:
        return item.post.published_at

    def item_updateddate(self, item: Card) -> datetime:
        return item.post.updated_at

    def item_categories(self, item: Card) -> list[str]:
        return [str(item.post.get_direction_display()), item.resource_label]
