"""Rows to measure on: organisations and published posts, made in bulk with a fixed seed."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from matching import search_text
from matching.enums import Direction, PostState, Resource, Unit
from matching.models import Post
from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Affiliation, Organisation, User
from tomoiki.places.models import Municipality

WORDS = [
    "平日",
    "午後",
    "子ども",
    "居場所",
    "食堂",
    "野菜",
    "会計",
    "手話",
    "祭り",
    "送迎",
    "絵本",
    "畑",
    "防災",
    "音楽",
]
BATCH = 2_000


def fill(*, organisations: int, posts: int) -> int:
    """Fill an empty database and return the id of one published post."""
    chance = Random(7)
    now = timezone.now()
    author = User.objects.create_user("bench@bench.example", name="計測 花子")
    areas = list(Municipality.objects.order_by("code"))
    members = Organisation.objects.bulk_create(
        Organisation(
            name=f"計測団体{number}",
            name_normalised=f"計測団体{number}",
            kind=chance.choice([kind for kind in OrganisationKind.values if kind != OrganisationKind.OTHER]),
            municipality=chance.choice(areas),
            state=OrganisationState.APPROVED,
            applied_at=now,
            approved_at=now - timedelta(minutes=number),
        )
        for number in range(organisations)
    )
    Affiliation.objects.create(organisation=members[0], user=author, role=AffiliationRole.OWNER)
    for start in range(0, posts, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, posts)):
            post = Post(
                direction=Direction.NEED if number % 2 else Direction.OFFER,
                organisation=chance.choice(members),
                author=author,
                resource=chance.choice(Resource.values),
                title=f"{'の'.join(chance.sample(WORDS, 3))} {number}",
                body="、".join(chance.sample(WORDS, 6)) + "のことで、力を貸してください。",
                areas=[chance.choice(areas).code],
                quantity=chance.randrange(1, 60),
                unit=Unit.PEOPLE,
                state=PostState.PUBLISHED,
                published_at=now - timedelta(minutes=number),
                expires_at=now + timedelta(days=120),
            )
            post.search_text = f"{post.title} {post.body}".lower()
            rows.append(post)
        Post.objects.bulk_create(rows)
    one = Post.objects.on_board().order_by("-published_at").first()
    if one is None:
        raise RuntimeError("no post was made")
    # At least one row is as the portal itself would make it.
    one.search_text = search_text.build(one)
    one.save(update_fields=["search_text"])
    return one.pk
