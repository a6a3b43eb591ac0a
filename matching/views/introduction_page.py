"""Everything the page of one introduction shows, gathered in a bounded number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import rules
from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from matching.cards import PostCard, cards_for
from matching.enums import Answer, IntroductionState, Origin, PostState
from matching.forms.introductions import DECLINE_REASONS, AnswerForm, MessageForm, StartForm
from matching.meetings import AppointmentCard, appointment_cards, appointments_of
from matching.models import Introduction, Outcome, Participant, Post, WelcomeConfirmation
from matching.progress import Progress, organisations_of, progress_of
from matching.purposes import PurposeWords, words_of
from matching.transitions.parties import may_leave
from matching.views.introduction_sides import CONTACT_STATES, GroupRow, SideCard, amount_of, contact_of, group_row
from matching.views.introduction_timeline import Step, timeline
from matching.views.outcome_cards import OutcomeCard, outcome_cards
from matching.views.talk import TalkView, conversation_of, talk_view
from matching.views.thanks_cards import ThanksCard, confirmations_of, still_wanted, thanks_cards
from matching.workflow import INTRODUCTIONS
from members.acting import preselected
from members.models import Organisation, User
from tomoiki.vocabulary.lists import labels


def person(request: HttpRequest) -> User:
    """Who is logged in: the middleware lets nobody else here."""
    if not isinstance(request.user, User):
        raise TypeError("these pages are for people who are logged in")
    return request.user


def find_introduction(user: User, pk: int) -> Introduction:
    """The introduction that ``user`` may see, with all its page shows of its sides; 404 otherwise."""
    sides = Participant.objects.select_related(
        "organisation__municipality",
        "desk__municipality",
        "post__organisation",
        "post__photo",
        "outcome",
        "answered_by",
    )
    sides = sides.with_groups().order_by("pk")
    visible = Introduction.objects.visible_to(user).select_related(
        "post__organisation", "post__photo", "proposed_by", "inquiry"
    )
    return get_object_or_404(visible.prefetch_related(Prefetch("participants", queryset=sides)), pk=pk)


@dataclass(frozen=True)
class Reader:
    """Who looks at introductions: the organisations they belong to, and those they may act for."""

    user: User
    belongs: Collection[int]
    acts: Collection[int]

    def own_sides(self, introduction: Introduction) -> list[Participant]:
        return [
            side
            for side in introduction.sides()
            if side.organisation_id in self.belongs or side.desk_id in self.belongs
        ]

    def acting_sides(self, introduction: Introduction) -> list[Participant]:
        """The sides for which this person may answer and report."""
        return [side for side in introduction.sides() if side.speaks.pk in self.acts]

    def sides_in(self, introduction: Introduction) -> list[Participant]:
        """The sides for which this person may talk, meet and report: those that said yes and stayed."""
        return [side for side in self.acting_sides(introduction) if side.is_in]

    def acting_organisations(self, introduction: Introduction) -> list[Organisation]:
        """Those in whose name this person may go on with it."""
        return list({side.speaks.pk: side.speaks for side in self.sides_in(introduction)}.values())


def reader_of(user: User) -> Reader:
    """``user`` as a reader; two queries."""
    acts = Organisation.objects.able_to_act(user).values_list("pk", flat=True)
    return Reader(user, organisations_of(user), frozenset(acts))


def outcomes_of(introduction: Introduction) -> list[Outcome]:
    """What the sides told so far, the first report first."""
    found = [side.outcome for side in introduction.sides() if side.has_reported]
    return sorted(found, key=lambda outcome: (outcome.reported_at, outcome.pk))


class IntroductionPage:
    """One introduction for one reader; forms that came back with errors are handed in."""

    def __init__(
        self,
        request: HttpRequest,
        introduction: Introduction,
        user: User,
        *,
        answer_form: AnswerForm | None = None,
        message_form: MessageForm | None = None,
    ) -> None:
        self.request = request
        self.introduction = introduction
        self.user = user
        self.reader = reader_of(user)
        self._answer_form = answer_form
        self._message_form = message_form

    @property
    def forms(self) -> list[forms.Form]:
        """Those with errors, for the summary on top."""
        return [form for form in (self._answer_form, self._message_form) if form is not None]

    @cached_property
    def progress(self) -> Progress:
        return progress_of(self.introduction, self.reader.belongs)

    @property
    def staff_looks(self) -> bool:
        """Somebody of the office, who takes no part."""
        return self.user.is_staff and not self._own

    @property
    def is_asked(self) -> bool:
        return bool(self.introduction.state == IntroductionState.ASKED)

    @property
    def purpose(self) -> PurposeWords | None:
        """How to speak of it where it is not for help."""
        return words_of(self.introduction.purpose)

    # --- who and what ---

    @cached_property
    def _own(self) -> frozenset[int]:
        return frozenset(side.pk for side in self.reader.own_sides(self.introduction))

    @property
    def contacts_shown(self) -> bool:
        return self.introduction.state in CONTACT_STATES and self.is_among_them

    @cached_property
    def is_among_them(self) -> bool:
        """Whether the reader's side said yes and stayed; staff look on."""
        return self.user.is_staff or any(side.is_in for side in self.reader.own_sides(self.introduction))

    @cached_property
    def sides(self) -> list[SideCard]:
        """The others first: who belongs to a side knows it."""
        declined = any(side.answer == Answer.NO for side in self.introduction.sides())
        reasons = labels(DECLINE_REASONS) if declined else {}
        sides = sorted(self.introduction.sides(), key=lambda side: (side.pk in self._own, side.pk))
        return [self._side(side, reasons) for side in sides]

    def _side(self, side: Participant, reasons: Mapping[str, str]) -> SideCard:
        own = side.pk in self._own
        organisation = side.organisation
        decline = []
        if side.answer == Answer.NO and (own or self.user.is_staff):
            decline = [
                ("見送りの理由（事務局だけに伝わります）", reasons.get(side.decline_reason, side.decline_reason)),
                ("説明", side.decline_note),
            ]
        municipality = organisation.municipality
        place = f"{municipality}・{organisation.kind_label}" if municipality else organisation.kind_label
        if side.group is not None:
            place = f"{side.group.municipality}・{side.group.kind_label}"
        return SideCard(
            participant=side,
            name=side.own_name if own or self.user.is_staff else side.name,
            is_own=own,
            place=place,
            amount=amount_of(side, self.introduction.post),
            contact=contact_of(side) if self.contacts_shown and side.is_in and not own else None,
            decline=decline,
            url=organisation.get_absolute_url(),
            release_url=self._url("participant_release", side) if self._may_release(side) else "",
            again_url=self._url("participant_again", side) if self._may_ask_again(side) else "",
        )

    def _url(self, name: str, side: Participant) -> str:
        return f"{reverse(f'matching:{name}', args=[self.introduction.pk])}?side={side.pk}"

    def _may_release(self, side: Participant) -> bool:
        return self.can_invite and side.joined_later and side.answer == Answer.WAITING and side.left_at is None

    def _may_ask_again(self, side: Participant) -> bool:
        state = self.introduction.state
        if not self.user.is_staff or not INTRODUCTIONS.allows(self.introduction, "ask_again") or side.left_at:
            return False
        wanted = {
            IntroductionState.ASKED: side.answer == Answer.YES,
            IntroductionState.DECLINED: side.answer == Answer.NO,
            IntroductionState.LAPSED: side.is_awaited,
        }
        return wanted.get(IntroductionState(state), False)

    @cached_property
    def can_invite(self) -> bool:
        """Whether this person may ask others along: staff, or whoever called for partners."""
        return INTRODUCTIONS.allows(self.introduction, "invite") and rules.has_perm(
            "matching.invite_participant", self.user, self.introduction
        )

    @cached_property
    def leaving(self) -> list[tuple[str, str]]:
        """(organisation, address) of each side that may leave while the others go on."""
        if not INTRODUCTIONS.allows(self.introduction, "leave"):
            return []
        return [
            (side.own_label, self._url("participant_leave", side))
            for side in self.reader.acting_sides(self.introduction)
            if may_leave(side, self.introduction)
        ]

    @property
    def can_meet(self) -> bool:
        """Whether this person may propose dates."""
        return INTRODUCTIONS.allows(self.introduction, "meet") and (
            bool(self.reader.sides_in(self.introduction)) or self.user.is_staff
        )

    @cached_property
    def appointments(self) -> list[AppointmentCard]:
        """Those being arranged and those to come, for whoever takes part."""
        if self.introduction.state not in CONTACT_STATES or not self.is_among_them:
            return []
        acting = [side.pk for side in self.reader.sides_in(self.introduction)]
        return appointment_cards(self.introduction, acting)

    @cached_property
    def next_appointment(self) -> AppointmentCard | None:
        """The one in which something waits for the reader, else the next that is fixed."""
        if not self.reader.sides_in(self.introduction):
            return None
        waiting = [
            card
            for card in self.appointments
            if card.appointment.is_proposed and not card.over and (card.to_answer or card.all_in)
        ]
        fixed = [card for card in self.appointments if card.appointment.is_fixed and not card.appointment.is_past]
        return next(iter([*waiting, *sorted(fixed, key=lambda card: card.starts_at)]), None)

    @property
    def pair(self) -> list[str]:
        """Both by name: who belongs to a side, or to the office, knows it by its own."""
        sides = [side for side in self.introduction.sides() if side.left_at is None]
        return [side.own_label if side.pk in self._own or self.user.is_staff else side.label for side in sides]

    @cached_property
    def cards(self) -> Sequence[PostCard]:
        """The posts that were brought together, the one it began with first; not what staff took down."""
        posts: dict[int, Post] = {self.introduction.post_id: self.introduction.post}
        posts |= {side.post.pk: side.post for side in self.introduction.sides() if side.post}
        return cards_for([post for post in posts.values() if post.state != PostState.TAKEN_DOWN], viewer=self.user)

    @property
    def from_staff(self) -> bool:
        return bool(self.introduction.origin == Origin.STAFF)

    @property
    def message_from(self) -> str:
        """Whose words the introduction began with, when they were not the secretariat's."""
        others = [side for side in self.introduction.sides() if side.post_id != self.introduction.post_id]
        return others[0].label if others else str(self.introduction.proposed_by)

    @cached_property
    def timeline(self) -> list[Step]:
        met = appointments_of(self.introduction) if self.is_among_them else []
        return timeline(self.introduction, self.introduction.sides(), outcomes_of(self.introduction), self._own, met)

    # --- what can be done ---

    @cached_property
    def answer_forms(self) -> list[AnswerForm]:
        """One for each side that this person may still answer for."""
        # Whoever has no account answers by other ways, which the desk writes down.
        waiting = [side for side in self._waiting if side.group_id is None]
        back = self._answer_form
        return [back if back is not None and back.side.pk == side.pk else self._answer(side) for side in waiting]

    @cached_property
    def _waiting(self) -> list[Participant]:
        """The sides whose turn it is: asked with everybody, or asked along by those who have agreed."""
        asked = INTRODUCTIONS.allows(self.introduction, "answer")
        joins = INTRODUCTIONS.allows(self.introduction, "join")
        return [
            side
            for side in self.reader.acting_sides(self.introduction)
            if side.is_awaited and (asked or (joins and side.joined_later))
        ]

    @cached_property
    def groups_to_ask(self) -> list[GroupRow]:
        """The groups for which this person's desk has to answer."""
        return [group_row(side) for side in self._waiting if side.group_id is not None]

    @cached_property
    def groups_to_tell(self) -> list[GroupRow]:
        """The groups to which this person's desk has news to hand back."""
        sides = self.reader.acting_sides(self.introduction)
        return [group_row(side) for side in sides if side.has_news_for_group]

    @property
    def staff_may_record(self) -> bool:
        return self.staff_looks and self.is_asked

    @property
    def inquiry_url(self) -> str:
        """For staff: the page on which all the candidates stand."""
        inquiry = self.introduction.inquiry_id
        return reverse("admin:matching_inquiry_change", args=[inquiry]) if inquiry and self.user.is_staff else ""

    def _answer(self, side: Participant) -> AnswerForm:
        """An empty form for ``side``; how much the others said stands in it already."""
        side.introduction = self.introduction
        said = [other.quantity for other in self.introduction.sides() if other.pk != side.pk and other.quantity]
        return AnswerForm(side=side, said=said[0] if said else None)

    @property
    def after_answer(self) -> str:
        """What happens once the answer is sent."""
        if self.introduction.state != IntroductionState.ASKED:
            return "お返事は、参加している団体と事務局に届きます。「ぜひ」なら、すぐにやりとりに加われます。"
        if self.introduction.inquiry_id and any(not side.asked for side in self.introduction.sides()):
            return "「ぜひ」は、掲載した団体に届きます。そのお返事がそろうと、やりとりを始められます。"
        return "お返事は、相手の団体と事務局に届きます。「ぜひ」がそろうと、すぐにやりとりを始められます。"

    @cached_property
    def _organisations(self) -> list[Organisation]:
        return self.reader.acting_organisations(self.introduction)

    @cached_property
    def start_form(self) -> StartForm | None:
        if not self._organisations or not INTRODUCTIONS.allows(self.introduction, "start"):
            return None
        chosen = preselected(self.request)
        # Only offered first: what is sent is what the form says.
        initial = {"on_behalf": str(chosen.pk)} if chosen is not None else None
        return StartForm(organisations=self._organisations, initial=initial)

    @cached_property
    def reports(self) -> list[tuple[str, str]]:
        """(organisation, address) of each report that this person may still write."""
        if not INTRODUCTIONS.allows(self.introduction, "report"):
            return []
        address = reverse("matching:report", args=[self.introduction.pk])
        return [
            (side.own_label, f"{address}?side={side.pk}")
            for side in self.reader.acting_sides(self.introduction)
            if side.is_in and not side.has_reported
        ]

    @property
    def can_withdraw(self) -> bool:
        return INTRODUCTIONS.allows(self.introduction, "withdraw") and rules.has_perm(
            "matching.withdraw_introduction", self.user, self.introduction
        )

    @property
    def can_end_early(self) -> bool:
        return bool(self._organisations) and INTRODUCTIONS.allows(self.introduction, "end_early")

    # --- talk and outcome ---

    @cached_property
    def talk(self) -> TalkView | None:
        conversation = conversation_of(self.introduction) if self.is_among_them else None
        if conversation is None:
            return None
        chosen = preselected(self.request)
        return talk_view(
            self.request,
            self.introduction,
            conversation,
            user=self.user,
            own_keys=own_keys(self.user, self._own),
            own_organisations={side.speaks.pk for side in self.reader.own_sides(self.introduction)},
            chosen=chosen.pk if chosen is not None else None,
            form=self._message_form,
        )

    @cached_property
    def outcomes(self) -> list[OutcomeCard]:
        return outcome_cards(outcomes_of(self.introduction), own=self._own, staff=self.user.is_staff)

    # --- was it welcome? ---

    @cached_property
    def _confirmations(self) -> list[WelcomeConfirmation]:
        return confirmations_of(self.introduction)

    @cached_property
    def _acting(self) -> list[Participant]:
        return self.reader.acting_sides(self.introduction)

    @cached_property
    def thanks(self) -> list[ThanksCard]:
        acting = {side.pk for side in self._acting}
        return thanks_cards(self._confirmations, own=self._own, acting=acting, staff=self.user.is_staff)

    @cached_property
    def welcome_wanted(self) -> list[Participant]:
        """The reader's own sides that may still say whether it was welcome."""
        return still_wanted(self.introduction, self._confirmations, self._acting)

    @property
    def story_url(self) -> str:
        """Where a story begins with the words of both sides, once something was told; for those who may write it."""
        told = bool(self.outcomes or self.thanks)
        if not told or not (self._acting or self.user.is_staff):
            return ""
        return f"{reverse('stories:new')}?from=introduction-{self.introduction.pk}"


def own_keys(user: User, sides: Collection[int]) -> set[str]:
    """The conversation's keys of one's own sides; of the secretariat for staff."""
    return {""} if user.is_staff and not sides else {str(side) for side in sides}


def show_page(request: HttpRequest, introduction: Introduction, user: User, **kept: Any) -> HttpResponse:
    """The page of ``introduction``; with ``kept`` forms it comes back because something is to be mended."""
    page = IntroductionPage(request, introduction, user, **kept)
    return render(request, "matching/introduction.html", {"page": page})


def page_url(introduction: Introduction, anchor: str = "") -> str:
    return reverse("matching:introduction", args=[introduction.pk]) + (f"#{anchor}" if anchor else "")
