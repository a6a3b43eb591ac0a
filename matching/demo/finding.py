"""What people of the demo keep and look for, what they report, and how universities, banks and media come along."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, Resource, Visibility
from matching.enums.doors import ApproachKind, Purpose
from matching.enums.searches import SearchRhythm
from matching.models import Post
from matching.transitions.doors import BankClient
from matching.transitions.searches import keep_search
from members.models import Organisation, User
from tomoiki.conversations import transitions as conversations
from tomoiki.stories.models import Story as Told
from tomoiki.web.demo import DemoWorld, Story
from tomoiki.workflow import TransitionError

SEARCHES: tuple[tuple[str, str, dict[str, list[str]], SearchRhythm], ...] = (
    ("npo", "藤沢の近くで使える部屋", {"q": ["部屋"], "area": ["14205"], "nearby": ["on"]}, SearchRhythm.DAILY),
    ("kigyo", "食べものの困りごと", {"direction": ["need"], "resource": ["food"]}, SearchRhythm.AT_ONCE),
    ("daigaku", "子どもの居場所", {"q": ["子ども　居場所"]}, SearchRhythm.NEVER),
)


def stories(world: DemoWorld) -> Iterator[Story]:
    for who, name, conditions, rhythm in SEARCHES:
        yield _search(world, who, name, conditions, rhythm)
    for who in ("npo", "kigyo", "daigaku"):
        yield _favourites(world, who)
    yield _report(world, days=20, settled=True)
    yield _report(world, days=2, settled=False)
    yield _research(world)
    yield _interview(world)
    yield _passed_on(world)
    yield _media(world)


def _acting(who: str) -> tuple[User, Organisation] | None:
    """The account of the demo and the organisation for which it acts."""
    person = User.objects.filter(email=f"{who}@demo.example").first()
    organisation = Organisation.objects.able_to_act(person).order_by("pk").first() if person else None
    return (person, organisation) if person and organisation else None


def _needs(person: User, organisation: Organisation) -> list[Post]:
    """Public needs of others that are open, the newest first."""
    rows = Post.objects.on_board().visible_to(person).filter(direction=Direction.NEED, visibility=Visibility.PUBLIC)
    return list(rows.filter(on_behalf_of=None).exclude(organisation=organisation).order_by("-published_at", "-pk")[:40])


def _search(world: DemoWorld, who: str, name: str, conditions: dict[str, list[str]], rhythm: SearchRhythm) -> Story:
    yield world.days_before_end(world.random.uniform(15, 40))
    if (found := _acting(who)) is not None:
        keep_search(name=name, conditions=conditions, rhythm=rhythm, actor=found[0])


def _favourites(world: DemoWorld, who: str) -> Story:
    yield world.days_before_end(world.random.uniform(3, 9))
    if (found := _acting(who)) is None:
        return
    person, organisation = found
    rows = Post.objects.on_board().visible_to(person).exclude(organisation=organisation)
    newest = list(rows.order_by("-published_at", "-pk")[:30])
    for post in world.random.sample(newest, k=min(4, len(newest))):
        transitions.keep_favourite(post.pk, actor=person)


def _report(world: DemoWorld, *, days: float, settled: bool) -> Story:
    """Somebody wonders about a post; staff look, and leave it."""
    moment = world.days_before_end(days)
    yield moment
    if (found := _acting("daigaku" if settled else "npo")) is None:
        return
    person, organisation = found
    needs = _needs(person, organisation)
    if not needs:
        return
    voice = conversations.report(
        "post",
        needs[-1 if settled else 0].pk,
        reason="false",
        words="書いてある場所に、この集まりは見あたりませんでした。",
        key=sha256(str(person.pk).encode()).hexdigest(),
        actor=person,
    )
    if settled:
        yield world.later(moment, days=(0.5, 2))
        conversations.keep_reported(
            voice.report_id,
            note="電話で確かめた。先月、となりの建物に移っている。",
            answer="団体に確かめました。場所が変わったとのことで、書き直していただきます。",
            actor=world.random.choice(world.made["staff"]),
        )


def _comes(who: str, purpose: Purpose, message: str) -> tuple[Post, int] | None:
    """The first need that still takes answers; its owner is asked."""
    if (found := _acting(who)) is None:
        return None
    person, organisation = found
    for need in _needs(person, organisation):
        try:
            made = transitions.come_to_need(
                need.pk, purpose=purpose, on_behalf=organisation, message=message, actor=person
            )
        except TransitionError:
            # The two are talking already, or its owner has as many talks as it can take.
            continue
        return need, made.pk
    return None


def _research(world: DemoWorld) -> Story:
    moment = world.days_before_end(26)
    yield moment
    words = "地域福祉のゼミで、居場所に来る方の変わり方を調べています。月に一度、学生とうかがってお話を聞けますか。"
    if (made := _comes("daigaku", Purpose.RESEARCH, words)) is None:
        return
    need, introduction = made
    yield world.later(moment, days=(1, 3))
    owner = world.made["people"].get(need.organisation_id)
    side = need.participations.filter(introduction=introduction).first()
    if owner is not None and side is not None:
        transitions.answer_introduction(introduction, participant=side.pk, answer=Answer.YES, actor=owner)


def _interview(world: DemoWorld) -> Story:
    yield world.days_before_end(4)
    _comes(
        "media", Purpose.INTERVIEW, "「困ったときはお互いさま」という連載で、活動のようすを紹介できればと思っています。"
    )


def _passed_on(world: DemoWorld) -> Story:
    """A bank thinks of a client, who said on the telephone that it would like to hear of it."""
    yield world.days_before_end(11)
    bank, client = _acting("kinyu"), _acting("kigyo")
    if bank is None or client is None:
        return
    person, organisation = bank
    needs = [need for need in _needs(person, organisation) if need.organisation_id != client[1].pk]
    if not needs:
        return
    chosen = next((need for need in needs if need.resource == Resource.FOOD), needs[0])
    transitions.pass_need_on(
        chosen.pk,
        on_behalf=organisation,
        client=BankClient(client[1], "", "phone", timezone.localdate()),
        message="先日うかがった、売れ残りの商品のことで思い出しました。お力になれるかもしれません。",
        actor=person,
    )


def _media(world: DemoWorld) -> Iterator[datetime]:
    """A paper sends a word to the consortium and is answered; then it asks about a story that everybody reads."""
    moment = world.days_before_end(16)
    yield moment
    if (found := _acting("media")) is None:
        return
    person, organisation = found
    sent = transitions.inform_consortium(
        on_behalf=organisation, message="地域面の催し欄に、会員のみなさんの催しを無料で載せられます。", actor=person
    )
    moment = world.later(moment, days=(0.5, 2))
    yield moment
    transitions.settle_approach(
        sent.pk,
        result="used",
        answer="ありがとうございます。会員のみなさんにお知らせしました。",
        actor=world.random.choice(world.made["staff"]),
    )
    yield world.days_before_end(1)
    story = Told.objects.public().order_by("-published_at", "-pk").first()
    if story is not None:
        transitions.come_to_story(
            story.pk,
            kind=ApproachKind.INTERVIEW,
            on_behalf=organisation,
            message="記事にするために、関わった方にお話をうかがえますか。",
            deadline="月末の紙面",
            actor=person,
        )
