"""Stories of several: an inquiry among candidates, a co-creation of three, and dates that were agreed on."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, AppointmentState, Direction, IntroductionState, Suits
from matching.models import Appointment, AppointmentDate, Inquiry, Introduction, Participant, Post
from matching.transitions import CandidateChoice
from members.models import Organisation, User
from tomoiki.web.demo import DemoWorld, Story
from tomoiki.workflow import TransitionError

INQUIRIES = 4
MEETINGS = 6


def introducing_stories(world: DemoWorld) -> Iterator[Story]:
    for number in range(INQUIRIES):
        yield _inquiry(world, wanted=1 + number % 2, days=world.random.uniform(2, 30))
    yield _three(world)
    for number in range(MEETINGS):
        yield _meeting(world, fixes=number % 3 != 0)


def _speaker(world: DemoWorld, organisation: int) -> User:
    person: User = world.made["people"][organisation]
    return person


def _board(world: DemoWorld, direction: Direction) -> list[Post]:
    """What is open of organisations whose people are known, in a chosen order."""
    people = world.made.get("people", {})
    rows = Post.objects.on_board().filter(direction=direction, organisation__in=people, on_behalf_of=None)
    found = list(rows.order_by("pk"))
    world.random.shuffle(found)
    return found


def _free_pair(need: Post, offer: Post) -> bool:
    if need.organisation_id == offer.organisation_id:
        return False
    both = Introduction.objects.open().filter(participants__post=need)
    return not both.filter(participants__organisation=offer.organisation_id).exists()


def _inquiry(world: DemoWorld, *, wanted: int, days: float) -> Story:
    moment = world.days_before_end(days)
    yield moment
    offers = _board(world, Direction.OFFER)
    for need in _board(world, Direction.NEED):
        chosen: dict[int, Post] = {}
        for offer in offers:
            if offer.resource == need.resource and _free_pair(need, offer):
                chosen.setdefault(offer.organisation_id, offer)
        if len(chosen) >= 3:
            break
    else:
        return
    try:
        inquiry = transitions.start_inquiry(
            need.pk,
            candidates=[CandidateChoice.of(offer) for offer in list(chosen.values())[:5]],
            wanted=wanted,
            message="お近くで活動されているので、お声がけしました。まずは、ご関心があるかどうかをお聞かせください。",
            actor=world.random.choice(world.made["staff"]),
        )
    except TransitionError:
        # Its owner has as many talks as it can take.
        return
    yield from _candidates_answer(world, inquiry, moment)


def _candidates_answer(world: DemoWorld, inquiry: Inquiry, moment: datetime) -> Story:
    sides = Participant.objects.filter(introduction__inquiry=inquiry).exclude(post=inquiry.post_id)
    for number, side in enumerate(sides.order_by("pk")):
        moment = world.later(moment, days=(0.3, 1.2))
        yield moment
        side.introduction.refresh_from_db()
        if side.introduction.state != IntroductionState.ASKED:
            return
        answer = Answer.NO if number == 1 else Answer.YES
        transitions.answer_introduction(
            side.introduction_id,
            participant=side.pk,
            answer=answer,
            reason="dates" if answer == Answer.NO else "",
            actor=_speaker(world, side.speaks.pk),
        )


def _going(world: DemoWorld) -> list[Introduction]:
    """Introductions of known people that are agreed or under way, in a chosen order."""
    people = world.made.get("people", {})
    rows = Introduction.objects.filter(state__in=[IntroductionState.AGREED, IntroductionState.UNDER_WAY])
    found = [
        each
        for each in rows.with_participants().order_by("pk")
        if all(side.speaks.pk in people and side.group_id is None for side in each.sides())
    ]
    world.random.shuffle(found)
    return found


def _three(world: DemoWorld) -> Story:
    """A university joins a company and an NPO that have agreed already."""
    moment = world.days_before_end(6)
    yield moment
    people = world.made.get("people", {})
    universities = list(Organisation.objects.active().filter(kind="university", pk__in=people).order_by("pk"))
    known = {university.pk for university in universities}
    going = [each for each in _going(world) if not {side.organisation_id for side in each.sides()} & known]
    if not universities or not going:
        return
    university, introduction = universities[0], going[0]
    side = transitions.invite_participant(
        introduction.pk,
        organisation=university,
        invitation="学生のみなさんに、来た方の声の集め方をいっしょに考えていただきたいです。",
        actor=world.random.choice(world.made["staff"]),
    )
    yield world.later(moment, days=(1, 2))
    introduction.refresh_from_db()
    if introduction.state in {IntroductionState.AGREED, IntroductionState.UNDER_WAY}:
        transitions.answer_introduction(
            introduction.pk, participant=side.pk, answer=Answer.YES, actor=_speaker(world, university.pk)
        )


def _meeting(world: DemoWorld, *, fixes: bool) -> Story:
    """Dates proposed by one side, ticked by the others, and fixed where ``fixes``."""
    moment = world.days_before_end(world.random.uniform(2, 5))
    yield moment
    taken = set(Appointment.objects.values_list("introduction", flat=True))
    introduction = next((each for each in _going(world) if each.pk not in taken), None)
    if introduction is None:
        return
    proposer, *others = introduction.together()
    now = timezone.localtime()
    dates = [
        (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
        for days, hour in ((7, 14), (9, 10), (12, 15))
    ]
    appointment = transitions.propose_appointment(
        introduction.pk,
        participant=proposer.pk,
        dates=dates,
        place=f"{proposer.organisation.name} 会議室",
        note="入口の受付で、団体のお名前をお伝えください。",
        actor=_speaker(world, proposer.speaks.pk),
    )
    for side in others:
        moment = world.later(moment, days=(0.2, 0.8))
        yield moment
        if not _still(appointment):
            return
        chances = [Suits.YES, Suits.YES, Suits.MAYBE, Suits.NO]
        suits = {date.pk: world.random.choice(chances) for date in _dates(appointment)}
        transitions.answer_appointment(
            appointment.pk, participant=side.pk, suits=suits, actor=_speaker(world, side.speaks.pk)
        )
    if fixes:
        yield world.later(moment, days=(0.1, 0.4))
        if _still(appointment):
            date = _dates(appointment)[0]
            transitions.fix_appointment(appointment.pk, date=date.pk, actor=_speaker(world, proposer.speaks.pk))


def _dates(appointment: Appointment) -> list[AppointmentDate]:
    return list(appointment.dates.order_by("starts_at"))


def _still(appointment: Appointment) -> bool:
    """Whether it is still being arranged, and those who arrange it are still together."""
    appointment.refresh_from_db()
    introduction = appointment.introduction
    introduction.refresh_from_db()
    going = introduction.state in {IntroductionState.AGREED, IntroductionState.UNDER_WAY}
    return going and appointment.state == AppointmentState.PROPOSED
