from matching.enums import Resource
from matching.resources.details import AnyOf, OneOf, Passage, Say
from matching.resources.kind import ResourceKind
from members.enums import OrganisationKind


class Partnership(ResourceKind):
    """A call for partners with whom to make something new."""

    code = Resource.PARTNERSHIP
    heading = ("いっしょに取り組みたい相手のこと", "いっしょに取り組みたい相手のこと")
    divisible = False
    synonyms = ("共創", "協働", "連携", "パートナー")
    details = (
        AnyOf(
            code="partners",
            name="組みたい相手",
            icon="partnership",
            brief=True,
            options=dict(OrganisationKind.choices),
            searchable=False,
            need=Say("どんな団体と組みたいですか", reads="{}と組みたい"),
            offer=Say("どんな団体と組みたいですか", reads="{}と組みたい"),
        ),
        Passage(
            code="role",
            name="役割",
            icon="puzzle",
            need=Say("相手にお願いしたい役割", "例：作り方の工夫、売り場", "お願いしたい役割：{}"),
            offer=Say("相手にお願いしたい役割", "例：現場での困りごとを教えてほしい", "お願いしたい役割：{}"),
        ),
        Passage(
            code="brings",
            name="持ちよれるもの",
            icon="heart-handshake",
            need=Say("こちらが持ちよれるもの", "例：来ている親子の声、畑", "持ちよれるもの：{}"),
            offer=Say("こちらが持ちよれるもの", "例：技術、売り場、試すための費用", "持ちよれるもの：{}"),
        ),
        OneOf(
            code="progress",
            name="いまの段階",
            icon="flag",
            brief=True,
            folded=True,
            need=Say("いまの段階", reads="いまは{}"),
            offer=Say("いまの段階", reads="いまは{}"),
            options={
                "idea": ("思いつきの段階", "思いつきの段階"),
                "plan": ("計画がある", "計画がある"),
                "trial": ("小さく試している", "小さく試している"),
                "running": ("もう動いている", "もう動いている"),
            },
        ),
    )
