"""What is no longer needed is kept for as long as staff decided, and not a night longer."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import Introduction
from members import transitions
from members.apps import MembersConfig
from members.enums import HandoverState, ImportState, InvitationState, JoinRequestState, OrganisationState
from members.models import (
    Affiliation,
    Handover,
    Invitation,
    JoinRequest,
    Organisation,
    Referral,
    RetentionPeriod,
    RosterImport,
    User,
)
from members.referral_news import standing_of
from members.retention import end_of, kept_since, months_of, span, store_periods
from members.retention_tasks import apply_retention
from members.transitions import retention
from tests.factories.matching import IntroductionFactory, PostFactory
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.files.samples import upload
from tests.members.test_at_once import at_once
from tomoiki.audit.actors import RETENTION
from tomoiki.audit.models import Entry
from tomoiki.files.uploads import TABLES, store_upload
from tomoiki.notifications.models import Message, Notification
from tomoiki.pages.enums import ContactState
from tomoiki.pages.models import ContactMessage
from tomoiki.web.lifecycle import retention_rules

pytestmark = pytest.mark.django_db

JAPAN = ZoneInfo("Asia/Tokyo")


def ago(months: int, *, days: int = 1) -> datetime:
    """Some days before what has been kept for ``months`` goes."""
    return kept_since(months) - timedelta(days=days)


# --- the periods ---


def test_every_rule_has_a_row_that_staff_can_change() -> None:
    assert set(RetentionPeriod.objects.values_list("rule", flat=True)) == set(retention_rules.keys())
    for rule in retention_rules:
        assert months_of(rule.name) == rule.default_months
        assert not rule.label.isascii()
        assert rule.help_text.endswith("。")


def test_what_staff_set_outlives_a_migration() -> None:
    RetentionPeriod.objects.filter(rule="join_requests").update(months=5)
    RetentionPeriod.objects.filter(rule="invitations").delete()
    store_periods(MembersConfig)
    assert (months_of("join_requests"), months_of("invitations")) == (5, 12)
    assert RetentionPeriod.objects.filter(rule="invitations").exists()


def test_setting_a_period_is_the_offices_and_leaves_a_trace() -> None:
    period = RetentionPeriod.objects.get(rule="join_requests")
    with pytest.raises(PermissionDenied):
        transitions.set_retention_period(period.pk, months=6, actor=UserFactory())
    staff = StaffFactory()
    for wrong in (0, 241, -1):
        with pytest.raises(ValidationError):
            transitions.set_retention_period(period.pk, months=wrong, actor=staff)
    transitions.set_retention_period(period.pk, months=6, actor=staff)
    transitions.set_retention_period(period.pk, months=6, actor=staff)
    entry = Entry.objects.about(period).get()
    assert (entry.before, entry.after, entry.codes) == ("12か月", "6か月", {"rule": "join_requests"})


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ("2027-03-31", 1, "2027-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2027-01-15", 1, "2026-12-15"),
        ("2027-12-31", 12, "2026-12-31"),
        ("2027-05-10", 36, "2024-05-10"),
        ("2028-02-29", 12, "2027-02-28"),
    ],
)
def test_months_are_counted_as_people_count_them(now: str, months: int, then: str) -> None:
    moment = datetime.fromisoformat(now).replace(hour=3, tzinfo=JAPAN)
    assert f"{kept_since(months, now=moment):%Y-%m-%d %H}" == f"{then} 03"


def test_the_end_of_a_period_is_its_length_after_the_beginning() -> None:
    moment = datetime(2026, 11, 30, 10, tzinfo=JAPAN)
    assert f"{end_of(moment, 3):%Y-%m-%d}" == "2027-02-28"


@pytest.mark.parametrize(("months", "said"), [(6, "6か月"), (12, "1年"), (18, "1年6か月"), (36, "3年")])
def test_a_span_is_said_in_years(months: int, said: str) -> None:
    assert span(months) == said


# --- what goes, and what does not ---


def test_a_withdrawn_organisation_goes_when_its_time_is_over() -> None:
    old = OrganisationFactory(state=OrganisationState.WITHDRAWN, withdrawn_at=ago(36))
    young = OrganisationFactory(state=OrganisationState.WITHDRAWN, withdrawn_at=ago(36, days=-1))
    going_on = OrganisationFactory()
    apply_retention()
    assert _erased() == {old.pk}
    assert str(Organisation.objects.get(pk=young.pk)) != "退会した団体"
    assert Organisation.objects.get(pk=going_on.pk).erased_at is None


def test_a_shorter_period_takes_effect_the_next_night() -> None:
    organisation = OrganisationFactory(state=OrganisationState.WITHDRAWN, withdrawn_at=ago(12))
    apply_retention()
    assert _erased() == set()
    period = RetentionPeriod.objects.get(rule="withdrawn_organisations")
    transitions.set_retention_period(period.pk, months=12, actor=StaffFactory())
    apply_retention()
    assert _erased() == {organisation.pk}


def test_a_rejected_application_goes() -> None:
    organisation = OrganisationFactory(state=OrganisationState.REJECTED)
    fresh = OrganisationFactory(state=OrganisationState.REJECTED)
    Organisation.objects.filter(pk=organisation.pk).update(updated_at=ago(12))
    apply_retention()
    assert _erased() == {organisation.pk}
    assert Organisation.objects.get(pk=fresh.pk).erased_at is None


def test_what_is_left_of_a_merged_organisation_goes_once_it_cannot_come_back() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    merge = transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note="同じ団体", actor=StaffFactory())
    type(merge).objects.filter(pk=merge.pk).update(made_at=ago(12))
    apply_retention()
    assert _erased() == set()
    type(merge).objects.filter(pk=merge.pk).update(undo_until=ago(11))
    apply_retention()
    assert _erased() == {loser.pk}


def _erased() -> set[int]:
    return set(Organisation.objects.exclude(erased_at=None).values_list("pk", flat=True))


def test_the_people_of_a_withdrawn_organisation_read_on_for_the_time_that_was_said(client: Client) -> None:
    introduction = IntroductionFactory(state="completed")
    organisation = introduction.post.organisation
    person = organisation.people().get()
    Organisation.objects.filter(pk=organisation.pk).update(state="withdrawn", withdrawn_at=ago(6, days=-1))
    client.force_login(person)
    page = reverse("matching:introduction", args=[introduction.pk])
    apply_retention()
    assert client.get(page).status_code == 200
    account = client.get(reverse("members:account")).content.decode()
    ends = end_of(ago(6, days=-1), 6)
    assert f"{ends.month}月{ends.day}日" in account
    Organisation.objects.filter(pk=organisation.pk).update(withdrawn_at=ago(6))
    apply_retention()
    assert client.get(page).status_code == 404
    assert not Introduction.objects.visible_to(person).exists()
    # The account stays, and the partner reads on.
    assert User.objects.get(pk=person.pk).is_active
    client.force_login(introduction.participants.last().organisation.people().get())
    assert client.get(page).status_code == 200


def test_answered_invitations_forget_whom_they_went_to() -> None:
    answered = _invitation(state=InvitationState.DECLINED, answered_at=ago(12))
    over = _invitation(state=InvitationState.SENT, expires_at=ago(12))
    waiting = _invitation(state=InvitationState.SENT)
    recent = _invitation(state=InvitationState.REVOKED, answered_at=timezone.now())
    apply_retention()
    for each in (answered, over):
        each.refresh_from_db()
        assert (each.email, each.name, each.message) == ("", "", "")
    assert over.state == InvitationState.REVOKED
    for each in (waiting, recent):
        each.refresh_from_db()
        assert each.email
    assert apply_retention() == 0


def _invitation(**fields: object) -> Invitation:
    number = Invitation.objects.count()
    return Invitation.objects.create(
        organisation=OrganisationFactory(),
        email=f"hito{number}@yobu.example",
        name="呼ばれた人",
        token_hash=f"{number:064}",
        invited_by=UserFactory(),
        **fields,
    )


def test_answered_requests_to_join_go_and_waiting_ones_stay() -> None:
    old = JoinRequestFactory(state=JoinRequestState.REFUSED, answered_at=ago(12))
    waiting = JoinRequestFactory(created_at=ago(40))
    apply_retention()
    assert list(JoinRequest.objects.all()) == [waiting]
    assert Entry.objects.filter(action="joinrequest.forgotten", object_id=old.pk).exists()


def test_briefs_go_and_that_somebody_followed_stays() -> None:
    place = AffiliationFactory()
    both = {"organisation": place.organisation, "leaver": place.user, "requested_by": place.user}
    done = Handover.objects.create(
        **both,
        successor=UserFactory(),
        state=HandoverState.DONE,
        done_at=ago(24),
        note="よろしく",
        brief=[{"title": "x"}],
    )
    planned = Handover.objects.create(**both, note="まだです", created_at=ago(30))
    apply_retention()
    done.refresh_from_db()
    planned.refresh_from_db()
    assert (done.note, done.brief, done.successor is not None) == ("", [], True)
    assert planned.note == "まだです"


def test_old_links_forget_whom_they_were_for_and_show_nothing_by_it() -> None:
    common = {
        "referrer": OrganisationFactory(),
        "made_by": UserFactory(),
        "organisation_name": "あおぞら社",
        "contact_name": "青空さん",
        "expires_at": ago(12),
    }
    silent = Referral.objects.create(**common)
    declined = Referral.objects.create(**common, state="declined")
    joined = Referral.objects.create(**common, state="accepted", invited=OrganisationFactory())
    told = Referral.objects.create(
        **common, state="accepted", invited=OrganisationFactory(), sharing="membership", consented_at=ago(15)
    )
    open_ = Referral.objects.create(**common | {"expires_at": timezone.now() + timedelta(days=1)}, state="declined")
    apply_retention()
    names = dict(Referral.objects.values_list("pk", "organisation_name"))
    gone = dict.fromkeys([silent.pk, declined.pk, joined.pk], "（消去済み）")
    assert names == {**gone, told.pk: "あおぞら社", open_.pk: "あおぞら社"}
    # The referrer cannot tell the three apart, and what was answered counts on in the figures.
    quiet = Referral.objects.filter(pk__in=gone).order_by("pk")
    assert {(each.contact_name, standing_of(each)) for each in quiet} == {("", "kept")}
    assert [each.state for each in quiet] == ["issued", "declined", "accepted"]


def test_the_files_of_old_imports_go_but_not_of_running_ones() -> None:
    staff = StaffFactory()

    def imported(**fields: object) -> RosterImport:
        file = store_upload(upload(b"name\nx\n", name="meibo.csv"), by=staff, allow=TABLES)
        return RosterImport.objects.create(file=file, made_by=staff, **fields)

    old = imported(state=ImportState.CANCELLED, finished_at=ago(3))
    running = imported(state=ImportState.CHECKING, created_at=ago(12))
    apply_retention()
    assert list(RosterImport.objects.all()) == [running]
    assert not RosterImport.objects.filter(pk=old.pk).exists()


def test_handled_messages_to_the_office_forget_who_wrote() -> None:
    common = {"topic": "other", "name": "書いた人", "email": "kaita@hito.example", "body": "質問です。"}
    old = ContactMessage.objects.create(
        **common, idempotency_key="a", state=ContactState.ANSWERED, handled_at=ago(24), answer="お答えします。"
    )
    waiting = ContactMessage.objects.create(**common, idempotency_key="b", received_at=ago(60))
    apply_retention()
    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.name, old.email, old.body, old.answer) == ("退会した方", "", "", "（消去済み）")
    assert old.state == ContactState.ANSWERED
    assert waiting.email


# --- people who stay away ---


def _away(months: int, **fields: object) -> User:
    person: User = UserFactory(**fields)
    User.objects.filter(pk=person.pk).update(last_login=ago(months), date_joined=ago(months + 12))
    return person


def _told() -> set[int]:
    return set(Notification.objects.filter(code="members_account_ends_soon").values_list("recipient", flat=True))


def test_whoever_stays_away_is_told_thirty_days_before_and_erased_after() -> None:
    person = _away(24)
    apply_retention()
    assert _told() == {person.pk}
    assert Message.objects.filter(code="members_account_ends_soon", to_address=person.email).count() == 1
    assert not User.objects.get(pk=person.pk).anonymised_at
    apply_retention()
    assert Notification.objects.filter(code="members_account_ends_soon").count() == 1
    Notification.objects.update(created_at=timezone.now() - timedelta(days=31))
    apply_retention()
    gone = User.objects.get(pk=person.pk)
    assert gone.anonymised_at is not None
    assert Entry.objects.about(gone).get(action="user.erased").codes == {"reason": "retention"}


def test_whoever_logs_in_after_the_letter_stays() -> None:
    person = _away(24)
    apply_retention()
    Notification.objects.update(created_at=timezone.now() - timedelta(days=31))
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    apply_retention()
    assert not User.objects.get(pk=person.pk).anonymised_at


def test_those_who_belong_somewhere_or_wait_or_teach_or_work_here_are_left_alone() -> None:
    member, waiting, staff = _away(40), _away(40), _away(40, is_staff=True)
    AffiliationFactory(user=member)
    JoinRequestFactory(user=waiting)
    recent = _away(20)
    apply_retention()
    assert _told() == set()
    assert User.objects.filter(pk__in=[member.pk, waiting.pk, staff.pk, recent.pk], anonymised_at=None).count() == 4


def test_nobody_calls_it_by_hand() -> None:
    request = JoinRequestFactory(state=JoinRequestState.REFUSED, answered_at=ago(12))
    for somebody in (StaffFactory(), request.user):
        with pytest.raises(PermissionDenied):
            retention.forget_join_request(request.pk, actor=somebody)


def test_one_that_fails_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    first = JoinRequestFactory(state=JoinRequestState.REFUSED, answered_at=ago(12))
    second = JoinRequestFactory(state=JoinRequestState.REFUSED, answered_at=ago(12))
    real = JoinRequest.delete

    def fail(self: JoinRequest, *args: object, **kwargs: object) -> object:
        if self.pk == first.pk:
            raise RuntimeError("disk")
        return real(self)

    monkeypatch.setattr(JoinRequest, "delete", fail)
    assert apply_retention() == 1
    assert list(JoinRequest.objects.all()) == [first]
    assert second.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_erase_once() -> None:
    organisation = OrganisationFactory(state=OrganisationState.WITHDRAWN, withdrawn_at=ago(36))
    PostFactory(organisation=organisation, author=UserFactory(), state="closed")
    member_of(organisation)
    at_once(apply_retention, apply_retention)
    assert Entry.objects.about(organisation).filter(action="organisation.erased").count() == 1
    assert not Affiliation.objects.current().filter(organisation=organisation).exists()


def test_the_actor_is_the_portal() -> None:
    JoinRequestFactory(state=JoinRequestState.REFUSED, answered_at=ago(12))
    apply_retention()
    assert Entry.objects.get(action="joinrequest.forgotten").system_actor == RETENTION.name
