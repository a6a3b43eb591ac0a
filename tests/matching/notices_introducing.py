"""Notices of inquiries, of several participants and of appointments, each with what it tells of."""

from collections.abc import Callable

from django.utils import timezone

from matching.enums import Answer, InquiryEnd, IntroductionState
from matching.models import Appointment, Inquiry, Introduction, Participant
from matching.notices import appointments, inquiries, introductions, parties, staff
from tests.factories.introducing import AppointmentFactory
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.notifications.notice import Notice


def inquiry() -> Inquiry:
    post = PostFactory()
    somebody_of(post.organisation)
    made: Inquiry = Inquiry.objects.create(
        post=post, wanted=1, message="お近くですので。", respond_by=timezone.localdate(), created_by=StaffFactory()
    )
    introduction = IntroductionFactory(post=post, offer=OfferFactory(quantity=3, unit="people"))
    Introduction.objects.filter(pk=introduction.pk).update(inquiry=made)
    made.closed_at, made.closed_because = timezone.now(), InquiryEnd.ANSWERED
    made.save()
    return made


def candidate() -> tuple[Introduction, Participant, Participant]:
    introduction = Introduction.objects.with_participants().get(inquiry=inquiry())
    owner, side = introduction.sides()
    side.answered_at, side.quantity = timezone.now(), 3
    return introduction, owner, side


def three(**values: object) -> tuple[Introduction, Participant]:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    organisation = OrganisationFactory()
    member_of(organisation)
    side = Participant.objects.create(
        introduction=introduction,
        organisation=organisation,
        side="offer",
        required=False,
        invitation="効果の測り方を、いっしょに考えてください。",
        invited_by=StaffFactory(),
        asked_at=timezone.now(),
        **{"answer": Answer.YES, "answered_at": timezone.now(), **values},
    )
    return Introduction.objects.with_participants().get(pk=introduction.pk), side


def meeting(state: str = "proposed") -> tuple[Introduction, Appointment]:
    made = AppointmentFactory(state=state, note="受付でお名前を。", online_url="https://meet.example/a")
    return Introduction.objects.with_participants().get(pk=made.introduction_id), made


def ticked() -> Notice:
    introduction, made = meeting()
    side = introduction.sides()[0]
    return appointments.AppointmentTicked(introduction, made, actor=StaffFactory(), side=side, all_in=False)


def interested() -> Notice:
    introduction, owner, side = candidate()
    return inquiries.CandidateInterested(introduction, by=side, owner=owner)


def left() -> tuple[Introduction, Participant]:
    introduction, side = three()
    side.left_at, side.left_reason, side.left_note = timezone.now(), "dates", "学期が変わります。"
    side.save()
    return Introduction.objects.with_participants().get(pk=introduction.pk), side


def of_three(build: Callable[[Introduction, Participant], Notice], **values: object) -> Callable[[], Notice]:
    return lambda: build(*three(**values))


def of_meeting(kind: type[appointments.AppointmentNotice], state: str) -> Callable[[], Notice]:
    return lambda: kind(*meeting(state), actor=StaffFactory())


WAITING = {"answer": Answer.WAITING, "answered_at": None}
SAID_NO = {"answer": Answer.NO, "decline_reason": "dates"}
NOTICES: dict[str, Callable[[], Notice]] = {
    "matching_candidate_asked": lambda: inquiries.CandidateAsked(candidate()[0]),
    "matching_candidate_interested": interested,
    "matching_inquiry_not_needed": lambda: inquiries.InquiryNotNeeded(candidate()[0], because=InquiryEnd.ENOUGH),
    "matching_inquiry_begun": lambda: inquiries.InquiryBegun(inquiry(), candidates=3),
    "matching_nobody_interested": lambda: inquiries.NobodyInterested(inquiry()),
    "matching_staff_inquiry_closed": lambda: inquiries.StaffInquiryClosed(inquiry(), actor=StaffFactory()),
    "matching_invited_along": of_three(lambda i, s: parties.InvitedAlong(i, newcomer=s), **WAITING),
    "matching_invitation_reminder": of_three(lambda i, s: parties.InvitationReminder(i, newcomer=s), **WAITING),
    "matching_joining": of_three(lambda i, s: parties.Joining(i, newcomer=s, actor=StaffFactory()), **WAITING),
    "matching_joined": of_three(lambda i, s: parties.Joined(i, by=s)),
    "matching_without_one": of_three(lambda i, s: parties.WithoutOne(i, by=s), **SAID_NO),
    "matching_released": of_three(lambda i, s: parties.Released(i, released=s), **WAITING),
    "matching_invitation_lapsed": of_three(lambda i, s: parties.InvitationLapsed(i, released=s), **WAITING),
    "matching_participant_left": lambda: parties.ParticipantLeft(
        *(made := left())[:1], by=made[1], reason_label="日にちの都合がつかなかった"
    ),
    "matching_staff_participant_left": lambda: staff.StaffParticipantLeft(
        *(made := left())[:1], by=made[1], reason_label="日にちの都合がつかなかった", actor=StaffFactory()
    ),
    "matching_staff_late_yes": of_three(lambda i, s: staff.StaffLateYes(i, by=s, actor=StaffFactory())),
    "matching_asked_again": of_three(lambda i, s: introductions.AskedAgain(i, asked=s), **WAITING),
    "matching_appointment_proposed": of_meeting(appointments.AppointmentProposed, "proposed"),
    "matching_appointment_ticked": ticked,
    "matching_appointment_fixed": of_meeting(appointments.AppointmentFixed, "fixed"),
    "matching_appointment_moved": of_meeting(appointments.AppointmentMoved, "fixed"),
    "matching_appointment_cancelled": of_meeting(appointments.AppointmentCancelled, "fixed"),
    "matching_appointment_tomorrow": of_meeting(appointments.AppointmentTomorrow, "fixed"),
}
