"""A story as cards and pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tomoiki.places.models import Municipality
from tomoiki.stories.models import Story, StoryPartner, StoryPhoto, StoryQuote
from tomoiki.vocabulary.words import Words


@dataclass(frozen=True)
class StoryCard:
    """What a list shows of a story."""

    url: str
    title: str
    lead: str
    picture: str
    alt: str
    themes: Sequence[str]
    #: (kind, name) of those who took part.
    partners: Sequence[tuple[str, str]]
    published_at: datetime | None


def card_of(story: Story, words: Words) -> StoryCard:
    """No query where ``for_cards`` was asked."""
    cover = story.cover
    return StoryCard(
        url=story.get_absolute_url(),
        title=story.title,
        lead=story.lead,
        picture=cover.file.small_url if cover else "",
        alt=cover.alt if cover else "",
        themes=words.labels("theme", story.themes)[:2],
        partners=[(each.organisation.kind, each.name) for each in story.partners.all()],
        published_at=story.published_at,
    )


@dataclass(frozen=True)
class StoryPage:
    """A whole story."""

    story: Story
    themes: Sequence[str]
    areas: Sequence[str]
    partners: Sequence[StoryPartner]
    photos: Sequence[StoryPhoto]
    quotes: Sequence[StoryQuote]

    @property
    def cover(self) -> StoryPhoto | None:
        return self.photos[0] if self.photos else None

    @property
    def more_photos(self) -> Sequence[StoryPhoto]:
        return self.photos[1:]

    @property
    def kinds(self) -> str:
        """How many took part: 企業 × NPO等 × 市町村"""
        labels = dict.fromkeys(each.organisation.kind_label for each in self.partners)
        return " × ".join(labels)


def page_of(story: Story, words: Words) -> StoryPage:
    """One query, for the names of its municipalities."""
    areas = Municipality.objects.filter(code__in=story.areas).order_by("code") if story.areas else []
    return StoryPage(
        story=story,
        themes=words.labels("theme", story.themes),
        areas=[str(each) for each in areas],
        partners=list(story.partners.all()),
        photos=list(story.photos.all()),
        quotes=list(story.quotes.all()),
    )
