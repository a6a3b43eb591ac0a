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


#: Those that speak for groups without an account.
DESK_KINDS = frozenset({OrganisationKind.MUNICIPALITY, OrganisationKind.WELFARE_COUNCIL})


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

    @property
    def rank(self) -> int:
        """The higher, the more somebody of this role may do."""
        return {AffiliationRole.OWNER: 3, AffiliationRole.EDITOR: 2, AffiliationRole.VIEWER: 1}[self]


class JoinRequestState(models.TextChoices):
    WAITING = "waiting", "返事待ち"
    ACCEPTED = "accepted", "加わりました"
    REFUSED = "refused", "加われませんでした"
    WITHDRAWN = "withdrawn", "取り下げ"


class ConsentKind(models.TextChoices):
    TERMS = "terms", "利用規約"
    PRIVACY = "privacy", "個人情報の取り扱い"


class FieldAudience(models.TextChoices):
    """Who may read one field of an organisation's profile; set by the organisation."""

    PUBLIC = "public", "だれでも"
    MEMBERS = "members", "登録団体の方"
    STAFF = "staff", "事務局だけ"


class InvitationKind(models.TextChoices):
    COLLEAGUE = "colleague", "担当者として招く"
    CLAIM = "claim", "名簿から登録した団体を引き継いでもらう"


class InvitationState(models.TextChoices):
    SENT = "sent", "返事待ち"
    ACCEPTED = "accepted", "加わりました"
    DECLINED = "declined", "加わらないとのこと"
    REVOKED = "revoked", "取り消しました"


class HandoverState(models.TextChoices):
    PLANNED = "planned", "後任の方の参加待ち"
    DONE = "done", "引き継ぎ済み"
    CANCELLED = "cancelled", "取りやめ"


class ReferralState(models.TextChoices):
    ISSUED = "issued", "お返事待ち"
    ACCEPTED = "accepted", "登録の申込みをされました"
    DECLINED = "declined", "今回は見送られました"
    REVOKED = "revoked", "取り消しました"


class ReferralSharing(models.TextChoices):
    """What an invited organisation lets the one that invited it see."""

    NOTHING = "nothing", "何も伝えない"
    MEMBERSHIP = "membership", "登録できたかどうかだけ伝える"
    ACTIVITY = "activity", "登録と、その後の活動（件数）も伝える"


class AgreedBy(models.TextChoices):
    """How somebody without an account told us that they agree."""

    MEETING = "meeting", "会って聞いた"
    PHONE = "phone", "電話で聞いた"
    WRITTEN = "written", "書面・ファクスでもらった"
    MAIL = "mail", "メールでもらった"


class ReconfirmationState(models.TextChoices):
    DRAFT = "draft", "準備中"
    OPEN = "open", "受付中"
    CLOSED = "closed", "締め切り"


class ReconfirmationAnswer(models.TextChoices):
    CONTINUE = "continue", "継続する"
    LEAVE = "leave", "退会する"
    HOLD = "hold", "保留する"


class ImportState(models.TextChoices):
    WAITING = "waiting", "確認の順番待ち"
    CHECKING = "checking", "確認中"
    CHECKED = "checked", "確認できました"
    QUEUED = "queued", "取り込みの順番待ち"
    SAVING = "saving", "取り込み中"
    DONE = "done", "取り込みました"
    FAILED = "failed", "取り込めませんでした"
    CANCELLED = "cancelled", "取りやめ"


class ErasureReason(models.TextChoices):
    """Why somebody's data is erased; a code of the trail."""

    OWN = "own", "ご本人が画面から手続きした"
    ASKED = "asked", "ご本人または団体から依頼があった"
    PASSED_AWAY = "passed_away", "お亡くなりになった"
    MISTAKE = "mistake", "誤って登録された"
    RETENTION = "retention", "保存期間が過ぎた"
