"""What the demo's organisations tell of themselves: those a visitor logs in as all of it, the others more or less."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from members import transitions
from members.models import Organisation, User
from members.profiles import profile_class
from members.profiles.branches import BranchRow
from members.profiles.details import AnyOf
from tomoiki.files.models import StoredFile
from tomoiki.files.uploads import PICTURES, store_upload
from tomoiki.places.lookups import neighbours_of
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import choices
from tomoiki.web.demo import DemoWorld, Story

#: Of ten organisations so many write all, so many something, and the rest nothing yet.
_ALL, _SOMETHING = 2, 8

_PHONE = "045-000-0000"

#: By kind, of the first organisation: everything its page can show.
FULL: Mapping[str, Mapping[str, Any]] = {
    "company": {
        "description": "焼きたてのパンを毎朝お届けする、まちのパン屋です。\n\n"
        "閉店後に残るパンを、となりの居場所で食べてもらえないか。そんな相談から、地域とのつながりが始まりました。"
        "小麦の香りのする仕事場で、子どもたちの見学も受け入れています。",
        "themes": ["children", "poverty", "environment", "work"],
        "website": "https://midori-bakery.example",
        "links": [("まかない日記", "https://midori-bakery.example/diary")],
        "details": {
            "business": ["food", "retail"],
            "business_note": "朝6時から焼く食パンと、季節の菓子パン。移動販売車が2台あります。",
            "employee_gift": ["hands", "food", "visit", "transport", "work"],
            "employee_gift_note": "火曜の定休日なら、5人までお手伝いに行けます。パンは平日の夕方に20個ほど。",
            "contact": {
                "section": "地域連携係",
                "name": "小林 麦",
                "phone": _PHONE,
                "mail": "chiiki@midori-bakery.example",
            },
        },
        "branches": [
            ("本店・工房", "14134", "2階に12人の小さな集会室があります。"),
            ("駅前店", "14131", ""),
            ("みなとの店", "14104", "車いすで入れます。"),
        ],
    },
    "npo": {
        "description": "子どもの居場所づくりを2019年から続けています。\n\n"
        "放課後に立ち寄れる庭と、月に2回の食堂。学校に行きづらい日も、ここで本を読んだり、畑の水やりをしたり。"
        "近所のみなさんと学生が、いっしょに見守っています。",
        "themes": ["children", "school-refusal", "community"],
        "website": "https://hinata-no-niwa.example",
        "links": [
            ("活動のブログ", "https://hinata-no-niwa.example/blog"),
            ("寄附のご案内", "https://kifu.example/hinata"),
        ],
        "details": {
            "legal_form": "npo",
            "activities": ["place", "meals", "learning", "play"],
            "serves": ["children", "youth", "parents"],
            "open_days": ["mon", "wed", "fri", "sat"],
            "open_note": "平日は15時から18時、食堂は第2・第4土曜の11時から14時です。",
            "funding": ["donations", "grants", "participation"],
            "contact": {
                "section": "事務局",
                "name": "森 春子",
                "phone": _PHONE,
                "mail": "niwa@hinata-no-niwa.example",
            },
        },
        "branches": [
            ("ひなたの庭", "14205", "畑と、12畳の部屋があります。"),
            ("ひなたの食堂", "14205", "公民館の調理室を借りています。"),
        ],
    },
    "university": {
        "description": "福祉と社会調査の研究室が、地域のみなさんと組んでいます。\n\n"
        "居場所に来た人に、どんな変化があったのか。数字と、ひとりひとりの話の両方から確かめることが得意です。"
        "学生は、企画から振り返りまで、半年かけて参加します。",
        "themes": ["elderly", "isolation", "community", "children"],
        "website": "https://shonan-kaku.example",
        "links": [("地域連携の報告書", "https://shonan-kaku.example/reports")],
        "details": {
            "offers": ["joint-research", "expertise", "students", "evaluation"],
            "offers_note": "前期のゼミで15人、夏休みのボランティアで30人ほどの学生が参加できます。",
            "research_fields": ["welfare", "sociology", "psychology", "informatics"],
            "research_note": "多世代の居場所が、通う人の体と心に与える影響を調べています。",
            "faculties": ["社会福祉学部", "人間科学部", "大学院 地域共創研究科"],
            "contact": {
                "section": "地域連携室",
                "name": "学 問子",
                "phone": _PHONE,
                "mail": "renkei@shonan-kaku.example",
            },
        },
        "branches": [("湘南キャンパス", "14205", "講義棟の1階を貸し出せます。"), ("駅前サテライト", "14207", "")],
    },
    "municipality": {
        "description": "自治会・町内会の困りごとをお預かりし、手伝ってくれる団体をさがしています。\n\n"
        "「うちの町内だけでは、もう続けられない」。そう思ったときに、いちばんに相談していただきたい窓口です。",
        "themes": ["community", "disaster", "elderly"],
        "website": "https://shiosai-city.example",
        "links": [("協働の手引き", "https://shiosai-city.example/kyodo")],
        "details": {
            "services": ["relay", "bridge", "venues", "grants", "publicity"],
            "contact": {
                "section": "市民協働課 協働推進係",
                "name": "南 風太",
                "phone": _PHONE,
                "mail": "kyodo@shiosai-city.example",
                "hours": "平日 8時30分から17時15分",
            },
        },
        # A desk is there to be found by everybody.
        "audiences": {"contact": "public", "phone": "public", "address": "public"},
        "branches": [("南出張所", "14207", "")],
    },
    "welfare_council": {
        "description": "ボランティアの相談と、地域の支え合いを進めています。\n\n"
        "手伝いたい人と、手伝ってほしい人。どちらの声も、同じ机でうかがいます。",
        "themes": ["isolation", "elderly", "disability", "poverty"],
        "website": "https://shiosai-shakyo.example",
        "links": [],
        "details": {
            "services": ["relay", "volunteers", "bridge", "start-up", "welfare"],
            "contact": {
                "section": "ボランティアセンター",
                "name": "絆 結衣",
                "phone": _PHONE,
                "mail": "vc@shiosai-shakyo.example",
                "hours": "平日と第1土曜 9時から17時",
            },
        },
        "branches": [("福祉会館", "14207", "会議室とボランティア室があります。")],
    },
    "financial": {
        "description": "地域の事業と暮らしに寄りそう信用組合です。\n\n"
        "お金のことだけでなく、「だれに相談したらいいか」から、いっしょに考えます。",
        "themes": ["work", "community", "environment"],
        "website": "https://sagami-mirai.example",
        "links": [("交流会のご案内", "https://sagami-mirai.example/kai")],
        "details": {
            "introduces": ["customers", "loans", "start-up", "seminars", "lobby"],
            "introduces_note": "月に一度、取引先と地域の団体の交流会を開いています。ロビーの掲示板もお使いください。",
            "network": ["small-business", "shops", "farming", "npo", "professionals"],
            "network_note": "県央の食品と建設の会社に、長いおつきあいの先が多くあります。",
            "contact": {
                "section": "地域支援部",
                "name": "金子 実里",
                "phone": _PHONE,
                "mail": "shien@sagami-mirai.example",
            },
        },
        "branches": [
            ("本店営業部", "14153", "3階のホールを、土日に貸し出しています。"),
            ("橋本支店", "14151", ""),
            ("町なか支店", "14152", ""),
            ("海老名支店", "14215", "相談の個室があります。"),
        ],
    },
    "media": {
        "description": "湘南の暮らしを伝える地域紙です。\n\n"
        "大きなニュースにならなくても、だれかの背中を押す話がある。まちを歩いて、そんな話を集めています。",
        "themes": ["community", "culture", "children"],
        "website": "https://sazanami-news.example",
        "links": [("記事の一覧", "https://sazanami-news.example/articles")],
        "details": {
            "outlets": ["湘南さざなみ新聞（週刊）", "さざなみウェブ", "こども記者だより"],
            "outlet_kinds": ["newspaper", "web"],
            "beats": ["local", "welfare", "children", "people"],
            "release_note": "行事の2週間前までに、メールでお送りください。写真が1枚あると助かります。",
            "contact": {
                "section": "編集部",
                "name": "波多野 記",
                "phone": _PHONE,
                "mail": "henshu@sazanami-news.example",
            },
        },
        # Releases come from whoever has something to tell.
        "audiences": {"contact": "public"},
        "branches": [("西湘支局", "14206", "")],
    },
    "other": {
        "description": "離れを地域の子どもたちに開いているお寺です。\n\n"
        "法事のない日の午後は、宿題をする子、おしゃべりに来る方、猫の昼寝の場所になります。",
        "themes": ["children", "culture", "isolation"],
        "website": "https://shokoji.example",
        "links": [],
        "details": {
            "activities": ["place", "culture", "events"],
            "serves": ["children", "elderly", "everybody"],
            "gives": "離れ（20畳）を、平日の午後に使っていただけます。座布団は30枚あります。",
            "contact": {"section": "寺務所", "name": "慈 海", "phone": _PHONE, "mail": "jimu@shokoji.example"},
        },
        "branches": [],
    },
}


def tell(world: DemoWorld, organisation: Organisation, person: User, moment: datetime, *, shown: bool) -> Story:
    """Soon after its approval an organisation writes its page; ``shown`` ones write everything."""
    # Chance of its own, so that the rest of the demo goes as it would without profiles.
    chance = Random(f"profile of {organisation.name}")
    place = organisation.municipality.code if organisation.municipality else ""
    dice = chance.randrange(10)
    if shown:
        data = _full(organisation.kind, person, chance, place)
    elif dice < _ALL:
        data = _some(organisation, chance, place, everything=True)
    elif dice < _SOMETHING:
        data = _some(organisation, chance, place, everything=False)
    else:
        return
    yield moment + timedelta(hours=chance.uniform(1, 30))
    transitions.update_profile(organisation.pk, data=data, actor=person)


def _full(kind: str, person: User, chance: Random, place: str) -> dict[str, Any]:
    told = FULL[kind]
    return {
        **{name: told[name] for name in ("description", "themes", "website", "details")},
        "audiences": told.get("audiences", {}),
        "links": [{"label": label, "url": url} for label, url in told["links"]],
        "branches": _rows(told["branches"]),
        "areas": _areas(place, chance, most=4),
        "logo": _logo(person, chance),
    }


def _some(organisation: Organisation, chance: Random, place: str, *, everything: bool) -> dict[str, Any]:
    """Choices of the kind's lists, all of them or a few; a third of those who write little keep something back."""
    kind = profile_class(organisation.kind)
    asked = [each for each in kind.details if isinstance(each, AnyOf)]
    answered = asked if everything else chance.sample(asked, k=chance.randint(0, len(asked)))
    details: dict[str, Any] = {}
    for each in answered:
        codes = [code for code, _ in choices(each.vocabulary)]
        details[each.code] = chance.sample(codes, k=min(len(codes), chance.randint(1, 4)))
    if everything:
        details["contact"] = {"section": "窓口", "phone": _PHONE}
    data: dict[str, Any] = {"details": details}
    themes = [code for code, _ in choices("theme")]
    if everything or chance.random() < 0.6:
        data["themes"] = chance.sample(themes, k=chance.randint(1, 3))
    if everything or chance.random() < 0.5:
        data["areas"] = _areas(place, chance, most=3)
    if not everything and chance.random() < 0.3:
        data["audiences"] = {chance.choice(("stage", "areas", "themes")): chance.choice(("members", "staff"))}
    if organisation.kind in ("company", "financial") and (everything or chance.random() < 0.5):
        places = [place, *sorted(neighbours_of([place]))][: chance.randint(1, 4)]
        data["branches"] = _rows([(f"{number}号店", code, "") for number, code in enumerate(places, start=1)])
    return data


