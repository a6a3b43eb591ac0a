"""An inquiry of the NPO's, a co-creation of three, and appointments in their states, made through the transitions."""

from datetime import datetime, timedelta

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, Resource, Suits
from matching.models import Appointment, Inquiry, Introduction, Participant
from matching.transitions import CandidateChoice
from tests.browser.picks.introductions import _agreed, _answered
from tests.browser.picks.people import demo, office, organisation_of
from tests.browser.picks.posts import published


def _day(days: int, hour: int) -> datetime:
    local = timezone.localtime() + timedelta(days=days)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def _inquiry(title: str, wanted: int) -> Inquiry:
    need = published("npo", title, Resource.HANDS)
    offers = [
        published("kigyo", "社内の有志が、休みの日にうかがいます", Resource.HANDS, Direction.OFFER),
        published("shakyo", "ボランティアの登録者に、声をかけられます", Resource.HANDS, Direction.OFFER),
    ]
    return transitions.start_inquiry(
        need.pk,
        candidates=[CandidateChoice.of(offer) for offer in offers],
        wanted=wanted,
        message="お近くで活動されているので、お声がけしました。ご関心があるかどうかをお聞かせください。",
        actor=office(),
    )


def _candidate(inquiry: Inquiry, number: int) -> Participant:
    introduction = inquiry.introductions.order_by("pk")[number]
    return introduction.participants.exclude(post=inquiry.post_id).get()


def _three() -> tuple[Introduction, Participant]:
    """The company and the NPO have agreed, and the welfare council is asked along."""
    introduction = _agreed()
    side = transitions.invite_participant(
        introduction.pk,
        organisation=organisation_of("shakyo"),
        invitation="地域のみなさんへの声かけを、いっしょにお願いしたいです。",
        actor=office(),
    )
    return introduction, side


def _proposed(introduction: Introduction, who: str = "npo") -> Appointment:
    side = introduction.participants.get(organisation=organisation_of(who))
    return transitions.propose_appointment(
        introduction.pk,
        participant=side.pk,
        dates=[_day(6, 14), _day(8, 10), _day(9, 15)],
        minutes=60,
        place="しおさい市民センター 2階 会議室",
        note="入口の受付で、団体のお名前をお伝えください。",
        actor=demo(who),
    )


def _ticked(appointment: Appointment, who: str, *suits: Suits) -> Appointment:
    side = appointment.introduction.participants.get(organisation=organisation_of(who))
    dates = appointment.dates.order_by("starts_at")
    return transitions.answer_appointment(
        appointment.pk,
        participant=side.pk,
        suits={date.pk: value for date, value in zip(dates, suits, strict=True)},
        actor=demo(who),
    )


def _fixed() -> Appointment:
    appointment = _ticked(_proposed(_agreed()), "kigyo", Suits.YES, Suits.MAYBE, Suits.NO)
    date = appointment.dates.order_by("starts_at")[0]
    return transitions.fix_appointment(appointment.pk, date=date.pk, actor=demo("npo"))


def ids() -> dict[str, str | int]:
    running = _inquiry("冬の炊き出しを、手伝ってくださる方", 2)
    enough = _inquiry("餅つき大会の、力仕事をお願いします", 1)
    first = _candidate(running, 0)
    transitions.answer_introduction(first.introduction_id, participant=first.pk, answer=Answer.YES, actor=demo("kigyo"))
    quick = _candidate(enough, 1)
    transitions.answer_introduction(
        quick.introduction_id, participant=quick.pk, answer=Answer.YES, actor=demo("shakyo")
    )
    three, newcomer = _three()
    joined, joining = _three()
    transitions.answer_introduction(joined.pk, participant=joining.pk, answer=Answer.YES, actor=demo("shakyo"))
    call = _answered(_partnership(), "kigyo", Answer.YES)
    proposed = _proposed(_agreed())
    answered = _ticked(_proposed(_agreed()), "kigyo", Suits.NO, Suits.NO, Suits.NO)
    return {
        "inquiry": running.pk,
        "inquiry_enough": enough.pk,
        "inquiry_post": running.post_id,
        "inquiry_offer": first.post_id or 0,
        "candidate_to_answer": _candidate(running, 1).introduction_id,
        "candidate_interested": first.introduction_id,
        "candidate_not_needed": _candidate(enough, 0).introduction_id,
        "three": three.pk,
        "newcomer": newcomer.pk,
        "three_joined": joined.pk,
        "joined": joining.pk,
        "partnership": call.pk,
        "declined_again": _declined().pk,
        "declined_side": Participant.objects.filter(answer=Answer.NO).latest("pk").pk,
        "appointment": proposed.pk,
        "appointment_talk": proposed.introduction_id,
        "appointment_none_suits": answered.pk,
        "appointment_fixed": _fixed().pk,
    }


def _partnership() -> Introduction:
    call = published("npo", "食と居場所を、いっしょに考える仲間をさがしています", Resource.PARTNERSHIP)
    offer = published("kigyo", "地域の食の場づくりに、参加したいです", Resource.PARTNERSHIP, Direction.OFFER)
    introduction = transitions.propose_introduction(need=call, offer=offer, message="ご紹介します。", actor=office())
    return transitions.ask_participants(introduction.pk, actor=office())


def _declined() -> Introduction:
    return _answered(_partnership(), "kigyo", Answer.NO)
