from django.db import models


class Direction(models.TextChoices):
    NEED = "need", "困りごと"
    OFFER = "offer", "できること"

    @property
    def opposite(self) -> "Direction":
        """The direction that answers this one."""
        return Direction.OFFER if self is Direction.NEED else Direction.NEED


class Resource(models.TextChoices):
    """What a post is about. Its icon in the sprite has the same name as its code."""

    PLACE = "place", "場所"
    FOOD = "food", "食べもの"
    GOODS = "goods", "物品"
    HANDS = "hands", "人手"
    SKILL = "skill", "専門スキル"
    EXPERTISE = "expertise", "調査・研究"
    PUBLICITY = "publicity", "広報"
    FUNDING = "funding", "資金"
    TRANSPORT = "transport", "移動・運搬"
    WORK = "work", "仕事の発注"
    PARTNERSHIP = "partnership", "いっしょに取り組む相手"
    OTHER = "other", "その他"


class Unit(models.TextChoices):
    """What a quantity counts."""

    PEOPLE = "people", "人"
    PIECES = "pieces", "個"
    MEALS = "meals", "食"
    SETS = "sets", "セット"
    HOUSEHOLDS = "households", "世帯"
    TIMES = "times", "回"
    HOURS = "hours", "時間"
    ROOMS = "rooms", "部屋"
    VEHICLES = "vehicles", "台"
    KILOGRAMS = "kilograms", "kg"
    YEN = "yen", "円"


class Carrying(models.TextChoices):
    """Who carries food or goods; said by the giver of what they can do, by the receiver of what they need."""

    DELIVERED = "delivered", "届ける・届けてもらう"
    COLLECTED = "collected", "取りに来てもらう・取りに行く"
    EITHER = "either", "どちらでもよい"
    NO_MEANS = "no_means", "運ぶ手段がない"


class Visibility(models.TextChoices):
    PUBLIC = "public", "だれでも見られる"
    MEMBERS = "members", "参加団体だけが見られる"


class PostState(models.TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "確認待ち"
    RETURNED = "returned", "直しをお願いしています"
    PUBLISHED = "published", "掲載中"
    PAUSED = "paused", "一時停止中"
    FULFILLED = "fulfilled", "そろいました"
    CLOSED = "closed", "取り下げました"
    EXPIRED = "expired", "期限が過ぎました"
    TAKEN_DOWN = "taken_down", "掲載を取りやめました"


#: Whose words may still be changed: what is over stays as it was.
REVISABLE_STATES = (PostState.PUBLISHED, PostState.PAUSED, PostState.EXPIRED)


class PausedBy(models.TextChoices):
    OWNER = "owner", "団体"
    SUSPENSION = "suspension", "団体の一時停止"


class RevisionState(models.TextChoices):
    PROPOSED = "proposed", "確認待ち"
    ACCEPTED = "accepted", "反映済み"
    REFUSED = "refused", "見送り"


class IntroductionState(models.TextChoices):
    PROPOSED = "proposed", "準備中"
    ASKED = "asked", "お返事待ち"
    AGREED = "agreed", "結ばれました"
    UNDER_WAY = "under_way", "実施中"
    COMPLETED = "completed", "終わりました"
    DECLINED = "declined", "見送り"
    LAPSED = "lapsed", "お返事なし"
    WITHDRAWN = "withdrawn", "取りやめ"
    NOT_NEEDED = "not_needed", "ほかの相手に決まりました"
    ENDED_EARLY = "ended_early", "途中で終わりました"


#: Still on the way: one such introduction at most for one pair.
OPEN_STATES = frozenset(
    {IntroductionState.PROPOSED, IntroductionState.ASKED, IntroductionState.AGREED, IntroductionState.UNDER_WAY}
)
#: The participants talk.
TALKING_STATES = frozenset({IntroductionState.AGREED, IntroductionState.UNDER_WAY, IntroductionState.COMPLETED})


class Origin(models.TextChoices):
    STAFF = "staff", "事務局の紹介"
    RESPONSE = "response", "手を挙げた"
    RECOMMENDATION = "recommendation", "おすすめから"


#: One side raised its hand for the other's post, by itself or by a recommendation.
RAISED = frozenset({Origin.RESPONSE, Origin.RECOMMENDATION})


class Answer(models.TextChoices):
    WAITING = "waiting", "お返事待ち"
    YES = "yes", "ぜひ"
    NO = "no", "見送り"


class OutcomeResult(models.TextChoices):
    DONE = "done", "予定どおりできた"
    PARTLY = "partly", "一部できた"
    NOT_DONE = "not_done", "できなかった"


class Again(models.TextChoices):
    YES = "yes", "またやりたい"
    MAYBE = "maybe", "条件が合えば"
    NO = "no", "今回かぎり"


class Welcome(models.TextChoices):
    """Whether it was truly welcome to those whom it reached."""

    VERY = "very", "とても喜ばれた"
    WELL = "well", "喜ばれた"
    LITTLE = "little", "少し違った"
    NOT = "not", "望まれていなかった"
    UNKNOWN = "unknown", "わからない"


class IbashoChangeKind(models.TextChoices):
    OPENED = "opened", "新しく開いた"
    ENLARGED = "enlarged", "広くなった・来られる人が増えた"
    MORE_OFTEN = "more_often", "開く日が増えた"


class AnswerChannel(models.TextChoices):
    """How an answer reached us; whoever has no account answers by other ways."""

    ONLINE = "online", "この画面"
    PHONE = "phone", "電話"
    FAX = "fax", "ファクス"
    PAPER = "paper", "書面・回覧板"
    MAIL = "mail", "メール"
    MEETING = "meeting", "会って"


#: The ways by which somebody without an account tells a desk or the office.
TOLD_CHANNELS = [choice for choice in AnswerChannel.choices if choice[0] != AnswerChannel.ONLINE]


class OfflineResult(models.TextChoices):
    """What came of an offer that reached a desk by telephone or on paper."""

    HELPED = "helped", "お力をお借りすることになった"
    REGISTERS = "registers", "団体として登録していただくことになった"
    NOT_NOW = "not_now", "今回は見送りになった"