def _areas(place: str, chance: Random, *, most: int) -> list[str]:
    near = sorted(neighbours_of([place])) if place else []
    return [place, *chance.sample(near, k=min(len(near), chance.randrange(most)))] if place else []


def _rows(branches: Sequence[tuple[str, str, str]]) -> list[BranchRow]:
    places = {each.code: each for each in Municipality.objects.filter(code__in=[code for _, code, _ in branches])}
    return [BranchRow(name, places[code], note) for name, code, note in branches]


def _logo(person: User, chance: Random) -> StoredFile:
    """A mark of a few circles, as everything here is made of."""
    from PIL import Image, ImageChops, ImageDraw  # only the demo draws pictures

    colours = ["#ffe066", "#b8e0ff", "#9bd9b5", "#ffcf9e", "#ffd6ec"]
    mark = Image.new("RGB", (480, 320), "#ffffff")
    for colour in chance.sample(colours, k=3):
        layer = Image.new("RGB", mark.size, "#ffffff")
        x, y, radius = chance.randrange(130, 350), chance.randrange(110, 210), chance.randrange(60, 110)
        ImageDraw.Draw(layer).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        mark = ImageChops.multiply(mark, layer)
    out = BytesIO()
    mark.save(out, "PNG")
    return store_upload(SimpleUploadedFile("logo.png", out.getvalue(), "image/png"), by=person, allow=PICTURES)
