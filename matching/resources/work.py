from matching.enums import Resource, Unit
from matching.resources.details import AnyOf, Number, OneOf, Passage, Say
from matching.resources.kind import ResourceKind


class Work(ResourceKind):
    """Orders to 就労施設, where people with disabilities work: they need orders, companies offer them."""

    code = Resource.WORK
    heading = ("受けられる仕事のこと", "お願いしたい仕事のこと")
    how_many = ("一度にどれくらい受けられますか。例：2000個", "一度にどれくらいお願いしますか。例：500個")
    unit = Unit.PIECES
    synonyms = ("発注", "受注", "就労支援", "授産")
    details = (
        AnyOf(
            code="kinds",
            name="仕事",
            icon="work",
            brief=True,
            vocabulary="work_kind",
            need=Say("どんな仕事を受けられますか"),
            offer=Say("どんな仕事をお願いしますか"),
        ),
        Number(
            code="lead_days",
            name="納期",
            icon="hourglass",
            brief=True,
            unit="日",
            most=365,
            need=Say("納めるまでの日数", "ふだんの量を受けてから、納めるまで。", "納期：{}くらい"),
            offer=Say("お渡ししてから納めていただくまでの日数", reads="納期：{}くらい"),
        ),
        Number(
            code="lot",
            name="最小の数",
            icon="package",
            unit="個",
            most=1_000_000,
            folded=True,
            need=Say("いくつから受けられますか", reads="{}から"),
            offer=Say("いちばん少ないときの数", reads="少ないときで{}"),
        ),
        OneOf(
            code="repeats",
            name="回数",
            icon="refresh",
            need=Say("続けての仕事"),
            offer=Say("続けての仕事"),
            options={
                "once": ("一度きりの仕事でもよい", "一度きり"),
                "regular": ("続けて受けたい", "続けてお願いしたい"),
                "start_small": ("小さく始めて、慣れたら増やしたい", "小さく始めて、慣れたら増やしたい"),
            },
        ),
        Passage(
            code="quality",
            name="仕上がり",
            icon="certificate",
            folded=True,
            need=Say("得意なこと・できること", "例：検品まで二人で確かめます"),
            offer=Say("仕上がりについてのお願い", "例：見本をお渡しします。ずれは1mmまで"),
        ),
    )
