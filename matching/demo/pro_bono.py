"""A company shows needs to its people: one helps already, others wait for an answer."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, Resource, Visibility
from matching.models import Post
from members.models import Organisation, User
from tomoiki.web.demo import DemoWorld, Story

COORDINATOR = "kigyo@demo.example"
HELPED = "npo@demo.example"
NEED = {
    "direction": Direction.NEED,
    "resource": Resource.SKILL,
    "title": "会計ソフトの使い方を、いっしょに覚えてくださる方をさがしています",
    "body": "会計の担当が一人で、帳簿は手書きです。仕訳の考え方から教わり、"
    "来年の決算は自分たちで作れるようになりたいです。"
    "月に1回、土曜の午前に2時間ほどを考えています。",
    "skills": ["accounting", "it"],
    "areas": ["14205"],
    "weekdays": [5],
    "themes": ["community"],
}
PEOPLE = (
    (
        "試作 太郎",
        "shisaku@kaisha.example",
        "経理部",
        "決算と税の申告を10年担当しています。土曜の午前にうかがえます。",
        4,
    ),
    ("見本 花子", "mihon@kaisha.example", "広報部", "社内報とチラシを作っています。写真も撮れます。", 3),
    ("仮名 次郎", "kamei@kaisha.example", "総務部", "表計算のひな型づくりが得意です。", 2),
)


def stories(world: DemoWorld) -> Iterable[Story]:
    yield _call_to_colleagues(world)


def _call_to_colleagues(world: DemoWorld) -> Story:
    """Two apply; one is put forward, helps on two days and is thanked."""
    yield world.days_before_end(44)
    helped = User.objects.get(email=HELPED)
    npo = Organisation.objects.of(helped).order_by("pk").first()
    coordinator = User.objects.get(email=COORDINATOR)
    company = Organisation.objects.of(coordinator).order_by("pk").first()
    if npo is None or company is None:
        return
    need = transitions.save_draft(None, data=NEED, on_behalf=npo, actor=helped)
    transitions.submit_post(need.pk, actor=helped)
    yield world.days_before_end(43)
    need = transitions.publish_post(need.pk, actor=world.made["staff"][0])
    yield world.days_before_end(40)
    public = Post.objects.on_board().filter(direction=Direction.NEED, visibility=Visibility.PUBLIC)
    others = public.filter(resource__in=[Resource.SKILL, Resource.HANDS]).exclude(organisation__in=[company, npo])
    call = transitions.make_pro_bono_call(
        on_behalf=company,
        data={
            "title": "仕事の経験を、地域のために。秋のプロボノを募集します",
            "message": "勤務時間のうち、月4時間まで使えます。はじめての方は、総務部の社会貢献の係へご相談ください。",
            "posts": [need, *others.order_by("-published_at", "-pk")[:2]],
            "closes_on": timezone.localdate() + timedelta(days=90),
        },
        actor=coordinator,
    )
    yield world.days_before_end(38)
    applied = []
    for name, email, department, words, hours in PEOPLE:
        made = transitions.apply_for_pro_bono(
            call.token,
            post=need.pk,
            data={"name": name, "email": email, "department": department, "words": words, "hours_a_month": hours},
        )
        applied.append(transitions.confirm_application(made.pk))
    yield world.days_before_end(36)
    introduction = transitions.put_forward(
        call.pk,
        post=need.pk,
        applications=[applied[0].pk],
        message="当社の経理の担当が、帳簿の整え方をいっしょに考えます。月に1度、土曜の午前にうかがえます。",
        actor=coordinator,
    )
    yield world.days_before_end(34)
    side = introduction.participants.exclude(organisation=company).get()
    transitions.answer_introduction(introduction.pk, participant=side.pk, answer=Answer.YES, actor=helped)
    for ago, worked, what in ((20, "2.5", "帳簿の項目を整えました"), (6, "3", "決算書の下書きをいっしょに作りました")):
        yield world.days_before_end(ago)
        transitions.record_hours(applied[0].pk, worked_on=timezone.localdate(), hours=Decimal(worked), what=what)
    yield world.days_before_end(4)
    transitions.thank_volunteer(
        applied[0].pk,
        words="数字が苦手な私たちにも分かるように、ゆっくり教えてくださいました。来年は自分たちで作れそうです。",
        actor=helped,
    )
