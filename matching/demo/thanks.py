"""The demo's thanks, its ibasho with the voices of those who come, and the stories told of it; all invented."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from matching import story_sources, transitions
from matching.demo.pictures import _draw
from matching.enums import IntroductionState
from matching.enums.ibasho import QUESTIONS
from matching.models import Ibasho, Introduction, Outcome, Participant, WelcomeConfirmation
from members.models import User
from tomoiki.files.uploads import PICTURES, store_upload
from tomoiki.stories import transitions as telling
from tomoiki.stories.models import Story as Told
from tomoiki.web.demo import DemoWorld, Story

THANKS = [
    "ありがとうございました。玄関の靴がいっぱいになったのを、みなさんに見せたかったです。",
    "「また来てもいい？」と聞かれました。いちばんうれしいことばでした。",
    "こんなに気にかけてくださる方がいると知って、それだけで元気が出ました。",
    "準備に追われず、来た人とゆっくり話せました。本当に助かりました。",
]
VOICES = [
    "ごはんがおいしい",
    "話を聞いてもらえる",
    "自分もお皿あらいをしています",
    "もっとあいている日がふえるといいな",
    "",
]
TELLINGS: list[dict[str, str]] = [
    {
        "title": "休みの日の場所が、放課後の居場所になるまで",
        "lead": "使っていない日のある場所と、集まる場所のない子どもたち。一枚の掲載から始まった半年をご紹介します。",
        "challenge": "学校が終わってから夕方まで、安心して過ごせる場所がほしい。"
        "そう思っていても、借りられる部屋は見つからず、集まりは月に一度がやっとでした。",
        "done": "掲載を見た団体が、休みの日の場所を開けてくださいました。かぎの受け渡しや、けがをしたときのことを、"
        "一度の打ち合わせで決めて始めました。",
        "happened": "はじめの日に来たのは五人。三か月で十五人になり、"
        "宿題が終わると、見守りの大人と将棋をさしています。",
        "future": "来月からは、卒業した中学生が手伝いに来てくれることになりました。"
        "近くの団体のみなさんも、ぜひ見に来てください。",
    },
    {
        "title": "「もったいない」が、ひとり暮らしの夕ごはんになった",
        "lead": "届ける人と受けとる人が、月に二度、同じ食卓を囲むようになりました。",
        "challenge": "まだおいしく食べられるのに、閉店のあとに残ってしまうもの。"
        "近くには、ひとりで夕ごはんを食べる人がいました。",
        "done": "金曜の閉店後に受けとり、集会所であたためて出すことにしました。"
        "運ぶのは、ご近所の三人が順番で受けもちます。",
        "happened": "二十人ほどが集まるようになり、いつのまにか、来た人が配る側にまわっています。",
        "future": "運ぶ人が増えれば、もうひとつの町にも広げられます。車を出せる方をさがしています。",
    },
    {
        "title": "三回の相談で、止まっていた計画が動き出した",
        "lead": "専門の知識をもつ人と、思いのある人。月に一度の相談が、形になりました。",
        "challenge": "やりたいことはあるのに、書類と数字の前で、何年も手が止まっていました。",
        "done": "月に一度、画面をいっしょに見ながら、ひとつずつ書いていきました。宿題は毎回ひとつだけです。",
        "happened": "三回めの終わりに、初めての計画書ができました。"
        "地域の集まりで話すと、手伝いたいという人が現れました。",
        "future": "今度は私たちが、次の団体の相談にのる番です。",
    },
]


def stories(world: DemoWorld) -> Iterator[Story]:
    """When most introductions are over: thanks, then the voices of those who come, then what is told of it."""
    yield _thanks(world)
    yield _voices(world)
    for number in range(len(TELLINGS)):
        yield _telling(world, number)


def _speaker(world: DemoWorld, organisation: int) -> User:
    person: User = world.made["people"][organisation]
    return person


def _helped(introduction: Introduction) -> Participant | None:
    sides = [side for side in introduction.together() if side.side == "need" and side.group_id is None]
    return sides[0] if sides else None


def _over(world: DemoWorld, limit: int) -> list[Introduction]:
    """Introductions that were reported by both, those of visitors' own organisations first."""
    people, shown = world.made["people"], world.made.get("shown", set())
    rows = (
        Introduction.objects.with_participants().filter(state=IntroductionState.COMPLETED).order_by("-ended_at", "pk")
    )
    found = [
        each
        for each in rows
        if all(side.speaks.pk in people and side.speaks.state == "approved" for side in each.sides())
    ]
    found.sort(key=lambda each: not any(side.organisation_id in shown for side in each.sides()))
    return found[:limit]


