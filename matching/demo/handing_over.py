"""What somebody at the city looks after before they change desks, so that whoever follows finds it in the brief."""

from collections.abc import Iterable

from matching import transitions
from members.models import Organisation, User
from tomoiki.web.demo import DemoWorld, Story

#: Who leaves the city in ``members.demo.people``.
LEAVER = "idou@demo.example"

POSTS = (
    {
        "direction": "need",
        "resource": "hands",
        "title": "見守りの声かけを、いっしょに続けてくださる方",
        "body": "ひとり暮らしの高齢の方のお宅を、月に2回、二人一組でたずねています。"
        "決まった曜日に来られる方がいると、続けやすくなります。1回だけでもかまいません。",
        "areas": ["14205"],
        "themes": ["elderly", "isolation"],
    },
    {
        "direction": "offer",
        "resource": "place",
        "title": "市民センターの小会議室を、話し合いにお使いください",
        "body": "平日の夜は空いていることが多い部屋です。10人ほどで、机と椅子、白板があります。",
        "areas": ["14205"],
        "themes": ["community"],
    },
)


def stories(world: DemoWorld) -> Iterable[Story]:
    yield _two_posts(world)


def _two_posts(world: DemoWorld) -> Story:
    """One is on the board, the other still a draft when its writer leaves."""
    yield world.days_before_end(70)
    leaver = User.objects.get(email=LEAVER)
    city = Organisation.objects.of(leaver).get()
    shown, _draft = (
        transitions.save_draft(None, data=data, on_behalf=city, actor=leaver, idempotency_key=None) for data in POSTS
    )
    transitions.submit_post(shown.pk, actor=leaver)
    yield world.days_before_end(69)
    transitions.publish_post(shown.pk, actor=world.made["staff"][0])
