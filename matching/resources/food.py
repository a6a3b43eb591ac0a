from typing import TYPE_CHECKING

from matching.enums import Direction, Resource, Unit
from matching.resources.details import CARRYING, AnyOf, Day, Number, Passage, Say, Tick
from matching.resources.kind import ResourceKind

if TYPE_CHECKING:
    from matching.models import Post

#: How food is kept; what is not kept at room temperature needs a cold chain.
KEEPING = {"room": "常温", "chilled": "冷蔵", "frozen": "冷凍"}


class Food(ResourceKind):
    """Food to eat: what it is, until when, what is in it, how it is kept, and who carries it."""

    code = Resource.FOOD
    heading = ("ほしい食べもののこと", "渡せる食べもののこと")
    how_many = ("だいたいでかまいません。例：40食", "一度に渡せる量。分けて渡せるときは、全部の量。例：30個")
    unit = Unit.MEALS
    # 30 may be meals, loaves, sets or kilograms: who writes says which.
    unit_is_plain = False
    synonyms = ("食品", "食料", "フードバンク")
    details = (
        AnyOf(
            code="kinds",
            name="食べもの",
            icon="food",
            brief=True,
            vocabulary="food_kind",
            need=Say("どんな食べもの"),
            offer=Say("どんな食べもの"),
        ),
        CARRYING,
        Day(
            code="best_before",
            name="期限",
            icon="hourglass",
            brief=True,
            offer=Say("賞味・消費期限", "いちばん早いもの。毎回ちがうときは空けておいてください。", "期限：{}"),
        ),
        Number(
            code="days_left",
            name="期限",
            icon="hourglass",
            unit="日",
            most=3650,
            folded=True,
            need=Say("期限まで、何日以上あるとよいですか", reads="期限まで{}以上"),
        ),
        AnyOf(
            code="keeping",
            name="保存",
            icon="home",
            options=KEEPING,
            searchable=False,
            need=Say("預かれる温度", "冷蔵庫・冷凍庫があるときだけ、冷蔵・冷凍を選んでください。", "{}で預かれます"),
            offer=Say("保存のしかた", reads="保存：{}"),
        ),
        AnyOf(
            code="allergens",
            name="アレルギーの原材料",
            icon="alert-triangle",
            vocabulary="allergen",
            folded=True,
            # Who searches for wheat is not helped by a warning of it.
            searchable=False,
            need=Say("入っていると困る原材料", reads="入っていると困る：{}"),
            offer=Say("入っている原材料", "表示の義務がある8品目と、すすめられている20品目です。", "入っている：{}"),
        ),
        Tick(
            code="labelled",
            name="表示",
            icon="file-text",
            folded=True,
            searchable=False,
            need=Say("原材料の表示がほしい"),
            offer=Say("原材料の表示をつけて渡せる", reads="原材料の表示つき"),
        ),
        Passage(
            code="handing",
            name="受け渡し",
            icon="clock",
            folded=True,
            need=Say("受け渡しについてひとこと", "例：軽自動車でうかがえます、夕方なら受け取れます"),
            offer=Say("受け渡しについてひとこと", "例：閉店後の20時に裏口で、箱のまま"),
        ),
    )

    def requirements(self, post: "Post") -> dict[str, object]:
        """``cold_chain``: of an offer that it must be kept cold, of a need that it can be."""
        plain = super().requirements(post)
        keeping = plain.pop("keeping", None)
        if isinstance(keeping, list):
            cold = bool({"chilled", "frozen"} & set(keeping))
            # Bread at room temperature is welcome wherever there is a refrigerator too.
            only_cold = cold and "room" not in keeping
            plain["cold_chain"] = cold if post.direction == Direction.NEED else only_cold
        return plain