def _thanks(world: DemoWorld) -> Iterator[datetime]:
    yield world.days_before_end(9)
    for number, introduction in enumerate(_over(world, 30)):
        side = _helped(introduction)
        if side is None or WelcomeConfirmation.objects.filter(participant=side).exists():
            continue
        words = THANKS[number % len(THANKS)] if number % 5 else ""
        transitions.confirm_welcome(
            introduction.pk,
            participant=side.pk,
            welcome="very" if number % 3 else "well",
            words=words,
            may_be_used=bool(words) and number % 2 == 1,
            named_as="name" if number % 4 else "kind",
            actor=_speaker(world, side.organisation_id),
        )


def _voices(world: DemoWorld) -> Iterator[datetime]:
    """Two rounds at one ibasho of a visitor's own, so that before and after can be compared; one each elsewhere."""
    yield world.days_before_end(120)
    rows = Ibasho.objects.select_related("organisation").filter(closed_on=None, organisation__state="approved")
    shown = world.made.get("shown", set())
    first = next((each for each in rows.filter(organisation__in=shown).order_by("pk")), None)
    if first is not None:
        _round(world, first, days=25, answers=9, mood=(4, 3, 3, 2))
    yield world.days_before_end(20)
    others = list(rows.filter(organisation__in=world.made["people"]).order_by("pk")[:6])
    for each in ([first] if first else []) + [other for other in others if first is None or other.pk != first.pk]:
        _round(world, each, days=40, answers=world.random.randrange(3, 15), mood=(4, 4, 3, 4))


def _round(world: DemoWorld, ibasho: Ibasho, *, days: int, answers: int, mood: tuple[int, ...]) -> None:
    today = timezone.localdate()
    actor = _speaker(world, ibasho.organisation_id)
    survey = transitions.start_survey(ibasho.pk, opens_on=today, closes_on=today + timedelta(days=days), actor=actor)
    for number in range(answers):
        scores = {name: world.random.choice(mood) for name in QUESTIONS}
        key = str(UUID(int=world.random.getrandbits(128), version=4))
        words = world.random.choice(VOICES)
        if number % 4 == 3:
            transitions.record_sheet(survey.pk, scores=scores, words=words, channel="paper", form_key=key, actor=actor)
        else:
            transitions.answer_survey(survey.pk, scores=scores, words=words, form_key=key)


def _telling(world: DemoWorld, number: int) -> Iterator[datetime]:
    """Two stories get as far as the public pages; of the third one partner has not answered yet."""
    yield world.days_before_end(8 - number)
    wanted = [each for each in _over(world, 60) if Outcome.objects.filter(introduction=each).exists()]
    used = set(Told.objects.values_list("source_id", flat=True))
    introduction = next((each for each in wanted if each.pk not in used and _helped(each)), None)
    if introduction is None:
        return
    helped = _helped(introduction)
    if helped is None:
        return
    writer = _speaker(world, helped.organisation_id)
    # Partners, themes and quotes come from the introduction, as for everybody; the words are the writer's own.
    begun: dict[str, Any] = {**story_sources.draft(introduction, writer), **TELLINGS[number]}
    upload = SimpleUploadedFile(f"story-{number}.jpg", _draw(world), content_type="image/jpeg")
    picture = store_upload(upload, by=writer, allow=PICTURES)
    begun["photos"] = [
        {"file": picture, "alt": "集まった人たちをあらわした、重なる丸の絵", "caption": "集まった人たち"}
    ]
    story = telling.save_story(None, data=begun, actor=writer, on_behalf=helped.organisation, source=introduction)
    yield world.days_before_end(7.5 - number)
    telling.ask_consent(story.pk, actor=writer)
    parts = list(story.partners.select_related("organisation"))
    for part in parts[: len(parts) - 1 if number == len(TELLINGS) - 1 else None]:
        yield world.days_before_end(7 - number)
        telling.decide_consent(
            story.pk,
            partner=part.pk,
            agrees=True,
            version=story.version,
            actor=_speaker(world, part.organisation_id),
        )
    if number < len(TELLINGS) - 1:
        yield world.days_before_end(6 - number)
        telling.publish_story(story.pk, actor=world.made["staff"][number])
