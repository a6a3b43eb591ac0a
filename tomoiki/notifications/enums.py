from django.db import models


class Topic(models.TextChoices):
    """What a notice is about; people choose per topic whether it also comes by e-mail."""

    ACCOUNT = "account", "アカウントと安全"
    MEMBERSHIP = "membership", "団体の登録と担当者"
    POST = "post", "困りごと・できることの掲載"
    INTRODUCTION = "introduction", "おつなぎ（紹介とお返事）"
    CONVERSATION = "conversation", "やりとりの新しいメッセージ"
    OUTCOME = "outcome", "成果報告"
    FAVOURITE = "favourite", "お気に入りと、保存したさがし方"
    COURSE = "course", "講座"
    ACCOMPANIMENT = "accompaniment", "伴走支援"
    NEWSLETTER = "newsletter", "メールマガジン"
    STAFF = "staff", "事務局の仕事"


#: Topics that cannot be switched off, because without them an account or a promise breaks.
ALWAYS_MAILED = frozenset({Topic.ACCOUNT, Topic.MEMBERSHIP})


class Urgency(models.TextChoices):
    """How a notice may travel."""

    IMMEDIATE = "immediate", "すぐに送る"
    NORMAL = "normal", "まとめてもよい"
    BELL = "bell", "画面のお知らせだけ"


class MessageState(models.TextChoices):
    QUEUED = "queued", "送信待ち"
    CLAIMED = "claimed", "送信の準備中"
    IN_FLIGHT = "in_flight", "送信中"
    SENT = "sent", "送信済み"
    FAILED = "failed", "送れませんでした"
    BOUNCED = "bounced", "宛先不明で戻りました"
    UNCERTAIN = "uncertain", "届いたか分かりません"
    CANCELLED = "cancelled", "取りやめ"
