from django.db import models


class ReportState(models.TextChoices):
    """What came of something that people reported."""

    OPEN = "open", "確認待ち"
    KEPT = "kept", "そのままにしました"
    REMOVED = "removed", "取り下げました"


class ReportReason(models.TextChoices):
    """What is wrong with something, as whoever reports it says."""

    PERSONAL = "personal", "電話番号や名前など、個人のことが載っている"
    FALSE = "false", "事実とちがう・だまそうとしている"
    ADVERTISEMENT = "advertisement", "宣伝や勧誘だけが目的に見える"
    HURTFUL = "hurtful", "だれかを傷つけることばがある"
    UNSAFE = "unsafe", "危ない・法律に反するおそれがある"
    RIGHTS = "rights", "写真や文章を、無断で使っている"
    OTHER = "other", "そのほか"
