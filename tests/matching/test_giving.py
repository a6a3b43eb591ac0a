"""Giving what one can: how much is left, in which months, how many at once; keeping a post up; a polite no."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, IntroductionState, PostState
from matching.forms.introductions import POLITE_WORDS
from matching.giving import has_room, in_season, next_season, season_words, share_of, with_room
from matching.models import Introduction, Post
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import mail, told
from tomoiki.audit.actors import SCHEDULER
from tomoiki.audit.models import Entry
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def as_member(client: Client, post: Post) -> Client:
    client.force_login(somebody_of(post.organisation))
    return client


def respond(post: Post, **more: Any) -> Introduction:
    helper = OrganisationFactory()
    return transitions.respond_to_post(
        post.pk, on_behalf=helper, message="お願いします", actor=member_of(helper), **more
    )


# --- how much ---


def test_thirty_of_fifty_meals_are_settled_and_the_rest_stays_open(client: Client) -> None:
    post = OfferFactory(quantity=50, unit="meals")
    introduction = respond(post, quantity=30)
    transitions.answer_introduction(
        introduction.pk,
        participant=introduction.participants.get(post=post).pk,
        answer=Answer.YES,
        actor=somebody_of(post.organisation),
    )
    post.refresh_from_db()
    assert (post.state, post.quantity_taken, post.quantity_left) == (PostState.PUBLISHED, 30, 20)
    share = share_of(post)
    assert share is not None
    assert share.words == "50食のうち30食が決まりました。あと20食"
    assert share.percent == 60
    assert "50食のうち30食が決まりました。あと20食" in client.get(post.get_absolute_url()).content.decode()
    transitions.end_introduction_early(
        introduction.pk, on_behalf=post.organisation, reason="dates", actor=somebody_of(post.organisation)
    )
    post.refresh_from_db()
    assert (post.quantity_taken, share_of(post)) == (0, None)


@pytest.mark.parametrize(
    ("quantity", "taken", "percent"), [(1000, 1, 1), (1000, 999, 99), (3, 1, 33), (7, 7, 100), (2, 1, 50)]
)
def test_a_bar_is_never_full_or_empty_before_its_time(quantity: int, taken: int, percent: int) -> None:
    share = share_of(Post(quantity=quantity, quantity_taken=taken, unit="meals"))
    assert share is not None
    assert share.percent == percent


# --- when in the year ---


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([], ""),
        ([4, 5, 6, 7, 8, 9], "4月〜9月だけ"),
        ([12, 1, 2], "12月〜2月だけ"),
        ([4, 10], "4月・10月だけ"),
        ([7], "7月だけ"),
        ([1, 2, 6, 7, 12], "6月〜7月・12月〜2月だけ"),
        (list(range(1, 13)), ""),
    ],
)
def test_a_season_reads_as_people_say_it(months: list[int], words: str) -> None:
    assert season_words(months) == words


def test_out_of_its_months_a_post_rests_until_they_come_again() -> None:
    post = Post(season=[4, 5])
    assert in_season(post, date(2027, 4, 30))
    assert not in_season(post, date(2027, 6, 1))
    assert next_season(post, date(2027, 6, 1)) == date(2028, 4, 1)
    assert next_season(post, date(2027, 1, 15)) == date(2027, 4, 1)
    assert next_season(post, date(2027, 5, 1)) is None
    assert next_season(Post(), date(2027, 5, 1)) is None


def test_out_of_season_the_page_says_for_when_a_hand_is_raised(client: Client) -> None:
    this = timezone.localdate().month
    post = OfferFactory(season=[this % 12 + 1])
    html = as_member(client, PostFactory()).get(post.get_absolute_url()).content.decode()
    assert "いまは時期の外です" in html
    assert "手を挙げると、次の時期の相談になります" in html
    assert reverse("matching:respond", args=[post.pk]) in html


# --- how many at once ---


def test_no_more_talks_begin_than_the_owner_can_take_until_one_ends(client: Client) -> None:
    post = OfferFactory(quota=2)
    first, second = respond(post), respond(post)
    assert not has_room(post)
    with pytest.raises(TransitionError) as refusal:
        respond(post)
    assert refusal.value.code == "quota_full"
    assert Introduction.objects.count() == 2
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_introduction(need=PostFactory(), offer=post, message="", actor=StaffFactory())
    assert refusal.value.code == "quota_full"
    other = PostFactory()
    page = as_member(client, other).get(post.get_absolute_url())
    assert "いまは2件の話が進んでいるため" in page.content.decode()
    assert reverse("matching:respond", args=[post.pk]) not in page.content.decode()
    assert client.get(reverse("matching:respond", args=[post.pk])).status_code == 302
    transitions.withdraw_introduction(first.pk, actor=first.proposed_by)
    assert has_room(post)
    assert respond(post).state == IntroductionState.ASKED
    assert second.participants.count() == 2


def test_a_pair_that_waited_unasked_is_asked_only_where_there_is_room() -> None:
    post, staff = OfferFactory(quota=1), StaffFactory()
    prepared = transitions.propose_introduction(need=PostFactory(), offer=post, message="", actor=staff)
    # Nobody knows of it yet: it takes no place.
    assert has_room(post)
    respond(post)
    with pytest.raises(TransitionError) as refusal:
        transitions.ask_participants(prepared.pk, actor=staff)
    assert refusal.value.code == "quota_full"


def test_an_offer_that_one_brings_along_must_have_room_as_well() -> None:
    offer = OfferFactory(quota=1)
    respond(offer)
    with pytest.raises(TransitionError) as refusal:
        transitions.respond_to_post(
            PostFactory().pk,
            on_behalf=offer.organisation,
            message="",
            post=offer,
            actor=somebody_of(offer.organisation),
        )
    assert refusal.value.code == "quota_full"


@pytest.mark.parametrize("state", [IntroductionState.COMPLETED, IntroductionState.DECLINED, IntroductionState.LAPSED])
def test_what_is_over_takes_no_place(state: IntroductionState) -> None:
    post = OfferFactory(quota=1)
    IntroductionFactory(offer=post, state=state)
    assert has_room(post)


def test_one_question_tells_which_of_many_have_room(django_assert_num_queries: Any) -> None:
    full, free, unlimited = OfferFactory(quota=1), OfferFactory(quota=1), OfferFactory()
    IntroductionFactory(offer=full)
    with django_assert_num_queries(1):
        assert with_room([full, free, unlimited]) == [free, unlimited]


# --- keeping it up ---


def ending(**changes: Any) -> Post:
    return PostFactory(
        published_at=timezone.now() - timedelta(days=170), expires_at=timezone.now() + timedelta(days=10), **changes
    )


def renewal(post: Post) -> str:
    return reverse("matching:post_renewal", args=[post.pk])


def test_the_mail_leads_to_a_page_with_one_button_that_keeps_it_up(client: Client) -> None:
    post = ending()
    transitions.warn_of_expiry(post.pk, actor=SCHEDULER)
    assert renewal(post) in mail("matching_post_expiring_soon").text_body
    # Whoever is not logged in comes back here afterwards.
    answer = client.get(renewal(post))
    assert answer.status_code == 302
    assert renewal(post) in answer["Location"]
    page = as_member(client, post).get(renewal(post))
    html = page.content.decode()
    assert html.count("掲載をのばす</span></button>") == 1
    assert reverse("matching:post_confirm", args=[post.pk, "close"]) in html
    before = post.expires_at
    assert before is not None
    post.refresh_from_db()
    assert post.expires_at == before
    assert client.post(renewal(post)).status_code == 302
    post.refresh_from_db()
    assert post.expires_at is not None
    assert post.expires_at > before


def test_what_expired_goes_up_again_by_the_same_page(client: Client) -> None:
    post = PostFactory(state=PostState.EXPIRED)
    html = as_member(client, post).get(renewal(post)).content.decode()
    assert "もう一度載せますか" in html
    assert "何もしなくて大丈夫です" in html
    client.post(renewal(post))
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"available_until": date(2026, 1, 31), "state": PostState.EXPIRED}, "が過ぎているため"),
        ({"state": PostState.PAUSED}, "いまは「一時停止中」のため"),
        ({"quantity": 5, "quantity_taken": 5, "unit": "meals"}, "すべて決まっているため"),
    ],
)
def test_where_the_button_would_not_help_the_page_says_what_does(
    client: Client, changes: dict[str, Any], words: str
) -> None:
    post = PostFactory(**changes)
    html = as_member(client, post).get(renewal(post)).content.decode()
    assert words in html
    assert "掲載をのばす</span></button>" not in html
    before = post.state
    client.post(renewal(post))
    post.refresh_from_db()
    assert post.state == before


def test_a_post_whose_last_day_is_near_is_told_to_move_that_day(client: Client) -> None:
    until = timezone.localdate() + timedelta(days=10)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    post = PostFactory(available_until=until, expires_at=midnight + timedelta(days=11))
    assert "先に「いつまで」の日を直してください" in as_member(client, post).get(renewal(post)).content.decode()


def test_another_organisation_finds_no_such_page(client: Client) -> None:
    post = ending()
    assert as_member(client, PostFactory()).get(renewal(post)).status_code == 404
    assert client.post(renewal(post)).status_code == 404


# --- a polite no ---


def decline(introduction: Introduction, words: str = "") -> None:
    side = introduction.participants.get(post=introduction.post)
    transitions.answer_introduction(
        introduction.pk,
        participant=side.pk,
        answer=Answer.NO,
        reason="place",
        note="駅から遠いので",
        words=words,
        actor=somebody_of(side.organisation),
    )


def test_the_other_side_reads_the_words_and_never_the_reason(client: Client) -> None:
    introduction = IntroductionFactory()
    decline(introduction, "今回は見送らせてください。活動を応援しています。")
    other = introduction.participants.exclude(post=introduction.post).get()
    letter = mail("matching_introduction_declined")
    assert letter.recipient in set(other.organisation.acting_people())
    client.force_login(somebody_of(other.organisation))
    page = client.get(introduction.get_absolute_url()).content.decode()
    for text in (letter.text_body, letter.html_body, page):
        assert "今回は見送らせてください。活動を応援しています。" in text
        assert "駅から遠い" not in text
        assert "場所が遠い" not in text
        assert "place" not in letter.text_body


def test_the_form_offers_three_ready_sentences_and_takes_ones_own(client: Client) -> None:
    introduction = IntroductionFactory()
    side = introduction.participants.get(post=introduction.post)
    client.force_login(somebody_of(side.organisation))
    html = client.get(introduction.get_absolute_url()).content.decode()
    assert all(sentence in html for sentence in POLITE_WORDS)
    answer = {"participant": side.pk, "answer": "no", "reason": "dates", "ready_words": "1"}
    client.post(reverse("matching:answer", args=[introduction.pk]), answer)
    side.refresh_from_db()
    assert side.decline_words == POLITE_WORDS[1]
    second = IntroductionFactory()
    side = second.participants.get(post=second.post)
    client.force_login(somebody_of(side.organisation))
    client.post(
        reverse("matching:answer", args=[second.pk]),
        {**answer, "participant": side.pk, "words": "また秋にお話しさせてください。"},
    )
    side.refresh_from_db()
    assert side.decline_words == "また秋にお話しさせてください。"


def test_how_often_somebody_declined_is_told_to_nobody_else(client: Client) -> None:
    post = PostFactory()
    for _ in range(3):
        decline(IntroductionFactory(post=post), "今回は見送らせてください。")
    client.force_login(somebody_of(OfferFactory().organisation))
    for address in (post.get_absolute_url(), post.organisation.get_absolute_url(), reverse("matching:board")):
        html = client.get(address).content.decode()
        assert "見送" not in html


# --- what looks like somebody's own ---

OWN = "くわしくは担当の佐藤花子（090-1234-5678）までお電話ください。"


def submit(client: Client, post: Post, **data: str) -> Any:
    return client.post(reverse("matching:post_action", args=[post.pk, "submit"]), data, follow=True)


def test_it_is_marked_before_the_text_is_handed_in_and_handed_in_when_confirmed(client: Client) -> None:
    post = PostFactory(state=PostState.DRAFT, body=OWN)
    as_member(client, post)
    preview = client.get(reverse("matching:post_preview", args=[post.pk])).content.decode()
    assert '<mark title="電話番号">090-1234-5678</mark>' in preview
    assert '<mark title="人の名前">佐藤花子</mark>' in preview
    assert "このまま出す（公開してよいものです）" in preview
    page = submit(client, post)
    post.refresh_from_db()
    assert post.state == PostState.DRAFT
    assert "電話番号・人の名前" in page.content.decode()
    submit(client, post, may_be_public="on")
    post.refresh_from_db()
    assert (post.state, post.body, post.pointed_out) == (PostState.SUBMITTED, OWN, ["phone", "name"])
    entry = Entry.objects.about(post).get(action="post.submitted")
    assert entry.codes == {"confirmed_public": "phone,name"}
    assert "佐藤" not in str(entry.codes)


def test_staff_see_in_the_queue_that_it_was_confirmed(client: Client) -> None:
    post = PostFactory(state=PostState.DRAFT, body=OWN)
    transitions.submit_post(post.pk, actor=somebody_of(post.organisation), may_be_public=True)
    client.force_login(StaffFactory(is_superuser=True))
    assert "公開の確認あり（電話番号・人の名前）" in client.get(reverse("admin:index")).content.decode()
    page = client.get(reverse("admin:matching_post_change", args=[post.pk])).content.decode()
    assert '<mark title="人の名前">佐藤花子</mark>' in page


def test_a_text_without_anything_of_the_kind_is_handed_in_at_once(client: Client) -> None:
    post = PostFactory(state=PostState.DRAFT)
    submit(as_member(client, post), post)
    post.refresh_from_db()
    assert (post.state, post.pointed_out) == (PostState.SUBMITTED, [])
    assert Entry.objects.about(post).get(action="post.submitted").codes == {}


def test_a_change_is_looked_through_in_what_is_new_alone() -> None:
    post = PostFactory(body=OWN)
    owner = somebody_of(post.organisation)
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_revision(post.pk, changes={"area_note": "担当：山田"}, actor=owner)
    assert refusal.value.code == "personal_data"
    revision = transitions.propose_revision(
        post.pk, changes={"area_note": "担当：山田"}, actor=owner, may_be_public=True
    )
    assert revision.pointed_out == ["name"]
    other = PostFactory(body=OWN)
    assert not transitions.propose_revision(
        other.pk, changes={"area_note": "駅から3分"}, actor=somebody_of(other.organisation)
    ).pointed_out


def test_nobody_is_told_anything_by_what_was_refused() -> None:
    post = OfferFactory(quota=1)
    respond(post)
    before = len(told("matching_hand_raised"))
    with pytest.raises(TransitionError):
        respond(post)
    assert len(told("matching_hand_raised")) == before
