"""Posts, introductions and outcomes as rows, without the transitions that would lead to them."""

from datetime import timedelta
from typing import Any

import factory
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from factory.django import DjangoModelFactory

from matching import search_text
from matching.enums import (
    TALKING_STATES,
    Again,
    Answer,
    Direction,
    IbashoChangeKind,
    IntroductionState,
    Origin,
    OutcomeResult,
    PausedBy,
    PostState,
    Resource,
    RevisionState,
    Unit,
    Visibility,
    Welcome,
)
from matching.models import Ibasho, IbashoChange, Introduction, Outcome, Participant, Post, PostRevision
from members.models import Organisation, User
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.conversations.models import Conversation

_PUBLISHED_ONCE = {PostState.PUBLISHED, PostState.PAUSED, PostState.FULFILLED, PostState.EXPIRED, PostState.TAKEN_DOWN}
_POST_OVER = {PostState.FULFILLED, PostState.CLOSED, PostState.EXPIRED, PostState.TAKEN_DOWN}
_AGREED_ONCE = {
    IntroductionState.AGREED,
    IntroductionState.UNDER_WAY,
    IntroductionState.COMPLETED,
    IntroductionState.ENDED_EARLY,
}
_STARTED_ONCE = {IntroductionState.UNDER_WAY, IntroductionState.COMPLETED}
_INTRODUCTION_OVER = {
    IntroductionState.COMPLETED,
    IntroductionState.DECLINED,
    IntroductionState.LAPSED,
    IntroductionState.WITHDRAWN,
    IntroductionState.NOT_NEEDED,
    IntroductionState.ENDED_EARLY,
}


def somebody_of(organisation: Organisation) -> User:
    """A person who may act for ``organisation``; made if there is none yet."""
    return organisation.acting_people().order_by("pk").first() or member_of(organisation)


class PostFactory(DjangoModelFactory[Post]):
    """A published need; ``state=`` and ``direction=`` make others, with the times that belong to the state."""

    class Meta:
        model = Post

    direction = Direction.NEED
    organisation = factory.SubFactory(OrganisationFactory)
    author = factory.LazyAttribute(lambda post: somebody_of(post.organisation))
    resource = Resource.PLACE
    title = factory.Sequence(lambda n: f"平日の午後に使える部屋 その{n}")
    body = "学校が終わってから夕方まで、子どもが安心して過ごせる場所がほしいです。"
    themes: Any = factory.LazyFunction(list)
    areas: Any = factory.LazyFunction(lambda: ["14205"])
    visibility = Visibility.PUBLIC
    state = PostState.PUBLISHED
    paused_by = factory.LazyAttribute(lambda post: PausedBy.OWNER if post.state == PostState.PAUSED else "")
    staff_message = factory.LazyAttribute(
        lambda post: (
            "いつごろ必要かを、もう少し書いてください。"
            if post.state in {PostState.RETURNED, PostState.TAKEN_DOWN}
            else ""
        )
    )
    submitted_at = factory.LazyAttribute(
        lambda post: None if post.state == PostState.DRAFT else timezone.now() - timedelta(days=11)
    )
    published_at = factory.LazyAttribute(
        lambda post: timezone.now() - timedelta(days=10) if post.state in _PUBLISHED_ONCE else None
    )
    expires_at = factory.LazyAttribute(
        lambda post: (
            None
            if post.published_at is None
            else post.published_at + timedelta(days=5 if post.state == PostState.EXPIRED else 180)
        )
    )
    ended_at = factory.LazyAttribute(
        lambda post: timezone.now() - timedelta(days=1) if post.state in _POST_OVER else None
    )

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        post = model_class(*args, **kwargs)
        search_text.build(post)
        post.save()
        return post


class OfferFactory(PostFactory):
    """A published offer."""

    direction = Direction.OFFER
    title = factory.Sequence(lambda n: f"休館日のモデルハウス その{n}")
    body = "定休日の火曜と水曜に、地域の居場所としてお使いいただけます。"


class PostRevisionFactory(DjangoModelFactory[PostRevision]):
    """A change of the title that waits for staff."""

    class Meta:
        model = PostRevision

    post = factory.SubFactory(PostFactory)
    author = factory.LazyAttribute(lambda revision: somebody_of(revision.post.organisation))
    changes: Any = factory.LazyFunction(lambda: {"title": "平日の夕方に使える部屋をさがしています"})
    note = "使う時間が決まりました。"
    state = RevisionState.PROPOSED
    decided_at = factory.LazyAttribute(
        lambda revision: None if revision.state == RevisionState.PROPOSED else timezone.now()
    )
    staff_message = factory.LazyAttribute(
        lambda revision: "住所は載せられません。" if revision.state == RevisionState.REFUSED else ""
    )


