"""Rows to measure on: organisations and published posts, made in bulk with a fixed seed."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.contrib.auth.models import Group
from django.utils import timezone

from matching import search_text
from matching.models import Post
from members.enums import AffiliationRole, OrganisationKind, OrganisationState, Stage
from members.models import Affiliation, Branch, JoinRequest, Organisation, User
from tests.bench.board_data import fill_board
from tomoiki.places.models import Municipality
from tomoiki.staff.roles import OFFICE
from tomoiki.text import normalise_name
from tomoiki.text import search_text as searched
from tomoiki.vocabulary.lists import choices

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
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
BATCH = 2_000
#: Of so many organisations one waits for the office, one is suspended, one has withdrawn.
NOT_MEMBERS = 500
COLLEAGUES = 30


@dataclass(frozen=True)
class Filled:
    """One published post, one organisation with many people, one application, its owner and somebody of the office."""

    post: int
    organisation: int
    application: int
    owner: User
    staff: User


def fill_organisations(number: int) -> list[Organisation]:
    """Organisations with everything that the directory looks at; the newest first in the list that is returned."""
    chance = Random(11)
    now = timezone.now()
    areas = list(Municipality.objects.order_by("code"))
    themes = [code for code, _ in choices("theme")]
    kinds = [kind for kind in OrganisationKind.values if kind != OrganisationKind.OTHER]
    states = {0: OrganisationState.APPLIED, 1: OrganisationState.SUSPENDED, 2: OrganisationState.WITHDRAWN}
    made: list[Organisation] = []
    for start in range(0, number, BATCH):
        rows = []
        for index in range(start, min(start + BATCH, number)):
            moment = now - timedelta(minutes=index)
            state = states.get(index % NOT_MEMBERS - 3, OrganisationState.APPROVED) if index > 3 else "approved"
            name = f"NPO法人{''.join(chance.choices(KANA, k=4))}{chance.choice(WORDS)}の会{index}"
            row = Organisation(
                name=name,
                name_kana="".join(chance.choices(KANA, k=9)),
                name_normalised=normalise_name(name),
                kind=chance.choice(kinds),
                stage=chance.choice(Stage.values),
                themes=chance.sample(themes, chance.randrange(4)),
                municipality=chance.choice(areas),
                areas=[area.code for area in chance.sample(areas, chance.randrange(4))],
                phone=f"045-{chance.randrange(1000):03}-{index % 10_000:04}",
                website=f"https://dantai{index}.example/" if index % 3 else "",
                description="、".join(chance.sample(WORDS, 8)) + "のことで、地域の人たちと活動しています。" * 3,
                listed_publicly=bool(index % 20),
                state=state,
                applied_at=moment,
                approved_at=None if state == OrganisationState.APPLIED else moment,
                withdrawn_at=moment if state == OrganisationState.WITHDRAWN else None,
            )
            row.search_text = searched(row.name, row.name_normalised, row.name_kana, row.description)
            row.search_text_members = searched(row.search_text, "、".join(chance.sample(WORDS, 3)), row.phone)
            rows.append(row)
        made += Organisation.objects.bulk_create(rows)
    branches = [
        Branch(organisation=row, municipality=chance.choice(areas), name="支店")
        for row in made[::3]
        for _ in range(chance.randrange(1, 4))
    ]
    Branch.objects.bulk_create(branches, batch_size=BATCH)
    return made


def fill_people(organisation: Organisation) -> tuple[User, User]:
    """Many people in one organisation, and somebody of the office; returns its owner and the latter."""
    owner = User.objects.create_user("owner@bench.example", name="計測 一子")
    staff = User.objects.create_user("staff@bench.example", name="計測 職子", is_staff=True)
    staff.groups.add(Group.objects.get(name=OFFICE))
    people = User.objects.bulk_create(
        User(email=f"hito{number}@bench.example", name=f"計測 人{number}") for number in range(2 * COLLEAGUES)
    )
    Affiliation.objects.create(organisation=organisation, user=owner, role=AffiliationRole.OWNER)
    Affiliation.objects.bulk_create(Affiliation(organisation=organisation, user=user) for user in people[:COLLEAGUES])
    JoinRequest.objects.bulk_create(JoinRequest(organisation=organisation, user=user) for user in people[COLLEAGUES:])
    return owner, staff


def fill(*, organisations: int, posts: int) -> Filled:
    """Fill an empty database and return what pages are measured with."""
    author = User.objects.create_user("bench@bench.example", name="計測 花子")
    members = fill_organisations(organisations)
    Affiliation.objects.create(organisation=members[0], user=author, role=AffiliationRole.OWNER)
    fill_board(posts, members, author)
    one = Post.objects.on_board().order_by("-published_at").first()
    if one is None:
        raise RuntimeError("no post was made")
    # At least one row is as the portal itself would make it.
    search_text.build(one)
    one.save(update_fields=search_text.COLUMNS)
    owner, staff = fill_people(members[0])
    waiting = Organisation.objects.waiting_for_staff().first()
    if waiting is None:
        raise RuntimeError("no application waits")
    return Filled(one.pk, members[0].pk, waiting.pk, owner, staff)
