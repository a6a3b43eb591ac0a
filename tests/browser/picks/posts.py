"""Posts of the NPO in every state, made through the transitions, and others' posts to look at."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from matching import transitions
from matching.enums import Carrying, Direction, Resource, Unit, Visibility
from matching.models import Post
from members.models import User
from tests.browser.picks.people import demo, office, organisation_of
from tests.files.samples import picture
from tomoiki.audit.actors import SCHEDULER
from tomoiki.files.uploads import PICTURES, store_upload

BODY = (
    "毎週水曜の午後に、子どもから高齢の方まで30人ほどが集まります。\n"
    "はじめは小さく、無理のないところから相談させてください。"
)


def written(who: str, title: str, resource: str, direction: Direction = Direction.NEED, **more: Any) -> Post:
    """A draft of the organisation of the demo's account ``who``."""
    values = {
        "direction": direction,
        "resource": resource,
        "title": title,
        "body": BODY,
        "areas": ["14205"],
        "weekdays": [2],
        "when_note": "まずは3か月",
        "quantity": 10,
        "unit": Unit.PEOPLE,
        # Food and goods say who carries them.
        **({"carrying": Carrying.COLLECTED} if resource in (Resource.FOOD, Resource.GOODS) else {}),
        **more,
    }
    return transitions.save_draft(None, data=values, on_behalf=organisation_of(who), actor=demo(who))


def published(who: str, title: str, resource: str, direction: Direction = Direction.NEED, **more: Any) -> Post:
    """The same on the board, behind the newest of the demo's own."""
    post = written(who, title, resource, direction, **more)
    transitions.submit_post(post.pk, actor=demo(who))
    post = transitions.publish_post(post.pk, actor=office())
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(days=40))
    return post


def _return(post: Post, owner: User) -> None:
    transitions.submit_post(post.pk, actor=owner)
    words = "いつごろ、何回くらい必要かを、もう少し書いていただけますか。"
    transitions.return_post(post.pk, message=words, actor=office())


def _expire(post: Post, owner: User) -> None:
    Post.objects.filter(pk=post.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    transitions.expire_post(post.pk, actor=SCHEDULER)


def _take_down(post: Post, owner: User) -> None:
    words = "個人のお名前と電話番号が書かれていたため、いったん外しました。"
    transitions.take_down_post(post.pk, message=words, actor=office())


def _suggest(post: Post, owner: User) -> None:
    changes = {"title": "雨の日に体を動かせる、天井の高い部屋", "available_until": _in_months(4)}
    transitions.propose_revision(
        post.pk, changes=changes, note="さがしている部屋が伝わるように、言葉を足しました。", actor=office()
    )


def _revise(post: Post, owner: User) -> None:
    changes = {"quantity": 16, "when_note": "秋から"}
    transitions.propose_revision(post.pk, changes=changes, note="人数が増えました。", actor=owner)


def _in_months(months: int) -> date:
    return timezone.localdate() + timedelta(days=30 * months)


#: Left alone by the catalogue: somebody raises a hand for it.
ANSWERED_IN_A_JOURNEY = "おはなし会で、絵本を読んでくれる方"

#: Name, title, resource, and what is done to the draft.
BEFORE: list[tuple[str, str, str, Callable[[Post, User], Any]]] = [
    ("draft", "夕方の見守りを、週に一度お願いしたい", Resource.HANDS, lambda post, owner: None),
    (
        "submitted",
        "学習室の机といすを、ゆずってください",
        Resource.GOODS,
        lambda post, owner: transitions.submit_post(post.pk, actor=owner),
    ),
    ("returned", "お米を、月に20kgほど分けてもらえませんか", Resource.FOOD, _return),
]
#: The same for what was published.
AFTER: list[tuple[str, str, str, Callable[[Post, User], Any]]] = [
    ("published", "読み終えた絵本を、集めています", Resource.GOODS, lambda post, owner: None),
    ("to_answer", ANSWERED_IN_A_JOURNEY, Resource.HANDS, lambda post, owner: None),
    (
        "paused",
        "秋のまつりの日に、テントを運んでくれる車",
        Resource.TRANSPORT,
        lambda post, owner: transitions.pause_post(post.pk, actor=owner),
    ),
    (
        "fulfilled",
        "居場所のことを、町の人に伝えたい",
        Resource.PUBLICITY,
        lambda post, owner: transitions.fulfil_post(post.pk, actor=owner),
    ),
    (
        "closed",
        "手しごとの小物を、置いてくれる店",
        Resource.WORK,
        lambda post, owner: transitions.close_post(post.pk, actor=owner),
    ),
    ("expired", "夏休みの昼ごはんを、一緒に作ってくれる方", Resource.HANDS, _expire),
    ("taken_down", "冬の灯油代を、少しだけ助けてください", Resource.FUNDING, _take_down),
    ("suggested", "雨の日に、子どもたちが体を動かせる部屋", Resource.PLACE, _suggest),
    ("revised", "庭の手入れを、季節ごとに手伝ってほしい", Resource.HANDS, _revise),
]


def ids() -> dict[str, str | int]:
    """``post_<state>`` of the NPO, ``post_full`` with all particulars, and posts of others."""
    owner = demo("npo")
    found: dict[str, str | int] = {}
    for make, ways in ((written, BEFORE), (published, AFTER)):
        for name, title, resource, way in ways:
            post = make("npo", title, resource)
            way(post, owner)
            found[f"post_{name}"] = post.pk
    full = _full(owner)
    to_check = written("kigyo", "朝いちばんのパンを、こども食堂へ", Resource.FOOD, Direction.OFFER)
    transitions.submit_post(to_check.pk, actor=demo("kigyo"))
    fits = published("kigyo", "定休日の店の二階を、お使いください", Resource.PLACE, Direction.OFFER)
    others = Post.objects.exclude(organisation=full.organisation_id).order_by("-pk")
    on_board = others.on_board().filter(visibility=Visibility.PUBLIC)
    revision = Post.objects.get(pk=found["post_revised"]).revisions.get()
    return {
        **found,
        "post_full": full.pk,
        "revision": revision.pk,
        "need": on_board.filter(direction=Direction.NEED)[0].pk,
        "offer": on_board.filter(direction=Direction.OFFER)[0].pk,
        "offer_that_may_fit": fits.pk,
        "post_to_check": to_check.pk,
        "post_stranded": on_board.filter(carrying=Carrying.NO_MEANS)[0].pk,
    }


def _full(owner: User) -> Post:
    """With a photo and everything else that a post may have, and the longest title."""
    photo = store_upload(SimpleUploadedFile("heya.jpg", picture(1200, 800)), by=owner, allow=PICTURES)
    return published(
        "npo",
        "月に一度の「みんなの食卓」を、いっしょに開いてくれる調理室と人をさがしています",
        Resource.PLACE,
        photo=photo,
        photo_alt="赤と青のついたてが並ぶ部屋",
        area_note="善行駅から歩いて10分",
        available_from=timezone.localdate(),
        available_until=_in_months(5),
        quantity_note="見守りの大人が3人",
    )
