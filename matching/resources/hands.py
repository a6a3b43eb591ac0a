from matching.enums import Resource, Unit
from matching.resources.details import OneOf, Passage, Say, Tick
from matching.resources.kind import ResourceKind


class Hands(ResourceKind):
    """People who lend a hand. The day and the number of people are columns of the post."""

    code = Resource.HANDS
    heading = ("お願いしたい手伝いのこと", "手伝えること")
    how_many = ("何人くらいいると助かりますか。例：8人", "何人くらいで行けますか。例：10人まで")
    unit = Unit.PEOPLE
    synonyms = ("ボランティア", "手伝い", "お手伝い")
    details = (
        OneOf(
            code="minors",
            name="年齢",
            icon="users",
            brief=True,
            need=Say("18歳未満の参加"),
            offer=Say("18歳未満の参加"),
            options={
                "welcome": ("18歳未満も参加できます", "18歳未満もいます"),
                "with_adult": ("18歳未満は大人といっしょなら", "18歳未満は大人がつきそいます"),
                "no": ("18歳以上の方にお願いします", "18歳以上だけです"),
            },
            means={"welcome": True, "with_adult": True, "no": False},
        ),
        Passage(
            code="bring",
            name="持ちもの",
            icon="clipboard-list",
            need=Say("持ってきてほしいもの", "例：軍手、飲みもの、動きやすい服", "持ちもの：{}"),
            offer=Say("持っていけるもの", "例：工具、軍手、軽トラック", "持っていけるもの：{}"),
        ),
        Tick(
            code="heavy",
            name="力仕事",
            icon="package",
            folded=True,
            need=Say("力仕事がある", reads="力仕事があります"),
            offer=Say("力仕事もできる", reads="力仕事もできます"),
            terms=("力仕事",),
        ),
        Tick(
            code="first_time",
            name="はじめての人",
            icon="seedling",
            folded=True,
            searchable=False,
            need=Say("はじめての人でも大丈夫", reads="はじめての人でも大丈夫"),
        ),
        Passage(
            code="provided",
            name="用意",
            icon="check",
            folded=True,
            need=Say("こちらで用意するもの", "例：道具、昼ごはん、交通費", "用意するもの：{}"),
            offer=Say("用意してほしいもの", "例：当日の責任者、荷物の置き場所", "用意してほしいもの：{}"),
        ),
        OneOf(
            code="insurance",
            name="保険",
            icon="shield-check",
            folded=True,
            need=Say("ボランティア保険", reads="保険：{}"),
            offer=Say("ボランティア保険", reads="保険：{}"),
            options={
                "covered": ("こちらで入ります", "入っています"),
                "asked": ("入ってきてほしい", "求められれば入ります"),
                "none": ("ありません", "入っていません"),
            },
        ),
    )
