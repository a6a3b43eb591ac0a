"""Whether it was welcome, as the page of an introduction shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.enums import TALKING_STATES, IntroductionState
from matching.enums.doors import Purpose
from matching.forms.welcome import UseForm
from matching.models import Introduction, Participant, WelcomeConfirmation
from matching.models.welcome import receives


@dataclass(frozen=True)
class ThanksCard:
    """What one side that was helped said. ``quote`` is how the words may be used, empty where they may not."""

    confirmation: WelcomeConfirmation
    name: str
    when: datetime
    welcome: str
    tone: str
    words: str
    quote: str
    is_own: bool
    form: UseForm | None


def confirmations_of(introduction: Introduction) -> list[WelcomeConfirmation]:
    """Those of all sides, the first first; one query, none before anything began."""
    if introduction.state not in TALKING_STATES:
        return []
    sides = {side.pk: side for side in introduction.sides()}
    found = list(WelcomeConfirmation.objects.filter(introduction=introduction).order_by("confirmed_at", "pk"))
    for each in found:
        # With what the page has read already.
        each.participant = sides[each.participant_id]
    return found


def thanks_cards(
    confirmations: Sequence[WelcomeConfirmation], *, own: Collection[int], acting: Collection[int], staff: bool
) -> list[ThanksCard]:
    """For one reader: what could hurt is read by staff and by the side that said it alone."""
    return [
        ThanksCard(
            confirmation=each,
            name=each.participant.label,
            when=each.confirmed_at,
            welcome=each.get_welcome_display(),
            tone="offer" if each.is_for_givers else "warning",
            words=each.words,
            quote=each.quote,
            is_own=each.participant_id in own,
            form=UseForm(initial={"named_as": each.named_as}, auto_id=f"id_use{each.pk}_%s")
            if each.participant_id in acting and each.words and each.is_for_givers
            else None,
        )
        for each in confirmations
        if each.is_for_givers or staff or each.participant_id in own
    ]


def still_wanted(
    introduction: Introduction, confirmations: Sequence[WelcomeConfirmation], acting: Sequence[Participant]
) -> list[Participant]:
    """The reader's sides that were helped and have not said yet whether it was welcome, once it is under way."""
    if introduction.purpose != Purpose.HELP:
        return []
    if introduction.state not in (IntroductionState.UNDER_WAY, IntroductionState.COMPLETED):
        return []
    answered = {each.participant_id for each in confirmations}
    return [side for side in acting if receives(side) and side.pk not in answered]
