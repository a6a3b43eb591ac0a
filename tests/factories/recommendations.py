"""Posts that fit each other, and what is kept of that."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from matching.enums import Resource
from matching.models import Post, Recommendation, RecommendationDismissal
from matching.suggesting import storing
from matching.suggesting.cases import forget_corpus
from tests.factories.matching import OfferFactory, PostFactory, somebody_of

KITCHEN = {
    "title": "土曜の子ども食堂で使える調理室をさがしています",
    "body": "月に2回、30人ぶんの食事を作れる台所のある部屋がほしいです。",
    "resource": Resource.PLACE,
    "areas": ["14205"],
    "weekdays": [5],
    "themes": ["children"],
}
KITCHEN_OFFER = {
    "title": "土日に社員食堂の調理室をお貸しします",
    "body": "子ども食堂など、食事を作る活動に使っていただけます。30人まで入れます。",
    "resource": Resource.PLACE,
    "areas": ["14205"],
    "weekdays": [5, 6],
    "themes": ["children"],
}


def kitchen_need(**more: Any) -> Post:
    """A need for a kitchen on Saturdays in 藤沢市."""
    return PostFactory(**(KITCHEN | more))


def kitchen_offer(**more: Any) -> Post:
    """The offer that answers it."""
    return OfferFactory(**(KITCHEN_OFFER | more))


def computed(*posts: Post) -> None:
    """Have the recommendations of ``posts`` made, as the worker does."""
    # What words tell was learned from the posts of an earlier test.
    forget_corpus()
    for post in posts:
        assert storing.refresh(post.pk)


class RecommendationFactory(DjangoModelFactory[Recommendation]):
    """A pair that was found to fit."""

    class Meta:
        model = Recommendation

    need = factory.SubFactory(PostFactory)
    offer = factory.SubFactory(OfferFactory)
    score = 80.0
    reasons: Any = factory.LazyFunction(lambda: [{"code": "same_area", "text": "同じ藤沢市"}])
    misfits: Any = factory.LazyFunction(lambda: [{"code": "weekdays", "text": "日曜は使えません"}])


class RecommendationDismissalFactory(DjangoModelFactory[RecommendationDismissal]):
    """A need's owner found an offer not to fit it."""

    class Meta:
        model = RecommendationDismissal

    own_post = factory.SubFactory(PostFactory)
    post = factory.SubFactory(OfferFactory)
    organisation = factory.SelfAttribute("own_post.organisation")
    dismissed_by = factory.LazyAttribute(lambda row: somebody_of(row.organisation))
