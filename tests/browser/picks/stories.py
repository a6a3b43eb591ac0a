"""What the pages of stories, thanks and ibasho are opened with: all of the NPO, made through the transitions."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, Resource
from matching.models import IbashoSurvey, Introduction
from matching.welcome_keys import link_for
from members.models import RelayedGroup
from tests.browser.picks.people import demo, office, organisation_of
from tests.browser.picks.posts import published
from tests.browser.picks.relay import _answered, _need
from tests.files.samples import picture
from tomoiki.files.models import StoredFile
from tomoiki.files.uploads import store_upload
from tomoiki.stories import transitions as telling
from tomoiki.stories.models import Story

TEXTS = {
    "lead": "使われていない日と、集まる場所のない子どもたちが出会いました。",
    "challenge": "放課後に、安心して過ごせる場所がありませんでした。",
    "done": "定休日の部屋を開けてもらい、地域の人が見守りに立ちました。",
    "happened": "毎週八人の小学生が集まり、宿題をして帰ります。",
    "future": "開く日を、月に二度から四度にふやします。",
    "themes": ["children"],
    "areas": ["14205"],
}


def ids() -> dict[str, str | int]:
    """A story in every state, thanks that were given, a group's answer to take down, and an ibasho with two rounds."""
    return {
        "story_draft": _story("下書きの事例").pk,
        "story_asked": _asked("同意をうかがっている事例").pk,
        "story_ready": _ready("公開を待つ事例").pk,
        "story_public": telling.publish_story(_ready("モデルハウスが居場所になるまで").pk, actor=office()).pk,
        "story_withdrawn": telling.withdraw_story(_asked("やめた事例").pk, actor=demo("npo")).pk,
        **_thanks(),
        **_ibasho(),
    }


def _story(title: str) -> Story:
    npo, company = organisation_of("npo"), organisation_of("kigyo")
    data: dict[str, Any] = {
        "title": title,
        **TEXTS,
        "partners": [
            {"organisation": npo, "role": "見守りと運営"},
            {"organisation": company, "role": "場所の提供"},
        ],
        "persons": [{"name": "店長の山道さん", "appears": "named", "organisation": company}],
        "quotes": [{"text": "また来てもいい？", "source": "来ていた小学生", "organisation": npo}],
        "photos": [{"file": _picture(), "alt": "子どもたちが机を囲んでいる", "caption": "火曜の部屋"}],
    }
    return telling.save_story(None, data=data, actor=demo("npo"), on_behalf=npo)


def _picture() -> StoredFile:
    return store_upload(SimpleUploadedFile("room.jpg", picture(), content_type="image/jpeg"), by=demo("npo"))


def _asked(title: str) -> Story:
    return telling.ask_consent(_story(title).pk, actor=demo("npo"))


def _ready(title: str) -> Story:
    story = _asked(title)
    for who in ("npo", "kigyo"):
        part = story.partners.get(organisation=organisation_of(who))
        persons = list(part.persons.values_list("pk", flat=True))
        telling.decide_consent(
            story.pk,
            partner=part.pk,
            agrees=True,
            version=story.version,
            persons=persons,
            agreed="spoken" if persons else "",
            actor=demo(who),
        )
    return story


def _thanks() -> dict[str, str | int]:
    thanked = _begun("雨の日に、子どもが遊べる部屋")
    side = thanked.participants.get(organisation=organisation_of("npo"))
    transitions.confirm_welcome(
        thanked.pk,
        participant=side.pk,
        welcome="very",
        words="玄関の靴がいっぱいになりました。ありがとうございました。",
        may_be_used=True,
        actor=demo("npo"),
    )
    waiting = _begun("夕方に、宿題をする部屋")
    waits = waiting.participants.get(organisation=organisation_of("npo"))
    group = RelayedGroup.objects.filter(desk=organisation_of("shakyo")).active().order_by("pk")[0]
    relayed = _answered(_need(group, "敬老の日の、お茶をいれる人"))
    transitions.record_offline_answer(
        relayed.pk,
        participant=relayed.participants.get(group=group).pk,
        answer=Answer.YES,
        channel="phone",
        received_on=timezone.localdate(),
        actor=demo("shakyo"),
    )
    key = link_for(waits, demo("npo").pk).rstrip("/").rpartition("/")[2]
    return {
        "thanked": thanked.pk,
        "confirmation": thanked.confirmations.get().pk,
        "welcome_key": key,
        "welcome_of_group": relayed.pk,
    }


def _begun(title: str) -> Introduction:
    """The NPO needs a room, the company has one, and it has begun."""
    introduction = transitions.propose_introduction(
        need=published("npo", title, Resource.PLACE),
        offer=published("kigyo", f"{title}に、うちの二階をどうぞ", Resource.PLACE, Direction.OFFER),
        message="お近くですので、ご紹介します。",
        actor=office(),
    )
    transitions.ask_participants(introduction.pk, actor=office())
    for who in ("npo", "kigyo"):
        side = introduction.participants.get(organisation=organisation_of(who))
        transitions.answer_introduction(introduction.pk, participant=side.pk, answer=Answer.YES, actor=demo(who))
    return transitions.start_introduction(introduction.pk, on_behalf=organisation_of("npo"), actor=demo("npo"))


def _ibasho() -> dict[str, str | int]:
    npo, actor, today = organisation_of("npo"), demo("npo"), timezone.localdate()
    data = {
        "name": "火曜のひだまり",
        "who": ["children"],
        "who_comes": "放課後の小学生",
        "opened_on": today - timedelta(90),
    }
    own = transitions.open_ibasho(on_behalf=npo, data=data | {"open_days_a_month": 2, "people_a_time": 8}, actor=actor)
    transitions.measure_ibasho(own.pk, on=today, numbers={"open_days_a_month": 4}, actor=actor)
    closed = transitions.open_ibasho(on_behalf=npo, data={"name": "夏休みの部屋", "people_a_time": 5}, actor=actor)
    transitions.close_ibasho(closed.pk, on=today, actor=actor)
    # Of the past; a survey cannot be begun there.
    before = IbashoSurvey.objects.create(
        ibasho=own, token="a-round-of-before", opens_on=today - timedelta(60), closes_on=today - timedelta(40)
    )
    survey = transitions.start_survey(own.pk, opens_on=today, closes_on=today + timedelta(30), actor=actor)
    for each, mood in ((before, (2, 3, 3)), (survey, (4, 3, 4))):
        for number in range(6):
            transitions.record_sheet(
                each.pk,
                scores=dict(zip(("as_i_am", "my_role", "come_again"), mood, strict=True)),
                words="ごはんがおいしい" if number == 0 else "",
                channel="paper",
                form_key=str(number),
                actor=actor,
            )
    return {
        "own_ibasho": own.pk,
        "closed_ibasho": closed.pk,
        "survey": survey.pk,
        "survey_token": survey.token,
        "survey_over": before.pk,
        "survey_over_token": before.token,
    }
