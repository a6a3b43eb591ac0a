"""The stories of the demo's introductions: in all states, with what was said and what came of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from matching import transitions
from matching.demo import words
from matching.enums import Answer, Direction, IntroductionState
from matching.giving import quota_of
from matching.models import Introduction, Participant, Post
from matching.transitions.checks import require_no_open_pair
from members.models import User
from tomoiki.conversations import transitions as talk
from tomoiki.conversations.models import Conversation
from tomoiki.web.demo import DemoWorld, Story
from tomoiki.workflow import TransitionError

#: How far they come by the end: state -> (number, days before the end between which they begin).
WAYS: dict[str, tuple[int, tuple[float, float]]] = {
    IntroductionState.PROPOSED: (2, (0.2, 2)),
    IntroductionState.ASKED: (9, (0.5, 6)),
    IntroductionState.AGREED: (7, (8, 16)),
    IntroductionState.UNDER_WAY: (8, (20, 40)),
    IntroductionState.COMPLETED: (20, (60, 250)),
    IntroductionState.DECLINED: (6, (20, 200)),
    IntroductionState.LAPSED: (3, (30, 200)),
    IntroductionState.WITHDRAWN: (2, (20, 150)),
    IntroductionState.ENDED_EARLY: (3, (50, 200)),
}
DECLINES = ("timing", "capacity", "distance", "other")


def introduction_stories(world: DemoWorld) -> Iterator[Story]:
    for state, (number, span) in WAYS.items():
        for position in range(number):
            begins = world.days_before_end(world.random.uniform(*span))
            yield _Telling(world, state, begins, shown=position < 3).story()


class _Telling:
    """One introduction from its beginning to ``goal``; with ``shown`` preferably one that visitors can log in to."""

    def __init__(self, world: DemoWorld, goal: str, begins: datetime, *, shown: bool) -> None:
        self.shown = shown
        self.world = world
        self.chance = world.random
        self.goal = goal
        self.moment = begins

    def story(self) -> Story:
        yield self.moment
        pair = self._pair()
        if pair is None:
            return
        need, offer = pair
        by_staff = self.goal == IntroductionState.PROPOSED or self.chance.random() < 0.6
        introduction = self._introduce(need, offer) if by_staff else self._respond(need, offer)
        if introduction is None or self.goal in (IntroductionState.PROPOSED, IntroductionState.ASKED):
            return
        yield from self._answers(introduction)
        if not self._still(introduction, IntroductionState.AGREED):
            return
        yield from self._talks(introduction)
        if self.goal == IntroductionState.AGREED:
            return
        yield from self._does(introduction)

    # --- the beginning ---

    def _pair(self) -> tuple[Post, Post] | None:
        """An open need and an open offer of one resource and two organisations, not brought together yet."""
        taken = self.world.made.setdefault("pairs", set())
        people = self.world.made.get("people", {})
        # What desks post for their groups has stories of its own.
        own = Post.objects.on_board().filter(direction=Direction.NEED, organisation__in=people, on_behalf_of=None)
        needs = list(own.order_by("pk"))
        self.chance.shuffle(needs)
        if self.shown:
            favoured = self.world.made.get("shown", set())
            needs.sort(key=lambda need: need.organisation_id not in favoured)
        for need in needs:
            offers = (
                Post.objects.on_board()
                .filter(direction=Direction.OFFER, resource=need.resource, organisation__in=people)
                .exclude(organisation=need.organisation)
                .order_by("pk")
            )
            for offer in sorted(offers, key=lambda each: self._preference(need, each)):
                if (need.pk, offer.pk) not in taken and not self._full(offer) and self._free(need, offer):
                    taken.add((need.pk, offer.pk))
                    return need, offer
        return None

    @staticmethod
    def _free(need: Post, offer: Post) -> bool:
        """Whether the two are not brought together already, as stories of other kinds may have done."""
        try:
            require_no_open_pair(need, offer.organisation_id, offer, offer.on_behalf_of)
        except TransitionError:
            return False
        return True

    @staticmethod
    def _full(offer: Post) -> bool:
        """Whether as many are under way as its owner takes at once."""
        quota = quota_of(offer)
        return quota is not None and quota.full

    def _preference(self, need: Post, offer: Post) -> tuple[bool, bool, float]:
        """Of visitors' own organisations first where that is wanted, then of the same place, then by chance."""
        favoured = self.world.made.get("shown", set()) if self.shown else set()
        return (
            offer.organisation_id not in favoured,
            not set(offer.areas) & set(need.areas),
            self.chance.random(),
        )

    def _introduce(self, need: Post, offer: Post) -> Introduction:
        office = self.chance.choice(self.world.made["staff"])
        message = self.chance.choice(words.STAFF_WORDS)
        introduction = transitions.propose_introduction(need=need, offer=offer, message=message, actor=office)
        if self.goal != IntroductionState.PROPOSED:
            introduction = transitions.ask_participants(introduction.pk, actor=office)
            if self.goal == IntroductionState.ASKED and self.chance.random() < 0.5:
                self._answer(introduction, introduction.participants.order_by("pk")[0], Answer.YES)
        return introduction

    def _respond(self, need: Post, offer: Post) -> Introduction:
        """The offering side raises its hand at the need, and brings its own offer."""
        return transitions.respond_to_post(
            need.pk,
            on_behalf=offer.organisation,
            message=self.chance.choice(words.QUESTIONS),
            quantity=self._share_of(need),
            post=offer,
            actor=self._speaker(offer.organisation_id),
        )

    def _share_of(self, post: Post) -> int | None:
        left = post.quantity_left
        return max(1, left // 2) if left else None

    # --- the answers ---

    def _answers(self, introduction: Introduction) -> Story:
        if self.goal == IntroductionState.WITHDRAWN:
            yield self._go_on(days=(0.5, 2))
            if not self._still(introduction, IntroductionState.ASKED):
                return
            note = "もとの困りごとが別の形で片づいたため"
            transitions.withdraw_introduction(introduction.pk, note=note, actor=introduction.proposed_by)
            return
        if self.goal == IntroductionState.LAPSED:
            scheduler = self.world.made["scheduler"]
            yield self._go_on(days=(4, 6))
            if not self._still(introduction, IntroductionState.ASKED):
                return
            transitions.remind_introduction(introduction.pk, actor=scheduler)
            yield self._go_on(days=(16, 18))
            if not self._still(introduction, IntroductionState.ASKED):
                return
            transitions.lapse_introduction(introduction.pk, actor=scheduler)
            return
        waiting = list(introduction.participants.filter(answer=Answer.WAITING).order_by("pk"))
        for number, side in enumerate(waiting):
            yield self._go_on(days=(0.3, 2))
            if not self._still(introduction, IntroductionState.ASKED):
                return
            last = number == len(waiting) - 1
            declines = self.goal == IntroductionState.DECLINED and last
            self._answer(introduction, side, Answer.NO if declines else Answer.YES)

    def _answer(self, introduction: Introduction, side: Participant, answer: Answer) -> None:
        transitions.answer_introduction(
            introduction.pk,
            participant=side.pk,
            answer=answer,
            reason=self._reason("decline_reason") if answer == Answer.NO else "",
            actor=self._speaker(side.speaks.pk),
        )

    def _reason(self, vocabulary: str) -> str:
        from tomoiki.vocabulary.lists import choices  # rows exist only once the database is migrated

        return self.chance.choice([code for code, _ in choices(vocabulary)])

    # --- the talk and the doing ---

    def _talks(self, introduction: Introduction) -> Story:
        conversation = Conversation.objects.about(introduction).get()
        giver, helped = self._sides(introduction)
        lines = self.chance.choice(words.TALKS)
        if self.goal == IntroductionState.AGREED:
            lines = lines[: self.chance.randrange(0, len(lines) + 1)]
        for number, line in enumerate(lines):
            yield self._go_on(days=(0.1, 1.2))
            side = helped if number % 2 else giver
            speaker = self._speaker(side.speaks.pk)
            talk.write_message(
                conversation.pk, body=line, files=[], actor=speaker, on_behalf_key=self._side_key(side),
                idempotency_key=str(UUID(int=self.chance.getrandbits(128), version=4)),
            )  # fmt: skip
            if self.goal != IntroductionState.AGREED or number + 1 < len(lines):
                reader = giver if number % 2 else helped
                talk.mark_read(conversation.pk, actor=self._speaker(reader.speaks.pk))

    def _does(self, introduction: Introduction) -> Story:
        giver, helped = self._sides(introduction)
        yield self._go_on(days=(1, 5))
        if not self._still(introduction, IntroductionState.AGREED):
            return
        actor = self._speaker(helped.speaks.pk)
        transitions.start_introduction(introduction.pk, on_behalf=helped.speaks, actor=actor)
        if self.goal == IntroductionState.ENDED_EARLY:
            yield self._go_on(days=(5, 14))
            if not self._still(introduction, IntroductionState.UNDER_WAY):
                return
            transitions.end_introduction_early(
                introduction.pk,
                on_behalf=helped.speaks,
                reason=self._reason("end_reason"),
                note="担当者が交代し、続けるのがむずかしくなりました。",
                actor=actor,
            )
            return
        if self.goal != IntroductionState.COMPLETED:
            if self.chance.random() < 0.4:
                yield self._go_on(days=(6, 12))
                if self._still(introduction, IntroductionState.UNDER_WAY):
                    self._report(introduction, giver, helping=True)
            return
        for side in (helped, giver):
            yield self._go_on(days=(5, 20))
            if not self._still(introduction, IntroductionState.UNDER_WAY):
                return
            self._report(introduction, side, helping=side is giver)

    def _report(self, introduction: Introduction, side: Participant, *, helping: bool) -> None:
        chance = self.chance
        fully = chance.random() < 0.85
        post = introduction.post
        data: dict[str, Any] = {
            "result": "done" if fully else "partly",
            "story": chance.choice(words.GIVERS if helping else words.HELPED) if fully else words.LESS,
            "quantity": (side.quantity or post.quantity) if post.unit else None,
            "unit": post.unit,
            "people_reached": chance.randrange(5, 80),
            "again": "yes" if fully else "maybe",
            "welcome": chance.choice(["very", "very", "well"]) if not helping else chance.choice(["well", "unknown"]),
        }
        if not helping and post.resource not in ("funding", "publicity") and chance.random() < 0.75:
            data["ibasho"] = self._ibasho(side)
        transitions.report_outcome(introduction.pk, participant=side.pk, data=data, actor=self._speaker(side.speaks.pk))

    def _ibasho(self, side: Participant) -> dict[str, Any]:
        name, who = self.chance.choice(words.IBASHO)
        kind = self.chance.choice(["opened", "enlarged", "more_often"])
        before = 0 if kind == "opened" else self.chance.randrange(1, 5)
        people = self.chance.randrange(6, 25)
        return {
            "name": f"{name}（{side.organisation.name}）"[:80],
            "municipality": side.organisation.municipality,
            "who_comes": who,
            "kind": kind,
            "days_before": before,
            "days_after": before + self.chance.randrange(1, 5),
            "people_before": 0 if kind == "opened" else people,
            "people_after": people + self.chance.randrange(2, 12),
        }

    # --- who and when ---

    def _still(self, introduction: Introduction, state: IntroductionState) -> bool:
        """Whether nothing else happened meanwhile: the need may have been met by others, or a post closed."""
        introduction.refresh_from_db()
        return introduction.state == state

    def _go_on(self, *, days: tuple[float, float]) -> datetime:
        self.moment = self.world.later(self.moment, days=days)
        return self.moment

    def _sides(self, introduction: Introduction) -> tuple[Participant, Participant]:
        """The side that gives, and the side that is helped."""
        sides = {each.side: each for each in introduction.participants.select_related("organisation", "desk")}
        return sides[Direction.OFFER], sides[Direction.NEED]

    def _speaker(self, organisation_pk: int) -> User:
        person: User = self.world.made["people"][organisation_pk]
        return person

    def _side_key(self, side: Participant) -> str:
        return str(side.pk)
