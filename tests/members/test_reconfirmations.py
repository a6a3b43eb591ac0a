"""Asking every organisation whether it goes on: silence is not consent, whatever happens."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from members import transitions
from members.enums import AffiliationRole, AgreedBy, OrganisationKind, OrganisationState, ReconfirmationAnswer
from members.enums import ReconfirmationState as State
from members.models import Organisation, Reconfirmation, ReconfirmationReply, User
from members.reconfirmation_progress import EXPORT_HEADINGS, export_rows, progress_of
from members.reconfirmation_tasks import carry_reconfirmations
from members.waiting_consents import reconfirmations_waiting
from tests.factories.consents import ReconfirmationFactory, ReconfirmationReplyFactory
from tests.factories.members import ConsentDocumentFactory, OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Notification
from tomoiki.places.models import Municipality
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

CONTINUE, LEAVE, HOLD = ReconfirmationAnswer


def asked(**fields: Any) -> tuple[ReconfirmationReply, User]:
    """A silent organisation and its owner."""
    reply = ReconfirmationReplyFactory(**fields)
    return reply, member_of(reply.organisation)


def answer(reply: ReconfirmationReply, actor: User, what: ReconfirmationAnswer = CONTINUE, note: str = "") -> None:
    transitions.answer_reconfirmation(
        reply.reconfirmation_id, organisation=reply.organisation, answer=what, note=note, actor=actor
    )
    reply.refresh_from_db()


def told(code: str) -> list[User]:
    return [each.recipient for each in Notification.objects.filter(code=code).order_by("pk")]


def in_days(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days))


# --- opening ---


def test_opening_asks_members_of_the_kinds_and_nobody_else() -> None:
    npo, suspended = OrganisationFactory(), OrganisationFactory(state=OrganisationState.SUSPENDED)
    OrganisationFactory(kind=OrganisationKind.COMPANY)
    for state in set(OrganisationState) - {OrganisationState.APPROVED, OrganisationState.SUSPENDED}:
        OrganisationFactory(state=state, merged_into=None if state != OrganisationState.MERGED else npo)
    campaign = ReconfirmationFactory(state=State.DRAFT, kinds=[OrganisationKind.NPO])
    transitions.open_reconfirmation(campaign.pk, actor=StaffFactory())
    assert {reply.organisation for reply in campaign.replies.all()} == {npo, suspended}
    assert {reply.answer for reply in campaign.replies.all()} == {""}
    campaign.refresh_from_db()
    assert campaign.state == State.OPEN


def test_no_kind_means_every_kind() -> None:
    for kind in (OrganisationKind.NPO, OrganisationKind.COMPANY):
        OrganisationFactory(kind=kind)
    campaign = ReconfirmationFactory(state=State.DRAFT)
    transitions.open_reconfirmation(campaign.pk, actor=StaffFactory())
    assert campaign.replies.count() == 2


def test_a_question_is_opened_in_time_with_a_text_that_can_be_read() -> None:
    office = StaffFactory()
    late = ReconfirmationFactory(state=State.DRAFT, deadline=timezone.localdate())
    unread = ReconfirmationFactory(state=State.DRAFT, document=ConsentDocumentFactory(published_at=None))
    for campaign, code in ((late, "deadline_passed"), (unread, "document_not_published")):
        with pytest.raises(TransitionError) as refused:
            transitions.open_reconfirmation(campaign.pk, actor=office)
        assert refused.value.code == code


def test_only_the_office_opens_and_closes() -> None:
    campaign = ReconfirmationFactory(state=State.DRAFT)
    outsider = member_of(OrganisationFactory())
    with pytest.raises(PermissionDenied):
        transitions.open_reconfirmation(campaign.pk, actor=outsider)
    with pytest.raises(PermissionDenied):
        transitions.close_reconfirmation(campaign.pk, actor=outsider)


# --- what the task does ---


def test_owners_are_written_to_once_and_organisations_that_come_later_too() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    member_of(organisation, AffiliationRole.EDITOR)
    campaign = ReconfirmationFactory(state=State.DRAFT)
    transitions.open_reconfirmation(campaign.pk, actor=StaffFactory())
    assert carry_reconfirmations() == 1
    assert carry_reconfirmations() == 0
    assert told("members_reconfirmation_asked") == [owner]
    later = OrganisationFactory()
    newcomer = member_of(later)
    OrganisationFactory(state=OrganisationState.APPLIED)
    assert carry_reconfirmations() == 1
    assert told("members_reconfirmation_asked") == [owner, newcomer]
    assert campaign.replies.count() == 2


def test_whom_nobody_answers_for_is_written_to_once_somebody_does() -> None:
    reply = ReconfirmationReplyFactory()
    assert carry_reconfirmations() == 0
    owner = member_of(reply.organisation)
    assert carry_reconfirmations() == 1
    assert told("members_reconfirmation_asked") == [owner]


def test_the_silent_are_reminded_once_a_threshold_and_a_missed_day_is_made_up() -> None:
    reply, owner = asked()
    answered, other = asked(reconfirmation=reply.reconfirmation)
    answer(answered, other)
    carry_reconfirmations()
    # 20 days are left; 14, 7 and 2 are the days for reminders.
    days_when_reminded = []
    for day in (0, 5, 8, 8, 9, 14, 15, 19, 20):
        before = len(told("members_reconfirmation_reminder"))
        with in_days(day):
            carry_reconfirmations()
        if len(told("members_reconfirmation_reminder")) > before:
            days_when_reminded.append(day)
    # The 14th day before was missed and made up on the 12th; the two days before on the last but one.
    assert days_when_reminded == [8, 14, 19]
    assert set(told("members_reconfirmation_reminder")) == {owner}


def test_workers_that_were_away_send_one_reminder_not_all_that_were_missed() -> None:
    _, owner = asked()
    carry_reconfirmations()
    with in_days(18):
        carry_reconfirmations()
    assert told("members_reconfirmation_reminder") == [owner]


def test_who_was_just_asked_is_not_reminded() -> None:
    with in_days(-1):
        asked(reconfirmation__deadline=timezone.localdate() + timedelta(days=5))
    ReconfirmationReply.objects.update(asked_at=timezone.now())
    carry_reconfirmations()
    assert len(told("members_reconfirmation_asked")) == 1
    assert told("members_reconfirmation_reminder") == []


def test_it_closes_by_itself_after_the_last_day() -> None:
    reply, _ = asked()
    office = StaffFactory()
    with in_days(20):
        carry_reconfirmations()
        assert Reconfirmation.objects.get().state == State.OPEN
    with in_days(21):
        carry_reconfirmations()
        carry_reconfirmations()
    campaign = Reconfirmation.objects.get()
    assert campaign.state == State.CLOSED
    assert campaign.closed_at is not None
    reply.refresh_from_db()
    assert reply.answer == ""
    assert office in told("members_reconfirmation_closed")
    assert len(told("members_reconfirmation_closed")) == len(set(told("members_reconfirmation_closed")))


def test_one_task_costs_the_same_for_one_silent_organisation_and_for_three_that_were_told(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = ReconfirmationFactory()
    for count in (1, 3):
        while campaign.replies.count() < count:
            asked(reconfirmation=campaign)
        carry_reconfirmations()
        with django_assert_max_num_queries(9):
            carry_reconfirmations()


# --- answering ---


@pytest.mark.parametrize("what", ReconfirmationAnswer)
def test_an_owner_answers_and_may_change_it_until_the_deadline(what: ReconfirmationAnswer) -> None:
    reply, owner = asked()
    answer(reply, owner, what, " よろしくお願いします ")
    assert (reply.answer, reply.note, reply.answered_by) == (what, "よろしくお願いします", owner)
    other = member_of(reply.organisation)
    with in_days(20):
        answer(reply, other, HOLD)
    assert (reply.answer, reply.answered_by) == (HOLD, other)
    assert set(told("members_reconfirmation_answered")) == {owner, other}


def test_saying_leave_withdraws_nothing() -> None:
    reply, owner = asked()
    answer(reply, owner, LEAVE)
    reply.organisation.refresh_from_db()
    assert reply.organisation.state == OrganisationState.APPROVED


def test_the_same_answer_again_is_told_once() -> None:
    reply, owner = asked()
    answer(reply, owner)
    answer(reply, owner)
    assert Entry.objects.about(reply).count() == 1
    assert len(told("members_reconfirmation_answered")) == 1


def test_only_owners_answer() -> None:
    reply, _ = asked()
    others: list[User] = [
        member_of(reply.organisation, AffiliationRole.EDITOR),
        member_of(reply.organisation, AffiliationRole.VIEWER),
        member_of(OrganisationFactory()),
        StaffFactory(),
        UserFactory(),
    ]
    for person in others:
        with pytest.raises(PermissionDenied):
            answer(reply, person)
    reply.refresh_from_db()
    assert reply.answer == ""


def test_nobody_answers_too_late_or_what_was_not_asked() -> None:
    reply, owner = asked()
    with in_days(21), pytest.raises(TransitionError) as refused:
        answer(reply, owner)
    assert refused.value.code == "too_late"
    transitions.close_reconfirmation(reply.reconfirmation_id, actor=StaffFactory())
    with pytest.raises(TransitionError) as refused:
        answer(reply, owner)
    assert refused.value.code == "wrong_state"
    elsewhere = OrganisationFactory()
    with pytest.raises(TransitionError) as refused:
        transitions.answer_reconfirmation(
            ReconfirmationFactory().pk, organisation=elsewhere, answer=CONTINUE, actor=member_of(elsewhere)
        )
    assert refused.value.code == "not_asked"


def test_who_has_left_answers_no_more() -> None:
    reply, owner = asked()
    transitions.withdraw_organisation(reply.organisation_id, actor=owner)
    with pytest.raises(TransitionError) as refused:
        answer(reply, owner)
    assert refused.value.code == "not_a_member"


def test_the_database_knows_no_answer_without_its_time_nor_an_entry_without_its_source() -> None:
    reply, _ = asked()
    with pytest.raises(IntegrityError):
        ReconfirmationReply.objects.filter(pk=reply.pk).update(answer=CONTINUE)


# --- what came on paper ---


def record(reply: ReconfirmationReply, **fields: Any) -> ReconfirmationReply:
    given = {"answer": CONTINUE, "channel": AgreedBy.PHONE, "said_by": "会長 森", "said_on": timezone.localdate()}
    return transitions.record_reconfirmation_answer(reply.pk, **{"actor": StaffFactory(), **given, **fields})


def test_the_office_writes_down_who_said_it_when_and_how() -> None:
    reply, owner = asked()
    record(reply)
    reply.refresh_from_db()
    assert (reply.answer, reply.said_by, reply.channel) == (CONTINUE, "会長 森", AgreedBy.PHONE)
    assert told("members_reconfirmation_answered") == [owner]
    answer(reply, owner, HOLD)
    assert (reply.answer, reply.said_by, reply.channel, reply.said_on) == (HOLD, "", "", None)


def test_an_imported_organisation_without_people_answers_on_paper() -> None:
    reply = ReconfirmationReplyFactory()
    record(reply, channel=AgreedBy.WRITTEN)
    reply.refresh_from_db()
    assert reply.answer == CONTINUE


def test_members_write_nothing_down_for_others() -> None:
    reply, owner = asked()
    with pytest.raises(PermissionDenied):
        record(reply, actor=owner)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"said_on": 1}, "said_on"),
        ({"said_on": -30}, "said_on"),
        ({"said_by": "  "}, "said_by"),
    ],
)
def test_an_entry_is_whole_and_its_day_is_possible(fields: dict[str, Any], field: str) -> None:
    reply, _ = asked()
    if "said_on" in fields:
        fields = {"said_on": timezone.localdate() + timedelta(days=fields["said_on"])}
    with pytest.raises(ValidationError) as refused:
        record(reply, **fields)
    assert set(refused.value.error_dict) == {field}


def test_what_had_arrived_in_time_may_be_written_down_after_closing() -> None:
    reply, _ = asked()
    last_day = reply.reconfirmation.deadline
    with in_days(21):
        carry_reconfirmations()
        record(reply, said_on=last_day)
        with pytest.raises(ValidationError):
            record(reply, said_on=last_day + timedelta(days=1))
    reply.refresh_from_db()
    assert reply.answer == CONTINUE


# --- the list of those who said yes ---


def test_the_list_holds_those_who_said_yes_and_nobody_else() -> None:
    document = ConsentDocumentFactory(version="第9版")
    campaign = ReconfirmationFactory(document=document)
    yes, owner = asked(reconfirmation=campaign, organisation__name="=1+1 続ける会", organisation__phone="045-111-1111")
    answer(yes, owner, note="=cmd()")
    on_paper = record(ReconfirmationReplyFactory(reconfirmation=campaign, organisation__name="紙の会"))
    ReconfirmationReplyFactory(reconfirmation=campaign, organisation__name="返事のない会")
    for what in (LEAVE, HOLD):
        ReconfirmationReplyFactory(reconfirmation=campaign, answer=what, organisation__name=f"{what}の会")
    for state in set(OrganisationState) - {OrganisationState.APPROVED}:
        gone = OrganisationFactory(state=state)
        ReconfirmationReplyFactory(reconfirmation=campaign, answer=CONTINUE, organisation=gone)
    elsewhere = ReconfirmationReplyFactory(answer=CONTINUE)
    rows = [dict(zip(EXPORT_HEADINGS, row, strict=True)) for row in export_rows(campaign)]
    assert {row["団体の番号"] for row in rows} == {yes.organisation_id, on_paper.organisation_id}
    assert elsewhere.organisation_id not in {row["団体の番号"] for row in rows}
    first = next(row for row in rows if row["団体の番号"] == yes.organisation_id)
    assert (first["代表電話"], first["メールアドレス"]) == ("045-111-1111", owner.email)
    assert "第9版" in first["同意した規約"]
    assert (first["答えた方"], first["届き方"]) == (str(owner), "このサイト")
    second = next(row for row in rows if row["団体の番号"] == on_paper.organisation_id)
    assert (second["答えた方"], second["届き方"], second["代表担当者"]) == ("会長 森", "電話で聞いた", "")


def test_a_yes_of_somebody_suspended_counts_again_once_they_are_back() -> None:
    reply, owner = asked()
    office = StaffFactory()
    answer(reply, owner)
    transitions.suspend_organisation(reply.organisation_id, message="確認のため", actor=office)
    assert list(export_rows(reply.reconfirmation)) == []
    transitions.reinstate_organisation(reply.organisation_id, actor=office)
    assert len(list(export_rows(reply.reconfirmation))) == 1


def test_the_list_is_taken_out_by_the_office_with_formulas_as_text(client: Client) -> None:
    reply, owner = asked(organisation__name="=HYPERLINK(1)")
    answer(reply, owner)
    address = reverse("admin:members_reconfirmation_export", args=[reply.reconfirmation_id])
    client.force_login(owner)
    assert client.post(address).status_code == 404
    client.force_login(StaffFactory())
    assert client.get(address).status_code == 405
    response = client.post(address)
    sheet = load_workbook(BytesIO(response.content)).active
    name = sheet.cell(row=2, column=2)
    assert (name.value, name.data_type, name.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    assert sheet.max_row == 2
    entry = Entry.objects.about(reply.reconfirmation).get(action="reconfirmation.exported")
    assert entry.codes == {"rows": 1}
    reader = StaffFactory(in_the_office=False)
    reader.user_permissions.set(Permission.objects.filter(codename="view_reconfirmation"))
    client.force_login(reader)
    assert client.post(address).status_code == 403
    page = client.get(reverse("admin:members_reconfirmation_change", args=[reply.reconfirmation_id]))
    assert page.status_code == 200
    assert address not in page.content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    campaign = ReconfirmationFactory(document=ConsentDocumentFactory())
    for count in (1, 3):
        while campaign.replies.count() < count:
            reply, owner = asked(reconfirmation=campaign)
            answer(reply, owner)
        with django_assert_num_queries(2):
            assert len(list(export_rows(campaign))) == count


# --- how far it is ---


def test_progress_counts_by_kind_and_area_and_leaves_out_who_left(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = ReconfirmationFactory()
    fujisawa = Municipality.objects.get(code="14205")
    ReconfirmationReplyFactory(reconfirmation=campaign, organisation__municipality=fujisawa, answer=CONTINUE)
    ReconfirmationReplyFactory(reconfirmation=campaign, organisation__municipality=fujisawa)
    ReconfirmationReplyFactory(reconfirmation=campaign, organisation__kind=OrganisationKind.COMPANY, answer=HOLD)
    ReconfirmationReplyFactory(
        reconfirmation=campaign, organisation=OrganisationFactory(state=OrganisationState.WITHDRAWN), answer=CONTINUE
    )
    with django_assert_num_queries(2):
        progress = progress_of(campaign)
    assert (progress.whole.total, progress.whole.silent, progress.whole.answered_percent) == (3, 1, 66)
    assert progress.left == 1
    assert {each.label: each.total for each in progress.kinds} == {"企業": 1, "NPO等": 2}
    assert {each.label: each.total for each in progress.regions} == {"湘南": 2, "神奈川県の外・登録なし": 1}
    assert [(each.label, each.silent) for each in progress.municipalities] == [("藤沢市", 1)]


def test_the_office_sees_figures_a_chart_and_whom_to_telephone(client: Client) -> None:
    client.force_login(StaffFactory())
    reply, owner = asked(organisation__phone="045-222-2222")
    html = client.get(reverse("admin:members_reconfirmation_change", args=[reply.reconfirmation_id])).content.decode()
    assert "<svg" in html
    assert "同意していないものとして扱います" in html
    answered = ReconfirmationReplyFactory(reconfirmation=reply.reconfirmation, answer=CONTINUE)
    silent = client.get(
        reverse("admin:members_reconfirmationreply_changelist"),
        {"reconfirmation__id__exact": str(reply.reconfirmation_id), "answer": "silent"},
    ).content.decode()
    assert "045-222-2222" in silent
    assert owner.name in silent
    assert answered.organisation.name not in silent


def test_what_was_asked_cannot_be_changed_afterwards(client: Client) -> None:
    client.force_login(StaffFactory())
    draft, running = ReconfirmationFactory(state=State.DRAFT), ReconfirmationFactory()
    address = "admin:members_reconfirmation_change"
    assert 'name="title"' in client.get(reverse(address, args=[draft.pk])).content.decode()
    assert 'name="title"' not in client.get(reverse(address, args=[running.pk])).content.decode()
    assert client.post(reverse(address, args=[running.pk]), {"title": "別の題"}).status_code == 403


def test_the_office_prepares_a_question(client: Client) -> None:
    office = StaffFactory()
    client.force_login(office)
    data = {
        "title": "継続の確認",
        "body": "続けますか。",
        "kinds": ["npo"],
        "deadline": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "remind_days_before": "２、１４日前、7",
    }
    address = reverse("admin:members_reconfirmation_add")
    assert client.post(address, {**data, "remind_days_before": "明日"}).status_code == 200
    assert client.post(address, {**data, "deadline": timezone.localdate().isoformat()}).status_code == 200
    assert client.post(address, data).status_code == 302
    campaign = Reconfirmation.objects.get()
    assert (campaign.created_by, campaign.remind_days_before, campaign.kinds) == (office, [14, 7, 2], ["npo"])
    preview = client.get(reverse("admin:members_reconfirmation_change", args=[campaign.pk])).content.decode()
    assert "続けますか。" in preview


# --- the organisation's page and what waits ---


def test_the_owner_answers_on_the_page_and_colleagues_look_on(client: Client) -> None:
    reply, owner = asked()
    editor = member_of(reply.organisation, AffiliationRole.EDITOR)
    address = reverse("members:reconfirm", args=[reply.organisation_id, reply.reconfirmation_id])
    client.force_login(editor)
    assert "代表担当者の方だけができます" in client.get(address).content.decode()
    assert client.post(address, {"answer": "continue"}).status_code == 403
    client.force_login(owner)
    assert client.post(address, {"answer": "perhaps"}).context["form"].errors
    client.post(address, {"answer": "leave", "note": ""})
    html = client.get(address).content.decode()
    assert reverse("members:withdraw", args=[reply.organisation_id]) in html
    reply.refresh_from_db()
    assert reply.answer == LEAVE


def test_after_closing_the_page_says_that_silence_was_no_consent(client: Client) -> None:
    reply, owner = asked()
    transitions.close_reconfirmation(reply.reconfirmation_id, actor=StaffFactory())
    client.force_login(owner)
    address = reverse("members:reconfirm", args=[reply.organisation_id, reply.reconfirmation_id])
    html = client.get(address).content.decode()
    assert "続けることに同意されなかったものとして扱います" in html
    assert 'name="answer"' not in html
    client.post(address, {"answer": "continue"})
    reply.refresh_from_db()
    assert reply.answer == ""


def test_a_question_that_is_being_prepared_is_nobodys_page(client: Client) -> None:
    reply, owner = asked(reconfirmation__state=State.DRAFT)
    client.force_login(owner)
    address = reverse("members:reconfirm", args=[reply.organisation_id, reply.reconfirmation_id])
    assert client.get(address).status_code == 404


def test_it_waits_on_the_home_of_those_concerned_with_its_last_day(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory()
    campaign = ReconfirmationFactory()
    for count in (1, 3):
        while Organisation.objects.of(user).count() < count:
            reply = ReconfirmationReplyFactory(reconfirmation=campaign)
            reply.organisation.members.add(user, through_defaults={"role": AffiliationRole.OWNER})
        with django_assert_num_queries(1):
            waiting = list(reconfirmations_waiting(user))
        assert [item.due for item in waiting] == [campaign.deadline] * count
    for reply in campaign.replies.all():
        answer(reply, user)
    assert list(reconfirmations_waiting(user)) == []


# --- newcomers, and two questions at once ---


def test_a_newcomer_is_told_why_it_is_asked_and_no_threat(client: Client) -> None:
    reply, owner = asked()
    opened = reply.reconfirmation.opened_at
    assert opened is not None
    address = reverse("members:reconfirm", args=[reply.organisation_id, reply.reconfirmation_id])
    client.force_login(owner)
    for days, newcomer in ((1, True), (-1, False)):
        Organisation.objects.filter(pk=reply.organisation_id).update(approved_at=opened + timedelta(days=days / 2))
        [item] = reconfirmations_waiting(owner)
        assert ("登録されたばかりですが" in item.detail) is newcomer
        assert ("続けないものとして" in item.detail) is not newcomer
        assert ("登録されたばかりですが" in client.get(address).content.decode()) is newcomer


def test_two_questions_at_once_are_told_apart_by_their_titles() -> None:
    reply, owner = asked(reconfirmation__title="春の確認")
    ReconfirmationReplyFactory(organisation=reply.organisation, reconfirmation__title="秋の確認")
    details = [item.detail for item in reconfirmations_waiting(owner)]
    assert sorted(detail.split("：")[0] for detail in details) == ["「春の確認」", "「秋の確認」"]


def test_progress_tells_newcomers_and_those_whom_nobody_can_answer_for_online(client: Client) -> None:
    campaign = ReconfirmationFactory()
    before, after = (campaign.opened_at + timedelta(hours=hours) for hours in (-1, 1))
    for approved_at in (before, after):
        reply, _ = asked(reconfirmation=campaign)
        Organisation.objects.filter(pk=reply.organisation_id).update(approved_at=approved_at)
    alone = ReconfirmationReplyFactory(reconfirmation=campaign)
    Organisation.objects.filter(pk=alone.organisation_id).update(approved_at=before)
    progress = progress_of(campaign)
    assert (progress.newcomers, progress.unreachable) == (1, 1)
    client.force_login(StaffFactory())
    page = client.get(reverse("admin:members_reconfirmation_change", args=[campaign.pk]))
    assert "確認を始めたあとに登録された団体：1団体" in page.content.decode()
    assert "代表担当者のいない団体：1団体" in page.content.decode()
    assert "kinds_shown" in page.context["adminform"].model_admin.get_fields(page.wsgi_request, campaign)
    assert page.context["adminform"].model_admin.kinds_shown(campaign) == "すべて"


def test_whoever_opens_a_second_question_is_warned_of_the_first(client: Client) -> None:
    client.force_login(StaffFactory())
    draft = ReconfirmationFactory(state=State.DRAFT, title="秋の確認")
    address = reverse("admin:members_reconfirmation_transition", args=[draft.pk, "open"])
    assert "ほかの確認が、まだ続いています" not in client.get(address).content.decode()
    ReconfirmationFactory(title="春の確認")
    page = client.get(address).content.decode()
    assert "ほかの確認が、まだ続いています" in page
    assert "「春の確認」" in page
