from matching.enums import Resource
from matching.resources.details import AnyOf, OneOf, Passage, Say
from matching.resources.kind import ResourceKind


class Expertise(ResourceKind):
    """What universities and researchers bring: joint research, advice, students who take part."""

    code = Resource.EXPERTISE
    heading = ("調べたいこと・教えてほしいこと", "研究で力になれること")
    divisible = False
    synonyms = ("大学", "研究", "調査")
    details = (
        AnyOf(
            code="forms",
            name="関わり方",
            icon="expertise",
            brief=True,
            vocabulary="expertise_form",
            need=Say("どんな関わり方がよいですか"),
            offer=Say("どんな関わり方ができますか"),
        ),
        Passage(
            code="field",
            name="分野",
            icon="book",
            brief=True,
            max_length=60,
            need=Say("どんな分野のことですか", "例：高齢者の移動、食品の加工"),
            offer=Say("専門の分野", "例：地域福祉、都市計画"),
        ),
        OneOf(
            code="students",
            name="学生の参加",
            icon="school",
            need=Say("学生の参加"),
            offer=Say("学生の参加"),
            options={
                "yes": ("学生の参加を歓迎します", "学生もいっしょに参加します"),
                "ask": ("内容によります", "内容によります"),
                "no": ("学生の参加は考えていません", "教員・研究者だけです"),
            },
            means={"yes": True, "no": False},
        ),
        OneOf(
            code="results",
            name="結果の公表",
            icon="file-text",
            folded=True,
            need=Say("結果の公表", reads="結果の公表：{}"),
            offer=Say("結果の公表", reads="結果の公表：{}"),
            options={
                "open": ("公表してよい", "論文などで公表したい"),
                "checked": ("確認してからなら公表してよい", "確認していただいてから公表したい"),
                "closed": ("公表しないでほしい", "公表はしません"),
            },
        ),
    )
