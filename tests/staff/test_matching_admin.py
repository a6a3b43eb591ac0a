"""Posts, changes to them, and introductions on the staff's desk."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matching.enums import Answer, IntroductionState, PostState, RevisionState
from matching.models import Participant, Post
from tests.factories.matching import (
    IbashoChangeFactory,
    IntroductionFactory,
    OfferFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
)
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.notifications.models import Notification
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db


def url(obj, page, *args):
    return reverse(f"admin:{obj._meta.label_lower.replace('.', '_')}_{page}", args=[obj.pk, *args])


def press(client, obj, name, **data):
    obj.refresh_from_db()
    return client.post(url(obj, "transition", name), {"seen": version_of(obj), **data}, follow=True)


def page(client, obj):
    return client.get(url(obj, "change")).content.decode()


class TestPosts:
    @pytest.mark.parametrize(
        ("before", "button", "form", "after"),
        [
            ("submitted", "publish", {}, PostState.PUBLISHED),
            ("submitted", "return", {"message": "いつごろかを書いてください。"}, PostState.RETURNED),
            ("published", "take_down", {"message": "終わった募集のため。"}, PostState.TAKEN_DOWN),
        ],
    )
    def test_each_button_does_what_it_says_and_tells_the_writers(self, client, staff, before, button, form, after):
        post = PostFactory(state=before)

        press(client, post, button, **form)

        post.refresh_from_db()
        assert post.state == after
        assert Notification.objects.filter(recipient=post.author).count() == 1

    def test_what_looks_like_somebodys_own_is_asked_about_once_more_before_it_is_published(self, client, staff):
        plain = PostFactory(state="submitted")
        post = PostFactory(state="submitted", body="090-1234-5678にお電話ください。", pointed_out=["phone"])
        own_page = url(post, "transition", "publish")

        assert f'<form method="post" action="{url(plain, "transition", "publish")}"' in page(client, plain)
        html = page(client, post)
        assert f'href="{own_page}"' in html
        assert f'action="{own_page}"' not in html

        asked = client.get(own_page).content.decode()
        assert "個人のことに見えるものがあります（「くわしい内容」に電話番号）" in asked
        assert '<mark title="電話番号">090-1234-5678</mark>' in asked
        post.refresh_from_db()
        assert post.state == PostState.SUBMITTED

        press(client, post, "publish")
        assert Post.objects.get(pk=post.pk).state == PostState.PUBLISHED

    def test_a_change_with_something_of_the_kind_is_asked_about_too(self, client, staff):
        revision = PostRevisionFactory(changes={"area_note": "担当：山田"}, pointed_out=["name"])
        own_page = url(revision, "transition", "accept")

        assert f'href="{own_page}"' in page(client, revision)
        assert '<mark title="人の名前">山田</mark>' in client.get(own_page).content.decode()

    @pytest.mark.parametrize("button", ["publish", "return", "take_down"])
    def test_a_button_does_nothing_in_another_state(self, client, staff, button):
        post = PostFactory(state="returned")

        response = press(client, post, button, message="理由")

        post.refresh_from_db()
        assert post.state == PostState.RETURNED
        assert "できません" in response.content.decode()

    def test_what_waits_stands_first_and_drafts_are_not_shown(self, client, staff):
        published, waiting = PostFactory(), PostFactory(state="submitted")
        draft = PostFactory(state="draft")

        rows = client.get(reverse("admin:matching_post_changelist")).context["cl"].result_list

        assert list(rows) == [waiting, published]
        assert client.get(url(draft, "change")).status_code == 302

    def test_the_page_shows_it_as_visitors_see_it_and_the_words_stay_their_writers(self, client, staff):
        post = PostFactory(state="submitted", title="車いすで入れる会場を", body="<b>太字</b>にはなりません。")

        shown = page(client, post)

        assert "車いすで入れる会場を" in shown
        assert "&lt;b&gt;太字&lt;/b&gt;" in shown
        assert 'name="title"' not in shown
        assert "保存する" not in shown

    def test_needs_without_a_partner_are_listed_for_themselves(self, client, staff):
        alone = PostFactory()
        IntroductionFactory(state="asked")
        declined = IntroductionFactory(state="declined").post
        OfferFactory()

        rows = client.get(reverse("admin:matching_post_changelist"), {"partner": "none"}).context["cl"].result_list

        assert {each.pk for each in rows} == {alone.pk, declined.pk}

    def test_a_waiting_change_is_marked_beside_what_is_published(self, client, staff):
        revision = PostRevisionFactory(post__title="平日の午後の部屋", changes={"title": "平日の夕方の部屋"})

        for shown in (page(client, revision.post), page(client, revision)):
            assert "<del" in shown
            assert "平日の午後の部屋</del>" in shown
            assert "平日の夕方の部屋</ins>" in shown


class TestRevisions:
    def test_an_accepted_change_is_what_the_post_says(self, client, staff):
        revision = PostRevisionFactory(changes={"title": "平日の夕方の部屋"})

        press(client, revision, "accept")

        revision.refresh_from_db()
        revision.post.refresh_from_db()
        assert (revision.state, revision.post.title) == (RevisionState.ACCEPTED, "平日の夕方の部屋")

    def test_a_refused_change_leaves_the_post_and_tells_why(self, client, staff):
        revision = PostRevisionFactory(post__title="平日の午後の部屋")

        press(client, revision, "refuse", message="住所は載せられません。")

        revision.refresh_from_db()
        revision.post.refresh_from_db()
        assert (revision.state, revision.staff_message) == (RevisionState.REFUSED, "住所は載せられません。")
        assert revision.post.title == "平日の午後の部屋"

    def test_what_staff_proposed_its_owner_decides(self, client, staff):
        revision = PostRevisionFactory(author=staff)

        assert "掲載に反映する" not in page(client, revision)
        assert "権限がありません" in press(client, revision, "accept").content.decode()
        revision.refresh_from_db()
        assert revision.state == RevisionState.PROPOSED


class TestIntroductions:
    @pytest.mark.parametrize(
        ("before", "button", "form", "after"),
        [
            ("proposed", "ask", {}, IntroductionState.ASKED),
            ("asked", "remind", {}, IntroductionState.ASKED),
            ("asked", "withdraw", {"note": "日程が合わないため。"}, IntroductionState.WITHDRAWN),
            ("agreed", "end_early", {"reason": "plans_changed", "note": ""}, IntroductionState.ENDED_EARLY),
            ("under_way", "end_early", {"reason": "plans_changed", "note": ""}, IntroductionState.ENDED_EARLY),
        ],
    )
    def test_each_button_does_what_it_says_and_tells_both_sides(self, client, staff, before, button, form, after):
        introduction = IntroductionFactory(state=before)

        press(client, introduction, button, **form)

        introduction.refresh_from_db()
        assert introduction.state == after
        told = set(Notification.objects.filter(recipient__is_staff=False).values_list("recipient", flat=True))
        people = {person.pk for side in introduction.participants.all() for person in side.organisation.acting_people()}
        assert told == people

    @pytest.mark.parametrize("button", ["ask", "remind", "withdraw", "end_early", "lapse"])
    def test_what_is_over_is_over(self, client, staff, button):
        introduction = IntroductionFactory(state="completed")

        response = press(client, introduction, button, note="", reason="plans_changed")

        introduction.refresh_from_db()
        assert introduction.state == IntroductionState.COMPLETED
        assert "できません" in response.content.decode()

    def test_it_lapses_only_once_its_last_day_is_past(self, client, staff):
        introduction = IntroductionFactory()

        assert "お返事なしで終える" not in page(client, introduction)
        introduction.respond_by = timezone.localdate() - timedelta(days=1)
        introduction.save(update_fields=["respond_by"])
        assert "お返事なしで終える" in page(client, introduction)
        press(client, introduction, "lapse")

        introduction.refresh_from_db()
        assert introduction.state == IntroductionState.LAPSED

    def test_an_answer_given_meanwhile_stops_the_decision(self, client, staff):
        introduction = IntroductionFactory()
        seen = version_of(introduction)
        introduction.save(update_fields=["updated_at"])

        response = client.post(url(introduction, "transition", "withdraw"), {"seen": seen, "note": ""}, follow=True)

        introduction.refresh_from_db()
        assert introduction.state == IntroductionState.ASKED
        assert "まだ何もしていません" in response.content.decode()

    def test_staff_read_who_answered_what_and_why_not(self, client, staff):
        introduction = IntroductionFactory(state="declined")
        side = introduction.participants.first()
        Participant.objects.filter(pk=side.pk).update(decline_note="引っ越しのため")

        shown = page(client, introduction)

        assert Answer.NO.label in shown
        assert "理由：今は時期が合わない。引っ越しのため" in shown

    def test_outcomes_and_ibasho_stand_on_its_page(self, client, staff):
        introduction = IntroductionFactory(state="under_way")
        IbashoChangeFactory(outcome=OutcomeFactory(introduction=introduction, story="8人で夕食を囲みました。"))

        shown = page(client, introduction)

        assert "8人で夕食を囲みました。" in shown
        assert "新しく開いた・月0日 → 4日・1回0人 → 8人" in shown


class TestConversation:
    @pytest.fixture
    def introduction(self):
        return IntroductionFactory(state="under_way")

    def write(self, client, introduction, **data):
        return client.post(
            reverse("admin:matching_introduction_write", args=[introduction.pk]),
            {"key": "k1", "speaker": "", "body": "", **data},
            follow=True,
        )

    def test_staff_read_it_with_what_was_sent(self, client, staff, introduction):
        conversation = Conversation.objects.about(introduction).get()
        side = introduction.participants.first()
        ConversationMessage.objects.create(
            conversation=conversation,
            author=side.organisation.people().first(),
            speaker=side.organisation.name,
            side=str(side.pk),
            body="火曜はいかがですか。<script>",
        )

        shown = page(client, introduction)

        assert "火曜はいかがですか。&lt;script&gt;" in shown
        assert "事務局として書く" in shown

    def test_staff_write_as_the_secretariat_and_both_sides_are_told(self, client, staff, introduction):
        picture = SimpleUploadedFile("annai.txt", b"plain", content_type="text/plain")

        refused = self.write(client, introduction, body="日程を相談しましょう。", files=picture)
        self.write(client, introduction, body="日程を相談しましょう。")

        assert refused.status_code == 422
        assert "日程を相談しましょう。" in refused.content.decode()
        message = ConversationMessage.objects.get(author=staff)
        assert message.is_secretariats
        assert Notification.objects.filter(recipient__is_staff=False).count() == 2

    def test_a_double_click_writes_once(self, client, staff, introduction):
        for _ in range(2):
            self.write(client, introduction, body="日程を相談しましょう。")

        assert ConversationMessage.objects.filter(author=staff).count() == 1

    def test_an_empty_message_is_asked_for_again(self, client, staff, introduction):
        response = self.write(client, introduction)

        assert response.status_code == 422
        assert "メッセージを書くか、ファイルを選んでください。" in response.content.decode()

    def test_a_closed_conversation_takes_nothing(self, client, staff):
        introduction = IntroductionFactory(state="ended_early")

        response = self.write(client, introduction, body="おつかれさまでした。")

        assert "いま書けません" in response.content.decode()
        assert not ConversationMessage.objects.filter(author=staff).exists()

    def test_looking_at_the_address_writes_nothing(self, client, staff, introduction):
        response = client.get(reverse("admin:matching_introduction_write", args=[introduction.pk]))

        assert response.headers["Location"].endswith("#talk")

    def test_staff_who_belong_to_a_side_still_write_as_the_secretariat(self, client):
        introduction = IntroductionFactory(state="under_way")
        person = member_of(introduction.participants.first().organisation, is_staff=True, is_superuser=True)
        client.force_login(person)

        self.write(client, introduction, body="日程を相談しましょう。")

        assert ConversationMessage.objects.get(author=person).is_secretariats

    def test_a_message_is_hidden_with_a_reason(self, client, staff, introduction):
        self.write(client, introduction, body="電話は045-000-0000です。")
        message = ConversationMessage.objects.get(author=staff)

        press(client, message, "hide", reason="電話番号が書かれていたため")

        message.refresh_from_db()
        assert message.is_hidden
        assert "045-000-0000" not in page(client, introduction)


class TestIntroducing:
    @pytest.fixture
    def need(self):
        return PostFactory(title="調理のできる部屋", quantity=10, unit="people", resource="place")

    @pytest.fixture
    def offer(self):
        return OfferFactory(title="休館日のモデルハウス", quantity=20, unit="people", resource="place")

    def introduce(self, client, post, other, message="お近くどうしです。"):
        address = f"{reverse('admin:matching_post_introduce', args=[post.pk])}?with={other.pk}"
        return client.post(address, {"message": message}, follow=True)

    def candidates(self, client, post, **query):
        response = client.get(reverse("admin:matching_post_introduce", args=[post.pk]), query)
        return [each.card.post for each in (*response.context["candidates"], *response.context["others"])]

    def test_same_resource_and_near_places_come_first(self, client, staff, need, offer):
        far = OfferFactory(resource="food", areas=["14382"])
        same_place = OfferFactory(resource="food", areas=need.areas)
        same_kind = OfferFactory(resource="place", areas=["14382"])

        assert self.candidates(client, need) == [offer, same_kind, same_place, far]

    def test_only_open_posts_of_others_that_are_not_being_asked_are_offered(self, client, staff, need, offer):
        OfferFactory(organisation=need.organisation)
        OfferFactory(state="paused")
        PostFactory()
        asked = IntroductionFactory(post=need).participants.get(side="offer").post
        declined = IntroductionFactory(post=need, state="declined").participants.get(side="offer").post
        lapsed = IntroductionFactory(post=need, state="lapsed").participants.get(side="offer").post

        found = self.candidates(client, need)

        assert set(found) == {offer, lapsed}
        assert not {asked, declined}.intersection(found)

    def test_the_days_of_the_week_count_and_who_has_waited_is_seen(self, client, staff, need, offer):
        other_days = OfferFactory(title=offer.title, quantity=20, unit="people", resource="place", weekdays=[0])
        same_days = OfferFactory(title=offer.title, quantity=20, unit="people", resource="place", weekdays=[5, 6])
        need.weekdays = [5]
        need.published_at = timezone.now() - timedelta(days=45)
        need.save(update_fields=["weekdays", "published_at"])

        found = self.candidates(client, need)
        assert found.index(same_days) < found.index(other_days)
        page = client.get(reverse("admin:matching_post_introduce", args=[same_days.pk])).content.decode()
        assert "45日お待ちです" in page
        assert "まだ一度もおつなぎできていません" in page

    def test_an_offer_finds_needs_in_the_same_way(self, client, staff, need, offer):
        assert self.candidates(client, offer) == [need]

    def test_what_nothing_speaks_for_stands_folded_below_or_is_found_by_words(self, client, staff, need, offer):
        weak = OfferFactory(title="遠くの畑の野菜", resource="food", areas=["14382"])
        page = client.get(reverse("admin:matching_post_introduce", args=[need.pk]))

        assert [each.card.post for each in page.context["candidates"]] == [offer]
        assert [each.card.post for each in page.context["others"]] == [weak]
        assert "そのほか" in page.content.decode()
        found = client.get(reverse("admin:matching_post_introduce", args=[need.pk]), {"q": "野菜"})
        assert [each.card.post for each in found.context["candidates"]] == [weak]
        assert not found.context["others"]

    def test_what_was_ticked_stays_so_when_other_words_are_searched_for(self, client, staff, need, offer):
        other = OfferFactory(title="遠くの畑の野菜", resource="food", areas=["14382"])
        query = {"post": need.pk, "q": "野菜", "candidate": [offer.pk, other.pk, "x", "9" * 30]}
        page = client.get(reverse("admin:matching_post_introduce", args=[need.pk]), query)

        assert page.context["ticked_elsewhere"] == [offer]
        html = page.content.decode()
        for each in (offer, other):
            assert f'name="candidate" value="{each.pk}" form="ask-several" checked' in html

    def test_a_long_list_stands_on_one_page(self, client, staff, need, offer, monkeypatch):
        from matching.admin import introducing

        monkeypatch.setattr(introducing, "MOST", 1)
        OfferFactory(title=offer.title, quantity=20, unit="people", resource="place")
        page = client.get(reverse("admin:matching_post_introduce", args=[need.pk]))

        assert (page.context["number"], len(page.context["candidates"]), page.context["others"]) == (2, 1, [])
        assert "合いそうな順に1件を出しています" in page.content.decode()

    def test_words_narrow_the_list(self, client, staff, need, offer):
        OfferFactory(title="大学生が手伝えます")

        assert self.candidates(client, need, q="モデルハウス") == [offer]

    def test_the_list_asks_no_more_for_three_than_for_one(self, client, staff, need, offer, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.candidates(client, need)
        with CaptureQueriesContext(connection) as one:
            self.candidates(client, need)
        OfferFactory(areas=["14382"])
        OfferFactory(areas=["14100"])
        with CaptureQueriesContext(connection) as three:
            self.candidates(client, need)

        assert len(three) == len(one)

    def test_both_are_seen_side_by_side_and_nobody_is_told_by_looking(self, client, staff, need, offer):
        address = reverse("admin:matching_post_introduce", args=[need.pk])

        shown = client.get(address, {"with": offer.pk}).content.decode()

        assert "10人に足りる（20人まで）" in shown
        assert "ご紹介します。" in shown
        assert not Notification.objects.exists()

    @pytest.mark.parametrize("turned", [False, True], ids=["from the need", "from the offer"])
    def test_one_press_proposes_the_pair_and_asks_both(self, client, staff, need, offer, turned):
        self.introduce(client, *((offer, need) if turned else (need, offer)))

        introduction = need.introductions.get()
        assert (introduction.state, introduction.proposed_by) == (IntroductionState.ASKED, staff)
        assert introduction.message == "お近くどうしです。"
        assert Notification.objects.filter(recipient__is_staff=False).count() == 2

    def test_a_second_press_makes_no_second_introduction(self, client, staff, need, offer):
        self.introduce(client, need, offer)
        response = self.introduce(client, need, offer, message="もう一度のことば")

        assert need.introductions.count() == 1
        assert response.status_code == 422
        assert "すでにおつなぎの途中です" in response.content.decode()
        assert "もう一度のことば" in response.content.decode()

    def test_without_words_nobody_is_asked(self, client, staff, need, offer):
        response = self.introduce(client, need, offer, message=" ")

        assert response.status_code == 422
        assert not need.introductions.exists()

    def test_a_post_that_closed_meanwhile_is_said_so(self, client, staff, need, offer):
        offer.state = PostState.CLOSED
        offer.save(update_fields=["state"])

        assert "今、受け付けていません" in self.introduce(client, need, offer).content.decode()
        assert not need.introductions.exists()

    def test_a_post_that_is_not_open_is_introduced_to_nobody(self, client, staff):
        waiting = PostFactory(state="submitted")

        response = client.get(reverse("admin:matching_post_introduce", args=[waiting.pk]), follow=True)

        assert "紹介できません" in response.content.decode()

    @pytest.mark.parametrize("wrong", ["x", "0", "²"])
    def test_a_partner_that_is_none_is_not_found(self, client, staff, need, wrong):
        assert client.get(reverse("admin:matching_post_introduce", args=[need.pk]), {"with": wrong}).status_code == 404

    def test_two_needs_are_no_pair(self, client, staff, need):
        other = PostFactory()

        assert self.introduce(client, need, other).status_code == 404

    def test_a_new_introduction_begins_with_choosing_two_and_leads_to_both_side_by_side(
        self, client, staff, need, offer
    ):
        address = reverse("admin:matching_introduction_add")

        response = client.get(address, {"need": need.pk, "offer": offer.pk})
        wrong = client.get(address, {"need": offer.pk, "offer": ""})

        assert response.headers["Location"] == (
            f"{reverse('admin:matching_post_introduce', args=[need.pk])}?with={offer.pk}"
        )
        assert "選んでください。" in wrong.content.decode()

    def test_the_boxes_offer_open_posts_of_their_direction(self, client, staff, need, offer):
        OfferFactory(state="closed", title="モデルハウスの別館")
        address = reverse("admin:autocomplete")
        asked = {"app_label": "matching", "model_name": "participant", "field_name": "post", "term": "モデルハウス"}

        found = client.get(address, {**asked, "direction": "offer"}).json()["results"]
        none = client.get(address, {**asked, "direction": "need"}).json()["results"]

        assert [each["text"] for each in found] == [f"休館日のモデルハウス（{offer.organisation.name}）"]
        assert none == []

    def test_members_and_staff_without_a_role_introduce_nobody(self, client, need, offer):
        client.force_login(member_of(OrganisationFactory()))
        assert self.introduce(client, need, offer).status_code == 404
        client.force_login(StaffFactory(in_the_office=False))
        assert self.introduce(client, need, offer).status_code == 403
        assert not need.introductions.exists()
