from matching.enums import Resource, Unit
from matching.resources.details import COST, AnyOf, OneOf, Passage, Say
from matching.resources.kind import ResourceKind


class Place(ResourceKind):
    """A room, a hall, a garden, a corner to put things. Its hours and its capacity are columns of the post."""

    code = Resource.PLACE
    heading = ("ほしい場所のこと", "使える場所のこと")
    how_many = ("何人くらいで使いますか。例：15人", "何人くらいまで使えますか。例：20人")
    unit = Unit.PEOPLE
    divisible = False
    synonyms = ("部屋", "会場", "スペース")
    details = (
        AnyOf(
            code="facilities",
            name="設備",
            icon="place",
            brief=True,
            each=True,
            vocabulary="facility",
            need=Say("あるとよい設備", "ないと困るものだけを選ぶと、相手が見つかりやすくなります。", "{}がほしい"),
            offer=Say("使える設備", reads="{}あり"),
        ),
        Passage(
            code="rules",
            name="使い方",
            icon="info-circle",
            folded=True,
            need=Say("どのように使いますか", "例：飲食あり、音の出る遊び、月2回"),
            offer=Say("使うときのお願い", "例：調理はできません、土足厳禁、鍵は前日に受け取り"),
        ),
        OneOf(
            code="insurance",
            name="保険",
            icon="shield-check",
            folded=True,
            need=Say("行事の保険", reads="保険：{}"),
            offer=Say("けがや物損の保険", reads="保険：{}"),
            options={
                "covered": ("自分たちで入っています", "こちらの保険でまかないます"),
                "asked": ("求められれば入ります", "使う団体に入ってほしい"),
                "none": ("入っていません", "入っていません"),
            },
        ),
        COST,
    )
