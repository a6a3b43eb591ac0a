from django.db import models


class ProBonoState(models.TextChoices):
    """Where a colleague's application stands."""

    UNCONFIRMED = "unconfirmed", "メールの確認待ち"
    APPLIED = "applied", "申し込みがありました"
    PUT_FORWARD = "put_forward", "推薦しました"
    NOT_CHOSEN = "not_chosen", "今回は見送り"
    WITHDRAWN = "withdrawn", "取り下げ"
    ENDED = "ended", "活動を終えました"


#: Of these nobody has to be told anything more, so that their names may be forgotten.
SETTLED_PRO_BONO = (ProBonoState.NOT_CHOSEN, ProBonoState.WITHDRAWN, ProBonoState.ENDED)
