from django.db import models


class OrganisationKind(models.TextChoices):
    """The stakeholder types of the consortium."""

    COMPANY = "company", "企業"
    NPO = "npo", "NPO等"
    UNIVERSITY = "university", "大学"
    MUNICIPALITY = "municipality", "市町村"
    WELFARE_COUNCIL = "welfare_council", "社会福祉協議会"
    FINANCIAL = "financial", "金融機関"
    MEDIA = "media", "マスコミ"
    OTHER = "other", "その他"

    @property
    def invitation(self) -> str:
        """One line on what this kind of organisation is invited to do."""
        return _INVITATIONS[self]


_INVITATIONS = {
    OrganisationKind.COMPANY: "場所・食品・人手・技術などを持ちより、地域の困りごとを新しい事業の種にします。",
    OrganisationKind.NPO: "現場で感じている困りごとを伝え、いっしょに動いてくれる相手を見つけます。",
    OrganisationKind.UNIVERSITY: "学生の力や研究の知恵を、地域の課題に役立てます。",
    OrganisationKind.MUNICIPALITY: "自治会・町内会などの困りごとを代わって伝え、団体どうしをつなぎます。",
    OrganisationKind.WELFARE_COUNCIL: "地域福祉の現場の声を届け、支え合いの輪を広げます。",
    OrganisationKind.FINANCIAL: "資金や助成、取引先とのつながりで、続く活動を後押しします。",
    OrganisationKind.MEDIA: "取り組みを取材・発信し、共感の輪を広げます。",
    OrganisationKind.OTHER: "学校、医療法人、組合、任意団体など。事務局が内容をうかがってから登録します。",
}


class Stage(models.TextChoices):
    """How far an organisation has come, from sympathy to co-creation."""

    SYMPATHISER = "sympathiser", "共感している"
    LEARNER = "learner", "学んでいる"
    CONTRIBUTOR = "contributor", "力を出している"
    PARTNER = "partner", "いっしょに取り組んでいる"
    OPERATOR = "operator", "事業を動かしている"

    @property
    def meaning(self) -> str:
        """One line on what an organisation of this stage does."""
        return _MEANINGS[self]


_MEANINGS = {
    Stage.SYMPATHISER: "考え方に共感し、お知らせや事例を受け取っています。",
    Stage.LEARNER: "講座や事例から、続く取り組みのつくり方を学んでいます。",
    Stage.CONTRIBUTOR: "場所や人手など、できることをできる範囲で持ちよっています。",
    Stage.PARTNER: "ほかの団体と組んで、一つの困りごとに取り組んでいます。",
    Stage.OPERATOR: "事業として育て、続けています。",
}


class OrganisationState(models.TextChoices):
    DRAFT = "draft", "入力中"
    APPLIED = "applied", "承認待ち"
    RETURNED = "returned", "直しをお願いしています"
    REJECTED = "rejected", "登録できませんでした"
    APPROVED = "approved", "登録済み"
    SUSPENDED = "suspended", "一時停止中"
    WITHDRAWN = "withdrawn", "退会済み"
    MERGED = "merged", "統合済み"


class AffiliationRole(models.TextChoices):
    OWNER = "owner", "代表担当者"
    EDITOR = "editor", "担当者"
    VIEWER = "viewer", "閲覧のみ"


class JoinRequestState(models.TextChoices):
    WAITING = "waiting", "返事待ち"
    ACCEPTED = "accepted", "加わりました"
    REFUSED = "refused", "加われませんでした"
    WITHDRAWN = "withdrawn", "取り下げ"


class ConsentKind(models.TextChoices):
    TERMS = "terms", "利用規約"
    PRIVACY = "privacy", "個人情報の取り扱い"
