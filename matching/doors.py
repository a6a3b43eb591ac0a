"""The doors of universities, banks and media: whose each is, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from matching.enums import Direction
from matching.models import Post
from members.enums import OrganisationKind
from members.models import Organisation
from tomoiki.stories.models import Story
from tomoiki.stories.ways import WayLink


@dataclass(frozen=True)
class Door:
    """What one door says, and whose it is."""

    kind: str
    title: str
    lead: str
    help_text: str
    button: str
    next: str


DOORS: Mapping[str, Door] = {
    "research": Door(
        OrganisationKind.UNIVERSITY,
        "この困りごとは、研究に関わります",
        "共同研究、調査、学生の参加など、大学としてどう関われそうかを、書いた団体に伝えます。",
        "何を調べたいか、どのように関わりたいか、学生が参加するかを書いてください。",
        "研究に関わると伝える",
        "書いた団体に届き、お返事があると、やりとりが始まります。困りごとへのお手伝いの枠は使いません。",
    ),
    "interview": Door(
        OrganisationKind.MEDIA,
        "取材を申し込む",
        "どんな取材をしたいかを、書いた団体に伝えます。",
        "何を、どのように伝えたいか、いつごろ、どのくらいの時間がかかるかを書いてください。",
        "取材を申し込む",
        "書いた団体に届き、お返事があると、やりとりが始まります。お受けできないこともあります。",
    ),
    "pass-on": Door(
        OrganisationKind.FINANCIAL,
        "取引先に紹介する",
        "力になれそうな取引先に、この困りごとを渡します。紹介できるのは、取引先の承諾があるときだけです。",
        "なぜこの取引先に紹介したいかなど、ひとことを添えられます。",
        "取引先に紹介する",
        "困りごとを書いた団体には、紹介があったことだけをお知らせします。取引先の名前は伝わりません。",
    ),
}

STORY_DOORS: Mapping[str, Door] = {
    "research": Door(
        OrganisationKind.UNIVERSITY,
        "この事例は、研究に関わります",
        "調査や共同研究の相談を、事務局がお受けします。事例の団体にもお知らせします。",
        "何を調べたいか、どのように関わりたいかを書いてください。",
        "研究に関わると伝える",
        "事務局が団体の意向をうかがい、お返事します。",
    ),
    "interview": Door(
        OrganisationKind.MEDIA,
        "この事例を取材する",
        "取材の申し込みを、事務局がお受けします。事例の団体にもお知らせします。",
        "何を、どのように伝えたいか、いつごろ取材したいかを書いてください。",
        "取材を申し込む",
        "事務局が団体の意向をうかがい、お返事します。",
    ),
    "pass-on": Door(
        OrganisationKind.FINANCIAL,
        "この事例を取引先に紹介する",
        "ヒントになりそうな取引先に、この事例を渡します。紹介できるのは、取引先の承諾があるときだけです。",
        "なぜこの取引先に紹介したいかなど、ひとことを添えられます。",
        "取引先に紹介する",
        "事例の団体には、紹介があったことだけをお知らせします。取引先の名前は伝わりません。",
    ),
}

INFORMATION = Door(
    OrganisationKind.MEDIA,
    "コンソーシアムに情報を寄せる",
    "催し、記事、放送の予定など、みなさんに知らせたいことを、事務局へお寄せください。",
    "いつ、どこで、何があるか、参加団体に伝えたいことを書いてください。",
    "情報を寄せる",
    "事務局が読み、お知らせやメールマガジンに生かすかをお返事します。",
)


def need_links(user: Any, post: Post) -> list[WayLink]:
    """Buttons of an open need for universities, banks and media; none for others."""
    if post.direction != Direction.NEED or not post.is_open:
        return []
    return _links(user, DOORS, "matching:need_door", post.pk)


def story_links(user: Any, story: Story) -> list[WayLink]:
    """Buttons of a published story for universities and media; none for others."""
    return _links(user, STORY_DOORS, "matching:story_door", story.pk)


def _links(user: Any, doors: Mapping[str, Door], route: str, pk: int) -> list[WayLink]:
    """One query, none for a visitor."""
    if not user.is_authenticated:
        return []
    kinds = set(Organisation.objects.able_to_act(user).values_list("kind", flat=True))
    return [WayLink(door.button, reverse(route, args=[pk, name])) for name, door in doors.items() if door.kind in kinds]
