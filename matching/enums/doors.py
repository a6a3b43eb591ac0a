from django.db import models


class Purpose(models.TextChoices):
    """What an introduction is for; only help uses up what a post offers or needs."""

    HELP = "help", "お手伝い"
    RESEARCH = "research", "調査・研究"
    INTERVIEW = "interview", "取材"


class ApproachKind(models.TextChoices):
    """What banks, universities and media bring, beside needs and offers of their own."""

    RESEARCH = "research", "研究に関わる"
    PASSED_ON = "passed_on", "取引先に紹介する"
    INTERVIEW = "interview", "取材したい"
    INFORMATION = "information", "情報を寄せる"


class ApproachState(models.TextChoices):
    WAITING = "waiting", "事務局が見ています"
    PASSED = "passed", "取引先へ渡しました"
    SETTLED = "settled", "済みました"


class ApproachResult(models.TextChoices):
    """What the office made of it."""

    CONNECTED = "connected", "おつなぎした"
    ANSWERED = "answered", "お返事した"
    USED = "used", "お知らせに生かした"
    NOTHING = "nothing", "今回は見送った"
