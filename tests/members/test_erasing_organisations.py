"""An organisation is forgotten: nothing tells which one it was, and the figures stay true."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from matching.models import Introduction, Outcome, Post
from members import transitions
from members.enums import ErasureReason, OrganisationState, ReferralState
from members.models import Affiliation, Merge, Organisation, Referral
from members.referral_news import standing_of
from members.retention_tasks import apply_retention
from members.signals import organisation_erased
from tests.factories.consents import ReferralFactory
from tests.factories.lifecycle import ORGANISATION_WORDS, an_organisation_everywhere, places_of, say_everywhere
from tests.factories.matching import PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.members.test_at_once import at_once
from tomoiki.audit.actors import RETENTION
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import ConversationMessage
from tomoiki.pages.figures import count_figures
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def withdrawn() -> Organisation:
    organisation = an_organisation_everywhere()
    say_everywhere(organisation)
    Organisation.objects.filter(pk=organisation.pk).update(
        state=OrganisationState.WITHDRAWN, withdrawn_at=timezone.now()
    )
    organisation.refresh_from_db()
    return organisation


def test_nothing_in_the_database_tells_which_one_it_was() -> None:
    organisation = withdrawn()
    assert len(places_of(*ORGANISATION_WORDS)) > 25
    transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    assert places_of(*ORGANISATION_WORDS) == []


def test_what_was_achieved_stays() -> None:
    organisation = withdrawn()

    def numbers() -> list[object]:
        return [
            count_figures(),
            list(Outcome.objects.order_by("pk").values_list("people_reached", "quantity", "unit", "result", "again")),
            list(Introduction.objects.order_by("pk").values_list("state", "agreed_at", "origin")),
            list(Post.objects.order_by("pk").values_list("state", "direction", "resource", "quantity", "areas")),
            list(Organisation.objects.order_by("pk").values_list("state", "kind", "stage", "municipality", "themes")),
        ]

    before = numbers()
    transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    assert numbers() == before


def test_the_partner_keeps_what_it_wrote_itself() -> None:
    organisation = withdrawn()
    transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    own, others = ConversationMessage.objects.exclude(author=None).order_by("pk")
    assert (own.speaker, own.body) == ("退会した団体", "（退会した団体が書いたメッセージは、消去しました）")
    assert others.body == "退会した団体さん、ありがとう。"


def test_its_people_belong_to_it_no_more_and_keep_their_accounts() -> None:
    organisation = withdrawn()
    people = list(organisation.people())
    assert people
    transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    assert not Affiliation.objects.current().filter(organisation=organisation).exists()
    for person in people:
        person.refresh_from_db()
        assert person.is_active


def test_again_has_no_effect_and_the_trail_tells_once() -> None:
    organisation, staff = withdrawn(), StaffFactory()
    first = transitions.erase_organisation(organisation.pk, actor=staff, reason=ErasureReason.ASKED)
    again = transitions.erase_organisation(organisation.pk, actor=staff)
    assert first.erased_at == again.erased_at
    entry = Entry.objects.about(organisation).get(action="organisation.erased")
    assert entry.codes == {"reason": "asked"}


@pytest.mark.parametrize("state", ["applied", "returned", "approved", "suspended"])
def test_an_organisation_that_goes_on_is_not_erased(state: str) -> None:
    organisation = OrganisationFactory(state=state)
    with pytest.raises(TransitionError) as refusal:
        transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    assert refusal.value.code == "wrong_state"


def test_a_rejected_application_keeps_its_state() -> None:
    organisation = OrganisationFactory(state=OrganisationState.REJECTED)
    transitions.erase_organisation(organisation.pk, actor=RETENTION, reason=ErasureReason.RETENTION)
    organisation.refresh_from_db()
    assert (organisation.state, organisation.name) == (OrganisationState.REJECTED, "退会した団体")
    assert organisation.staff_message == "（消去済み）"


def test_only_the_office_may() -> None:
    organisation = OrganisationFactory(state=OrganisationState.WITHDRAWN)
    with pytest.raises(PermissionDenied):
        transitions.erase_organisation(organisation.pk, actor=member_of(organisation))


def test_upper_apps_are_told() -> None:
    told = []

    def hear(organisation: Organisation, **kwargs: object) -> None:
        told.append(organisation.pk)

    organisation = OrganisationFactory(state=OrganisationState.WITHDRAWN)
    organisation_erased.connect(hear)
    try:
        transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    finally:
        organisation_erased.disconnect(hear)
    assert told == [organisation.pk]


# --- with a merge ---


def _merged() -> tuple[Merge, Organisation, Organisation]:
    winner, loser = OrganisationFactory(name="ほしの会"), an_organisation_everywhere()
    member_of(winner)
    say_everywhere(loser)
    merge = transitions.merge_organisations(
        winner=winner.pk, loser=loser.pk, note="つきのみちと同じ団体です。", actor=StaffFactory()
    )
    return merge, winner, loser


def _later(merge: Merge) -> None:
    Merge.objects.filter(pk=merge.pk).update(undo_until=timezone.now() - timedelta(minutes=1))


def test_neither_goes_alone_while_the_merge_may_be_undone() -> None:
    _, _, loser = _merged()
    with pytest.raises(TransitionError) as refusal:
        transitions.erase_organisation(loser.pk, actor=StaffFactory())
    assert refusal.value.code == "still_together"
    assert "「ほしの会」" in refusal.value.message
    loser.refresh_from_db()
    assert loser.erased_at is None


@pytest.mark.parametrize("which", ["winner", "loser"])
def test_the_erasure_of_one_is_carried_to_both(which: str) -> None:
    merge, winner, loser = _merged()
    staff = StaffFactory()
    transitions.withdraw_organisation(winner.pk, actor=staff)
    transitions.erase_organisation((winner if which == "winner" else loser).pk, actor=staff)
    for each in (winner, loser):
        each.refresh_from_db()
        assert each.name == "退会した団体"
        assert each.erased_at is not None
    assert places_of(*ORGANISATION_WORDS, "ほしの会") == []
    with pytest.raises(TransitionError) as refusal:
        transitions.undo_merge(merge.pk, actor=staff)
    assert refusal.value.code == "erased"


def test_after_that_time_what_is_left_of_the_loser_goes_alone() -> None:
    merge, winner, loser = _merged()
    _later(merge)
    transitions.erase_organisation(loser.pk, actor=StaffFactory())
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.erased_at, winner.name) == (None, "ほしの会")
    assert loser.name == "退会した団体"
    # What went over is the winner's own by now.
    assert Post.objects.filter(organisation=winner, title="つきのみちの夜会").count() == 1


def test_whatever_went_up_in_it_long_ago_goes_with_it() -> None:
    merge, winner, loser = _merged()
    _later(merge)
    staff = StaffFactory()
    transitions.withdraw_organisation(winner.pk, actor=staff)
    transitions.erase_organisation(winner.pk, actor=staff)
    loser.refresh_from_db()
    assert loser.erased_at is not None
    assert places_of(*ORGANISATION_WORDS) == []


# --- two at once ---


@pytest.mark.django_db(transaction=True)
def test_a_double_click_erases_once() -> None:
    organisation, staff = OrganisationFactory(state=OrganisationState.WITHDRAWN), StaffFactory()
    assert at_once(*[lambda: transitions.erase_organisation(organisation.pk, actor=staff)] * 2) == ["done", "done"]
    assert Entry.objects.about(organisation).filter(action="organisation.erased").count() == 1


@pytest.mark.django_db(transaction=True)
def test_erasing_while_the_merge_is_undone() -> None:
    merge, winner, loser = _merged()
    staff, other = StaffFactory(), StaffFactory()
    transitions.withdraw_organisation(winner.pk, actor=staff)
    results = at_once(
        lambda: transitions.erase_organisation(winner.pk, actor=staff),
        lambda: transitions.undo_merge(merge.pk, actor=other),
    )
    loser.refresh_from_db()
    winner.refresh_from_db()
    merge.refresh_from_db()
    if merge.undone_at is None:
        # Erased first: both are gone, and nothing can be put back.
        assert results == ["done", "erased"]
        assert loser.erased_at is not None
    else:
        # Undone first: the one that came back keeps its own, whatever became of the other.
        assert loser.erased_at is None
        assert loser.name == "NPO法人つきのみち"
        assert results in (["done", "done"], ["changed_meanwhile", "done"])


@pytest.mark.django_db(transaction=True)
def test_erasing_while_a_post_of_it_is_written_leaves_nothing() -> None:
    """Nobody may write for an organisation that left: whatever comes second is refused or finds it wiped."""
    organisation = OrganisationFactory(state=OrganisationState.WITHDRAWN)
    owner, staff = member_of(organisation), StaffFactory()
    PostFactory(organisation=organisation, author=owner)
    at_once(
        lambda: transitions.erase_organisation(organisation.pk, actor=staff),
        lambda: transitions.erase_person(owner.pk, actor=owner),
    )
    organisation.refresh_from_db()
    assert organisation.erased_at is not None
    assert set(Post.objects.filter(organisation=organisation).values_list("title", flat=True)) == {"（消去済み）"}


def test_a_referrer_does_not_read_from_an_erasure_that_somebody_came_by_its_link() -> None:
    organisation = withdrawn()
    came = ReferralFactory(invited=organisation, state=ReferralState.ACCEPTED, contact_name="星 光")
    never = ReferralFactory(referrer=came.referrer, contact_name="星 光")
    Referral.objects.update(expires_at=timezone.now() - timedelta(days=800))
    transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    apply_retention()
    for row in (came, never):
        row.refresh_from_db()
    shown = [(row.organisation_name, row.contact_name, standing_of(row), row.is_usable) for row in (came, never)]
    assert shown == [("（消去済み）", "", "kept", False)] * 2


def test_a_link_for_one_that_was_never_there_loses_its_contact_too() -> None:
    organisation = withdrawn()
    named = ReferralFactory(organisation_name=organisation.name, contact_name="星 光")
    Referral.objects.filter(pk=named.pk).update(expires_at=timezone.now() - timedelta(days=800))
    transitions.erase_organisation(organisation.pk, actor=StaffFactory())
    apply_retention()
    named.refresh_from_db()
    assert (named.organisation_name, named.contact_name) == ("（消去済み）", "")
