"""Introductions of the NPO in every state, made through the transitions; the company is the other side."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from matching import transitions
from matching.enums import Again, Answer, Direction, IbashoChangeKind, OutcomeResult, Resource, Welcome
from matching.models import Introduction, Outcome, Participant
from tests.browser.picks.people import demo, office, organisation_of
from tests.browser.picks.posts import published
from tests.files.samples import PDF, picture
from tomoiki.conversations import access
from tomoiki.conversations import transitions as talk
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.files.uploads import store_upload

SIDES = ("npo", "kigyo")
TALK = (
    "はじめまして。お話をいただき、うれしく思っています。まずは一度、見に来ていただけますか。",
    "ありがとうございます。来週の火曜か水曜の午後でしたら、二人でうかがえます。",
    "では水曜の14時にお待ちしています。入口で団体のお名前をお伝えください。\n\n当日の流れを、添付にまとめました。",
    "承知しました。楽しみにしています。",
)
PAIRS = (
    ("放課後の教室で、工作を教えてくれる方", "ものづくりの好きな社員がうかがいます", Resource.HANDS),
    ("食堂の大きな冷蔵庫をさがしています", "入れ替えで出る冷蔵庫を、おゆずりします", Resource.GOODS),
    ("畑でとれた野菜を、分けてください", "規格外の野菜を、週に一度お届けします", Resource.FOOD),
    ("木曜の夜に、広い部屋を貸してください", "閉店後の店の二階を、お使いください", Resource.PLACE),
    ("帳簿のつけ方を、はじめから教えてください", "経理の担当が、月に一度うかがいます", Resource.SKILL),
    ("遠足の日に、子どもたちを送ってくれる車", "休みの日の社用車を、運転つきで出します", Resource.TRANSPORT),
    ("手づくりの味噌を、売ってくれる店", "店頭の棚を、月替わりでお貸しします", Resource.WORK),
    ("会場の設営を、手伝ってください", "力仕事なら、10人で駆けつけます", Resource.HANDS),
    ("花壇の苗を、分けてください", "育てすぎた苗を、トラックでお届けします", Resource.GOODS),
    ("おはなし会の場所をさがしています", "朝の店内を、開店までお使いください", Resource.PLACE),
    ("お弁当の容器を、分けてください", "使わなくなった容器を、おゆずりします", Resource.GOODS),
)


def _titles() -> Iterator[tuple[str, str, Resource]]:
    """Enough for all rooms that begin an introduction here; the second time round they are told apart by a number."""
    for time in count(1):
        again = "" if time == 1 else f"（{time}回目）"
        for need, offer, resource in PAIRS:
            yield f"{need}{again}", f"{offer}{again}", resource


TITLES = _titles()


def _prepared() -> Introduction:
    """A need of the NPO and an offer of the company, put together by staff; nobody is told yet."""
    need, offer, resource = next(TITLES)
    return transitions.propose_introduction(
        need=published("npo", need, resource),
        offer=published("kigyo", offer, resource, Direction.OFFER),
        message="お近くですので、一度お話しされてみてはいかがでしょうか。",
        actor=office(),
    )


def _asked() -> Introduction:
    return transitions.ask_participants(_prepared().pk, actor=office())


def _answered(introduction: Introduction, who: str, answer: Answer) -> Introduction:
    return transitions.answer_introduction(
        introduction.pk,
        participant=_side(introduction, who).pk,
        answer=answer,
        reason="other" if answer == Answer.NO else "",
        note="秋までは手いっぱいのため" if answer == Answer.NO else "",
        actor=demo(who),
    )


def _agreed() -> Introduction:
    introduction = _asked()
    for who in SIDES:
        introduction = _answered(introduction, who, Answer.YES)
    return introduction


def _side(introduction: Introduction, who: str) -> Participant:
    return introduction.participants.get(organisation=organisation_of(who))


def _talk(introduction: Introduction) -> None:
    conversation = Conversation.objects.about(introduction).get()
    for number, line in enumerate(TALK):
        _write(conversation, SIDES[number % 2], line, with_files=number == 2)
    words = "事務局の山本です。よいご縁になりそうで、うれしく思います。困ったことがあれば、ここでお知らせください。"
    talk.write_message(conversation.pk, body=words, actor=office())


def _write(conversation: Conversation, who: str, line: str, *, with_files: bool) -> ConversationMessage:
    person = demo(who)
    files = []
    if with_files:
        for name, content in (("当日の流れ.pdf", PDF), ("部屋の写真.jpg", picture())):
            files.append(store_upload(SimpleUploadedFile(name, content), by=person))
    key = access.seats(person, conversation)[0].key
    return talk.write_message(conversation.pk, body=line, files=files, actor=person, on_behalf_key=key)


def _under_way() -> Introduction:
    introduction = _agreed()
    _talk(introduction)
    return transitions.start_introduction(introduction.pk, on_behalf=organisation_of("npo"), actor=demo("npo"))


def _report(introduction: Introduction, who: str) -> Outcome:
    helped = who == "npo"
    ibasho = {
        "name": "ひなたの夜の食卓",
        "who_comes": "近くの小学生と、見守りの大人",
        "kind": IbashoChangeKind.OPENED,
        "days_after": 4,
        "people_after": 18,
    }
    return transitions.report_outcome(
        introduction.pk,
        participant=_side(introduction, who).pk,
        data={
            "result": OutcomeResult.DONE,
            "story": "水曜の夕方に、子どもと大人が18人集まりました。終わってからも、みんなで片づけをしました。",
            "quantity": 10,
            "unit": "people",
            "people_reached": 18,
            "again": Again.YES,
            "welcome": Welcome.VERY,
            **({"ibasho": ibasho} if helped else {}),
        },
        actor=demo(who),
    )


def _lapsed() -> Introduction:
    introduction = _asked()
    Introduction.objects.filter(pk=introduction.pk).update(respond_by=timezone.localdate() - timedelta(days=1))
    return transitions.lapse_introduction(introduction.pk, actor=office())


def _overdue() -> Introduction:
    """Its last day to answer is past, and nobody has let it end."""
    introduction = _answered(_asked(), "kigyo", Answer.YES)
    Introduction.objects.filter(pk=introduction.pk).update(respond_by=timezone.localdate() - timedelta(days=1))
    return introduction


def ids() -> dict[str, str | int]:
    """``introduction_<state>`` of the NPO, and what was written and reported in some of them."""
    found = {
        "proposed": _prepared(),
        "asked": _asked(),
        "said_yes": _answered(_asked(), "npo", Answer.YES),
        "raised": _raised(),
        "agreed": _agreed(),
        "under_way": _under_way(),
        "reported": _under_way(),
        "completed": _under_way(),
        "declined": _answered(_asked(), "npo", Answer.NO),
        "lapsed": _lapsed(),
        "overdue": _overdue(),
    }
    _report(found["reported"], "npo")
    for who in SIDES:
        _report(found["completed"], who)
    outcome = Outcome.objects.filter(participant__organisation=organisation_of("npo")).order_by("pk")
    picks: dict[str, str | int] = {f"introduction_{state}": each.pk for state, each in found.items()}
    return {
        **picks,
        "outcome": outcome[0].pk,
        "conversation_message": ConversationMessage.objects.exclude(author=None).order_by("-pk")[0].pk,
    }


def _raised() -> Introduction:
    """The NPO raised its hand for an offer of the company."""
    offer = published("kigyo", "焼き残しのパンを、毎週お分けできます", Resource.FOOD, Direction.OFFER)
    return transitions.respond_to_post(
        offer.pk,
        on_behalf=organisation_of("npo"),
        message="子どもたちの朝ごはんに、いただけるとうれしいです。まずはお話をうかがえますか。",
        quantity=5,
        actor=demo("npo"),
    )
