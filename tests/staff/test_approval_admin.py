"""The office's desk for applications: the queue, doubles side by side, the next one, merging and taking it back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import Direction
from members import transitions
from members.enums import OrganisationState
from members.models import Merge, Organisation, User
from tests.factories.matching import PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db

QUEUE = "admin:members_organisation_queue"
NOTE = "電話で、同じ団体と確かめました。"


def waiting(**fields: object) -> Organisation:
    return OrganisationFactory(**{"state": "applied", "phone": "", **fields})


def read(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def change(organisation: Organisation) -> str:
    return reverse("admin:members_organisation_change", args=[organisation.pk])


def merge_url(winner: Organisation, loser: Organisation | None = None) -> str:
    url = reverse("admin:members_organisation_merge", args=[winner.pk])
    return f"{url}?with={loser.pk}" if loser else url


def form(winner: Organisation, loser: Organisation, note: str = NOTE) -> dict[str, str]:
    winner.refresh_from_db()
    loser.refresh_from_db()
    return {"note": note, "seen_winner": version_of(winner), "seen_loser": version_of(loser)}


class TestQueue:
    def test_the_longest_waiting_stand_first_with_what_there_is_to_notice(self, client: Client, staff: User) -> None:
        OrganisationFactory(name="はれのひ食品")
        late = waiting(name="ずっと待つ会", applied_at=timezone.now() - timedelta(days=20))
        waiting(name="株式会社はれのひ食品", applied_at=timezone.now() - timedelta(days=1))
        waiting(name="学校の会", kind="other", kind_other="学校法人")
        again = waiting(name="直した会")
        for number in (1, 2):
            again.rounds.create(number=number, data={"name": "直した会"})
        shown = read(client, reverse(QUEUE))
        assert shown.index("ずっと待つ会") < shown.index("株式会社はれのひ食品") < shown.index("学校の会")
        assert shown.count("過ぎています") == 1
        assert "同じ名前・1件" in shown
        assert "種類の確認が必要" in shown
        assert "直して再申込み（2回目）" in shown
        assert change(late) in shown

    def test_without_applications_it_says_what_will_come(self, client: Client, staff: User) -> None:
        assert "待っているお申込みはありません" in read(client, reverse(QUEUE))

    def test_three_cost_as_much_as_one(self, client: Client, staff: User) -> None:
        def fill() -> None:
            OrganisationFactory(name="はれのひ食品", phone="045-123-4567")
            member_of(waiting(name="株式会社はれのひ食品", phone="0451234567"))

        fill()
        read(client, reverse(QUEUE))
        with CaptureQueriesContext(connection) as one:
            read(client, reverse(QUEUE))
        fill()
        fill()
        with CaptureQueriesContext(connection) as three:
            read(client, reverse(QUEUE))
        assert len(three) == len(one)

    def test_the_start_page_leads_there(self, client: Client, staff: User) -> None:
        waiting()
        shown = read(client, reverse("admin:index"))
        assert reverse(QUEUE) in shown
        assert "担当者になりたい方" in shown


class TestDeciding:
    def decide(self, client: Client, organisation: Organisation, verb: str = "approve", **data: str) -> str:
        url = reverse("admin:members_organisation_transition", args=[organisation.pk, verb])
        response = client.post(url, {"seen": version_of(organisation), **data})
        assert response.status_code == 302
        return response.headers["Location"]

    def test_a_decision_leads_on_to_the_next_application(self, client: Client, staff: User) -> None:
        first = waiting(applied_at=timezone.now() - timedelta(days=2))
        second = waiting(name="次に待つ会")
        target = self.decide(client, first)
        shown = read(client, target)
        assert "次の申込みを開く" in shown
        assert change(second) in shown
        self.decide(client, second, "return", message="活動の場所を教えてください。")
        assert "待っているお申込みは、もうありません" in read(client, target)

    def test_elsewhere_nobody_is_sent_on(self, client: Client, staff: User) -> None:
        waiting()
        assert "次の申込みを開く" not in read(client, change(OrganisationFactory()))

    def test_who_comes_second_is_told_that_a_colleague_was_first(self, client: Client, staff: User) -> None:
        organisation = waiting()
        seen = version_of(organisation)
        transitions.approve_organisation(organisation.pk, actor=StaffFactory())
        url = reverse("admin:members_organisation_transition", args=[organisation.pk, "return"])
        response = client.post(url, {"seen": seen, "message": "場所を教えてください。"}, follow=True)
        assert "ほかの人が先に手続きをした可能性があります" in response.content.decode()
        organisation.refresh_from_db()
        assert organisation.state == OrganisationState.APPROVED

    def test_likely_doubles_stand_beside_the_application(self, client: Client, staff: User) -> None:
        double = OrganisationFactory(name="ひなたの庭", address="大船1丁目")
        organisation = waiting(name="NPO法人ひなたの庭", address="大船2丁目")
        shown = read(client, change(organisation))
        assert "団体名が同じです" in shown
        assert "大船1丁目" in shown
        assert "大船2丁目" in shown
        # Who came first remains.
        assert merge_url(double, organisation) in shown

    def test_a_line_of_the_roster_is_named(self, client: Client, staff: User) -> None:
        OrganisationFactory(name="ひなたの庭", imported_at=timezone.now(), roster_key="A-1")
        shown = read(client, change(waiting(name="ひなたの庭")))
        assert "名簿の団体・担当者はまだいません" in shown

    def test_the_rounds_are_shown_with_what_changed(self, client: Client, staff: User) -> None:
        organisation = waiting()
        organisation.rounds.create(
            number=1,
            data={"name": "前の名前"},
            decision="returned",
            message="お名前を確かめてください。",
            decided_at=timezone.now(),
        )
        organisation.rounds.create(number=2, data={"name": "新しい名前"})
        shown = read(client, change(organisation))
        assert "お名前を確かめてください。" in shown
        assert '<del class="as-written">前の名前</del>' in shown
        assert '<ins class="as-written">新しい名前</ins>' in shown


class TestMerging:
    def test_the_other_one_is_found_by_name_or_number(self, client: Client, staff: User) -> None:
        winner = OrganisationFactory(name="ひなたの庭")
        other = OrganisationFactory(name="みなとの会", corporate_number="5835678256246", phone="")
        OrganisationFactory(name="みなとの会（下書き）", state="draft", phone="")
        for words in ("みなとの会", "5835678256246"):
            shown = read(client, f"{merge_url(winner)}?q={words}")
            assert merge_url(winner, other) in shown
            assert "下書き" not in shown
        assert "当てはまる団体はありません" in read(client, f"{merge_url(winner)}?q=どこにもない")

    def test_the_page_shows_what_will_happen_and_does_it(self, client: Client, staff: User) -> None:
        winner, loser = (
            OrganisationFactory(name="残る会", website=""),
            OrganisationFactory(website="https://a.example/"),
        )
        PostFactory(organisation=loser, direction=Direction.NEED)
        person = member_of(loser, name="見本 花子")
        shown = read(client, merge_url(winner, loser))
        assert person.email in shown
        assert "空欄に、まとめられる登録の内容が入ります" in shown
        assert not Merge.objects.exists()
        response = client.post(merge_url(winner, loser), form(winner, loser))
        assert response.headers["Location"] == change(winner)
        shown = read(client, change(winner))
        assert "あと30日は元に戻せます" in shown
        assert reverse("admin:members_organisation_history", args=[loser.pk]) in read(
            client, reverse("admin:members_organisation_history", args=[winner.pk])
        )
        assert "別の登録にまとめられました" in read(
            client, reverse("admin:members_organisation_history", args=[loser.pk])
        )

    def test_a_reason_is_asked_for(self, client: Client, staff: User) -> None:
        winner, loser = OrganisationFactory(), OrganisationFactory()
        response = client.post(merge_url(winner, loser), form(winner, loser, note=""))
        assert response.status_code == 422
        assert not Merge.objects.exists()

    def test_what_changed_since_the_page_was_opened_is_looked_at_again(self, client: Client, staff: User) -> None:
        winner, loser = OrganisationFactory(), OrganisationFactory()
        stale = form(winner, loser)
        transitions.update_profile(loser.pk, data={"description": "あたらしい紹介"}, actor=StaffFactory())
        response = client.post(merge_url(winner, loser), stale)
        assert response.status_code == 422
        assert "まだまとめていません" in response.content.decode()
        assert not Merge.objects.exists()
        # What stands there now was seen with this answer.
        assert version_of(Organisation.objects.get(pk=loser.pk)) in response.content.decode()

    def test_what_cannot_be_is_explained_and_has_no_button(self, client: Client, staff: User) -> None:
        approved, applied = OrganisationFactory(), waiting()
        shown = read(client, merge_url(applied, approved))
        assert "残す団体を入れかえてください" in shown
        assert "一つにまとめる</button>" not in shown
        response = client.post(merge_url(applied, approved), form(applied, approved))
        assert response.status_code == 422
        assert not Merge.objects.exists()

    def test_a_colleague_who_did_it_a_moment_ago_is_named(self, client: Client, staff: User) -> None:
        winner, loser = OrganisationFactory(), OrganisationFactory()
        transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=StaffFactory())
        response = client.post(merge_url(winner, loser), form(winner, loser))
        assert response.status_code == 422
        assert "もう別の団体とまとめられています" in response.content.decode()

    @pytest.mark.parametrize("name", ["add_merge", "view_organisation"])
    def test_without_the_right_there_is_no_way(self, client: Client, name: str) -> None:
        person = StaffFactory(in_the_office=False)
        person.user_permissions.add(
            *Permission.objects.filter(codename__in={"add_merge", "view_organisation"} - {name})
        )
        client.force_login(person)
        winner, loser = OrganisationFactory(), OrganisationFactory()
        assert client.get(merge_url(winner, loser)).status_code == 403
        assert client.post(merge_url(winner, loser), form(winner, loser)).status_code == 403

    @pytest.mark.parametrize("wanted", ["0", "abc", "999999999"])
    def test_an_address_that_names_nobody_is_not_there(self, client: Client, staff: User, wanted: str) -> None:
        assert client.get(f"{merge_url(OrganisationFactory())}?with={wanted}").status_code == 404

    def test_a_preview_costs_the_same_for_much_as_for_little(self, client: Client, staff: User) -> None:
        winner, loser = OrganisationFactory(), OrganisationFactory()
        PostFactory(organisation=loser)
        read(client, merge_url(winner, loser))
        with CaptureQueriesContext(connection) as little:
            read(client, merge_url(winner, loser))
        for _ in range(3):
            PostFactory(organisation=loser)
            AffiliationFactory(organisation=loser)
        with CaptureQueriesContext(connection) as much:
            read(client, merge_url(winner, loser))
        assert len(much) == len(little)


class TestUndoing:
    def merged(self) -> Merge:
        winner, loser = OrganisationFactory(name="残った会"), OrganisationFactory(name="元の会")
        PostFactory(organisation=loser)
        return transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=StaffFactory())

    def undo_url(self, merge: Merge) -> str:
        return reverse("admin:members_merge_transition", args=[merge.pk, "undo"])

    def test_the_list_tells_how_long_each_may_be_taken_back(self, client: Client, staff: User) -> None:
        merge = self.merged()
        assert "あと30日は元に戻せます" in read(client, reverse("admin:members_merge_changelist"))
        Merge.objects.update(undo_until=timezone.now())
        assert "元に戻せます" not in read(client, reverse("admin:members_merge_changelist"))
        shown = read(client, reverse("admin:members_merge_change", args=[merge.pk]))
        assert self.undo_url(merge) not in shown

    def test_a_button_asks_once_more_and_takes_it_back(self, client: Client, staff: User) -> None:
        merge = self.merged()
        assert self.undo_url(merge) in read(client, reverse("admin:members_merge_change", args=[merge.pk]))
        assert "困りごと・できること" in read(client, self.undo_url(merge))
        response = client.post(self.undo_url(merge), {"seen": version_of(merge)}, follow=True)
        assert "元の二つの団体に戻し" in response.content.decode()
        merge.refresh_from_db()
        assert merge.undone_by == staff
        response = client.post(self.undo_url(merge), {"seen": version_of(merge)}, follow=True)
        assert "もう元に戻されています" in response.content.decode()

    def test_without_the_right_there_is_no_button(self, client: Client) -> None:
        merge = self.merged()
        person = StaffFactory(in_the_office=False)
        person.user_permissions.add(Permission.objects.get(codename="view_merge"))
        client.force_login(person)
        assert self.undo_url(merge) not in read(client, reverse("admin:members_merge_change", args=[merge.pk]))
        assert client.post(self.undo_url(merge), {"seen": version_of(merge)}).status_code == 403

    def test_three_cost_as_much_as_one(self, client: Client, staff: User) -> None:
        self.merged()
        url = reverse("admin:members_merge_changelist")
        read(client, url)
        with CaptureQueriesContext(connection) as one:
            read(client, url)
        self.merged()
        self.merged()
        with CaptureQueriesContext(connection) as three:
            read(client, url)
        assert len(three) == len(one)


class TestOldLinks:
    def test_the_page_of_a_merged_organisation_leads_to_the_other(self, client: Client) -> None:
        winner, loser = OrganisationFactory(), OrganisationFactory()
        editor = member_of(loser)
        transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=StaffFactory())
        response = client.get(loser.get_absolute_url())
        assert (response.status_code, response.headers["Location"]) == (302, winner.get_absolute_url())
        client.force_login(editor)
        response = client.get(reverse("members:people", args=[loser.pk]))
        assert response.headers["Location"] == reverse("members:people", args=[winner.pk])

    def test_it_leads_to_nobody_whom_the_visitor_may_not_see(self, client: Client) -> None:
        winner, loser = OrganisationFactory(listed_publicly=False), OrganisationFactory()
        transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=StaffFactory())
        assert client.get(loser.get_absolute_url()).status_code == 404

    def test_a_stranger_learns_nothing_from_pages_of_the_people(self, client: Client) -> None:
        winner, loser = OrganisationFactory(), OrganisationFactory()
        transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=StaffFactory())
        client.force_login(UserFactory())
        assert client.get(reverse("members:people", args=[loser.pk]), follow=True).status_code == 404
        assert client.post(reverse("members:withdraw", args=[loser.pk])).status_code == 404
