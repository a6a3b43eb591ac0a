"""Inviting an organisation by a link: who may, what is kept, and that the referrer learns no more than is allowed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members import transitions
from members.enums import AffiliationRole, AgreedBy, OrganisationState, ReferralSharing, ReferralState
from members.models import Organisation, Referral, User
from members.referral_activity import figures_of
from members.referral_news import ANSWERS, KEPT, news_of
from members.transitions.referrals import AT_ONCE, MAILS_TO_ONE_ADDRESS, PER_DAY
from tests.factories.consents import ReferralFactory
from tests.factories.matching import PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.web.lifecycle import organisation_links, person_links
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

NOTHING, MEMBERSHIP, ACTIVITY = ReferralSharing


def made(organisation: Organisation, actor: User, **data: Any) -> Referral:
    return transitions.make_referral(organisation.pk, data={"organisation_name": "架空商店会", **data}, actor=actor)


def consented(email: str) -> dict[str, Any]:
    return {"email": email, "agreed_by": AgreedBy.PHONE, "agreed_on": timezone.localdate()}


def mails() -> list[Message]:
    return list(Message.objects.filter(code="members_referral_invited").order_by("pk"))


def applicant(state: OrganisationState = OrganisationState.APPLIED) -> tuple[Organisation, User]:
    organisation = OrganisationFactory(state=state)
    return organisation, member_of(organisation)


# --- making ---


@pytest.mark.parametrize("role", [AffiliationRole.OWNER, AffiliationRole.EDITOR])
def test_who_acts_for_a_member_makes_a_link_that_is_kept_for_ninety_days(role: AffiliationRole) -> None:
    organisation = OrganisationFactory()
    referral = made(organisation, member_of(organisation, role))
    assert referral.state == ReferralState.ISSUED
    assert len(referral.token) >= 32
    assert referral.expires_at - referral.created_at == pytest.approx(timedelta(days=90), abs=timedelta(seconds=5))
    assert Entry.objects.about(referral).get().codes == {"referrer": organisation.pk, "mail": False}
    assert mails() == []


def test_nobody_else_makes_one() -> None:
    organisation = OrganisationFactory()
    for person in (member_of(organisation, AffiliationRole.VIEWER), member_of(OrganisationFactory()), StaffFactory()):
        with pytest.raises(PermissionDenied):
            made(organisation, person)


@pytest.mark.parametrize("state", [each for each in OrganisationState if each != OrganisationState.APPROVED])
def test_only_members_in_good_standing_invite(state: OrganisationState) -> None:
    organisation = OrganisationFactory(state=state)
    with pytest.raises(TransitionError) as refused:
        made(organisation, member_of(organisation))
    assert refused.value.code == "not_active"


def test_the_same_form_sent_twice_makes_one_link() -> None:
    organisation = OrganisationFactory()
    actor = member_of(organisation)
    data = {"organisation_name": "架空商店会"}
    first, again = (
        transitions.make_referral(organisation.pk, data=data, actor=actor, idempotency_key="key") for _ in range(2)
    )
    assert first == again
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({"email": "a@kakuu.example"}, {"agreed_by", "agreed_on"}),
        ({"email": "a@kakuu.example", "agreed_by": "phone"}, {"agreed_on"}),
        ({"email": "a@kakuu.example", "agreed_by": "phone", "agreed_on": "tomorrow"}, {"agreed_on"}),
        ({"email": "not an address", "agreed_by": "phone", "agreed_on": "today"}, {"email"}),
        ({"organisation_name": ""}, {"organisation_name"}),
    ],
)
def test_an_address_comes_with_its_owners_consent(data: dict[str, Any], fields: set[str]) -> None:
    organisation = OrganisationFactory()
    days = {"tomorrow": timezone.localdate() + timedelta(days=1), "today": timezone.localdate()}
    data = {name: days.get(value, value) for name, value in data.items()}
    with pytest.raises(ValidationError) as refused:
        made(organisation, member_of(organisation), **data)
    assert set(refused.value.error_dict) == fields
    assert mails() == []


def test_the_mail_names_the_sender_says_why_it_comes_and_how_to_get_no_more() -> None:
    organisation = OrganisationFactory(name="架空信用金庫")
    referral = made(organisation, member_of(organisation), message="どうぞ。", **consented("Shop@kakuu.example"))
    (mail,) = mails()
    assert (mail.to_address, mail.recipient, mail.secret) == ("shop@kakuu.example", None, True)
    assert "架空信用金庫" in mail.subject
    for words in (f"/r/{referral.token}/", "承諾をいただいたため", "今回は見送る", "無料", "どうぞ。", "お問い合わせ"):
        assert words in mail.text_body
    assert "<img" not in mail.html_body


def test_without_an_address_nothing_of_a_consent_is_kept() -> None:
    organisation = OrganisationFactory()
    referral = made(organisation, member_of(organisation), agreed_by="phone", agreed_on=timezone.localdate())
    assert (referral.agreed_by, referral.agreed_on) == ("", None)


def test_who_declined_gets_no_further_mail_and_nobody_is_told_so() -> None:
    organisation = OrganisationFactory()
    actor = member_of(organisation)
    first = made(organisation, actor, **consented("shop@kakuu.example"))
    transitions.decline_referral(first.token, tell=False)
    again = made(organisation, actor, **consented("shop@kakuu.example"))
    assert again.email == "shop@kakuu.example"
    assert len(mails()) == 1


def test_one_address_gets_a_few_mails_from_all_organisations_together() -> None:
    for _ in range(MAILS_TO_ONE_ADDRESS + 2):
        organisation = OrganisationFactory()
        made(organisation, member_of(organisation), **consented("shop@kakuu.example"))
    assert len(mails()) == MAILS_TO_ONE_ADDRESS
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        made(organisation, member_of(organisation), **consented("shop@kakuu.example"))
    assert len(mails()) == MAILS_TO_ONE_ADDRESS + 1


def test_there_is_a_limit_for_a_day_and_one_for_what_is_out() -> None:
    organisation = OrganisationFactory()
    actor = member_of(organisation)
    ReferralFactory.create_batch(PER_DAY, referrer=organisation, made_by=actor)
    with pytest.raises(TransitionError) as refused:
        made(organisation, actor)
    assert refused.value.code == "too_many_today"
    Referral.objects.update(created_at=timezone.now() - timedelta(days=2))
    ReferralFactory.create_batch(
        AT_ONCE - PER_DAY, referrer=organisation, made_by=actor, created_at=timezone.now() - timedelta(days=2)
    )
    # Answers make no room: the referrer would learn of them.
    Referral.objects.filter(pk__in=Referral.objects.order_by("pk")[:5]).update(state=ReferralState.DECLINED)
    with pytest.raises(TransitionError) as refused:
        made(organisation, actor)
    assert refused.value.code == "too_many_open"
    transitions.revoke_referral(Referral.objects.latest("pk").pk, actor=actor)
    assert made(organisation, actor).pk


# --- taking back ---


def test_a_link_taken_back_leads_nowhere_and_what_was_answered_stays() -> None:
    organisation = OrganisationFactory()
    actor = member_of(organisation)
    silent = ReferralFactory(referrer=organisation)
    invited, owner = applicant()
    taken = ReferralFactory(referrer=organisation)
    transitions.accept_referral(taken.token, organisation=invited, sharing=ACTIVITY, actor=owner)
    for referral in (silent, taken):
        transitions.revoke_referral(referral.pk, actor=actor)
        transitions.revoke_referral(referral.pk, actor=actor)
    silent.refresh_from_db()
    taken.refresh_from_db()
    assert (silent.state, taken.state) == (ReferralState.REVOKED, ReferralState.ACCEPTED)
    assert {each.standing for each in news_of([silent, taken])} == {"revoked"}
    with pytest.raises(TransitionError):
        transitions.accept_referral(silent.token, organisation=invited, sharing=NOTHING, actor=owner)
    with pytest.raises(TransitionError):
        transitions.decline_referral(silent.token, tell=True)


def test_others_take_nothing_back() -> None:
    referral = ReferralFactory()
    for person in (member_of(referral.referrer, AffiliationRole.VIEWER), UserFactory()):
        with pytest.raises(PermissionDenied):
            transitions.revoke_referral(referral.pk, actor=person)
    transitions.revoke_referral(referral.pk, actor=StaffFactory())


# --- accepting ---


def test_an_owner_accepts_and_says_what_may_be_seen() -> None:
    referral = ReferralFactory()
    organisation, owner = applicant()
    transitions.accept_referral(referral.token, organisation=organisation, sharing=MEMBERSHIP, actor=owner)
    referral.refresh_from_db()
    assert (referral.state, referral.invited, referral.sharing) == (ReferralState.ACCEPTED, organisation, MEMBERSHIP)
    assert referral.consented_by == owner
    assert referral.consented_at is not None
    # The button pressed again.
    transitions.accept_referral(referral.token, organisation=organisation, sharing=ACTIVITY, actor=owner)
    referral.refresh_from_db()
    assert referral.sharing == MEMBERSHIP


def test_nobody_but_an_owner_accepts_for_an_organisation() -> None:
    referral = ReferralFactory()
    organisation = OrganisationFactory()
    for person in (member_of(organisation, AffiliationRole.EDITOR), UserFactory(), StaffFactory()):
        with pytest.raises(PermissionDenied):
            transitions.accept_referral(referral.token, organisation=organisation, sharing=NOTHING, actor=person)


def test_ones_own_link_is_for_others() -> None:
    referral = ReferralFactory()
    owner = member_of(referral.referrer)
    second = OrganisationFactory()
    second.members.add(owner, through_defaults={"role": AffiliationRole.OWNER})
    for organisation in (referral.referrer, second):
        with pytest.raises(TransitionError) as refused:
            transitions.accept_referral(referral.token, organisation=organisation, sharing=NOTHING, actor=owner)
        assert refused.value.code == "own_referral"


@pytest.mark.parametrize("why", ["expired", "revoked", "unknown"])
def test_a_link_that_is_over_links_nobody(why: str) -> None:
    now = timezone.now()
    changes: dict[str, dict[str, Any]] = {
        "expired": {"expires_at": now},
        "revoked": {"revoked_at": now, "state": ReferralState.REVOKED},
    }
    referral = ReferralFactory(**changes.get(why, {}))
    organisation, owner = applicant()
    token = "no-such-link" if why == "unknown" else referral.token
    with pytest.raises(TransitionError) as refused:
        transitions.accept_referral(token, organisation=organisation, sharing=NOTHING, actor=owner)
    assert refused.value.code == "over"


@pytest.mark.parametrize("state", [OrganisationState.WITHDRAWN, OrganisationState.REJECTED, OrganisationState.MERGED])
def test_what_has_left_accepts_nothing(state: OrganisationState) -> None:
    organisation, owner = applicant(state)
    with pytest.raises(TransitionError) as refused:
        transitions.accept_referral(ReferralFactory().token, organisation=organisation, sharing=NOTHING, actor=owner)
    assert refused.value.code == "not_ongoing"


def test_a_link_links_one_organisation() -> None:
    referral = ReferralFactory()
    (first, owner), (second, other) = applicant(), applicant()
    transitions.accept_referral(referral.token, organisation=first, sharing=NOTHING, actor=owner)
    with pytest.raises(TransitionError) as refused:
        transitions.accept_referral(referral.token, organisation=second, sharing=ACTIVITY, actor=other)
    assert refused.value.code == "taken"
    referral.refresh_from_db()
    assert referral.invited == first


def test_a_registration_that_was_never_confirmed_gives_way() -> None:
    referral = ReferralFactory()
    first, owner = applicant(OrganisationState.DRAFT)
    transitions.accept_referral(referral.token, organisation=first, sharing=ACTIVITY, actor=owner)
    referral.refresh_from_db()
    assert (referral.state, referral.invited) == (ReferralState.ISSUED, first)
    second, other = applicant()
    transitions.accept_referral(referral.token, organisation=second, sharing=NOTHING, actor=other)
    transitions.submit_application(first.pk, actor=owner)
    referral.refresh_from_db()
    assert (referral.state, referral.invited, referral.sharing) == (ReferralState.ACCEPTED, second, NOTHING)


# --- declining ---


def test_declining_tells_only_when_that_is_wished() -> None:
    quiet, open_ = ReferralFactory(), ReferralFactory()
    told = member_of(open_.referrer)
    member_of(quiet.referrer)
    transitions.decline_referral(quiet.token, tell=False)
    transitions.decline_referral(open_.token, tell=True)
    transitions.decline_referral(open_.token, tell=True)
    assert [each.recipient for each in Notification.objects.filter(code="members_referral_news")] == [told]
    quiet.refresh_from_db()
    open_.refresh_from_db()
    assert [each.text for each in news_of([quiet, open_])] == [KEPT, ANSWERS["declined"]]


def test_who_said_no_may_still_say_yes_but_not_the_other_way_round() -> None:
    referral = ReferralFactory()
    organisation, owner = applicant()
    transitions.decline_referral(referral.token, tell=False)
    transitions.accept_referral(referral.token, organisation=organisation, sharing=NOTHING, actor=owner)
    with pytest.raises(TransitionError):
        transitions.decline_referral(referral.token, tell=True)
    referral.refresh_from_db()
    assert referral.state == ReferralState.ACCEPTED


# --- what the referrer sees ---


def outcomes() -> list[Referral]:
    """One of everything that may have become of a link while nothing may be told."""
    referrer = OrganisationFactory()
    silent = ReferralFactory(referrer=referrer)
    declined = ReferralFactory(referrer=referrer)
    transitions.decline_referral(declined.token, tell=False)
    found = [silent, declined]
    for state in (*OrganisationState,):
        invited = OrganisationFactory(state=state)
        found.append(
            ReferralFactory(
                referrer=referrer,
                invited=invited,
                state=ReferralState.ISSUED if state == OrganisationState.DRAFT else ReferralState.ACCEPTED,
            )
        )
    return list(Referral.objects.filter(pk__in=[each.pk for each in found]).select_related("referrer", "invited"))


def test_of_what_may_not_be_told_all_looks_the_same() -> None:
    seen = {
        (news.standing, news.text, news.tone, tuple(news.figures), news.profile, news.is_open)
        for news in news_of(outcomes())
    }
    assert seen == {("kept", KEPT, "none", (), None, True)}


def test_no_download_tells_what_may_not_be_told() -> None:
    for links, key in ((organisation_links, "members.Referral.referrer"), (person_links, "members.Referral.made_by")):
        columns = links[key].export.columns  # type: ignore[union-attr]
        assert set(columns) <= {"referrer", "organisation_name", "message", "answer", "created_at"}
        _, read = columns["answer"]
        assert {read(referral) for referral in outcomes()} == {KEPT}  # type: ignore[operator]


def test_no_notice_tells_what_may_not_be_told() -> None:
    referral = ReferralFactory(organisation_name="架空の会")
    member_of(referral.referrer)
    organisation, owner = applicant()
    transitions.accept_referral(referral.token, organisation=organisation, sharing=NOTHING, actor=owner)
    transitions.approve_organisation(organisation.pk, actor=StaffFactory())
    assert not Notification.objects.filter(code="members_referral_news").exists()
    assert not Notification.objects.filter(recipient__in=referral.referrer.people()).exists()


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (OrganisationState.APPLIED, "applied"),
        (OrganisationState.RETURNED, "applied"),
        (OrganisationState.APPROVED, "approved"),
        (OrganisationState.SUSPENDED, "approved"),
        (OrganisationState.REJECTED, "rejected"),
        (OrganisationState.WITHDRAWN, "left"),
    ],
)
def test_membership_tells_how_far_it_came_and_no_number(state: OrganisationState, standing: str) -> None:
    invited = OrganisationFactory(state=state)
    PostFactory(organisation=invited)
    referral = ReferralFactory(invited=invited, state=ReferralState.ACCEPTED, sharing=MEMBERSHIP)
    (news,) = news_of([referral])
    assert (news.standing, list(news.figures)) == (standing, [])


def test_activity_tells_numbers(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    referrals: list[Referral] = []
    for count in (1, 3):
        while len(referrals) < count:
            invited = OrganisationFactory()
            PostFactory.create_batch(2, organisation=invited)
            referrals.append(ReferralFactory(invited=invited, state=ReferralState.ACCEPTED, sharing=ACTIVITY))
        with django_assert_num_queries(3):
            seen = news_of(referrals)
        assert [list(news.figures) for news in seen] == [
            [("困りごと・できること", 2), ("おつなぎ", 0), ("成果の報告", 0)]
        ] * count


def test_nobodys_activity_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert figures_of([]) == {}


def test_the_referrer_hears_once_that_it_applied_and_once_that_it_is_registered() -> None:
    referral = ReferralFactory()
    told, viewer = member_of(referral.referrer), member_of(referral.referrer, AffiliationRole.VIEWER)
    organisation, owner = applicant(OrganisationState.DRAFT)
    transitions.accept_referral(referral.token, organisation=organisation, sharing=MEMBERSHIP, actor=owner)
    assert not Notification.objects.filter(code="members_referral_news").exists()
    transitions.submit_application(organisation.pk, actor=owner)
    transitions.approve_organisation(organisation.pk, actor=StaffFactory())
    news = Notification.objects.filter(code="members_referral_news").order_by("pk")
    assert [each.recipient for each in news] == [told, told]
    assert viewer not in {each.recipient for each in news}
    assert [each.digest_text for each in news] == [ANSWERS["applied"], ANSWERS["approved"]]


# --- changing one's mind ---


def test_what_is_seen_changes_at_once_and_only_the_invited_decide() -> None:
    organisation, owner = applicant(OrganisationState.APPROVED)
    referral = ReferralFactory(invited=organisation, state=ReferralState.ACCEPTED)
    told = member_of(referral.referrer)
    for person in (told, member_of(organisation, AffiliationRole.EDITOR), StaffFactory()):
        with pytest.raises(PermissionDenied):
            transitions.change_sharing(referral.pk, sharing=ACTIVITY, actor=person)
    for sharing, standing in ((MEMBERSHIP, "approved"), (NOTHING, "kept"), (MEMBERSHIP, "approved")):
        transitions.change_sharing(referral.pk, sharing=sharing, actor=owner)
        referral.refresh_from_db()
        assert news_of([referral])[0].standing == standing
        assert referral.consented_by == owner
    # The news came once.
    assert Notification.objects.filter(code="members_referral_news", recipient=told).count() == 1
    changes = Entry.objects.about(referral).filter(action="referral.sharing_changed").order_by("pk")
    assert [(each.before, each.after) for each in changes] == [
        (NOTHING, MEMBERSHIP),
        (MEMBERSHIP, NOTHING),
        (NOTHING, MEMBERSHIP),
    ]
