"""Two registrations of one organisation become one, and two again: nothing is lost, nothing is made up."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching.enums import IntroductionState, PostState
from matching.models import Introduction, Outcome, Participant, Post
from matching.transitions import respond_to_post
from members import transitions
from members.enums import AffiliationRole, OrganisationState
from members.merging import end_of_chain, plan
from members.models import ApplicationRound, Merge, Organisation, User
from tests.factories.approval import changed, current_people, everything, two_that_are_one
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

NOTE = "電話で、同じ団体と確かめました。"


def merge(winner: Organisation, loser: Organisation, actor: User | None = None) -> Merge:
    by = actor or StaffFactory()
    return transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=by)


@pytest.mark.parametrize("seed", range(6))
def test_undoing_a_merge_gives_back_every_row(seed: int) -> None:
    winner, loser = two_that_are_one(seed)
    staff = StaffFactory()
    before = everything()
    made = merge(winner, loser, actor=staff)
    assert changed(before, everything())
    undone = transitions.undo_merge(made.pk, actor=staff)
    assert changed(before, everything()) == {}
    assert undone.kept_back == []


@pytest.mark.parametrize("seed", range(3))
def test_a_merge_loses_nobody_and_nothing(seed: int) -> None:
    winner, loser = two_that_are_one(seed)
    counts = {model: model._base_manager.count() for model in (Post, Introduction, Participant, Outcome)}
    people = set(current_people(winner)) | set(current_people(loser))
    staff = StaffFactory()
    before = everything()
    merge(winner, loser, actor=staff)
    assert {model: model._base_manager.count() for model in counts} == counts
    assert set(current_people(winner)) == people
    assert current_people(loser) == {}
    assert not Post.objects.filter(organisation=loser).exists()
    # Of the introduction that once brought the two together, each side stays what it was.
    assert set(Participant.objects.filter(organisation=loser).values_list("introduction__state", flat=True)) == {
        IntroductionState.COMPLETED
    }
    after = everything()
    assert {label: set(rows) for label, rows in after.items()} == {label: set(rows) for label, rows in before.items()}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [("viewer", "owner", "owner"), ("owner", "viewer", "owner"), ("editor", "editor", "editor")],
)
def test_who_belongs_to_both_keeps_the_higher_role(ours: str, theirs: str, expected: str) -> None:
    winner, loser, person = OrganisationFactory(), OrganisationFactory(), UserFactory()
    AffiliationFactory(organisation=winner, user=person, role=ours)
    AffiliationFactory(organisation=loser, user=person, role=theirs)
    made = merge(winner, loser)
    assert current_people(winner) == {person.pk: expected}
    transitions.undo_merge(made.pk, actor=StaffFactory())
    assert (current_people(winner), current_people(loser)) == ({person.pk: ours}, {person.pk: theirs})


def test_gaps_are_filled_with_who_may_read_them_and_what_is_said_stays() -> None:
    winner = OrganisationFactory(name="ひだまりの会", website="", description="わたしたちの紹介")
    loser = OrganisationFactory(
        website="https://hidamari.example/",
        corporate_number="5835678256246",
        description="別の紹介",
        audiences={"website": "staff", "phone": "public"},
    )
    merge(winner, loser)
    winner.refresh_from_db()
    assert (winner.name, winner.description) == ("ひだまりの会", "わたしたちの紹介")
    assert (winner.website, winner.corporate_number) == ("https://hidamari.example/", "5835678256246")
    assert winner.audiences == {"website": "staff"}


def test_an_applicant_goes_up_in_the_line_of_the_roster_and_owns_it() -> None:
    roster = OrganisationFactory(imported_at=timezone.now(), roster_key="A-12")
    applicant = OrganisationFactory(state=OrganisationState.APPLIED)
    owner = member_of(applicant)
    ApplicationRound.objects.create(organisation=applicant, number=1)
    merge(roster, applicant)
    applicant.refresh_from_db()
    assert (applicant.state, applicant.merged_into) == (OrganisationState.MERGED, roster)
    assert current_people(roster) == {owner.pk: AffiliationRole.OWNER}
    assert ApplicationRound.objects.get().decision == "merged"
    assert set(
        Notification.objects.filter(code="members_organisations_merged").values_list("recipient", flat=True)
    ) == {owner.pk}


def test_both_trails_tell_of_it() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    made = merge(winner, loser)
    transitions.undo_merge(made.pk, actor=StaffFactory())
    assert list(Entry.objects.about(winner).values_list("action", flat=True)) == [
        "organisation.absorbed",
        "organisation.parted",
    ]
    assert list(Entry.objects.about(loser).values_list("action", "before", "after")) == [
        ("organisation.merged", "approved", "merged"),
        ("organisation.unmerged", "merged", "approved"),
    ]


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        ("draft", "approved"),
        ("approved", "draft"),
        ("rejected", "approved"),
        ("withdrawn", "approved"),
        ("applied", "approved"),
        ("returned", "approved"),
        ("approved", "suspended"),
        ("suspended", "approved"),
        ("approved", "merged"),
        ("merged", "approved"),
    ],
)
def test_what_contradicts_itself_is_refused(winner: str, loser: str) -> None:
    with pytest.raises(TransitionError) as refused:
        merge(OrganisationFactory(state=winner), OrganisationFactory(state=loser))
    assert refused.value.code == "not_mergeable"
    assert not Merge.objects.exists()


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        ("approved", "applied"),
        ("approved", "returned"),
        ("approved", "rejected"),
        ("approved", "withdrawn"),
        ("applied", "applied"),
        ("applied", "rejected"),
        ("suspended", "applied"),
        ("suspended", "suspended"),
    ],
)
def test_what_fits_is_merged_and_goes_back_to_its_state(winner: str, loser: str) -> None:
    one, other = OrganisationFactory(state=winner), OrganisationFactory(state=loser)
    made = merge(one, other)
    transitions.undo_merge(made.pk, actor=StaffFactory())
    other.refresh_from_db()
    one.refresh_from_db()
    assert (one.state, other.state, other.merged_into) == (winner, loser, None)


def test_an_organisation_is_not_merged_with_itself_nor_with_an_erased_one() -> None:
    one, erased = OrganisationFactory(), OrganisationFactory(state="withdrawn", erased_at=timezone.now())
    for winner, loser in ((one, one), (one, erased)):
        with pytest.raises(TransitionError) as refused:
            merge(winner, loser)
        assert refused.value.code == "not_mergeable"


@pytest.mark.parametrize("state", [IntroductionState.PROPOSED, IntroductionState.ASKED, IntroductionState.UNDER_WAY])
def test_both_sides_of_one_open_introduction_stay_two(state: IntroductionState) -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    IntroductionFactory(post=PostFactory(organisation=winner), offer=OfferFactory(organisation=loser), state=state)
    with pytest.raises(TransitionError) as refused:
        merge(winner, loser)
    assert "おつなぎの途中" in refused.value.message


def test_a_reason_is_needed() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    for note in ("  ", "長" * 301):
        with pytest.raises(ValidationError) as refused:
            transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=note, actor=StaffFactory())
        assert set(refused.value.error_dict) == {"note"}


def test_nobody_but_the_office_merges_or_undoes() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    owner = member_of(winner)
    AffiliationFactory(organisation=loser, user=owner)
    with pytest.raises(PermissionDenied):
        merge(winner, loser, actor=owner)
    made = merge(winner, loser)
    with pytest.raises(PermissionDenied):
        transitions.undo_merge(made.pk, actor=owner)


# --- taking it back ---


def test_what_is_made_since_stays_with_the_winner() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    member_of(winner)
    mine = PostFactory(organisation=loser)
    made = merge(winner, loser)
    since = PostFactory(organisation=winner)
    newcomer = member_of(winner, AffiliationRole.EDITOR)
    transitions.undo_merge(made.pk, actor=StaffFactory())
    mine.refresh_from_db()
    since.refresh_from_db()
    assert (mine.organisation, since.organisation) == (loser, winner)
    assert newcomer.pk in current_people(winner)


def test_an_answer_to_a_post_that_goes_back_goes_with_it() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    member_of(winner)
    mine = PostFactory(organisation=loser)
    helper = OrganisationFactory()
    made = merge(winner, loser)
    introduction = respond_to_post(mine.pk, on_behalf=helper, message="使えます。", actor=member_of(helper))
    assert set(introduction.participants.values_list("organisation", flat=True)) == {winner.pk, helper.pk}
    transitions.undo_merge(made.pk, actor=StaffFactory())
    assert set(introduction.participants.values_list("organisation", flat=True)) == {loser.pk, helper.pk}


def test_what_changed_since_is_told_and_stays_changed() -> None:
    winner, loser = OrganisationFactory(website=""), OrganisationFactory(website="https://hidamari.example/")
    person = UserFactory()
    ours = AffiliationFactory(organisation=winner, user=person, role=AffiliationRole.VIEWER)
    AffiliationFactory(organisation=loser, user=person, role=AffiliationRole.OWNER)
    member_of(winner)
    made = merge(winner, loser)
    transitions.change_role(ours.pk, role=AffiliationRole.EDITOR, actor=StaffFactory())
    transitions.update_profile(winner.pk, data={"website": "https://atarashii.example/"}, actor=StaffFactory())
    undone = transitions.undo_merge(made.pk, actor=StaffFactory())
    winner.refresh_from_db()
    ours.refresh_from_db()
    assert winner.website == "https://atarashii.example/"
    assert ours.role == AffiliationRole.EDITOR
    assert undone.kept_back == [{"what": "団体", "count": 1}, {"what": "担当者", "count": 1}]


def test_posts_rest_or_resume_with_their_own_organisation() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    post = PostFactory(organisation=loser)
    made = merge(winner, loser)
    transitions.suspend_organisation(winner.pk, message="確認のため", actor=StaffFactory())
    post.refresh_from_db()
    assert post.state == PostState.PAUSED
    transitions.undo_merge(made.pk, actor=StaffFactory())
    post.refresh_from_db()
    assert (post.organisation, post.state) == (loser, PostState.PUBLISHED)


def test_after_thirty_days_it_stays() -> None:
    made = merge(OrganisationFactory(), OrganisationFactory())
    Merge.objects.filter(pk=made.pk).update(undo_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(TransitionError) as refused:
        transitions.undo_merge(made.pk, actor=StaffFactory())
    assert refused.value.code == "too_late"


def test_what_was_erased_does_not_come_back() -> None:
    made = merge(OrganisationFactory(), OrganisationFactory())
    Organisation.objects.filter(pk=made.winner_id).update(erased_at=timezone.now())
    with pytest.raises(TransitionError) as refused:
        transitions.undo_merge(made.pk, actor=StaffFactory())
    assert refused.value.code == "erased"


def test_a_number_taken_meanwhile_keeps_the_two_together() -> None:
    winner = OrganisationFactory(corporate_number="7000012050002")
    loser = OrganisationFactory(corporate_number="5835678256246")
    made = merge(winner, loser)
    OrganisationFactory(corporate_number="5835678256246")
    with pytest.raises(TransitionError) as refused:
        transitions.undo_merge(made.pk, actor=StaffFactory())
    assert refused.value.code == "taken_meanwhile"
    loser.refresh_from_db()
    assert loser.state == OrganisationState.MERGED


def test_a_chain_is_undone_from_its_end() -> None:
    first, second, third = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    post = PostFactory(organisation=first)
    one, two = merge(second, first), merge(third, second)
    first.refresh_from_db()
    assert end_of_chain(first) == third
    with pytest.raises(TransitionError) as refused:
        transitions.undo_merge(one.pk, actor=StaffFactory())
    assert refused.value.code == "merged_again"
    transitions.undo_merge(two.pk, actor=StaffFactory())
    transitions.undo_merge(one.pk, actor=StaffFactory())
    post.refresh_from_db()
    assert post.organisation == first
    with pytest.raises(TransitionError) as again:
        transitions.undo_merge(one.pk, actor=StaffFactory())
    assert again.value.code == "already_undone"


# --- what staff see before ---


def test_the_plan_says_what_the_merge_then_does() -> None:
    winner, loser = two_that_are_one(0)
    foreseen = plan(winner, loser)
    assert foreseen.possible
    made = merge(winner, loser)
    entry = Entry.objects.about(winner).get(action="organisation.absorbed")
    moved = sum(value for key, value in entry.codes.items() if "." in key)
    assert sum(count.moving for count in foreseen.counts) == moved
    assert {place.affiliation.user_id: place.role for place in foreseen.people} == current_people(winner)
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert {each.label for each in foreseen.fields if each.filled} >= {
        label for label, name in (("法人番号", "corporate_number"),) if winner.corporate_number
    }
    assert made.moves.count() > moved


def test_the_plan_warns_of_two_numbers() -> None:
    one, other = (
        OrganisationFactory(corporate_number="7000012050002"),
        OrganisationFactory(corporate_number="5835678256246"),
    )
    assert plan(one, other).warnings == ["法人番号が違います。別の法人ではないか、もう一度ご確認ください。"]
