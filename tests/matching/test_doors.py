"""Doors for universities, banks and media: who may, what it uses up, who hears of it and who does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.candidates import needs_without_partner
from matching.enums import Answer, IntroductionState, PostState, Visibility
from matching.enums.doors import ApproachKind, ApproachState, Purpose
from matching.models import Approach, Introduction, Post
from matching.suggesting.profiles import suggestions_for
from matching.transitions.doors import BankClient
from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Organisation, Referral, User
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import told, trail
from tomoiki.notifications.models import Message, Notification
from tomoiki.stories.models import Story, StoryPartner
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def organisation(kind: OrganisationKind, **more: Any) -> Organisation:
    made: Organisation = OrganisationFactory(kind=kind, **more)
    return made


@pytest.fixture
def need() -> Post:
    post: Post = PostFactory(quantity=10, unit="people", quota=1)
    somebody_of(post.organisation)
    return post


@pytest.fixture
def university() -> Organisation:
    return organisation(OrganisationKind.UNIVERSITY)


@pytest.fixture
def medium() -> Organisation:
    return organisation(OrganisationKind.MEDIA)


@pytest.fixture
def bank() -> Organisation:
    return organisation(OrganisationKind.FINANCIAL)


def come(need: Post, purpose: Purpose, who: Organisation, actor: User | None = None) -> Introduction:
    return transitions.come_to_need(
        need.pk, purpose=purpose, on_behalf=who, message="お話をうかがえますか。", actor=actor or somebody_of(who)
    )


def agree(introduction: Introduction, need: Post) -> Introduction:
    side = introduction.participants.get(organisation=need.organisation)
    return transitions.answer_introduction(
        introduction.pk, participant=side.pk, answer=Answer.YES, actor=somebody_of(need.organisation)
    )


def story_of(partner: Organisation, *, published: bool = True) -> Story:
    now = timezone.now()
    story = Story.objects.create(
        title="空き教室が居場所になるまで",
        state="published" if published else "draft",
        organisation=partner,
        author=somebody_of(partner),
        asked_at=now if published else None,
        published_at=now if published else None,
    )
    StoryPartner.objects.create(
        story=story,
        organisation=partner,
        consent="yes" if published else "waiting",
        decided_at=now if published else None,
    )
    return story


# --- to a need ---


@pytest.mark.parametrize("purpose", [Purpose.RESEARCH, Purpose.INTERVIEW])
def test_what_is_not_for_help_uses_up_nothing_and_goes_on_beside_it(need: Post, purpose: Purpose) -> None:
    kind = OrganisationKind.UNIVERSITY if purpose == Purpose.RESEARCH else OrganisationKind.MEDIA
    who = organisation(kind)
    helper = OrganisationFactory()
    helping = transitions.respond_to_post(need.pk, on_behalf=helper, message="手伝います", actor=somebody_of(helper))
    introduction = come(need, purpose, who)
    assert agree(introduction, need).state == IntroductionState.AGREED
    need.refresh_from_db()
    assert (need.state, need.quantity_taken) == (PostState.PUBLISHED, 0)
    assert agree(helping, need).state == IntroductionState.AGREED
    need.refresh_from_db()
    assert need.quantity_taken == 10


def test_a_need_that_is_only_written_about_still_waits_for_help(need: Post, medium: Organisation) -> None:
    agree(come(need, Purpose.INTERVIEW, medium), need)
    assert need in needs_without_partner()


def test_who_asks_for_an_interview_still_waits_when_help_is_found(need: Post, medium: Organisation) -> None:
    interview = come(need, Purpose.INTERVIEW, medium)
    transitions.fulfil_post(need.pk, actor=somebody_of(need.organisation))
    interview.refresh_from_db()
    assert interview.state == IntroductionState.ASKED


def test_its_early_end_gives_nothing_back(need: Post, university: Organisation) -> None:
    introduction = agree(come(need, Purpose.RESEARCH, university), need)
    transitions.end_introduction_early(
        introduction.pk, on_behalf=need.organisation, reason="dates", note="", actor=somebody_of(need.organisation)
    )
    need.refresh_from_db()
    assert need.quantity_taken == 0


def test_the_same_door_is_used_once_and_help_may_be_offered_besides(need: Post, university: Organisation) -> None:
    come(need, Purpose.RESEARCH, university)
    with pytest.raises(TransitionError, match="すでに"):
        come(need, Purpose.RESEARCH, university)
    Post.objects.filter(pk=need.pk).update(quota=None)
    transitions.respond_to_post(need.pk, on_behalf=university, message="会場も貸せます", actor=somebody_of(university))
    assert Introduction.objects.count() == 2


def test_the_owner_reads_what_it_is_about(need: Post, medium: Organisation) -> None:
    come(need, Purpose.INTERVIEW, medium)
    assert "取材を希望" in Notification.objects.get(code="matching_hand_raised").subject


@pytest.mark.parametrize(
    ("purpose", "kind"),
    [
        (Purpose.RESEARCH, OrganisationKind.COMPANY),
        (Purpose.RESEARCH, OrganisationKind.MEDIA),
        (Purpose.INTERVIEW, OrganisationKind.UNIVERSITY),
    ],
)
def test_each_door_is_for_its_own_kind_of_organisation(need: Post, purpose: Purpose, kind: OrganisationKind) -> None:
    with pytest.raises(PermissionDenied):
        come(need, purpose, organisation(kind))


def test_a_viewer_comes_by_no_door(need: Post, university: Organisation) -> None:
    with pytest.raises(PermissionDenied):
        come(need, Purpose.RESEARCH, university, member_of(university, role=AffiliationRole.VIEWER))


# --- to a story ---


def test_media_ask_about_a_story_and_everybody_concerned_hears_of_it(medium: Organisation) -> None:
    staff = StaffFactory()
    partner = OrganisationFactory()
    story, owner = story_of(partner), somebody_of(partner)
    made = [
        transitions.come_to_story(
            story.pk,
            kind=ApproachKind.INTERVIEW,
            on_behalf=medium,
            message="夕方の番組で紹介したいです。",
            deadline="20日の午前",
            actor=somebody_of(medium),
            idempotency_key="once",
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert list(Approach.objects.waiting()) == [made[0]]
    assert told("matching_approach_waiting") == [staff]
    assert owner in told("matching_approach_to_story")
    transitions.settle_approach(made[0].pk, result="connected", answer="来週うかがえます。", actor=staff)
    assert told("matching_approach_answered") == [somebody_of(medium)]
    assert trail(made[0]) == [("approach.made", "", "waiting"), ("approach.settled", "waiting", "settled")]
    with pytest.raises(TransitionError):
        transitions.settle_approach(made[0].pk, result="connected", answer="", actor=staff)


def test_nobody_asks_about_a_story_that_is_not_public(medium: Organisation) -> None:
    story = story_of(OrganisationFactory(), published=False)
    with pytest.raises(TransitionError, match="公開されていません"):
        transitions.come_to_story(
            story.pk, kind=ApproachKind.INTERVIEW, on_behalf=medium, message="取材", actor=somebody_of(medium)
        )


def test_media_send_the_consortium_information(medium: Organisation, bank: Organisation) -> None:
    made = transitions.inform_consortium(on_behalf=medium, message="特集を組みます。", actor=somebody_of(medium))
    assert (made.kind, made.state) == (ApproachKind.INFORMATION, ApproachState.WAITING)
    with pytest.raises(PermissionDenied):
        transitions.inform_consortium(on_behalf=bank, message="特集", actor=somebody_of(bank))
    with pytest.raises(ValidationError):
        transitions.inform_consortium(on_behalf=medium, message=" ", actor=somebody_of(medium))


def test_only_staff_settle(medium: Organisation) -> None:
    made = transitions.inform_consortium(on_behalf=medium, message="特集", actor=somebody_of(medium))
    with pytest.raises(PermissionDenied):
        transitions.settle_approach(made.pk, result="used", answer="", actor=somebody_of(medium))
    with pytest.raises(ValidationError):
        transitions.settle_approach(made.pk, result="no such", answer="", actor=StaffFactory())


# --- banks and their clients ---


def client_of(**more: Any) -> BankClient:
    given: dict[str, Any] = {
        "client": None,
        "client_name": "架空工務店",
        "agreed_by": "phone",
        "agreed_on": timezone.localdate(),
        **more,
    }
    return BankClient(given["client"], given["client_name"], given["agreed_by"], given["agreed_on"])


def pass_on(need: Post, bank: Organisation, **more: Any) -> Approach:
    return transitions.pass_need_on(
        need.pk, on_behalf=bank, client=client_of(**more), message="倉庫が役立ちそうです。", actor=somebody_of(bank)
    )


def test_a_bank_passes_a_need_on_by_a_personal_link_and_names_nobody(need: Post, bank: Organisation) -> None:
    made = pass_on(need, bank)
    referral = Referral.objects.get()
    assert made.referral == referral
    assert referral.referrer == bank
    assert need.title in referral.message
    owner = somebody_of(need.organisation)
    assert told("matching_need_passed_on") == [owner]
    mails = Message.objects.filter(recipient=owner)
    assert mails.exists()
    assert not any("架空工務店" in mail.text_body for mail in mails)


def test_a_client_that_is_a_member_is_told_and_nobody_hears_whether_it_answers(need: Post, bank: Organisation) -> None:
    client = OrganisationFactory()
    person = somebody_of(client)
    made = pass_on(need, bank, client=client, client_name="")
    assert made.referral is None
    assert told("matching_need_for_client") == [person]
    assert made.state == ApproachState.PASSED
    assert not Approach.objects.waiting().exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreed_by": ""}, "agreed_by"),
        ({"agreed_on": None}, "agreed_on"),
        ({"agreed_on": timezone.localdate() + timedelta(days=2)}, "agreed_on"),
        ({"client_name": " "}, "client_name"),
    ],
)
def test_nothing_goes_to_a_client_who_has_not_agreed(
    need: Post, bank: Organisation, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        pass_on(need, bank, **wrong)
    assert field in refused.value.message_dict
    assert not Referral.objects.exists()


def test_what_members_alone_may_read_goes_to_members_alone(bank: Organisation) -> None:
    need = PostFactory(visibility=Visibility.MEMBERS)
    somebody_of(need.organisation)
    with pytest.raises(TransitionError, match="登録している団体にだけ"):
        pass_on(need, bank)
    assert pass_on(need, bank, client=OrganisationFactory(), client_name="").post == need


def test_neither_an_offer_nor_the_owner_nor_who_left_is_a_client(need: Post, bank: Organisation) -> None:
    offer = OfferFactory()
    with pytest.raises(TransitionError):
        pass_on(offer, bank)
    for client in (need.organisation, bank, OrganisationFactory(state=OrganisationState.SUSPENDED)):
        with pytest.raises(ValidationError):
            pass_on(need, bank, client=client, client_name="")


def test_a_bank_passes_a_story_on_and_its_partners_hear_so_and_not_to_whom(bank: Organisation) -> None:
    partner = OrganisationFactory()
    story, owner = story_of(partner), somebody_of(partner)
    member = OrganisationFactory()
    person = somebody_of(member)
    for client in (client_of(), client_of(client=member, client_name="")):
        transitions.pass_story_on(story.pk, on_behalf=bank, client=client, message="", actor=somebody_of(bank))
    assert told("matching_approach_to_story") == [owner, owner]
    assert told("matching_need_for_client") == [person]
    assert story.title in Referral.objects.get().message
    assert not any(member.name in each.text_body for each in Message.objects.filter(recipient=owner))
    with pytest.raises(PermissionDenied):
        transitions.pass_story_on(story.pk, on_behalf=member, client=client_of(), message="", actor=person)


def test_an_organisation_sends_no_more_than_so_many_a_day(medium: Organisation) -> None:
    for number in range(20):
        transitions.inform_consortium(on_behalf=medium, message=f"お知らせ{number}", actor=somebody_of(medium))
    with pytest.raises(TransitionError, match="1日に20件"):
        transitions.inform_consortium(on_behalf=medium, message="もうひとつ", actor=somebody_of(medium))


# --- pages ---


def test_each_sees_its_own_doors_on_a_need_and_others_none(client: Client, need: Post) -> None:
    words = {"university": "研究に関わると伝える", "media": "取材を申し込む", "financial": "取引先に紹介する"}
    for kind in ("university", "media", "financial", "company"):
        client.force_login(somebody_of(organisation(OrganisationKind(kind))))
        html = client.get(need.get_absolute_url()).content.decode()
        assert {each for each, text in words.items() if text in html} == ({kind} & set(words))
        for door, whose in (("research", "university"), ("interview", "media"), ("pass-on", "financial")):
            status = client.get(reverse("matching:need_door", args=[need.pk, door])).status_code
            assert status == (200 if kind == whose else 404)


def test_a_story_has_its_own_door_for_each(client: Client) -> None:
    story = story_of(OrganisationFactory())
    words = {"university": "研究に関わると伝える", "media": "取材を申し込む", "financial": "取引先に紹介する"}
    assert not any(text in client.get(story.get_absolute_url()).content.decode() for text in words.values())
    for kind in ("university", "media", "financial"):
        client.force_login(somebody_of(organisation(OrganisationKind(kind))))
        html = client.get(story.get_absolute_url()).content.decode()
        assert {each for each, text in words.items() if text in html} == ({kind} & set(words))
        assert client.get(reverse("matching:story_door", args=[story.pk, "interview"])).status_code == (
            200 if kind == "media" else 404
        )


def test_a_form_becomes_an_introduction(client: Client, need: Post, university: Organisation) -> None:
    client.force_login(somebody_of(university))
    url = reverse("matching:need_door", args=[need.pk, "research"])
    html = client.post(url, {"on_behalf": university.pk, "message": ""}).content.decode()
    assert "内容" in html
    answer = client.post(url, {"on_behalf": university.pk, "message": "学生と調べたいです"})
    introduction = Introduction.objects.get()
    assert answer["Location"] == introduction.get_absolute_url()
    assert introduction.purpose == Purpose.RESEARCH
    assert client.get(answer["Location"]).status_code == 200


def test_a_bank_gets_the_link_to_hand_over(client: Client, need: Post, bank: Organisation) -> None:
    client.force_login(somebody_of(bank))
    url = reverse("matching:need_door", args=[need.pk, "pass-on"])
    wrong = client.post(url, {"on_behalf": bank.pk, "client": "どこにもない団体"}).content.decode()
    assert "登録されていません" in wrong
    assert "どこにもない団体" in wrong
    answer = client.post(
        url,
        {
            "on_behalf": bank.pk,
            "client_name": "架空工務店",
            "agreed_by": "phone",
            "agreed_on": timezone.localdate().isoformat(),
        },
        follow=True,
    )
    assert Referral.objects.get().token in answer.content.decode()


def passed(browser: Client, need: Post, bank: Organisation, **given: str) -> Any:
    browser.force_login(somebody_of(bank))
    words = {"on_behalf": bank.pk, "agreed_by": "phone", "agreed_on": timezone.localdate().isoformat(), **given}
    return browser.post(reverse("matching:need_door", args=[need.pk, "pass-on"]), words)


@pytest.mark.parametrize("typed", ["みどりベーカリー", "株式会社みどりベーカリー", "ミドリベーカリー㈱"])
def test_a_client_is_found_by_its_name_however_it_is_written(
    client: Client, need: Post, bank: Organisation, typed: str
) -> None:
    baker = OrganisationFactory(name="株式会社みどりベーカリー")
    assert passed(client, need, bank, client=typed).status_code == 302
    assert Approach.objects.get().client == baker


def test_of_several_or_none_of_a_name_close_ones_are_named(client: Client, need: Post, bank: Organisation) -> None:
    for name in ("株式会社みどりベーカリー", "有限会社みどりベーカリー", "あおぞら商店"):
        OrganisationFactory(name=name)
    OrganisationFactory(name="みどりベーカリー本店", state=OrganisationState.SUSPENDED)
    html = passed(client, need, bank, client="みどりベーカリー").content.decode()
    assert "同じ名前の団体がいくつかあります：有限会社みどりベーカリー、株式会社みどりベーカリー。" in html or (
        "同じ名前の団体がいくつかあります：株式会社みどりベーカリー、有限会社みどりベーカリー。" in html
    )
    html = passed(client, need, bank, client="みどりベーカリ").content.decode()
    assert "近い名前の団体：" in html
    assert "あおぞら商店" not in html
    assert "本店" not in html
    assert not Approach.objects.exists()
    assert passed(client, need, bank, client="有限会社みどりベーカリー").status_code == 302


def test_what_only_members_read_is_passed_on_to_members_alone(client: Client, need: Post, bank: Organisation) -> None:
    need.visibility = Visibility.MEMBERS
    need.save(update_fields=["visibility"])
    html = passed(client, need, bank, client_name="架空工務店").content.decode()
    assert 'name="client_name"' not in html
    assert "登録している団体にだけ紹介できます" in html
    assert "紹介する団体の名前を入力してください" in html
    assert passed(client, need, bank, client=OrganisationFactory().name).status_code == 302


def test_ones_own_approaches_are_listed_with_the_offices_answer(client: Client, medium: Organisation) -> None:
    made = transitions.inform_consortium(on_behalf=medium, message="特集を組みます", actor=somebody_of(medium))
    transitions.settle_approach(made.pk, result="used", answer="次号に載せます", actor=StaffFactory())
    client.force_login(somebody_of(medium))
    html = client.get(reverse("matching:approaches")).content.decode()
    assert "特集を組みます" in html
    assert "次号に載せます" in html
    client.force_login(somebody_of(OrganisationFactory()))
    assert "特集を組みます" not in client.get(reverse("matching:approaches")).content.decode()


def test_a_number_said_to_an_interview_takes_and_gives_back_nothing(need: Post, medium: Organisation) -> None:
    Post.objects.filter(pk=need.pk).update(quantity_taken=4)
    introduction = come(need, Purpose.INTERVIEW, medium)
    side = introduction.participants.get(organisation=need.organisation)
    owner = somebody_of(need.organisation)
    transitions.answer_introduction(introduction.pk, participant=side.pk, answer=Answer.YES, quantity=3, actor=owner)
    transitions.end_introduction_early(introduction.pk, on_behalf=need.organisation, reason="dates", actor=owner)
    need.refresh_from_db()
    assert need.quantity_taken == 4


def test_an_interview_on_its_way_keeps_nobody_from_proposing_help(need: Post, medium: Organisation) -> None:
    come(need, Purpose.INTERVIEW, medium)
    offer = OfferFactory()
    introduction = transitions.accept_proposed_pair(need=need, offer=offer, message="", actor=StaffFactory())
    assert introduction.purpose == Purpose.HELP


def test_an_interview_or_research_leaves_a_need_among_those_proposed_to_the_organisation(
    need: Post, medium: Organisation
) -> None:
    Post.objects.filter(pk=need.pk).update(resource="publicity")
    reader = somebody_of(medium)
    assert [each.post for each in suggestions_for(medium, reader, 3)] == [need]
    come(need, Purpose.INTERVIEW, medium)
    assert [each.post for each in suggestions_for(medium, reader, 3)] == [need]
