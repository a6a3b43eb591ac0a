from matching.enums import Resource, Unit
from matching.resources.details import AnyOf, Day, Passage, Say
from matching.resources.kind import ResourceKind


class Funding(ResourceKind):
    """Money and what comes with it: a sponsorship, an award that bears a company's name."""

    code = Resource.FUNDING
    heading = ("必要な資金のこと", "出せる資金のこと")
    how_many = ("いくらくらい必要ですか。例：100000円", "いくらくらいまで出せますか。例：100000円")
    unit = Unit.YEN
    synonyms = ("協賛", "寄付", "助成")
    details = (
        AnyOf(
            code="forms",
            name="資金の形",
            icon="funding",
            brief=True,
            vocabulary="funding_form",
            need=Say("どんな形を希望しますか"),
            offer=Say("どんな形で出せますか"),
        ),
        Passage(
            code="award",
            name="賞の名前",
            icon="star",
            brief=True,
            max_length=60,
            need=Say("賞の名前", "会社や団体の名前をつけられるとき。例：○○賞（企業名）", "賞：{}"),
            offer=Say("つけたい賞の名前", "例：みどり賞", "賞：{}"),
            folded=True,
        ),
        Passage(
            code="use",
            name="使いみち",
            icon="clipboard-list",
            need=Say("何に使いますか", "例：会場の費用と、作品を飾る台", "使いみち：{}"),
            offer=Say("お願いしたいこと", "例：報告書に会社の名前を載せる", "お願い：{}"),
        ),
        Day(
            code="deadline",
            name="しめきり",
            icon="calendar-event",
            folded=True,
            need=Say("いつまでに必要ですか", reads="{}までに必要"),
            offer=Say("申込みのしめきり", reads="申込みは{}まで"),
        ),
    )
