from matching.enums import Resource, Unit
from matching.resources.details import CARRYING, AnyOf, OneOf, Passage, Say
from matching.resources.kind import ResourceKind


class Goods(ResourceKind):
    """Things: what they are, whether for good or for a while, in what state, how large, and who carries them."""

    code = Resource.GOODS
    heading = ("ほしい物のこと", "渡せる物のこと")
    how_many = ("だいたいでかまいません。例：5セット", "全部でいくつありますか。例：20個")
    unit = Unit.PIECES
    synonyms = ("備品", "道具")
    details = (
        AnyOf(
            code="kinds",
            name="物の種類",
            icon="goods",
            brief=True,
            vocabulary="goods_kind",
            need=Say("どんな物"),
            offer=Say("どんな物"),
        ),
        CARRYING,
        OneOf(
            code="terms",
            name="ゆずる・貸す",
            icon="refresh",
            need=Say("もらいたい・借りたい"),
            offer=Say("ゆずる・貸す"),
            options={
                "give": ("ゆずってほしい", "ゆずります"),
                "lend": ("借りられればよい", "貸します"),
                "either": ("どちらでもよい", "どちらでもよい"),
            },
        ),
        OneOf(
            code="condition",
            name="状態",
            icon="star",
            folded=True,
            need=Say("物の状態", reads="状態：{}"),
            offer=Say("物の状態", reads="状態：{}"),
            options={
                "new": ("新しいものがよい", "新しい"),
                "good": ("きれいなら使ったものでよい", "使ったもの（きれい）"),
                "worn": ("使えれば古くてもよい", "使ったもの（傷みあり）"),
            },
        ),
        Passage(
            code="size",
            name="大きさ・重さ",
            icon="package",
            folded=True,
            need=Say("大きさ・重さについてひとこと", "例：エレベーターがないため、2人で運べるもの"),
            offer=Say("大きさ・重さ", "例：幅120cm、1台15kgくらい"),
        ),
    )
