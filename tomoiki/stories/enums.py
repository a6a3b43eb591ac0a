from django.db import models


class StoryState(models.TextChoices):
    DRAFT = "draft", "下書き"
    ASKING_CONSENT = "asking_consent", "同意をうかがっています"
    PUBLISHED = "published", "公開中"
    WITHDRAWN = "withdrawn", "公開をやめました"


class Consent(models.TextChoices):
    """Where the consent of one partner, or of one person who is named or shown, stands."""

    WAITING = "waiting", "お返事待ち"
    YES = "yes", "同意"
    NO = "no", "直してほしい"
    WITHDRAWN = "withdrawn", "同意を取り消し"


class PersonAppears(models.TextChoices):
    """How a person stands in a story."""

    NAMED = "named", "名前が出る"
    SHOWN = "shown", "写真に写っている"
    BOTH = "both", "名前が出て、写真にも写っている"


class PersonAgreed(models.TextChoices):
    """How a person, who has no account here, told the organisation that they agree."""

    WRITTEN = "written", "書面（同意書など）で"
    SPOKEN = "spoken", "会って、または電話で"
    MAIL = "mail", "メールなどで"


class WithdrawnBy(models.TextChoices):
    CONSENT = "consent", "同意の取り消し"
    DRAFTER = "drafter", "書いた団体の申し出"
    OFFICE = "office", "事務局の判断"
    LEFT = "left", "団体の情報の消去"
