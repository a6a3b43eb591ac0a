from matching.enums import Resource
from matching.resources.details import COST, AnyOf, Number, Passage, Say
from matching.resources.kind import ResourceKind


class Publicity(ResourceKind):
    """Being made known: in a paper, on the air, on a wall."""

    code = Resource.PUBLICITY
    heading = ("知らせてほしいこと", "知らせる方法")
    divisible = False
    synonyms = ("取材", "宣伝", "PR", "お知らせ")
    details = (
        AnyOf(
            code="channels",
            name="方法",
            icon="publicity",
            brief=True,
            vocabulary="publicity_channel",
            need=Say("どんな方法で"),
            offer=Say("どんな方法で"),
        ),
        Passage(
            code="audience",
            name="届く人",
            icon="users",
            brief=True,
            max_length=60,
            need=Say("だれに届けたいですか", "例：小学生のいる家庭", "{}に届けたい"),
            offer=Say("だれに届きますか", "例：県西の2万世帯", "{}に届きます"),
        ),
        Number(
            code="lead_days",
            name="しめきり",
            icon="clock",
            unit="日",
            most=365,
            need=Say("何日前までに知らせたいですか", reads="{}前までに知らせたい"),
            offer=Say("何日前までに原稿が必要ですか", reads="{}前までに原稿を"),
        ),
        COST,
    )
