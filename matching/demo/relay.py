"""The demo's desks at work: needs of groups without an account, in every state, and what came by telephone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, Visibility
from matching.giving import has_room
from matching.models import Introduction, Post
from members.models import Organisation, RelayedGroup, User
from tomoiki.conversations import transitions as talk
from tomoiki.conversations.models import Conversation
from tomoiki.web.demo import DemoWorld, Story


@dataclass(frozen=True)
class Need:
    """What a group asks for, how far it comes, and whether it lets its name be read."""

    goal: str
    begins: float
    resource: str
    title: str
    body: str
    helper: str = "company"
    named: bool = True
    quantity: int | None = None
    unit: str = ""
    #: What it answers to the questions of its resource.
    answers: Mapping[str, Any] = field(default_factory=dict)


NEEDS = [
    Need(
        "waiting",
        9,
        "hands",
        "夏祭りのやぐらを組む人手が足りません",
        "毎年の夏祭りで、やぐらを組む人手が足りません。これまで組んできた方々が高齢になり、重い木材を運べなくなりました。\n\n"
        "朝8時から昼まで、10人くらいで組みます。道具と昼食は町内会で用意します。力仕事がむずかしい方には、飾りつけや"
        "受付をお願いしたいです。",
        quantity=10,
        unit="people",
        answers={"details": {"minors": "with_adult", "heavy": True, "provided": "道具、昼食", "insurance": "covered"}},
    ),
    Need(
        "asked",
        6,
        "transport",
        "月に一度の買い物に、車を出してくれる方",
        "バスの便が減り、店まで歩けない方が増えました。月に一度、5人ほどを乗せて、店まで往復してくださる方をさがしています。",
        named=False,
        answers={"details": {"loads": ["people"], "distance": 6, "driver": "with"}},
    ),
    Need(
        "answered",
        18,
        "goods",
        "ラジオ体操で使う、古くなったスピーカーのかわり",
        "夏休みのラジオ体操で使うスピーカーが、こわれてしまいました。使わなくなったものがあれば、ゆずってください。",
        quantity=1,
        unit="vehicles",
        answers={"carrying": "collected", "details": {"kinds": ["electronics"], "terms": "give", "condition": "good"}},
    ),
    Need(
        "told",
        35,
        "place",
        "雨の日にも集まれる、段差のない部屋",
        "毎週の体操の会を、公園で開いています。雨の日は中止になるため、15人ほどが集まれる部屋をさがしています。",
        quantity=15,
        unit="people",
        answers={"details": {"facilities": ["barrier_free"]}},
    ),
    Need(
        "declined",
        50,
        "skill",
        "会報の作り方を教えてくれる方",
        "会報を手書きで作っています。パソコンで作る方法を、少しずつ教えてもらえると助かります。",
        named=False,
        answers={"skills": ["it", "writing"], "details": {"hours_a_month": 2, "period": "months"}},
    ),
    Need(
        "completed",
        85,
        "food",
        "敬老の日のつどいに出す、おやつ",
        "敬老の日のつどいに、40人ほどが集まります。やわらかいおやつを分けてくださるところをさがしています。",
        quantity=40,
        unit="pieces",
        answers={"carrying": "no_means", "details": {"kinds": ["sweets"], "keeping": ["room"], "labelled": True}},
    ),
    Need("submitted", 1.5, "hands", "公園の落ち葉ひろいをする方", "秋の落ち葉が多く、手が足りません。"),
    Need("draft", 0.8, "goods", "防災倉庫に入れる、毛布", "古い毛布を入れかえたいと思っています。"),
]


def relay_stories(world: DemoWorld) -> Iterator[Story]:
    for number, need in enumerate(NEEDS):
        yield _need(world, need, number)
    yield _hand(world)


def _desk(world: DemoWorld, number: int) -> tuple[Organisation, RelayedGroup, User] | None:
    """A desk with its groups; those that visitors log in to come first."""
    groups: dict[int, list[RelayedGroup]] = world.made.get("groups", {})
    shown = world.made.get("shown", set())
    desks = sorted(groups, key=lambda pk: (pk not in shown, pk))
    if not desks:
        return None
    pk = desks[number % min(2, len(desks))]
    group = groups[pk][number % len(groups[pk])]
    return Organisation.objects.get(pk=pk), group, world.made["people"][pk]


def _need(world: DemoWorld, need: Need, number: int) -> Story:
    moment = world.days_before_end(need.begins)
    yield moment
    found = _desk(world, number)
    if found is None:
        return
    desk, group, person = found
    post = transitions.save_draft(None, data=_data(desk, group, need), on_behalf=desk, actor=person)
    if need.goal == "draft":
        return
    transitions.submit_post(post.pk, actor=person)
    if need.goal == "submitted":
        return
    moment = world.later(moment, days=(0.3, 1))
    yield moment
    transitions.publish_post(post.pk, actor=world.random.choice(world.made["staff"]))
    moment = world.later(moment, days=(0.5, 1.5))
    yield moment
    if need.goal == "waiting":
        _calls(post, person)
        return
    introduction = _answered(world, post, need)
    if introduction is None or need.goal == "asked":
        return
    moment = world.later(moment, days=(1, 2))
    yield moment
    side = introduction.participants.get(group=group)
    says_no = need.goal == "declined"
    transitions.record_offline_answer(
        introduction.pk,
        participant=side.pk,
        answer=Answer.NO if says_no else Answer.YES,
        reason="dates" if says_no else "",
        channel=world.random.choice(["phone", "fax", "meeting"]),
        received_on=timezone.localdate(),
        actor=person,
    )
    if says_no or need.goal == "answered":
        return
    moment = world.later(moment, days=(0.5, 1))
    yield moment
    transitions.tell_group(introduction.pk, participant=side.pk, actor=person)
    conversation = Conversation.objects.about(introduction).get()
    words = "町内の方が、とても喜んでおられました。日にちは、こちらから電話でうかがってお知らせします。"
    talk.write_message(conversation.pk, body=words, files=[], actor=person, on_behalf_key=str(side.pk))
    if need.goal == "told":
        return
    moment = world.later(moment, days=(8, 14))
    yield moment
    transitions.start_introduction(introduction.pk, on_behalf=desk, actor=person)
    for each in introduction.participants.select_related("organisation", "desk").order_by("pk"):
        moment = world.later(moment, days=(3, 8))
        yield moment
        transitions.report_outcome(
            introduction.pk,
            participant=each.pk,
            data={
                "result": "done",
                "story": "おやつを囲んで、昔の話がはずみました。",
                "quantity": 40,
                "unit": "pieces",
                "people_reached": 38,
                "again": "yes",
                "welcome": "very",
            },
            actor=world.made["people"][each.speaks.pk],
        )


def _data(desk: Organisation, group: RelayedGroup, need: Need) -> dict[str, Any]:
    today = timezone.localdate()
    weekend = today + timedelta(days=60 + (5 - (today + timedelta(days=60)).weekday()) % 7)
    day: date | None = weekend if need.goal == "waiting" else None
    return {
        "direction": Direction.NEED,
        "on_behalf_of": group,
        "group_agreed_by": "phone",
        "group_agreed_on": today,
        "group_named": need.named,
        "resource": need.resource,
        "title": need.title,
        "body": need.body,
        "themes": ["community"],
        "areas": [desk.municipality.code] if desk.municipality else [],
        "area_note": group.district,
        "available_from": day,
        "available_until": day,
        "time_from": time(8) if day else None,
        "time_until": time(12) if day else None,
        "quantity": need.quantity,
        "unit": need.unit,
        "visibility": Visibility.PUBLIC,
        **need.answers,
    }


def _calls(post: Post, person: User) -> None:
    """Two called after they had read the 回覧板; one of them has been called back."""
    today = timezone.localdate()
    first = transitions.record_offline_response(
        post.pk,
        who="山道 歩",
        contact="046-000-0000",
        words="大工をしていました。",
        channel="phone",
        received_on=today,
        actor=person,
    )
    transitions.settle_offline_response(first.pk, result="helped", actor=person)
    transitions.record_offline_response(
        post.pk,
        who="となり町の青年会",
        contact="046-000-0000",
        words="3人なら行けそうです。午前中だけでもよいですか。",
        channel="paper",
        received_on=today,
        actor=person,
    )


def _answered(world: DemoWorld, post: Post, need: Need) -> Introduction | None:
    people = world.made["people"]
    helpers = Organisation.objects.active().filter(kind=need.helper, pk__in=people).exclude(pk=post.organisation_id)
    found = list(helpers.order_by("pk"))
    if not found:
        return None
    shown = [each for each in found if each.pk in world.made.get("shown", set())]
    helper = shown[0] if shown and need.goal in {"asked", "told"} else world.random.choice(found)
    return transitions.respond_to_post(
        post.pk,
        on_behalf=helper,
        message="近くで仕事をしています。お力になれると思います。",
        quantity=post.quantity_left,
        actor=people[helper.pk],
    )


def _hand(world: DemoWorld) -> Story:
    """A desk raises the hand of one of its groups for something that is offered."""
    yield world.days_before_end(3)
    found = _desk(world, 1)
    if found is None:
        return
    desk, group, person = found
    offers = Post.objects.on_board().filter(direction=Direction.OFFER, organisation__in=world.made["people"])
    for offer in offers.exclude(organisation=desk).order_by("-published_at", "-pk"):
        if offer.quantity_left == 0 or not has_room(offer):
            continue
        transitions.respond_for_group(
            offer.pk,
            group=group,
            channel="phone",
            received_on=timezone.localdate(),
            message="会の集まりで使わせていただきたいそうです。くわしいことは、窓口でうかがいます。",
            actor=person,
        )
        return
