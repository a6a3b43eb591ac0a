"""Stories, thanks and what people say of an ibasho, as rows."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from matching.models import IbashoAnswer, IbashoSurvey, WelcomeConfirmation
from tests.factories.matching import IbashoFactory, IntroductionFactory, somebody_of
from tests.factories.members import OrganisationFactory
from tomoiki.stories.enums import Consent, StoryState
from tomoiki.stories.models import Story, StoryPartner

_ASKED = {StoryState.ASKING_CONSENT, StoryState.PUBLISHED}


class StoryFactory(DjangoModelFactory[Story]):
    """A draft of ``organisation``; ``partners=``: its others, ``state=`` sets the times, ``agreed=`` the consents."""

    class Meta:
        model = Story

    organisation = factory.SubFactory(OrganisationFactory)
    author = factory.LazyAttribute(lambda story: somebody_of(story.organisation))
    title = factory.Sequence(lambda n: f"休館日のモデルハウスが居場所になるまで その{n}")
    lead = "使われていない日と、集まる場所のない子どもたち。"
    challenge = "放課後に過ごす場所がありませんでした。"
    done = "定休日のモデルハウスを開けてもらいました。"
    happened = "毎週八人が集まるようになりました。"
    themes: Any = factory.LazyFunction(lambda: ["children"])
    areas: Any = factory.LazyFunction(lambda: ["14205"])
    state = StoryState.DRAFT
    asked_at = factory.LazyAttribute(
        lambda story: timezone.now() - timedelta(days=2) if story.state in _ASKED else None
    )
    published_at = factory.LazyAttribute(
        lambda story: timezone.now() - timedelta(days=1) if story.state == StoryState.PUBLISHED else None
    )
    withdrawn_at = factory.LazyAttribute(lambda story: timezone.now() if story.state == StoryState.WITHDRAWN else None)
    withdrawn_by = factory.LazyAttribute(lambda story: "office" if story.state == StoryState.WITHDRAWN else "")

    @classmethod
    def _create(cls, model_class: type[Story], *args: Any, **kwargs: Any) -> Story:
        partners = kwargs.pop("partners", ())
        agreed = kwargs.pop("agreed", kwargs.get("state") == StoryState.PUBLISHED)
        story: Story = super()._create(model_class, *args, **kwargs)
        for order, each in enumerate([story.organisation, *partners]):
            StoryPartner.objects.create(
                story=story,
                organisation=each,
                order=order,
                consent=Consent.YES if agreed else Consent.WAITING,
                decided_at=timezone.now() if agreed else None,
            )
        return story


class ConfirmationFactory(DjangoModelFactory[WelcomeConfirmation]):
    """What the helped side of an introduction under way said."""

    class Meta:
        model = WelcomeConfirmation

    introduction = factory.SubFactory(IntroductionFactory, state="under_way")
    participant = factory.LazyAttribute(lambda each: each.introduction.participants.get(side="need"))
    confirmed_by = factory.LazyAttribute(lambda each: somebody_of(each.participant.speaks))
    welcome = "very"
    words = "玄関の靴がいっぱいになりました。"


class SurveyFactory(DjangoModelFactory[IbashoSurvey]):
    """A round that runs today."""

    class Meta:
        model = IbashoSurvey

    ibasho = factory.SubFactory(IbashoFactory)
    token = factory.Sequence(lambda n: f"token-{n}")
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=3))
    closes_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=20))


class IbashoAnswerFactory(DjangoModelFactory[IbashoAnswer]):
    class Meta:
        model = IbashoAnswer

    survey = factory.SubFactory(SurveyFactory)
    as_i_am = 4
    my_role = 3
    come_again = 4
