from typing import TYPE_CHECKING

from matching.enums import Resource, Unit
from matching.resources.details import COST, AnyOf, Number, OneOf, Say, Tick
from matching.resources.kind import ResourceKind

if TYPE_CHECKING:
    from matching.models import Post

LOADS = {"goods": "荷物を運ぶ", "people": "人を乗せる"}


class Transport(ResourceKind):
    """Carrying things or people; it also helps those who have food or goods and no means."""

    code = Resource.TRANSPORT
    heading = ("運んでほしいもののこと", "運べるもののこと")
    how_many = ("人数や個数。例：3人、30個", "一度に乗れる人数や、運べる数。例：1台")
    unit = Unit.VEHICLES
    divisible = False
    synonyms = ("配送", "送迎", "車")
    details = (
        AnyOf(
            code="loads",
            name="運ぶもの",
            icon="package",
            brief=True,
            options=LOADS,
            each=True,
            need=Say("何を運びますか"),
            offer=Say("何を運べますか"),
        ),
        AnyOf(
            code="vehicles",
            name="乗りもの",
            icon="truck",
            brief=True,
            vocabulary="vehicle",
            need=Say("どんな乗りものが必要ですか"),
            offer=Say("どんな乗りものですか"),
        ),
        Number(
            code="distance",
            name="距離",
            icon="map-pin",
            unit="km",
            most=500,
            need=Say("どのくらいの距離（片道）", reads="片道{}くらい"),
            offer=Say("どこまで行けますか（片道）", reads="片道{}まで"),
        ),
        Tick(
            code="cold_chain",
            name="冷蔵",
            icon="truck",
            folded=True,
            need=Say("冷蔵・冷凍で運んでほしい"),
            offer=Say("冷蔵・冷凍のまま運べる"),
        ),
        Tick(
            code="lifting",
            name="積みおろし",
            icon="hand-stop",
            folded=True,
            need=Say("積みおろしも手伝ってほしい"),
            offer=Say("積みおろしも手伝える"),
        ),
        Tick(
            code="wheelchair",
            name="車いす",
            icon="wheelchair",
            folded=True,
            need=Say("車いすのまま乗りたい"),
            offer=Say("車いすのまま乗れる"),
        ),
        OneOf(
            code="driver",
            name="運転する人",
            icon="user",
            folded=True,
            need=Say("運転する人"),
            offer=Say("運転する人"),
            options={
                "with": ("運転もお願いしたい", "運転する人もいます"),
                "without": ("自分たちで運転します", "車だけお貸しします"),
            },
        ),
        COST,
    )

    def requirements(self, post: "Post") -> dict[str, object]:
        """``driver``: of a need that it wants one, of an offer that one comes with it."""
        plain = super().requirements(post)
        if "driver" in plain:
            plain["driver"] = plain["driver"] == "with"
        return plain
