"""What everybody reads: the list, a story, its sheet and its feed."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from tomoiki.stories.enums import StoryState
from tomoiki.stories.filters import StoryFilter
from tomoiki.stories.models import Story
from tomoiki.stories.papers import story_sheet
from tomoiki.stories.views.cards import card_of, page_of
from tomoiki.stories.ways import links_for
from tomoiki.vocabulary.words import Words
from tomoiki.web.pagination import bounded_count, keyset_page

PAGE_SIZE = 12
NEWEST = 20


@login_not_required
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """/stories/: what organisations achieved together, newest first."""
    wanted = StoryFilter(request.GET, queryset=Story.objects.public())
    page = keyset_page(wanted.qs.for_cards(), request.GET.get("cursor", ""), size=PAGE_SIZE)
    words = Words.load("theme")
    context: dict[str, Any] = {
        "form": wanted.form,
        "conditions": list(wanted.conditions(request.path)),
        "page": page,
        "cards": [card_of(each, words) for each in page.items],
        "total": bounded_count(wanted.qs),
    }
    return render(request, "stories/stories.html", context)


def _public_or_404(pk: int) -> Story:
    return get_object_or_404(Story.objects.public().whole(), pk=pk)


@login_not_required
@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/: one story, for everybody, while everybody in it agrees."""
    found = _public_or_404(pk)
    words = Words.load("theme")
    more = Story.objects.public().filter(themes__overlap=found.themes).exclude(pk=found.pk)
    others = more.order_by("-published_at", "-pk").for_cards()[:3] if found.themes else []
    own = request.user.is_authenticated and Story.objects.concerning(request.user).filter(pk=found.pk).exists()
    context = {
        "page": page_of(found, words),
        "others": [card_of(each, words) for each in others],
        "concerned": own or getattr(request.user, "is_staff", False),
        "may_report": not own,
        "address": f"{settings.SITE_URL}{found.get_absolute_url()}",
        "picture": f"{settings.SITE_URL}{found.cover.file.large_url}" if found.cover else "",
        "ways": links_for(request.user, found),
    }
    return render(request, "stories/story.html", context)


@login_not_required
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/sheet/: the same on paper; also for those who read it before it is published."""
    found = get_object_or_404(Story.objects.visible_to(request.user).whole(), pk=pk)
    if found.state == StoryState.WITHDRAWN:
        raise Http404("nobody should hand it on")
    response = HttpResponse(story_sheet(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="kyoso-{found.pk}.pdf"'
    return response


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """/stories/feed/: the newest as an Atom feed."""
    made = Atom1Feed(
        title="共創事例｜ともいき",
        link=f"{settings.SITE_URL}{reverse('stories:stories')}",
        description="神奈川の団体がいっしょに取り組んだこと",
        language="ja",
        feed_url=f"{settings.SITE_URL}{reverse('stories:feed')}",
    )
    for each in Story.objects.public().order_by("-published_at", "-pk")[:NEWEST]:
        made.add_item(
            title=each.title,
            link=f"{settings.SITE_URL}{each.get_absolute_url()}",
            description=each.lead,
            pubdate=each.published_at,
            updateddate=each.published_at,
            unique_id=f"{settings.SITE_URL}{each.get_absolute_url()}",
        )
    return HttpResponse(made.writeString("utf-8"), content_type=made.content_type)
