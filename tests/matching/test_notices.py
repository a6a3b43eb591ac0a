"""Every notice of matching: a subject that fits, a reason, a link that leads somewhere, a text that reads well."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import resolve
from django.utils import timezone

from matching.enums import IntroductionState, PostState
from matching.models import Favourite, Introduction, Post, WelcomeConfirmation
from matching.notices import contact, favourites, introductions, outcomes, posts, relay, staff, welcome
from members.models import Organisation
from tests.factories.matching import (
    IntroductionFactory,
    OfferFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
)
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.stories import ConfirmationFactory
from tests.matching import notices_finding, notices_introducing
from tomoiki.notifications import outbox
from tomoiki.notifications.models import Message, Notification
from tomoiki.notifications.notice import Notice, notice_types

pytestmark = pytest.mark.django_db

LONG_NAME = "特定非営利活動法人" + "とても長い名前の" * 12
LONG_TITLE = ("子どもから高齢の方まで、" * 6)[:60]


def organisation(name: str = LONG_NAME) -> Organisation:
    made: Organisation = OrganisationFactory(name=f"{name[:110]}{Organisation.objects.count()}")
    member_of(made)
    return made


def post(state: PostState = PostState.PUBLISHED) -> Post:
    made: Post = PostFactory(organisation=organisation(), state=state, title=LONG_TITLE, quantity=3, unit="sets")
    return made


def looked_after() -> Post:
    made = post()
    made.contact = member_of(made.organisation)
    made.save(update_fields=["contact"])
    return made


def introduction(state: IntroductionState = IntroductionState.ASKED) -> Introduction:
    return IntroductionFactory(
        state=state,
        post=post(),
        offer=OfferFactory(organisation=organisation(), title=LONG_TITLE),
        reminded_at=timezone.now(),
    )


def raised() -> Introduction:
    return IntroductionFactory(post=post(), responder=organisation())


def half_reported() -> Introduction:
    made = introduction(IntroductionState.UNDER_WAY)
    OutcomeFactory(introduction=made)
    return made


def by_staff() -> Notice:
    return posts.RevisionSuggested(PostRevisionFactory(post=post(), author=StaffFactory()))


def answer_taken() -> Notice:
    made = introduction(IntroductionState.AGREED)
    side = made.sides()[0]
    side.answer_channel, side.answer_received_on, side.quantity = "phone", timezone.localdate(), 3
    return relay.AnswerTaken(made, by=side, actor=StaffFactory())


def thanked(**values: str | bool) -> WelcomeConfirmation:
    made: WelcomeConfirmation = ConfirmationFactory(introduction=introduction(IntroductionState.UNDER_WAY), **values)
    return made


def favourite_news() -> Notice:
    kept = post()
    Favourite.objects.create(user=member_of(OrganisationFactory()), post=kept)
    return favourites.FavouriteNews(kept, favourites.News.ENDS_SOON, event="1")


NOTICES: dict[str, Callable[[], Notice]] = {
    **notices_introducing.NOTICES,
    **notices_finding.NOTICES,
    "matching_post_waiting": lambda: posts.PostWaiting(post(PostState.SUBMITTED)),
    "matching_post_published": lambda: posts.PostPublished(post()),
    "matching_post_returned": lambda: posts.PostReturned(post(PostState.RETURNED)),
    "matching_post_taken_down": lambda: posts.PostTakenDown(post(PostState.TAKEN_DOWN)),
    "matching_post_expiring_soon": lambda: posts.PostExpiringSoon(post()),
    "matching_post_expired": lambda: posts.PostExpired(post(PostState.EXPIRED)),
    "matching_favourite_news": favourite_news,
    "matching_revision_waiting": lambda: posts.RevisionWaiting(PostRevisionFactory(post=post())),
    "matching_revision_suggested": by_staff,
    "matching_revision_accepted": lambda: posts.RevisionAccepted(PostRevisionFactory(post=post())),
    "matching_revision_refused": lambda: posts.RevisionRefused(PostRevisionFactory(post=post(), state="refused")),
    "matching_suggestion_refused": lambda: posts.SuggestionRefused(
        PostRevisionFactory(post=post(), state="refused", author=StaffFactory())
    ),
    "matching_introduction_asked": lambda: introductions.IntroductionAsked(introduction()),
    "matching_hand_raised": lambda: introductions.HandRaised((made := raised()), responder=made.sides()[1]),
    "matching_said_yes": lambda: introductions.SaidYes((made := introduction()), by=made.sides()[1]),
    "matching_introduction_agreed": lambda: introductions.IntroductionAgreed(introduction(IntroductionState.AGREED)),
    "matching_introduction_declined": lambda: introductions.IntroductionDeclined(
        (made := introduction(IntroductionState.DECLINED)), by=made.sides()[0]
    ),
    "matching_introduction_lapsed": lambda: introductions.IntroductionLapsed(introduction(IntroductionState.LAPSED)),
    "matching_introduction_withdrawn": lambda: introductions.IntroductionWithdrawn(
        introduction(IntroductionState.WITHDRAWN), by=StaffFactory()
    ),
    "matching_introduction_not_needed": lambda: introductions.IntroductionNotNeeded(
        (made := raised()), settled=made.post
    ),
    "matching_answer_reminder": lambda: introductions.AnswerReminder(introduction()),
    "matching_introduction_started": lambda: introductions.IntroductionStarted(
        (made := introduction(IntroductionState.UNDER_WAY)), by=made.sides()[0]
    ),
    "matching_introduction_ended_early": lambda: introductions.IntroductionEndedEarly(
        introduction(IntroductionState.ENDED_EARLY), by=None, reason_label="予定や事情が変わった"
    ),
    "matching_answer_taken": answer_taken,
    "matching_post_contact_changed": lambda: contact.PostContactChanged(looked_after(), change=1),
    "matching_outcome_wanted": lambda: outcomes.OutcomeWanted(introduction(IntroductionState.UNDER_WAY)),
    "matching_other_side_reported": lambda: outcomes.OtherSideReported((made := half_reported()), by=made.sides()[0]),
    "matching_welcome_wanted": lambda: welcome.WelcomeWanted(
        (made := introduction(IntroductionState.UNDER_WAY)), by=made.sides()[1]
    ),
    "matching_thanks_received": lambda: welcome.ThanksReceived(thanked()),
    "matching_words_in_use": lambda: welcome.WordsInUse(thanked(may_be_used=True)),
    "matching_staff_not_welcome": lambda: welcome.StaffNotWelcome(thanked(welcome="not")),
    "matching_introduction_completed": lambda: outcomes.IntroductionCompleted(half_reported()),
    "matching_staff_introduction_agreed": lambda: staff.StaffIntroductionAgreed(introduction(IntroductionState.AGREED)),
    "matching_staff_introduction_declined": lambda: staff.StaffIntroductionDeclined(
        (made := introduction(IntroductionState.DECLINED)), by=made.sides()[0], reason_label="時期が合わない"
    ),
    "matching_staff_introduction_lapsed": lambda: staff.StaffIntroductionLapsed(introduction(IntroductionState.LAPSED)),
    "matching_staff_introduction_ended_early": lambda: staff.StaffIntroductionEndedEarly(
        introduction(IntroductionState.ENDED_EARLY)
    ),
    "matching_staff_introduction_completed": lambda: staff.StaffIntroductionCompleted(
        introduction(IntroductionState.COMPLETED)
    ),
}


def test_every_notice_is_looked_at_here() -> None:
    assert sorted(NOTICES) == sorted(code for each in notice_types if (code := each.code).startswith("matching_"))


@pytest.mark.parametrize("code", NOTICES)
def test_a_notice_reads_well(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    StaffFactory()
    with transaction.atomic():
        notice = NOTICES[code]()
        # Those for the bell have a text as well: people may ask for it by mail some day.
        monkeypatch.setattr(type(notice), "urgency", "normal")
        stored = outbox.put(notice)
        again = outbox.put(notice)
    assert (notice.code, bool(stored), again) == (code, True, [])
    for notification in Notification.objects.filter(code=code):
        assert len(notification.subject) <= 60
        assert notification.digest_text
        assert re.search(r"のため$", notification.reason)
        assert resolve(notification.link.partition("#")[0])
    for mail in Message.objects.filter(code=code):
        body = mail.text_body.partition("さま")[2].partition("----")[0]
        assert len(body.strip()) > 20
        assert not re.search(r"\n{4,}|None|\{|\}", mail.text_body)
        assert settings.SITE_URL in mail.text_body
        assert "<p>" in mail.html_body
