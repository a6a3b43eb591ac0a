"""Applications that give the office something to look at, and registrations that turned out to be one."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from members import transitions
from members.models import Organisation, User
from tomoiki.places.models import Municipality
from tomoiki.web.demo import DemoWorld, Story

#: Makes somebody of the demo: address, name, reading.
MakePerson = Callable[[DemoWorld, str, str, str], User]


def stories(world: DemoWorld, person: MakePerson) -> Iterable[Story]:
    """One story for each case."""
    yield _returned_and_back(world, person)
    yield _second_registration(world, person)
    yield _similar_name(world, person)
    yield _merged(world, person)
    yield _merged_by_mistake(world, person)


def _form(name: str, kana: str, description: str, *, area: str, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "npo",
        "kind_other": "",
        "name": name,
        "name_kana": kana,
        "municipality": Municipality.objects.get(code=area),
        "address": "架空3丁目3番",
        "description": description,
        "stage": "sympathiser",
        **fields,
    }


def _applies(form: dict[str, Any], person: User) -> Organisation:
    organisation = transitions.register_organisation(form, user=person, actor=person)
    transitions.record_consents(person, actor=person)
    return organisation


def _office(world: DemoWorld) -> User:
    staff: list[User] = world.made["staff"]
    return staff[0]


def _returned_and_back(world: DemoWorld, make: MakePerson) -> Story:
    """Mended once, and back on the desk: two rounds to compare."""
    yield world.days_before_end(9)
    person = make(world, "naoshi", "直井 文", "ナオイ フミ")
    form = _form("まちの縁がわ研究会", "マチノエンガワケンキュウカイ", "地域の活動をしています。", area="14205")
    organisation = _applies(form, person)
    yield world.days_before_end(7)
    transitions.return_organisation(
        organisation.pk,
        message="いつ、どこで、どなたと活動されているかを書いてください。代表電話も、もう一度ご確認ください。",
        actor=_office(world),
    )
    yield world.days_before_end(2)
    transitions.resubmit_organisation(
        organisation.pk,
        data={
            "description": "毎週水曜の午後に、商店街の空き店舗で、お年寄りと小学生がお茶を飲む会を開いています。",
            "phone": "046-700-0031",
            "website": "https://engawa.example/",
        },
        actor=person,
    )


def _second_registration(world: DemoWorld, make: MakePerson) -> Story:
    """A new person in charge did not know that the organisation is a member."""
    yield world.days_before_end(200)
    person = make(world, "hinata", "日向 遥", "ヒナタ ハルカ")
    words = "月に2回、公民館で食堂を開いています。"
    facts = {"phone": "045-700-0041", "website": "https://hinata-shokudo.example/"}
    first = _applies(_form("NPO法人ひなた通り食堂", "ヒナタドオリショクドウ", words, area="14133", **facts), person)
    yield world.days_before_end(198)
    transitions.approve_organisation(first.pk, actor=_office(world))
    yield world.days_before_end(3)
    newcomer = make(world, "hinata2", "新田 光", "ニッタ ヒカル")
    facts = {"phone": "0457000041", "website": "https://www.hinata-shokudo.example/about"}
    words = "子どもから大人まで、だれでも食べに来られる食堂です。"
    again = _form("ひなた通り食堂", "ヒナタドオリショクドウ", words, area="14133", **facts)
    _applies(again, newcomer)


def _similar_name(world: DemoWorld, make: MakePerson) -> Story:
    """Of a kind that staff look at, with a name that only resembles another's."""
    yield world.days_before_end(1.5)
    person = make(world, "hinata3", "谷 実里", "タニ ミノリ")
    form = _form(
        "ひなた通り食堂応援団",
        "ヒナタドオリショクドウオウエンダン",
        "近くの高校生が、食堂の後片付けを手伝っています。",
        area="14133",
        kind="other",
        kind_other="高校生の任意団体",
    )
    _applies(form, person)


def _twice(world: DemoWorld, make: MakePerson, name: str, kana: str, address: str, days: float) -> Story:
    """The same organisation, registered by two people; both are members before anybody notices."""
    yield world.days_before_end(days)
    pair = []
    for number, form_of_name in enumerate((f"一般社団法人{name}", name), start=1):
        person = make(world, f"{address}{number}", f"見本 {'一二'[number - 1]}葉", "ミホン")
        form = _form(
            form_of_name, kana, "海辺の清掃と、貝がらの工作教室をしています。" if number == 1 else "", area="14203"
        )
        pair.append(_applies(form, person))
        yield world.days_before_end(days - number * 2)
        transitions.approve_organisation(pair[-1].pk, actor=_office(world))
    world.made[address] = pair


def _merged(world: DemoWorld, make: MakePerson) -> Story:
    """Made one last week: for three weeks more it may be taken back."""
    yield from _twice(world, make, "なぎさ工作室", "ナギサコウサクシツ", "nagisa", 60)
    yield world.days_before_end(6)
    winner, loser = world.made["nagisa"]
    transitions.merge_organisations(
        winner=winner.pk, loser=loser.pk, note="お二人に電話で、同じ団体と確かめました。", actor=_office(world)
    )


def _merged_by_mistake(world: DemoWorld, make: MakePerson) -> Story:
    """Two chapters that want to stay two: taken back after a call."""
    yield from _twice(world, make, "しおさい見守り隊", "シオサイミマモリタイ", "shiosai", 80)
    yield world.days_before_end(25)
    winner, loser = world.made["shiosai"]
    merge = transitions.merge_organisations(
        winner=winner.pk, loser=loser.pk, note="名前と市が同じため。", actor=_office(world)
    )
    yield world.days_before_end(25) + timedelta(days=4)
    transitions.undo_merge(merge.pk, actor=_office(world))
