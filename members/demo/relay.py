"""The demo's neighbourhood groups, all invented: what the desks of municipalities and 社協 keep on their lists."""

from members import transitions
from members.enums import DESK_KINDS
from members.models import Organisation
from tomoiki.web.demo import DemoWorld, Story

#: name, reading, kind, district, contact, note.
GROUPS = [
    ("海風町内会", "ウミカゼチョウナイカイ", "block", "東地区", "浜辺 太一", "日曜の夕方につながります。"),
    ("みどり台自治会", "ミドリダイジチカイ", "neighbourhood", "北地区", "緑川 静", "ファクスも見ています。"),
    ("若葉子ども会", "ワカバコドモカイ", "children", "北地区", "若林 こずえ", ""),
    ("寿老人クラブ", "コトブキロウジンクラブ", "elderly", "中央地区", "長井 福", "ゆっくり話してください。"),
    ("大通り商店会", "オオドオリショウテンカイ", "shops", "中央地区", "大道 商", "月曜は定休日です。"),
    ("花の丘自治会", "ハナノオカジチカイ", "neighbourhood", "西地区", "花岡 咲", ""),
    ("川ぞい町内会", "カワゾイチョウナイカイ", "block", "南地区", "川添 流", ""),
    ("見守りボランティアすずらん", "ミマモリボランティアスズラン", "volunteers", "南地区", "鈴木 蘭", ""),
]


def group_stories(world: DemoWorld) -> Story:
    """Each desk writes down a few of them, and takes one off again."""
    yield world.days_before_end(130)
    people = world.made.get("people", {})
    desks = Organisation.objects.active().filter(kind__in=DESK_KINDS, pk__in=people).order_by("pk")
    made = world.made.setdefault("groups", {})
    for number, desk in enumerate(each for each in desks if each.municipality_id):
        actor = people[desk.pk]
        count = len(GROUPS) if desk.pk in world.made.get("shown", set()) else 3
        rows = [GROUPS[(number + step) % len(GROUPS)] for step in range(count)]
        made[desk.pk] = [
            transitions.add_group(
                desk.pk,
                data={
                    "name": name,
                    "name_kana": kana,
                    "kind": kind,
                    "municipality": desk.municipality,
                    "district": district,
                    "contact_name": contact,
                    "contact_phone": "045-000-0000",
                    "note": note,
                },
                actor=actor,
            )
            for name, kana, kind, district, contact, note in rows
        ]
        if count == len(GROUPS):
            gone = transitions.add_group(
                desk.pk,
                data={"name": "旧・さかえ町内会", "kind": "block", "municipality": desk.municipality},
                actor=actor,
            )
            transitions.retire_group(gone.pk, actor=actor)
