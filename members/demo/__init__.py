"""The demo's organisations and people, all invented; they register and are approved like everybody else."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from members import transitions
from members.demo import approval, consent, leaving, people, profiles, relay, rosters
from members.enums import AffiliationRole
from members.models import Affiliation, ConsentDocument, Organisation, Practitioner, User
from tomoiki.places.models import Municipality
from tomoiki.web.demo import DemoShare, DemoWorld, Story, demo_shares

ROSTER = Path(__file__).with_name("organisations.csv")
DOMAIN = "demo.example"
PASSWORD = "tomoiki-demo"
STAFF_GROUP = "事務局"

STAFF = [
    ("jimukyoku", "山本 和", "ヤマモト ナゴミ"),
    ("jimukyoku2", "川島 実", "カワシマ ミノル"),
    ("jimukyoku3", "西 千歳", "ニシ チトセ"),
]
PRACTITIONERS = [
    (
        "jissensha",
        "旗手 導",
        "ハタテ ミチビキ",
        "居場所づくりの実践者",
        "空き店舗の食堂を、働く場として10年育ててきました。",
    ),
    ("jissensha2", "歩 伴", "アユミ トモ", "就労支援の実践者", "商品づくりと売り先づくりを、となりで一緒に考えます。"),
]
#: The first organisation of each kind has an address that is easy to remember.
ADDRESSES = {
    "company": "kigyo",
    "npo": "npo",
    "university": "daigaku",
    "municipality": "shichoson",
    "welfare_council": "shakyo",
    "financial": "kinyu",
    "media": "media",
    "other": "sonota",
}


@dataclass(frozen=True)
class Entry:
    """One line of the roster; ``state`` is how far the organisation has come at the end."""

    kind: str
    kind_other: str
    name: str
    name_kana: str
    area: str
    description: str
    stage: str
    person: str
    person_kana: str
    state: str


def roster() -> Iterator[Entry]:
    with ROSTER.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            yield Entry(**line)


def stories(world: DemoWorld) -> Iterable[Story]:
    """One story for the office and one for each organisation."""
    world.made["password"] = make_password(PASSWORD)
    yield _office(world)
    seen: set[str] = set()
    for number, entry in enumerate(roster(), start=1):
        first = entry.kind not in seen and entry.state == "approved"
        seen |= {entry.kind} if first else set()
        address = ADDRESSES[entry.kind] if first else f"dantai{number:02}"
        yield _organisation(world, entry, address=address, early=first)
    yield from approval.stories(world, _person)
    yield from consent.stories(world)
    yield from people.stories(world)
    yield relay.group_stories(world)
    yield from rosters.stories(world)
    yield from leaving.stories(world, _person)


def _office(world: DemoWorld) -> Story:
    yield world.start
    # The rules are as old as the consortium of the demo, so that its members agreed to them.
    ConsentDocument.objects.update(in_force_from=world.start, published_at=world.start)
    group, _ = Group.objects.get_or_create(name=STAFF_GROUP)
    staff = []
    for address, name, kana in STAFF:
        person = _person(world, address, name, kana, is_staff=True)
        person.groups.add(group)
        staff.append(person)
    world.made["staff"] = staff
    for address, name, kana, title, introduction in PRACTITIONERS:
        person = _person(world, address, name, kana)
        Practitioner.objects.create(user=person, title=title, introduction=introduction)


def _organisation(world: DemoWorld, entry: Entry, *, address: str, early: bool) -> Story:
    """Registers, confirms the mail, waits for the office; ``early`` ones come in the first weeks."""
    chance = world.random
    if entry.state == "applied":
        moment = world.days_before_end(chance.uniform(0.5, 4))
    elif early:
        moment = world.later(world.start, days=(1, 20))
    else:
        moment = world.later(world.start, days=(5, 300))
    yield moment
    person = _person(world, address, entry.person, entry.person_kana, confirmed=False)
    organisation = transitions.register_organisation(_form(entry, chance.randrange(1, 9)), user=person, actor=person)
    transitions.record_consents(person, actor=person)
    moment += timedelta(minutes=chance.randrange(5, 180))
    yield moment
    EmailAddress.objects.filter(user=person).update(verified=True)
    transitions.submit_application(organisation.pk, actor=person)
    if entry.state == "applied":
        return
    moment = world.later(moment, days=(0.5, 4))
    yield moment
    office = chance.choice(world.made["staff"])
    yield from _decision(world, entry, organisation, person, office, moment)


def _decision(
    world: DemoWorld, entry: Entry, organisation: Organisation, person: User, office: User, moment: datetime
) -> Story:
    pk = organisation.pk
    if entry.state == "returned":
        words = "いつ、どこで、だれと活動されているかを、もう少しくわしく書いていただけますか。"
        transitions.return_organisation(pk, message=words, actor=office)
        return
    if entry.state == "rejected":
        words = "会員どうしの親睦の集まりとうかがいました。地域の活動を始められるときに、あらためてお申し込みください。"
        transitions.reject_organisation(pk, message=words, actor=office)
        return
    if world.random.random() < 0.12:
        words = "団体のフリガナと、代表の電話番号をご確認ください。"
        transitions.return_organisation(pk, message=words, actor=office)
        moment = world.later(moment, days=(0.5, 3))
        yield moment
        transitions.resubmit_organisation(pk, data=_form(entry, 1), actor=person)
        moment = world.later(moment, days=(0.5, 2))
        yield moment
    organisation = transitions.approve_organisation(pk, actor=office)
    if entry.state == "approved":
        # Who will be suspended or leave begins nothing that others would have to end.
        world.made.setdefault("people", {})[pk] = person
    if person.email.partition("@")[0] in ADDRESSES.values():
        # Whom a visitor logs in as: they should have something of everything.
        world.made.setdefault("shown", set()).add(pk)
    if entry.state == "approved":
        yield from profiles.tell(world, organisation, person, moment, shown=pk in world.made.get("shown", ()))
    if world.random.random() < 0.4:
        moment = world.later(moment, days=(3, 40))
        yield moment
        colleague = _person(world, f"{person.email.partition('@')[0]}.b", f"{entry.person.split()[0]} 次郎", "")
        Affiliation.objects.create(
            organisation=organisation, user=colleague, role=AffiliationRole.EDITOR, title="事業担当"
        )
    if entry.state == "suspended":
        yield world.days_before_end(20)
        transitions.suspend_organisation(
            pk, message="ご連絡がつかないため、確認ができるまで止めています。", actor=office
        )
    elif entry.state == "withdrawn":
        yield world.days_before_end(45)
        transitions.withdraw_organisation(pk, actor=person)


def _person(
    world: DemoWorld, address: str, name: str, kana: str, *, confirmed: bool = True, is_staff: bool = False
) -> User:
    email = f"{address}@{DOMAIN}"
    person = User.objects.create(
        email=email, name=name, name_kana=kana, password=world.made["password"], is_staff=is_staff
    )
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=confirmed)
    return person


def _form(entry: Entry, block: int) -> dict[str, object]:
    """What the registration's form would hand over."""
    municipality = Municipality.objects.get(code=entry.area)
    return {
        "kind": entry.kind,
        "kind_other": entry.kind_other,
        "name": entry.name,
        "name_kana": entry.name_kana,
        "municipality": municipality,
        "address": f"架空{block}丁目{block}番",
        "phone": "045-000-0000",
        "website": "",
        "description": entry.description,
        "stage": entry.stage,
    }


demo_shares.register(DemoShare("members", stories))
