from matching.enums import Resource, Unit
from matching.resources.details import COST, AnyOf, Number, OneOf, Passage, Say
from matching.resources.kind import ResourceKind


class Skill(ResourceKind):
    """Professional skills, often given as pro bono. Which ones is a column; online stands on every post."""

    code = Resource.SKILL
    heading = ("手伝ってほしい仕事のこと", "活かせる経験のこと")
    how_many = ("何人・何回くらいか、わかれば。例：1人", "何人・何回くらいか、わかれば。例：2人")
    unit = Unit.PEOPLE
    divisible = False
    synonyms = ("プロボノ", "専門家", "相談")
    details = (
        AnyOf(
            code="skills",
            column=True,
            name="スキル",
            icon="skill",
            brief=True,
            vocabulary="skill",
            need=Say("どんな経験がある人を求めますか"),
            offer=Say("どんな経験が活かせますか"),
        ),
        Number(
            code="hours_a_month",
            name="時間",
            icon="hourglass",
            brief=True,
            unit="時間",
            most=200,
            need=Say("月に何時間くらい", reads="月に{}くらい"),
            offer=Say("月に何時間くらい", reads="月に{}くらい"),
        ),
        OneOf(
            code="period",
            name="期間",
            icon="calendar-event",
            folded=True,
            need=Say("どのくらいの期間"),
            offer=Say("どのくらいの期間"),
            options={
                "once": ("一度きりでよい", "一度きり"),
                "months": ("数か月", "数か月"),
                "ongoing": ("続けて来てほしい", "続けてできます"),
            },
        ),
        Passage(
            code="background",
            name="経験",
            icon="certificate",
            folded=True,
            max_length=200,
            rows=3,
            need=Say("いま困っているところ", "例：表計算でつけた帳簿が、決算のたびに合わない"),
            offer=Say("これまでの経験・資格", "例：経理部で15年、簿記1級"),
        ),
        COST,
    )