class IntroductionFactory(DjangoModelFactory[Introduction]):
    """A need (``post=``) and an offer (``offer=``) brought together by staff, both asked; with its participants.

    With ``responder=`` an organisation raised its hand for ``post`` instead, bringing no post of its own.
    ``state=`` sets times and answers; the conversation of a pair that talks is open.
    """

    class Meta:
        model = Introduction

    post = factory.SubFactory(PostFactory)
    responder = None
    offer = factory.Maybe("responder", None, factory.SubFactory(OfferFactory))
    state = IntroductionState.ASKED
    origin = factory.LazyAttribute(lambda each: Origin.RESPONSE if each.responder else Origin.STAFF)
    pair_key = factory.LazyAttribute(
        lambda each: (
            f"post:{each.post.pk}:organisation:{each.responder.pk}"
            if each.responder
            else f"post:{each.post.pk}:post:{each.offer.pk}"
        )
    )
    proposed_by = factory.LazyAttribute(lambda each: somebody_of(each.responder) if each.responder else StaffFactory())
    message = "お近くですので、一度お話しされてみてはいかがでしょうか。"
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    asked_at = factory.LazyAttribute(lambda each: None if each.state == IntroductionState.PROPOSED else each.created_at)
    respond_by = factory.LazyAttribute(
        lambda each: None if each.asked_at is None else timezone.localdate(each.asked_at) + timedelta(days=14)
    )
    agreed_at = factory.LazyAttribute(
        lambda each: each.created_at + timedelta(days=1) if each.state in _AGREED_ONCE else None
    )
    started_at = factory.LazyAttribute(
        lambda each: each.agreed_at + timedelta(hours=12) if each.state in _STARTED_ONCE else None
    )
    first_reported_at = factory.LazyAttribute(
        lambda each: timezone.now() if each.state == IntroductionState.COMPLETED else None
    )
    ended_at = factory.LazyAttribute(lambda each: timezone.now() if each.state in _INTRODUCTION_OVER else None)
    end_reason = factory.LazyAttribute(
        lambda each: "plans_changed" if each.state == IntroductionState.ENDED_EARLY else ""
    )

    @classmethod
    def _create(cls, model_class: type[Introduction], *args: Any, **kwargs: Any) -> Introduction:
        responder, offer = kwargs.pop("responder"), kwargs.pop("offer")
        introduction: Introduction = super()._create(model_class, *args, **kwargs)
        post = introduction.post
        agreed = introduction.agreed_at is not None
        declined = introduction.state == IntroductionState.DECLINED
        _side(introduction, post.organisation, post, Answer.YES if agreed else Answer.NO if declined else "")
        _side(introduction, responder or offer.organisation, offer, Answer.YES if agreed or responder else "")
        if introduction.state in TALKING_STATES or introduction.state == IntroductionState.ENDED_EARLY:
            Conversation.objects.create(
                content_type=ContentType.objects.get_for_model(Introduction),
                object_id=introduction.pk,
                opened_at=introduction.agreed_at,
                closed_at=introduction.ended_at if introduction.state == IntroductionState.ENDED_EARLY else None,
            )
        return introduction


def _side(introduction: Introduction, organisation: Organisation, post: Post | None, answer: str) -> None:
    own = introduction.post.organisation_id == organisation.pk
    direction = Direction(introduction.post.direction)
    ParticipantFactory(
        introduction=introduction,
        organisation=organisation,
        side=direction if own else direction.opposite,
        post=post,
        answer=answer or Answer.WAITING,
        answered_at=(introduction.agreed_at or introduction.created_at) if answer else None,
        answered_by=somebody_of(organisation) if answer else None,
        decline_reason="not_now" if answer == Answer.NO else "",
    )


class ParticipantFactory(DjangoModelFactory[Participant]):
    """One side; ``IntroductionFactory`` makes both."""

    class Meta:
        model = Participant

    introduction = factory.SubFactory(IntroductionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    side = Direction.OFFER


class OutcomeFactory(DjangoModelFactory[Outcome]):
    """What one side of an introduction under way told."""

    class Meta:
        model = Outcome

    introduction = factory.SubFactory(IntroductionFactory, state=IntroductionState.UNDER_WAY)
    participant = factory.LazyAttribute(
        lambda outcome: outcome.introduction.participants.filter(outcome=None).order_by("pk").first()
    )
    reported_by = factory.LazyAttribute(lambda outcome: somebody_of(outcome.participant.organisation))
    result = OutcomeResult.DONE
    story = "火曜の午後に、小学生が8人集まりました。"
    quantity = 8
    unit = Unit.PEOPLE
    people_reached = 8
    again = Again.YES
    welcome = Welcome.VERY


class IbashoFactory(DjangoModelFactory[Ibasho]):
    """A place where people belong."""

    class Meta:
        model = Ibasho

    name = factory.Sequence(lambda n: f"ひだまりの間 {n}")
    organisation = factory.SubFactory(OrganisationFactory)
    who_comes = "放課後の小学生"
    open_days_a_month = 4
    people_a_time = 8


class IbashoChangeFactory(DjangoModelFactory[IbashoChange]):
    """An ibasho that opened through an introduction."""

    class Meta:
        model = IbashoChange

    outcome = factory.SubFactory(OutcomeFactory)
    ibasho = factory.SubFactory(IbashoFactory)
    kind = IbashoChangeKind.OPENED
    days_before = 0
    days_after = 4
    people_before = 0
    people_after = 8
